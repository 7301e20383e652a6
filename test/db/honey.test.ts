import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { caseRoutes } from '#features/case/case.routes.ts'
import { honeyRoutes } from '#features/case/honey.routes.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { caseExportRoutes } from '#features/exchange/case-export.routes.ts'
import { Placer } from '#features/exchange/placement.ts'
import { placedAfter } from '#features/exchange/recluster.store.ts'
import { watchReads } from '#features/label/alert.store.ts'
import { insiderRoutes } from '#features/label/insider.routes.ts'
import { commonLabel } from '#features/label/label.ts'
import { ledgerRoutes } from '#features/ledger/ledger.routes.ts'
import { ledgerSignerOf } from '#features/ledger/ledger-key.ts'
import { pseudonymsOf } from '#features/ledger/seen.ts'
import type { Principal } from '#features/org/org.ts'
import type { Role } from '#features/org/role.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { receive } from '#features/report/receive.ts'
import { Receiver } from '#features/report/receiver.ts'
import { readIntake } from '#formats/tap/intake-read.ts'
import { clockAt } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { peopleOf } from './reports.ts'

const clock = clockAt('2026-11-21T12:20:00Z')
const root: Keys = { is: 'root', all: [randomKey()] }
const keys = reportKeysOf(root)
const as = (role: Role, person: string): Principal => ({
  ...{ via: 'session', token: null, role, organisation: 'org_staff001', person },
})
const actors = new Map<string, Principal>([
  ['ada', as('coordinator', 'person_ada00001')],
  ['by-token', { ...as('coordinator', 'person_ada00001'), via: 'token', token: 'token_1' }],
  ['bo', as('coordinator', 'person_bo000001')],
  ['analyst', as('analyst', 'person_bo000001')],
  ['reader', as('reader', 'person_fay00001')],
  ['auditor', as('auditor', 'person_bo000001')],
])

let database: TestDatabase
let http: HttpServer<Principal>
let blobs: Blobs
let folder: string
let honey: Made
let plain: string

const Made = z.object({ id: z.string(), case: z.string() })
type Made = z.infer<typeof Made>

/** The same flaw as others would tell it, so that it would be compared if it were filed. */
const reportOf = (name: string) => ({
  purl: `pkg:npm/${name}@1.4.1`,
  affected_symbol: { file: 'src/header.c', function: 'parse_header' },
  enrichment: { title: `Heap overflow in ${name}`, description: 'It trusts a length.' },
  attachments: [
    {
      ...{ filename: 'crash.txt', content_type: 'text/plain', type: 'exploit-proof-of-concept' },
      data: 'AddressSanitizer: heap-buffer-overflow',
    },
  ],
})

