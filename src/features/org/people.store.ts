import { sql } from 'kysely'
import { no, type Result, yes } from '#kernel/result.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { addPerson, lockCoordinators, organisationFor } from './org.store.ts'
import { PersonId, randomName } from './org.ts'
import { type OrganisationKind, organisationKindOf } from './organisation-kind.ts'
import { addPseudonymous, hideName, pseudonymOf } from './pseudonym.store.ts'
import { type Role, roleOf } from './role.ts'

export type Member = {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly addedAt: Date
  readonly disabledAt: Date | null
  readonly lastSeenAt: Date | null
  /** Other accounts that are said to be of the same human. */
  readonly sameHuman: readonly string[]
}

export type OrganisationOfPeople = {
  readonly id: string
  readonly name: string
  readonly kinds: readonly OrganisationKind[]
  readonly isPseudonymous: boolean
  readonly createdAt: Date
  readonly disabledAt: Date | null
  readonly people: readonly Member[]
}

/** More than this many organisations or people are not listed. */
const listedMax = 5_000

/** The organisations with their people, both by name. */
export async function listOrganisations(tx: Tx): Promise<OrganisationOfPeople[]> {
  const organisations = await tx
    .selectFrom('parley.organisation')
    .select(['id', 'name', 'kinds', 'is_pseudonymous', 'created_at', 'disabled_at'])
    .orderBy('name')
    .orderBy('id')
    .limit(listedMax)
    .execute()
  const members = Map.groupBy(await listMembers(tx), ({ organisation_id }) => organisation_id)
  const others = await accountsOfHumans(tx)
  return organisations.map(({ id, name, kinds, is_pseudonymous, created_at, disabled_at }) => ({
    ...{
      id,
      name,
      kinds: kinds.map(organisationKindOf),
      isPseudonymous: is_pseudonymous,
      createdAt: created_at,
      disabledAt: disabled_at,
    },
    people: (members.get(id) ?? []).map((row) => ({
      ...{ id: row.id, name: row.name, role: roleOf(row.role), addedAt: row.created_at },
      ...{ disabledAt: row.disabled_at, lastSeenAt: row.last_seen_at },
      sameHuman: others.get(row.id) ?? [],
    })),
  }))
}

const listMembers = (tx: Tx) =>
  tx
    .selectFrom('parley.membership as m')
    .innerJoin('parley.person as p', 'p.id', 'm.person_id')
    .select(['p.id', 'p.name', 'p.disabled_at', 'm.organisation_id', 'm.role', 'm.created_at'])
    .select((eb) =>
      eb
        .selectFrom('parley.session as s')
        .select(({ fn }) => fn.max('s.last_used_at').as('at'))
        .whereRef('s.person_id', '=', 'p.id')
        .whereRef('s.organisation_id', '=', 'm.organisation_id')
        .as('last_seen_at'),
    )
    .orderBy('p.name')
    .orderBy('p.id')
    .limit(listedMax)
    .execute()

/** For each account that is not its human's only one, the others. */
async function accountsOfHumans(tx: Tx): Promise<ReadonlyMap<string, readonly string[]>> {
  const pairs = await tx
    .selectFrom('parley.same_human')
    .select(['person_id', 'other_id'])
    .orderBy('person_id')
    .orderBy('other_id')
    .execute()
  const both = pairs.flatMap(({ person_id: one, other_id: other }) => [
    { one, other },
    { one: other, other: one },
  ])
  const grouped = Map.groupBy(both, ({ one }) => one)
  return new Map([...grouped].map(([one, all]) => [one, all.map(({ other }) => other)]))
}

export type PersonWish = {
  readonly name: string
  /** An organisation's id, or the name of one, which is made where there is none of it. */
  readonly organisation: string
  readonly role: Role
  /** Whether the organisation is made pseudonymous, and the person with it. */
  readonly isPseudonymous?: boolean | undefined
  readonly contact?: string | undefined
}

/** Who was added; their name is the pseudonym where their organisation has one. */
export type Added = {
  readonly id: string
  readonly name: string
  readonly organisation: string
  readonly isPseudonymous: boolean
}

type Adding = { readonly now: Date; readonly keys: PurposeKeys }

/**
 * Adds a person. Refused where the organisation is disabled, where one of that name is known here
 * already and so cannot begin as a pseudonym, and for anybody but a finder in a pseudonymous one.
 */
export async function addMember(
  tx: Tx,
  wish: PersonWish,
  { now, keys }: Adding,
): Promise<Result<Added, 'disabled' | 'known already' | 'finders only'>> {
  const { name, role, contact } = wish
  if (wish.isPseudonymous === true) {
    const real = { called: wish.organisation, people: [name], contact }
    const organisation = await addPseudonymous(tx, { ...real, keys, now })
    if (organisation === null) return no('known already')
    return yes(await added(tx, { name, organisation, role }, now))
  }
  const organisation = await organisationFor(tx, wish.organisation, now)
  const found = await tx
    .selectFrom('parley.organisation')
    .select(['disabled_at', 'is_pseudonymous'])
    .where('id', '=', organisation)
    .executeTakeFirst()
  if (found?.disabled_at) return no('disabled')
  if (found?.is_pseudonymous) {
    if (role !== 'finder') return no('finders only')
    await hideName(tx, { keys, organisation, name })
  }
  return yes(await added(tx, { name, organisation, role }, now))
}

