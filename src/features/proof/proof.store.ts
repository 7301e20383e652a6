import { randomBytes } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { labelIdFor, labelsOf } from '#features/label/label.store.ts'
import { joinedOf } from '#features/label/shown.ts'
import { randomName } from '#features/org/org.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { BlobRef } from '#platform/blobs/blobs.ts'
import { type OwnSalt, ownSaltBytes } from '#platform/crypto/keys.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { Level } from './evidence.ts'
import { levelOf } from './proof-level.ts'
import { isDestroyed } from './proof-room.store.ts'

/** What follows of cases from what their proofs show has to be worked out again. */
export type EvidenceChanged = (tx: Tx, cases: readonly string[]) => Promise<void>

export type ProofId = Id<'proof'>
export const ProofId = idOf('proof')

export const newProofId = (): ProofId => ProofId.of(randomName())

/** The report that a proof is of, and whose keys seal it. */
export type ProofReport = { readonly no: number; readonly id: string; readonly own: OwnSalt }

/** Which report: by its receipt, by its id, or the first of a case. */
export type Asked =
  | { readonly receipt: string }
  | { readonly case: string; readonly report: string | null }

/**
 * The report that somebody hands a proof in for, if they may see it; it is given keys of its own
 * where it has none yet. `destroyed`: what came with it was destroyed, and so would this be.
 */
export async function reportFor(
  tx: Tx,
  asked: Asked,
): Promise<Result<ProofReport, 'unknown' | 'destroyed'>> {
  const which =
    'receipt' in asked
      ? sql`r.receipt = ${asked.receipt}`
      : sql`r.no = (select cr.report_no from parley.case_report cr
          join parley.report o on o.no = cr.report_no
          where cr.case_id = ${asked.case}
            and (${asked.report}::text is null or o.id = ${asked.report})
          order by cr.substance desc, cr.report_no limit 1)`
  const { rows } = await sql<{ no: number; id: string }>`
    select r.no, r.id from parley.report r where ${which}`.execute(tx)
  const [row] = rows
  if (row === undefined) return no('unknown')
  return actingAs(tx, systemActor, async (system) => {
    if (await isDestroyed(system, row.no)) return no('destroyed')
    const salt = await saltOf(system, row.no)
    return yes({ no: row.no, id: row.id, own: { id: row.id, salt } })
  })
}

async function saltOf(tx: Tx, reportNo: number): Promise<Buffer> {
  await sql`
    insert into parley.payload_key (report_no, organisation_id, salt)
    select no, organisation_id, ${randomBytes(ownSaltBytes)} from parley.report
    where no = ${reportNo} on conflict do nothing`.execute(tx)
  const { salt } = await tx
    .selectFrom('parley.payload_key')
    .select('salt')
    .where('report_no', '=', reportNo)
    .executeTakeFirstOrThrow()
  return salt
}

/** A proof whose bytes are kept already, sealed. */
export type ProofGiven = {
  readonly id: ProofId
  readonly reportNo: number
  readonly organisation: string
  readonly person: string | null
  /** The id of the attachment that it was taken out of. */
  readonly attachment: string | null
  readonly title: string
  readonly purl: string | null
  readonly finder: { readonly name: string; readonly model: string | null }
  readonly blob: BlobRef
  readonly manifest: Buffer
}

/** Stores a proof; null where the report has the very same one already. */
export async function storeProof(tx: Tx, given: ProofGiven, now: Date): Promise<number | null> {
  const { id, reportNo, organisation, person, attachment, title, purl, finder, blob } = given
  const { rows } = await sql<{ no: number }>`
    insert into parley.proof (id, report_no, organisation_id, handed_by, attachment_id, at, title,
      purl, finder, finder_model, size_bytes, sha256, blob, manifest)
    values (${id}, ${reportNo}, ${organisation}, ${person}, ${attachment}, ${now}, ${title},
      ${purl}, ${finder.name}, ${finder.model}, ${blob.sizeBytes},
      decode(${blob.sha256}, 'hex'), ${JSON.stringify(blob)}::jsonb, ${given.manifest})
    on conflict (report_no, organisation_id, sha256) do nothing returning no`.execute(tx)
  return rows[0]?.no ?? null
}

type SameBytes = {
  readonly reportNo: number
  readonly organisation: string
  readonly sha256: string
}

/** The proof of these bytes that an organisation handed in with a report before. */
export async function sameProof(tx: Tx, same: SameBytes): Promise<string> {
  const row = await tx
    .selectFrom('parley.proof')
    .select('id')
    .where('report_no', '=', same.reportNo)
    .where('organisation_id', '=', same.organisation)
    .where('sha256', '=', Buffer.from(same.sha256, 'hex'))
    .executeTakeFirstOrThrow()
  return row.id
}

