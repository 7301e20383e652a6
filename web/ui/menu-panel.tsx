import { Menu as Base } from '@base-ui/react/menu'
import type { MenuItem, MenuProps } from './menu.tsx'

const itemClass =
  'flex w-full items-center gap-2 rounded px-2 py-1 text-left text-list select-none ' +
  'data-highlighted:bg-chosen data-disabled:opacity-60 outline-none max-rail:py-2'

/** The menu itself, open as soon as it is drawn: it is drawn when its button is first pressed. */
export function MenuPanel({ trigger, items }: MenuProps) {
  return (
    <Base.Root defaultOpen modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="start" className="z-50">
          <Base.Popup className="panel max-h-[60dvh] min-w-44 overflow-y-auto p-1 outline-none">
            {items.map((item) => (
              <Item key={item.label} item={item} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function Item({ item }: { readonly item: MenuItem }) {
  const inside = (
    <>
      {item.mark}
      <span className="grow">
        {item.label}
        {item.detail !== undefined && (
          <span className="block text-small text-quiet">{item.detail}</span>
        )}
      </span>
      {item.isChosen === true && <span aria-hidden="true">✓</span>}
      {item.isChosen === true && <span className="spoken">chosen</span>}
    </>
  )
  if ('href' in item) {
    const link = <a href={item.href} {...(item.isDownload ? { download: '' } : {})} />
    return (
      <Base.LinkItem render={link} closeOnClick className={itemClass}>
        {inside}
      </Base.LinkItem>
    )
  }
  return (
    <Base.Item onClick={item.run} disabled={item.isOff === true} className={itemClass}>
      {inside}
    </Base.Item>
  )
}
