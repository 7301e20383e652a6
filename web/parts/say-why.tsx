import { useRef, useState } from 'react'
import { isProblem } from '../api/problem.ts'
import { FormDialog, WhyField } from './actions/form.tsx'

/** Whether somebody has opened so much that they have to say why before they get more. */
export const needsReason = (error: unknown): boolean =>
  isProblem(error, 403) && error.code === 'reason-needed'

type SayWhyProps = {
  /** Asks again with the reason; throws what went wrong. */
  readonly run: (reason: string) => Promise<void>
  readonly onClose: () => void
}

/** Asks for the reason, and repeats what was asked for. */
export function SayWhy({ run, onClose }: SayWhyProps) {
  const [why, setWhy] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  return (
    <FormDialog
      title="Why do you need this?"
      about="You have opened more than is usual in an hour or a day. What you write is recorded with your name, for those who audit."
      does="Go on"
      missing={why.trim().length < 3 ? 'Say why, in a few words.' : null}
      run={() => run(why.trim().slice(0, 500))}
      onClose={onClose}
      focus={field}
    >
      <WhyField label="Reason" value={why} onValue={setWhy} isRequired field={field} />
    </FormDialog>
  )
}
