import { useSyncExternalStore } from 'react'
import { Button } from './button.tsx'
import { classes } from './classes.ts'

/** A short word on what was just done, with the way back where there is one. */
type Toast = {
  readonly key: number
  readonly says: string
  readonly isBad: boolean
  readonly undo?: () => void
}

const shownMs = 9000
const toastsMax = 3
let toasts: readonly Toast[] = []
let nextKey = 1
/** What `u` takes back, last one last; longer than its toast is shown. */
let undoable: readonly Toast[] = []
const undoableMax = 50
const listeners = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

const drop = (key: number): void => set(toasts.filter((toast) => toast.key !== key))

function show(given: Omit<Toast, 'key'>): void {
  const key = nextKey++
  const toast = { ...given, key }
  set([...toasts.slice(1 - toastsMax), toast])
  if (toast.undo) undoable = [...undoable.slice(1 - undoableMax), toast]
  setTimeout(drop, given.isBad ? shownMs * 2 : shownMs, key)
}

/** Says that something was done; `undo` takes it back, by its button or by `u`. */
export const said = (says: string, undo?: () => void): void =>
  show({ says, isBad: false, ...(undo ? { undo } : {}) })

/** Says that something could not be done, what was kept and what to do. */
export const complain = (says: string): void => show({ says, isBad: true })

/** Takes the last thing back; false when there is none. */
export function undoLast(): boolean {
  const last = undoable.at(-1)
  if (last === undefined) return false
  takeBack(last)
  return true
}

function takeBack(toast: Toast): void {
  drop(toast.key)
  undoable = undoable.filter((one) => one.key !== toast.key)
  toast.undo?.()
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <section
      aria-label="What was just done"
      aria-live="polite"
      className="pointer-events-none fixed bottom-16 left-1/2 z-60 w-[calc(100vw-24px)] max-w-[520px] -translate-x-1/2 space-y-2"
    >
      {shown.map((toast) => (
        <Bar key={toast.key} toast={toast} />
      ))}
    </section>
  )
}

function Bar({ toast }: { readonly toast: Toast }) {
  return (
    <div
      className={classes(
        'panel pointer-events-auto flex items-center gap-3 px-3 py-2',
        toast.isBad && 'border-danger',
      )}
    >
      <p className="grow text-list wrap-anywhere">
        {toast.isBad && <strong className="text-danger">Not done. </strong>}
        {toast.says}
      </p>
      {toast.undo && (
        <Button hint="u" onClick={() => takeBack(toast)}>
          Undo
        </Button>
      )}
      <Button look="quiet" onClick={() => drop(toast.key)} aria-label="Dismiss">
        ✕
      </Button>
    </div>
  )
}
