import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Case, CaseList, CaseRow } from '../../api/types.ts'

/** What the pages hold of cases is kept right in place, so that nothing is read twice or jumps. */

type Pages = InfiniteData<CaseList, string>

const inPages = (
  queries: QueryClient,
  change: (items: readonly CaseRow[]) => readonly CaseRow[],
): void => {
  queries.setQueriesData<Pages>({ queryKey: ['cases'] }, (data) => {
    if (data === undefined) return data
    let hasChanged = false
    const pages = data.pages.map((page) => {
      const items = change(page.items)
      if (items === page.items) return page
      hasChanged = true
      return { ...page, items: [...items] }
    })
    return hasChanged ? { ...data, pages } : data
  })
}

/** Changes some members of a case wherever it is shown. */
export function patchCase(queries: QueryClient, id: string, patch: Partial<CaseRow>): void {
  inPages(queries, (items) =>
    items.some((row) => row.id === id)
      ? items.map((row) => (row.id === id ? { ...row, ...patch } : row))
      : items,
  )
  queries.setQueryData<Case>(['case', id], (known) => (known ? { ...known, ...patch } : known))
}

/** Puts a case, as the server told it, wherever it is shown. An older answer changes nothing. */
export function putCase(queries: QueryClient, found: Case): void {
  queries.setQueryData<Case>(['case', found.id], (known) =>
    known && known.version > found.version ? known : found,
  )
  const row = rowOf(found)
  inPages(queries, (items) =>
    items.some(({ id, version }) => id === row.id && version <= row.version)
      ? items.map((one) => (one.id === row.id ? row : one))
      : items,
  )
}

/** Takes cases out of every list, because their reports are elsewhere now. */
export function dropCases(queries: QueryClient, ids: ReadonlySet<string>): void {
  inPages(queries, (items) =>
    items.some(({ id }) => ids.has(id)) ? items.filter(({ id }) => !ids.has(id)) : items,
  )
}

/** The members of a case that stand in a row of the queue. */
export function rowOf(of: Case): CaseRow {
  const { id, title, severity, band, decision, status, verdict, evidence, assignee } = of
  const { packages, aliases, reports, finders, isExploited, isPublic, suggestions } = of
  const { firstReportedAt, lastReportedAt, goneAt, version, label } = of
  return {
    ...{ id, title, severity, band, decision, status, verdict, evidence, assignee },
    ...{ packages, aliases, reports, finders, isExploited, isPublic, suggestions },
    ...{ firstReportedAt, lastReportedAt, goneAt, version, label },
  }
}
