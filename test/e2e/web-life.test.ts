import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { scratch } from './parley.ts'
import { allPlaced, drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { dialog, handsOf, rows } from './web-hands.ts'
import { hostileFiles, hostileReport } from './web-hostile.ts'
import { newStory } from './web-story.ts'

/** The life of an instance in the browser: each test goes on where the one before ended. */
const desk = new WebDesk()
const story = newStory()
const { put } = scratch()
let me: BrowserContext
let page: Page

const open = 'status=open,waiting'
const { press, sees, done, undo, choose, send, drop, queued, caseOf } = handsOf(() => page)

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  me = await desk.person()
  page = await desk.page(me)
})
after(() => desk.end())

story('a pasted link signs in, leaves the address and works once', async () => {
  await page.goto('/')
  await page.waitForURL(/\/sign-in/)
  await sees('text=There is no password')
  await page.goto('/sign-in')
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  assert.ok(!page.url().includes(desk.service.link))
  const stranger = await desk.person()
  const other = await desk.page(stranger)
  await other.goto(`/sign-in#${desk.service.link}`)
  await other.waitForSelector('text=This link was used before')
  await stranger.close()
})

story('the empty queue loads the examples and fills by itself', async () => {
  await sees('text=No findings yet')
  await page.click('text=Load the example findings')
  await sees(rows)
  await until(() => allPlaced(me), 'the examples are placed')
  const expected = (await queued()).length
  assert.ok(expected > 20)
  await sees(`[role=status]:text-is("${expected} cases")`)
  const first = await page.getAttribute(rows, 'id')
  assert.equal(first, `row-${(await queued())[0]}`)
})

story('the queue is worked by keys: move, assign, close, take back', async () => {
  const [first = '', second = ''] = await queued()
  await press('j', 'j', 'k')
  assert.equal(await page.getAttribute('#list', 'aria-activedescendant'), `row-${first}`)
  await press('a')
  await sees(dialog)
  await press('Enter')
  await sees('text=/assigned to/')
  assert.notEqual((await caseOf(first)).at('assignee').value, null)
  await press('u')
  await done('Taken back')
  assert.equal((await caseOf(first)).at('assignee').value, null)
  await press('j', 'c')
  await sees(dialog)
  await page.keyboard.type('Nobody runs this any more')
  await press('Control+Enter')
  await sees('text=/: closed/')
  assert.equal((await caseOf(second)).at('status').text, 'closed')
  await press('u')
  await sees(`[id="row-${second}"]:has-text("Open")`)
  assert.equal((await caseOf(second)).at('status').text, 'open')
})

story('filters and words narrow the queue, and a view keeps them', async () => {
  await press('f')
  await sees(dialog)
  await page.locator('label', { hasText: 'Critical' }).locator('input').check()
  await press('Escape')
  const critical = await queued(`${open}&severity=critical`)
  await sees(`[role=status]:text-is("${critical.length} cases")`)
  await press('/')
  await page.keyboard.type('injection')
  const found = await queued(`${open}&severity=critical&q=injection&sort=relevance`)
  assert.ok(found.length > 0 && found.length < critical.length)
  await sees(`[role=status]:text-is("${found.length} cases")`)
  await page.click('text=Views')
  await page.click('text=Save these filters as a view')
  await sees(dialog)
  await page.keyboard.type('Injections')
  await press('Enter')
  await sees('text=Saved as "Injections"')
  await page.goto(`/queue?${open}`)
  await sees(rows)
  await page.click('text=Views')
  await page.click('[role^=menuitem]:has-text("Injections")')
  await sees(`[role=status]:text-is("${found.length} cases")`)
  await page.waitForFunction(`document.querySelector('input[type=search]')?.value === 'injection'`)
})

story('a note is written, changed and removed', async () => {
  const [id = ''] = await queued()
  await page.goto(`/cases/${id}`)
  await page.fill('textarea', 'Ask the **maintainer** of `tf_stream`')
  await page.focus('textarea')
  await press('Control+Enter')
  await sees('article article code:text-is("tf_stream")')
  await page.click('text=Edit the note')
  await page.fill('textarea[aria-label="The note"]', 'They answered')
  await page.click('text="Save"')
  await sees('article article:has-text("They answered")')
  await page.click('text=Remove the note')
  await sees('text=The note is removed')
  assert.equal((await caseOf(id)).at('notes').items.length, 0)
})

