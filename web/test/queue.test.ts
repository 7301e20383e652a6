import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Case } from '../api/types.ts'
import type { Mock } from '../mock/server.ts'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }
/** A dialogue that is open and has the focus. */
const dialog = '[role=dialog]:not([aria-busy]) :focus'

const openRows = 'table#list tbody tr'
const cursorTitle = async (page: Page): Promise<string> => {
  const id = await page.getAttribute('#list', 'aria-activedescendant')
  return id === null ? '' : page.innerText(`[id="${id}"] a`)
}
const titleAt = (page: Page, at: number): Promise<string> =>
  page.innerText(`${openRows}[aria-rowindex="${at}"] a`)
/** The case of a row of the list, as the mock has it. */
const caseAt = async (page: Page, mock: Mock, at: number): Promise<Case> => {
  const id = await page.getAttribute(`${openRows}[aria-rowindex="${at}"]`, 'id')
  const found = mock.world.detail(id?.slice('row-'.length) ?? '')
  if (found === undefined) throw new Error(`no case in row ${at}`)
  return found
}
const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}
const start = async (cases = 2000, path = '/queue?status=open,waiting') => {
  const served = await desk.serve({ cases })
  const page = await desk.open(served.url + path)
  await page.waitForSelector(openRows)
  return { ...served, page }
}

test('keys do nothing while a person types', options, async () => {
  const { page } = await start(50)
  await press(page, '/')
  await page.keyboard.type('jax')
  assert.equal(await page.inputValue('input[type=search]'), 'jax')
  assert.equal(await page.locator('[role=dialog]').count(), 0)
})

test('single keys can be turned off, and ctrl+k still works', options, async () => {
  const { page } = await start(50)
  await press(page, '?')
  await page.uncheck('text=Keys without ctrl')
  await press(page, 'Escape', 'j', '?')
  assert.equal(await cursorTitle(page), '')
  assert.equal(await page.locator('[role=dialog]').count(), 0)
  await press(page, 'Control+k')
  await page.waitForSelector(dialog)
})

test('a list of 10,000 draws only what is in sight and reads on by itself', options, async () => {
  const { page } = await start(10_000, '/queue')
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  assert.ok((await page.locator(openRows).count()) < 40)
  for (let turn = 0; turn < 30; turn += 1) {
    await page.evaluate(`document.querySelector('#list').parentElement.scrollBy(0, 4000)`)
    await page.waitForTimeout(40)
  }
  const drawn = await page.locator(openRows).count()
  assert.ok(drawn < 40, `${drawn} rows`)
  const first = Number(await page.locator(openRows).first().getAttribute('aria-rowindex'))
  assert.ok(first > 500, `reached row ${first}`)
  const lists = requests.filter((url) => url.includes('/v1/cases?'))
  assert.ok(lists.every((url) => url.includes('limit=100')))
  assert.equal(new Set(lists).size, lists.length, 'no page is read twice')
})

test('a key press at 10,000 rows is shown within 100 ms', options, async () => {
  const { page } = await start(10_000, '/queue')
  await press(page, 'j', 'j', 'j')
  const took: unknown = await page.evaluate(`new Promise((resolve) => {
    const started = performance.now()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }))
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started)))
  })`)
  assert.ok(Number(took) < 100, `${took} ms`)
})

test('j and k move, enter opens beside the list, escape closes; back works', options, async () => {
  const { page } = await start()
  await press(page, 'j', 'j', 'k', 'j')
  assert.equal(await cursorTitle(page), await titleAt(page, 2))
  await press(page, 'Enter')
  await page.waitForURL(/\/queue\/case_.*status=open,waiting/)
  const title = await titleAt(page, 2)
  await page.waitForSelector('article h2')
  assert.equal(await page.innerText('article h2'), title)
  await press(page, 'j')
  const third = await titleAt(page, 3)
  await page.waitForSelector(`article h2:text-is(${JSON.stringify(third)})`)
  await press(page, 'Escape')
  await page.waitForURL(/\/queue\?status=open,waiting$/)
  assert.equal(await cursorTitle(page), third)
  await page.goBack()
  await page.waitForURL(/\/queue\/case_/)
})

test(
  'filters, search and order stand in the address, and a link brings them back',
  options,
  async () => {
    const { page, url } = await start()
    await press(page, 'f')
    await page.waitForSelector(dialog)
    await page.locator('label', { hasText: 'Critical' }).locator('input').check()
    await press(page, 'Escape', '/')
    await page.keyboard.type('sql')
    await page.waitForURL(/q=sql/)
    const { search } = new URL(page.url())
    assert.match(search, /severity=critical/)
    const again = await desk.open(`${url}/queue${search}`)
    await again.waitForSelector(openRows)
    const count = await again.innerText('[role=status]:has-text(" cases")')
    await page.waitForSelector(`[role=status]:text-is(${JSON.stringify(count)})`)
    assert.equal(await again.inputValue('input[type=search]'), 'sql')
  },
)

test('what fits nothing says so and shows the way out', options, async () => {
  const { page } = await start()
  await press(page, '/')
  await page.keyboard.type('nothing-is-called-this')
  await page.waitForSelector('text=No case fits')
  await page.click('text=Open and waiting cases')
  await page.waitForSelector(openRows)
})

