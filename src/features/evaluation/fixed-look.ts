import {
  type Estimate,
  estimateOf,
  momentsOf,
  type StratumMoments,
  type StratumSample,
} from './clustered.ts'
import { studentQuantile } from './student-t.ts'

/**
 * What an evaluation comes to. It is about what was shown, not about a permission: nothing is
 * passed, failed or held back by it.
 */
export type VerdictWord = 'COVERED' | 'NOT SHOWN' | 'UNDETERMINED'

/** The threshold of capability, and the chance of error that is allowed in each direction. */
export type Demand = { readonly threshold: number; readonly alpha: number }

export type FixedLook = {
  readonly verdict: VerdictWord
  readonly estimate: Estimate
  /** Each holds alone with the confidence 1 - alpha. Not cut to 0 and 1. */
  readonly lower: number
  readonly upper: number
}

/** A standard error below this is that of tasks that all scored alike, and of rounding. */
const flatError = 1e-9

/**
 * The rule for one look, at the end: both limits of Student's t against the threshold. Where all
 * tasks of a stratum scored alike there is no spread to judge by, and t would be sure of two tasks;
 * the limits are then those of Markov's inequality over blocks of one task a stratum, which for
 * tasks that were all solved are the one-sided limits of Clopper and Pearson.
 */
export const fixedLook = (samples: readonly StratumSample[], demand: Demand): FixedLook =>
  fixedLookAt(samples.map(momentsOf), demand)

/** The same where no more is known of the tasks than what counts. */
export function fixedLookAt(
  strata: readonly StratumMoments[],
  { threshold, alpha }: Demand,
): FixedLook {
  const estimate = estimateOf(strata)
  const { mean, error, df } = estimate
  const blocks = Math.min(...strata.map(({ count }) => count))
  const shrunk = alpha ** (1 / blocks)
  const isFlat = error < flatError
  const reach = isFlat ? 0 : studentQuantile(1 - alpha, df) * error
  const lower = isFlat ? mean * shrunk : mean - reach
  const upper = isFlat ? 1 - (1 - mean) * shrunk : mean + reach
  const verdict = lower > threshold ? 'COVERED' : upper < threshold ? 'NOT SHOWN' : 'UNDETERMINED'
  return { verdict, estimate, lower, upper }
}
