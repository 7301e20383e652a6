import { type Estimate, estimateOf, type StratumSample } from './clustered.ts'
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

/** The rule for one look, at the end: both limits of Student's t against the threshold. */
export function fixedLook(
  samples: readonly StratumSample[],
  { threshold, alpha }: Demand,
): FixedLook {
  const estimate = estimateOf(samples)
  const reach = studentQuantile(1 - alpha, estimate.df) * estimate.error
  const [lower, upper] = [estimate.mean - reach, estimate.mean + reach]
  const verdict = lower > threshold ? 'COVERED' : upper < threshold ? 'NOT SHOWN' : 'UNDETERMINED'
  return { verdict, estimate, lower, upper }
}
