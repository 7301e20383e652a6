import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { saysOf } from '../../api/problem.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, type DialogProps } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'

type FormDialogProps = Omit<DialogProps, 'isOpen'> & {
  /** The words of the button that does it. */
  readonly does: string
  /** What is missing before it can be done; null when all is there. */
  readonly missing: string | null
  /**
   * Gives nothing or null when done; what went wrong is thrown, or given where it was caught to
   * show it elsewhere too. Then the dialogue stays with what was typed.
   */
  readonly run: () => Promise<unknown>
  readonly children: ReactNode
}

/** A dialogue with fields: ctrl+enter or its button does it; a "no" keeps everything typed. */
export function FormDialog({ does, missing, run, children, ...dialog }: FormDialogProps) {
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (missing !== null) {
      setProblem(missing)
      return
    }
    setIsBusy(true)
    const outcome = await run().catch((error: unknown) => error)
    setIsBusy(false)
    if (outcome == null) dialog.onClose()
    else setProblem(`${saysOf(outcome)} What you typed is still here.`)
  }
  return (
    <Dialog {...dialog} isOpen>
      <form
        className="mt-3 space-y-3"
        onSubmit={(event) => void submit(event)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event)
        }}
      >
        {children}
        {problem !== null && <Notice tone="danger">{problem}</Notice>}
        <div className="flex justify-end gap-2">
          <Button type="submit" look="main" hint="ctrl ↵" disabled={isBusy}>
            {does}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type WhyFieldProps = {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly isRequired?: boolean
  readonly field?: React.RefObject<HTMLTextAreaElement | null>
}

/** A reason in a person's own words. */
export function WhyField({ label, value, onValue, isRequired = false, field }: WhyFieldProps) {
  return (
    <label className="block">
      <span className="block">
        {label} {!isRequired && <span className="text-quiet">(may stay empty)</span>}
      </span>
      <textarea
        ref={field}
        rows={3}
        maxLength={2000}
        required={isRequired}
        value={value}
        onChange={({ target }) => onValue(target.value)}
        className="field mt-1 w-full text-read"
      />
    </label>
  )
}
