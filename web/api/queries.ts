import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import * as client from './client.ts'
import type { CaseQuery } from './types.ts'

/** What the pages read, under the keys by which live events refresh it (see `app/live.ts`). */

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: client.getSession,
  staleTime: 60_000,
})

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => client.listPeople(signal),
  staleTime: 300_000,
})

/** Small enough to draw at once, large enough that a fast scroll rarely waits. */
const rowsAPage = 100

export const casesQuery = (query: CaseQuery) =>
  infiniteQueryOptions({
    queryKey: ['cases', query],
    queryFn: ({ pageParam, signal }) =>
      client.listCases({ ...query, after: pageParam, limit: rowsAPage }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    // A list under the eyes of a person is refreshed when they ask, not when something arrives.
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** Counts are the same in every order. */
export const facetsQuery = ({ sort: _, ...query }: CaseQuery) =>
  queryOptions({
    queryKey: ['facets', query],
    queryFn: ({ signal }) => client.getFacets(query, signal),
    staleTime: 15_000,
  })

export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id],
    queryFn: ({ signal }) => client.getCase(id, signal),
    staleTime: 15_000,
  })

/** The rail counts what waits; a request that is not told of shows within a minute. */
export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: ({ signal }) => client.listApprovals(signal),
  ...{ staleTime: 15_000, refetchInterval: 60_000 },
})

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => client.listViews(signal),
  staleTime: 300_000,
})
