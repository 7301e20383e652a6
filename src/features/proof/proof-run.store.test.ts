import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel } from '#features/label/label.ts'
import { no } from '#kernel/result.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { expireLeases, proofOf, waitingProof, workerOf } from '../../../test/db/proofs.ts'
import {
  coordinator,
  finder,
  peopleOf,
  raiseCeiling,
  storeReports,
} from '../../../test/db/reports.ts'
import {
  attemptsMax,
  beat,
  claimRun,
  endRun,
  failRun,
  giveBack,
  giveBackLost,
  type HeldRun,
  queueRun,
  queueState,
} from './proof-run.store.ts'
import { switchWorker, workerIdOf } from './worker.store.ts'

const lease = { leaseMs: 20_000 }
const shown = {
  ...{ level: 'E3', verdict: null, met: 3, of: 3, environment: 'ab'.repeat(32) },
  ...{ record: Buffer.from('sealed'), attestation: { is: 'signed' } },
}

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await raiseCeiling(database, 3)
  await peopleOf(database.app)
})
after(() => database[Symbol.asyncDispose]())
beforeEach(() =>
  asSystem(async (tx) => {
    await sql`update parley.proof_run set state = 'cancelled', lease_token = null,
      lease_until = null where state in ('queued', 'running')`.execute(tx)
  }),
)

const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, systemActor, work)

/** So many reports, each with a proof that waits. */
const waiting = (count: number, organisation = 'org_finder01', label?: number) =>
  asSystem(async (tx) => {
    const wish = { organisation, ...(label !== undefined && { label }) }
    const reports = await storeReports(
      tx,
      Array.from({ length: count }, () => wish),
    )
    const proofs = []
    for (const report of reports) proofs.push(await waitingProof(tx, report, { organisation }))
    return proofs
  })

const claim = (worker: string): Promise<HeldRun | null> =>
  asSystem((tx) => claimRun(tx, worker, lease))

async function claimed(worker: string): Promise<HeldRun> {
  const run = await claim(worker)
  assert.ok(run !== null, 'there is a run for it')
  return run
}

const stateOf = (run: string | null) =>
  asSystem((tx) =>
    tx
      .selectFrom('parley.proof_run')
      .select(['state', 'attempts', 'refusal', 'level'])
      .where('id', '=', run ?? '')
      .executeTakeFirstOrThrow(),
  )

test('a worker that is unknown, off or cannot isolate is given nothing', async () => {
  const [off, weak] = await asSystem(async (tx) => [
    await workerOf(tx, 'off'),
    await workerOf(tx, 'weak', { isolation: no('bubblewrap is missing') }),
  ])
  const asked = { id: off ?? '', offWhy: 'It is too hot.', person: 'person_ada00001' }
  await asSystem((tx) => switchWorker(tx, { ...asked, now: new Date() }))
  await waiting(1)
  assert.equal(await claim(workerIdOf('nobody')), null)
  assert.equal(await claim(off ?? ''), null)
  assert.equal(await claim(weak ?? ''), null)
  await asSystem((tx) => switchWorker(tx, { ...asked, offWhy: null, now: new Date() }))
  assert.ok(await claim(off ?? ''))
})

test('a worker is given nothing above its ceiling or outside its compartments', async () => {
  const labels = await asSystem(async (tx) => {
    const made: number[] = []
    for (const more of [
      { classification: 'confidential' },
      { classification: 'confidential', compartments: ['HARBOUR'] },
    ] as const) {
      const label = await labelIdFor(tx, { ...commonLabel, ...more })
      made.push(label.ok ? label.value : 0)
    }
    return made
  })
  const [low, high, inside] = await asSystem(async (tx) => [
    await workerOf(tx, 'low'),
    await workerOf(tx, 'high', { ceiling: 3 }),
    await workerOf(tx, 'inside', { ceiling: 3, compartments: ['HARBOUR', 'TIDE'] }),
  ])
  const [confidential] = await waiting(1, 'org_finder01', labels[0])
  const [apart] = await waiting(1, 'org_finder02', labels[1])
  assert.equal(await claim(low ?? ''), null)
  assert.equal((await claimed(high ?? '')).proof.id, confidential?.id)
  assert.equal(await claim(high ?? ''), null)
  assert.equal((await claimed(inside ?? '')).proof.id, apart?.id)
})

