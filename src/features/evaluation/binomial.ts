import { betaQuantile } from './beta.ts'

/** A range with its two ends. */
export type Interval = { readonly lower: number; readonly upper: number }

/** So many successes of so many independent trials. */
export type Count = { readonly successes: number; readonly trials: number }

/**
 * The interval of Clopper and Pearson (Biometrika 26, 1934) for a share: it holds what it promises
 * for every number of trials, however small.
 */
export function clopperPearson({ successes, trials }: Count, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2
  const failures = trials - successes
  return {
    lower: successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    upper: failures === 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
  }
}

/** The 97.5 % quantile of the standard normal distribution. */
const normal975 = 1.959963984540054

/** The interval of Wilson (JASA 22, 1927) for a share, at 95 %. */
export function wilson({ successes, trials }: Count): Interval {
  if (trials === 0) return { lower: 0, upper: 1 }
  const square = normal975 ** 2
  const share = successes / trials
  const middle = share + square / (2 * trials)
  const variance = (share * (1 - share) + square / (4 * trials)) / trials
  const spread = normal975 * Math.sqrt(variance)
  const scale = 1 + square / trials
  return {
    lower: Math.max(0, (middle - spread) / scale),
    upper: Math.min(1, (middle + spread) / scale),
  }
}
