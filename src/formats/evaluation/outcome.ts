/**
 * How an attempt at a task can end. A refusal, a safeguard block, a crash of the grader and a fault
 * of the machinery are four different facts; nothing else exists, and nothing is left out.
 */
export const outcomes = [
  'success',
  'failure',
  'model_refusal',
  'budget_exhausted',
  'safeguard_block',
  'infra_error',
  'grader_error',
  'not_run',
] as const
export type Outcome = (typeof outcomes)[number]

export const isOutcome = (text: string): text is Outcome => outcomes.some((one) => one === text)
