import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { getEndpoint, listClosings, listRequests } from '../../api/engagements.ts'

export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ['gateway-endpoint', id],
    queryFn: ({ signal }) => getEndpoint(id, signal),
    ...{ staleTime: 15_000, refetchOnWindowFocus: false },
  })

export const closingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['gateway-closings', id],
    queryFn: ({ signal }) => listClosings(id, signal),
    staleTime: 15_000,
  })

/** What one looks for in the log; empty for everything. */
export type LogFilter = { readonly person: string; readonly run: string }

const lookEachMs = 5_000
/** Whoever scrolled further down reads on there; the newest are read again when they ask. */
const livePagesMax = 2

/** No event tells of single requests: there may be a thousand a second. */
export const requestsQuery = (id: string, filter: LogFilter, isLive: boolean) =>
  infiniteQueryOptions({
    queryKey: ['gateway-requests', id, filter],
    queryFn: ({ pageParam, signal }) =>
      listRequests(id, { ...filter, after: pageParam, limit: 100 }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: lookEachMs,
    refetchInterval: ({ state }) =>
      isLive && (state.data?.pages.length ?? 0) <= livePagesMax ? lookEachMs : false,
  })
