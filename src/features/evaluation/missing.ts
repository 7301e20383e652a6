import type { StratumSample } from './clustered.ts'
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
  marginOf: (samples: readonly StratumSample[]) => number,
): number {
  const kinds = kindsOf(strata)
  const settled = strata.map(({ ranges }) =>
    ranges.filter(({ low, high }) => low === high).map(({ low }) => low),
  )
  const marginAt = (highs: readonly number[]): number =>
    marginOf(
      strata.map(({ weight }, stratum) => ({
        weight,
        values: [...(settled[stratum] ?? []), ...kinds.flatMap(completed(stratum, highs))],
      })),
    )
  const ends = [kinds.map(() => 0), kinds.map(({ count }) => count)]
  return Math.min(...ends.map((end) => downhill(end, kinds, marginAt)))
}

const completed =
  (stratum: number, highs: readonly number[]) =>
  (kind: Kind, index: number): number[] => {
    if (kind.stratum !== stratum) return []
    const high = highs[index] ?? 0
    return Array.from({ length: kind.count }, (_, at) => (at < high ? kind.high : kind.low))
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
