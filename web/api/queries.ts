import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import * as client from './client.ts'
import * as desk from './engagements.ts'
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

export const caseProofsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case-proofs', id],
    queryFn: ({ signal }) => client.listCaseProofs(id, signal),
    staleTime: 15_000,
  })

/** Each reading is a look that is recorded; what changes is told by events. */
export const proofQuery = (id: string) =>
  queryOptions({
    queryKey: ['proof', id],
    queryFn: ({ signal }) => client.getProof(id, signal),
    ...{ staleTime: 15_000, refetchOnWindowFocus: false },
  })

/** A worker that goes away tells nobody. */
const lookEachMs = 10_000

export const proofWorkersQuery = queryOptions({
  queryKey: ['proof-workers'],
  queryFn: ({ signal }) => client.listProofWorkers(signal),
  refetchInterval: lookEachMs,
})

export const proofQueueQuery = queryOptions({
  queryKey: ['proof-queue'],
  queryFn: ({ signal }) => client.getProofQueue(signal),
  refetchInterval: lookEachMs,
})

/** The rail counts what waits; a request that is not told of shows within a minute. */
export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: ({ signal }) => client.listApprovals(signal),
  ...{ staleTime: 15_000, refetchInterval: 60_000 },
})

export const readInsQuery = (id: string) =>
  queryOptions({
    queryKey: ['read-ins', id],
    queryFn: ({ signal }) => client.listReadIns(id, signal),
    staleTime: 0,
  })

export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ['plan', id],
    queryFn: ({ signal }) => client.getPlan(id, signal),
    ...{ staleTime: 0, gcTime: 0, refetchOnWindowFocus: false },
  })

export const ownReadInsQuery = queryOptions({
  queryKey: ['own-read-ins'],
  queryFn: ({ signal }) => client.listOwnReadIns(signal),
})

/** Each reading is a look that is recorded, so it is read only when somebody asks. */
export const readInPartQuery = (id: string) =>
  queryOptions({
    queryKey: ['read-in-part', id],
    queryFn: ({ signal }) => client.getReadInPart(id, signal),
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0, retry: false },
    ...{ refetchOnWindowFocus: false, refetchOnReconnect: true },
  })

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => client.listViews(signal),
  staleTime: 300_000,
})

/** A window opens and closes by itself: what stands in the list is read again now and then. */
export const engagementsQuery = infiniteQueryOptions({
  queryKey: ['engagements'],
  queryFn: ({ pageParam, signal }) => desk.listEngagements({ after: pageParam }, signal),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next ?? undefined,
  ...{ staleTime: 15_000, refetchInterval: 60_000 },
})

/** Each reading is a look that both sides see; what changes is told by events. */
export const engagementQuery = (id: string) =>
  queryOptions({
    queryKey: ['engagement', id],
    queryFn: ({ signal }) => desk.getEngagement(id, signal),
    ...{ staleTime: 15_000, refetchOnWindowFocus: false },
  })

export const engagementEventsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['engagement-events', id],
    queryFn: ({ pageParam, signal }) => desk.listEngagementEvents(id, { after: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 0,
  })

export const evaluatorsQuery = queryOptions({
  queryKey: ['evaluators'],
  queryFn: ({ signal }) => desk.listEvaluators(signal),
  staleTime: 60_000,
})

export const partnersQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['partners', id],
    queryFn: ({ pageParam, signal }) => desk.listPartners(id, { after: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    ...{ staleTime: 15_000, refetchOnWindowFocus: false },
  })

export const determinationsQuery = (id: string) =>
  queryOptions({
    queryKey: ['determinations', id],
    queryFn: ({ signal }) => desk.listDeterminations(id, signal),
    ...{ staleTime: 15_000, refetchOnWindowFocus: false },
  })

/** What happened at a partner before what is shown with it. */
export const occurrencesQuery = (partner: string) =>
  infiniteQueryOptions({
    queryKey: ['own-partners', 'occurrences', partner],
    queryFn: ({ pageParam, signal }) => desk.listOccurrences(partner, { after: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 0,
  })

export const ownPartnersQuery = infiniteQueryOptions({
  queryKey: ['own-partners'],
  queryFn: ({ pageParam, signal }) => desk.listOwnPartners({ after: pageParam }, signal),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next ?? undefined,
  refetchInterval: 60_000,
})

export const deskCountsQuery = queryOptions({
  queryKey: ['desk-counts'],
  queryFn: ({ signal }) => desk.getDeskCounts(signal),
  staleTime: 60_000,
})