before(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'parley-honey-'))
  const pool = database.app
  await peopleOf(pool)
  await asActor(pool, systemActor, (tx) =>
    sql`insert into parley.organisation
      values ('org_decoy001', 'Grey Wharf Labs', now(), null)`.execute(tx),
  )
  const opened = await openFolderBlobs({ folder, keys: root, clock })
  assert.ok(opened.ok)
  blobs = opened.value
  const served = await listen<Principal>({
    ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
    routes: [
      ...caseRoutes({ pool, keys, cursors: cursorsOf(root) }),
      ...caseExportRoutes({ pool, keys, blobs, watermark: null }),
      ...insiderRoutes({ pool }),
      ...honeyRoutes({ pool, keys, blobs }),
      ...ledgerRoutes({
        ...{ pool, key: ledgerSignerOf(root), pseudonyms: pseudonymsOf(root) },
        areNamesShown: true,
      }),
    ],
    authenticate: async ({ headers }) => {
      const who = actors.get(headers.authorization?.replace('Bearer ', '') ?? '')
      return who ? { principal: who, by: 'token' } : null
    },
  })
  assert.ok(served.ok)
  http = served.value
  plain = await handIn('kestrel')
  honey = Made.parse(await make({ report: reportOf('osprey') }))
})
after(async () => {
  await http.close()
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function ask(who: string, call: string, body?: object) {
  const [method = '', path = ''] = call.split(' ')
  const response = await fetch(`${http.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${who}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const json: unknown = isJson ? JSON.parse(text) : null
  return { status: response.status, headers: [...response.headers], text, json }
}

async function make(wish: object): Promise<unknown> {
  const made = await ask('ada', 'POST /v1/honey', { organisation: 'org_decoy001', ...wish })
  assert.equal(made.status, 200, made.text)
  return made.json
}

/** Hands a report in by the intake itself and lets it be placed; answers its case. */
async function handIn(name: string): Promise<string> {
  const pool = database.app
  const body = Buffer.from(JSON.stringify(reportOf(name)))
  const read = readIntake({ contentType: 'application/json', body })
  assert.ok(read.ok)
  const sender: Principal = { ...as('analyst', 'person_bo000001'), organisation: 'org_decoy001' }
  const parts = { pool, blobs, keys, receiver: new Receiver({ pool, clock, keys }) }
  const { submission, warnings } = read
  const taken = await receive(parts, { principal: sender, submission, warnings, onceKey: null })
  assert.ok(taken.ok)
  const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
  const placer = new Placer({ pool, knowledge, clock, keys, model: 'test' })
  while (await placer.placeNext());
  const { rows } = await asActor(pool, systemActor, (tx) =>
    sql<{ id: string }>`select cr.case_id as id from parley.case_report cr
      order by cr.report_no desc limit 1`.execute(tx),
  )
  return rows[0]?.id ?? ''
}

/** An answer without what has to differ: ids, and the name of the flawed package. */
const bare = (text: string): string =>
  text
    .replaceAll(/(case|report|attachment|event|seen)\\?_[0-9a-z]+/g, '$1')
    .replaceAll(/"(receipt|version|sha256|id)":"[^"]*"/g, '"$1"')
    .replaceAll(/SUB\\?-[0-9a-z]+|urn:parley:request:[0-9a-f]+/g, 'ID')
    .replaceAll(/kestrel|osprey/g, 'NAME')

test('who may not administer in person makes none, sees none and retires none', async () => {
  const wish = { organisation: 'org_decoy001', report: reportOf('wren') }
  for (const who of ['analyst', 'reader', 'auditor', 'by-token']) {
    assert.equal((await ask(who, 'POST /v1/honey', wish)).status, 403, who)
    assert.equal((await ask(who, `DELETE /v1/honey/${honey.id}`)).status, 403, who)
  }
  for (const who of ['analyst', 'reader']) {
    assert.equal((await ask(who, 'GET /v1/honey')).status, 403, who)
    const actor = actors.get(who)
    assert.ok(actor)
    const { role, organisation, person } = actor
    const seen = await asActor(database.app, { role, organisation, person }, (tx) =>
      sql`select 1 from parley.honey`.execute(tx),
    )
    assert.deepEqual(seen.rows, [])
  }
  assert.equal((await ask('auditor', 'GET /v1/honey')).status, 200)
})

test('nobody is used for it who would notice, and no label above the ceiling', async () => {
  const report = reportOf('wren')
  for (const organisation of ['org_finder01', 'org_staff001', 'Heron Lab']) {
    const made = await ask('ada', 'POST /v1/honey', { organisation, report })
    assert.equal(made.status, 409, made.text)
  }
  const label = { ...commonLabel, classification: 'secret' }
  const wish = { organisation: 'org_decoy001', report }
  assert.equal((await ask('ada', 'POST /v1/honey', { ...wish, label })).status, 422)
  const none = await ask('ada', 'POST /v1/honey', { ...wish, report: { enrichment: {} } })
  assert.ok(none.status >= 400 && none.status < 500, none.text)
  assert.equal((await ask('ada', 'DELETE /v1/honey/honey_none')).status, 404)
})

test('to readers honey and a plain case differ in ids and texts alone', async () => {
  for (const who of ['reader', 'analyst']) {
    for (const path of ['', '/plan', '/seen', '/export?as=markdown', '/export?as=csaf']) {
      const [one, other] = [
        await ask(who, `GET /v1/cases/${plain}${path}`),
        await ask(who, `GET /v1/cases/${honey.case}${path}`),
      ]
      assert.equal(bare(other.text), bare(one.text), `${who} ${path}`)
      assert.equal(other.status, one.status)
      const named = ({ headers }: typeof one) =>
        headers.map(([name]) => name).filter((name) => name !== 'content-length')
      assert.deepEqual(named(other), named(one))
    }
  }
  const List = z.object({ items: z.array(z.unknown()) })
  const list = await ask('reader', 'GET /v1/cases')
  const rows = List.parse(list.json).items.map((row) => bare(JSON.stringify(row)))
  assert.equal(rows.length, 2)
  assert.equal(rows[0], rows[1])
  const found = ['kestrel', 'osprey'].map((words) => ask('reader', `GET /v1/cases?q=${words}`))
  const [one, other] = await Promise.all(found)
  assert.equal(one?.status, 200, one?.text)
  assert.equal(bare(other?.text ?? ''), bare(one?.text ?? ''))
  assert.match((await ask('reader', 'GET /v1/cases/facets')).text, /2/)
})

const Alerts = z.object({
  items: z.array(
    z.object({
      ...{ id: z.string(), kind: z.string(), case: z.string().nullable() },
      person: z.object({ id: z.string() }),
    }),
  ),
})
async function alerts() {
  const { items } = Alerts.parse((await ask('auditor', 'GET /v1/alerts')).json)
  return items.map((one) => [one.kind, one.person.id, one.case])
}

test('opening, exporting and reading proofs each tell auditors, once in an hour', async () => {
  const page = await ask('ada', `GET /v1/cases/${honey.case}`)
  const [proof] = /attachment_[0-9a-z]+/.exec(page.text) ?? []
  for (const call of [
    `GET /v1/cases/${honey.case}`,
    `GET /v1/cases/${honey.case}/export?as=markdown`,
    `GET /v1/attachments/${proof}`,
  ]) {
    await clearAlerts()
    assert.deepEqual(await alerts(), [], call)
    for (const _ of [1, 2]) assert.equal((await ask('analyst', call)).status, 200, call)
    assert.deepEqual(await alerts(), [['honey', 'person_bo000001', honey.case]], call)
  }
  await ask('ada', `GET /v1/cases/${honey.case}`)
  assert.equal((await alerts()).length, 2)
  await clearAlerts()
  assert.equal((await ask('analyst', `GET /v1/cases/${plain}`)).status, 200)
  await ask('analyst', 'GET /v1/cases')
  assert.deepEqual(await alerts(), [])
})

test('live pages of auditors and the ledger have the alert', async () => {
  await clearAlerts()
  await ask('analyst', `GET /v1/cases/${honey.case}`)
  const rows = await asActor(database.app, systemActor, async (tx) => {
    const told = await sql<{ is: boolean }>`select exists (select 1 from parley.live_event e
      join parley.alert a on a.id = e.ref where e.topic = 'alert') as is`.execute(tx)
    return told.rows
  })
  assert.deepEqual(rows, [{ is: true }])
  for (const _ of [1, 2]) await watchReads({ pool: database.app, clock })
  const { rows: entries } = await asActor(database.app, systemActor, (tx) =>
    sql<{ of: string }>`select fields #>> '{fields.of,value}' as of from parley.ledger_pending
      where action = 'alert.raise' and fields #>> '{record,value}' in
        (select id from parley.alert)`.execute(tx),
  )
  assert.deepEqual(entries, [{ of: honey.case }])
})

test('what is the same flaw never joins honey, and nothing is suggested with it', async () => {
  const same = await handIn('osprey')
  assert.notEqual(same, honey.case)
  const { rows } = await asActor(database.app, systemActor, (tx) =>
    sql`select 1 from parley.suggestion`.execute(tx),
  )
  assert.deepEqual(rows, [])
  const again = await handIn('osprey')
  assert.equal(again, same, 'plain reports of the same flaw do join')
  const listed = await asActor(database.app, systemActor, (tx) => placedAfter(tx, 0, 100))
  assert.equal(listed.length, 3)
})

test('no track record and no notice of a real finder has it', async () => {
  const { rows } = await asActor(database.app, systemActor, (tx) =>
    sql`select organisation_id from parley.finder where organisation_id <> 'org_decoy001'
      union all select organisation_id from parley.notice`.execute(tx),
  )
  assert.deepEqual(rows, [])
})

test('retired honey tells nobody, and is retired once', async () => {
  assert.equal((await ask('bo', `DELETE /v1/honey/${honey.id}`)).status, 204)
  assert.equal((await ask('bo', `DELETE /v1/honey/${honey.id}`)).status, 404)
  await clearAlerts()
  assert.equal((await ask('analyst', `GET /v1/cases/${honey.case}`)).status, 200)
  assert.deepEqual(await alerts(), [])
})

async function clearAlerts(): Promise<void> {
  const { Client } = await import('pg')
  const url = database.superuserUrl.replace(/[^/]*$/, database.name)
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('delete from parley.alert')
  } finally {
    await client.end()
  }
}
