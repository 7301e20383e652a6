import { queryOptions } from '@tanstack/react-query'
import { listDisputes, listResponses, listReviews, listVerdicts } from '../../api/results.ts'

/** Each reading is written down for both sides: what changes is told by events. */
const calm = { staleTime: 15_000, refetchOnWindowFocus: false } as const

export const verdictsQuery = (run: string) =>
  queryOptions({
    queryKey: ['verdicts', run],
    queryFn: ({ signal }) => listVerdicts(run, signal),
    ...calm,
  })

export const reviewsQuery = (run: string) =>
  queryOptions({
    queryKey: ['reviews', run],
    queryFn: ({ signal }) => listReviews(run, signal),
    ...calm,
  })

export const disputesQuery = (run: string) =>
  queryOptions({
    queryKey: ['disputes', run],
    queryFn: ({ signal }) => listDisputes(run, signal),
    ...calm,
  })

export const responsesQuery = (run: string) =>
  queryOptions({
    queryKey: ['responses', run],
    queryFn: ({ signal }) => listResponses(run, signal),
    ...calm,
  })
