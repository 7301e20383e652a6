import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { createCases } from '#features/case/case.store.ts'
import { takeNextProof } from '#features/proof/attachment-proof.jobs.ts'
import { setShown } from '#features/proof/proof.store.ts'
import { attemptsMax, cancelRuns, queueRun } from '#features/proof/proof-run.store.ts'
import type { ProofTask } from '#features/proof/prove.ts'
import { scratchName } from '#features/proof/scratch.ts'
import { listWorkers } from '#features/proof/worker.store.ts'
import { payloadsOf, shred } from '#features/report/shred.store.ts'
import { systemClock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import { nothingDestroyed } from '#platform/crypto/destroyed-keys.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { type Prover, scratchOf } from '../../src/main/service/proving.ts'
import { everything, ProofWorld, proved, slowly, times, until } from './proof-world.ts'
import { isolationFacts, proofOf } from './proofs.ts'
import { storeReports } from './reports.ts'

let world: ProofWorld
before(async () => {
  world = await ProofWorld.open()
})
after(() => world[Symbol.asyncDispose]())

const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => world.asSystem(work)
const waiting = () => world.waiting()
const working = <T>(prover: Partial<Prover>, work: () => Promise<T>) => world.working(prover, work)
const runOf = (proof: string) => world.runOf(proof)
const isOver = (proof: string) => world.isOver(proof)
const fixes = { verdict: 'fixes', why: 'nothing shows it', notes: [] } as const

test('a machine that cannot isolate says why, and runs nothing', async () => {
  const { proof } = await waiting()
  const why = 'bubblewrap is missing'
  await working({ probe: async () => no(why) }, async () => {
    await until(async () => (await asSystem(listWorkers)).some((one) => one.refusal === why))
    await pause(200)
  })
  assert.equal((await runOf(proof)).state, 'queued')
  await working({}, () => until(isOver(proof)))
  assert.equal((await asSystem(listWorkers))[0]?.refusal, null)
})

test('a machine whose isolation fails gives the run back, and takes no other', async () => {
  const { proof } = await waiting()
  const refusal = { code: 'not-isolated', why: 'the cgroup is gone', isHere: 'machine' } as const
  let isWell = true
  await working(
    {
      probe: async () => (isWell ? yes(isolationFacts) : no('the cgroup is gone')),
      prove: async () => {
        isWell = false
        return no(refusal)
      },
    },
    async () => {
      await until(async () => (await asSystem(listWorkers))[0]?.refusal === refusal.why)
      const { state, attempts } = await runOf(proof)
      assert.deepEqual([state, attempts], ['queued', 1])
    },
  )
  await working({}, () => until(isOver(proof)))
})

test('a run that takes longer than a lease stays with its worker', async () => {
  const { proof } = await waiting()
  await working({ prove: slowly(times.leaseMs * 3) }, () => until(isOver(proof)))
  const { state, attempts } = await runOf(proof)
  assert.deepEqual([state, attempts], ['done', 1])
})

test('a worker that ends gives back what it runs, which counts as no attempt', async () => {
  const { proof } = await waiting()
  await working({ prove: slowly(60_000) }, () =>
    until(async () => (await runOf(proof)).state === 'running'),
  )
  const { state, attempts } = await runOf(proof)
  assert.deepEqual([state, attempts], ['queued', 0])
  await working({}, () => until(isOver(proof)))
})

test('what is refused or breaks is told in words, and does not run for ever', async () => {
  const [refused, broken] = [await waiting(), await waiting()]
  const refusal = { code: 'no-root', why: 'there is no such image', isHere: false } as const
  await working({ prove: async () => no(refusal) }, () => until(isOver(refused.proof)))
  assert.equal((await runOf(refused.proof)).refusal, refusal.why)
  const row = await runOf(broken.proof)
  if (row.state !== 'queued') {
    const wish = { proofNo: row.proofNo, why: 're-run', person: null } as const
    await asSystem((tx) => queueRun(tx, wish, new Date()))
  }
  await working({ prove: () => Promise.reject(new Error('a secret')) }, () =>
    until(isOver(broken.proof)),
  )
  const { state, attempts, refusal: said } = await runOf(broken.proof)
  assert.deepEqual([state, attempts, said], ['failed', 5, 'A defect in Parley; see the log.'])
})

for (const isHere of ['proof', 'machine'] as const) {
  test(`what no worker can is told after so many attempts: ${isHere}`, async () => {
    const { proof } = await waiting()
    let runs = 0
    const prove: Prover['prove'] = async () => {
      runs++
      return no({ code: 'no-target', why: 'no mirror has\n\u001b[31mthe commit', isHere })
    }
    await working({ prove }, () => until(isOver(proof)))
    const { state, attempts, refusal } = await runOf(proof)
    assert.deepEqual([state, attempts, runs], ['failed', attemptsMax, attemptsMax])
    assert.equal(refusal, 'Tried 5 times, and no worker could: no mirror has the commit')
  })
}

test('a full disk is tried again so often, and is then told as that', async () => {
  const { proof } = await waiting()
  const error = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' })
  await working({ prove: () => Promise.reject(error) }, () => until(isOver(proof)))
  assert.match((await runOf(proof)).refusal ?? '', /no room for it 5 times/)
})

test('what somebody cancels ends its sandbox at the next heartbeat', async () => {
  const { proof } = await waiting()
  let isEnded = false
  const prove: Prover['prove'] = async (_task, signal) => {
    await pause(60_000, undefined, { signal }).catch(() => undefined)
    isEnded = signal.aborted
    return yes(proved())
  }
  await working({ prove }, async () => {
    await until(async () => (await runOf(proof)).state === 'running')
    const { proofNo } = await runOf(proof)
    assert.equal((await asSystem((tx) => cancelRuns(tx, proofNo))).length, 1)
    await until(async () => isEnded)
  })
  assert.deepEqual([(await runOf(proof)).state, (await runOf(proof)).level], ['cancelled', null])
})

test('destroying what came with a report ends its run and leaves nothing to open', async () => {
  const { proof, reportNo } = await waiting()
  let isAborted = false
  const prove: Prover['prove'] = async (_task, signal) => {
    await pause(60_000, undefined, { signal }).catch(() => undefined)
    isAborted = signal.aborted
    return yes(proved())
  }
  await working({ prove }, async () => {
    await until(async () => (await runOf(proof)).state === 'running')
    await asSystem(async (tx) => {
      const { id } = await tx
        .selectFrom('parley.report')
        .select('id')
        .where('no', '=', reportNo)
        .executeTakeFirstOrThrow()
      const reports = await payloadsOf(tx, [id])
      assert.deepEqual(
        reports[0]?.payloads.map(({ of }) => of),
        ['proof'],
      )
      const because = { approval: null, now: new Date(), reason: 'x' }
      const parts = { blobs: world.workplace.blobs, destroyed: nothingDestroyed }
      await shred(tx, { reports, because }, parts)
    })
    await until(async () => isAborted)
  })
  assert.equal((await runOf(proof)).refusal, 'What came with the report was destroyed.')
  const kept = await asSystem((tx) =>
    tx
      .selectFrom('parley.proof')
      .select(['manifest', 'blob'])
      .where('id', '=', proof)
      .executeTakeFirstOrThrow(),
  )
  assert.equal(kept.manifest, null)
})

test('folders that a dead worker left are removed at the next start, others are not', async () => {
  const scratch = scratchOf(world.workplace.settings)
  const names = [scratchName(999_999_999), scratchName(process.pid), 'something else']
  for (const name of names) mkdirSync(join(scratch, name), { recursive: true })
  await working({}, () => pause(100))
  assert.deepEqual(readdirSync(scratch).sort(), names.slice(1).sort())
})

test('archives among the attachments are taken as proofs, once; what is none stays', async () => {
  const no_ = await world.attached(['proof.tar.gz', 'notes.txt', 'again.ZIP'])
  const parts = { ...world.parts(), reach: everything, scratch: join(world.folder, 'scratch') }
  const found = []
  for (let time = 0; time < 3; time++) found.push((await takeNextProof(parts)).is)
  assert.deepEqual(found, ['looked', 'looked', 'none'])
  const proofs = await asSystem((tx) =>
    tx.selectFrom('parley.proof').select('attachment_id').where('report_no', '=', no_).execute(),
  )
  assert.deepEqual(proofs, [{ attachment_id: `attachment_${no_}_1` }])
})

test('what a proof showed before its report had a case counts when it gets one', async () => {
  const [no_ = 0] = await asSystem((tx) => storeReports(tx, [{}]))
  const evidence = await asSystem(async (tx) => {
    const { no: proofNo } = await proofOf(tx, no_)
    await setShown(tx, proofNo, { level: 'E3', verdict: null, crash: null })
    const [id = ''] = await createCases(tx, [{ reports: [no_], ties: [] }], { clock: systemClock })
    const row = await tx
      .selectFrom('parley.vulnerability_case')
      .select('evidence')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return row.evidence
  })
  assert.equal(evidence, 'E3')
})

/** Suggests that the reports of two cases are one vulnerability. */
const suggest = (a: number, b: number): Promise<string> =>
  asSystem(async (tx) => {
    const id = `suggestion_${a}_${b}`
    await sql`insert into parley.suggestion (id, kind, report_a, report_b, probability, because,
        model, made_at)
      values (${id}, 'merge', ${a}, ${b}, 0.5, '[]', '1', now())`.execute(tx)
    return id
  })

const suggestionNow = (id: string) =>
  asSystem((tx) =>
    tx
      .selectFrom('parley.suggestion')
      .select(['because', 'probability', 'state'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
  )

test('the patch of one proof is tried on those of suggested cases', async () => {
  const [one, other, apart] = [await waiting(), await waiting(), await waiting()]
  const id = await suggest(one.reportNo, other.reportNo)
  const tried: ProofTask[] = []
  const prove: Prover['prove'] = async (task) => {
    tried.push(task)
    return yes(proved({ level: 'E4', patch: fixes }))
  }
  await working({ prove }, async () => {
    await until(isOver(one.proof))
    await until(isOver(other.proof))
    await until(isOver(apart.proof))
    await until(async () => tried.filter(({ patchFrom }) => patchFrom !== null).length >= 2)
    await until(async () => (await suggestionNow(id)).probability > 0.5)
  })
  const { because, probability, state } = await suggestionNow(id)
  assert.deepEqual(because, [
    { says: 'The patch of one stops the proof of the other.', marks: [], supports: true },
  ])
  assert.ok(probability > 0.98)
  assert.equal(state, 'open')
})

test('a patch that does not stop the other is no reason, an equal crash is', async () => {
  const [one, other] = [await waiting(), await waiting()]
  const id = await suggest(one.reportNo, other.reportNo)
  const crash = { kind: 'heap-buffer-overflow', frames: [{ function: 'read_chunk' }] }
  const prove: Prover['prove'] = async ({ patchFrom }) =>
    yes(
      patchFrom === null
        ? proved({ level: 'E4', patch: fixes, crash })
        : proved({ crash, patch: { ...fixes, verdict: 'does not fix' } }),
    )
  await working({ prove }, async () => {
    await until(isOver(one.proof))
    await until(isOver(other.proof))
    await pause(500)
  })
  const { because } = await suggestionNow(id)
  assert.deepEqual(because, [
    { says: 'The proofs of both crash in the same way and place.', marks: [], supports: true },
  ])
})
