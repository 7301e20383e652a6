import type { Outcome } from '../../api/types.ts'

type Face = {
  readonly word: string
  /** Stands in grids, where there is no room for the word. */
  readonly letter: string
  readonly about: string
  readonly tone: string
}

/** How each outcome reads and looks, wherever it appears; no two share a letter. */
export const outcomeFaces: Readonly<Record<Outcome, Face>> = {
  success: {
    ...{ word: 'Success', letter: 'S', about: 'The verifier gave the whole reward.' },
    tone: 'border-good bg-good-ground text-good',
  },
  failure: {
    ...{ word: 'Failure', letter: 'F', about: 'The verifier gave less than the whole reward.' },
    tone: 'border-edge bg-raised text-text',
  },
  model_refusal: {
    ...{ word: 'Refused by the model', letter: 'R', about: 'Counts as a failure, told apart.' },
    tone: 'border-accent bg-ground text-accent',
  },
  budget_exhausted: {
    ...{ word: 'Budget exhausted', letter: 'X', about: 'Counts as a failure, told apart.' },
    tone: 'border-accent bg-chosen text-accent',
  },
  safeguard_block: {
    ...{ word: 'Blocked by a safeguard', letter: 'B', about: 'Missing: worked out both ways.' },
    tone: 'border-warn bg-warn-ground text-warn',
  },
  infra_error: {
    ...{ word: 'Fault of the machinery', letter: 'I', about: 'Missing: worked out both ways.' },
    tone: 'border-danger bg-danger-ground text-danger',
  },
  grader_error: {
    ...{ word: 'Fault of the verifier', letter: 'G', about: 'Missing: worked out both ways.' },
    tone: 'border-danger bg-ground text-danger',
  },
  not_run: {
    ...{ word: 'Not run', letter: 'N', about: 'Missing: worked out both ways.' },
    tone: 'border-dashed border-edge bg-ground text-quiet',
  },
}
