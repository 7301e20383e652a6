import { sql } from 'kysely'
import type { z } from 'zod'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { openEntry, parseFields, parseLeaf, seeingActions } from './entry.ts'
import { listEntriesAt } from './entry-list.store.ts'
import type { LedgerEntryWire, SeenEntryWire } from './ledger.wire.ts'
import type { Pseudonyms } from './seen.ts'

export type SeenAsked = {
  /** The receipt of the report. */
  readonly receipt: string
  /** Entries before the one of this id. */
  readonly before: string | null
  readonly limit: number
}

export type SeenTelling = {
  readonly pseudonyms: Pseudonyms
  readonly areNamesShown: boolean
}

type Row = {
  readonly id: string
  readonly leaf: string
  readonly fields: unknown
  readonly person_name: string | null
  readonly organisation_name: string | null
}

/**
 * Who has seen a report, newest first, one more than asked for where there are more; null when it
 * is none of the actor's organisation.
 */
export async function seenOfReport(
  tx: Tx,
  { receipt, before, limit }: SeenAsked,
  telling: SeenTelling,
): Promise<z.infer<typeof SeenEntryWire>[] | null> {
  const { rows: own } = await sql<{ id: string | null }>`
    select parley.own_report(${receipt}) as id`.execute(tx)
  if (!own[0]?.id) return null
  const { rows } = await sql<Row>`
    select * from parley.seen_of_report(${receipt}, ${before}, ${limit + 1})`.execute(tx)
  const owner = actorIn(tx).organisation ?? ''
  return rows.flatMap((row) => shownOf(row, owner, telling))
}

function shownOf(
  row: Row,
  owner: string,
  { pseudonyms, areNamesShown }: SeenTelling,
): z.infer<typeof SeenEntryWire>[] {
  const leaf = parseLeaf(row.leaf)
  if (!leaf.ok) return []
  const { values } = openEntry(leaf.value, parseFields(row.fields) ?? {})
  const person = values.get('actor')
  const { at, action, actingFor } = leaf.value
  // Whoever had somebody revealed shows themselves too.
  const isShown = areNamesShown || action === 'pseudonym.reveal'
  const who = (id: string) => ({
    name: isShown ? row.person_name : null,
    knownAs: pseudonyms(owner, id),
  })
  return [
    {
      ...{ id: row.id, at, action, role: actingFor.role },
      person: person === undefined ? null : who(person),
      organisation: row.organisation_name,
      reason: values.get('reason') ?? null,
      label: values.get('fields.label') ?? null,
    },
  ]
}

/** Who has opened a case or a report of it, newest first, and one more than asked for. */
export async function seenOfCase(
  tx: Tx,
  id: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<z.infer<typeof LedgerEntryWire>[]> {
  const { rows } = await sql<{ index: number }>`
    select index from parley.seen_of_case(${id}, ${[...seeingActions]}::text[], ${before}::bigint,
      ${limit + 1})`.execute(tx)
  return listEntriesAt(
    tx,
    rows.map(({ index }) => index),
  )
}
