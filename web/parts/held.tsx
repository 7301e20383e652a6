import { type ReactNode, useEffect } from 'react'
import type { Label } from '../api/types.ts'
import { classes } from '../ui/classes.ts'

type HeldProps = {
  readonly tlp: Label['tlp']
  readonly className?: string
  readonly children: ReactNode
}

/**
 * Labelled content as its marking asks: AMBER+STRICT and RED are not printed, and RED is not copied
 * either. A reminder and no protection, and it says so.
 */
export function Held({ tlp, className = '', children }: HeldProps) {
  const isRed = tlp === 'red'
  const isPrinted = !isRed && tlp !== 'amber+strict'
  useEffect(() => (isPrinted ? undefined : untitledInPrint()), [isPrinted])
  if (isPrinted) return <div className={className}>{children}</div>
  return (
    <>
      <p className="printed-instead">Not printed: TLP:{tlp.toUpperCase()}.</p>
      <div
        className={classes(className, 'not-printed', isRed && 'not-copied')}
        onCopy={(event) => isRed && event.preventDefault()}
        onCut={(event) => isRed && event.preventDefault()}
      >
        {isRed && (
          <p className="py-1 text-small text-quiet">
            Printing and copying are switched off here as a reminder. That protects nothing from
            whoever means to keep it.
          </p>
        )}
        {children}
      </div>
    </>
  )
}

/** Browsers print the title of the page at the top of each sheet. */
function untitledInPrint(): () => void {
  let title = ''
  const hide = (): void => {
    title = document.title
    document.title = 'Parley'
  }
  const show = (): void => {
    document.title = title
  }
  window.addEventListener('beforeprint', hide)
  window.addEventListener('afterprint', show)
  return () => {
    window.removeEventListener('beforeprint', hide)
    window.removeEventListener('afterprint', show)
  }
}
