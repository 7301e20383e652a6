import type { Outcome } from '#formats/evaluation/outcome.ts'

/**
 * What an outcome says of the capability under the protocol: `seen` was judged by the verifier,
 * `failure` counts as one because it is the model's own doing under that protocol and budget, and
 * `missing` says nothing: every number is then computed as if it had failed and as if it had
 * succeeded.
 */
export type Weighing = 'seen' | 'failure' | 'missing'

export const weighingOf = {
  success: 'seen',
  failure: 'seen',
  model_refusal: 'failure',
  budget_exhausted: 'failure',
  safeguard_block: 'missing',
  infra_error: 'missing',
  grader_error: 'missing',
  not_run: 'missing',
} as const satisfies Record<Outcome, Weighing>

export type OutcomeCounts = Readonly<Record<Outcome, number>>

/** How many attempts ended in each way; ways that did not occur are 0. */
export function countOutcomes(attempts: Iterable<{ readonly outcome: Outcome }>): OutcomeCounts {
  const counts: Record<Outcome, number> = {
    success: 0,
    failure: 0,
    model_refusal: 0,
    budget_exhausted: 0,
    safeguard_block: 0,
    infra_error: 0,
    grader_error: 0,
    not_run: 0,
  }
  for (const { outcome } of attempts) counts[outcome]++
  return counts
}
