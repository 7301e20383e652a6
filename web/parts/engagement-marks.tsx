import type { EngagementRow } from '../api/types.ts'
import { Countdown } from '../ui/countdown.tsx'
import { Ago } from '../ui/when.tsx'
import { closingWords, stateMarks } from './engagement-words.ts'
import { lineOf } from './outside-text.tsx'

/** The state of an engagement: a sign and a word. */
export function EngagementState({ state }: Pick<EngagementRow, 'state'>) {
  const { sign, word, tone } = stateMarks[state]
  return (
    <span className={`${tone} whitespace-nowrap`}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  )
}

type AccessProps = {
  readonly access: EngagementRow['access']
  /** When what it counts down to comes. */
  readonly onDue?: () => void
}

/** Where access stands, in a line; to the second when its end is near. */
export function AccessLine({ access, onDue }: AccessProps) {
  const due = onDue && { onDue }
  switch (access.is) {
    case 'none':
      return <span className="text-quiet">No access</span>
    case 'before':
      return (
        <>
          Opens in <Countdown to={access.opensAt} {...due} />
        </>
      )
    case 'open':
      return (
        <>
          <span className="text-good">
            <span aria-hidden="true">●</span> Open
          </span>
          , ends in <Countdown to={access.endsAt} {...due} />
        </>
      )
    case 'paused':
      return (
        <>
          <span className="text-warn">
            <span aria-hidden="true">‖</span> Paused
          </span>
          , ends in <Countdown to={access.endsAt} {...due} />
        </>
      )
    default:
      return (
        <span className="text-quiet">
          Ended <Ago at={access.endedAt} />
          {access.why !== null && `: ${closingWords[access.why]}`}
        </span>
      )
  }
}

type WaitsProps = Pick<EngagementRow, 'waitsFor' | 'side' | 'developer' | 'evaluator'>

/** Whose word it waits for. */
export function WaitsFor({ waitsFor, side, developer, evaluator }: WaitsProps) {
  if (waitsFor === null) return <span className="text-quiet">Nobody’s word</span>
  if (waitsFor === side) return <strong>Your word</strong>
  const { name } = waitsFor === 'developer' ? developer : evaluator
  return <>The word of {lineOf(name, 60)}</>
}
