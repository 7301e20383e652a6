import { type RawBuilder, sql } from 'kysely'
import { record } from '#features/ledger/ledger.store.ts'
import { randomName } from '#features/org/org.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { holdCases, tellRun } from './proof.store.ts'

export type ProofRunId = Id<'run'>
export const ProofRunId = idOf('run')

export type RunReason = 'arrived' | 're-run' | 'neighbour'

/** Who waits is served first: a person, then what came in, then what nobody waits for. */
const priorities = { 're-run': 2, arrived: 1, neighbour: 0 } as const satisfies Record<
  RunReason,
  number
>

/** A run that is asked for. */
export type RunWish = {
  readonly proofNo: number
  readonly why: RunReason
  readonly person: string | null
  /** The number of the proof whose patch is tried instead of its own. */
  readonly patchOf?: number
}

/** Asks for a run; null where one waits or runs already, or was made for the same patch before. */
export async function queueRun(tx: Tx, wish: RunWish, now: Date): Promise<ProofRunId | null> {
  const id = ProofRunId.of(randomName())
  const { proofNo, why, person, patchOf = null } = wish
  const { rows } = await sql<{ id: string }>`
    insert into parley.proof_run (id, proof_no, organisation_id, state, why, asked_by, priority,
      patch_of, queued_at)
    select ${id}, p.no, p.organisation_id, 'queued', ${why}, ${person}, ${priorities[why]},
      ${patchOf}::bigint, ${now}::timestamptz
    from parley.proof p where p.no = ${proofNo}
    on conflict do nothing returning id`.execute(tx)
  return rows.length === 0 ? null : id
}

/** A run that this process holds, and what it needs for it. */
export type HeldRun = {
  readonly no: number
  readonly id: ProofRunId
  readonly token: string
  readonly attempt: number
  readonly proof: HeldProof
  /** The proof whose patch is tried instead of its own. */
  readonly patchFrom: HeldProof | null
  readonly startedAt: Date
}

/** A proof with where its bytes are and what opens them. */
export type HeldProof = {
  readonly no: number
  readonly id: string
  readonly report: string
  readonly organisation: string
  readonly blob: unknown
  readonly sha256: Buffer
  readonly salt: Buffer | null
}

/** A lease is shorter than anybody wants to wait, and longer than a busy machine is silent. */
export type Lease = { readonly leaseMs: number }
const lasting = ({ leaseMs }: Lease) => sql`make_interval(secs => ${leaseMs / 1000})`

/** So often a run is begun again after its worker went away; it may be what takes them down. */
export const attemptsMax = 5

/**
 * Gives runs whose worker went silent to others, or up where that happened too often. All times are
 * those of the database, so that no clock of a worker matters.
 */
export async function giveBackLost(
  tx: Tx,
  now: Date,
): Promise<{ readonly back: number; readonly up: number }> {
  const why = `Its worker went away ${attemptsMax} times while it ran.`
  const { rows } = await sql<{
    state: string
    id: string
    proof: string
    patchOf: string | null
  }>`
    with lost as (
      select no from parley.proof_run where state = 'running' and lease_until < clock_timestamp()
      for update skip locked
    )
    update parley.proof_run r set lease_token = null, lease_until = null,
      state = case when attempts < ${attemptsMax} then 'queued' else 'failed' end,
      ended_at = case when attempts < ${attemptsMax} then null else clock_timestamp() end,
      refusal_code = case when attempts < ${attemptsMax} then null else 'lost' end,
      refusal = case when attempts < ${attemptsMax} then null else ${why} end
    from lost, parley.proof p where r.no = lost.no and p.no = r.proof_no
    returning r.state, r.id, p.id as proof,
      (select q.id from parley.proof q where q.no = r.patch_of) as "patchOf"`.execute(tx)
  const up = rows.filter(({ state }) => state === 'failed')
  for (const { id, proof, patchOf } of up) {
    const of = { action: 'proof.end', kind: 'run', record: id } as const
    await record(tx, [{ at: now, ...of, fields: { proof, refusal: 'lost' } }])
    await tellRun(tx, { proof, patchOf }, now)
  }
  return { back: rows.length - up.length, up: up.length }
}

/** Takes the run whose turn it is for a worker; null where there is none that it may be given. */
export async function claimRun(tx: Tx, worker: string, lease: Lease): Promise<HeldRun | null> {
  const token = randomName()
  const { rows: claimed } = await sql<{ no: number | null }>`
    select parley.proof_claim(${worker}, ${token}, ${lasting(lease)}) as no`.execute(tx)
  const no = claimed[0]?.no ?? null
  if (no === null) return null
  const { rows } = await sql<ClaimedRow>`
    select r.id, r.attempts, r.started_at,
      p.no as p_no, p.id as p_id, e.id as p_report, p.organisation_id as p_org, p.blob as p_blob,
      p.sha256 as p_sha256, k.salt as p_salt,
      q.no as q_no, q.id as q_id, f.id as q_report, q.organisation_id as q_org, q.blob as q_blob,
      q.sha256 as q_sha256, l.salt as q_salt
    from parley.proof_run r join parley.proof p on p.no = r.proof_no
    join parley.report e on e.no = p.report_no
    left join parley.payload_key k on k.report_no = p.report_no
    left join parley.proof q on q.no = r.patch_of
    left join parley.report f on f.no = q.report_no
    left join parley.payload_key l on l.report_no = q.report_no
    where r.no = ${no}`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new TypeError('a run that was claimed is not there')
  return heldOf(row, no, token)
}

