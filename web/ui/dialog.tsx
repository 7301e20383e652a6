import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode, RefObject } from 'react'
import { Button } from './button.tsx'
import { classes } from './classes.ts'

export type DialogProps = {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** One or two sentences that say what this is about; read out when it opens. */
  readonly about?: ReactNode
  readonly children: ReactNode
  readonly isWide?: boolean
  /** What has the focus first; otherwise the first field or button. */
  readonly focus?: RefObject<HTMLElement | null>
}

/** A dialogue that traps the focus, closes by escape and gives the focus back. */
export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, about, children, isWide = false, focus } = props
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Base.Popup
          {...(focus ? { initialFocus: focus } : {})}
          className={classes(
            'panel fixed top-[12dvh] left-1/2 z-50 flex max-h-[80dvh] w-[calc(100vw-24px)]',
            '-translate-x-1/2 flex-col overflow-y-auto p-4',
            isWide ? 'max-w-[720px]' : 'max-w-[480px]',
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <Base.Title className="text-title font-semibold">{title}</Base.Title>
            <Base.Close render={<Button look="quiet" hint="esc" />}>Close</Base.Close>
          </div>
          {about !== undefined && (
            <Base.Description className="mt-1 text-list text-quiet">{about}</Base.Description>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
