import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong, each as one line; best practices count as rules. */
async function findings(page: Page): Promise<string[]> {
  const lines: unknown = await page.evaluate(`(async () => {
    ${axe}
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => [id, html.slice(0, 200), failureSummary].join(' ')))
  })()`)
  return Array.isArray(lines) ? lines.map(String) : ['axe gave no answer']
}

/** Every page, by its address; a page may need a moment, or keys, to be in the state meant. */
const pages: readonly (readonly [name: string, path: string, ...keys: readonly string[]])[] = [
  ['the queue', '/queue'],
  ['suggestions', '/suggestions'],
  ['import', '/import'],
  ['finders', '/finders'],
  ['overview', '/overview'],
  ['jobs', '/jobs'],
  ['tokens', '/tokens'],
  ['the list of keys', '/queue', '?'],
  ['the palette', '/queue', 'Control+k'],
  ['an address that is nowhere', '/nowhere'],
]

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`axe finds nothing in ${colorScheme} on a ${size} screen`, {
      skip: isWithoutBrowser,
    }, async () => {
      const { url } = await desk.serve({ cases: 300 })
      const found: string[] = []
      const page = await desk.open(`${url}/queue`, { colorScheme, viewport })
      for (const [name, path, ...keys] of pages) {
        await page.goto(url + path, { waitUntil: 'load' })
        await page.waitForSelector('h1')
        await page.waitForTimeout(150)
        for (const key of keys) await page.keyboard.press(key)
        await page.waitForTimeout(100)
        found.push(...(await findings(page)).map((line) => `${name}: ${line}`))
      }
      await page.context().close()
      assert.deepEqual(found, [])
      assert.deepEqual(desk.faults, [])
    })
  }
}
