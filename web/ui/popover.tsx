import { cloneElement, type ReactElement, type ReactNode, useState } from 'react'
import { loadable } from './loadable.ts'
import { Opening } from './opening.tsx'

export type PopoverProps = {
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly title: string
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
  readonly children: ReactNode
}

const panel = loadable(() => import('./popover-panel.tsx'))

/** A panel at its button; its code comes when it is first opened. */
export function Popover(props: PopoverProps) {
  const [wasOpen, setWasOpen] = useState(props.isOpen)
  if (props.isOpen && !wasOpen) setWasOpen(true)
  const loaded = panel.use(wasOpen)
  if (loaded) return <loaded.PopoverPanel {...props} />
  const preload = (): void => void panel.preload()
  return (
    <>
      {cloneElement(props.trigger, {
        'aria-haspopup': 'dialog',
        'aria-expanded': false,
        onClick: () => props.onOpenChange(true),
        onPointerEnter: preload,
        onFocus: preload,
      })}
      {props.isOpen && <Opening />}
    </>
  )
}
