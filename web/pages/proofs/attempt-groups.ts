import type { ProofAttempt } from '../../api/types.ts'

/** The proof itself, on the target as it came. */
export const isFresh = ({ purpose, isPatched }: ProofAttempt): boolean =>
  purpose === 'proof' && !isPatched

/** What belongs together, and what it has to do for the claim to hold; null: nothing is asked. */
export type Group = {
  readonly title: string
  readonly about: string
  readonly wants: ProofAttempt['is'] | null
  readonly holds: (attempt: ProofAttempt) => boolean
}

const isOf =
  (purpose: string) =>
  (attempt: ProofAttempt): boolean =>
    attempt.purpose === purpose && !attempt.isPatched

export const groups: readonly Group[] = [
  {
    title: 'Fresh runs',
    about: 'Each in a sandbox of its own. All of them have to show the flaw.',
    wants: 'met',
    holds: isFresh,
  },
  {
    title: 'Benign control',
    about: 'An ordinary input, passed in the same way. It must not show the flaw.',
    wants: 'not-met',
    holds: isOf('benign'),
  },
  {
    title: 'Variants',
    about: 'Other ways to the same cause, from the finder. Each has to show the flaw.',
    wants: 'met',
    holds: isOf('variant'),
  },
  {
    title: 'Changed inputs',
    about: 'Made here out of the input. Those that show the flaw are tried with the patch too.',
    wants: null,
    holds: isOf('mutant'),
  },
  {
    title: 'With the patch',
    about: 'Everything again, with the patch. Nothing may show the flaw any more.',
    wants: 'not-met',
    holds: ({ isPatched }) => isPatched,
  },
]
