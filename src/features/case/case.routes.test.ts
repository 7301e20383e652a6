import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { z } from 'zod'
import type { Principal } from '#features/org/org.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { clockAt } from '#kernel/clock.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import {
  coordinator,
  finder,
  peopleOf,
  secondCoordinator,
  storeReports,
} from '../../../test/db/reports.ts'
import { caseRoutes } from './case.routes.ts'
import { createCases } from './case.store.ts'
import { BulkChangedWire, CaseListWire, CaseWire, ChangedWire, NoteWire } from './case.wire.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const root: Keys = { is: 'root', all: [randomKey()] }
const keys = reportKeysOf(root)

let database: TestDatabase
let http: HttpServer<Principal>
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  const served = await listen<Principal>({
    ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
    routes: caseRoutes({ pool: database.app, keys, cursors: cursorsOf(root) }),
    authenticate: async ({ headers }) => {
      const who = actors.get(headers.authorization ?? '')
      return who ? { principal: who, by: 'token' } : null
    },
  })
  assert.ok(served.ok)
  http = served.value
})
after(async () => {
  await http.close()
  await database[Symbol.asyncDispose]()
})

const principalOf = (actor: typeof coordinator): Principal => ({
  ...{ via: 'token', token: 'token_1', role: actor.role === 'finder' ? 'finder' : 'coordinator' },
  ...{ organisation: actor.organisation ?? '', person: actor.person ?? '' },
})
const actors = new Map([
  ['Bearer ada', principalOf(coordinator)],
  ['Bearer bo', principalOf(secondCoordinator)],
  ['Bearer fay', principalOf(finder)],
])

type Answer = { readonly status: number; readonly body: unknown }

