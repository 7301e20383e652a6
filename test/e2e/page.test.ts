import assert from 'node:assert/strict'
import { after, test as plainTest, type TestContext } from 'node:test'
import { syntheticTriage } from '../synthetic/triage.ts'
import { Desk, isWithoutBrowser, narrow, type Opened } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

const test = (name: string, body: (context: TestContext) => Promise<void>): void =>
  void plainTest(name, { skip: isWithoutBrowser }, body)

const forty = syntheticTriage({ cases: 40 })
const views = ['queue', 'suggestions', 'files', 'set-aside']

async function visit(opened: Opened, fragment: string): Promise<void> {
  await opened.page.evaluate(`location.hash = ${JSON.stringify(fragment)}`)
}

for (const cases of [0, 1, 40]) {
  test(`with ${cases} cases every view opens without error, message or request`, async () => {
    const opened = await desk.open(syntheticTriage({ cases }))
    for (const view of views) {
      await visit(opened, `view=${view}`)
      await opened.page.locator(`nav a[aria-current=page]`).waitFor()
      assert.notEqual(await opened.title(), '')
    }
    assert.deepEqual(opened.faults, [])
  })
}

test('no text of any report runs, loads or becomes an element', async () => {
  const triage = syntheticTriage({ cases: 36, hostile: true })
  const opened = await desk.open(triage)
  const keys = [
    ...triage.cases.map(({ id }) => `case=${id}`),
    ...triage.suggestions.map((_, at) => `view=suggestions&item=${at}`),
    ...triage.files.map(({ name }) => `view=files&item=${encodeURIComponent(name.toWellFormed())}`),
    ...triage.setAside.map(({ report }) => `view=set-aside&item=${report.id}`),
  ]
  for (const key of keys) {
    await visit(opened, key)
    assert.equal(await opened.count('.notice'), 0, `${key} is there`)
    assert.equal(await opened.count('#page :is(img, svg, script, iframe, object, style)'), 0)
    assert.equal(await opened.count('a:not([href^="#"], [href^="https://"])'), 0, key)
    await opened.page.evaluate(
      'for (const details of document.querySelectorAll("details")) details.open = true',
    )
  }
  await visit(opened, 'view=queue')
  await opened.page.fill('#filter', '<img src=x onerror="globalThis.broken = 8">')
  assert.equal(await opened.page.evaluate('globalThis.broken'), undefined)
  assert.deepEqual(opened.faults, [])
})

test('j and k move, enter reads, escape goes back a step at a time', async () => {
  const opened = await desk.open(forty)
  const [first, second] = forty.cases
  assert.match(await opened.title(), /distinct vulnerabilities/)
  await opened.press('j')
  assert.equal(opened.fragment, `case=${first?.id}`)
  await opened.rest()
  await opened.press('j')
  await opened.rest()
  assert.equal(opened.fragment, `case=${second?.id}`)
  assert.equal(await opened.count('.row[aria-selected=true]'), 1)
  assert.match(await opened.focus(), /^div\.list/)
  await opened.press('k')
  await opened.rest()
  assert.equal(opened.fragment, `case=${first?.id}`)
  await opened.press('Enter')
  assert.equal(await opened.focus(), 'h2')
  await opened.press('Escape')
  assert.match(await opened.focus(), /^div\.list/)
  assert.equal(opened.fragment, `case=${first?.id}`)
  await opened.press('Escape')
  assert.equal(opened.fragment, '')
  assert.match(await opened.title(), /distinct vulnerabilities/)
})

test('a held key moves the cursor at every press and draws the case when it rests', async () => {
  const opened = await desk.open(syntheticTriage({ cases: 400 }))
  for (let presses = 0; presses < 120; presses++) await opened.press('j')
  assert.match(await opened.text('.row[aria-selected=true]'), /^120 /)
  await opened.rest()
  assert.match(await opened.text('.case > p'), /^Number 120 of 400/)
})

