import type { Outcome } from '../../api/types.ts'

/** All there are, judged ones first; whoever lists outcomes lists every one of them. */
export const outcomeList: readonly Outcome[] = [
  ...(['success', 'failure', 'model_refusal', 'budget_exhausted'] as const),
  ...(['safeguard_block', 'infra_error', 'grader_error', 'not_run'] as const),
]
