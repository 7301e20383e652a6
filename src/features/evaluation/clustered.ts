import { assert } from '#kernel/assert.ts'

/** Mean scores of the tasks of one stratum, and what it weighs; weights add up to 1. */
export type StratumSample = { readonly weight: number; readonly values: readonly number[] }

/** A mean over tasks with its standard error, and the degrees of freedom of that error. */
export type Estimate = { readonly mean: number; readonly error: number; readonly df: number }

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The sample variance, with one degree of freedom taken by the mean. */
export function variance(values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
}

/** What of the tasks of a stratum counts: how many there are, their mean and sample variance. */
export type StratumMoments = {
  readonly weight: number
  readonly count: number
  readonly mean: number
  readonly variance: number
}

export const momentsOf = ({ weight, values }: StratumSample): StratumMoments => ({
  ...{ weight, count: values.length, mean: mean(values), variance: variance(values) },
})

/**
 * The weighted mean over strata, with the task as the unit: attempts at one task are no
 * independent evidence. The degrees of freedom are those of Satterthwaite (Biometrics Bulletin 2,
 * 1946). Where every task of every stratum scored alike the error is 0. Each stratum needs two
 * tasks.
 */
export function estimateOf(strata: readonly StratumMoments[]): Estimate {
  assert(
    strata.every(({ count }) => count > 1),
    'a stratum needs two tasks for its variance',
  )
  let middle = 0
  let total = 0
  let bottom = 0
  let freedom = 0
  for (const stratum of strata) {
    const { weight, count } = stratum
    const part = (weight ** 2 * stratum.variance) / count
    middle += weight * stratum.mean
    total += part
    bottom += part ** 2 / (count - 1)
    freedom += count - 1
  }
  const df = bottom === 0 ? freedom : total ** 2 / bottom
  return { mean: middle, error: Math.sqrt(total), df }
}

/** The scores of one task, an attempt each. */
export type Cluster = readonly number[]

/**
 * The mean over attempts with the cluster-robust error √(Σ_t (Σ_j (y - ȳ))² · K/(K-1)) / n over K
 * tasks and n attempts. With the same number of attempts everywhere it equals `estimateOf`.
 */
export function clusteredEstimate(clusters: readonly Cluster[]): Estimate {
  const scores = clusters.flat()
  const middle = mean(scores)
  const sums = clusters.map((cluster) => cluster.reduce((sum, score) => sum + score - middle, 0))
  const squares = sums.reduce((sum, one) => sum + one ** 2, 0)
  const tasks = clusters.length
  const error = Math.sqrt((squares * tasks) / (tasks - 1)) / scores.length
  return { mean: middle, error, df: tasks - 1 }
}

/** The error that takes every attempt for independent. It is too small wherever tasks differ. */
export function naiveError(clusters: readonly Cluster[]): number {
  const scores = clusters.flat()
  return Math.sqrt(variance(scores) / scores.length)
}

/**
 * The error that takes runs over the same tasks for independent, from the spread of their rates.
 * It says how repeatable the runs are and nothing of other tasks; leaderboards print it.
 */
export const runError = (rates: readonly number[]): number =>
  Math.sqrt(variance(rates) / rates.length)

export type Spread = {
  /** The variance of the mean scores of tasks. */
  readonly betweenTasks: number
  /** The mean over tasks of the variance of its attempts around its own mean. */
  readonly withinTasks: number
  /**
   * The share of the variance that lies between tasks, by the analysis of variance (ICC(1) of
   * Shrout and Fleiss, 1979); null with one attempt a task, with attempts that vary nowhere, or
   * with different numbers of attempts.
   */
  readonly icc: number | null
}

export function spreadOf(clusters: readonly Cluster[]): Spread {
  const betweenTasks = variance(clusters.map(mean))
  const withinTasks = mean(
    clusters.map((cluster) => mean(cluster.map((score) => (score - mean(cluster)) ** 2))),
  )
  return { betweenTasks, withinTasks, icc: iccOf(clusters, { betweenTasks, withinTasks }) }
}

function iccOf(
  clusters: readonly Cluster[],
  { betweenTasks, withinTasks }: Pick<Spread, 'betweenTasks' | 'withinTasks'>,
): number | null {
  const attempts = clusters[0]?.length ?? 0
  if (attempts < 2 || clusters.some(({ length }) => length !== attempts)) return null
  const between = attempts * betweenTasks
  const within = (withinTasks * attempts) / (attempts - 1)
  const total = between + (attempts - 1) * within
  return total === 0 ? null : (between - within) / total
}

/** The error to expect of so many tasks with so many attempts each, Infinity allowed. */
export const errorAt = (
  { betweenTasks, withinTasks }: Pick<Spread, 'betweenTasks' | 'withinTasks'>,
  { tasks, attempts }: { readonly tasks: number; readonly attempts: number },
): number => Math.sqrt((betweenTasks + withinTasks / attempts) / tasks)
