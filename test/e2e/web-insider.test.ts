import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { parleyTo } from './instance.ts'
import { allPlaced, drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** Budgets and alerts in the browser: each test goes on where the one before ended. */
const desk = new WebDesk()
const story = newStory()
let me: BrowserContext
let page: Page
let other: BrowserContext
let theirs: Page
let cases: readonly string[] = []
const dialog = '[role=dialog]'

const change = (of: BrowserContext, method: 'put' | 'post', [path, data]: [string, object]) =>
  of.request[method](path, { data, headers: own })

const own = { 'x-requested-by': 'parley', 'sec-fetch-site': 'same-origin' }
const budgets = (cases_: number) => {
  const own = { cases: [cases_, 1_000], proofs: [50, 200] }
  const roles = ['coordinator', 'analyst', 'triager', 'reader', 'auditor', 'finder', 'participant']
  return Object.fromEntries(roles.map((role) => [role, own]))
}

/** So many findings that have nothing in common. */
const sarifOf = (count: number): string => {
  const results = Array.from({ length: count }, (_, at) => {
    const word = String.fromCharCode(97 + at).repeat(7)
    const physicalLocation = {
      artifactLocation: { uri: `${word}/${word}.c` },
      region: { startLine: 10 + 31 * at },
    }
    const message = { text: `The ${word} of ${word} is not held against ${word}.` }
    return { ruleId: word, level: 'error', message, locations: [{ physicalLocation }] }
  })
  const runs = [{ tool: { driver: { name: 'Probe' } }, results }]
  return JSON.stringify({ version: '2.1.0', runs })
}

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  me = await desk.person()
  page = await desk.page(me)
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  const loaded = await change(me, 'post', ['/v1/examples', {}])
  assert.equal(loaded.ok(), true, await loaded.text())
  const more = await me.request.post('/v1/reports/bulk', {
    headers: { ...own, 'content-type': 'application/octet-stream' },
    data: Buffer.from(sarifOf(12)),
  })
  assert.equal(more.status(), 202, await more.text())
  await until(() => allPlaced(me), 'the examples are placed')
  const { items } = (await read(me, '/v1/cases')).at('items')
  cases = items.map((one) => one.at('id').text)
  const [{ id = '' } = {}] = (await read(me, '/v1/organisations'))
    .at('items')
    .items.map((one) => ({ id: one.at('id').text }))
  const wish = { name: 'Bo Wren', organisation: id, role: 'coordinator' }
  const added = await change(me, 'post', ['/v1/people', wish])
  assert.equal(added.ok(), true, await added.text())
  const link: unknown = Reflect.get(Object(await added.json()), 'link')
  other = await desk.person()
  theirs = await desk.page(other)
  await theirs.goto(`/sign-in#${String(link)}`)
  await theirs.waitForURL(/\/queue/)
})
after(() => desk.end())

story('beyond the budget a case asks for a reason, and shows with it', async () => {
  assert.equal((await change(me, 'put', ['/v1/read-budgets', budgets(1)])).status(), 200)
  await page.goto(`/cases/${cases[0]}`)
  await page.waitForSelector('#case')
  await page.goto(`/cases/${cases[1]}`)
  await page.waitForSelector(`${dialog} >> text=Why do you need this?`)
  assert.deepEqual(await drawnWrong(page), [])
  await page.click(`${dialog} >> button:text("Go on")`)
  await page.keyboard.type('x')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector(`${dialog} >> text=Say why, in a few words.`)
  await page.fill(`${dialog} textarea`, 'Für die Freigabe am Montag')
  await page.click(`${dialog} >> button:text("Go on")`)
  await page.waitForSelector('#case')
  await page.waitForSelector(dialog, { state: 'detached' })
})

story('who closes the question stays without the case, and may be asked again', async () => {
  await page.goto(`/cases/${cases[2]}`)
  await page.waitForSelector(dialog)
  await page.keyboard.press('Escape')
  await page.waitForSelector('h1:text("Say why you need this case")')
  assert.equal(await page.locator('#case').count(), 0)
  assert.deepEqual(await drawnWrong(page), [])
  await page.click('button:text("Give a reason")')
  await page.waitForSelector(dialog)
})

