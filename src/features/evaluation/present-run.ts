import type { z } from 'zod'
import { namesIn } from '#features/engagement/engagement-event.store.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { type OutcomeCounts, weighingOf } from './outcome.ts'
import { countedOf, looksOf, type RunRow } from './run.store.ts'
import type { LooksWire, RunWire } from './run.wire.ts'
import type { StandingRun } from './run-standing.ts'

/**
 * Whether results are shown to whoever sees the run. One look at the end stays one: who saw counts
 * before, and could stop by them, would err more often than was declared.
 */
export const areResultsShown = ({ run, declared }: StandingRun): boolean =>
  run.closedAt !== null || declared.declaration.rule.is === 'sequential'

/** A run as it is sent. */
export async function presentRun(
  tx: Tx,
  standing: StandingRun,
  known?: ReadonlyMap<string, string>,
): Promise<z.input<typeof RunWire>> {
  const { run, declared, window } = standing
  const { strata, attempts, rule } = declared.declaration
  const counts = await outcomesOf(tx, run, attempts)
  const tasks = strata.reduce((sum, { tasksMax }) => sum + tasksMax, 0)
  const state = run.closedAt !== null ? 'closed' : run.begunAt === null ? 'queued' : 'running'
  return {
    ...{ id: run.id, engagement: run.engagement, declaration: declared.digest, pack: run.pack },
    ...{ number: run.number, rule: rule.is, state, askedBy: run.askedBy },
    ...{ askedAt: run.askedAt.toISOString(), begunAt: run.begunAt?.toISOString() ?? null },
    closed: closedOf(run),
    accessEndsAt: window.endsAt.toISOString(),
    handInUntil: window.handInUntil.toISOString(),
    expected: { tasks, samples: tasks * attempts },
    finished: run.samples,
    troubled: troubledIn(counts),
    outcomes: areResultsShown(standing) ? counts : null,
    looks: (await looksOf(tx, run.no)).length,
    ...{ seed: run.said?.seed ?? null, roles: run.said?.roles ?? null, mayWork: run.mayQuery },
    names: Object.fromEntries(known ?? (await namesIn(tx, run.engagement))),
  }
}

function closedOf({ closedAt, closedBy, closedWhy, neverBegun }: RunRow) {
  if (closedAt === null || closedWhy === null) return null
  const at = closedAt.toISOString()
  return { at, by: closedBy, why: closedWhy, neverBegun: [...(neverBegun ?? [])] }
}

const troubledIn = (counts: OutcomeCounts): number =>
  outcomesIn(counts)
    .filter((one) => weighingOf[one] === 'missing' && one !== 'not_run')
    .reduce((sum, one) => sum + counts[one], 0)

const outcomesIn = (counts: OutcomeCounts): readonly Outcome[] => {
  const isOutcome = (text: string): text is Outcome => Object.hasOwn(counts, text)
  return Object.keys(counts).filter(isOutcome)
}

/** How samples ended: those of tasks that were never begun are not_run. */
async function outcomesOf(tx: Tx, run: RunRow, attempts: number): Promise<OutcomeCounts> {
  const counts = await countedOf(tx, run.no)
  const never = (run.neverBegun ?? []).reduce((sum, { tasks }) => sum + tasks, 0)
  return { ...counts, not_run: counts.not_run + never * attempts }
}

/** The running results, and who looked at them. */
export async function presentLooks(
  tx: Tx,
  { run, declared }: StandingRun,
): Promise<z.input<typeof LooksWire>> {
  const looks = await looksOf(tx, run.no)
  return {
    outcomes: await outcomesOf(tx, run, declared.declaration.attempts),
    looks: looks.map((one) => ({ ...one, at: one.at.toISOString() })),
  }
}
