import type { Interval } from './binomial.ts'
import { mean, variance } from './clustered.ts'
import { studentQuantile, studentTail } from './student-t.ts'

export type PairedDifference = {
  readonly tasks: number
  readonly difference: number
  readonly error: number
  readonly t: number
  /** Two-sided. */
  readonly p: number
  /** At 95 %. */
  readonly interval: Interval
}

/**
 * The difference of two mean scores over the same tasks, with the task as the unit: sealed minus
 * public tells of contamination, elicited minus plain of capability that was not drawn out. Null
 * with fewer than two pairs.
 */
export function pairedDifference(
  pairs: readonly (readonly [one: number, other: number])[],
): PairedDifference | null {
  if (pairs.length < 2) return null
  const differences = pairs.map(([one, other]) => one - other)
  const difference = mean(differences)
  const error = Math.sqrt(variance(differences) / pairs.length)
  const df = pairs.length - 1
  const reach = studentQuantile(0.975, df) * error
  const t = error === 0 && difference === 0 ? 0 : difference / error
  return {
    ...{ tasks: pairs.length, difference, error, t },
    p: 2 * studentTail(Math.abs(t), df),
    interval: { lower: difference - reach, upper: difference + reach },
  }
}
