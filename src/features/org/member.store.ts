import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import { type Changed, hasOthers, isOfPseudonym, tellPeople } from './people.store.ts'
import { pseudonymOf } from './pseudonym.store.ts'
import type { Role } from './role.ts'

/** Somebody as a member of one organisation; they may be in others, in other roles. */
export type Membership = { readonly person: string; readonly organisation: string }

/** Gives a member another role. Their sessions end at once; see the migration. */
export async function changeRole(
  tx: Tx,
  { person, organisation }: Membership,
  { role, now }: { readonly role: Role; readonly now: Date },
): Promise<Changed> {
  if (role !== 'coordinator' && !(await hasOthers(tx, { member: { person, organisation } }))) {
    return 'last coordinator'
  }
  if (role !== 'finder' && (await pseudonymOf(tx, organisation)) !== null) return 'pseudonymous'
  const { numUpdatedRows } = await tx
    .updateTable('parley.membership')
    .set({ role })
    .where('person_id', '=', person)
    .where('organisation_id', '=', organisation)
    .executeTakeFirst()
  return numUpdatedRows === 0n ? 'unknown' : told(tx, person, now)
}

/** Makes somebody who is here, and may sign in, a member of an organisation that is active. */
export async function addMembership(
  tx: Tx,
  { person, organisation }: Membership,
  { role, now }: { readonly role: Role; readonly now: Date },
): Promise<'added' | 'member' | 'unknown' | 'pseudonymous'> {
  const found = await tx
    .selectFrom('parley.person as p')
    .innerJoin('parley.organisation as o', (join) => join.on('o.id', '=', organisation))
    .select('p.id')
    .where('p.id', '=', person)
    .where('p.disabled_at', 'is', null)
    .where('o.disabled_at', 'is', null)
    .executeTakeFirst()
  if (!found) return 'unknown'
  // A name beside a pseudonym would tell whose it is, in either direction.
  const isHidden = (await pseudonymOf(tx, organisation)) !== null
  if (isHidden || (await isOfPseudonym(tx, person))) return 'pseudonymous'
  const added = await tx
    .insertInto('parley.membership')
    .values({ person_id: person, organisation_id: organisation, role, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (added.numInsertedOrUpdatedRows === 0n) return 'member'
  await tellPeople(tx, person, now)
  return 'added'
}

/** Takes a member out of an organisation. What they did stays; their sessions end at once. */
export async function removeMember(
  tx: Tx,
  { person, organisation }: Membership,
  now: Date,
): Promise<Changed> {
  if (!(await hasOthers(tx, { member: { person, organisation } }))) return 'last coordinator'
  const { rows } = await sql`delete from parley.membership
    where person_id = ${person} and organisation_id = ${organisation} returning 1`.execute(tx)
  return rows.length === 0 ? 'unknown' : told(tx, person, now)
}

async function told(tx: Tx, person: string, now: Date): Promise<Changed> {
  await tellPeople(tx, person, now)
  return 'changed'
}