story('cases are merged, kept apart and related, and undone', async () => {
  const ids = await queued()
  const [one = '', , , , , other = ''] = ids
  const before = await caseOf(one)
  await page.goto(`/cases/${one}`)
  await sees('h1')
  await press('m')
  await choose(other)
  await send('The same function')
  await done('Merged #')
  assert.ok((await caseOf(one)).at('reports').number > before.at('reports').number)
  assert.deepEqual(
    await queued(),
    ids.filter((id) => id !== other),
  )
  await undo()
  assert.deepEqual(await queued(), ids)
  await press('x')
  await choose(other)
  await send('Another file')
  await done('are never merged')
  await sees('text=Never the same:')
  await undo()
  await press('l')
  await choose(other)
  await send('One copy of the loop in two files')
  await done('are linked')
  await sees('text=Same root cause in another place:')
  assert.match((await caseOf(other)).at('relations').json, /One copy of the loop/)
  await undo()
  const now = await caseOf(one)
  for (const name of ['title', 'reports', 'severity', 'relations']) {
    assert.deepEqual(now.at(name).value, before.at(name).value, name)
  }
})

story('reports are split off and come back', async () => {
  const ids = await queued()
  await press('s')
  await sees(dialog)
  await page.locator('[role=dialog] input[type=checkbox]').nth(1).check()
  await press('Control+Enter')
  await done('1 report left')
  assert.equal((await queued()).length, ids.length + 1)
  await undo()
  assert.deepEqual(await queued(), ids)
})

story('suggestions are decided by keys and taken back', async () => {
  await page.goto('/suggestions')
  await sees('h2:has-text("one vulnerability?")')
  const left = async () => (await read(me, '/v1/suggestions')).at('open').number
  const before = await left()
  await press('y')
  await sees('text=/: merged/')
  await press('n')
  await sees('text=/: kept apart/')
  await press('u')
  await sees('text=/left to somebody else/')
  await until(async () => (await left()) < before, 'fewer are open')
  await press('z')
  await sees('text=/: kept apart/')
  await press('z')
  await sees('text=/: merged/')
  await press('z')
  await sees('text=No answer yet')
  await until(async () => (await left()) === before, 'all are open again')
})

const scan = JSON.stringify({
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'Kestrel' } },
      results: [
        {
          ruleId: 'path-traversal',
          message: { text: 'The name of an upload leaves its folder' },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: 'src/upload.ts' },
                region: { startLine: 9 },
              },
            },
          ],
        },
      ],
    },
  ],
})

story('of two dropped files one is a case and one is refused, with why', async () => {
  await page.click('nav >> text=Import')
  await drop(put('kestrel.sarif', scan), put('holiday.bin', '\u0000\u0001 no findings'))
  await sees('text=2 of 2 files sent')
  await sees('a[data-row]:has-text("kestrel.sarif"):has-text("1 new case")')
  await sees('a[data-row]:has-text("holiday.bin"):has-text("Refused")')
  await page.click('a[data-row]:has-text("holiday.bin")')
  await sees('article :text("Nothing of this file was stored")')
  assert.match(await page.innerText('article'), /format|recognise/i)
  await page.click('a[data-row]:has-text("kestrel.sarif")')
  await page.click('text=Cases of this import')
  await sees(rows)
  assert.equal(await page.locator(rows).count(), 1)
})

story('finders, overview and jobs tell what the API tells', async () => {
  await press('g', 'f')
  await page.waitForURL(/\/finders/)
  await sees('main >> text=Hawkmoth')
  const finders = (await read(me, '/v1/finders')).at('items').items.length
  await sees(`text=Track records of ${finders} finders`)
  await press('g', 'o')
  await page.waitForURL(/\/overview/)
  const funnel = (await read(me, '/v1/overview?days=30')).at('funnel').items
  for (const stage of funnel) assert.ok(Number.isInteger(stage.at('count').number))
  await sees(`main :text-is("${funnel[0]?.at('count').text}")`)
  await press('g', 'j')
  await page.waitForURL(/\/jobs/)
  await sees('th:has-text("read-import")')
})

story('a token is made, shown once and works until it is revoked', async () => {
  await press('g', 't')
  await sees('text=None yet')
  await page.fill('[placeholder="nightly scan of the gateway"]', 'gateway')
  await press('Tab')
  await page.keyboard.type('Harbour laboratory')
  await press('Enter')
  await sees('text=Keep this token now')
  const token = await page.inputValue('input[aria-label=Token]')
  await page.click('text=I have kept it')
  await page.waitForSelector('input[aria-label=Token]', { state: 'detached' })
  assert.ok(!(await page.content()).includes(token))
  const report = { purl: 'pkg:npm/quillet-render@4.1.0', email: 'lab@harbour.example' }
  assert.equal(await desk.post(token, '/v1/reports', report), 202)
  assert.equal(await desk.post(token, '/v1/reports', hostileReport), 202)
  await page.click('tbody >> text=Revoke')
  await page.click('[role=dialog] >> text="Revoke"')
  await sees('tbody >> text=✗ Revoked')
  const isRefused = async () => (await desk.post(token, '/v1/reports', report)) === 401
  await until(isRefused, 'the token is refused')
})

