import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Case } from '../api/types.ts'
import type { World } from '../mock/world.ts'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }
/** A dialogue that is open and has the focus. */
const dialog = '[role=dialog]:not([aria-busy]) :focus'

/** A case with at least two reports, opened by itself. */
async function start(change: (found: Case) => Case = (found) => found) {
  const { url, mock } = await desk.serve({ cases: 300 })
  const row = mock.world.rows.find(({ reports, status }) => reports === 3 && status === 'open')
  const found = mock.world.detail(row?.id ?? '')
  if (found === undefined) throw new Error('no such case')
  mock.world.quietly(change(found))
  const page = await desk.open(`${url}/cases/${found.id}`)
  await page.waitForSelector('h1')
  return { page, world: mock.world, url, found: nowOf(mock.world, found.id) }
}

function nowOf(world: World, id: string): Case {
  const found = world.detail(id)
  if (found === undefined) throw new Error('the case is gone')
  return found
}

const hostile = [
  '<script>document.title = "owned"</script>',
  '<img src=x onerror="document.title=\'owned\'">',
  '[click](javascript:document.title="owned")',
  'javascript:document.title="owned"',
  '\u202egnp.exe',
  '"><svg onload=alert(1)>',
].join('\n\n')

/** Puts a text into every text of a case that comes from outside. */
const poisoned = (found: Case): Case => ({
  ...found,
  title: hostile.slice(0, 300),
  packages: [hostile],
  aliases: [hostile],
  credits: found.credits.map((credit) => ({ ...credit, name: hostile })),
  reportList: found.reportList.map((report) => ({
    ...report,
    title: hostile,
    finders: [hostile],
    document: hostile,
    at: hostile,
    because: [{ says: hostile, marks: ['script', 'img'], supports: true }],
    finding: {
      details: hostile,
      tool: { name: hostile },
      references: [hostile, 'javascript:alert(1)', 'https://example.org/a?b=<i>'],
      locations: [{ file: hostile, snippet: hostile }],
      proofs: [{ text: hostile }],
      components: [{ name: hostile }],
      fix: hostile,
    },
  })),
})

