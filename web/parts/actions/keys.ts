import { useState } from 'react'
import type { CaseRow } from '../../api/types.ts'
import { type KeyBinding, useKeys } from '../../app/keys.ts'
import { useMay } from '../../app/may.ts'
import { said, undoLast } from '../../ui/toast.tsx'
import type { Act } from './about.ts'
import { useChanges } from './changes.ts'

const actKeys: readonly (readonly [key: string, act: Act, does: string])[] = [
  ['a', 'assign', 'assign'],
  ['v', 'verdict', 'verdict: is it real?'],
  ['e', 'title', 'edit the title'],
  ['shift+s', 'severity', 'severity'],
  ['m', 'merge', 'merge with another, or the chosen ones'],
  ['s', 'split', 'split reports off'],
  ['x', 'apart', 'never the same'],
  ['l', 'relate', 'link with another: same root, same fix'],
  ['c', 'close', 'close, or open again'],
  ['w', 'wait', 'let it wait'],
]

/** Acts that make sense for one case only. */
const single: ReadonlySet<Act> = new Set(['title', 'split', 'label'])

/**
 * The keys that act on cases, and which dialogue they opened. The cases are fixed when it opens, so
 * that a list that changes below changes nothing in it. Without a name only buttons act, because the
 * list beside has the keys.
 */
export function useCaseActs(targets: () => readonly CaseRow[], name: string | null = 'Cases') {
  const [open, setOpen] = useState<{ act: Act; cases: readonly CaseRow[] } | null>(null)
  const { change } = useChanges()
  const mayDecide = useMay('decide')
  const begin = (act: Act): void => {
    const cases = targets()
    const [first] = cases
    if (first === undefined) return
    if (act === 'close' && cases.every(({ status }) => status === 'closed')) {
      void change(cases, { status: 'open' }, 'open again.')
    } else setOpen({ act, cases: single.has(act) ? [first] : cases })
  }
  const bindings: KeyBinding[] = actKeys.map(([key, act, does]) => ({
    keys: [key],
    does,
    run: () => begin(act),
  }))
  const acts: readonly KeyBinding[] = [
    ...bindings,
    {
      keys: ['u'],
      does: 'undo what was just done',
      run: () => {
        if (!undoLast())
          said('There is nothing to take back here. The history of a case can undo older steps.')
      },
    },
  ]
  useKeys(name ?? '', name === null || !mayDecide ? [] : acts)
  return { begin, act: open?.act ?? null, cases: open?.cases ?? [], end: () => setOpen(null) }
}
