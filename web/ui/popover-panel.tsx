import { Popover as Base } from '@base-ui/react/popover'
import type { PopoverProps } from './popover.tsx'

/** The panel with its button: closes by escape, and gives the focus back. */
export function PopoverPanel({ trigger, title, isOpen, onOpenChange, children }: PopoverProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => onOpenChange(open)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="start" collisionPadding={8} className="z-40">
          <Base.Popup
            aria-label={title}
            className="panel max-h-(--available-height) w-[min(720px,calc(100vw-16px))] overflow-y-auto p-3"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
