import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

const makeToken = async (page: Page): Promise<void> => {
  await page.fill('input[placeholder]', 'nightly scan')
  await page.fill('input[list]', 'Northlight Lab')
  await page.click('text=Make the token')
  await page.waitForSelector('text=Keep this token now')
}

const files = ['scan.sarif', 'empty.csv'].map((name) => ({
  ...{ name, mimeType: 'application/octet-stream' },
  buffer: Buffer.from(name.startsWith('empty') ? '' : `{"at":"${name}"}`),
}))

type State = readonly [name: string, path: string, reach: (page: Page) => Promise<unknown>]

/** States that take more than an address and a key; in this order, over one service. */
const states: readonly State[] = [
  ['suggestions with an answer', '/suggestions', (page) => page.keyboard.press('y')],
  ['the table of finders', '/finders?as=table', (page) => page.waitForSelector('tbody tr')],
  ['the plots', '/overview', (page) => page.waitForSelector('canvas')],
  ['the tables of days', '/overview?as=table', (page) => page.waitForSelector('text=Day (UTC)')],
  ['failed jobs', '/jobs?state=failed', (page) => page.waitForSelector('tr[data-job]')],
  ['no job that fits', '/jobs?state=cancelled', (page) => page.waitForSelector('text=No job fits')],
  ['a form with errors', '/tokens', (page) => page.click('text=Make the token')],
  ['a token that was made', '/tokens', makeToken],
  ['revoking', '/tokens', (page) => page.click('tbody >> text=Revoke')],
  [
    'imports under way',
    '/import',
    async (page) => {
      await page.setInputFiles('input[aria-label="Files to hand in"]', files)
      await page.waitForSelector('text=2 of 2 files sent')
      await page.waitForSelector('[role=progressbar]')
    },
  ],
  [
    'an import with remarks',
    '/import',
    async (page) => {
      await page.click('a[data-row]:has-text("scan.sarif")')
      await page.waitForSelector('article >> text=Let the tool write', { timeout: 15_000 })
    },
  ],
]

for (const colorScheme of ['light', 'dark'] as const) {
  for (const size of ['narrow', 'middle'] as const) {
    test(`axe finds nothing in ${colorScheme} on a ${size} screen, in states of work`, {
      skip: isWithoutBrowser,
    }, async () => {
      const { url } = await desk.serve({ cases: 120 })
      const found: string[] = []
      for (const [name, path, reach] of states) {
        const page = await desk.open(url + path, { colorScheme, viewport: sizes[size] })
        await page.waitForSelector('h1')
        await reach(page)
        await page.waitForTimeout(200)
        found.push(...(await findings(page)).map((line) => `${name}: ${line}`))
        const isWider = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
        if (isWider) found.push(`${name}: wider than the screen`)
        await page.context().close()
      }
      assert.deepEqual(found, [])
      assert.deepEqual(desk.faults, [])
    })
  }
}
