import { sql } from 'kysely'
import type { Pool } from 'pg'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import {
  type AccessChange,
  expiryOf,
  hashOf,
  heldBy,
  isToken,
  newToken,
  OrganisationId,
  PersonId,
  type Principal,
  randomName,
  TokenId,
} from './org.ts'
import { type Permission, permissionOf, type Role, roleOf } from './role.ts'

export type Member = { readonly person: string; readonly organisation: string }

/** Whoever asks who coordinates, to change that by the answer, waits for others who do. */
export const lockCoordinators = (tx: Tx) =>
  sql`select pg_advisory_xact_lock(7289653003)`.execute(tx)

/** The organisation that runs the instance and its first coordinator, made at the first start. */
export async function ensureFirstCoordinator(pool: Pool, name: string, now: Date): Promise<Member> {
  return asActor(pool, systemActor, async (tx) => {
    await lockCoordinators(tx)
    const found = await tx
      .selectFrom('parley.membership')
      .innerJoin('parley.person as p', 'p.id', 'person_id')
      .innerJoin('parley.organisation as o', 'o.id', 'organisation_id')
      .select(['person_id', 'organisation_id'])
      .where('role', '=', 'coordinator')
      .where('p.disabled_at', 'is', null)
      .where('o.disabled_at', 'is', null)
      .orderBy('parley.membership.created_at')
      .limit(1)
      .executeTakeFirst()
    if (found) return { person: found.person_id, organisation: found.organisation_id }
    const organisation = OrganisationId.of(randomName())
    const person = PersonId.of(randomName())
    await addOrganisation(tx, { id: organisation, name }, now)
    await addPerson(tx, { id: person, name: 'Coordinator', organisation, role: 'coordinator' }, now)
    return { person, organisation }
  })
}

async function addOrganisation(
  tx: Tx,
  { id, name }: { readonly id: string; readonly name: string },
  now: Date,
): Promise<void> {
  await tx.insertInto('parley.organisation').values({ id, name, created_at: now }).execute()
}

type NewPerson = {
  readonly id: string
  readonly name: string
  readonly organisation: string
  readonly role: Role
}

export async function addPerson(
  tx: Tx,
  { id, name, organisation, role }: NewPerson,
  now: Date,
): Promise<void> {
  await tx.insertInto('parley.person').values({ id, name, created_at: now }).execute()
  await tx
    .insertInto('parley.membership')
    .values({ person_id: id, organisation_id: organisation, role, created_at: now })
    .execute()
}

type TokenRow = {
  readonly token_id: string
  readonly organisation_id: string
  readonly person_id: string
  readonly role: string
  readonly held: string | null
  readonly scopes: readonly string[] | null
}

/** Whose token this is; null for unknown, revoked, expired and disabled alike. */
export async function principalOfToken(
  pool: Pool,
  token: string,
  now: Date,
): Promise<Principal | null> {
  if (!isToken(token)) return null
  const { rows } = await pool.query<TokenRow>('select * from parley.actor_of_token($1, $2)', [
    hashOf(token),
    now,
  ])
  const [row] = rows
  if (!row) return null
  return {
    ...{ via: 'token', organisation: row.organisation_id, person: row.person_id },
    ...{ role: roleOf(row.role), token: row.token_id, ...heldBy(row.held) },
    ...(row.scopes && { scopes: row.scopes.map(permissionOf) }),
  }
}

/** Remembers that a token was used, to the minute. */
export async function noteTokenUse(pool: Pool, token: string, now: Date): Promise<void> {
  await pool.query('select parley.note_token_use($1, $2)', [token, now])
}

/** Writes down, in the transaction of a change, that it happened. */
export type OnAccessChange = (tx: Tx, change: AccessChange) => Promise<void>

export type Told = { readonly now: Date; readonly told: OnAccessChange }