export type Dispute = { readonly at: Date; readonly by: string; readonly why: string }

/** A proof as lists show it. */
export type ProofRow = {
  readonly no: number
  readonly id: string
  readonly report: string
  readonly reportNo: number
  readonly case: string | null
  readonly label: number
  readonly organisation: string
  readonly at: Date
  readonly title: string
  readonly purl: string | null
  readonly finder: { readonly name: string; readonly model: string | null }
  readonly sizeBytes: number
  readonly sha256: string
  readonly level: Level
  readonly verdict: string | null
  readonly dispute: Dispute | null
  readonly destroyedAt: Date | null
  /** How its last run of its own stands; null where none was asked for. */
  readonly state: string | null
  /** What the last run that showed anything showed. */
  readonly shownIn: { readonly met: number; readonly of: number } | null
}

type Row = {
  readonly no: number
  readonly id: string
  readonly report: string
  readonly report_no: number
  readonly case_id: string | null
  readonly label_id: number
  readonly organisation_id: string
  readonly at: Date
  readonly title: string
  readonly purl: string | null
  readonly finder: string
  readonly finder_model: string | null
  readonly size_bytes: number
  readonly sha256: Buffer
  readonly level: string
  readonly verdict: string | null
  readonly disputed_at: Date | null
  readonly dispute: string | null
  readonly disputed_by: string | null
  readonly destroyed_at: Date | null
  readonly state: string | null
  readonly met: number | null
  readonly of: number | null
}

const selected = sql`
  select p.no, p.id, r.id as report, r.no as report_no, r.label_id, cr.case_id, p.organisation_id,
    p.at, p.title, p.purl, p.finder, p.finder_model, p.size_bytes, p.sha256, p.level, p.verdict,
    p.disputed_at, p.dispute, w.name as disputed_by, e.destroyed_at, last.state,
    shown.met, shown.of
  from parley.proof p join parley.report r on r.no = p.report_no
  left join parley.case_report cr on cr.report_no = r.no
  left join parley.payload_end e on e.report_no = r.no
  left join parley.person w on w.id = p.disputed_by
  left join lateral (select o.state from parley.proof_run o
    where o.proof_no = p.no and o.patch_of is null order by o.no desc limit 1) last on true
  left join lateral (select o.met, o.of from parley.proof_run o
    where o.proof_no = p.no and o.patch_of is null and o.state = 'done'
    order by o.no desc limit 1) shown on true`

const presented = (row: Row): ProofRow => ({
  ...{ no: row.no, id: row.id, report: row.report, reportNo: row.report_no, case: row.case_id },
  ...{ label: row.label_id, organisation: row.organisation_id, at: row.at, title: row.title },
  ...{ purl: row.purl, finder: { name: row.finder, model: row.finder_model } },
  ...{ sizeBytes: row.size_bytes, sha256: row.sha256.toString('hex') },
  ...{ level: levelOf(row.level), verdict: row.verdict, destroyedAt: row.destroyed_at },
  state: row.state,
  shownIn: row.met === null || row.of === null ? null : { met: row.met, of: row.of },
  dispute:
    row.disputed_at === null
      ? null
      : { at: row.disputed_at, by: row.disputed_by ?? '', why: row.dispute ?? '' },
})

/** A case shows so many. */
const proofsMax = 100

/** The proofs of a case that the actor may see, the best evidenced first. */
export async function proofsOfCase(tx: Tx, id: string): Promise<readonly ProofRow[]> {
  const { rows } = await sql<Row>`${selected} where cr.case_id = ${id}
    order by p.level desc, p.no limit ${proofsMax}`.execute(tx)
  return rows.map(presented)
}

/** One proof; null where the actor may not see it. */
export async function proofById(tx: Tx, id: string): Promise<ProofRow | null> {
  const { rows } = await sql<Row>`${selected} where p.id = ${id}`.execute(tx)
  return rows[0] === undefined ? null : presented(rows[0])
}

/** What of a proof is sealed or lies elsewhere. */
export type ProofKept = {
  readonly blob: unknown
  readonly manifest: Buffer | null
  readonly salt: Buffer | null
  readonly handedOrganisation: string
}

export async function keptOf(tx: Tx, proofNo: number): Promise<ProofKept> {
  const { rows } = await sql<ProofKept>`
    select p.blob, p.manifest, k.salt, p.organisation_id as "handedOrganisation"
    from parley.proof p left join parley.payload_key k on k.report_no = p.report_no
    where p.no = ${proofNo}`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new TypeError('a proof that was found is gone')
  return row
}

