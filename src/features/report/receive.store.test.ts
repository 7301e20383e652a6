import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import type { Principal } from '#features/org/org.ts'
import type { TapSubmission } from '#formats/tap/intake.ts'
import { clockAt, systemClock } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { finder, peopleOf } from '../../../test/db/reports.ts'
import { forgetKeys } from './idempotency.store.ts'
import { type Incoming, incomingOf, newReportId, reportKeysOf, wholeFinding } from './incoming.ts'
import { receive } from './receive.ts'
import { Receiver } from './receiver.ts'

const keys: Keys = { is: 'root', all: [randomKey()] }
const reportKeys = reportKeysOf(keys)
const secret = 'canary-5f3a exploit text'

const submission = (more: Partial<TapSubmission> = {}): TapSubmission => ({
  ...{ purl: 'pkg:npm/frames@2.3.1', versions: ['2.3.1'], references: [], upstreamIds: [] },
  ...{ notify: 'off', attachments: [], record: { purl: 'pkg:npm/frames@2.3.1' } },
  document: { purl: 'pkg:npm/frames@2.3.1', enrichment: { title: 'Frames leak' } },
  ...more,
})
const incoming = (more: Partial<Incoming> = {}): Incoming => ({
  ...incomingOf(
    { submission: submission(), attachments: [], id: newReportId(), own: null },
    reportKeys,
  ),
  ...more,
})
const principal: Principal = {
  ...{ via: 'token', organisation: 'org_finder01', person: 'person_fay00001', role: 'finder' },
  token: 'token_a1234567',
}
const other: Actor = { role: 'finder', organisation: 'org_finder02', person: 'person_bo000001' }

let database: TestDatabase
let folder: string
let blobs: Blobs
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  folder = mkdtempSync(join(tmpdir(), 'parley-receive-'))
  const opened = await openFolderBlobs({ folder, keys, clock: systemClock })
  assert.ok(opened.ok)
  blobs = opened.value
})
after(async () => {
  rmSync(folder, { recursive: true })
  await database[Symbol.asyncDispose]()
})
beforeEach(() => seen('delete from parley.arrival'))

const seen = async (query: string): Promise<readonly Record<string, unknown>[]> =>
  asActor(database.app, systemActor, async (tx) => {
    const { rows } = await sql<Record<string, unknown>>`${sql.raw(query)}`.execute(tx)
    return rows
  })
const countOf = async (): Promise<number> =>
  Number((await seen('select count(*) as n from parley.report'))[0]?.['n'])
const receiverOf = (limits = {}) =>
  new Receiver({ pool: database.app, clock: systemClock, keys: reportKeys }, limits)
const partsOf = (receiver: Receiver) => ({
  ...{ pool: database.app, blobs, keys: reportKeys, receiver },
})
const send = (receiver: Receiver, onceKey: string | null, more: Partial<TapSubmission> = {}) =>
  receive(partsOf(receiver), {
    ...{ principal, submission: submission(more), warnings: [], onceKey },
  })

test('when there is no room nothing is stored, and there is room again afterwards', async () => {
  const before = await countOf()
  const receiver = receiverOf({ waitingMax: 2 })
  const hand = () => receiver.take({ sender: { actor: finder, token: null }, incoming: incoming() })
  const taken = await Promise.allSettled([hand(), hand(), hand(), hand()])
  assert.deepEqual(
    taken.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
  )
  assert.equal((await countOf()) - before, 2)
  assert.equal(receiver.saturated(), null)
  assert.equal(await hand(), 'stored')
})

test('a report that the database refuses costs its neighbours nothing', async () => {
  const receiver = receiverOf()
  const good = incoming()
  const twin = incoming({ receipt: good.receipt })
  const nul = incoming({ title: 'a\0b' })
  const last = incoming()
  const taken = await Promise.allSettled(
    [good, twin, nul, last].map((one) =>
      receiver.take({ sender: { actor: finder, token: null }, incoming: one }),
    ),
  )
  assert.deepEqual(
    taken.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  )
})

test('reports of one actor share transactions, reports of two actors never do', async () => {
  const receiver = receiverOf()
  const all = Array.from({ length: 60 }, (_, at) => ({
    actor: at % 2 ? finder : other,
    incoming: incoming({ document: 'shared' }),
  }))
  await Promise.all(
    all.map(({ actor, incoming: one }) =>
      receiver.take({ sender: { actor, token: null }, incoming: one }),
    ),
  )
  const rows = await seen(`select a.xmin::text as tx, count(*)::int as reports,
    count(distinct organisation_id)::int as organisations,
    count(distinct submitted_by)::int as people
    from parley.report r join parley.arrival a on a.report_no = r.no
    where document = 'shared' group by 1`)
  assert.ok(rows.every(({ organisations, people }) => organisations === 1 && people === 1))
  assert.ok(rows.length <= 6, `${rows.length} transactions for 60 reports of 2 actors`)
  const owners = await seen(`select organisation_id, submitted_by, count(*)::int as reports
    from parley.report where document = 'shared' group by 1, 2 order by 1`)
  assert.deepEqual(owners, [
    { organisation_id: 'org_finder01', submitted_by: 'person_fay00001', reports: 30 },
    { organisation_id: 'org_finder02', submitted_by: 'person_bo000001', reports: 30 },
  ])
  const arrived = await seen('select count(*)::int as n from parley.arrival')
  assert.equal(arrived[0]?.['n'], 60)
})

