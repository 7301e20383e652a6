import { mean } from './clustered.ts'

/** One attempt at a task that takes a person so long. */
export type TimedScore = {
  readonly minutes: number
  readonly score: number
  /** Relative to the others; only proportions count. */
  readonly weight: number
}

/** The chance of success as a logistic function of the logarithm, to base 2, of the minutes. */
export type Curve = { readonly slope: number; readonly intercept: number }

/** For how long tasks the model succeeds half of the time, and four times out of five. */
export type Horizon = { readonly p50: number; readonly p80: number }

/** Times the square of the slope, beside a mean loss whose weights add up to 1. */
const ridge = 1e-5
const stepsMax = 200

/**
 * The curve of greatest weighted likelihood, weights adding up to 1, with a ridge of 1e-5 on the
 * slope alone (the method of the time-horizon studies of METR, 2025, and Lyptus, 2026); by
 * Newton's steps. Null where all attempts succeeded or all failed: no curve fits best then.
 */
export function fitCurve(scores: readonly TimedScore[]): Curve | null {
  const total = scores.reduce((sum, { weight }) => sum + weight, 0)
  const rate = scores.reduce((sum, { weight, score }) => sum + weight * score, 0) / total
  if (!(rate > 0 && rate < 1)) return null
  const points = scores.map(({ minutes, score, weight }) => ({
    x: Math.log2(minutes),
    score,
    weight: weight / total,
  }))
  const middle = mean(points.map(({ x }) => x))
  // Around the middle of the times slope and level hardly depend on each other.
  const centred = points.map((point) => ({ ...point, x: point.x - middle }))
  let slope = 0
  let level = Math.log(rate / (1 - rate))
  let loss = lossOf(centred, slope, level)
  for (let step = 0; step < stepsMax; step++) {
    const move = newtonStep(centred, slope, level)
    // So near the end a step squares what is left to go, to less than a double tells apart.
    const isLast = Math.abs(move.slope) + Math.abs(move.level) < 1e-6
    let reach = 1
    let next = lossOf(centred, slope - move.slope, level - move.level)
    while (!isLast && next > loss && reach > 1e-9) {
      reach /= 2
      next = lossOf(centred, slope - reach * move.slope, level - reach * move.level)
    }
    slope -= reach * move.slope
    level -= reach * move.level
    loss = next
    if (isLast) break
  }
  return { slope, intercept: level - slope * middle }
}

type Point = { readonly x: number; readonly score: number; readonly weight: number }

/** ln(1 + e^z) - score z is the loss of a logistic prediction, also of a score between 0 and 1. */
function lossOf(points: readonly Point[], slope: number, level: number): number {
  let sum = ridge * slope ** 2
  for (const { x, score, weight } of points) {
    const z = slope * x + level
    sum += weight * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - score * z)
  }
  return sum
}

function newtonStep(
  points: readonly Point[],
  slope: number,
  level: number,
): { readonly slope: number; readonly level: number } {
  let [pullSlope, pullLevel] = [2 * ridge * slope, 0]
  let [bendSlope, bendBoth, bendLevel] = [2 * ridge, 0, 1e-12]
  for (const { x, score, weight } of points) {
    const chance = 1 / (1 + Math.exp(-(slope * x + level)))
    const off = weight * (chance - score)
    const bend = weight * chance * (1 - chance)
    pullSlope += off * x
    pullLevel += off
    bendSlope += bend * x * x
    bendBoth += bend * x
    bendLevel += bend
  }
  const ground = bendSlope * bendLevel - bendBoth ** 2
  return {
    slope: (bendLevel * pullSlope - bendBoth * pullLevel) / ground,
    level: (bendSlope * pullLevel - bendBoth * pullSlope) / ground,
  }
}

/** Null where longer tasks are not harder: there is no horizon then. */
export function horizonOf({ slope, intercept }: Curve): Horizon | null {
  if (!(slope < 0)) return null
  const minutesAt = (chance: number): number =>
    2 ** ((Math.log(chance / (1 - chance)) - intercept) / slope)
  return { p50: minutesAt(0.5), p80: minutesAt(0.8) }
}

export const chanceAt = ({ slope, intercept }: Curve, minutes: number): number =>
  1 / (1 + Math.exp(-(slope * Math.log2(minutes) + intercept)))

/** A task with a human time, and the scores of its attempts. */
export type TimedTask = {
  readonly family: string
  readonly minutes: number
  readonly scores: readonly number[]
}

/**
 * Large families must not drown the others: a task weighs 1/√(tasks of its family), shared by its
 * attempts.
 */
export function weightedScores(tasks: readonly TimedTask[]): TimedScore[] {
  const families = Map.groupBy(tasks, ({ family }) => family)
  return tasks.flatMap(({ family, minutes, scores }) => {
    const weight = 1 / Math.sqrt(families.get(family)?.length ?? 1) / scores.length
    return scores.map((score) => ({ minutes, score, weight }))
  })
}
