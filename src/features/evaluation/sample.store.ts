import { sql } from 'kysely'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import type { StratumCount } from '#formats/pack/commitment.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { BlobRef } from '#platform/blobs/blobs.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { stratumOfTask } from './bank-strata.ts'
import type { Declaration } from './declaration.ts'
import { type RunRow, runKeys } from './run.store.ts'
import { keyOfSample, type Sample, type SampleName, SampleWire } from './sample.ts'
import { misplacedSample } from './sample-position.store.ts'

/** A piece of a transcript that is kept: so many events from one on. */
export type Part = {
  readonly firstEvent: number
  readonly events: number
  readonly blob: BlobRef
}

/** What a run was declared to be of, against which every sample is held. */
export type Declarable = {
  readonly declaration: Declaration
  readonly bank: readonly StratumCount[]
}

export type NewSample = {
  readonly sample: Sample
  /** SHA-256 of it: of its transcript it holds the digest. */
  readonly digest: string
  readonly upload: string
  readonly parts: readonly Part[]
  readonly sizeBytes: number
  readonly now: Date
}

/** Why a sample is not taken; words for whoever handed it in. */
export type NotTaken = {
  readonly is: 'closed' | 'other-body' | 'not-declared' | 'destroyed'
  readonly why: string
}

const not = (is: NotTaken['is'], why: string): Result<never, NotTaken> => no({ is, why })

/** The declared stratum of a sample; refused where it is of no task that was declared. */
export function declaredStratum(
  { task, family, difficulty, epoch }: Sample,
  { declaration, bank }: Declarable,
): Result<string, NotTaken> {
  const { attempts } = declaration
  if (epoch > attempts) {
    return not('not-declared', `${attempts} attempts at each task were declared, not ${epoch}.`)
  }
  const of = `family "${family}" and difficulty ${difficulty}`
  if (!bank.some((one) => one.family === family && one.difficulty === difficulty)) {
    return not('not-declared', `The pack that was committed to has no task of ${of}.`)
  }
  const stratum = stratumOfTask(declaration, { family, difficulty })
  if (stratum !== null) return yes(stratum)
  return not('not-declared', `Task "${task}", of ${of}, is of no stratum that was declared.`)
}

/** What is kept of a sample already: its digest; null for nothing. */
export async function digestOfSample(
  tx: Tx,
  runNo: number,
  { task, epoch }: SampleName,
): Promise<string | null> {
  const { rows } = await sql<{ digest: string }>`
    select digest from parley.evaluation_sample
    where run_no = ${runNo} and task = ${task} and epoch = ${epoch}`.execute(tx)
  return rows[0]?.digest ?? null
}

/**
 * Whether a sample of this very upload is kept. Waits for whoever is keeping one at this moment, so
 * that the answer stays true.
 */
export async function isUploadKept(tx: Tx, run: string, upload: string): Promise<boolean> {
  const { rows: runs } = await sql<{ no: number }>`
    select no from parley.evaluation_run where id = ${run} for no key update`.execute(tx)
  const { rows } = await sql`
    select from parley.evaluation_sample
    where run_no = ${runs[0]?.no ?? null} and upload = ${upload}`.execute(tx)
  return rows.length > 0
}

export const hasSample = async (tx: Tx, runNo: number, sample: SampleName): Promise<boolean> =>
  (await digestOfSample(tx, runNo, sample)) !== null

export const otherBody: NotTaken = {
  is: 'other-body',
  why: 'This sample was finished with another body: nothing of a finished sample is changed.',
}

/**
 * Keeps a finished sample, once: the very same again is `same`, another one is refused. Samples of
 * one run are kept one behind the other, so that none goes beyond what was declared.
 */
