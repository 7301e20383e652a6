import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { listCases } from '../api/client.ts'
import type { CaseRow } from '../api/types.ts'
import type { Choice } from '../ui/chooser.tsx'
import { caseName } from './case-name.ts'
import { lineOf } from './outside-text.tsx'

const shownMax = 12

/** The cases that fit a few words, as choices of a palette. */
export function useCaseChoices(text: string, take: (row: CaseRow) => void): readonly Choice[] {
  const words = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['case-search', words],
    queryFn: ({ signal }) => listCases({ q: words, limit: shownMax }, signal),
    enabled: words.length > 1,
    staleTime: 30_000,
    placeholderData: (previous) => previous,
  })
  if (words.length < 2) return []
  return (data?.items ?? []).map((row) => ({
    key: row.id,
    label: lineOf(row.title, 120),
    detail: `${caseName(row.id)}`,
    run: () => take(row),
  }))
}
