import { cloneElement, type ReactElement, type ReactNode, useState } from 'react'
import { loadable } from './loadable.ts'

export type MenuItem = {
  readonly label: string
  readonly detail?: string
  readonly mark?: ReactNode
  readonly isChosen?: boolean
  readonly isOff?: boolean
} & ({ readonly run: () => void } | { readonly href: string; readonly isDownload?: boolean })

export type MenuProps = {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly items: readonly MenuItem[]
}

const panel = loadable(() => import('./menu-panel.tsx'))

/** A button with a list of actions or choices; the list's code comes when it is first opened. */
export function Menu(props: MenuProps) {
  const [isWanted, setIsWanted] = useState(false)
  const loaded = panel.use(isWanted)
  if (loaded) return <loaded.MenuPanel {...props} />
  const preload = (): void => void panel.preload()
  return cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onClick: () => setIsWanted(true),
    onPointerEnter: preload,
    onFocus: preload,
  })
}
