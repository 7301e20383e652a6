import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { parseSettlementProof, settlementProblems } from '#features/engagement/settlement-proof.ts'
import type { Disposal } from '#features/engagement/terms.ts'
import { placePending } from '#features/ledger/ledger.store.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { signerOf } from '#formats/tlog/note.ts'
import { type Blobs, blobRefShape } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { proposal as fixed } from '../../../test/engagement/offering.ts'
import { ResultsWorld } from '../../../test/engagement/results-world.ts'
import { keepRetention } from './retention-passing.ts'
import { HoldingWire, SettledWire, settlementRoutes } from './settlement.routes.ts'
import { verdictRoutes } from './verdict.routes.ts'
import { VerdictListWire, VerdictWire } from './verdict.wire.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-retention-'))
const signer = signerOf('example.org/log', Buffer.alloc(32, 7))
const dayMs = 86_400_000
const days = fixed.terms.retentionDays
let blobs: Blobs
let world: ResultsWorld
before(async () => {
  const keys: Keys = { is: 'root', all: [randomKey()] }
  const opened = await openFolderBlobs({ folder, keys, clock: { now: () => new Date() } })
  assert.ok(opened.ok)
  blobs = opened.value
  world = await ResultsWorld.open((parts) => [
    ...settlementRoutes({ ...parts, blobs }),
    ...verdictRoutes(parts),
  ])
})
after(async () => {
  await world[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const sweep = (with_: Blobs = blobs): Promise<void> =>
  keepRetention({
    ...{ pool: world.pool, blobs: with_, keys: world.keys },
    clock: { now: () => world.desk.server.now },
  })
const solved: Outcome[] = [
  ...Array<Outcome>(18).fill('success'),
  ...Array<Outcome>(2).fill('failure'),
]
const agreement = Buffer.from('what the lawyers agreed to')
const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

type Made = { readonly disposal?: Disposal; readonly isOpen?: boolean; readonly ends?: boolean }

/** An engagement that ended just now, with a run, a transcript, a disclosure and an agreement. */
async function ended({ disposal = 'destroy', isOpen = false, ends = true }: Made = {}) {
  const wish = world.desk.wish.bind(world.desk)
  world.desk.wish = (people) => {
    const made = wish(people)
    const documentSha256 = sha256Of(agreement)
    return { ...made, documentSha256, terms: { ...made.terms, disposal } }
  }
  const { run, engagement } = await world.run(solved, { isOpen })
  world.desk.wish = wish
  const at = `/v1/engagements/${engagement}`
  for (const [name, raw] of [
    ['agreement', agreement],
    ['training', Buffer.from(`what it was trained on, ${engagement}`)],
  ] as const) {
    const told = await world.desk.as('dora', `POST ${at}/documents?name=${name}`, { raw })
    assert.equal(told.status, 201, told.text)
  }
  const blob = await transcript(run)
  if (!isOpen) {
    const call = `POST /v1/runs/${run}/verdict`
    await world.told({ who: 'eve', call, body: {}, shape: VerdictWire })
  }
  if (ends) {
    const call = `POST ${at}/acts`
    await world.told({ who: 'dora', call, body: { kind: 'end' }, shape: z.unknown() })
  }
  await sweep()
  return { run, engagement, at, blob }
}

async function transcript(run: string) {
  const kept = await blobs.put(Buffer.from(`said in ${run}`), { sealed: true })
  assert.ok(kept.ok)
  await asActor(world.pool, systemActor, (tx) =>
    sql`insert into parley.transcript_part (sample_no, first_event, events, blob)
      select s.no, 0, 1, ${JSON.stringify(kept.value)}::jsonb from parley.evaluation_sample s
      join parley.evaluation_run r on r.no = s.run_no 
      where r.id = ${run} and s.task = 'task-0'`.execute(tx),
  )
  return blobRefShape.parse(kept.value)
}

/** What the log of the engagement says that the product itself did, the oldest first. */
async function passed(engagement: string): Promise<readonly string[]> {
  const { text } = await world.desk.as('dora', `GET /v1/engagements/${engagement}/events`)
  const { items } = z
    .object({
      items: z.array(z.object({ action: z.string(), fields: z.record(z.string(), z.string()) })),
    })
    .parse(JSON.parse(text))
  return items
    .filter(({ action }) => /^retention|destroy$/.test(action))
    .map(({ action, fields }) => [action, fields['part'] ?? []].flat().join(' '))
    .toReversed()
}
const hasBlob = async (ref: Parameters<Blobs['has']>[0]): Promise<boolean> => {
  const found = await blobs.has(ref)
  return found.ok && found.value
}
const samplesOf = async (run: string): Promise<number> => {
  const { rows } = await asActor(world.pool, systemActor, (tx) =>
    sql`select 1 from parley.evaluation_sample s join parley.evaluation_run r on r.no = s.run_no
      where r.id = ${run}`.execute(tx),
  )
  return rows.length
}
const after_ = (ms: number): void => world.desk.server.pass(ms)

test('nothing is told or destroyed before its day, nor while there is access', async () => {
  const over = await ended()
  const open = await ended({ ends: false })
  after_(days.transcripts * dayMs - 1)
  await sweep()
  for (const { engagement, blob, run } of [over, open]) {
    assert.deepEqual(await passed(engagement), [])
    assert.ok(await hasBlob(blob))
    assert.equal(await samplesOf(run), 20)
  }
  const early = sql`update parley.engagement_retention set passed_at = due_at - interval '1 second'
    where engagement_id = ${over.engagement}`
  await assert.rejects(
    asActor(world.pool, systemActor, (tx) => early.execute(tx)),
    /nothing_passes_early/,
  )
})

test('where the terms say return both sides are told, and nothing is destroyed', async () => {
  const { engagement, blob, run, at } = await ended({ disposal: 'return' })
  after_(days.results * dayMs)
  await sweep()
  await sweep()
  const parts = ['retention.pass transcripts', 'retention.pass results']
  assert.deepEqual(await passed(engagement), parts)
  assert.ok(await hasBlob(blob))
  assert.equal(await samplesOf(run), 20)
  const holding = { who: 'eve', call: `GET ${at}/settlement`, shape: HoldingWire } as const
  const { held, retention } = await world.told(holding)
  assert.deepEqual([held, retention?.isOverdue], [1, true])
})

test('transcripts go on their day, once, and results stay until theirs', async () => {
  const { engagement, blob, run } = await ended()
  after_(days.transcripts * dayMs)
  await Promise.all([sweep(), sweep(), sweep()])
  const gone = ['transcript.destroy', 'retention.pass transcripts']
  assert.deepEqual(await passed(engagement), gone)
  assert.ok(!(await hasBlob(blob)))
  assert.equal(await samplesOf(run), 20)
  await sweep()
  assert.deepEqual(await passed(engagement), gone)
})

test('results go on their day with what a developer disclosed, and that is proved', async () => {
  const { engagement, run, at } = await ended()
  after_(days.results * dayMs)
  await Promise.all([sweep(), sweep()])
  await sweep()
  assert.deepEqual(await passed(engagement), [
    ...['transcript.destroy', 'retention.pass transcripts'],
    ...['run.destroy', 'document.destroy', 'retention.pass results'],
  ])
  assert.equal(await samplesOf(run), 0)
  const { items } = await world.told({
    ...{ who: 'dora', call: `GET /v1/runs/${run}/verdict`, shape: VerdictListWire },
  })
  assert.deepEqual([items[0]?.verdict, items[0]?.numbers], ['COVERED', null])

  const { documents } = z
    .object({
      documents: z.array(
        z.object({ id: z.string(), name: z.string(), destroyedAt: z.string().nullable() }),
      ),
    })
    .parse(JSON.parse((await world.desk.as('eve', `GET ${at}`)).text))
  assert.deepEqual(
    documents.map(({ name, destroyedAt }) => [name, destroyedAt !== null]),
    [
      ['agreement', false],
      ['training', true],
    ],
  )
  const [kept, lost] = documents.map(({ id }) => `GET ${at}/documents/${id}`)
  assert.ok(kept && lost)
  assert.equal((await world.desk.as('eve', kept)).text, agreement.toString())
  assert.match(await world.refused({ who: 'eve', call: lost }), /^410 This document is destroyed/)

  // What others hold is theirs to settle: it stays overdue until they do.
  const holding = { who: 'dora', call: `GET ${at}/settlement`, shape: HoldingWire } as const
  const before = await world.told(holding)
  assert.deepEqual([before.held, before.retention?.isOverdue], [0, true])
  const { pool } = world
  await placePending({ pool, signer, now: world.desk.server.now, atMost: 1000 })
  const call = `POST ${at}/settlement`
  const settled = await world.told({ who: 'eve', call, shape: SettledWire })
  const shown = await world.desk.as('dora', `GET ${at}/documents/${settled.document}`)
  const proof = parseSettlementProof(JSON.parse(shown.text))
  assert.ok(proof.ok, JSON.stringify(proof))
  assert.deepEqual(settlementProblems(proof.value, signer), [])
  assert.deepEqual(
    proof.value.held.map(({ id, samples }) => [id, samples]),
    [[run, 20]],
  )
  assert.equal((await world.told(holding)).retention?.isOverdue, false)
})

test('a run that nobody closed is closed by it, and takes nothing more', async () => {
  const { run, engagement } = await ended({ isOpen: true })
  after_(days.results * dayMs)
  await sweep()
  assert.ok((await passed(engagement)).includes('run.destroy'))
  const { rows } = await asActor(world.pool, systemActor, (tx) =>
    sql<{ why: string }>`select closed_why as why from parley.evaluation_run
      where id = ${run}`.execute(tx),
  )
  assert.equal(rows[0]?.why, 'window-over')
})

test('what stops half-way is not told, holds up nothing else, and is done again', async () => {
  const stuck = await ended()
  const other = await ended()
  after_(days.results * dayMs)
  const broken: Blobs = {
    put: (...given) => blobs.put(...given),
    open: (...given) => blobs.open(...given),
    has: (...given) => blobs.has(...given),
    list: () => blobs.list(),
    // The blob is gone, and the process with it before anything of that is written down.
    delete: async (ref) => {
      const deleted = await blobs.delete(ref)
      if (JSON.stringify(ref) === JSON.stringify(stuck.blob)) throw new Error('killed')
      return deleted
    },
  }
  await assert.rejects(sweep(broken), AggregateError)
  assert.deepEqual(await passed(stuck.engagement), [])
  assert.equal(await samplesOf(stuck.run), 20)
  const whole = [
    ...['transcript.destroy', 'retention.pass transcripts'],
    ...['run.destroy', 'document.destroy', 'retention.pass results'],
  ]
  assert.deepEqual(await passed(other.engagement), whole)
  await sweep()
  assert.deepEqual(await passed(stuck.engagement), whole)
  assert.equal(await samplesOf(stuck.run), 0)
})
