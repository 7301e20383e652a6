import { useState } from 'react'
import { saysOf } from '../api/problem.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Notice } from './notice.tsx'

type AskOnceProps = {
  readonly title: string
  /** What will be so afterwards, and that it cannot be undone. */
  readonly about: string
  /** What somebody would regret. */
  readonly warning?: string
  /** The words of the button that does it, and of the one that does not. */
  readonly does: string
  readonly keeps: string
  readonly run: () => Promise<void>
  readonly onClose: () => void
}

/** Asks once before what cannot be undone; what went wrong is said where it was asked. */
export function AskOnce({ title, about, warning, does, keeps, run, onClose }: AskOnceProps) {
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const act = async (): Promise<void> => {
    setIsBusy(true)
    try {
      await run()
      onClose()
    } catch (error) {
      setProblem(saysOf(error))
      setIsBusy(false)
    }
  }
  return (
    <Dialog title={title} about={about} isOpen onClose={onClose}>
      <div className="mt-3 space-y-3">
        {warning !== undefined && <Notice tone="warn">{warning}</Notice>}
        {problem !== null && <Notice tone="danger">{problem}</Notice>}
      </div>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{keeps}</Button>
        <Button look="danger" disabled={isBusy} onClick={() => void act()}>
          {does}
        </Button>
      </div>
    </Dialog>
  )
}