test('typing narrows the queue, says how much, and escape clears it', async () => {
  const opened = await desk.open(forty)
  await opened.press('/')
  assert.equal(await opened.focus(), 'input#filter')
  await opened.page.keyboard.type('heap overflow')
  const found = forty.cases.filter(({ reports }) =>
    reports.some(({ finding }) => /heap overflow/i.test(finding.title)),
  )
  assert.equal(await opened.text('.status'), `${found.length} of 40 cases`)
  assert.equal(opened.fragment, 'q=heap overflow')
  await opened.press('Enter')
  assert.match(await opened.focus(), /^div\.list/)
  assert.equal(
    opened.fragment,
    `q=heap overflow&case=${found[0]?.id}`.split('&').reverse().join('&'),
  )
  await opened.press('/', 'Escape')
  assert.equal(await opened.text('.status'), '40 cases')
  await opened.page.fill('#filter', 'nothing is called this')
  assert.match(await opened.text('.empty'), /No case matches “nothing is called this”/)
  await opened.page.click('.empty a')
  assert.equal(await opened.text('.status'), '40 cases')
})

test('filters narrow, are links, show what is on, and can be taken off', async () => {
  const opened = await desk.open(forty)
  await opened.page.click('.search button')
  await opened.page.check('#facet-decision-scheduled')
  await opened.page.check('#facet-severity-high')
  assert.equal(await opened.focus(), 'input#facet-severity-high')
  const wanted = forty.cases.filter(
    ({ decision, severity }) => decision.deployer === 'scheduled' && severity === 'high',
  )
  assert.equal(await opened.text('.status'), `${wanted.length} of 40 cases`)
  assert.equal(opened.fragment, 'decision=scheduled&severity=high')
  assert.equal(await opened.text('.search button'), 'Filters (2)')
  await opened.press('Escape')
  assert.equal(await opened.page.locator('#facets').isVisible(), false)
  await opened.page.click('.chips button >> nth=0')
  assert.equal(opened.fragment, 'severity=high')
  await opened.page.goBack()
  assert.equal(await opened.text('.status'), `${wanted.length} of 40 cases`)
  await opened.page.click('.chips button.plain')
  assert.equal(await opened.text('.status'), '40 cases')
})

test('the address is the state: it opens what it says, and back goes back', async () => {
  const [, , third] = forty.cases
  const fragment = `#case=${third?.id}&q=${third?.title.split(' ')[0]}&severity=${third?.severity}`
  const opened = await desk.open(forty, { fragment })
  assert.match(await opened.text('.case > p'), /^Number 3 of 40/)
  assert.match(await opened.text('.row[aria-selected=true]'), /^3 /)
  assert.equal(await opened.page.title(), `${await opened.title()} · Parley triage`)
  await opened.page.click('nav a >> nth=2')
  assert.equal(opened.fragment, 'view=files')
  await opened.page.click('.row >> nth=1')
  assert.match(opened.fragment, /^view=files&item=/)
  await opened.page.goBack()
  await opened.page.goBack()
  assert.match(await opened.text('.case > p'), /^Number 3 of 40/)
  await opened.page.reload()
  assert.match(await opened.text('.case > p'), /^Number 3 of 40/)
  await visit(opened, 'case=case_gone')
  assert.match(await opened.text('.notice'), /nothing of that name/)
})

test('what two reports share is marked in both, and a reason brings it into sight', async () => {
  const opened = await desk.open(forty)
  await opened.press('j', 'Enter')
  const [found] = forty.cases
  const [merge] = found?.merges ?? []
  const [reason] = merge?.because ?? []
  const mark = reason?.marks[0] ?? ''
  for (const side of [0, 1]) {
    const marks = await opened.texts(`.pair article >> nth=${side} >> mark`)
    assert.ok(marks.includes(mark), `column ${side} marks ${mark}`)
  }
  const columns = opened.page.locator('.pair article')
  const [left, right] = [await columns.nth(0).boundingBox(), await columns.nth(1).boundingBox()]
  assert.ok(left && right && right.x > left.x + 200 && left.y === right.y, 'side by side')
  assert.equal(await opened.text('.label.against'), 'What speaks against it')
  await opened.page.click('.reasons button')
  assert.ok((await opened.count('mark.shown')) >= 2)
  for (const side of [0, 1]) {
    const shown = opened.page.locator(`.pair article >> nth=${side} >> mark.shown`).first()
    const box = await shown.boundingBox()
    assert.ok(box && box.y > 0 && box.y < 900, 'in sight')
  }
})

