import assert from 'node:assert/strict'
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
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { ResultsWorld } from '../../../test/engagement/results-world.ts'
import { HandBackWire, handBackRoutes } from './hand-back.routes.ts'
import { parseRecord } from './result-record.ts'
import { reviewRoutes } from './review.routes.ts'
import { HoldingWire, SettledWire, settlementRoutes, ViewerListWire } from './settlement.routes.ts'
import { verdictRoutes } from './verdict.routes.ts'
import { VerdictListWire, VerdictWire } from './verdict.wire.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-settlement-'))
const signer = signerOf('example.org/log', Buffer.alloc(32, 7))
let world: ResultsWorld
let blobs: Blobs
/** What every deletion waits for. */
let deleting: Promise<void> = Promise.resolve()
before(async () => {
  const keys: Keys = { is: 'root', all: [randomKey()] }
  const clock = { now: () => new Date() }
  const opened = await openFolderBlobs({ folder, keys, clock })
  assert.ok(opened.ok)
  blobs = opened.value
  const stalling: Blobs = {
    put: (...of) => blobs.put(...of),
    open: (...of) => blobs.open(...of),
    has: (ref) => blobs.has(ref),
    list: () => blobs.list(),
    delete: async (ref) => {
      await deleting
      return blobs.delete(ref)
    },
  }
  world = await ResultsWorld.open((parts) => [
    ...settlementRoutes({ ...parts, blobs: stalling }),
    ...handBackRoutes(parts),
    ...verdictRoutes(parts),
    ...reviewRoutes(parts),
  ])
})
after(async () => {
  await world[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const solved: Outcome[] = [
  ...Array<Outcome>(18).fill('success'),
  ...Array<Outcome>(2).fill('failure'),
]
const end = async (engagement: string): Promise<void> => {
  const call = `POST /v1/engagements/${engagement}/acts`
  await world.told({ who: 'dora', call, body: { kind: 'end' }, shape: z.unknown() })
}
const place = () =>
  placePending({ pool: world.pool, signer, now: world.desk.server.now, atMost: 1000 })
const judged = async ({ disposal = 'destroy' }: { readonly disposal?: Disposal } = {}) => {
  const wish = world.desk.wish.bind(world.desk)
  world.desk.wish = (people) => {
    const made = wish(people)
    return { ...made, terms: { ...made.terms, disposal } }
  }
  const { run, engagement } = await world.run(solved)
  world.desk.wish = wish
  await world.told({
    ...{ who: 'eve', call: `POST /v1/runs/${run}/verdict`, body: {}, shape: VerdictWire },
  })
  return { run, engagement, at: `/v1/engagements/${engagement}` }
}

test('whoever is of neither side learns nothing of the end of an engagement', async () => {
  const { at } = await judged()
  for (const path of ['viewers', 'settlement', 'hand-back']) {
    const call = `GET ${at}/${path}`
    assert.match(await world.refused({ who: 'elm', call }), /^404 There is no such engagement/)
    assert.match(await world.refused({ who: 'ash', call }), /^404 There is no such engagement/)
  }
  for (const path of ['disposal', 'settlement']) {
    const call = `POST ${at}/${path}`
    assert.match(await world.refused({ who: 'ash', call }), /^404 There is no such engagement/)
    assert.match(await world.refused({ who: 'dora', call }), /^403/)
  }
})

test('nothing is destroyed or settled while there is access', async () => {
  const { at } = await judged()
  for (const path of ['disposal', 'settlement']) {
    const call = `POST ${at}/${path}`
    assert.match(await world.refused({ who: 'eve', call }), /^409 Access has not ended yet/)
  }
})

test('what an open run holds is not destroyed, and the database says so itself', async () => {
  const { run, engagement } = await world.run(solved, { isOpen: true })
  await end(engagement)
  const call = `POST /v1/engagements/${engagement}/disposal`
  const why = await world.refused({ who: 'eve', call })
  assert.match(why, new RegExp(`^409 Close run ${run} first`))
  const destroy = sql`select parley.destroy_run(no) from parley.evaluation_run where id = ${run}`
  await assert.rejects(
    asActor(world.pool, systemActor, (tx) => destroy.execute(tx)),
    /destroyed after access ended/,
  )
})

test('what is handed back holds everything, and is read by the command line', async () => {
  const { run, at } = await judged()
  const note = { kind: 'note', text: 'Nothing unusual.' }
  const call = `POST /v1/runs/${run}/reviews`
  await world.told({ who: 'eve', call, body: note, shape: z.unknown() })
  const back = await world.told({ who: 'dora', call: `GET ${at}/hand-back`, shape: HandBackWire })
  const [only] = back.runs
  assert.equal(only?.verdicts[0]?.verdict, 'COVERED')
  assert.deepEqual(
    only?.notes.map(({ text }) => text),
    [note.text],
  )
  const read = parseRecord(JSON.parse(JSON.stringify(only?.record)))
  assert.ok(read.ok)
  assert.equal(read.value.digest, only?.verdicts[0]?.resultsSha256)
})

test('an engagement is settled by a proof that its developer verifies alone', async () => {
  const { run, engagement, at } = await judged({ disposal: 'return' })
  await end(engagement)
  const settle = { who: 'eve', call: `POST ${at}/settlement` } as const
  assert.match(await world.refused(settle), /^409 Something is held still/)
  const disposal = { who: 'eve', call: `POST ${at}/disposal` } as const
  const isReturned = /^409 The terms say that it is returned/
  assert.match(await world.refused(disposal), isReturned)
  await world.told({ who: 'dora', call: `GET ${at}/hand-back`, shape: HandBackWire })
  const held = await world.told({ ...disposal, shape: HoldingWire })
  assert.deepEqual([held.held, held.destroyed], [0, 1])
  assert.match(await world.refused(settle), /^409 The ledger has no places for it yet/)
  await place()
  const settled = await world.told({ ...settle, shape: SettledWire })
  const document = `GET ${at}/documents/${settled.document}`
  const shown = await world.told({ who: 'dora', call: document, shape: z.unknown() })
  const proof = parseSettlementProof(shown)
  assert.ok(proof.ok, JSON.stringify(proof))
  assert.deepEqual(settlementProblems(proof.value, signer), [])
  assert.deepEqual(
    proof.value.held.map(({ id, samples }) => [id, samples]),
    [[run, 20]],
  )
  const after = await world.told({ who: 'dora', call: `GET ${at}/settlement`, shape: HoldingWire })
  assert.equal(after.settled?.proofSha256, settled.sha256)
  assert.match(await world.refused(settle), /^409 It is settled/)
})

test('regression: what was taken before all of it was there is not returned yet', async () => {
  const { run, engagement, at } = await judged({ disposal: 'return' })
  const back = { who: 'dora', call: `GET ${at}/hand-back`, shape: HandBackWire } as const
  const disposal = { who: 'eve', call: `POST ${at}/disposal` } as const
  await world.told(back)
  world.desk.server.pass(1_000)
  await end(engagement)
  assert.match(await world.refused(disposal), /has not taken the results as they are/)
  world.desk.server.pass(1_000)
  await world.told(back)
  assert.equal((await world.told({ ...disposal, shape: HoldingWire })).destroyed, 1, run)
})

test('regression: what a developer says of its release waits for no store', async () => {
  const { run, engagement, at } = await judged()
  await end(engagement)
  const kept = await blobs.put(Buffer.from('what was said'), { sealed: true })
  assert.ok(kept.ok)
  await asActor(world.pool, systemActor, (tx) =>
    sql`insert into parley.transcript_part (sample_no, first_event, events, blob)
      select s.no, 0, 1, ${JSON.stringify(kept.value)}::jsonb from parley.evaluation_sample s
      join parley.evaluation_run r on r.no = s.run_no
      where r.id = ${run} and s.task = 'task-0'`.execute(tx),
  )
  const stalled = Promise.withResolvers<void>()
  deleting = stalled.promise
  const call = { who: 'eve', call: `POST ${at}/disposal`, shape: HoldingWire } as const
  const both = [world.told(call), world.told(call)]
  const body = { kind: 'release' }
  const release = await world.desk.as('dora', `POST ${at}/acts`, { body })
  stalled.resolve()
  assert.equal(release.status, 200, release.text)
  assert.deepEqual(
    (await Promise.all(both)).map(({ destroyed }) => destroyed),
    [1, 1],
  )
  const { rows } = await asActor(world.pool, systemActor, (tx) =>
    sql`select from parley.engagement_event
      where engagement_id = ${engagement} and action = 'run.destroy'`.execute(tx),
  )
  assert.equal(rows.length, 1)
})

test('after that nothing of the run opens, and what may be said of it stays', async () => {
  const { run, engagement, at } = await judged()
  await end(engagement)
  await world.told({ who: 'dora', call: `GET ${at}/hand-back`, shape: HandBackWire })
  await world.told({ who: 'eve', call: `POST ${at}/disposal`, shape: HoldingWire })
  const reviews = await world.refused({ who: 'eve', call: `GET /v1/runs/${run}/reviews` })
  assert.match(reviews, /^410 What was held of this run is destroyed/)
  const { items } = await world.told({
    ...{ who: 'dora', call: `GET /v1/runs/${run}/verdict`, shape: VerdictListWire },
  })
  assert.equal(items[0]?.verdict, 'COVERED')
  assert.equal(items[0]?.numbers, null)
  const { rows } = await asActor(world.pool, systemActor, (tx) =>
    sql`select s.no from parley.evaluation_sample s
      join parley.evaluation_run r on r.no = s.run_no where r.id = ${run}`.execute(tx),
  )
  assert.deepEqual(rows, [])
})

test('both sides read who opened anything, by name', async () => {
  const { at } = await judged()
  await world.told({ who: 'dan', call: `GET ${at}/hand-back`, shape: HandBackWire })
  const call = `GET ${at}/viewers`
  const forDora = await world.told({ who: 'dora', call, shape: ViewerListWire })
  const forEve = await world.told({ who: 'eve', call, shape: ViewerListWire })
  assert.deepEqual(forDora, forEve)
  const people = forDora.items.map(({ person }) => person).toSorted()
  assert.deepEqual(people, ['person_dan00000', 'person_dora0000', 'person_eve00000'])
})