export type TokenWish = {
  readonly name: string
  /** An organisation's id, or the name of one, which is made where there is none of it. */
  readonly organisation: string
  readonly role: Role
  readonly days: number
  readonly owner: string
  /** What of the role is left to it; absent for all of it. */
  readonly scopes?: readonly Permission[] | undefined
  /** The agent or scanner that uses it; absent where it is the owner themselves. */
  readonly workload?: Workload | undefined
}

export type Workload = { readonly name: string; readonly version?: string | undefined }

/** Makes a token and answers it: the only time that it exists outside its owner's hands. */
export async function makeToken(
  tx: Tx,
  wish: TokenWish,
  now: Date,
): Promise<{ readonly token: string; readonly id: string }> {
  const organisation = await organisationFor(tx, wish.organisation, now)
  const token = newToken(wish.role)
  const id = TokenId.of(randomName())
  await tx
    .insertInto('parley.api_token')
    .values({
      ...{ id, organisation_id: organisation, owner_id: wish.owner, name: wish.name },
      ...{ hash: hashOf(token), role: wish.role, created_at: now },
      scopes: wish.scopes ? [...new Set(wish.scopes)] : null,
      workload: wish.workload?.name ?? null,
      workload_version: wish.workload?.version ?? null,
      expires_at: expiryOf(wish.days, now),
    })
    .execute()
  return { token, id }
}

export async function organisationFor(tx: Tx, named: string, now: Date): Promise<string> {
  const found = await tx
    .selectFrom('parley.organisation')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', named), eb('name', '=', named)]))
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  if (found) return found.id
  const id = OrganisationId.of(randomName())
  await addOrganisation(tx, { id, name: named }, now)
  return id
}

const tokensMax = 1_000

/** The tokens that whoever acts may see, or those of them that somebody answers for. */
export const listTokens = (tx: Tx, owner?: string) =>
  tx
    .selectFrom('parley.api_token as t')
    .innerJoin('parley.organisation as o', 'o.id', 't.organisation_id')
    .innerJoin('parley.person as p', 'p.id', 't.owner_id')
    .select(['t.id', 't.name', 't.role', 't.created_at', 't.expires_at', 't.revoked_at'])
    .select(['t.last_used_at', 'o.id as organisation_id', 'o.name as organisation'])
    .select(['t.scopes', 't.workload', 't.workload_version', 't.owner_id'])
    .select('p.name as owner')
    .$if(owner !== undefined, (query) => query.where('t.owner_id', '=', owner ?? ''))
    .orderBy('t.created_at', 'desc')
    .orderBy('t.id')
    .limit(tokensMax)
    .execute()

/** How many tokens that work somebody answers for; nobody makes one of theirs at the same time. */
export async function ownTokensWork(tx: Tx, owner: string, now: Date): Promise<number> {
  await tx.selectFrom('parley.person').select('id').where('id', '=', owner).forUpdate().execute()
  const row = await tx
    .selectFrom('parley.api_token')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('owner_id', '=', owner)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** False when there is no such token that still works. */
export async function revokeToken(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('parley.api_token')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const listPeople = (tx: Tx) =>
  tx
    .selectFrom('parley.person')
    .select(['id', 'name'])
    .where('disabled_at', 'is', null)
    .orderBy('name')
    .limit(1_000)
    .execute()

export const nameOfOrganisation = async (tx: Tx, id: string): Promise<string> => {
  const row = await tx
    .selectFrom('parley.organisation')
    .select('name')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.name ?? ''
}

/** The organisation that runs the instance gives it its name. */
export const nameOfInstance = (pool: Pool): Promise<string> =>
  asActor(pool, systemActor, async (tx) => {
    const row = await tx
      .selectFrom('parley.organisation as o')
      .innerJoin('parley.membership as m', 'm.organisation_id', 'o.id')
      .select('o.name')
      .where('m.role', '=', 'coordinator')
      .orderBy('m.created_at')
      .limit(1)
      .executeTakeFirst()
    return row?.name ?? ''
  })

export const nameOfPerson = async (tx: Tx, id: string): Promise<string> => {
  const row = await tx
    .selectFrom('parley.person')
    .select('name')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.name ?? ''
}
