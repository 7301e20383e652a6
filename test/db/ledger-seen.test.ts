import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { caseRoutes } from '#features/case/case.routes.ts'
import { createCases } from '#features/case/case.store.ts'
import { digestOf } from '#features/ledger/entry.ts'
import { ledgerRoutes } from '#features/ledger/ledger.routes.ts'
import { placePending, record } from '#features/ledger/ledger.store.ts'
import { LedgerListWire, SeenListWire } from '#features/ledger/ledger.wire.ts'
import { pseudonymsOf } from '#features/ledger/seen.ts'
import type { Principal } from '#features/org/org.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { clockAt } from '#kernel/clock.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { testSigner } from './ledger.ts'
import { coordinator, finder, peopleOf, secondCoordinator, storeReports } from './reports.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const root: Keys = { is: 'root', all: [randomKey()] }
const principalOf = ({ role, organisation, person }: Actor): Principal => ({
  ...{ via: 'token', token: 'token_1', role: role === 'system' ? 'finder' : role },
  ...{ organisation: organisation ?? '', person: person ?? '' },
})
const other: Actor = { ...finder, organisation: 'org_finder02', person: 'person_oda00001' }
const auditor: Actor = { ...coordinator, role: 'auditor' }
const reader: Actor = { ...coordinator, role: 'reader' }
const actors = new Map(
  Object.entries({ ada: coordinator, bo: secondCoordinator, fay: finder, oda: other }).map(
    ([name, actor]) => [`Bearer ${name}`, principalOf(actor)],
  ),
)
actors.set('Bearer aud', principalOf(auditor)).set('Bearer rea', principalOf(reader))

type Report = { readonly no: number; readonly id: string; readonly receipt: string }
let database: TestDatabase
let [http, quiet]: HttpServer<Principal>[] = []
let own: Report
let theirs: Report
let twin: Report
let id = ''

async function serving(areNamesShown: boolean): Promise<HttpServer<Principal>> {
  const pool = database.app
  const served = await listen<Principal>({
    ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
    routes: [
      ...caseRoutes({ pool, keys: reportKeysOf(root), cursors: cursorsOf(root) }),
      ...ledgerRoutes({
        ...{ pool, key: testSigner, areNamesShown, pseudonyms: pseudonymsOf(root) },
      }),
    ],
    authenticate: async ({ headers }) => {
      const who = actors.get(headers.authorization ?? '')
      return who ? { principal: who, by: 'token' } : null
    },
  })
  assert.ok(served.ok)
  return served.value
}

before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  await asActor(database.app, systemActor, async (tx) => {
    const numbers = await storeReports(tx, [
      { title: 'A flaw', organisation: 'org_finder01' },
      { title: 'The same', organisation: 'org_finder02' },
      { title: 'A twin', organisation: 'org_finder01' },
    ])
    const { rows } = await sql<Report>`select no, id, receipt from parley.report
      where no = any (${numbers}) order by no`.execute(tx)
    const [one, two, three] = rows
    assert.ok(one && two && three)
    ;[own, theirs, twin] = [one, two, three]
    const made = [
      { reports: [one.no, two.no], ties: [] },
      { reports: [three.no], ties: [] },
    ]
    id = (await createCases(tx, made, { clock }))[0] ?? ''
    await sql`insert into parley.suggestion (id, report_a, report_b, kind, probability, because,
        model, state, made_at)
      values ('suggestion_1', ${one.no}, ${three.no}, 'merge', 0.7, '[]', 'm', 'open', now())
    `.execute(tx)
  })
  http = await serving(true)
  quiet = await serving(false)
})
after(async () => {
  await http?.close()
  await quiet?.close()
  await database[Symbol.asyncDispose]()
})

const ask = (who: string, path: string, of = http): Promise<Response> =>
  fetch(`${of?.url}${path}`, { headers: { authorization: `Bearer ${who}` } })
const seenPath = ({ receipt }: Report, query = ''): string => `/v1/reports/${receipt}/seen${query}`

async function seen(who: string, path: string, of = http) {
  const answer = await ask(who, path, of)
  assert.equal(answer.status, 200, await answer.clone().text())
  return SeenListWire.parse(await answer.json())
}
const place = () => placePending({ pool: database.app, signer: testSigner, now: clock.now() })

