import { createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { openEnvelope } from '#formats/attestation/dsse.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { queueRun } from '../../src/features/proof/proof-run.store.ts'
import { beginWorker, openIn, ProofField } from './proof-field.ts'

/** What is to be tried: so many workers, of which one after the other is killed. */
export type ProofRounds = {
  readonly workers: number
  readonly slots: number
  readonly proofs: number
  readonly kills: number
  readonly tookMs: number
  readonly leaseMs: number
}

export type ProofFound = {
  readonly killed: number
  /** Kills that hit a worker while it ran a proof. */
  readonly hit: number
  /** How many runs there were. */
  readonly runs: number
  readonly lost: number
  readonly doubled: number
  /** Verdicts that are not those of the proof's bytes, or whose attestation does not hold. */
  readonly wrong: number
  readonly seconds: number
  /** From a kill until another worker had what the killed one ran; milliseconds, in order. */
  readonly failOverMs: readonly number[]
  /** Folders that killed workers left behind, once all others had nothing to do. */
  readonly left: number
}

/** Waits until a worker runs something, and has proofs run again so that there is always work. */
async function untilBusy(field: ProofField, name: string, proofs: number): Promise<void> {
  for (const until = performance.now() + 60_000; performance.now() < until; ) {
    await asActor(field.pool, systemActor, async (tx) => {
      const { rows } = await sql<{ no: number }>`
        select p.no from parley.proof p where not exists (select 1 from parley.proof_run r
          where r.proof_no = p.no and r.state in ('queued', 'running'))
        limit greatest(0, ${Math.ceil(proofs / 2)} - (select count(*) from parley.proof_run
          where state = 'queued'))`.execute(tx)
      for (const { no } of rows) {
        await queueRun(tx, { proofNo: no, why: 're-run', person: null }, new Date())
      }
    })
    if ((await heldBy(field, name)).length > 0) return
    await pause(50)
  }
}

/** What runs of a killed worker, by the numbers of the runs. */
async function heldBy(field: ProofField, name: string): Promise<readonly number[]> {
  const { rows } = await asActor(field.pool, systemActor, (tx) =>
    sql<{ no: number }>`select no from parley.proof_run
      where state = 'running' and worker_name = ${name}`.execute(tx),
  )
  return rows.map(({ no }) => no)
}

/** Kills workers with SIGKILL one after the other, and looks at what became of every proof. */
export async function proofRounds(
  rounds: ProofRounds,
  tell: (line: string) => void,
): Promise<ProofFound> {
  const bundles = Array.from({ length: rounds.proofs }, (_, at) => Buffer.from(`proof ${at}`))
  await using field = await ProofField.open(bundles)
  const { slots, tookMs, leaseMs } = rounds
  const begin = (name: string) => beginWorker(field, { name, slots, tookMs, leaseMs })
  tell(`${rounds.proofs} proofs wait`)
  const began = performance.now()
  const names = Array.from({ length: rounds.workers }, (_, at) => `worker${at}`)
  const workers = await Promise.all(names.map(begin))
  const failOverMs: number[] = []
  let killed = 0
  let hit = 0
  try {
    while (killed < rounds.kills) {
      const at = killed % workers.length
      const victim = workers[at]
      if (victim === undefined) break
      await untilBusy(field, victim.name, rounds.proofs)
      await pause(Math.random() * tookMs)
      const gone = once(victim.child, 'exit')
      victim.child.kill('SIGKILL')
      await gone
      const diedAt = performance.now()
      killed++
      const held = await heldBy(field, victim.name)
      if (held.length > 0) hit++
      // The successor has another name where it is measured who takes over.
      const next = begin(`worker${at}.${killed}`)
      if (held.length > 0 && failOverMs.length < failOversMax) {
        failOverMs.push(await takenOver(field, held, { name: victim.name, diedAt }))
      }
      workers[at] = await next
      if (killed % 10 === 0) tell(`${killed} killed`)
    }
    await untilDone(field, rounds)
  } finally {
    for (const { child } of workers) child.kill('SIGKILL')
  }
  const seconds = (performance.now() - began) / 1000
  return { killed, hit, seconds, failOverMs, ...(await judged(field)) }
}

const failOversMax = 10

/** How long after a death others had, or had ended, all that the dead one ran. */
async function takenOver(
  field: ProofField,
  held: readonly number[],
  { name, diedAt }: { readonly name: string; readonly diedAt: number },
): Promise<number> {
  for (;;) {
    const left = await heldBy(field, name)
    const { rows } = await asActor(field.pool, systemActor, (tx) =>
      sql`select 1 from parley.proof_run where no = any (${[...held]}::bigint[])
        and state = 'queued'`.execute(tx),
    )
    if (left.every((no) => !held.includes(no)) && rows.length === 0) {
      return performance.now() - diedAt
    }
    await pause(20)
  }
}

async function untilDone(field: ProofField, { proofs, tookMs }: ProofRounds): Promise<void> {
  const until = performance.now() + 120_000 + proofs * tookMs * 2
  while ((await openIn(field)) > 0) {
    if (performance.now() > until) return
    await pause(100)
  }
}

type Judged = Pick<ProofFound, 'runs' | 'lost' | 'doubled' | 'wrong' | 'left'>

/** Every proof has one verdict, written down once in the ledger, and signed by who ran it. */
async function judged(field: ProofField): Promise<Judged> {
  const { rows } = await asActor(field.pool, systemActor, (tx) =>
    sql<{
      proof: string
      state: string
      environment: string | null
      attestation: { dsseEnvelope: Parameters<typeof openEnvelope>[0] } | null
      key: string | null
      entries: number
      level: string
    }>`
      select p.id as proof, r.state, r.environment, r.attestation, w.public_key as key, p.level,
        (select count(*) from parley.ledger_pending l where l.action = 'proof.end'
          and l.fields::jsonb #>> '{record,value}' = r.id) as entries
      from parley.proof_run r join parley.proof p on p.no = r.proof_no
      left join parley.worker w on w.id = r.worker_id`.execute(tx),
  )
  const done = rows.filter(({ state }) => state === 'done')
  const isWrong = ({ proof, environment, attestation, key, level }: (typeof rows)[number]) =>
    environment !== field.digests.get(proof) ||
    level !== 'E3' ||
    attestation === null ||
    key === null ||
    !openEnvelope(attestation.dsseEnvelope, [createPublicKey(key)]).ok
  const { rows: counted } = await asActor(field.pool, systemActor, (tx) =>
    sql<{ done: number }>`select coalesce(sum(done), 0) as done from parley.worker`.execute(tx),
  )
  const surplus = Math.max(0, Number(counted[0]?.done ?? 0) - done.length)
  return {
    runs: rows.length,
    lost: rows.length - done.length,
    doubled: done.filter(({ entries }) => entries !== 1).length + surplus,
    wrong: done.filter(isWrong).length,
    left: (await readdir(join(field.folder, 'proofs'))).length,
  }
}
