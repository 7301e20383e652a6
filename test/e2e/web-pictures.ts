import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { sizes } from './web-desk.ts'

/** Where pictures for people are put, if anywhere. */
const pictures = process.env['PARLEY_TEST_PICTURES']

/** Takes a picture of a page at each width; as high as is asked for, or as a screen. */
export async function picture(page: Page, name: string, heightPx?: number): Promise<void> {
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  for (const [size, { width, height }] of Object.entries(sizes)) {
    await page.setViewportSize({ width, height: heightPx ?? height })
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`) })
  }
  await page.setViewportSize(sizes.wide)
}
