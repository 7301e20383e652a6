import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { idOf } from '../mock/rows.ts'
import { findings } from './axe.ts'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

/** Case 17 has several reports. */
const withReports = idOf(17)

/** Every page, by its address; a page may need a moment, or keys, to be in the state meant. */
const pages: readonly (readonly [name: string, path: string, ...keys: readonly string[]])[] = [
  ['the queue', '/queue'],
  ['a queue with chosen cases', '/queue', 'j', 'Space', 'j', 'Space'],
  ['the filters', '/queue?status=open,waiting&band=now,soon', 'f'],
  ['a search that finds nothing', '/queue?q=nothing-is-called-this'],
  ['a case beside the list', '/queue', 'j', 'j', 'Enter'],
  ['a case', `/cases/${withReports}`],
  ['a proof', `/proofs/${withReports.replace('case_', 'proof_')}`],
  ['disputing', `/proofs/${withReports.replace('case_', 'proof_')}`, 'd'],
  ['workers', '/workers'],
  ['a title that is edited', `/cases/${withReports}`, 'e'],
  ['a case that is not there', '/cases/case_gone'],
  ['assigning', `/cases/${withReports}`, 'a'],
  ['closing without a reason', `/cases/${withReports}`, 'c', 'Control+Enter'],
  ['merging', '/queue', 'j', 'Space', 'j', 'Space', 'm'],
  ['splitting', `/cases/${withReports}`, 's'],
  ['keeping apart', `/cases/${withReports}`, 'x'],
  ['suggestions', '/suggestions'],
  ['import', '/import'],
  ['finders', '/finders'],
  ['overview', '/overview'],
  ['jobs', '/jobs'],
  ['tokens', '/tokens'],
  ['people', '/people'],
  ['the ledger', '/ledger'],
  ['an entry of the ledger', '/ledger?entry=17'],
  ['a profile', '/profile'],
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
        await page.waitForSelector('h1, h2')
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
