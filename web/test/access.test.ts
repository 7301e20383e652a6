import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { idOf } from '../mock/rows.ts'
import { findingsInEach } from './axe.ts'
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
  ['models', '/models'],
  ['an offer that was countered', '/models/engagement_1'],
  ['its first version', '/models/engagement_1?version=1'],
  ['a window that is open', '/models/engagement_2'],
  ['leaving', '/models/engagement_2', 'x'],
  ['a model that is shown to us', '/models/engagement_3'],
  ['a window that was left', '/models/engagement_4'],
  ['a model that is not there', '/models/engagement_gone'],
  ['offering a model', '/models/offer'],
  ['a counter-proposal', '/models/engagement_1?form=counter'],
  ['taking something back', '/models/engagement_2?form=narrow'],
  ['every request', '/models/engagement_2?part=log'],
  ['early access', '/early-access'],
  ['the public counts', '/desk'],
  ['evaluations', '/evaluations'],
  ['packs', '/packs'],
  ['a pack', '/packs/pack_1'],
  ['declarations', '/models/engagement_3/declarations'],
  ['a run', '/runs/run_1'],
  ['a run that nobody may look at yet', '/runs/run_2'],
  ['a verdict', '/runs/run_1/verdict'],
  ['a run without a verdict', '/runs/run_2/verdict'],
  ['closing a run', '/runs/run_1', 'c'],
  ['a transcript', '/runs/run_1/samples/flaw-00/1?event=5000', 'j', 'Enter'],
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

/** Nothing of the app asks how wide a screen is but its styles, so a page need not be loaded anew. */
test('axe finds nothing in light and dark, on any screen', { skip: isWithoutBrowser }, async () => {
  const { url } = await desk.serve({ cases: 300 })
  const found: string[] = []
  const page = await desk.open(`${url}/queue`, { colorScheme: 'light' })
  for (const [name, path, ...keys] of pages) {
    await page.goto(url + path, { waitUntil: 'load' })
    await page.waitForSelector('h1, h2')
    await page.waitForTimeout(150)
    for (const key of keys) await page.keyboard.press(key)
    await page.waitForTimeout(100)
    found.push(...(await findingsInEach(page, sizes)).map((line) => `${name}: ${line}`))
    await page.setViewportSize(sizes.middle)
  }
  await page.context().close()
  assert.deepEqual(found, [])
  assert.deepEqual(desk.faults, [])
})