export async function keepSample(
  tx: Tx,
  keys: PurposeKeys,
  {
    run,
    declared,
    kept,
  }: { readonly run: RunRow; readonly declared: Declarable; readonly kept: NewSample },
): Promise<Result<'kept' | 'same', NotTaken>> {
  const { sample, digest, now } = kept
  const { rows } = await sql<{ closed: boolean }>`
    select closed_at is not null as closed from parley.evaluation_run
    where no = ${run.no} for no key update`.execute(tx)
  const there = await digestOfSample(tx, run.no, sample)
  if (there !== null) return there === digest ? yes('same') : no(otherBody)
  if (rows[0]?.closed !== false) return not('closed', 'The run is closed: it takes nothing more.')
  if (run.salt === null) return not('destroyed', 'What the run held was destroyed.')
  const stratum = declaredStratum(sample, declared)
  if (!stratum.ok) return stratum
  const full =
    (await beyondDeclared(tx, run.no, { sample, stratum: stratum.value, declared })) ??
    (await misplacedSample(tx, { runNo: run.no, stratum: stratum.value, sample, ...declared }))
  if (full !== null) return not('not-declared', full)
  const sealed = seal(
    runKeys(keys, { id: run.id, salt: run.salt }),
    JSON.stringify(sample),
    `${run.id} ${keyOfSample(sample)}`,
  )
  await insert(tx, { run, stratum: stratum.value, kept, sealed })
  await sql`
    update parley.evaluation_run set samples = samples + 1, begun_at = coalesce(begun_at, ${now})
    where no = ${run.no}`.execute(tx)
  return yes('kept')
}

type Beyond = {
  readonly sample: Sample
  readonly stratum: string
  readonly declared: Declarable
}

/** In what a sample goes beyond what was declared, beside the others; null where it fits. */
async function beyondDeclared(
  tx: Tx,
  runNo: number,
  { sample, stratum, declared: { declaration, bank } }: Beyond,
): Promise<string | null> {
  const { task, family, difficulty, position } = sample
  const own = [family, difficulty, ...(position === undefined ? [] : [position])].join(' ')
  const { rows } = await sql<{
    known: string | null
    ofStratum: number
    ofBank: number
  }>`
    select max(concat_ws(' ', s.family, s.difficulty, s.position)) filter (where s.task = ${task})
        as known,
      (count(distinct s.task) filter (where s.stratum = ${stratum}))::int as "ofStratum",
      (count(distinct s.task) filter (where s.family = ${family}
        and s.difficulty = ${difficulty}))::int as "ofBank"
    from parley.evaluation_sample s where s.run_no = ${runNo}`.execute(tx)
  const { known = null, ofStratum = 0, ofBank = 0 } = rows[0] ?? {}
  if (known !== null) {
    if (known === own) return null
    return `Task "${task}" was of family, difficulty and position "${known}" before, not "${own}".`
  }
  const most = declaration.strata.find(({ name }) => name === stratum)?.tasksMax ?? 0
  if (ofStratum >= most) return `${most} tasks of "${stratum}" were declared, and all were begun.`
  const there = bank.find((one) => one.family === family && one.difficulty === difficulty)
  if (ofBank < (there?.tasks ?? 0)) return null
  return `The pack has ${there?.tasks ?? 0} tasks of family "${family}", difficulty ${difficulty}.`
}

type Inserting = {
  readonly run: RunRow
  readonly stratum: string
  readonly kept: NewSample
  readonly sealed: Buffer
}

async function insert(tx: Tx, { run, stratum, kept, sealed }: Inserting): Promise<void> {
  const { sample, digest, upload, parts, sizeBytes, now } = kept
  const { task, epoch, family, difficulty, outcome, reward, tokens, events } = sample
  const { rows } = await sql<{ no: number }>`
    insert into parley.evaluation_sample (run_no, task, epoch, family, difficulty, stratum,
      position, outcome, reward, tokens, events, size_bytes, digest, upload,
      handed_at, handed_by, value)
    values (${run.no}, ${task}, ${epoch}, ${family}, ${difficulty}, ${stratum},
      ${sample.position ?? null}, ${outcome}, ${reward}, ${tokens.input + tokens.output},
      ${events}, ${sizeBytes}, ${digest}, ${upload}, ${now},
      ${actorIn(tx).person}, ${sealed}) returning no`.execute(tx)
  const [added] = rows
  if (added === undefined) throw new TypeError('a sample that was kept is not there')
  const pieces = parts.map(({ firstEvent, events: count, blob }) => ({
    ...{ first_event: firstEvent, events: count, blob },
  }))
  await sql`
    insert into parley.transcript_part (sample_no, first_event, events, blob)
    select ${added.no}, first_event, events, blob
    from json_to_recordset(${JSON.stringify(pieces)}::json)
      as t (first_event integer, events integer, blob jsonb)`.execute(tx)
}

/** A sample as it is kept. */
export type SampleRow = {
  readonly no: number
  readonly task: string
  readonly epoch: number
  readonly family: string
  readonly difficulty: number
  readonly stratum: string
  readonly position: number | null
  readonly outcome: Outcome
  readonly reward: number | null
  readonly tokens: number
  readonly events: number
  readonly sizeBytes: number
  readonly digest: string
  readonly upload: string | null
  readonly handedAt: Date
  /** Null for what was not run, and where it is destroyed. */
  readonly sample: Sample | null
}

