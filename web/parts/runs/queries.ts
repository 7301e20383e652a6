import { queryOptions } from '@tanstack/react-query'
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

/** What several pages of the model desk read; live events make it stale (see `app/live.ts`). */

export const packsQuery = queryOptions({
  queryKey: ['packs'],
  queryFn: ({ signal }) => listPacks(signal),
  staleTime: 15_000,
})

export const packQuery = (id: string) =>
  queryOptions({
    queryKey: ['pack', id],
    queryFn: ({ signal }) => getPack(id, signal),
    staleTime: 15_000,
  })

export const openedTasksQuery = (id: string) =>
  queryOptions({
    queryKey: ['pack', id, 'tasks'],
    queryFn: ({ signal }) => listOpenedTasks(id, signal),
    staleTime: 15_000,
  })

export const declarationsQuery = (engagement: string) =>
  queryOptions({
    queryKey: ['declarations', engagement],
    queryFn: ({ signal }) => listDeclarations(engagement, signal),
    staleTime: 15_000,
  })

export const runsQuery = (engagement: string) =>
  queryOptions({
    queryKey: ['runs', engagement],
    queryFn: ({ signal }) => listRuns(engagement, signal),
    staleTime: 15_000,
  })

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => getRun(id, signal),
    staleTime: 5_000,
  })

export const samplesQuery = (run: string) =>
  queryOptions({
    queryKey: ['samples', run],
    queryFn: ({ signal }) => listSamples(run, signal),
    staleTime: 5_000,
  })

export const sampleQuery = (name: SampleName) =>
  queryOptions({
    queryKey: ['sample', name],
    queryFn: ({ signal }) => getSample(name, signal),
    ...{ staleTime: 60_000, refetchOnWindowFocus: false },
  })
