import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { parleyTo } from './instance.ts'
import { drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { picture } from './web-pictures.ts'
import { newStory } from './web-story.ts'

/** The ledger in the browser: each test goes on where the one before ended. */
const desk = new WebDesk()
const story = newStory()
let me: BrowserContext
let page: Page
let token = ''
let receipt = ''
let id = ''

const sees = (selector: string) => page.waitForSelector(selector)

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  me = await desk.person()
  page = await desk.page(me)
  const made = ['token', 'scan', '--role', 'finder', '--organisation', 'Heron Lab']
  const { said } = await parleyTo([...made, '--data', desk.data])
  token = /(?:parley|tap_v1)_\w+/.exec(said)?.[0] ?? assert.fail(said)
  const affected = { file: 'src/header.c', function: 'parse_header' }
  const body = { purl: 'pkg:npm/kestrel@1.4.1', affected_symbol: affected }
  const answer = await fetch(`${desk.service.url}/v1/reports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, upstream_ids: ['CVE-2031-4242'] }),
  })
  const told: unknown = await answer.json()
  assert.equal(answer.status, 202, JSON.stringify(told))
  assert.ok(typeof told === 'object' && told !== null && 'receipt' in told)
  receipt = String(told.receipt)
})
after(() => desk.end())

/** Who has seen the report, as its owner is told. */
async function seen(): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${desk.service.url}/v1/reports/${receipt}/seen`, { headers })
  assert.equal(answer.status, 200)
  return answer.text()
}

story('nobody has seen a report before its case is opened, and then who opened it', async () => {
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  await until(async () => {
    const [first] = (await read(me, '/v1/cases')).at('items').items
    id = first?.at('id').text ?? ''
    return first !== undefined
  }, 'the report has a case')
  assert.deepEqual(JSON.parse(await seen()), { items: [], next: null })
  await page.goto(`/cases/${id}`)
  await sees('text=Who saw this')
  const told = await seen()
  assert.match(told, /"action":"case.read"/)
  assert.doesNotMatch(told, /index|size/)
})

story('the page of a case tells auditors who saw it, on a click', async () => {
  await until(async () => {
    const found = await read(me, '/v1/ledger/entries?action=case.read')
    return found.at('items').items.length > 0
  }, 'the entry has its place')
  await page.click('button:text("Show who saw this")')
  await sees('li >> text=opened a case')
  assert.deepEqual(await drawnWrong(page), [])
  await page.locator('text=Who saw this').first().scrollIntoViewIfNeeded()
  await picture(page, 'case-looks')
  await page
    .locator('a.link', { hasText: /^Entry \d/ })
    .first()
    .click()
  await page.waitForURL(/\/ledger\?entry=/)
})

story('an entry says everything, and the browser itself checks that it is part', async () => {
  await sees('text=✓ Your browser hashed this entry')
  await sees('dd >> text=opened a case')
  await sees('dd >> text=All of it')
  assert.deepEqual(await drawnWrong(page), [])
  await picture(page, 'ledger-entry')
})

story('an entry whose bytes are not those that were signed is told', async () => {
  await page.route('**/v1/ledger/entries/*', async (route) => {
    const answer = await route.fetch()
    const text = (await answer.text()).replace('case.read\\"', 'case.reaD\\"')
    await route.fulfill({ response: answer, body: text })
  })
  await page.reload()
  await sees('[role=alert] >> text=does not lead to the root')
  await page.unroute('**/v1/ledger/entries/*')
})

story('entries are filtered by action, person, record and day', async () => {
  await page.goto('/ledger')
  await sees('a[data-row] >> text=signed in')
  await page.selectOption('select[aria-label=Action]', 'case.read')
  await page.waitForURL(/action=case.read/)
  await page.waitForSelector('a[data-row] >> text=signed in', { state: 'detached' })
  await sees('a[data-row] >> text=opened a case')
  await page.fill('input[placeholder="Id of a record"]', 'case_none')
  await page.keyboard.press('Enter')
  await sees('text=No entry fits')
  await page.click('text=Take filters away')
  await sees('a[data-row] >> text=signed in')
  await page.fill('input[type=date] >> nth=1', '2020-01-01')
  await sees('text=No entry fits')
  await page.click('text=Take filters away')
  const person = (await read(me, '/v1/session')).at('person', 'id').text
  await page.selectOption('select[aria-label=Person]', person)
  await sees('a[data-row] >> text=signed in')
})

story('the page hands out the checkpoint and the commands', async () => {
  await sees('text=Unusual in the last day')
  const checkpoint = await page.inputValue('textarea[aria-label="Checkpoint"]')
  assert.match(checkpoint, /^parley-ledger\/[0-9a-f]{16}\n\d+\n/)
  const verify = await page.inputValue('textarea[aria-label="Command that verifies"]')
  assert.match(verify, /^parley ledger verify ledger --key 'parley-ledger\//)
  assert.deepEqual(await drawnWrong(page), [])
  await picture(page, 'ledger')
  assert.deepEqual(desk.faults, [])
})
