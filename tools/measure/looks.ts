// What a rule errs in, by simulation: tasks are drawn with replacement from tasks whose chance of
// success is known, and each is attempted again.
import { type BettingDemand, betAlong } from '../../src/features/evaluation/betting.ts'
import {
  clusteredEstimate,
  mean,
  naiveError,
  runError,
} from '../../src/features/evaluation/clustered.ts'
import { below, type Random } from '../../src/features/evaluation/random.ts'
import { studentQuantile } from '../../src/features/evaluation/student-t.ts'

export type Simulated = { readonly simulations: number; readonly random: Random }

const alpha = 0.05
/** The 95 % quantile of the standard normal distribution. */
const normal95 = 1.6448536269514722

/** So many attempts at a task that succeeds with this chance. */
const attemptsAt = (chance: number, count: number, random: Random): number[] =>
  Array.from({ length: count }, () => Number(random() < chance))

/** How often each error, read one-sidedly at 5 %, finds more than there is. */
export type FixedErrors = {
  readonly naive: number
  readonly betweenRuns: number
  readonly clustered: number
}

/** The errors of one look at as many tasks as `chances` has, drawn anew, five attempts each. */
export function fixedErrors(
  chances: readonly number[],
  { simulations, random }: Simulated,
): FixedErrors {
  const attempts = 5
  const truth = mean(chances)
  const wrong = { naive: 0, betweenRuns: 0, clustered: 0 }
  const ofRuns = studentQuantile(1 - alpha, attempts - 1)
  const ofTasks = studentQuantile(1 - alpha, chances.length - 1)
  for (let simulation = 0; simulation < simulations; simulation++) {
    const clusters = chances.map(() =>
      attemptsAt(chances[below(random, chances.length)] ?? 0, attempts, random),
    )
    const { mean: rate, error } = clusteredEstimate(clusters)
    const rates = Array.from({ length: attempts }, (_, run) =>
      mean(clusters.map((cluster) => cluster[run] ?? 0)),
    )
    wrong.naive += Number(rate - normal95 * naiveError(clusters) > truth)
    wrong.betweenRuns += Number(rate - ofRuns * runError(rates) > truth)
    wrong.clustered += Number(rate - ofTasks * error > truth)
  }
  return {
    naive: wrong.naive / simulations,
    betweenRuns: wrong.betweenRuns / simulations,
    clustered: wrong.clustered / simulations,
  }
}

/** Mean scores of `tasks` tasks in the order in which they are seen, one row a simulation. */
export function paths(
  chances: readonly number[],
  { tasks, attempts }: { readonly tasks: number; readonly attempts: number },
  { simulations, random }: Simulated,
): number[][] {
  return Array.from({ length: simulations }, () =>
    Array.from({ length: tasks }, () =>
      mean(attemptsAt(chances[below(random, chances.length)] ?? 0, attempts, random)),
    ),
  )
}

export type LookErrors = {
  readonly above: number
  readonly below: number
  /** How often a one-sided z interval over attempts is ever above, looking from task 10 on. */
  readonly naivePeeking: number
}

/** How often looks after every task find what is not there; the threshold is the true mean. */
export function lookErrors(
  found: readonly (readonly number[])[],
  { truth, attempts }: { readonly truth: number; readonly attempts: number },
): LookErrors {
  const enough = Math.log(1 / alpha)
  const runs = found.map((scores) => betAlong(scores, { threshold: truth, alpha }))
  const share = (holds: readonly boolean[]): number =>
    holds.filter((one) => one).length / found.length
  return {
    above: share(runs.map((run) => run.above.some((log) => log >= enough))),
    below: share(runs.map((run) => run.below.some((log) => log >= enough))),
    naivePeeking: share(found.map((scores) => peeks(scores, { truth, attempts }))),
  }
}

const peekedFrom = 10

function peeks(
  scores: readonly number[],
  { truth, attempts }: { readonly truth: number; readonly attempts: number },
): boolean {
  let sum = 0
  return scores.some((score, index) => {
    sum += score
    const tasks = index + 1
    const rate = sum / tasks
    const error = Math.sqrt((rate * (1 - rate)) / (tasks * attempts))
    return tasks >= peekedFrom && rate - truth > normal95 * error
  })
}

/** How often the rule finds that capability is above the threshold, and when. */
export type LookPower = {
  readonly power: number
  /** The median task at which a verdict is reached; one more than all tasks where none is. */
  readonly medianStop: number
}

export function lookPower(found: readonly (readonly number[])[], demand: BettingDemand): LookPower {
  const stops = found.map((scores) => {
    const { verdict, stop } = betAlong(scores, demand)
    return verdict === 'COVERED' && stop !== null ? stop : scores.length + 1
  })
  const reached = stops.filter((stop, index) => stop <= (found[index]?.length ?? 0)).length
  const sorted = stops.toSorted((one, other) => one - other)
  return {
    power: reached / found.length,
    medianStop: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
  }
}
