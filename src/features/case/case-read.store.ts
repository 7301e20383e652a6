import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { type CasePage, casePage } from './case-page.store.ts'

export type CaseReading = { readonly keys: ReportKeys; readonly now: Date }

/** A case as whoever acts sees it, recorded; null for what does not exist for the actor. */
export async function readCase(
  tx: Tx,
  id: string,
  { keys, now }: CaseReading,
): Promise<CasePage | null> {
  const page = await casePage(tx, id, keys)
  if (page !== null) await recordRead(tx, page, { now })
  return page
}

/** Records that a case is shown, and why where that had to be said. */
export async function recordRead(
  tx: Tx,
  page: CasePage,
  { now, reason }: { readonly now: Date; readonly reason?: string },
): Promise<void> {
  const about = page.reportList.map((report) => report.id)
  const of = { kind: 'case', record: page.id, digest: digestOf(about) } as const
  const why = reason === undefined ? {} : { reason }
  await record(tx, [{ at: now, action: 'case.read', ...of, about, ...why }])
}

/** A search by words: how many cases it showed, and which, by a digest. Never the words. */
export async function recordSearch(
  tx: Tx,
  found: readonly { readonly id: string }[],
  now: Date,
): Promise<void> {
  const digest = digestOf(found.map(({ id }) => id))
  const of = { kind: 'search', record: 'cases', digest } as const
  await record(tx, [
    { at: now, action: 'case.search', ...of, fields: { shown: String(found.length) } },
  ])
}
