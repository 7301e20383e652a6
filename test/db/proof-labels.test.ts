import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel, type Label } from '#features/label/label.ts'
import { type TakingParts, takeNextProof } from '#features/proof/attachment-proof.jobs.ts'
import { runHeld } from '#features/proof/proof.jobs.ts'
import { beat, claimRun, endRun, failRun, holdRun } from '#features/proof/proof-run.store.ts'
import type { Prove } from '#features/proof/prove.ts'
import { no, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { ProofWorld, proved, until } from './proof-world.ts'
import { proofOf, workerOf } from './proofs.ts'
import { storeReports } from './reports.ts'

const lease = { leaseMs: 20_000 }
const { privateKey: signer } = generateKeyPairSync('ed25519')

let world: ProofWorld
before(async () => {
  world = await ProofWorld.open({ PARLEY_WORKER_CEILING: 'unclassified' })
})
after(() => world[Symbol.asyncDispose]())
beforeEach(() =>
  asSystem((tx) =>
    sql`update parley.proof_run set state = 'cancelled', lease_token = null, lease_until = null
      where state in ('queued', 'running')`.execute(tx),
  ),
)
const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => world.asSystem(work)

const labelled = async (more: Partial<Label>): Promise<number> => {
  const label = await asSystem((tx) => labelIdFor(tx, { ...commonLabel, ...more }))
  return label.ok ? label.value : assert.fail('above the ceiling')
}

/** Raises the label of a case above what the worker is given, as a coordinator does. */
const raise = (case_: string) =>
  asSystem(async (tx) => {
    const label = await labelIdFor(tx, { ...commonLabel, classification: 'secret' })
    assert.ok(label.ok)
    const { rows } = await sql<{ is: string }>`
      select parley.relabel_case(${case_}, ${label.value}) as is`.execute(tx)
    assert.equal(rows[0]?.is, 'relabelled')
  })

async function claimed(worker: string) {
  const run = await asSystem((tx) => claimRun(tx, worker, lease))
  return run ?? assert.fail('there is a run for it')
}

const shown = {
  ...{ level: 'E3', verdict: null, met: 3, of: 3, environment: 'ab'.repeat(32) },
  ...{ record: Buffer.from('sealed'), attestation: { is: 'signed' } },
}
const stateOf = async (proof: string) => {
  const { state, attempts, level, worker } = await world.runOf(proof)
  return { state, attempts, level, worker }
}
const backInLine = { state: 'queued', attempts: 0, level: null, worker: null }

test('a heartbeat does not hold what its worker may not be given any more', async () => {
  const [worker, one, other] = [
    await asSystem((tx) => workerOf(tx, 'low')),
    await world.waiting(),
    await world.waiting(),
  ]
  const runs = [await claimed(worker), await claimed(worker)]
  const tokens = runs.map(({ token }) => token)
  await raise(one.case)
  const kept = await asSystem((tx) => beat(tx, tokens, lease))
  const left = runs.find(({ proof }) => proof.id === other.proof)
  assert.deepEqual(kept, new Set([left?.token]))
  assert.deepEqual(await stateOf(one.proof), backInLine)
  assert.equal((await stateOf(other.proof)).state, 'running')
  assert.equal(await asSystem((tx) => claimRun(tx, worker, lease)), null)
})

test('nor does it where the label of the proof whose patch is tried was raised', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'low'))
  const { case: of, report } = await world.reported()
  const held = await asSystem(async (tx) => {
    const [no_ = 0] = await storeReports(tx, [{}])
    const [mine, theirs] = [await proofOf(tx, no_), await proofOf(tx, report.no)]
    await sql`insert into parley.proof_run (id, proof_no, organisation_id, state, why, priority,
        patch_of, queued_at)
      values ('run_neighbour0001', ${mine.no}, 'org_finder01', 'queued', 'neighbour', 0,
        ${theirs.no}, now())`.execute(tx)
    return claimRun(tx, worker, lease)
  })
  assert.ok(held?.patchFrom)
  await raise(of)
  assert.deepEqual(await asSystem((tx) => beat(tx, [held.token], lease)), new Set())
})

