import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { caseQuery, casesQuery } from '../../api/queries.ts'
import type { CaseQuery, CaseRow } from '../../api/types.ts'
import { useEvents } from '../../app/live.ts'
import { patchCase, rowOf } from '../../parts/actions/cache.ts'
import { isOwn } from '../../parts/actions/own.ts'
import { usualLabel } from '../../parts/label.tsx'

const readNowMax = 12

/** A list that was empty fills by itself until nothing came for so long, or until it is used. */
const fillingMs = 5000

/**
 * The rows of the list as far as they are read, and what changed elsewhere since.
 *
 * @param isUsed whether the person has begun to work in the list, so that nothing may move
 */
export function useRows(query: CaseQuery, isUsed: () => boolean) {
  const queries = useQueryClient()
  const answer = useInfiniteQuery(casesQuery(query))
  const pages = answer.data?.pages
  const rows = useMemo(() => uniqueRows(pages?.flatMap(({ items }) => items) ?? []), [pages])
  const known = useRef<ReadonlyMap<string, CaseRow>>(new Map())
  known.current = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows])
  const [elsewhere, setElsewhere] = useState<ReadonlySet<string>>(new Set())
  const reading = useRef(new Set<string>())
  const fillingUntil = useRef(0)
  const fill = useRef<() => boolean>(() => false)
  fill.current = (): boolean => {
    const isFilling = rows.length === 0 || (Date.now() < fillingUntil.current && !isUsed())
    if (!answer.isSuccess || !isFilling) return false
    fillingUntil.current = Date.now() + fillingMs
    void answer.refetch({ cancelRefetch: false })
    return true
  }

  // Rows change where they stand. What would move or add rows waits until the person asks for it.
  const onCase = useCallback(
    async (ref: string) => {
      const row = known.current.get(ref)
      if (fill.current()) return
      if (row === undefined && isOwn(ref)) return
      if (row === undefined || reading.current.size >= readNowMax) {
        setElsewhere((before) => new Set(before).add(ref))
        return
      }
      reading.current.add(ref)
      try {
        const found = await queries.fetchQuery({ ...caseQuery(ref), staleTime: 500 })
        if (found.mergedInto === null) patchCase(queries, ref, rowOf(found))
        else setElsewhere((before) => new Set(before).add(ref))
      } catch {
        // Its page says what is wrong, when somebody opens it.
      } finally {
        reading.current.delete(ref)
      }
    },
    [queries],
  )
  useEvents('case', onCase)

  const first = pages?.[0]
  const readAgain = (): void => {
    setElsewhere(new Set())
    void queries.resetQueries({ queryKey: casesQuery(query).queryKey })
  }
  return {
    rows,
    usual: useMemo(() => usualLabel(rows.map(({ label }) => label)), [rows]),
    count: first?.count ?? 0,
    isMore: first?.isMore ?? false,
    isFirstRead: answer.isPending,
    isOld: answer.isPlaceholderData,
    error: answer.error,
    hasNext: answer.hasNextPage,
    isReadingNext: answer.isFetchingNextPage,
    // A page that is on its way is waited for, not asked for again.
    readNext: () => void answer.fetchNextPage({ cancelRefetch: false }),
    changedElsewhere: elsewhere.size,
    readAgain,
  }
}

/** A case that moved between two pages while they were read stands in the list once. */
function uniqueRows(rows: readonly CaseRow[]): readonly CaseRow[] {
  const seen = new Set<string>()
  return rows.filter(({ id }) => !seen.has(id) && seen.add(id))
}