async function added(
  tx: Tx,
  { name: given, organisation, role }: PersonWish,
  now: Date,
): Promise<Added> {
  const pseudonym = await pseudonymOf(tx, organisation)
  const id = PersonId.of(randomName())
  const name = pseudonym ?? given
  await addPerson(tx, { id, name, organisation, role }, now)
  await tellPeople(tx, id, now)
  return { id, name, organisation, isPseudonymous: pseudonym !== null }
}

export type Change = {
  readonly name?: string | undefined
  readonly isDisabled?: boolean | undefined
}
/** Organisations are also of kinds, and the new ones take the place of those before. */
export type OrganisationChange = Change & {
  readonly kinds?: readonly OrganisationKind[] | undefined
}
export type Changed = 'changed' | 'unknown' | 'last coordinator' | 'pseudonymous'
type Changing = { readonly id: string; readonly now: Date }

/** Renames, disables or enables a person. Who is disabled is out at once; see the migration. */
export async function changePerson(tx: Tx, change: Change, of: Changing): Promise<Changed> {
  if (change.isDisabled === true && !(await hasOthers(tx, { person: of.id }))) {
    return 'last coordinator'
  }
  if (change.name !== undefined && (await isOfPseudonym(tx, of.id))) return 'pseudonymous'
  return changeRow(tx, 'parley.person', { change, of })
}

/** Whether somebody is a member of a pseudonymous organisation. */
export const isOfPseudonym = async (tx: Tx, person: string): Promise<boolean> =>
  (await tx
    .selectFrom('parley.membership as m')
    .innerJoin('parley.organisation as o', 'o.id', 'm.organisation_id')
    .select('o.id')
    .where('m.person_id', '=', person)
    .where('o.is_pseudonymous', '=', true)
    .executeTakeFirst()) !== undefined

/** Renames, disables or enables an organisation, or says what it is. */
export async function changeOrganisation(
  tx: Tx,
  change: OrganisationChange,
  of: Changing,
): Promise<Changed> {
  if (change.isDisabled === true && !(await hasOthers(tx, { organisation: of.id }))) {
    return 'last coordinator'
  }
  if (change.name !== undefined && (await pseudonymOf(tx, of.id)) !== null) return 'pseudonymous'
  const { kinds } = change
  if (kinds !== undefined) {
    const set = { kinds: [...new Set(kinds)].toSorted() }
    await tx.updateTable('parley.organisation').set(set).where('id', '=', of.id).execute()
  }
  return changeRow(tx, 'parley.organisation', { change, of })
}

type Row = { readonly change: Change; readonly of: Changing }

async function changeRow(
  tx: Tx,
  table: 'parley.person' | 'parley.organisation',
  { change: { name, isDisabled }, of: { id, now } }: Row,
): Promise<Changed> {
  // Whoever is disabled already stays so since then.
  const disabledAt = isDisabled ? sql<Date>`coalesce(disabled_at, ${now})` : null
  const { numUpdatedRows } = await tx
    .updateTable(table)
    .set((eb) => ({
      name: name ?? eb.ref('name'),
      disabled_at: isDisabled === undefined ? eb.ref('disabled_at') : disabledAt,
    }))
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return 'unknown'
  await tellPeople(tx, id, now)
  return 'changed'
}

/** Whether somebody is left who coordinates, but for these. */
export async function hasOthers(
  tx: Tx,
  but: {
    readonly person?: string
    readonly organisation?: string
    readonly member?: { readonly person: string; readonly organisation: string }
  },
): Promise<boolean> {
  // Two who disable each other at once must not both find the other still there.
  await lockCoordinators(tx)
  const other = await tx
    .selectFrom('parley.membership as m')
    .innerJoin('parley.person as p', 'p.id', 'm.person_id')
    .innerJoin('parley.organisation as o', 'o.id', 'm.organisation_id')
    .select('m.person_id')
    .where('m.role', '=', 'coordinator')
    .where('p.disabled_at', 'is', null)
    .where('o.disabled_at', 'is', null)
    .where('m.person_id', '<>', but.person ?? '')
    .where('m.organisation_id', '<>', but.organisation ?? '')
    .where(({ not, and, eb }) =>
      not(
        and([
          eb('m.person_id', '=', but.member?.person ?? ''),
          eb('m.organisation_id', '=', but.member?.organisation ?? ''),
        ]),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

/** Pages of people look again. */
export const tellPeople = (tx: Tx, id: string, now: Date) =>
  tx
    .insertInto('parley.live_event')
    .values({ at: now, topic: 'people', ref: id, organisation_id: null, label_id: 1 })
    .execute()

/** A person who can sign in: by their id, or by their name where only one is called so. */
export async function findPerson(
  tx: Tx,
  named: string,
): Promise<{ readonly id: string; readonly name: string } | 'none' | 'several'> {
  const found = await tx
    .selectFrom('parley.person as p')
    .select(['p.id', 'p.name'])
    .where('p.disabled_at', 'is', null)
    .where((eb) => eb.or([eb('p.id', '=', named), eb('p.name', '=', named)]))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('parley.membership as m')
          .innerJoin('parley.organisation as o', 'o.id', 'm.organisation_id')
          .select('m.person_id')
          .whereRef('m.person_id', '=', 'p.id')
          .where('o.disabled_at', 'is', null),
      ),
    )
    .limit(2)
    .execute()
  const [first] = found
  if (first === undefined) return 'none'
  return found.length > 1 ? 'several' : first
}
