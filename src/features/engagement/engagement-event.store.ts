import { sql } from 'kysely'
import type { LedgerAction, LedgerEntry, LedgerKind } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { PartnerId } from './partner.ts'

/** What was done under an engagement: for the ledger, and for both sides to read. */
export type EngagementEntry = {
  readonly at: Date
  readonly action: LedgerAction
  readonly kind: LedgerKind
  readonly record: string
  readonly digest?: string
  /** Whether it is the developer's alone to read: what is done at the gate of a partner. */
  readonly isDevelopers?: boolean
  /** Ids, digests and words of ours, never content. */
  readonly fields?: Readonly<Record<string, string>>
}

/**
 * Writes down what whoever acts does: once in the ledger, which auditors read, and once where both
 * sides of the engagement read it. Commits with what it is about.
 */
export async function recordFor(
  tx: Tx,
  engagement: string,
  entries: readonly EngagementEntry[],
): Promise<void> {
  if (entries.length === 0) return
  const ledger: LedgerEntry[] = entries.map(({ isDevelopers: _, ...entry }) => ({
    ...entry,
    fields: { ...entry.fields, engagement },
  }))
  await record(tx, ledger)
  const { person, organisation } = actorIn(tx)
  const rows = entries.map(({ at, action, kind, record: about, fields = {}, ...rest }) => ({
    ...{ at: at.toISOString(), action, kind, record: about, fields },
    is_developers: rest.isDevelopers ?? false,
  }))
  await sql`
    insert into parley.engagement_event (engagement_id, at, person_id, organisation_id, action,
      kind, record, fields, is_developers)
    select ${engagement}, at, ${person}, ${organisation}, action, kind, record, fields,
      is_developers
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as t (at timestamptz, action text, kind text, record text, fields jsonb,
        is_developers boolean)`.execute(tx)
}

/** That somebody read a part of a record, such as the samples of a run. */
export type Reading = Omit<EngagementEntry, 'fields'> & { readonly part: string }

/** Writes down what whoever acts reads, once for each person, record and part of it. */
export async function recordReading(
  tx: Tx,
  engagement: string,
  readings: readonly Reading[],
): Promise<void> {
  if ((await unread(tx, engagement, readings)).length === 0) return
  const { person } = actorIn(tx)
  // Of two pages that are opened at once the second sees what the first wrote down.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${engagement} ${person}`},
    ${readingLock}::bigint))`.execute(tx)
  const fresh = await unread(tx, engagement, readings)
  await recordFor(
    tx,
    engagement,
    fresh.map(({ part, ...entry }) => ({ ...entry, fields: { part } })),
  )
}

const readingLock = 7_289_653_041

/** Those of which nothing is written down yet. */
async function unread(
  tx: Tx,
  engagement: string,
  readings: readonly Reading[],
): Promise<readonly Reading[]> {
  const { person } = actorIn(tx)
  const asked = readings.map(({ action, record: about, part }) => ({ action, record: about, part }))
  const { rows } = await sql<{ place: number }>`
    select t.place::int - 1 as place
    from rows from (json_to_recordset(${JSON.stringify(asked)}::json)
      as (action text, record text, part text)) with ordinality as t (action, record, part, place)
    where not exists (select 1 from parley.engagement_event e
      where e.engagement_id = ${engagement} and e.person_id = ${person}
        and e.action = t.action and e.record = t.record and e.fields ->> 'part' = t.part)
    order by t.place`.execute(tx)
  return rows.flatMap(({ place }) => readings[place] ?? [])
}

/** Pages of both sides that show it look again. */
export async function tellEngagement(tx: Tx, id: string, now: Date): Promise<void> {
  await sql`
    insert into parley.live_event (at, topic, ref) values (${now}, 'engagement', ${id})`.execute(tx)
}

/** Pages of those who have this gate look again: of a partner's, evaluators are told nothing. */
export async function tellGate(tx: Tx, gate: string, now: Date): Promise<void> {
  if (PartnerId.parse(gate) === null) return tellEngagement(tx, gate, now)
  await sql`
    insert into parley.live_event (at, topic, ref) values (${now}, 'partner', ${gate})`.execute(tx)
}

export type EventRow = {
  readonly no: number
  readonly at: Date
  readonly person: string | null
  readonly organisation: string | null
  readonly action: string
  readonly kind: string
  readonly record: string
  readonly fields: Readonly<Record<string, string>>
}

/** What was done, the newest first. */
export async function eventsOf(
  tx: Tx,
  engagement: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<readonly EventRow[]> {
  const { rows } = await sql<EventRow>`
    select no, at, person_id as person, organisation_id as organisation, action, kind, record,
      fields
    from parley.engagement_event
    where engagement_id = ${engagement} and (${before}::bigint is null or no < ${before})
    order by no desc limit ${limit}`.execute(tx)
  return rows
}

export type Names = ReadonlyMap<string, string>

/** What people and organisations are called that it names, in the order of their ids. */
export async function namesIn(tx: Tx, engagement: string): Promise<Names> {
  const names = await namesUnder(tx, [engagement])
  return names(engagement)
}

/** The same for several, each asked for once. */
export async function namesUnder(
  tx: Tx,
  engagements: readonly string[],
): Promise<(engagement: string) => Names> {
  const { rows } = await sql<{ engagement: string; id: string; name: string }>`
    select e.id as engagement, n.id, n.name
    from unnest(${[...new Set(engagements)]}::text[]) as e (id)
    cross join lateral parley.engagement_names(e.id) n order by n.id`.execute(tx)
  const found = new Map<string, Map<string, string>>()
  for (const { engagement, id, name } of rows) {
    const own = found.get(engagement) ?? new Map<string, string>()
    found.set(engagement, own.set(id, name))
  }
  return (engagement) => found.get(engagement) ?? new Map()
}