story('every way out of a case is a download of its kind', async () => {
  const [id = ''] = await queued()
  await page.goto(`/cases/${id}`)
  for (const [label, pattern, holds] of [
    ['Mail draft', /\.eml$/, /^X-Unsent: 1/m],
    ['Markdown', /\.md$/, /^# /m],
    ['OSV draft', /\.json$/, /"schema_version": ?"1\.7/],
    ['CSAF draft', /\.json$/, /"csaf_version": ?"2\.0"/],
    ['Everything as zip', /\.zip$/, /^PK/],
  ] as const) {
    await page.click('text=Send or export')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click(`[role=menuitem]:has-text("${label}")`),
    ])
    assert.match(download.suggestedFilename(), pattern)
    assert.match(readFileSync(await download.path(), 'latin1'), holds, label)
    await page.waitForSelector('[role=menu]', { state: 'detached' })
  }
})

/** No text of a report became an element, and none of those that tried to run did. */
const assertNothingRan = async (): Promise<void> => {
  const made = 'main script, main img, main iframe, main svg[onload]'
  assert.equal(await page.locator(made).count(), 0)
  assert.equal(await page.evaluate('window.owned'), undefined)
}

story('scripts in every text of reports are shown and never run', async () => {
  await page.goto('/import')
  await sees('text=Drop files or folders here')
  await drop(...Object.entries(hostileFiles).map(([name, text]) => put(name, text)))
  await sees(
    `text=${Object.keys(hostileFiles).length} of ${Object.keys(hostileFiles).length} files sent`,
  )
  await until(() => allPlaced(me), 'the hostile files are placed')
  const { items } = (await read(me, '/v1/cases?q=owned&limit=100')).at('items')
  assert.ok(items.length >= 3, 'the hostile reports are cases')
  for (const id of items.map((one) => one.at('id').text)) {
    const { json } = await caseOf(id)
    assert.ok(json.includes('<img src=x onerror='))
    await page.goto(`/cases/${id}`)
    await sees('h1')
    await sees('h2:text-is("History")')
    await assertNothingRan()
  }
})

story('of two who edit one case the second is told and loses nothing', async () => {
  const [id = ''] = await queued()
  const other = await desk.person()
  const theirs = await desk.page(other)
  await theirs.goto(`/sign-in?next=/cases/${id}#${await desk.link()}`)
  await theirs.waitForSelector('h1')
  await page.goto(`/cases/${id}`)
  await sees('h1')
  await sees('header >> text=Live')
  for (const [on, title] of [
    [page, 'My words'],
    [theirs, 'Their words'],
  ] as const) {
    await on.keyboard.press('e')
    await on.fill('input[aria-label=Title]', title)
  }
  await theirs.keyboard.press('Enter')
  await theirs.waitForSelector('h1:text-is("Their words")')
  await press('Enter')
  await sees('text=Somebody else changed this case while you typed')
  assert.equal(await page.inputValue('input[aria-label=Title]'), 'My words')
  assert.equal((await caseOf(id)).at('title').text, 'Their words')
  await page.click('text=Save mine')
  await sees('h1:text-is("My words")')
  await theirs.waitForSelector('h1:text-is("My words")')
  await theirs.fill('textarea', 'Seen by both')
  await theirs.focus('textarea')
  await theirs.keyboard.press('Control+Enter')
  await sees('article article:has-text("Seen by both")')
  await other.close()
})

for (const [name, path, shown] of [
  ['the queue', `/queue?${open}`, rows],
  ['a case', '/cases/', 'h2:text-is("History")'],
  ['the import page', '/import', 'a[data-row]'],
  ['the suggestions', '/suggestions', 'h2'],
  ['the finders', '/finders', 'main >> text=Hawkmoth'],
  ['the overview', '/overview', 'text=From reports to decisions'],
  ['the jobs', '/jobs', 'th:has-text("read-import")'],
  ['the tokens', '/tokens', 'tbody tr'],
] as const) {
  story(`axe finds nothing on ${name}, and nothing is cut`, async () => {
    await page.goto(path === '/cases/' ? path + (await queued())[0] : path)
    await sees(shown)
    await assertNothingRan()
    assert.deepEqual(await drawnWrong(page), [])
  })
}

story('who signs out needs another link, also for what was open', async () => {
  await page.goto('/finders')
  await sees('main >> text=Hawkmoth')
  await page.click('header button:has-text("Coordinator")')
  await page.click('text=Sign out')
  await sees('text=There is no password')
  assert.deepEqual(await drawnWrong(page), [])
  assert.equal((await me.request.get('/v1/session')).status(), 401)
  await page.goBack()
  await sees('text=There is no password')
  await page.goto(`/sign-in#${await desk.link()}`)
  await page.waitForURL(/\/queue/)
  await sees(rows)
})

story('no page did anything that it must not', async () => {
  assert.deepEqual(desk.faults, [])
})