test('of more than two reports the reader chooses which two stand side by side', async () => {
  const opened = await desk.open(forty)
  await opened.press('j')
  const [found] = forty.cases
  const third = found?.reports[2]
  await opened.page.selectOption('.chooser select >> nth=1', third?.id ?? '')
  const heads = await opened.texts('.pair article header p')
  assert.match(heads[1] ?? '', new RegExp(third?.finders[0] ?? 'nobody'))
  assert.match(opened.fragment, new RegExp(`right=${third?.id}`))
  await opened.page.reload()
  assert.match(
    (await opened.texts('.pair article header p'))[1] ?? '',
    new RegExp(third?.file ?? ''),
  )
})

test('a case says its decision with every input, its finders and its original record', async () => {
  const opened = await desk.open(forty)
  await opened.press('j')
  const [found] = forty.cases
  await opened.page.click('.block summary')
  const inputs = await opened.texts('.wide tbody tr')
  assert.equal(inputs.length, found?.decision.inputs.length)
  assert.match(inputs.join('\n'), /default\s+Nobody said where it runs/)
  const page = await opened.text('.detail')
  for (const { name } of found?.finders ?? []) assert.ok(page.includes(name))
  await opened.page.click('.original summary >> nth=0')
  assert.match(await opened.text('.original pre'), /ruleId|^# /)
})

test('n and p go from suggestion to suggestion', async () => {
  const opened = await desk.open(forty)
  await opened.press('n')
  assert.equal(opened.fragment, 'view=suggestions&item=0')
  assert.equal(await opened.title(), 'One vulnerability or two?')
  await opened.press('n')
  await opened.rest()
  assert.equal(opened.fragment, 'view=suggestions&item=1')
  await opened.press('p')
  await opened.rest()
  assert.equal(opened.fragment, 'view=suggestions&item=0')
  assert.equal(await opened.count('.pair article'), 2)
})

test('the list of keys opens, keeps the focus, gives it back, can switch keys off', async () => {
  const opened = await desk.open(forty)
  await opened.press('j', '?')
  assert.equal(await opened.count('dialog[open]'), 1)
  await opened.press('j', 'Escape')
  assert.equal(await opened.count('dialog[open]'), 0)
  assert.match(await opened.focus(), /^div\.list/)
  await opened.press('?')
  await opened.page.uncheck('#single-keys')
  await opened.press('Escape')
  const before = opened.fragment
  await opened.press('j', 'n', '?')
  await opened.rest()
  assert.equal(opened.fragment, before)
  await opened.press('ArrowDown')
  await opened.rest()
  assert.notEqual(opened.fragment, before, 'arrows of the list are no single keys')
})

test('at 390 pixels list and case take turns, and nothing is wider than the screen', async () => {
  const opened = await desk.open(forty, { viewport: narrow })
  await opened.page.click('.row >> nth=2')
  assert.equal(await opened.page.locator('.list').isVisible(), false)
  assert.equal(await opened.focus(), 'h2')
  const width = 'document.documentElement.scrollWidth'
  assert.equal(await opened.page.evaluate(width), 390)
  await opened.page.click('.back')
  assert.equal(await opened.page.locator('.list').isVisible(), true)
  assert.equal(await opened.page.locator('.detail').isVisible(), false)
  await opened.page.goBack()
  assert.equal(await opened.page.locator('.detail').isVisible(), true)
  await opened.page.goBack()
  await opened.page.click('.summary')
  assert.match(await opened.title(), /distinct vulnerabilities/)
  assert.equal(await opened.count('.notice'), 0)
})

test('printing lays out the whole list, or the whole case', async () => {
  const opened = await desk.open(forty)
  await opened.page.evaluate('dispatchEvent(new Event("beforeprint"))')
  assert.equal(await opened.count('.sheet li'), 40)
  await opened.page.evaluate('dispatchEvent(new Event("afterprint"))')
  assert.equal(await opened.count('.sheet'), 0)
  await opened.press('j')
  await opened.page.evaluate('dispatchEvent(new Event("beforeprint"))')
  assert.equal(await opened.count('.detail details:not([open], .original)'), 0)
  assert.equal(await opened.count('.sheet'), 0)
  const pdf = await opened.page.pdf({ format: 'A4' })
  assert.equal(pdf.subarray(0, 4).toString(), '%PDF')
})
