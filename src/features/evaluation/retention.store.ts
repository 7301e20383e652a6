import { sql } from 'kysely'
import type { RetainedPart, RetentionDue } from '#features/engagement/retention.ts'
import type { Tx } from '#platform/db/as-actor.ts'

/** Everything here is for the product itself, which counts the days. */

const atOnceMax = 100

/** Engagements whose access ended and whose days nobody counts yet. */
export async function uncounted(tx: Tx): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.id from parley.engagement e where e.closed_at is not null and not exists
      (select 1 from parley.engagement_retention r where r.engagement_id = e.id)
    order by e.closed_at limit ${atOnceMax}`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Writes down until when it may be kept; what is written down already stays. */
export async function keepDues(
  tx: Tx,
  engagement: string,
  dues: readonly RetentionDue[],
): Promise<void> {
  for (const { part, at } of dues) {
    await sql`insert into parley.engagement_retention (engagement_id, part, due_at)
      values (${engagement}, ${part}, ${at}) on conflict do nothing`.execute(tx)
  }
}

export type Passing = { readonly engagement: string; readonly part: RetainedPart }

/** What is due and was not told, the longest overdue first. */
export async function duePassings(tx: Tx, now: Date): Promise<readonly Passing[]> {
  const { rows } = await sql<Passing>`
    select engagement_id as engagement, part from parley.engagement_retention
    where passed_at is null and due_at <= ${now} order by due_at, engagement_id, part
    limit ${atOnceMax}`.execute(tx)
  return rows
}

/** Writes down that it passed; when it was due, or null where that was written down before. */
export async function markPassed(
  tx: Tx,
  { engagement, part, now }: Passing & { readonly now: Date },
): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    update parley.engagement_retention set passed_at = ${now}
    where engagement_id = ${engagement} and part = ${part} and passed_at is null
    returning due_at as at`.execute(tx)
  return rows[0]?.at ?? null
}

/**
 * Destroys the bytes of what a developer handed in, but for the agreements that these digests name;
 * answers the digests by document. Names, digests and sizes stay.
 */
export async function destroyDocuments(
  tx: Tx,
  {
    engagement,
    agreements,
    now,
  }: { readonly engagement: string; readonly agreements: readonly string[]; readonly now: Date },
): Promise<readonly { readonly id: string; readonly sha256: string }[]> {
  const { rows } = await sql<{ id: string; sha256: string }>`
    update parley.engagement_document set content = null, destroyed_at = ${now}
    where engagement_id = ${engagement} and side = 'developer' and content is not null
      and sha256 <> all (${[...agreements]}::text[])
    returning id, sha256`.execute(tx)
  return rows
}