const selected = sql`
  select no, task, epoch, family, difficulty, stratum, position, outcome, reward, tokens, events,
    size_bytes as "sizeBytes", digest, upload, handed_at as "handedAt", value
  from parley.evaluation_sample`

type Row = Omit<SampleRow, 'sample'> & { readonly value: Buffer | null }

function opened(
  keys: PurposeKeys,
  { id, salt }: Pick<RunRow, 'id' | 'salt'>,
  { value, ...row }: Row,
): SampleRow {
  if (value === null || salt === null) return { ...row, sample: null }
  const text = unseal(runKeys(keys, { id, salt }), value, `${id} ${keyOfSample(row)}`)
  if (!text.ok) throw new TypeError(`a sample of ${id} ${text.refusal.why}`)
  return { ...row, sample: SampleWire.parse(JSON.parse(text.value.toString('utf8'))) }
}

/** A pack has no more. */
const tasksMax = 1_000

export type SamplePage = {
  readonly after: SampleName | null
  readonly limit: number
  /** Those alone that ended so; absent for all. */
  readonly outcome?: Outcome | undefined
  /** Those alone whose task or family has this in its name. */
  readonly words?: string | undefined
}

/** Samples of a run by task and epoch, from behind one on. */
export async function samplesOf(
  tx: Tx,
  keys: PurposeKeys,
  {
    run,
    after,
    limit,
    outcome,
    words,
  }: SamplePage & { readonly run: Pick<RunRow, 'no' | 'id' | 'salt'> },
): Promise<readonly SampleRow[]> {
  const { rows } = await sql<Row>`${selected}
    where run_no = ${run.no} and (${after === null}
      or (task, epoch) > (${after?.task ?? ''}::text, ${after?.epoch ?? 0}::int))
      and (${outcome ?? null}::text is null or outcome = ${outcome ?? null})
      and strpos(lower(task || ' ' || family), lower(${words ?? ''})) > 0
    order by task, epoch limit ${limit}`.execute(tx)
  return rows.map((row) => opened(keys, run, row))
}

/** How long people need for the tasks of a run, where the first sample of a task says so. */
export async function minutesOfTasks(
  tx: Tx,
  keys: PurposeKeys,
  run: Pick<RunRow, 'no' | 'id' | 'salt'>,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<Row>`
    select distinct on (task) no, task, epoch, family, difficulty, stratum, outcome, reward, tokens,
      events, size_bytes as "sizeBytes", digest, upload, handed_at as "handedAt", value
    from parley.evaluation_sample where run_no = ${run.no} and value is not null
    order by task, epoch limit ${tasksMax}`.execute(tx)
  const found = rows.map((row) => opened(keys, run, row))
  return new Map(
    found.flatMap(({ task, sample }) =>
      sample?.humanMinutes === undefined ? [] : [[task, sample.humanMinutes]],
    ),
  )
}

/** One sample; null where whoever acts sees none. */
export async function sampleOf(
  tx: Tx,
  keys: PurposeKeys,
  { run, name }: { readonly run: RunRow; readonly name: SampleName },
): Promise<SampleRow | null> {
  const { rows } = await sql<Row>`${selected} where run_no = ${run.no} and task = ${name.task}
    and epoch = ${name.epoch}`.execute(tx)
  return rows[0] === undefined ? null : opened(keys, run, rows[0])
}

export type StoredPart = {
  readonly firstEvent: number
  readonly events: number
  readonly blob: unknown
}

/** The pieces of a transcript that hold events of a range, in their order. */
export async function partsOf(
  tx: Tx,
  sampleNo: number,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly StoredPart[]> {
  const { rows } = await sql<StoredPart>`
    select first_event as "firstEvent", events, blob from parley.transcript_part
    where sample_no = ${sampleNo} and first_event < ${to} and first_event + events > ${from}
    order by first_event`.execute(tx)
  return rows
}

/** Notes that whoever acts reads a transcript; false where they did before. */
export async function noteReading(tx: Tx, sampleNo: number, now: Date): Promise<boolean> {
  const { person, organisation } = actorIn(tx)
  const { rows } = await sql`
    insert into parley.transcript_reading (sample_no, person_id, organisation_id, at)
    values (${sampleNo}, ${person}, ${organisation}, ${now})
    on conflict (sample_no, person_id) do nothing returning sample_no`.execute(tx)
  return rows.length > 0
}