test('a report that nobody has opened yet was seen by nobody', async () => {
  assert.deepEqual(await seen('fay', seenPath(own)), { items: [], next: null })
})

test('a report of another organisation and one that is none answer alike', async () => {
  const told = async (path: string): Promise<string> => {
    const answer = await ask('fay', path)
    assert.equal(answer.status, 404)
    return (await answer.text()).replace(/urn:parley:request:\w+/, '')
  }
  assert.equal(await told(seenPath(theirs)), await told('/v1/reports/SUB-none/seen'))
  assert.equal((await ask('rea', seenPath(own))).status, 403)
  assert.equal((await ask('nobody', seenPath(own))).status, 401)
  for (const query of ['?after=1', '?after=seen_1', '?limit=0']) {
    assert.equal((await ask('fay', seenPath(own, query))).status, 422, query)
  }
})

test('who opens a case has seen each of its reports, at once', async () => {
  assert.equal((await ask('ada', `/v1/cases/${id}`)).status, 200)
  for (const isPlaced of [false, true]) {
    if (isPlaced) await place()
    for (const [who, report] of [...([['fay', own] as const, ['oda', theirs] as const] as const)]) {
      const { items, next } = await seen(who, seenPath(report))
      assert.equal(next, null)
      assert.equal(items.length, 1, `${who} ${isPlaced}`)
      const [{ id: name = '', ...entry } = {}] = items
      assert.match(name, /^seen_[0-9a-f]{32}$/)
      const { knownAs = '' } = items[0]?.person ?? {}
      assert.match(knownAs, /^reader-[a-z2-9]{8}$/)
      assert.deepEqual(entry, {
        ...{ at: '2026-11-21T12:00:00.000Z', action: 'case.read', role: 'coordinator' },
        ...{ person: { name: 'Ada', knownAs }, organisation: 'Staff', reason: null, label: null },
      })
    }
    assert.deepEqual((await seen('fay', seenPath(twin))).items, [])
  }
})

test('a decision that answers with the case is a look at it', async () => {
  const changed = await fetch(`${http?.url}/v1/cases/${id}`, {
    method: 'PATCH',
    headers: { authorization: 'Bearer bo', 'content-type': 'application/json' },
    body: JSON.stringify({ version: 1, verdict: 'confirmed' }),
  })
  assert.equal(changed.status, 200, await changed.text())
  const [{ person } = {}] = (await seen('fay', seenPath(own))).items
  assert.equal(person?.name, 'Bo')
})

test('suggestions show reports, and are found by each of them', async () => {
  assert.equal((await ask('ada', '/v1/suggestions')).status, 200)
  const actions = (await seen('fay', seenPath(twin))).items.map(({ action }) => action)
  assert.deepEqual(actions, ['suggestion.read'])
})

test('what a report has become part of since does not change who saw it', async () => {
  await asActor(database.app, systemActor, (tx) =>
    sql`update parley.case_report set case_id = ${id} where report_no = ${twin.no}`.execute(tx),
  )
  assert.equal((await seen('fay', seenPath(twin))).items.length, 1)
  await asActor(database.app, systemActor, (tx) =>
    sql`update parley.case_report set case_id = (select id from parley.vulnerability_case
      where id <> ${id}) where report_no = ${twin.no}`.execute(tx),
  )
})

test('names are told only where the instance says so; one person stays one', async () => {
  await ask('ada', `/v1/cases/${id}`)
  const open = (await seen('fay', seenPath(own))).items
  const { items } = await seen('fay', seenPath(own), quiet)
  assert.ok(items.every(({ person }) => person?.name === null))
  assert.deepEqual(
    items.map(({ person }) => person?.knownAs),
    open.map(({ person }) => person?.knownAs),
  )
  assert.equal(new Set(items.map(({ person }) => person?.knownAs)).size, 2)
  const [theirEntry] = (await seen('oda', seenPath(theirs), quiet)).items
  assert.ok(!items.some(({ person }) => person?.knownAs === theirEntry?.person?.knownAs))
})

