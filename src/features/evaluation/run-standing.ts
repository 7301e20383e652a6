import { sql } from 'kysely'
import { keptEngagement } from '#features/engagement/engagement.store.ts'
import type { Engagement } from '#features/engagement/engagement.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { declarationByNo } from './declaration.store.ts'
import type { Declared } from './declaration.ts'
import type { EvaluationKeys } from './evaluation-keys.ts'
import { commitmentIn } from './pack-shelf.store.ts'
import { closeRun, type RunRow, runById } from './run.store.ts'
import { type RunWindow, windowAt } from './run-window.ts'
import type { Declarable } from './sample.store.ts'

/** A run with what it is under. */
export type StandingRun = {
  readonly run: RunRow
  readonly declared: Declared
  readonly declarable: Declarable
  readonly engagement: Engagement
  readonly window: RunWindow
}

/**
 * A run that whoever acts sees, and all that it is judged by; null for none. One for which nothing
 * can be handed in any more is closed by that.
 */
export async function standingRun(
  tx: Tx,
  keys: EvaluationKeys,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<StandingRun | null> {
  const run = await runById(tx, keys.evaluation, id)
  const kept = run && (await keptEngagement(tx, keys.engagement, run.engagement))
  if (run === null || kept === null) return null
  const { engagement } = kept
  const { declared } = await declarationByNo(tx, keys.evaluation, run.declarationNo)
  const window = windowAt(engagement, now)
  if (window === null) throw new TypeError(`the run ${id} has no window`)
  const { declaration } = declared
  const bank = await bankOf(tx, run.packNo)
  const standing = { run, declared, declarable: { declaration, bank }, engagement, window }
  if (run.closedAt !== null || now <= window.handInUntil) return standing
  const { strata, attempts } = declaration
  await closeRun(tx, { run, why: 'window-over', by: null, strata, attempts, now })
  return { ...standing, run: (await runById(tx, keys.evaluation, id)) ?? run }
}

async function bankOf(tx: Tx, packNo: number) {
  const { rows } = await sql<{ document: unknown }>`
    select commitment as document from parley.pack where no = ${packNo}`.execute(tx)
  if (rows[0] === undefined) throw new TypeError('whoever sees a run sees what was committed to')
  return commitmentIn(rows[0].document).strata
}

/** Whether the terms as they are now show the developer what the model was asked and said. */
export const isContentShown = ({ engagement }: Pick<StandingRun, 'engagement'>): boolean =>
  'agreed' in engagement && engagement.agreed.terms.promptsShownToDeveloper === 'content'
