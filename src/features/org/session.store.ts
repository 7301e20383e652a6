import { sql } from 'kysely'
import type { Pool } from 'pg'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { Told } from './org.store.ts'
import {
  type AccessChange,
  type Factor,
  factorOf,
  hashOf,
  heldBy,
  linkLivesMs,
  newSecret,
  type Principal,
  randomName,
  recoveryCodeTyped,
  SessionId,
  sessionLivesMs,
} from './org.ts'
import { type Role, roleOf } from './role.ts'

/** Makes a one-time link for a person and answers its secret, which is stored as a hash only. */
export const makeSignInLink = (pool: Pool, person: string, now: Date): Promise<string> =>
  asActor(pool, systemActor, async (tx) => {
    const secret = newSecret()
    await tx
      .insertInto('parley.sign_in_link')
      .values({
        ...{ hash: hashOf(secret), person_id: person, created_at: now },
        expires_at: new Date(now.getTime() + linkLivesMs),
      })
      .execute()
    return secret
  })

type Bearing = Told & { readonly from: string }

/** How somebody got in, and from where. */
export type Entry = Bearing & {
  readonly factor: Factor
  /** What a provider told of the way in which they showed who they are. */
  readonly shown?: { readonly acr: string | null; readonly amr: readonly string[] }
}

/**
 * The membership that a person acts by, which is the one by which they may do most, or that of an
 * organisation that is named; null for
 * whoever is disabled or a member of nothing that is active.
 */
export const activeMembership = async (tx: Tx, person: string, organisation?: string) => {
  const found = await tx
    .selectFrom('parley.membership as m')
    .innerJoin('parley.person as p', 'p.id', 'm.person_id')
    .innerJoin('parley.organisation as o', 'o.id', 'm.organisation_id')
    .select(['m.organisation_id', 'm.role'])
    .where('m.person_id', '=', person)
    .where('m.organisation_id', '=', organisation ?? sql.ref<string>('o.id'))
    .where('p.disabled_at', 'is', null)
    .where('o.disabled_at', 'is', null)
    .orderBy(sql`cardinality(parley.permissions_of(m.role))`, 'desc')
    .orderBy('m.role')
    .orderBy('m.organisation_id')
    // Whoever is being disabled at this moment is either waited for or out.
    .forShare(['p', 'o', 'm'])
    .limit(1)
    .executeTakeFirst()
  return found ?? null
}

/** Opens a session for a person, if they are active. Only the product itself opens sessions. */
export async function openSession(
  tx: Tx,
  person: string,
  { factor, from, now, told, shown }: Entry,
): Promise<string | null> {
  const membership = await activeMembership(tx, person)
  if (membership === null) return null
  const [secret, id] = [newSecret(), SessionId.of(randomName())]
  await tx
    .insertInto('parley.session')
    .values({
      ...{ hash: hashOf(secret), id, person_id: person },
      ...{ organisation_id: membership.organisation_id, role: membership.role },
      ...{ created_at: now, last_used_at: now, factor, opened_from: from },
      expires_at: new Date(now.getTime() + sessionLivesMs),
      ...(shown ? { provider_acr: shown.acr, provider_amr: [...shown.amr] } : {}),
      proven_at: sql<Date | null>`case when parley.cannot_be_phished(${factor},
        ${shown?.acr ?? null}, ${shown?.amr ?? []}::text[]) then ${now}::timestamptz end`,
    })
    .execute()
  const row = { id, person_id: person, ...membership }
  await told(tx, { ...changeOf('sign-in.open', row, now), fields: { factor } })
  return secret
}

type SessionOf = {
  readonly id: string
  readonly person_id: string
  readonly organisation_id: string
  readonly role: string
}

const changeOf = (
  action: 'sign-in.open' | 'sign-in.end',
  { id, person_id: person, organisation_id: organisation, role }: SessionOf,
  at: Date,
): AccessChange => ({
  ...{ action, kind: 'session', record: id, at },
  actor: { person, organisation, role: roleOf(role) },
})

/** Opens a session with a link; null when the link is unknown, spent or too old. */
export const spendLink = (pool: Pool, link: string, { from, now, told }: Bearing) =>
  asActor(pool, systemActor, async (tx) => {
    const spent = await tx
      .updateTable('parley.sign_in_link')
      .set({ used_at: now })
      .where('hash', '=', hashOf(link))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning('person_id')
      .executeTakeFirst()
    return spent ? openSession(tx, spent.person_id, { factor: 'link', from, now, told }) : null
  })

/** Opens a session with a recovery code; null when it is of nobody, spent or replaced. */
export const spendRecoveryCode = (pool: Pool, code: string, { from, now, told }: Bearing) =>
  asActor(pool, systemActor, async (tx) => {
    const spent = await tx
      .updateTable('parley.recovery_code')
      .set({ used_at: now })
      .where('hash', '=', hashOf(recoveryCodeTyped(code)))
      .where('used_at', 'is', null)
      .returning('person_id')
      .executeTakeFirst()
    if (!spent) return null
    return openSession(tx, spent.person_id, { factor: 'recovery code', from, now, told })
  })