test('nor by a statement that forgets to ask', async () => {
  const label = await asSystem((tx) => labelIdFor(tx, { ...commonLabel, classification: 'secret' }))
  const [secret] = await waiting(1, 'org_finder01', label.ok ? label.value : 0)
  const forced = asSystem(async (tx) => {
    const worker = await workerOf(tx, 'low')
    await sql`update parley.proof_run set state = 'running', worker_id = ${worker},
      lease_token = 't', lease_until = now() where id = ${secret?.run}`.execute(tx)
  })
  await assert.rejects(forced, /may not be given/)
})

test('what a run showed is written by who holds it, and once', async () => {
  const [worker, other] = await asSystem(async (tx) => [
    await workerOf(tx, 'one'),
    await workerOf(tx, 'two'),
  ])
  const [proof] = await waiting(1)
  const first = await claimed(worker ?? '')
  assert.equal(await claim(other ?? ''), null)
  await asSystem(expireLeases)
  assert.deepEqual(await asSystem((tx) => giveBackLost(tx, new Date())), { back: 1, up: 0 })
  const second = await claimed(other ?? '')
  assert.equal(second.attempt, 2)
  assert.equal(await asSystem((tx) => endRun(tx, first, shown)), false)
  assert.equal(await asSystem((tx) => failRun(tx, first, { code: 'x', why: 'x' })), false)
  assert.deepEqual(
    await asSystem((tx) => beat(tx, [first.token, second.token], lease)),
    new Set([second.token]),
  )
  assert.equal(await asSystem((tx) => endRun(tx, second, shown)), true)
  assert.equal(await asSystem((tx) => endRun(tx, second, shown)), false)
  assert.equal((await stateOf(proof?.run ?? null)).level, 'E3')
})

test('a run that is over is never changed, whoever tries', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  await waiting(1)
  const run = await claimed(worker)
  await asSystem((tx) => endRun(tx, run, shown))
  for (const set of ["level = 'E4'", "state = 'queued'", "record = 'other'", 'met = 0']) {
    const changed = asSystem((tx) =>
      sql`update parley.proof_run set ${sql.raw(set)} where no = ${run.no}`.execute(tx),
    )
    await assert.rejects(changed, /never changed/, set)
  }
})

test(`a run whose worker goes away ${attemptsMax} times is given up, in words`, async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  const [proof] = await waiting(1)
  for (let time = 1; time <= attemptsMax; time++) {
    assert.equal((await claimed(worker)).attempt, time)
    await asSystem(expireLeases)
    const { up } = await asSystem((tx) => giveBackLost(tx, new Date()))
    assert.equal(up, time === attemptsMax ? 1 : 0)
  }
  const { state, refusal } = await stateOf(proof?.run ?? null)
  assert.deepEqual([state, refusal], ['failed', 'Its worker went away 5 times while it ran.'])
})

test('a run that is given back in order does not count as an attempt', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  const [proof] = await waiting(1)
  const run = await claimed(worker)
  await asSystem((tx) => giveBack(tx, run, { isAttempt: false }))
  assert.deepEqual(await stateOf(proof?.run ?? null), {
    ...{ state: 'queued', attempts: 0, refusal: null, level: null },
  })
})

test('a lease that is held on to is not given to others', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  await waiting(1)
  const run = await claimed(worker)
  await asSystem(expireLeases)
  await asSystem((tx) => beat(tx, [run.token], lease))
  assert.deepEqual(await asSystem((tx) => giveBackLost(tx, new Date())), { back: 0, up: 0 })
})

test('organisations take turns, whoever hands in more', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  await waiting(6, 'org_finder01')
  await waiting(2, 'org_finder02')
  const served: string[] = []
  for (let at = 0; at < 6; at++) served.push((await claimed(worker)).proof.organisation)
  assert.deepEqual(served.slice(0, 4).sort(), [
    ...['org_finder01', 'org_finder01', 'org_finder02', 'org_finder02'],
  ])
  assert.notEqual(served[0], served[1])
  assert.deepEqual(served.slice(4), ['org_finder01', 'org_finder01'])
})

