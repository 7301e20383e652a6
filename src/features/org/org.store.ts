import { sql } from 'kysely'
import type { Pool } from 'pg'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import {
  expiryOf,
  hashOf,
  isToken,
  linkLivesMs,
  newSecret,
  newToken,
  OrganisationId,
  PersonId,
  type Principal,
  type Role,
  randomName,
  sessionLivesMs,
  TokenId,
} from './org.ts'

/** Coordinators and finders; the database keeps nothing else, so another word is a defect. */
function roleOf(text: string): Role {
  if (text === 'coordinator' || text === 'finder') return text
  throw new TypeError(`not a role: ${text}`)
}

export type Member = { readonly person: string; readonly organisation: string }

/** The organisation that runs the instance and its first coordinator, made at the first start. */
export async function ensureFirstCoordinator(pool: Pool, name: string, now: Date): Promise<Member> {
  return asActor(pool, systemActor, async (tx) => {
    await sql`select pg_advisory_xact_lock(7289653003)`.execute(tx)
    const found = await tx
      .selectFrom('parley.membership')
      .innerJoin('parley.person', 'parley.person.id', 'person_id')
      .select(['person_id', 'organisation_id'])
      .where('role', '=', 'coordinator')
      .where('disabled_at', 'is', null)
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

async function addPerson(
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

/** Makes a one-time link for a person and answers its secret, which is stored as a hash only. */
export async function makeSignInLink(pool: Pool, person: string, now: Date): Promise<string> {
  const secret = newSecret()
  await asActor(pool, systemActor, (tx) =>
    tx
      .insertInto('parley.sign_in_link')
      .values({
        hash: hashOf(secret),
        person_id: person,
        created_at: now,
        expires_at: new Date(now.getTime() + linkLivesMs),
      })
      .execute(),
  )
  return secret
}

/** Opens a session with a link; null when the link is unknown, spent or too old. */
export async function spendLink(pool: Pool, link: string, now: Date): Promise<string | null> {
  const session = newSecret()
  const { rows } = await pool.query<{ opened: boolean }>(
    'select parley.spend_sign_in_link($1, $2, $3, $4) as opened',
    [hashOf(link), hashOf(session), now, `${sessionLivesMs} milliseconds`],
  )
  return rows[0]?.opened === true ? session : null
}

export type Session = {
  readonly principal: Principal
  readonly personName: string
  readonly expiresAt: Date
}

type SessionRow = {
  readonly person_id: string
  readonly person_name: string
  readonly organisation_id: string
  readonly role: string
  readonly expires_at: Date
}

/** Whose session this is; null for unknown, ended and expired alike. */
export async function sessionOf(pool: Pool, secret: string, now: Date): Promise<Session | null> {
  const { rows } = await pool.query<SessionRow>('select * from parley.actor_of_session($1, $2)', [
    hashOf(secret),
    now,
  ])
  const [row] = rows
  if (!row) return null
  const { person_id: person, organisation_id: organisation } = row
  const principal: Principal = {
    ...{ via: 'session', person, organisation, token: null },
    role: roleOf(row.role),
  }
  return { principal, personName: row.person_name, expiresAt: row.expires_at }
}

export async function endSession(pool: Pool, secret: string, now: Date): Promise<void> {
  await asActor(pool, systemActor, (tx) =>
    tx
      .updateTable('parley.session')
      .set({ ended_at: now })
      .where('hash', '=', hashOf(secret))
      .where('ended_at', 'is', null)
      .execute(),
  )
}

type TokenRow = {
  readonly token_id: string
  readonly organisation_id: string
  readonly person_id: string
  readonly role: string
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
    ...{ role: roleOf(row.role), token: row.token_id },
  }
}

/** Remembers that a token was used, to the minute. */
export async function noteTokenUse(pool: Pool, token: string, now: Date): Promise<void> {
  await pool.query('select parley.note_token_use($1, $2)', [token, now])
}

export type TokenWish = {
  readonly name: string
  /** An organisation's id, or the name of one, which is made where there is none of it. */
  readonly organisation: string
  readonly role: Role
  readonly days: number
  readonly owner: string
}

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
      expires_at: expiryOf(wish.days, now),
    })
    .execute()
  return { token, id }
}

async function organisationFor(tx: Tx, named: string, now: Date): Promise<string> {
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

export const listTokens = (tx: Tx) =>
  tx
    .selectFrom('parley.api_token as t')
    .innerJoin('parley.organisation as o', 'o.id', 't.organisation_id')
    .innerJoin('parley.person as p', 'p.id', 't.owner_id')
    .select(['t.id', 't.name', 't.role', 't.created_at', 't.expires_at', 't.revoked_at'])
    .select(['t.last_used_at', 'o.id as organisation_id', 'o.name as organisation'])
    .select('p.name as owner')
    .orderBy('t.created_at', 'desc')
    .limit(tokensMax)
    .execute()

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
