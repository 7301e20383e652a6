import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import {
  getCheckpoint,
  getLedgerEntry,
  listAnomalies,
  listLedger,
  listOrganisations,
} from '../../api/client.ts'
import type { TextSearch } from '../../app/search.ts'
import { actionIn } from '../../parts/ledger-words.ts'
import { checkInclusion } from './proof.ts'

/** A day of the address as the moment at which it begins or has ended; no other text is one. */
function momentOf(day: string | undefined, plusDays: number): string | undefined {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const at = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return undefined
  at.setUTCDate(at.getUTCDate() + plusDays)
  return at.toISOString()
}

export const entriesQuery = ({ action, person, record, from, to }: TextSearch) => {
  const asked = {
    ...{ action: actionIn(action), person, record },
    ...{ since: momentOf(from, 0), until: momentOf(to, 1) },
  }
  return infiniteQueryOptions({
    queryKey: ['ledger', asked],
    queryFn: ({ pageParam, signal }) =>
      listLedger({ ...asked, after: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

/** An entry with what the browser found out about it by itself. */
export const entryQuery = (index: string) =>
  queryOptions({
    queryKey: ['ledger-entry', index],
    queryFn: async ({ signal }) => {
      const found = await getLedgerEntry(index, signal)
      return { found, checked: await checkInclusion(found) }
    },
  })

export const checkpointQuery = queryOptions({
  queryKey: ['ledger-checkpoint'],
  queryFn: ({ signal }) => getCheckpoint(signal),
})

export const anomaliesQuery = queryOptions({
  queryKey: ['ledger-anomalies'],
  queryFn: ({ signal }) => listAnomalies(signal),
})

/** Everybody whom entries may be filtered by. */
export const membersQuery = queryOptions({
  queryKey: ['organisations'],
  queryFn: ({ signal }) => listOrganisations(signal),
})
