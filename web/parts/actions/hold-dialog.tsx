import { useRef, useState } from 'react'
import { dateOf } from '../../ui/when.tsx'
import { lineOf } from '../outside-text.tsx'
import { type ActProps, aboutOf } from './about.ts'
import { useChanges } from './changes.ts'
import { FormDialog, WhyField } from './form.tsx'

const weekMs = 7 * 86_400_000

/** `2026-11-27T14:00`, as a field for date and time wants it; the time is UTC. */
const fieldDate = (ms: number): string => new Date(ms).toISOString().slice(0, 16)

type HoldDialogProps = ActProps & { readonly status: 'closed' | 'waiting' }

/** Closes a case or lets it wait; both need a reason, and who waits says until when. */
export function HoldDialog({ status, cases, onClose }: HoldDialogProps) {
  const [why, setWhy] = useState('')
  const [until, setUntil] = useState(() => fieldDate(Date.now() + weekMs))
  const field = useRef<HTMLTextAreaElement>(null)
  const { change } = useChanges()
  const isWait = status === 'waiting'
  const run = async (): Promise<unknown> => {
    const iso = `${until}:00.000Z`
    return isWait
      ? change(cases, { status, why, until: iso }, `waits until ${dateOf(iso)}.`)
      : change(cases, { status, why }, 'closed.')
  }
  const missing =
    why.trim() === ''
      ? 'Say why, so that whoever opens this case next knows.'
      : isWait && until === ''
        ? 'Say until when. Nothing waits without an end.'
        : null
  return (
    <FormDialog
      title={isWait ? 'Let it wait' : 'Close'}
      about={lineOf(aboutOf(cases))}
      does={isWait ? 'Let it wait' : 'Close'}
      missing={missing}
      onClose={onClose}
      run={run}
      focus={field}
    >
      <WhyField
        label={isWait ? 'For what or whom?' : 'Why?'}
        value={why}
        onValue={setWhy}
        isRequired
        field={field}
      />
      {isWait && (
        <label className="block">
          <span className="block">Until (UTC)</span>
          <input
            type="datetime-local"
            required
            value={until}
            onChange={({ target }) => setUntil(target.value)}
            className="field mt-1"
          />
        </label>
      )}
    </FormDialog>
  )
}
