import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import {
  getPack,
  getRun,
  getSample,
  listDeclarations,
  listOpenedTasks,
  listPacks,
  listRuns,
  listSamples,
  type SampleName,
} from '../../api/evaluations.ts'
import type { Outcome } from '../../api/types.ts'

/** What several pages of the model desk read; live events make it stale (see `app/live.ts`). */

export const packsQuery = infiniteQueryOptions({
  queryKey: ['packs'],
  queryFn: ({ pageParam, signal }) => listPacks({ after: pageParam }, signal),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next ?? undefined,
  staleTime: 15_000,
})

/** For a list of a few, which leads to all of them. */
export const newestPacksQuery = queryOptions({
  queryKey: ['packs', 'newest'],
  queryFn: ({ signal }) => listPacks({ limit: 10 }, signal),
  staleTime: 15_000,
})

export const packQuery = (id: string) =>
  queryOptions({
    queryKey: ['pack', id],
    queryFn: ({ signal }) => getPack(id, signal),
    staleTime: 15_000,
  })

export const openedTasksQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['pack', id, 'tasks'],
    queryFn: ({ pageParam, signal }) => listOpenedTasks(id, pageParam, signal),
    initialPageParam: -1,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 15_000,
  })

export const declarationsQuery = (engagement: string) =>
  queryOptions({
    queryKey: ['declarations', engagement],
    queryFn: ({ signal }) => listDeclarations(engagement, signal),
    staleTime: 15_000,
  })

export const runsQuery = (engagement: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', engagement],
    queryFn: ({ pageParam, signal }) => listRuns(engagement, { after: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 15_000,
  })

/** For a list of a few, which leads to all of them. */
export const newestRunsQuery = (engagement: string) =>
  queryOptions({
    queryKey: ['runs', engagement, 'newest'],
    queryFn: ({ signal }) => listRuns(engagement, { limit: 5 }, signal),
    staleTime: 15_000,
  })

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => getRun(id, signal),
    staleTime: 5_000,
  })

type SampleFilter = { readonly outcome?: Outcome | undefined; readonly words?: string }

/** Samples of a run, a page at a time; all of them, or those that are asked for. */
export const samplesQuery = (run: string, filter: SampleFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ['samples', run, filter],
    queryFn: ({ pageParam, signal }) => listSamples(run, { ...filter, ...pageParam }, signal),
    initialPageParam: firstSamples,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  })
const firstSamples: { readonly afterTask?: string; readonly afterEpoch?: number } = {}

export const sampleQuery = (name: SampleName) =>
  queryOptions({
    queryKey: ['sample', name],
    queryFn: ({ signal }) => getSample(name, signal),
    ...{ staleTime: 60_000, refetchOnWindowFocus: false },
  })
