import { useCallback, useMemo, useRef, useState } from 'react'
import type { CaseRow } from '../../api/types.ts'

/** A bulk change takes so many at once. */
const chosenMax = 500

/** Which cases of the list are chosen, for what is done to many. */
export function useChoice(rows: readonly CaseRow[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const anchor = useRef<string | null>(null)
  const rowsNow = useRef(rows)
  rowsNow.current = rows

  const flip = useCallback((row: CaseRow, isRange: boolean): void => {
    const from = rowsNow.current.findIndex(({ id }) => id === anchor.current)
    const to = rowsNow.current.findIndex(({ id }) => id === row.id)
    setIds((before) => {
      if (isRange && from >= 0 && to >= 0) {
        const range = rowsNow.current.slice(Math.min(from, to), Math.max(from, to) + 1)
        return limited([...before, ...range.map(({ id }) => id)])
      }
      const next = new Set(before)
      if (!next.delete(row.id)) next.add(row.id)
      return limited([...next])
    })
    anchor.current = row.id
  }, [])
  const all = useCallback(() => setIds(limited(rowsNow.current.map(({ id }) => id))), [])
  const none = useCallback(() => setIds(new Set()), [])
  // What left the list is no longer chosen: nobody acts on what they do not see.
  const chosen = useMemo(() => rows.filter(({ id }) => ids.has(id)), [rows, ids])
  return { ids, chosen, flip, all, none }
}

const limited = (ids: readonly string[]): ReadonlySet<string> => new Set(ids.slice(0, chosenMax))