/** A run as the page of its proof shows it; what it saw is sealed. */
export type RunRow = {
  readonly id: string
  readonly state: string
  readonly why: string
  readonly askedBy: string | null
  readonly patchOf: string | null
  readonly queuedAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly worker: string | null
  readonly attempts: number
  readonly level: string | null
  readonly verdict: string | null
  readonly met: number | null
  readonly of: number | null
  readonly environment: string | null
  readonly isAttested: boolean
  readonly refusalCode: string | null
  readonly refusal: string | null
  readonly record: Buffer | null
}

const runsMax = 50

/** The runs of a proof, the newest first. */
export async function runsOf(tx: Tx, proofNo: number): Promise<readonly RunRow[]> {
  const { rows } = await sql<RunRow>`
    select r.id, r.state, r.why, w.name as "askedBy", q.id as "patchOf",
      r.queued_at as "queuedAt", r.started_at as "startedAt", r.ended_at as "endedAt",
      r.worker_name as worker, r.attempts, r.level, r.verdict, r.met, r.of, r.environment,
      r.attestation is not null as "isAttested", r.refusal_code as "refusalCode", r.refusal,
      r.record
    from parley.proof_run r left join parley.person w on w.id = r.asked_by
    left join parley.proof q on q.no = r.patch_of
    where r.proof_no = ${proofNo} order by r.no desc limit ${runsMax}`.execute(tx)
  return rows
}

/** What a worker signed of a run, and of which proof and report that is. */
export type Attested = {
  readonly proof: string
  readonly report: string
  readonly attestation: unknown
}

/** The attestation of a run; null where there is none to see. */
export async function attestationOf(tx: Tx, run: string): Promise<Attested | null> {
  const { rows } = await sql<Attested>`
    select p.id as proof, e.id as report, r.attestation from parley.proof_run r
    join parley.proof p on p.no = r.proof_no join parley.report e on e.no = p.report_no
    where r.id = ${run} and r.attestation is not null`.execute(tx)
  return rows[0] ?? null
}

/** Says that a proof does not show what it claims, or takes that back. */
export async function setDispute(tx: Tx, proofNo: number, dispute: Dispute | null): Promise<void> {
  const { at, by, why } = dispute ?? { at: null, by: null, why: null }
  await sql`
    update parley.proof set disputed_at = ${at}::timestamptz, disputed_by = ${by}::text,
      dispute = ${why}::text where no = ${proofNo}`.execute(tx)
}

/** What its last run showed of a proof; for the product itself. */
export async function setShown(
  tx: Tx,
  proofNo: number,
  shown: {
    readonly level: Level
    readonly verdict: string | null
    readonly crash: Buffer | null
  },
): Promise<void> {
  const { level, verdict, crash } = shown
  await sql`update parley.proof set level = ${level}, verdict = ${verdict}, crash = ${crash}
    where no = ${proofNo}`.execute(tx)
}

/** Pages of those who may see a proof look again. */
export async function tellProof(tx: Tx, id: string, now: Date): Promise<void> {
  await sql`
    insert into parley.live_event (at, topic, ref, organisation_id, label_id)
    select ${now}::timestamptz, 'proof', p.id, p.organisation_id, r.label_id
    from parley.proof p join parley.report r on r.no = p.report_no where p.id = ${id}`.execute(tx)
}

/**
 * Pages of those who may see a run look again: with the patch of another proof, of those who may
 * see both. Whoever may see one alone would learn from it that there is another.
 */
export async function tellRun(
  tx: Tx,
  { proof, patchOf }: { readonly proof: string; readonly patchOf: string | null },
  now: Date,
): Promise<void> {
  if (patchOf === null) return tellProof(tx, proof, now)
  const { rows } = await sql<{ label: number }>`
    select distinct r.label_id as label from parley.proof p
    join parley.report r on r.no = p.report_no
    where p.id in (${proof}, ${patchOf})`.execute(tx)
  const labels = await labelsOf(
    tx,
    rows.map(({ label }) => label),
  )
  const both = joinedOf([...labels.values()])
  const label = both && (await labelIdFor(tx, both))
  if (!label?.ok) throw new TypeError('what is stored has labels within the ceiling')
  await sql`
    insert into parley.live_event (at, topic, ref, label_id)
    values (${now}, 'proof', ${proof}, ${label.value})`.execute(tx)
}

/**
 * Holds cases until the transaction ends, before anything of their proofs: whoever decides about a
 * case does the same. For the product itself.
 */
export const holdCases = (tx: Tx, ids: RawBuilder<unknown>) =>
  sql`select 1 from parley.vulnerability_case where id in (${ids}) order by id for update`.execute(
    tx,
  )

/** The case that a proof is about; null while its report waits for one. For the product itself. */
export async function caseOfProof(tx: Tx, proofNo: number): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select cr.case_id as id from parley.proof p
    join parley.case_report cr on cr.report_no = p.report_no where p.no = ${proofNo}`.execute(tx)
  return rows[0]?.id ?? null
}