type ClaimedRow = {
  readonly id: string
  readonly attempts: number
  readonly started_at: Date
  readonly p_no: number
  readonly p_id: string
  readonly p_report: string
  readonly p_org: string
  readonly p_blob: unknown
  readonly p_sha256: Buffer
  readonly p_salt: Buffer | null
  readonly q_no: number | null
  readonly q_id: string | null
  readonly q_report: string | null
  readonly q_org: string | null
  readonly q_blob: unknown
  readonly q_sha256: Buffer | null
  readonly q_salt: Buffer | null
}

function heldOf(row: ClaimedRow, no: number, token: string): HeldRun {
  const id = ProofRunId.parse(row.id)
  if (id === null) throw new TypeError('a run has no id of a run')
  const { q_no, q_id, q_report, q_org, q_sha256 } = row
  const hasOther = q_no !== null && q_id !== null && q_report !== null && q_org !== null
  return {
    ...{ no, id, token, attempt: row.attempts, startedAt: row.started_at },
    proof: {
      ...{ no: row.p_no, id: row.p_id, report: row.p_report, organisation: row.p_org },
      ...{ blob: row.p_blob, sha256: row.p_sha256, salt: row.p_salt },
    },
    patchFrom:
      hasOther && q_sha256 !== null
        ? {
            ...{ no: q_no, id: q_id, report: q_report, organisation: q_org },
            ...{ blob: row.q_blob, sha256: q_sha256, salt: row.q_salt },
          }
        : null,
  }
}

/**
 * Holds on to runs for another lease; answers the tokens of those that are still held. A run that
 * its worker may not be given any more, since a label was raised, goes back and waits for another.
 */
export async function beat(
  tx: Tx,
  tokens: readonly string[],
  lease: Lease,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ lease_token: string }>`
    with held as materialized (
      select r.no, parley.run_is_allowed(r) as is_allowed from parley.proof_run r
      where r.state = 'running' and r.lease_token = any (${[...tokens]}::text[])
      order by r.no for update of r
    ), back as (
      update parley.proof_run r set ${backAgain(sql`r.attempts - 1`)}
      from held where r.no = held.no and not held.is_allowed
    )
    update parley.proof_run r set lease_until = clock_timestamp() + ${lasting(lease)}
    from held where r.no = held.no and held.is_allowed returning r.lease_token`.execute(tx)
  return new Set(rows.map(({ lease_token }) => lease_token))
}

/** What of a run is set when it goes back to wait for its turn. */
const backAgain = (attempts: RawBuilder<unknown>) =>
  sql`state = 'queued', lease_token = null, lease_until = null, worker_id = null,
    worker_name = null, started_at = null, attempts = ${attempts}`

/** How a run stands for whoever holds it; `not-allowed` went back by being asked. */
export type Standing = 'held' | 'lost' | 'not-allowed'

/**
 * How a run stands that this process took, which stays so until the transaction ends. Rows are held
 * in one order by all who change what proofs count for: cases, reports, then runs and proofs.
 */
export async function holdRun(tx: Tx, { no, token }: Held): Promise<Standing> {
  await holdCases(
    tx,
    sql`select cr.case_id from parley.proof_run r
      join parley.proof p on p.no in (r.proof_no, r.patch_of)
      join parley.case_report cr on cr.report_no = p.report_no where r.no = ${no}`,
  )
  await sql`
    select 1 from parley.report where no in (
      select p.report_no from parley.proof_run r
      join parley.proof p on p.no in (r.proof_no, r.patch_of) where r.no = ${no})
    order by no for share`.execute(tx)
  const { rows } = await sql<{ is_allowed: boolean }>`
    select parley.run_is_allowed(r) as is_allowed from parley.proof_run r
    where ${isHeld({ no, token })} for update of r`.execute(tx)
  const [row] = rows
  if (row === undefined) return 'lost'
  if (row.is_allowed) return 'held'
  await giveBack(tx, { no, token }, { isAttempt: false })
  return 'not-allowed'
}

/** What of a run is written down in the clear, beside the sealed rest. */
export type RunShown = {
  readonly level: string
  readonly verdict: string | null
  readonly met: number
  readonly of: number
  readonly environment: string
  readonly record: Buffer
  readonly attestation: unknown
}

type Held = Pick<HeldRun, 'no' | 'token'>