export type Session = {
  readonly id: string
  readonly principal: Principal
  readonly lastUsedAt: Date | null
}

type SessionRow = {
  readonly session_id: string
  readonly person_id: string
  readonly organisation_id: string
  readonly role: string
  readonly last_used_at: Date | null
  readonly held: string | null
  readonly must_prove: boolean
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
    ...{ session: row.session_id, mustProve: row.must_prove },
    ...heldBy(row.held),
  }
  return { id: row.session_id, principal, lastUsedAt: row.last_used_at }
}

const minuteMs = 60_000

/** Remembers that a session was used, to the minute. */
export async function noteSessionUse(pool: Pool, session: Session, now: Date): Promise<void> {
  const { id, lastUsedAt } = session
  if (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < minuteMs) return
  await pool.query('select parley.note_session_use($1, $2)', [id, now])
}

export async function endSession(pool: Pool, secret: string, { now, told }: Told): Promise<void> {
  await asActor(pool, systemActor, async (tx) => {
    const rows = await tx
      .updateTable('parley.session')
      .set({ ended_at: now })
      .where('hash', '=', hashOf(secret))
      .where('ended_at', 'is', null)
      .returning(['id', 'person_id', 'organisation_id', 'role'])
      .execute()
    for (const row of rows) await told(tx, changeOf('sign-in.end', row, now))
  })
}

/** Somebody's membership of an organisation, both active. */
export type OwnMembership = {
  readonly organisation: { readonly id: string; readonly name: string }
  readonly role: Role
}

/** Where somebody may work; the product asks, because of others than one's own one sees nothing. */
export const membershipsOf = (pool: Pool, person: string): Promise<OwnMembership[]> =>
  asActor(pool, systemActor, async (tx) => {
    const rows = await tx
      .selectFrom('parley.membership as m')
      .innerJoin('parley.organisation as o', 'o.id', 'm.organisation_id')
      .select(['o.id', 'o.name', 'm.role'])
      .where('m.person_id', '=', person)
      .where('o.disabled_at', 'is', null)
      .orderBy('o.name')
      .orderBy('o.id')
      .limit(sessionsMax)
      .execute()
    return rows.map(({ role, ...organisation }) => ({ organisation, role: roleOf(role) }))
  })

type Switching = { readonly from: string; readonly organisation: string }

/**
 * Ends a session and opens one for another membership of the same person, which was opened in the
 * same way and ends when the first would have; null where there is no such membership.
 */
export async function switchSession(
  tx: Tx,
  { from, organisation }: Switching,
  { now, told }: Told,
): Promise<string | null> {
  const before = await tx
    .selectFrom('parley.session')
    .selectAll()
    .where('id', '=', from)
    .where('ended_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  const membership = before && (await activeMembership(tx, before.person_id, organisation))
  if (!before || !membership) return null
  const [secret, id] = [newSecret(), SessionId.of(randomName())]
  const row = { ...before, ...membership, id, hash: hashOf(secret) }
  await tx
    .insertInto('parley.session')
    .values({ ...row, created_at: now, last_used_at: now })
    .execute()
  await tx.updateTable('parley.session').set({ ended_at: now }).where('id', '=', from).execute()
  await told(tx, changeOf('sign-in.end', before, now))
  await told(tx, {
    ...changeOf('sign-in.open', row, now),
    fields: { factor: before.factor, instead: from },
  })
  return secret
}

export type OpenSession = {
  readonly id: string
  readonly factor: Factor
  /** The browser and the system, in words; empty where they were not kept yet. */
  readonly from: string
  readonly openedAt: Date
  readonly lastUsedAt: Date | null
}

const sessionsMax = 200

/** The sessions of a person that are open, the one that was used last first. */
export async function listSessions(tx: Tx, person: string, now: Date): Promise<OpenSession[]> {
  const rows = await tx
    .selectFrom('parley.session')
    .select(['id', 'factor', 'opened_from', 'created_at', 'last_used_at'])
    .where('person_id', '=', person)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('last_used_at', (order) => order.desc().nullsLast())
    .orderBy('created_at', 'desc')
    .limit(sessionsMax)
    .execute()
  return rows.map((row) => ({
    ...{ id: row.id, factor: factorOf(row.factor), from: row.opened_from },
    ...{ openedAt: row.created_at, lastUsedAt: row.last_used_at },
  }))
}

/** Which sessions of a person to end: one, or all but one. */
export type Ending = Told & { readonly person: string } & (
    | { readonly id: string }
    | { readonly butId: string | null }
  )

/** Ends sessions of a person and answers how many. */
export async function endSessions(tx: Tx, ending: Ending): Promise<number> {
  const ended = await tx
    .updateTable('parley.session')
    .set({ ended_at: ending.now })
    .where('person_id', '=', ending.person)
    .where('ended_at', 'is', null)
    .where((eb) => ('id' in ending ? eb('id', '=', ending.id) : eb('id', '<>', ending.butId ?? '')))
    .returning('id')
    .execute()
  for (const { id } of ended) {
    await ending.told(tx, { action: 'sign-in.end', kind: 'session', record: id, at: ending.now })
  }
  return ended.length
}