test('a key answers the same bytes again, and refuses another request', async () => {
  const receiver = receiverOf()
  const before = await countOf()
  const first = await send(receiver, 'key-1')
  const again = await send(receiver, 'key-1')
  assert.ok(first.ok)
  assert.deepEqual(again, first)
  const wrong = await send(receiver, 'key-1', { record: { purl: 'pkg:npm/other' } })
  assert.deepEqual(wrong, { ok: false, refusal: { is: 'used' } })
  assert.equal((await countOf()) - before, 1)
})

test('of many requests with one key at once one is stored, in one process and in two', async () => {
  const before = await countOf()
  const receivers = [receiverOf(), receiverOf({ gatherMs: 0 })]
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => send(receivers[at % 2] ?? receiverOf(), 'key-2')),
  )
  const bodies = new Set(answers.map((one) => (one.ok ? one.value.body : 'refused')))
  assert.equal(bodies.size, 1)
  assert.ok(!bodies.has('refused'))
  assert.equal((await countOf()) - before, 1)
})

test('two organisations may use one key', async () => {
  const receiver = receiverOf()
  const before = await countOf()
  await send(receiver, 'key-3')
  const organisation = 'org_finder02'
  const theirs = { ...principal, organisation, person: 'person_bo000001' }
  const sent = { submission: submission(), warnings: [], onceKey: 'key-3' }
  assert.ok((await receive(partsOf(receiver), { ...sent, principal: theirs })).ok)
  assert.equal((await countOf()) - before, 2)
})

test('a key is forgotten after seven days, not before', async () => {
  const receiver = new Receiver({
    ...{ pool: database.app, clock: clockAt('2026-11-01T00:00:00Z'), keys: reportKeys },
  })
  await send(receiver, 'key-4')
  assert.equal(await forgetKeys(database.app, new Date('2026-11-07T23:59:00Z')), 0)
  assert.equal(await forgetKeys(database.app, new Date('2026-11-08T00:01:00Z')), 1)
})

test('nothing that a payload says and no address stands in a row in the clear', async () => {
  const bytes = Buffer.from(secret)
  const attachment = {
    ...{ filename: 'poc', downloadName: 'poc.txt', contentType: 'text/plain', bytes },
    ...{ type: 'exploit-proof-of-concept' as const, description: 'Runs' },
  }
  const taken = await send(receiverOf(), null, {
    email: 'lab@example.org',
    notify: 'final',
    attachments: [attachment],
    record: { purl: 'pkg:npm/frames@2.3.1', email: 'lab@example.org' },
    document: {
      purl: 'pkg:npm/frames@2.3.1',
      attachments: [
        { filename: 'poc', content_type: 'text/plain', data: secret, type: 'reproducer' },
      ],
    },
  })
  assert.ok(taken.ok)
  const { receipt } = JSON.parse(taken.value.body)
  const [row] = await seen(`select r.id, r.finding, p.sealed, p.salt, a::text as file, a.blob,
      concat_ws(' ', r.finding, r.record, r.title, r.contact) as text
    from parley.report r join parley.attachment a on a.report_no = r.no
    join parley.sealed_of(array[r.no]) p on p.report_no = r.no
    where r.receipt = '${receipt}'`)
  assert.doesNotMatch(`${row?.['text']} ${row?.['file']}`, /canary|example\.org/)
  assert.match(String(row?.['file']), /Runs/)
  const { id, finding, sealed, salt } = row ?? {}
  assert.ok(sealed instanceof Uint8Array && salt instanceof Uint8Array)
  const whole = wholeFinding(reportKeys, String(id), { finding: Object(finding), sealed, salt })
  assert.deepEqual(whole.proofs, [{ text: secret }])
  const parts = { finding: whole, sealed, salt }
  assert.throws(() => wholeFinding(reportKeys, 'report_other123', parts))
  assert.throws(() => wholeFinding(reportKeys, String(id), { ...parts, salt: null }))
  const pieces: Uint8Array[] = []
  const own = { id: String(id), salt }
  const content = blobs.open(Object(row?.['blob']), 'org_finder01', own)
  for await (const piece of content) pieces.push(piece)
  assert.deepEqual(Buffer.concat(pieces), bytes)
})

test('who hands in is credited where nobody is named', async () => {
  const taken = await send(receiverOf(), null)
  assert.ok(taken.ok)
  const { receipt } = JSON.parse(taken.value.body)
  const [row] = await seen(`select finders, source, format, document, token_id, submitted_by
    from parley.report where receipt = '${receipt}'`)
  assert.deepEqual(row, {
    ...{ finders: ['Heron Lab'], source: 'Heron Lab', format: 'tap', document: receipt },
    ...{ token_id: 'token_a1234567', submitted_by: 'person_fay00001' },
  })
})