const isHeld = ({ no, token }: Held) =>
  sql`no = ${no} and state = 'running' and lease_token = ${token}`

/** Writes down what a run showed, once and by its holder alone; false where it is not held. */
export async function endRun(tx: Tx, held: Held, shown: RunShown): Promise<boolean> {
  const { level, verdict, met, of, environment, record, attestation } = shown
  const { rows } = await sql<{ worker: string | null }>`
    update parley.proof_run set state = 'done', lease_token = null, lease_until = null,
      ended_at = clock_timestamp(), level = ${level}, verdict = ${verdict}, met = ${met},
      of = ${of}, environment = ${environment}, record = ${record},
      attestation = ${JSON.stringify(attestation)}::jsonb
    where ${isHeld(held)} returning worker_id as worker`.execute(tx)
  const [row] = rows
  if (row === undefined) return false
  await sql`update parley.worker set done = done + 1 where id = ${row.worker}`.execute(tx)
  return true
}

/** Writes down why a run showed nothing. */
export async function failRun(
  tx: Tx,
  held: Held,
  { code, why }: { readonly code: string; readonly why: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update parley.proof_run set state = 'failed', lease_token = null, lease_until = null,
      ended_at = clock_timestamp(), refusal_code = ${code}, refusal = ${why}
    where ${isHeld(held)}`.execute(tx)
  return numAffectedRows === 1n
}

/**
 * Ends the runs of a proof that wait or run and that the actor may see; answers which. A worker
 * hears of it by its beat. Runs that they may not see go on: otherwise this would tell of them.
 */
export async function cancelRuns(tx: Tx, proofNo: number): Promise<readonly string[]> {
  const { rows: seen } = await sql<{ no: number }>`
    select no from parley.proof_run
    where proof_no = ${proofNo} and state in ('queued', 'running')`.execute(tx)
  const { rows } = await actingAs(tx, systemActor, (system) =>
    sql<{ id: string }>`
      update parley.proof_run set state = 'cancelled', lease_token = null, lease_until = null,
        ended_at = clock_timestamp(), refusal_code = 'cancelled', refusal = 'Somebody cancelled it.'
      where no = any (${seen.map(({ no }) => no)}::bigint[]) and state in ('queued', 'running')
      returning id`.execute(system),
  )
  return rows.map(({ id }) => id)
}

/**
 * Whether the case of a proof is closed for good: what was made public may still be run, to see
 * whether a flaw is back. The case stays as it is until the transaction ends.
 */
export async function isCaseClosed(system: Tx, proofNo: number): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select c.status = 'closed' and d.disclosed_at is null as is
    from parley.proof p join parley.case_report cr on cr.report_no = p.report_no
    join parley.vulnerability_case c on c.id = cr.case_id
    left join parley.case_plan d on d.case_id = c.id
    where p.no = ${proofNo} for update of c`.execute(system)
  return rows[0]?.is === true
}

/** Puts a run back that this process does not finish; an attempt is what may have failed by it. */
export async function giveBack(
  tx: Tx,
  held: Held,
  { isAttempt }: { readonly isAttempt: boolean },
): Promise<void> {
  await sql`
    update parley.proof_run set ${backAgain(sql`attempts - ${isAttempt ? 0 : 1}`)}
    where ${isHeld(held)}`.execute(tx)
}

/** What waits and what runs, and of whom. */
export type QueueState = {
  readonly waiting: number
  readonly running: number
  /** How long what waits longest has been waiting; null where nothing waits. */
  readonly oldestSeconds: number | null
  readonly organisations: readonly {
    readonly id: string
    readonly name: string
    readonly waiting: number
    readonly running: number
  }[]
}

const organisationsMax = 100

/** The state of the queue, for whoever may see all of it. */
export async function queueState(tx: Tx): Promise<QueueState> {
  const { rows } = await sql<{
    id: string
    name: string
    waiting: number
    running: number
    oldest: number | null
  }>`
    select r.organisation_id as id, o.name, count(*) filter (where r.state = 'queued') as waiting,
      count(*) filter (where r.state = 'running') as running,
      extract(epoch from clock_timestamp() - min(r.queued_at)
        filter (where r.state = 'queued'))::float8 as oldest
    from parley.proof_run r join parley.organisation o on o.id = r.organisation_id
    where r.state in ('queued', 'running') group by 1, 2 order by 3 desc, 1`.execute(tx)
  const oldest = rows.flatMap((row) => row.oldest ?? [])
  return {
    waiting: rows.reduce((sum, { waiting }) => sum + waiting, 0),
    running: rows.reduce((sum, { running }) => sum + running, 0),
    oldestSeconds: oldest.length === 0 ? null : Math.max(0, Math.floor(Math.max(...oldest))),
    organisations: rows
      .slice(0, organisationsMax)
      .map(({ id, name, waiting, running }) => ({ id, name, waiting, running })),
  }
}
