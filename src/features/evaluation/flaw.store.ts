import { sql } from 'kysely'
import { keptEngagement } from '#features/engagement/engagement.store.ts'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import { keepOrigin } from '#features/report/origin.store.ts'
import type { Origin } from '#features/report/origin.ts'
import { no, type Result } from '#kernel/result.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import type { EvaluationKeys } from './evaluation-keys.ts'
import { type FoundRun, runFor } from './result-parts.ts'
import { isContentShown } from './run-standing.ts'
import { addWord, type HeldRun, wordsOf } from './run-word.store.ts'
import { type Said, saidIn } from './run-word.ts'
import { hasSample } from './sample.store.ts'
import { type SampleKey, sampleText } from './sample-key.ts'

/** What opens runs, and what seals where a report comes from. */
export type FlawKeys = EvaluationKeys & { readonly report: Pick<ReportKeys, 'finding'> }

export type AskedSample = { readonly id: string; readonly sample: SampleKey }

/** The run of a sample that showed a flaw, for an evaluator who says so. */
export async function runOfFlaw(
  tx: Tx,
  keys: EvaluationKeys,
  { id, sample }: AskedSample,
): Promise<Result<FoundRun, Problem>> {
  const found = await runFor(tx, keys, id)
  if (!found.ok) return found
  const { run, side } = found.value
  if (side !== 'evaluator') return no(problem('not-allowed', 'Evaluators hand flaws in.'))
  if (await hasSample(tx, run.no, sample)) return found
  return no(problem('not-found', `The run has no sample ${sampleText(sample)}.`))
}

export type SaidFlaw = {
  readonly run: HeldRun
  readonly sample: SampleKey
  readonly receipt: string
  readonly now: Date
}

/** Says of a run whose words are held which report is about what a sample showed. */
export async function sayFlaw(
  tx: Tx,
  keys: FlawKeys,
  { run, sample, receipt, now }: SaidFlaw,
): Promise<void> {
  const word = { kind: 'flaw', receipt } as const
  await addWord(tx, keys.evaluation, { run, saying: { side: 'evaluator', sample, word, now } })
  const origin = await originOf(tx, keys, { run, sample })
  await actingAs(tx, systemActor, (system) =>
    keepOrigin(system, keys.report, { receipt, run, origin, now }),
  )
  const entry = { at: now, action: 'run.review', kind: 'run', record: run.id } as const
  await recordFor(tx, run.engagement, [{ ...entry, fields: { said: 'flaw' } }])
  await tellEngagement(tx, run.engagement, now)
}

type Pack = { readonly name: string; readonly version: string; readonly root: string }

async function originOf(
  tx: Tx,
  keys: EvaluationKeys,
  { run, sample }: Pick<SaidFlaw, 'run' | 'sample'>,
): Promise<Origin> {
  const kept = await keptEngagement(tx, keys.engagement, run.engagement)
  const model = kept?.engagement.versions.at(-1)?.proposal.model
  const { rows } = await sql<Pack>`
    select p.name, p.version, p.root from parley.pack p
    join parley.evaluation_run r on r.pack_no = p.no where r.no = ${run.no}`.execute(tx)
  const [pack] = rows
  if (model === undefined || pack === undefined) throw new TypeError('a run is of a model and pack')
  const { name, version } = model
  return { by: 'model-under-evaluation', model: { name, version }, run: run.id, sample, pack }
}

/** Which receipts of flaws a side is told: their own, or as the terms and its clearance let it. */
async function receiptsFor(
  tx: Tx,
  keys: EvaluationKeys,
  { run, side, said }: Pick<FoundRun, 'run' | 'side'> & { readonly said: Said },
): Promise<ReadonlySet<string>> {
  if (side === 'evaluator') return new Set(said.flaws.map(({ receipt }) => receipt))
  const kept = await keptEngagement(tx, keys.engagement, run.engagement)
  if (kept === null || !isContentShown(kept)) return new Set()
  const { rows } = await sql<{ receipt: string }>`
    select receipt from parley.flaw_receipts_cleared(${run.no}) as f (receipt)`.execute(tx)
  return new Set(rows.map(({ receipt }) => receipt))
}

/** What was said of a run, with the receipts that a side is told. */
export async function flawsFor(
  tx: Tx,
  keys: EvaluationKeys,
  { run, side }: Pick<FoundRun, 'run' | 'side'>,
): Promise<{ readonly said: Said; readonly receipts: ReadonlySet<string> }> {
  const said = saidIn(await wordsOf(tx, keys.evaluation, run))
  return { said, receipts: await receiptsFor(tx, keys, { run, side, said }) }
}