test('within one, who asks goes first, then what came in, then the rest', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  const reports = await asSystem((tx) => storeReports(tx, [{}, {}, {}]))
  const wanted = await asSystem(async (tx) => {
    const [a, b, c] = [
      await proofOf(tx, reports[0] ?? 0),
      await proofOf(tx, reports[1] ?? 0),
      await proofOf(tx, reports[2] ?? 0),
    ]
    const now = new Date()
    const person = 'person_ada00001'
    await queueRun(tx, { proofNo: a.no, why: 'neighbour', person: null, patchOf: b.no }, now)
    await queueRun(tx, { proofNo: b.no, why: 'arrived', person: null }, now)
    await queueRun(tx, { proofNo: c.no, why: 're-run', person }, now)
    return [c.id, b.id, a.id]
  })
  const order = []
  for (let at = 0; at < 3; at++) order.push((await claimed(worker)).proof.id)
  assert.deepEqual(order, wanted)
})

test('asking again while one waits asks for nothing, and no run is given twice', async () => {
  const workers = await asSystem(async (tx) => {
    const made: string[] = []
    for (const name of ['a', 'b', 'c', 'd']) made.push(await workerOf(tx, name))
    return made
  })
  const proofs = await waiting(12)
  const again = { proofNo: proofs[0]?.no ?? 0, why: 're-run', person: null } as const
  assert.equal(await asSystem((tx) => queueRun(tx, again, new Date())), null)
  const found = await Promise.all(
    Array.from({ length: 16 }, (_, at) => claim(workers[at % 4] ?? '')),
  )
  const ids = found.flatMap((run) => run?.proof.id ?? [])
  assert.equal(new Set(ids).size, ids.length)
  for (let run = await claim(workers[0] ?? ''); run; run = await claim(workers[0] ?? '')) {
    ids.push(run.proof.id)
  }
  assert.deepEqual(ids.toSorted(), proofs.map(({ id }) => id).toSorted())
})

test('the queue tells how much waits, of whom, and how long', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  await waiting(2, 'org_finder01')
  await waiting(1, 'org_finder02')
  await claimed(worker)
  const { waiting: left, running, oldestSeconds, organisations } = await asSystem(queueState)
  assert.deepEqual([left, running], [2, 1])
  assert.ok(oldestSeconds !== null && oldestSeconds >= 0)
  assert.deepEqual(
    organisations.map(({ id }) => id),
    ['org_finder01', 'org_finder02'],
  )
})

test('neither finders nor coordinators change a run, and finders see their own alone', async () => {
  const [mine] = await waiting(1, 'org_finder01')
  const [theirs] = await waiting(1, 'org_finder02')
  const runs = [mine?.run ?? '', theirs?.run ?? '']
  for (const actor of [finder, coordinator]) {
    const { numAffectedRows } = await asActor(database.app, actor, (tx) =>
      sql`update parley.proof_run set priority = 9 where id = any (${runs}::text[])`.execute(tx),
    )
    assert.equal(numAffectedRows, 0n)
  }
  const seen = await asActor(database.app, finder, (tx) =>
    tx.selectFrom('parley.proof_run').select('id').where('id', 'in', runs).execute(),
  )
  assert.deepEqual(seen, [{ id: mine?.run }])
})

test('closing a case ends the runs of its proofs', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  const [running] = await waiting(1)
  const held = await claimed(worker)
  const [queued] = await waiting(1)
  await asSystem(async (tx) => {
    await sql`insert into parley.vulnerability_case (id, title, severity, evidence, band, rank_key,
        told, report_count, finder_count, first_reported_at, last_reported_at, changed_at, label_id)
      values ('case_closing1', 'x', 'low', 'E0', 'x', '{}', '{}', 2, 1, now(), now(), now(),
        1)`.execute(tx)
    await sql`insert into parley.case_report (report_no, case_id, joined_at, how)
      select p.report_no, 'case_closing1', now(), 'first' from parley.proof p
      where p.id = any (${[running?.id ?? '', queued?.id ?? '']}::text[])`.execute(tx)
    await sql`update parley.vulnerability_case set status = 'closed'
      where id = 'case_closing1'`.execute(tx)
  })
  assert.equal((await stateOf(running?.run ?? null)).state, 'cancelled')
  assert.equal((await stateOf(queued?.run ?? null)).refusal, 'The case was closed.')
  assert.deepEqual(await asSystem((tx) => beat(tx, [held.token], lease)), new Set())
})
