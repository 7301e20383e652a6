import { sql } from 'kysely'
import { assert } from '#kernel/assert.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { tellPeople } from './people.store.ts'

/** Two pairs that are said at once must not miss each other. */
const lockPairs = (tx: Tx) => sql`select pg_advisory_xact_lock(7289653019)`.execute(tx)

type Saying = { readonly by: string; readonly now: Date }

/**
 * Says that two accounts are one human's, and with them all that either is said to be one with.
 * False where one of them is not there, or both are the same.
 */
export async function saySameHuman(
  tx: Tx,
  [one, other]: readonly [string, string],
  { by, now }: Saying,
): Promise<boolean> {
  await lockPairs(tx)
  const known = await tx
    .selectFrom('parley.person')
    .select('id')
    .where('id', 'in', [one, other])
    .execute()
  if (known.length !== 2) return false
  await sql`insert into parley.same_human (person_id, other_id, said_by, said_at)
    select least(a, b), greatest(a, b), ${by}, ${now}
    from (select parley.accounts_of_human(${one}) union
      select parley.accounts_of_human(${other})) x (a)
    cross join (select parley.accounts_of_human(${one}) union
      select parley.accounts_of_human(${other})) y (b)
    where a < b on conflict do nothing`.execute(tx)
  await tellPeople(tx, one, now)
  return true
}

export type Unsaid = 'unsaid' | 'nothing said' | 'own'

/**
 * Says that an account is its human's only one after all. Who acts does not part their own
 * accounts, nor those that they may be behind: the database refuses to delete those pairs.
 */
export async function unsaySameHuman(tx: Tx, person: string, { by, now }: Saying): Promise<Unsaid> {
  await lockPairs(tx)
  const { rows } = await sql<{ isOwn: boolean }>`
    select parley.too_close(${by}, person_id, now()) is not null
      or parley.too_close(${by}, other_id, now()) is not null as "isOwn"
    from parley.same_human where ${person} in (person_id, other_id)`.execute(tx)
  if (rows.length === 0) return 'nothing said'
  if (rows.some(({ isOwn }) => isOwn)) return 'own'
  const { numDeletedRows } = await tx
    .deleteFrom('parley.same_human')
    .where((eb) => eb.or([eb('person_id', '=', person), eb('other_id', '=', person)]))
    .executeTakeFirst()
  assert(Number(numDeletedRows) === rows.length, 'pairs that are not seen as own can be deleted')
  await tellPeople(tx, person, now)
  return 'unsaid'
}

/** Remembers who drew a link that signs somebody in: for 30 days neither decides for the other. */
export async function noteLinkMade(
  tx: Tx,
  account: string,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<void> {
  if (account === by) return
  await tx
    .insertInto('parley.account_hand')
    .values({ account_id: account, by_id: by, did: 'link', at: now })
    .execute()
}
