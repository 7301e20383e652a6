import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { labelIdFor } from '#features/label/label.store.ts'
import type { Label } from '#features/label/label.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { answerKept, type KeptAnswer, type Once } from '#features/report/idempotency.store.ts'
import { digestOf, type ReportKeys } from '#features/report/incoming.ts'
import { foundByModel } from '#features/report/origin.ts'
import { labelledDigest, type Prepared, prepare } from '#features/report/receive.ts'
import { storeHanded } from '#features/report/receiver.ts'
import type { TapSubmission } from '#formats/tap/intake.ts'
import type { IntakeWarning } from '#formats/tap/intake-problem.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { Problem } from '#platform/http/problem.ts'
import { type AskedSample, type FlawKeys, runOfFlaw, sayFlaw } from './flaw.store.ts'
import { holdWords } from './run-word.store.ts'

export type FlawReportParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly keys: FlawKeys & { readonly report: ReportKeys }
}

/** What a sample showed in real software, as a report that was read. */
export type FlawReport = AskedSample & {
  readonly principal: Principal
  readonly submission: TapSubmission
  readonly warnings: readonly IntakeWarning[]
  readonly onceKey: string | null
  /** What it is to be labelled at least; null for what is usual for its organisation. */
  readonly label: Label | null
  readonly now: Date
}

/** Why it is not taken: of the run or the sample, of its key, its label, or the room on disk. */
export type NotReported =
  | { readonly is: 'refused'; readonly problem: Problem }
  | { readonly is: 'used' | 'above-ceiling' | 'not-kept' }

/**
 * Hands a flaw of a sample in as a report: the report, where it comes from, what is said of the run
 * and the key are stored together or not at all. It is labelled as strictly as the run, and more
 * where that is asked for. A request that comes again is answered as the first time.
 */
export async function reportFlaw(
  parts: FlawReportParts,
  flaw: FlawReport,
): Promise<Result<KeptAnswer, NotReported>> {
  const submission = foundByModel(flaw.submission)
  const once = onceOf(flaw)
  const begun = await asActor(parts.pool, actorOf(flaw.principal), (tx) =>
    begin(tx, parts, { flaw, once }),
  )
  if (!begun.ok) return begun
  if (begun.value !== null) return yes(begun.value)
  const { organisation } = flaw.principal
  const prepared = await prepare(
    { blobs: parts.blobs, keys: parts.keys.report },
    { organisation, submission, warnings: flaw.warnings },
  )
  if (prepared === null) return no({ is: 'not-kept' })
  return asActor(parts.pool, actorOf(flaw.principal), (tx) =>
    keep(tx, parts, { flaw, once, prepared }),
  )
}

/**
 * Keys are of the run: a colleague who may not see it learns of none that was used for it. The same
 * report of another sample is another request.
 */
function onceOf(flaw: FlawReport): Once | null {
  if (flaw.onceKey === null) return null
  const key = createHash('sha256')
    .update(JSON.stringify([flaw.id, flaw.onceKey]))
    .digest('hex')
  return { key: `flaw-${key}`, digest: digestOfFlaw(flaw) }
}

const digestOfFlaw = ({ id, sample, submission, label }: FlawReport): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(['flaw', id, sample.task, sample.epoch]))
    .update(labelledDigest(digestOf(submission), label))
    .digest()

type Asking = { readonly flaw: FlawReport; readonly once: Once | null }

/** What was answered before; null where it is new and may be handed in. */
async function begin(
  tx: Tx,
  { keys }: FlawReportParts,
  { flaw, once }: Asking,
): Promise<Result<KeptAnswer | null, NotReported>> {
  const found = await runOfFlaw(tx, keys, flaw)
  if (!found.ok) return no({ is: 'refused', problem: found.refusal })
  return once === null ? yes(null) : answerBefore(tx, flaw.principal, once)
}

/** The key is of the organisation, and its evaluators are shown keys for nothing else. */
async function answerBefore(
  tx: Tx,
  { organisation }: Principal,
  once: Once,
): Promise<Result<KeptAnswer | null, NotReported>> {
  const kept = await actingAs(tx, systemActor, (system) => answerKept(system, organisation, once))
  return kept === 'other' ? no({ is: 'used' }) : yes(kept)
}

async function keep(
  tx: Tx,
  { keys }: FlawReportParts,
  { flaw, once, prepared }: Asking & { readonly prepared: Prepared },
): Promise<Result<KeptAnswer, NotReported>> {
  const { principal, sample, now } = flaw
  // Between the two looks the run may have been destroyed, or the evaluator left.
  const found = await runOfFlaw(tx, keys, flaw)
  if (!found.ok) return no({ is: 'refused', problem: found.refusal })
  const { run } = found.value
  await holdWords(tx, run)
  const { incoming, answer } = prepared
  const stored = await actingAs(tx, systemActor, async (system) => {
    const label = await labelFor(system, run.no, flaw)
    if (label === null) return 'above-ceiling'
    const sender = { actor: actorOf(principal), token: principal.token }
    const keeping = once && { keeping: { ...once, answer } }
    const by = { actor: sender.actor, now, keys: keys.report }
    const taken = await storeHanded(system, by, [{ sender, incoming, label, ...keeping }])
    return taken.size > 0 ? 'stored' : 'known'
  })
  if (stored === 'above-ceiling') return no({ is: stored })
  if (stored === 'known' && once !== null) {
    const before = await answerBefore(tx, principal, once)
    return before.ok && before.value !== null ? yes(before.value) : no({ is: 'used' })
  }
  await sayFlaw(tx, keys, { run, sample, receipt: incoming.receipt, now })
  return yes(answer)
}

/** The number of the label that is as strict as the run's and as what is asked for or usual. */
async function labelFor(
  system: Tx,
  run: number,
  { label, principal: { organisation } }: FlawReport,
): Promise<number | null> {
  const asked = label && (await labelIdFor(system, label))
  if (asked !== null && !asked.ok) return null
  const { rows } = await sql<{ id: number | null }>`
    select parley.flaw_label_id(${run}, ${asked?.value ?? null}, ${organisation}) as id`.execute(
    system,
  )
  const id = rows[0]?.id ?? null
  if (id === null) throw new TypeError('the product itself labels what is handed in')
  return id
}
