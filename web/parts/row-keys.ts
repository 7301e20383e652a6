import { type RefObject, useRef } from 'react'
import { useKeys } from '../app/keys.ts'

/** `j` and `k` move the focus along everything below `ref` that carries `data-row`. */
export function useRowKeys<Element extends HTMLElement>(name: string): RefObject<Element | null> {
  const ref = useRef<Element>(null)
  const move = (step: number): void => {
    const rows = [...(ref.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const at = rows.findIndex((row) => row.contains(document.activeElement))
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
  useKeys(name, [
    { keys: ['j'], does: 'next', run: () => move(1) },
    { keys: ['k'], does: 'previous', run: () => move(-1) },
  ])
  return ref
}