test(
  'texts from outside stay texts: no element, no script, no link but to the web',
  options,
  async () => {
    const { page } = await start(poisoned)
    await page.waitForSelector('article a[target=_blank]')
    assert.equal(await page.locator('article script, article img, article svg[onload]').count(), 0)
    const links = await page
      .locator('article a[target=_blank]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
    assert.ok(links.length > 0)
    assert.deepEqual(
      links.filter((href) => !href.startsWith('https://example.org/')),
      [],
    )
    assert.notEqual(await page.title(), 'owned')
    assert.match(await page.innerText('article'), /U\+202E/)
  },
)

test('a finding of another shape breaks nothing', options, async () => {
  for (const finding of [null, 7, 'text', [], { details: 4, locations: 'x', crash: [1] }]) {
    const { page } = await start((found) => ({
      ...found,
      reportList: found.reportList.map((report) => ({ ...report, finding })),
    }))
    await page.waitForSelector('text=Comes from')
    await page.context().close()
  }
})

test('what is not there and what may not be seen look alike', options, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/cases/case_gone`)
  await page.waitForSelector('text=There is no such case')
})

test('two reports stand side by side, with what they share marked in both', options, async () => {
  const { page } = await start()
  const columns = page.locator('article article')
  await columns.nth(1).waitFor()
  await columns.locator('mark').first().waitFor()
  assert.equal(await columns.count(), 2)
  const [left, right] = [await columns.nth(0).boundingBox(), await columns.nth(1).boundingBox()]
  assert.ok(left && right && left.y === right.y && left.x < right.x)
  for (const column of await columns.all()) assert.ok((await column.locator('mark').count()) > 0)
  await page.click('text=Show >> nth=0')
  await page.waitForSelector('mark.outline-2')
  assert.equal(await page.locator('table:has-text("All reports") tbody tr').count(), 3)
})

const edited = async (page: Page, title: string): Promise<void> => {
  await page.keyboard.press('e')
  await page.fill('input[aria-label=Title]', title)
}

test('the title is edited where it stands, and undone', options, async () => {
  const { page, world, found } = await start()
  await edited(page, 'A better title')
  await page.keyboard.press('Enter')
  await page.waitForSelector('h1:text-is("A better title")')
  await page.waitForSelector('text=title changed')
  assert.equal(nowOf(world, found.id).title, 'A better title')
  await page.waitForSelector('article >> text=Set by a person')
  await page.keyboard.press('u')
  await page.waitForSelector('text=Taken back')
  assert.equal(nowOf(world, found.id).title, found.title)
})

for (const isHeard of [false, true]) {
  const how = isHeard ? 'heard of by the stream' : 'unheard'
  const title = `two people edit (${how}): the second is told, keeps the words, may save over`
  test(title, options, async () => {
    const { page, world, found } = await start()
    await page.waitForSelector('header >> text=Live')
    await edited(page, 'Mine')
    const theirs = { ...found, title: 'Theirs', version: found.version + 1 }
    if (isHeard) {
      world.save(theirs)
      await page.waitForSelector('h1:text-is("Theirs")', { state: 'attached' })
    } else world.quietly(theirs)
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=Somebody else changed this case while you typed')
    assert.match(await page.innerText('[role=note]'), /Theirs/)
    assert.equal(await page.inputValue('input[aria-label=Title]'), 'Mine')
    assert.equal(nowOf(world, found.id).title, 'Theirs')
    await page.click('text=Save mine')
    await page.waitForSelector('h1:text-is("Mine")')
    assert.equal(nowOf(world, found.id).title, 'Mine')
  })
}

test('the next action is named: taking it, then the verdict', options, async () => {
  const { page, world, found } = await start((one) => ({ ...one, assignee: null, verdict: 'open' }))
  await page.getByRole('button', { name: 'Take it' }).click()
  await page.waitForSelector('text=You decide whether it is real')
  await page.click('text=Give the verdict')
  await page.waitForSelector(dialog)
  await page.keyboard.type('conf')
  await page.keyboard.press('Enter')
  await page.waitForSelector('text=Write the mail')
  assert.equal(nowOf(world, found.id).verdict, 'confirmed')
})

test('a case that waits says for whom, why and until when', options, async () => {
  const { page } = await start()
  await page.keyboard.press('w')
  await page.waitForSelector(dialog)
  await page.keyboard.type('The maintainer builds a fix')
  await page.fill('input[type=datetime-local]', '2030-05-06T14:00')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('text=/Waits until Mon 6 May 2030, 14:00 UTC/')
  await page.waitForSelector('text=has the next move: The maintainer builds a fix')
})

test('reports are split off and come back', options, async () => {
  const { page, world, found } = await start()
  await page.keyboard.press('s')
  await page.waitForSelector(dialog)
  await page.locator('[role=dialog] input[type=checkbox]').nth(1).check()
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('text=1 report left')
  assert.equal(nowOf(world, found.id).reportList.length, 2)
  await page.click('[aria-label="What was just done"] >> text=Undo')
  await page.waitForSelector('text=Taken back')
  assert.equal(nowOf(world, found.id).reportList.length, 3)
})

test('a note begun is kept when the page is left, and sent by ctrl+enter', options, async () => {
  const { page, world, found } = await start()
  await page.fill('textarea', 'Ask the vendor `twice`')
  await page.click('nav >> text=Finders')
  await page.goBack()
  await page.waitForSelector('textarea')
  assert.equal(await page.inputValue('textarea'), 'Ask the vendor `twice`')
  await page.focus('textarea')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('article article:has-text("Ask the vendor") code:text-is("twice")')
  assert.equal(nowOf(world, found.id).notes.length, 1)
})

test('letters typed ahead of a dialogue act on nothing below it', options, async () => {
  const { page, world, found } = await start()
  await page.route('**/assets/dialog-of*', async (route) => {
    await page.waitForTimeout(400)
    await route.continue()
  })
  await page.keyboard.press('a')
  await page.keyboard.type('vcwxu')
  await page.waitForSelector(dialog)
  assert.equal(await page.locator('[role=dialog]').count(), 1)
  assert.match(await page.innerText('[role=dialog]'), /Assign to/)
  assert.equal(nowOf(world, found.id).version, found.version)
})

test('history undoes an older step', options, async () => {
  const { page, world, found } = await start()
  await page.keyboard.press('v')
  await page.waitForSelector(dialog)
  await page.keyboard.type('refuted')
  await page.keyboard.press('Enter')
  await page.waitForSelector('li:has-text("Verdict is now refuted") >> text=Undo')
  await page.click('li:has-text("Verdict is now refuted") >> text=Undo')
  await page.waitForSelector('text=(taken back)')
  assert.equal(nowOf(world, found.id).verdict, found.verdict)
})

test('every way out is a download', options, async () => {
  const { page } = await start()
  await page.click('text=Send or export')
  const items = page.locator('[role=menuitem]')
  await items.first().waitFor()
  assert.equal(await items.count(), 5)
  const [download] = await Promise.all([page.waitForEvent('download'), items.nth(1).click()])
  assert.match(download.suggestedFilename(), /markdown/)
})

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
