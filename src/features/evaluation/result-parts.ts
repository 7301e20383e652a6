import type { Pool } from 'pg'
import { noRun } from '#features/engagement/desk.ts'
import { actorSide } from '#features/engagement/engagement.store.ts'
import type { Side } from '#features/engagement/engagement.ts'
import { recordFor } from '#features/engagement/engagement-event.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import type { EvaluationKeys } from './evaluation-keys.ts'
import { type RunRow, runById } from './run.store.ts'
import type { HeldRun } from './run-word.store.ts'

/** What routes of results are made of. */
export type ResultParts = { readonly pool: Pool; readonly keys: EvaluationKeys }

/** A run with the side that whoever asks speaks for. */
export type FoundRun = { readonly row: RunRow; readonly run: HeldRun; readonly side: Side }

/** A run that whoever acts sees, as long as what it holds is not destroyed. */
export async function runFor(
  tx: Tx,
  keys: EvaluationKeys,
  id: string,
): Promise<Result<FoundRun, Problem>> {
  const row = await runById(tx, keys.evaluation, id)
  const side = row && (await actorSide(tx, row.engagement))
  if (row === null || side === null) return no(noRun())
  const { no: place, engagement, salt } = row
  if (salt === null) return no(problem('gone', 'What was held of this run is destroyed.'))
  return yes({ row, run: { no: place, id: row.id, engagement, salt }, side })
}

/** Has both sides see that somebody read what was said of a run. */
export const noteRead = (
  tx: Tx,
  { engagement, id }: Pick<HeldRun, 'engagement' | 'id'>,
  { part, now }: { readonly part: string; readonly now: Date },
): Promise<void> =>
  recordFor(tx, engagement, [
    { at: now, action: 'run.read', kind: 'run', record: id, fields: { part } },
  ])

/** What to answer to whoever said what cannot be said. */
export function refusedWord({
  code,
  why,
  at,
}: {
  readonly code: 'invalid' | 'not-allowed' | 'not-in-this-state' | 'not-found'
  readonly why: string
  readonly at?: string
}): Problem {
  if (code === 'invalid') return invalid([{ in: 'body', pointer: at ?? '', detail: why }])
  return problem(code, why)
}
