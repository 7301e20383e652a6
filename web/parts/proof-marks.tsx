import type { ProofAttempt, ProofRow, ProofRun } from '../api/types.ts'
import { classes } from '../ui/classes.ts'
import { lineOf } from './outside-text.tsx'
import { attemptWords, patchVerdictOf, proofState, runState } from './proof-words.ts'

/** How the last run of a proof stands. */
export const ProofStateMark = ({ state }: { readonly state: ProofRow['state'] }) => (
  <StateWord {...proofState(state)} />
)

/** How one run stands. */
export const RunStateMark = ({ state }: { readonly state: ProofRun['state'] }) => (
  <StateWord {...runState(state)} />
)

const StateWord = ({ word, sign, tone }: ReturnType<typeof runState>) => (
  <span className={classes('whitespace-nowrap', tone)}>
    <span aria-hidden="true">{sign}</span> {word}
  </span>
)

/** What running showed of a patch. */
export function PatchMark({ verdict }: { readonly verdict: string | null }) {
  const { word, sign, tone } = patchVerdictOf(verdict)
  return (
    <span className={tone}>
      <span aria-hidden="true">{sign}</span> {lineOf(word, 60)}
    </span>
  )
}

/** A filled square for what showed the flaw, an empty one for what did not, a dot for neither. */
const shapes: Readonly<Record<ProofAttempt['is'], string>> = {
  met: 'M1 1h10v10H1z',
  'not-met': 'M1 1h10v10H1zM2.5 2.5v7h7v-7z',
  unclear: 'M6 4a2 2 0 1 1 0 4a2 2 0 1 1 0-4z',
}

export const AttemptMark = ({ is }: { readonly is: ProofAttempt['is'] }) => (
  <svg viewBox="0 0 12 12" className="size-3 shrink-0" aria-hidden="true">
    <path d={shapes[is]} fill="currentColor" fillRule="evenodd" />
  </svg>
)

type StripProps = {
  /** In the order in which they ran. */
  readonly runs: readonly ProofAttempt['is'][]
  readonly met: number
  readonly of: number
}

/** Fresh runs side by side, and how many of them showed the flaw. */
export function RunStrip({ runs, met, of }: StripProps) {
  return (
    <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
      <span className="inline-flex gap-0.5" aria-hidden="true">
        {runs.map((is, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the runs of one record never move.
          <span key={at} title={`Run ${at + 1} ${attemptWords[is]}`}>
            <AttemptMark is={is} />
          </span>
        ))}
      </span>
      {met} of {of}
      <span className="spoken"> fresh runs showed the flaw</span>
    </span>
  )
}