async function ask(
  who: string,
  [method, path]: readonly [string, string],
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${http.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${who}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

/** What was answered with success, in its shape. */
function shaped<T extends z.ZodType>(shape: T, { status, body }: Answer): z.infer<T> {
  assert.equal(status, 200, JSON.stringify(body))
  return shape.parse(body)
}

/** Opens so many cases of one report each. */
async function opened(count: number): Promise<string[]> {
  return asActor(database.app, systemActor, async (tx) => {
    const wishes = Array.from({ length: count }, (_, at) => ({ title: `Flaw ${at}` }))
    const reports = await storeReports(tx, wishes)
    const groups = reports.map((no) => ({ reports: [no], ties: [] }))
    return [...(await createCases(tx, groups, { clock }))]
  })
}

const first = async (): Promise<string> => (await opened(1))[0] ?? ''

const reading = [
  ...['/v1/cases', '/v1/cases/facets', '/v1/cases/case_aaaaaaaa', '/v1/suggestions'],
  ...['/v1/overview', '/v1/views', '/v1/advisories/count'],
].map((path) => ['GET', path, undefined] as const)
const changing = [
  ['PATCH', '/v1/cases/ID', { version: 1, title: 'Mine' }],
  ['POST', '/v1/cases/bulk', { cases: [{ id: 'ID', version: 1 }], change: { title: 'Mine' } }],
  ['POST', '/v1/cases/ID/merge', { version: 1, cases: ['case_bbbbbbbb'] }],
  ['POST', '/v1/cases/ID/split', { version: 1, reports: ['report_aaaaaaaa'] }],
  ['POST', '/v1/cases/ID/apart', { version: 1, with: 'case_bbbbbbbb' }],
  ['POST', '/v1/cases/ID/relation', { version: 1, with: 'case_b', kind: 'related', why: 'x' }],
  ['POST', '/v1/cases/ID/notes', { text: 'Mine' }],
  ['PATCH', '/v1/notes/note_aaaaaaaa', { text: 'Mine' }],
  ['DELETE', '/v1/notes/note_aaaaaaaa', undefined],
  ['POST', '/v1/history/event_aaaaaaaa/undo', {}],
  ['POST', '/v1/suggestions/suggestion_1/decision', { decision: 'yes' }],
  ['POST', '/v1/views', { name: 'Mine', query: '' }],
] as const

for (const [method, path, body] of [...reading, ...changing]) {
  test(`${method} ${path} is not for finders nor for who is not known`, async () => {
    const at = path.replace('ID', await first())
    const asFinder = await ask('fay', [method, at], body)
    assert.equal(asFinder.status, 403)
    assert.equal((await ask('nobody', [method, at], body)).status, 401)
    // The answer tells nothing of whether the case exists.
    const elsewhere = await ask('fay', [method, path.replace('ID', 'case_zzzzzzzz')], body)
    const detail = (answer: Answer): unknown => Object(answer.body).detail
    assert.equal(detail(elsewhere), detail(asFinder))
  })
}

for (const [method, path, body] of changing) {
  if (path.includes('views')) continue
  test(`${method} ${path} of what does not exist is answered with 404`, async () => {
    const at = path.replace('ID', 'case_zzzzzzzz')
    const { status, body: told } = await ask('ada', [method, at], body)
    if (path.endsWith('bulk')) {
      const wanted = { cases: [{ id: 'case_zzzzzzzz', version: 1 }], change: { title: 'x' } }
      const { refused } = shaped(BulkChangedWire, await ask('ada', ['POST', path], wanted))
      assert.deepEqual(refused, [{ id: 'case_zzzzzzzz', why: 'There is no such case.' }])
    } else assert.equal(status, 404, JSON.stringify(told))
  })
}

for (const [path, pointer] of [
  ['/v1/cases?status=opened', '/status'],
  ['/v1/cases?after=x', '/after'],
  ['/v1/cases?limit=0', '/limit'],
  ['/v1/cases?colour=red', '/colour'],
  ['/v1/suggestions?after=x', '/after'],
  ['/v1/overview?days=9999', '/days'],
] as const) {
  test(`${path} is answered with 422 and says where`, async () => {
    const { status, body } = await ask('ada', ['GET', path])
    assert.equal(status, 422, JSON.stringify(body))
    assert.equal(Object(body).errors?.[0]?.pointer, pointer)
  })
}

test('two people edit one case: the second is told who changed what', async () => {
  const id = await first()
  const mine = { version: 1, title: 'As Ada calls it' }
  const done = shaped(ChangedWire, await ask('ada', ['PATCH', `/v1/cases/${id}`], mine))
  assert.deepEqual([done.case.title, done.case.version], ['As Ada calls it', 2])
  const late = await ask('bo', ['PATCH', `/v1/cases/${id}`], { version: 1, title: 'As Bo does' })
  assert.equal(late.status, 409)
  const told = Object(late.body)
  assert.equal(told.current, 2)
  assert.match(told.detail, /2026-11-21 12:00 UTC: Ada set the title to “As Ada calls it”\./)
  const now = shaped(CaseWire, await ask('bo', ['GET', `/v1/cases/${id}`]))
  assert.equal(now.title, 'As Ada calls it')
  const again = { version: told.current, title: 'As Bo does' }
  const second = shaped(ChangedWire, await ask('bo', ['PATCH', `/v1/cases/${id}`], again))
  assert.equal(second.case.title, 'As Bo does')
  assert.deepEqual(second.case.edited, ['title'])
})

test('an id that was merged away keeps answering, and points onward', async () => {
  const [one = '', other = ''] = await opened(2)
  const merge = { version: 1, cases: [other], why: 'one flaw' }
  const done = shaped(ChangedWire, await ask('ada', ['POST', `/v1/cases/${one}/merge`], merge))
  assert.deepEqual([done.case.reports, done.others], [2, [other]])
  const gone = shaped(CaseWire, await ask('ada', ['GET', `/v1/cases/${other}`]))
  assert.deepEqual([gone.mergedInto, gone.reportList], [one, []])
  const edit = await ask('ada', ['PATCH', `/v1/cases/${other}`], { version: 2, title: 'x' })
  assert.equal(edit.status, 409)
  assert.match(Object(edit.body).detail, new RegExp(`merged into ${one}`))
  const says = done.case.history.at(-1)?.says
  assert.equal(says, 'Ada merged “Flaw 1” into this: one flaw.')
  const undone = await ask('ada', ['POST', `/v1/history/${done.event}/undo`], {})
  assert.equal(shaped(ChangedWire, undone).case.reports, 1)
  const back = shaped(CaseWire, await ask('ada', ['GET', `/v1/cases/${other}`]))
  assert.deepEqual([back.mergedInto, back.reportList.length], [null, 1])
})

test('an undo that later decisions rest on is refused, and says which', async () => {
  const id = await first()
  const change = async (version: number, title: string) =>
    shaped(ChangedWire, await ask('ada', ['PATCH', `/v1/cases/${id}`], { version, title }))
  const { event } = await change(1, 'First')
  const { event: later } = await change(2, 'Second')
  const refused = await ask('bo', ['POST', `/v1/history/${event}/undo`], {})
  assert.equal(refused.status, 409)
  assert.match(Object(refused.body).detail, new RegExp(`“Second”.*event ${later}`))
  shaped(ChangedWire, await ask('bo', ['POST', `/v1/history/${later}/undo`], {}))
  const done = shaped(ChangedWire, await ask('bo', ['POST', `/v1/history/${event}/undo`], {}))
  assert.equal(done.case.title, 'Flaw 0')
  const twice = await ask('bo', ['POST', `/v1/history/${event}/undo`], {})
  assert.match(Object(twice.body).detail, /undone already/)
})

test('what is never one is not merged until that is undone', async () => {
  const [one = '', other = ''] = await opened(2)
  const apart = { version: 1, with: other, why: 'other function' }
  const done = shaped(ChangedWire, await ask('ada', ['POST', `/v1/cases/${one}/apart`], apart))
  const merge = { version: 2, cases: [other] }
  const refused = await ask('bo', ['POST', `/v1/cases/${one}/merge`], merge)
  assert.equal(refused.status, 409)
  assert.match(Object(refused.body).detail, new RegExp(`never one.*event ${done.event}`))
  shaped(ChangedWire, await ask('bo', ['POST', `/v1/history/${done.event}/undo`], {}))
  const merged = await ask('bo', ['POST', `/v1/cases/${one}/merge`], { ...merge, version: 3 })
  assert.equal(shaped(ChangedWire, merged).case.reports, 2)
})

test('a change to many changes those that are as they were seen', async () => {
  const [one = '', other = '', third = ''] = await opened(3)
  await ask('bo', ['PATCH', `/v1/cases/${other}`], { version: 1, verdict: 'confirmed' })
  const cases = [one, other, third, 'case_zzzzzzzz'].map((id) => ({ id, version: 1 }))
  const change = { status: 'closed', why: 'fixed upstream' }
  const told = shaped(
    BulkChangedWire,
    await ask('ada', ['POST', '/v1/cases/bulk'], { cases, change }),
  )
  assert.deepEqual(
    told.changed.map(({ id, version }) => [id, version]),
    [
      [one, 2],
      [third, 2],
    ],
  )
  assert.deepEqual(
    told.refused.map(({ id }) => id),
    [other, 'case_zzzzzzzz'],
  )
  assert.match(told.refused[0]?.why ?? '', /Bo confirmed the vulnerability/)
})

test('two merges of the same cases at once: one is carried out, the other is told', async () => {
  for (let round = 0; round < 8; round++) {
    const [one = '', other = ''] = await opened(2)
    const answers = await Promise.all([
      ask('ada', ['POST', `/v1/cases/${one}/merge`], { version: 1, cases: [other] }),
      ask('bo', ['POST', `/v1/cases/${other}/merge`], { version: 1, cases: [one] }),
    ])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
    const won = answers.find(({ status }) => status === 200)
    const { case: kept } = shaped(ChangedWire, won ?? { status: 0, body: null })
    assert.equal(kept.reports, 2)
    assert.equal(kept.reportList.length, 2)
  }
})

test('many decisions on the same cases at once lose nothing', async () => {
  const ids = await opened(4)
  const work = ids.flatMap((id, at) => [
    ask('ada', ['POST', `/v1/cases/${id}/merge`], { version: 1, cases: [ids[(at + 1) % 4]] }),
    ask('bo', ['PATCH', `/v1/cases/${id}`], { version: 1, verdict: 'confirmed' }),
    ask('bo', ['POST', `/v1/cases/${id}/notes`], { text: 'seen' }),
  ])
  const answers = await Promise.all(work)
  assert.ok(
    answers.every(({ status }) => [200, 409].includes(status)),
    JSON.stringify(answers),
  )
  const pages = await Promise.all(ids.map((id) => ask('ada', ['GET', `/v1/cases/${id}`])))
  const cases = pages.map((page) => shaped(CaseWire, page))
  const reports = cases.flatMap((page) => page.reportList.map(({ id }) => id))
  assert.equal(new Set(reports).size, 4)
})

test('a note is changed and taken away by who wrote it, and by nobody else', async () => {
  const id = await first()
  const text = '<script>alert(1)</script>'
  const note = shaped(NoteWire, await ask('ada', ['POST', `/v1/cases/${id}/notes`], { text }))
  assert.equal(note.text, text)
  const other = await ask('bo', ['PATCH', `/v1/notes/${note.id}`], { text: 'mine' })
  assert.deepEqual([other.status, /Ada wrote/.test(Object(other.body).detail)], [409, true])
  const changed = await ask('ada', ['PATCH', `/v1/notes/${note.id}`], { text: 'better' })
  assert.equal(shaped(NoteWire, changed).text, 'better')
  assert.equal((await ask('ada', ['DELETE', `/v1/notes/${note.id}`])).status, 204)
  const page = shaped(CaseWire, await ask('ada', ['GET', `/v1/cases/${id}`]))
  assert.deepEqual(page.notes, [])
  assert.equal(page.history.filter(({ kind }) => kind.startsWith('note-')).length, 3)
})

test('a view is its owner’s alone', async () => {
  const view = { name: 'Mine first', query: 'assignee=me' }
  assert.equal((await ask('ada', ['POST', '/v1/views'], view)).status, 200)
  assert.equal((await ask('ada', ['POST', '/v1/views'], view)).status, 200)
  const own = Object((await ask('ada', ['GET', '/v1/views'])).body).items
  assert.equal(own.length, 1)
  assert.deepEqual(Object((await ask('bo', ['GET', '/v1/views'])).body).items, [])
  assert.equal((await ask('bo', ['DELETE', `/v1/views/${own[0].id}`])).status, 404)
  assert.equal((await ask('ada', ['DELETE', `/v1/views/${own[0].id}`])).status, 204)
})

test('the queue goes on where it ended', async () => {
  await opened(30)
  const seen: string[] = []
  let after = ''
  do {
    const path = `/v1/cases?limit=7&sort=newest${after && `&after=${after}`}`
    const list = shaped(CaseListWire, await ask('ada', ['GET', path]))
    seen.push(...list.items.map(({ id }) => id))
    after = list.next ?? ''
  } while (after)
  assert.ok(seen.length >= 30)
  assert.equal(new Set(seen).size, seen.length)
})

test('regression: a version that no case can have is refused, not looked up', async () => {
  for (const [method, path, body] of changing) {
    if (body === undefined || !('version' in body)) continue
    for (const version of [-1, 2 ** 31, 1.5]) {
      const { status } = await ask('ada', [method, path], { ...body, version })
      assert.equal(status, 422, `${path} with ${version}`)
    }
  }
})