story('a download beyond the budget asks for a reason, and then saves the file', async () => {
  await page.goto(`/cases/${cases[1]}`)
  await page.waitForSelector('#case')
  assert.equal((await change(me, 'put', ['/v1/read-budgets', budgets(2)])).status(), 200)
  await page.evaluate(`document.querySelector('#case').insertAdjacentHTML('beforeend',
    '<a id=other download href="/v1/cases/${cases[3]}/export?as=markdown">x</a>')`)
  await page.click('#other')
  await page.waitForSelector(dialog)
  await page.fill(`${dialog} textarea`, 'The maintainer waits for it')
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.click(`${dialog} >> button:text("Go on")`),
  ])
  assert.equal(saved.suggestedFilename(), `${cases[3]}.md`)
  const read_ = await parleyTo(['watermark', 'read', await saved.path(), '--data', desk.data])
  assert.equal(read_.code, 0, read_.said)
  const made = new RegExp(`^export_\\w+ \\(markdown of ${cases[3]}\\)\\n  made by Coordinator`, 'm')
  assert.match(read_.said, made)
  assert.match(read_.said, /choices of words say so/)
})

story('the terminal of the server tells why somebody may see a case', async () => {
  const person = (await read(me, '/v1/session')).at('person', 'id').text
  const asked = ['access', 'explain', person, cases[0] ?? '', '--data', desk.data]
  const { code, said } = await parleyTo(asked)
  assert.equal(code, 0, said)
  assert.match(said, /may see the case case_/)
  assert.match(said, /the database says the same: yes/)
  assert.equal((await parleyTo([...asked.slice(0, 3), 'case_none0001', ...asked.slice(4)])).code, 3)
})

story('who was stopped reads why, and goes on once somebody else lets them', async () => {
  assert.equal((await change(me, 'put', ['/v1/read-budgets', budgets(1)])).status(), 200)
  for (const id of cases.slice(4, 12)) {
    await me.request.get(`/v1/cases/${id}`, { headers: { 'x-reason': 'as many as there are' } })
  }
  await page.goto(`/cases/${cases[12] ?? cases[0]}`)
  await page.waitForSelector('text=somebody who administers has to let you go on')
  await theirs.goto('/alerts')
  await theirs.waitForSelector('h2:text("Stopped")')
  assert.deepEqual(await drawnWrong(theirs), [])
  await theirs.click('button:has-text("Let them go on")')
  await theirs.fill(`${dialog} textarea`, 'Asked by telephone, it was the release')
  await theirs.click(`${dialog} >> button:text("Let them go on")`)
  await theirs.waitForSelector('text=They can go on.')
  await page.goto(`/cases/${cases[0]}`)
  await page.waitForSelector('#case')
})

story('an alert shows by itself, and is acknowledged with what came of it', async () => {
  assert.equal((await change(me, 'put', ['/v1/read-budgets', budgets(500)])).status(), 200)
  await theirs.goto('/alerts')
  await theirs.waitForSelector('text=Nothing. What is unusual shows here')
  assert.ok(cases.length >= 31, `${cases.length} cases`)
  for (const id of cases) await me.request.get(`/v1/cases/${id}`)
  await theirs.waitForSelector('button:has-text("Acknowledge")', { timeout: 180_000 })
  assert.deepEqual(await drawnWrong(theirs), [])
  await theirs.click('button:has-text("Acknowledge")')
  await theirs.fill(`${dialog} textarea`, 'She prepared the release')
  await theirs.click(`${dialog} >> button:text("Acknowledge")`)
  await theirs.waitForSelector('h2:text("Looked into")')
  await page.goto('/alerts')
  await page.waitForSelector('text=She prepared the release')
})

story('nothing went wrong in the pages on the way', async () => {
  assert.deepEqual(desk.faults, [])
})
