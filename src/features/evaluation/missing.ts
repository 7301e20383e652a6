import type { StratumMoments, StratumSample } from './clustered.ts'
import type { ScoreRange } from './task-result.ts'

/** The tasks of a stratum with what their mean scores may be. */
export type StratumRanges = { readonly weight: number; readonly ranges: readonly ScoreRange[] }

/** As if everything that is missing had failed. */
export const allFailed = (strata: readonly StratumRanges[]): StratumSample[] =>
  strata.map(({ weight, ranges }) => ({ weight, values: ranges.map(({ low }) => low) }))

/** As if everything that is missing had succeeded. */
export const allSucceeded = (strata: readonly StratumRanges[]): StratumSample[] =>
  strata.map(({ weight, ranges }) => ({ weight, values: ranges.map(({ high }) => high) }))

export const isComplete = (strata: readonly StratumRanges[]): boolean =>
  strata.every(({ ranges }) => ranges.every(({ low, high }) => low === high))

/** Tasks of one stratum whose ranges are equal: which of them succeeded makes no difference. */
type Kind = ScoreRange & { readonly stratum: number; readonly count: number }

/**
 * The smallest margin that a mixture of failures and successes of what is missing leaves. Limits
 * of intervals are not always lowest where all failed: a mixture spreads the scores. The search
 * walks downhill from both ends, a task at a time; with one stratum whose tasks are missing whole
 * the margin is convex in their number, so that nothing smaller exists.
 */
export function leastMargin(
  strata: readonly StratumRanges[],
  marginOf: (strata: readonly StratumMoments[]) => number,
): number {
  const kinds = kindsOf(strata)
  const sums = strata.map(({ ranges }) =>
    ranges
      .filter(({ low, high }) => low === high)
      .reduce((sum, { low }) => added(sum, { value: low, count: 1 }), nothing),
  )
  const marginAt = (highs: readonly number[]): number => {
    const all = [...sums]
    for (const [index, { stratum, count, low, high }] of kinds.entries()) {
      const successes = highs[index] ?? 0
      const failed = added(all[stratum] ?? nothing, { value: low, count: count - successes })
      all[stratum] = added(failed, { value: high, count: successes })
    }
    return marginOf(strata.map(({ weight }, stratum) => momentsIn(weight, all[stratum] ?? nothing)))
  }
  const ends = [kinds.map(() => 0), kinds.map(({ count }) => count)]
  return Math.min(...ends.map((end) => downhill(end, kinds, marginAt)))
}

/** Scores by their sums about a half, with the lowest and the highest of them. */
type Sums = {
  readonly count: number
  readonly sum: number
  readonly squares: number
  readonly least: number
  readonly most: number
}
const nothing: Sums = {
  ...{ count: 0, sum: 0, squares: 0 },
  ...{ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY },
}
const half = 0.5

function added(
  { count, sum, squares, least, most }: Sums,
  of: { readonly value: number; readonly count: number },
): Sums {
  if (of.count === 0) return { count, sum, squares, least, most }
  const off = of.value - half
  return {
    count: count + of.count,
    sum: sum + of.count * off,
    squares: squares + of.count * off ** 2,
    least: Math.min(least, of.value),
    most: Math.max(most, of.value),
  }
}

/** Where all scored alike the variance is 0, and not what rounding leaves of it. */
function momentsIn(weight: number, { count, sum, squares, least, most }: Sums): StratumMoments {
  const isFlat = least === most
  const variance = isFlat ? 0 : Math.max(0, squares - sum ** 2 / count) / (count - 1)
  return { weight, count, mean: isFlat ? least : half + sum / count, variance }
}

function kindsOf(strata: readonly StratumRanges[]): Kind[] {
  return strata.flatMap(({ ranges }, stratum) => {
    const open = ranges.filter(({ low, high }) => low !== high)
    const groups = Map.groupBy(open, ({ low, high }) => `${low} ${high}`).values()
    return [...groups].flatMap((group) =>
      group.slice(0, 1).map((range) => ({ ...range, stratum, count: group.length })),
    )
  })
}

function downhill(
  start: readonly number[],
  kinds: readonly Kind[],
  marginAt: (highs: readonly number[]) => number,
): number {
  let best = marginAt(start)
  let here = start
  for (;;) {
    const around = kinds.flatMap(({ count }, index) =>
      [-1, 1]
        .map((step) => here.with(index, (here[index] ?? 0) + step))
        .filter((highs) => (highs[index] ?? 0) >= 0 && (highs[index] ?? 0) <= count),
    )
    const margins = around.map(marginAt)
    const least = Math.min(...margins)
    if (!(least < best)) return best
    best = least
    here = around[margins.indexOf(least)] ?? here
  }
}