test('what was seen of it is written down by no statement', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'low'))
  const { case: of } = await world.waiting()
  const run = await claimed(worker)
  await raise(of)
  await assert.rejects(
    asSystem((tx) => endRun(tx, run, shown)),
    /may not be given/,
  )
})

/** Runs what is held; `meanwhile` happens when it is being run. */
function ranMeanwhile(
  worker: string,
  run: Awaited<ReturnType<typeof claimed>>,
  ...[outcome, meanwhile]: readonly [Prove, () => Promise<unknown>]
) {
  const prove: Prove = async (task, signal) => {
    await meanwhile()
    return outcome(task, signal)
  }
  return runHeld(world.runParts(worker, { prove, signer }), run, new AbortController().signal)
}

test('a label that is raised while it runs keeps result and refusal out', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'low'))
  for (const outcome of [
    yes(proved()),
    no({ code: 'bad', why: 'quotes it', isHere: false } as const),
  ]) {
    const { proof, case: of } = await world.waiting()
    const run = await claimed(worker)
    const ran = await ranMeanwhile(
      worker,
      run,
      async () => outcome,
      () => raise(of),
    )
    assert.deepEqual(ran, { is: 'back' })
    assert.deepEqual(await stateOf(proof), backInLine)
  }
})

test('a label that is raised before it is opened keeps it closed', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'low'))
  const { proof, case: of } = await world.waiting()
  const run = await claimed(worker)
  await raise(of)
  const opened: string[] = []
  const { blobs } = world.workplace
  const parts = world.runParts(worker, {
    signer,
    blobs: {
      ...blobs,
      open: (ref, ...more) => {
        opened.push(ref.id)
        return blobs.open(ref, ...more)
      },
    },
  })
  assert.deepEqual(await runHeld(parts, run, new AbortController().signal), { is: 'back' })
  assert.deepEqual(opened, [])
  assert.deepEqual(await stateOf(proof), backInLine)
})

test('a worker that runs it hears of it, ends its sandbox and does not take it again', async () => {
  const { proof, case: of } = await world.waiting()
  let starts = 0
  let isEnded = false
  const prove: Prove = async (_task, signal) => {
    starts++
    await pause(60_000, undefined, { signal }).catch(() => undefined)
    isEnded = signal.aborted
    return yes(proved())
  }
  await world.working({ prove }, async () => {
    await until(async () => starts === 1)
    await raise(of)
    await until(async () => isEnded)
    await pause(300)
  })
  assert.equal(starts, 1)
  assert.deepEqual(await stateOf(proof), backInLine)
})

test('a run is held by nobody who asks with another token', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'low'))
  await world.waiting()
  const run = await claimed(worker)
  assert.equal(await asSystem((tx) => holdRun(tx, { ...run, token: 'other' })), 'lost')
  assert.equal(await asSystem((tx) => holdRun(tx, run)), 'held')
  assert.ok(await asSystem((tx) => failRun(tx, run, { code: 'x', why: 'x' })))
  assert.equal(await asSystem((tx) => holdRun(tx, run)), 'lost')
})

test('attachments are opened only by who may be given what they came with', async () => {
  const [secret, apart] = [
    await labelled({ classification: 'secret' }),
    await labelled({ compartments: ['HARBOUR'] }),
  ]
  const reports = [
    await world.attached(['a.zip'], secret),
    await world.attached(['b.zip'], apart),
    await world.attached(['c.zip']),
  ]
  const parts = { ...world.parts(), scratch: join(world.folder, 'scratch') }
  const taken = () =>
    asSystem(async (tx) => {
      const rows = await tx
        .selectFrom('parley.proof')
        .select('report_no')
        .where('report_no', 'in', reports)
        .orderBy('report_no')
        .execute()
      return rows.map(({ report_no }) => reports.indexOf(report_no))
    })
  const takeAll = async (reach: TakingParts['reach']) => {
    while ((await takeNextProof({ ...parts, reach })).is === 'looked');
    return taken()
  }
  assert.deepEqual(await takeAll({ ceiling: 0, compartments: [] }), [2])
  assert.deepEqual(await takeAll({ ceiling: 3, compartments: [] }), [0, 2])
  assert.deepEqual(await takeAll({ ceiling: 0, compartments: ['HARBOUR'] }), [0, 1, 2])
})
