import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { getImport, listImportedReports, listImports } from '../../api/client.ts'
import type { Import, ImportList } from '../../api/types.ts'
import { hasEnded } from './uploads.ts'

/** The stream of events may be lost; what is under way is asked for as well. */
const pollMs = 2000

export const importsQuery = infiniteQueryOptions({
  queryKey: ['imports'],
  queryFn: ({ pageParam, signal }): Promise<ImportList> =>
    listImports({ after: pageParam || undefined }, signal),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next ?? undefined,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ items }) => items.some((one) => !hasEnded(one.state)))
      ? pollMs
      : false,
})

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['import', id],
    queryFn: ({ signal }) => getImport(id, signal),
    refetchInterval: ({ state }) => (state.data && !hasEnded(state.data.state) ? pollMs : false),
  })

export const importedReportsQuery = (id: string, state: Import['state']) =>
  infiniteQueryOptions({
    // Outcomes change while an import runs; they are read again when it takes its next step.
    queryKey: ['imported-reports', id, state],
    queryFn: ({ pageParam, signal }) =>
      listImportedReports(id, { after: pageParam || undefined, limit: 100 }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  })