test('pages follow each other by names that count nothing and hold for one report', async () => {
  const all = (await seen('fay', seenPath(own))).items.map((entry) => entry.id)
  const found: string[] = []
  for (let after = ''; ; ) {
    const { items, next } = await seen('fay', seenPath(own, `?limit=1${after}`))
    found.push(...items.map((entry) => entry.id))
    if (next === null) break
    after = `&after=${next}`
  }
  assert.deepEqual(found, all)
  const [ofOwn] = (await seen('fay', seenPath(own))).items.filter(
    ({ action }) => action === 'case.read',
  )
  assert.deepEqual((await seen('fay', seenPath(twin, `?after=${ofOwn?.id}`))).items, [])
})

test('the list that is looked up by is the one that the entry commits to', async () => {
  await asActor(database.app, systemActor, (tx) =>
    record(tx, [
      {
        ...{ at: clock.now(), action: 'case.read', kind: 'case', record: 'case_x' },
        digest: digestOf(['report_a', 'report_b']),
        about: ['report_a', 'report_b'],
      },
    ]),
  )
  await assert.rejects(database.app.query('select 1 from parley.ledger_list'), /permission denied/)
  const client = new Client({
    connectionString: database.superuserUrl.replace(/[^/]*$/, database.name),
  })
  await client.connect()
  const kept = await client.query(
    `select digest, array_agg(report order by place) as reports from parley.ledger_list
     group by digest`,
  )
  for (const { digest, reports } of kept.rows) assert.equal(digestOf(reports), digest)
  assert.ok(kept.rows.some(({ digest }) => digest === digestOf(['report_a', 'report_b'])))
  for (const change of [
    `update parley.ledger_list set report = 'x'`,
    'delete from parley.ledger_list',
    `update parley.ledger_about set list = 'x'`,
  ]) {
    await assert.rejects(client.query(change), /never changed/)
  }
  await client.end()
})

test('auditors see who opened a case, and what a person did; nobody else does', async () => {
  await place()
  for (const path of [`/v1/cases/${id}/seen`, '/v1/people/person_ada00001/ledger']) {
    for (const who of ['fay', 'rea']) assert.equal((await ask(who, path)).status, 403, path)
    assert.equal((await ask('aud', `${path}?after=x`)).status, 422)
  }
  const list = async (path: string) =>
    LedgerListWire.parse(await (await ask('aud', path)).json()).items
  const looks = await list(`/v1/cases/${id}/seen`)
  const actions = new Set(looks.map(({ action }) => action))
  assert.deepEqual([...actions].sort(), ['case.read', 'suggestion.read'])
  assert.deepEqual(await list('/v1/cases/case_none/seen'), [])
  const bo = await list(`/v1/people/${secondCoordinator.person}/ledger`)
  assert.deepEqual(bo.map(({ action }) => action).sort(), ['case.decide', 'case.read'])
  await place()
  const own_ = await list(`/v1/people/${auditor.person}/ledger`)
  const read = own_.filter(({ action }) => action === 'ledger.read')
  assert.deepEqual(
    read.map(({ kind, record: of }) => `${kind} ${of}`),
    [`person ${secondCoordinator.person}`, 'case case_none', `case ${id}`],
  )
})

test('the database itself tells nobody else', async () => {
  const count = (as: Actor, call: ReturnType<typeof sql>): Promise<number> =>
    asActor(database.app, as, async (tx) => (await call.execute(tx)).rows.length)
  const ofReport = sql`select * from parley.seen_of_report(${own.receipt}, null, 9)`
  const ofCase = sql`select * from parley.seen_of_case(${id}, array['case.read'], null, 9)`
  for (const as of [other, reader]) assert.equal(await count(as, ofReport), 0, as.role)
  for (const as of [finder, other, reader]) assert.equal(await count(as, ofCase), 0, as.role)
  assert.ok((await count(finder, ofReport)) > 0 && (await count(auditor, ofReport)) > 0)
  assert.ok((await count(auditor, ofCase)) > 0)
})

test('a search by words says how many cases it showed, and never the words', async () => {
  assert.equal((await ask('bo', '/v1/cases?q=flaw')).status, 200)
  assert.equal((await ask('bo', '/v1/cases')).status, 200)
  await place()
  const path = '/v1/ledger/entries?action=case.search'
  const { items } = LedgerListWire.parse(await (await ask('aud', path)).json())
  assert.equal(items.length, 1)
  const [entry] = items
  assert.deepEqual([entry?.record, entry?.fields['shown']], ['cases', '1'])
  assert.ok(!JSON.stringify(entry).includes('flaw'))
})
