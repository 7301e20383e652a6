import { clopperPearson, type Interval } from './binomial.ts'
import {
  clusteredEstimate,
  mean,
  naiveError,
  runError,
  type Spread,
  spreadOf,
} from './clustered.ts'
import { countOutcomes, type OutcomeCounts } from './outcome.ts'
import { type Ability, abilityOf } from './rasch.ts'
import { studentQuantile } from './student-t.ts'
import { rangeOf, type TaskResult } from './task-result.ts'

/** The rate of one completion of the scores, with what is and what is not its error. */
export type RateStats = {
  /** The mean over attempts. */
  readonly rate: number
  /** Clustered by task; null with one task, which says nothing of others. */
  readonly error: number | null
  /** At 95 %, from Student's t; null where the error is. */
  readonly interval: Interval | null
  /** For comparison only: the error of attempts that are taken for independent. */
  readonly naiveError: number | null
  /** For comparison only: the error of runs over the same tasks; null where these differ. */
  readonly runError: number | null
  readonly spread: Spread | null
  /** Exact, at 95 %, with fewer than 30 yes-or-no trials, or where all of them ended alike. */
  readonly exact: ExactRate | null
  /** Null where a task has no frozen difficulty, or no ability is the likeliest. */
  readonly ability: Ability | null
}

export type ExactRate = Interval & {
  readonly successes: number
  readonly trials: number
  /** What the interval is about: other tasks, or more attempts at this one. */
  readonly about: 'tasks' | 'attempts'
}

/** How many tasks every attempt solved, none did, and some did. */
export type Grid = { readonly always: number; readonly never: number; readonly mixed: number }

export type ModelStats = {
  readonly model: string
  readonly tasks: number
  readonly attempts: number
  readonly outcomes: OutcomeCounts
  readonly ifAllFailed: RateStats
  /** The same as `ifAllFailed` where nothing is missing. */
  readonly ifAllSucceeded: RateStats
  readonly isMissingSome: boolean
  /** Of missing outcomes as failures. */
  readonly grid: Grid
  readonly families: readonly FamilyRate[]
}

export type FamilyRate = {
  readonly family: string
  readonly tasks: number
  /** Of mean scores of tasks, with what is missing failed and succeeded. */
  readonly low: number
  readonly high: number
}

/** What the results of one model come to. There is at least one task. */
export function statsOf(model: string, tasks: readonly TaskResult[]): ModelStats {
  const attempts = tasks.flatMap((task) => task.attempts)
  const rates = tasks.map((task) => rangeOf(task.attempts).low)
  const count = (holds: (rate: number) => boolean): number => rates.filter(holds).length
  return {
    ...{ model, tasks: tasks.length, attempts: attempts.length },
    outcomes: countOutcomes(attempts),
    ifAllFailed: rateStats(tasks, 0),
    ifAllSucceeded: rateStats(tasks, 1),
    isMissingSome: attempts.some(({ score }) => score === null),
    grid: {
      always: count((rate) => rate === 1),
      never: count((rate) => rate === 0),
      mixed: count((rate) => rate > 0 && rate < 1),
    },
    families: familyRates(tasks),
  }
}

function rateStats(tasks: readonly TaskResult[], missing: 0 | 1): RateStats {
  const clusters = tasks.map(({ attempts }) => attempts.map(({ score }) => score ?? missing))
  const isOne = clusters.length < 2
  const { mean: rate, error, df } = clusteredEstimate(clusters)
  const reach = isOne ? 0 : studentQuantile(0.975, df) * error
  return {
    rate,
    error: isOne ? null : error,
    interval: isOne ? null : { lower: rate - reach, upper: rate + reach },
    naiveError: clusters.flat().length < 2 ? null : naiveError(clusters),
    runError: runErrorOf(tasks, missing),
    spread: isOne ? null : spreadOf(clusters),
    exact: exactOf(clusters),
    ability: gradedAbility(tasks, missing),
  }
}

/** Attempts of one name over all tasks are a run. */
function runErrorOf(tasks: readonly TaskResult[], missing: 0 | 1): number | null {
  const runs = Map.groupBy(
    tasks.flatMap(({ attempts }) => attempts),
    ({ attempt }) => attempt,
  )
  const isWhole = [...runs.values()].every(({ length }) => length === tasks.length)
  if (!isWhole || runs.size < 2) return null
  return runError([...runs.values()].map((run) => mean(run.map(({ score }) => score ?? missing))))
}

const exactTrialsMax = 30

function exactOf(clusters: readonly (readonly number[])[]): ExactRate | null {
  const scores = clusters.flat()
  const isSingle = clusters.every(({ length }) => length === 1)
  const isFlat = scores.every((score) => score === scores[0])
  const isFew = scores.length < exactTrialsMax || isFlat
  if (!isFew || !(isSingle || clusters.length === 1)) return null
  if (scores.some((score) => score !== 0 && score !== 1)) return null
  const count = { successes: scores.filter((score) => score === 1).length, trials: scores.length }
  const about = clusters.length === 1 && scores.length > 1 ? 'attempts' : 'tasks'
  return { ...count, ...clopperPearson(count), about }
}

function gradedAbility(tasks: readonly TaskResult[], missing: 0 | 1): Ability | null {
  const graded = tasks.flatMap(({ difficulty, attempts }) => {
    const score = mean(attempts.map((attempt) => attempt.score ?? missing))
    return difficulty === null ? [] : { difficulty, score }
  })
  return graded.length === tasks.length ? abilityOf(graded) : null
}

function familyRates(tasks: readonly TaskResult[]): FamilyRate[] {
  return [...Map.groupBy(tasks, ({ family }) => family)]
    .flatMap(([family, own]) => {
      if (family === null) return []
      const ranges = own.map(({ attempts }) => rangeOf(attempts))
      const low = mean(ranges.map((range) => range.low))
      return { family, tasks: own.length, low, high: mean(ranges.map((range) => range.high)) }
    })
    .sort((one, other) => (one.family < other.family ? -1 : 1))
}
