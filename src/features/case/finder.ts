/** A proportion with its 95 % Wilson score interval; `value` is null where nothing was counted. */
export type Share = { readonly value: number | null; readonly low: number; readonly high: number }

/** The 97.5 % point of the normal distribution. */
const z = 1.959964

/**
 * The score interval of Wilson (1927) without continuity correction: honest for small counts and
 * for shares near 0 and 1, where the usual interval claims too much. Of nothing it is 0 to 1.
 */
export function shareOf(successes: number, trials: number): Share {
  if (trials <= 0) return { value: null, low: 0, high: 1 }
  const share = Math.min(Math.max(successes / trials, 0), 1)
  const square = z ** 2 / trials
  const centre = share + square / 2
  const spread = z * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials))
  const bound = (value: number): number => Math.min(Math.max(value / (1 + square), 0), 1)
  return {
    value: share,
    low: share === 0 ? 0 : bound(centre - spread),
    high: share === 1 ? 1 : bound(centre + spread),
  }
}

/**
 * What a finder's record counts in the order of the queue: the lower end of the share that people
 * confirmed among what they judged, in whole tenths. No record counts as much as a bad one.
 */
export const recordOf = (confirmed: number, refuted: number): number =>
  Math.floor(shareOf(confirmed, confirmed + refuted).low * 10 + 1e-9)
