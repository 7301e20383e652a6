import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { z } from 'zod'
import { caseRoutes } from '#features/case/case.routes.ts'
import { createCases } from '#features/case/case.store.ts'
import { caseExportRoutes } from '#features/exchange/case-export.routes.ts'
import { digestOf, openEntry, parseFields, parseLeaf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { orgRoutes } from '#features/org/org.routes.ts'
import type { Principal } from '#features/org/org.ts'
import { TokenMadeWire } from '#features/org/org.wire.ts'
import { makeSignInLink } from '#features/org/session.store.ts'
import { importRoutes } from '#features/report/import.routes.ts'
import { contentOwner, reportKeysOf } from '#features/report/incoming.ts'
import { clockAt } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { Jobs } from '#platform/jobs/jobs.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { coordinator, finder, peopleOf, storeReports } from './reports.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const root: Keys = { is: 'root', all: [randomKey()] }
const folder = mkdtempSync(join(tmpdir(), 'parley-ledger-'))

/** The coordinator sits there in person; the finder is a machine. */
const principalOf = ({ role, organisation, person }: typeof coordinator): Principal => ({
  ...(role === 'finder'
    ? ({ via: 'token', token: 'token_1', role: 'finder' } as const)
    : ({ via: 'session', token: null, session: 'session_1', role: 'coordinator' } as const)),
  ...{ organisation: organisation ?? '', person: person ?? '' },
})
const actors = new Map([
  ['Bearer ada', principalOf(coordinator)],
  ['Bearer fay', principalOf(finder)],
])

let database: TestDatabase
let blobs: Blobs
let http: HttpServer<Principal>
before(async () => {
  database = await freshDatabase()
  const pool = database.app
  await peopleOf(pool)
  const queues = [
    {
      ...{ name: 'read-import', about: 'reads', retriesMax: 0, retryDelaySeconds: 1 },
      ...{ runSecondsMax: 60, atOnce: 1 },
    },
  ]
  const jobs = new Jobs({ url: database.queueUrl, queues, log: () => undefined })
  await jobs.open()
  await jobs.close()
  const kept = await openFolderBlobs({ folder, keys: root, clock })
  assert.ok(kept.ok)
  blobs = kept.value
  const keys = reportKeysOf(root)
  const served = await listen<Principal>({
    ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
    routes: [
      ...caseRoutes({ pool, keys, cursors: cursorsOf(root) }),
      ...caseExportRoutes({ pool, keys, blobs, watermark: null }),
      ...importRoutes({ pool, blobs, clock, keys, cursors: cursorsOf(root), formats: ['sarif'] }),
      ...orgRoutes({
        ...{
          pool,
          clock,
          version: '1',
          party: () => null,
          provider: null,
          instance: async () => 'Test',
        },
        told: (tx, change) => record(tx, [change]),
        pseudonyms: keys.pseudonym,
      }),
    ],
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
  rmSync(folder, { recursive: true })
})
beforeEach(() => own('truncate parley.ledger_pending'))

async function own(statement: string): Promise<void> {
  const connectionString = database.superuserUrl.replace(/[^/]*$/, database.name)
  const client = new Client({ connectionString })
  await client.connect()
  await client.query(statement)
  await client.end()
}

type Asked = readonly [who: string, method: string, path: string, body?: object | Buffer]

function ask([who, method, path, body]: Asked): Promise<Response> {
  const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json'
  return fetch(`${http.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${who}`, ...(body && { 'content-type': type }) },
    ...(body && { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
  })
}

/** An entry as this test looks at it: plain facts, and everything that is committed to. */
type Seen = Readonly<Record<string, string>>

const recorded = (): Promise<Seen[]> =>
  asActor(database.app, systemActor, async (tx) => {
    const { rows } = await sql<{ leaf: string; fields: unknown }>`
      select leaf, fields from parley.ledger_pending order by no`.execute(tx)
    return rows.map((row) => {
      const [leaf, fields] = [parseLeaf(row.leaf), parseFields(row.fields)]
      assert.ok(leaf.ok && fields)
      const { values, wrong } = openEntry(leaf.value, fields)
      assert.deepEqual(wrong, [])
      const { action, record: of, actingFor } = leaf.value
      return { action, kind: of.kind, as: actingFor.role, ...Object.fromEntries(values) }
    })
  })

async function opened(): Promise<{ readonly id: string; readonly report: string }> {
  return asActor(database.app, systemActor, async (tx) => {
    const reports = await storeReports(tx, [{ title: 'A flaw' }])
    const [id = ''] = await createCases(tx, [{ reports, ties: [] }], { clock })
    const { rows } = await sql<{ id: string }>`
      select id from parley.report where no = ${reports[0] ?? 0}`.execute(tx)
    return { id, report: rows[0]?.id ?? '' }
  })
}

async function attached(report: string): Promise<{ readonly id: string; readonly sha256: string }> {
  const associatedData = contentOwner(finder.organisation ?? '')
  const bytes = Buffer.from('what makes it fall')
  const blob = await blobs.put(bytes, { sealed: true, associatedData })
  assert.ok(blob.ok)
  await asActor(database.app, systemActor, (tx) =>
    sql`insert into parley.attachment (id, report_no, organisation_id, place, filename,
        content_type, type, size_bytes, sha256, blob)
      select 'attachment_aaaaaaaa', no, organisation_id, 0, 'a.txt', 'text/plain', 'poc',
        ${bytes.length}, ${Buffer.from(blob.value.sha256, 'hex')}, ${JSON.stringify(blob.value)}
      from parley.report where id = ${report}`.execute(tx),
  )
  return { id: 'attachment_aaaaaaaa', sha256: blob.value.sha256 }
}

const staffActor = { as: 'coordinator', actor: coordinator.person }

test('what is not there and what is refused leaves no entry', async () => {
  const { id } = await opened()
  for (const asked of [
    ['ada', 'GET', '/v1/cases/case_zzzzzzzz'],
    ['fay', 'GET', `/v1/cases/${id}`],
    ['ada', 'GET', '/v1/cases/case_zzzzzzzz/export?as=osv'],
    ['ada', 'GET', '/v1/attachments/attachment_zzzz'],
    ['ada', 'PATCH', `/v1/cases/${id}`, { version: 99, title: 'Mine' }],
    ['ada', 'DELETE', '/v1/tokens/token_zzzz'],
  ] satisfies Asked[]) {
    assert.ok((await ask(asked)).status >= 400, asked.join(' '))
  }
  assert.deepEqual(await recorded(), [])
})

test('nothing privileged is answered or done when it cannot be recorded', async () => {
  const { id, report } = await opened()
  const attachment = await attached(report)
  await own('revoke insert on parley.ledger_pending from parley_app')
  try {
    for (const asked of [
      ['ada', 'GET', `/v1/cases/${id}`],
      ['ada', 'GET', `/v1/cases/${id}/export?as=markdown`],
      ['fay', 'GET', `/v1/attachments/${attachment.id}`],
      ['ada', 'PATCH', `/v1/cases/${id}`, { version: 1, title: 'Mine' }],
      ['ada', 'POST', '/v1/tokens', { name: 'x', organisation: 'y', role: 'finder', days: 1 }],
      ['fay', 'POST', '/v1/reports/bulk', Buffer.from('{}')],
    ] satisfies Asked[]) {
      const answer = await ask(asked)
      assert.equal(answer.status, 500, asked.join(' '))
      assert.doesNotMatch(await answer.text(), /A flaw|makes it fall/)
    }
  } finally {
    await own('grant insert on parley.ledger_pending to parley_app')
  }
  const { rows } = await asActor(database.app, systemActor, (tx) =>
    sql<{ title: string; tokens: number; imports: number }>`
      select title, (select count(*) from parley.api_token) as tokens,
        (select count(*) from parley.bulk_import) as imports
      from parley.vulnerability_case where id = ${id}`.execute(tx),
  )
  assert.deepEqual(rows, [{ title: 'A flaw', tokens: 0, imports: 0 }])
})

test('opening a case names it, and the reports that were shown by a digest', async () => {
  const { id, report } = await opened()
  assert.equal((await ask(['ada', 'GET', `/v1/cases/${id}`])).status, 200)
  const wanted = { action: 'case.read', kind: 'case', record: id, digest: digestOf([report]) }
  assert.deepEqual(await recorded(), [{ ...wanted, ...staffActor }])
})

test('decisions are recorded with their reason, a merge once, and what takes it back', async () => {
  const [one, other] = [await opened(), await opened()]
  const merge = { version: 1, cases: [other.id], why: 'One flaw' }
  const merged = await ask(['ada', 'POST', `/v1/cases/${one.id}/merge`, merge])
  assert.equal(merged.status, 200)
  const { event } = z.object({ event: z.string() }).parse(await merged.json())
  const undone = await ask(['ada', 'POST', `/v1/history/${event}/undo`, {}])
  assert.equal(undone.status, 200)
  const found = await recorded()
  assert.deepEqual(
    found.map((entry) => [
      entry['action'],
      entry['record'],
      entry['fields.decision'],
      entry['reason'],
    ]),
    [
      ['case.decide', one.id, 'merged', 'One flaw'],
      // The answer is the page of the case.
      ['case.read', one.id, undefined, undefined],
      ['case.decide', one.id, 'undone', undefined],
      ['case.read', one.id, undefined, undefined],
    ],
  )
})

test('exports and attachments name what was taken, and by whom', async () => {
  const { id, report } = await opened()
  await own('delete from parley.attachment')
  const attachment = await attached(report)
  const path = `/v1/cases/${id}/export?as=zip&for=Kestrel%20team`
  await (await ask(['ada', 'GET', path])).arrayBuffer()
  await (await ask(['fay', 'GET', `/v1/attachments/${attachment.id}`])).arrayBuffer()
  const exported = { action: 'case.export', kind: 'case', record: id, 'fields.as': 'zip' }
  const [first, ...others] = await recorded()
  const { 'fields.export': madeAs = '', ...rest } = first ?? {}
  assert.match(madeAs, /^export_[a-z2-7]{20}$/)
  const recipient = { 'fields.recipient': 'Kestrel team' }
  assert.deepEqual(rest, { ...exported, ...recipient, digest: digestOf([report]), ...staffActor })
  assert.deepEqual(others, [
    {
      ...{ action: 'attachment.read', kind: 'attachment', record: attachment.id },
      ...{ digest: attachment.sha256, as: 'finder', actor: finder.person },
    },
  ])
})

test('a document that is handed in is named with its digest, each time', async () => {
  for (const _ of [1, 2]) {
    const taken = await ask(['fay', 'POST', '/v1/reports/bulk', Buffer.from('{"runs":[]}')])
    assert.equal(taken.status, 202)
  }
  const found = await recorded()
  assert.deepEqual(
    found.map((entry) => [entry['action'], entry['as']]),
    [1, 2].map(() => ['import.receive', 'finder']),
  )
  assert.equal(found[0]?.['record'], found[1]?.['record'])
  assert.match(found[0]?.['digest'] ?? '', /^[0-9a-f]{64}$/)
})

test('sessions and tokens are recorded when they begin and when they end', async () => {
  const link = await makeSignInLink(database.app, coordinator.person ?? '', clock.now())
  const signedIn = await fetch(`${http.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-by': 'parley' },
    body: JSON.stringify({ link }),
  })
  assert.equal(signedIn.status, 200)
  const [cookie = ''] = signedIn.headers.getSetCookie()
  const headers = { authorization: 'Bearer ada', cookie: cookie.split(';')[0] ?? '' }
  await fetch(`${http.url}/v1/session`, { method: 'DELETE', headers })
  const wish = { name: 'scanner', organisation: 'Heron Lab', role: 'finder', days: 1 }
  const made = await ask(['ada', 'POST', '/v1/tokens', wish])
  const { about } = TokenMadeWire.parse(await made.json())
  assert.equal((await ask(['ada', 'DELETE', `/v1/tokens/${about.id}`])).status, 204)
  const found = await recorded()
  assert.deepEqual(
    found.map((entry) => [entry['action'], entry['as'], entry['actor']]),
    ['sign-in.open', 'sign-in.end', 'token.make', 'token.revoke'].map((action) => [
      ...[action, 'coordinator', coordinator.person],
    ]),
  )
  assert.equal(found[0]?.['record'], found[1]?.['record'])
  assert.deepEqual([found[2]?.['record'], found[3]?.['record']], [about.id, about.id])
})