test('assigning is shown at once, and u takes it back', options, async () => {
  const { page, mock } = await start(300)
  const before = await caseAt(page, mock, 1)
  await press(page, 'j', 'a')
  await page.waitForSelector(dialog)
  await page.keyboard.type('ben')
  await press(page, 'Enter')
  await page.waitForSelector('text=assigned to Ben Lindqvist')
  assert.equal((await caseAt(page, mock, 1)).assignee?.name, 'Ben Lindqvist')
  await press(page, 'u')
  await page.waitForSelector('text=Taken back')
  assert.deepEqual((await caseAt(page, mock, 1)).assignee, before.assignee)
})

test(
  'many are closed at once with one reason, and all come back by one undo',
  options,
  async () => {
    const { page, mock } = await start(300)
    const before = mock.world.rows.filter(({ status }) => status === 'closed').length
    await press(page, 'j', 'Space', 'Shift+J', 'Shift+J')
    await page.waitForSelector('text=3 cases chosen')
    await press(page, 'c')
    await page.waitForSelector(dialog)
    await press(page, 'Control+Enter')
    await page.waitForSelector('text=Say why')
    await page.keyboard.type('Out of scope')
    await press(page, 'Control+Enter')
    await page.waitForSelector('text=3 cases: closed')
    const closed = () => mock.world.rows.filter(({ status }) => status === 'closed').length
    assert.equal(closed(), before + 3)
    await press(page, 'u')
    await page.waitForSelector('text=Taken back for 3 cases')
    assert.equal(closed(), before)
  },
)

test('chosen cases are merged, leave the list, and undo brings them back', options, async () => {
  const { page, mock } = await start(300)
  const count = mock.world.rows.length
  const second = await titleAt(page, 2)
  await press(page, 'j', 'Space', 'j', 'Space', 'm')
  await page.waitForSelector('[role=dialog] >> text=then holds')
  await page.waitForSelector(dialog)
  await press(page, 'Control+Enter')
  await page.waitForSelector('text=/Merged #\\w+ into/')
  assert.equal(mock.world.rows.length, count - 1)
  assert.notEqual(await titleAt(page, 2), second)
  await press(page, 'u')
  await page.waitForSelector('text=Taken back')
  assert.equal(mock.world.rows.length, count)
})

test(
  'a case that somebody else changed is refused, shown as it is, and named',
  options,
  async () => {
    const { page, mock } = await start(300)
    const found = await caseAt(page, mock, 1)
    // Another person's change, which this page hears of only by the refusal.
    mock.world.quietly({ ...found, title: 'Renamed elsewhere', version: 9 })
    await press(page, 'j', 'a')
    await page.waitForSelector(dialog)
    await press(page, 'Enter')
    await page.waitForSelector('text=Not done.')
    await page.waitForSelector('text=Renamed elsewhere')
  },
)

test(
  'changes of others appear in place, and cases that came wait for the person',
  options,
  async () => {
    const { page, mock } = await start(300)
    await page.waitForSelector('text=Live')
    const first = await titleAt(page, 1)
    const found = await caseAt(page, mock, 1)
    mock.world.save({ ...found, title: 'Changed by somebody', version: found.version + 1 })
    await page.waitForSelector('text=Changed by somebody')
    assert.notEqual(await titleAt(page, 1), first)
    mock.world.tell('case', 'case_elsewhere')
    await page.click('text=1 case changed: read again')
    await page.waitForSelector('text=1 case changed: read again', { state: 'detached' })
  },
)

test('an empty instance teaches the first step', options, async () => {
  const { url } = await desk.serve({ cases: 0 })
  const page = await desk.open(`${url}/queue`)
  await page.waitForSelector('text=No findings yet')
  await page.click('text=Load the example findings')
  await page.waitForSelector('text=Findings are being read')
  await page.click('text=See how far each file is')
  await page.waitForURL(/\/import/)
})

test('g and a letter, and the palette, go anywhere', options, async () => {
  const { page } = await start(300)
  await press(page, 'g', 'f')
  await page.waitForURL(/\/finders/)
  await press(page, 'Control+k')
  await page.waitForSelector(dialog)
  await page.keyboard.type('my cases')
  await press(page, 'Enter')
  await page.waitForURL(/assignee=me/)
})

test(
  'at 390 pixels nothing is wider than the screen, and the case takes its whole width',
  options,
  async () => {
    const { url } = await desk.serve({ cases: 300 })
    const page = await desk.open(`${url}/queue`, { viewport: sizes.narrow })
    await page.waitForSelector(openRows)
    const isWider = 'document.documentElement.scrollWidth > innerWidth'
    assert.equal(await page.evaluate(isWider), false)
    await page.click(`${openRows}[aria-rowindex="2"]`)
    await page.waitForSelector('article h2')
    assert.equal(await page.isVisible('#list'), false)
    assert.equal(await page.evaluate(isWider), false)
    await page.click('article >> text=Close')
    await page.waitForSelector('#list', { state: 'visible' })
  },
)

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
