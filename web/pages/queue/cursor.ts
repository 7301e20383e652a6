import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { caseQuery } from '../../api/queries.ts'
import type { CaseRow } from '../../api/types.ts'

/** Where a person was in the list, for when they come back to the same filters. */
const remembered = { key: '', offsetPx: 0, id: '' }

/** Keys that follow each other faster than this open only the last case. */
const restMs = 120

type CursorWish = {
  readonly rows: readonly CaseRow[]
  readonly key: string
  readonly openId: string | undefined
}

/** The row that keys act on. It stays on its case when rows come and go. */
export function useCursor({ rows, key, openId }: CursorWish) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const isBack = remembered.key === key
  const [state, setState] = useState({ key, id: isBack ? remembered.id : '', at: -1 })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const id = state.key === key ? state.id : ''
  const wantedId = id === '' ? (openId ?? '') : id
  const found = rows.findIndex((row) => row.id === wantedId)
  // A case that left the list leaves the cursor on the one that took its place.
  const at = found >= 0 ? found : id === '' ? -1 : Math.min(state.at, rows.length - 1)
  useEffect(() => {
    if (remembered.key !== key) remembered.offsetPx = 0
    remembered.key = key
    remembered.id = wantedId
  }, [key, wantedId])

  const show = (row: CaseRow): void => {
    void navigate({
      to: '/queue/$id',
      params: { id: row.id },
      search: true,
      replace: openId !== undefined,
    })
  }
  const point = (next: number): CaseRow | undefined => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, next))]
    if (row === undefined) return undefined
    setState({ key, id: row.id, at: rows.indexOf(row) })
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      if (openId !== undefined) show(row)
      // The likely next one is read before it is asked for.
      for (const near of [row, rows[rows.indexOf(row) + 1]]) {
        if (near) void queries.prefetchQuery(caseQuery(near.id))
      }
    }, restMs)
    return row
  }
  return {
    at,
    row: rows[at],
    offsetPx: isBack ? remembered.offsetPx : 0,
    keepOffset: (offsetPx: number): void => {
      remembered.offsetPx = offsetPx
    },
    move: point,
    open: (row: CaseRow): void => {
      if (row.id === openId) focusCase()
      setState({ key, id: row.id, at: rows.indexOf(row) })
      show(row)
    },
    close: (): void => {
      void navigate({ to: '/queue', search: true })
      focusList()
    },
    focusList,
  }
}

/** From the list into the case that is open beside it, where arrows scroll. */
const focusCase = (): void => document.getElementById('case')?.focus()
const focusList = (): void => document.getElementById('list')?.focus()
