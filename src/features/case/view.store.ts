import { sql } from 'kysely'
import { randomName } from '#features/org/org.ts'
import { type Id, idOf } from '#kernel/id.ts'
import type { Tx } from '#platform/db/as-actor.ts'

export type ViewId = Id<'view'>
export const ViewId = idOf('view')

export type View = { readonly id: string; readonly name: string; readonly query: string }

/** Nobody keeps an overview of more. */
export const viewsMax = 100

/** The saved views of the actor, by name; row-level security shows nobody those of others. */
export const listViews = (tx: Tx): Promise<View[]> =>
  tx
    .selectFrom('parley.saved_view')
    .select(['id', 'name', 'query'])
    .orderBy('name')
    .limit(viewsMax)
    .execute()

/** Saves a view under a name; one of that name is replaced. Null when there are too many. */
export async function saveView(
  tx: Tx,
  asked: { readonly person: string; readonly name: string; readonly query: string },
  now: Date,
): Promise<View | null> {
  const { rows } = await sql<View>`
    insert into parley.saved_view (id, person_id, name, query, created_at)
    select ${ViewId.of(randomName())}, ${asked.person}, ${asked.name}, ${asked.query}, ${now}
    where (select count(*) from parley.saved_view where name <> ${asked.name}) < ${viewsMax}
    on conflict (person_id, name) do update set query = excluded.query
    returning id, name, query`.execute(tx)
  return rows[0] ?? null
}

export async function removeView(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('parley.saved_view')
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
