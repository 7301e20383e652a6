import { sql } from 'kysely'
import type { Pool } from 'pg'
import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { open } from '#platform/http/access.ts'
import { problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { signedIn, staff } from './access.ts'
import { sessionCookie, sessionIn } from './authenticate.ts'
import {
  endSession,
  listPeople,
  listTokens,
  makeToken,
  nameOfOrganisation,
  revokeToken,
  sessionOf,
  spendLink,
} from './org.store.ts'
import { actorOf, type Principal } from './org.ts'
import { SessionWire, SignInWire, TokenMadeWire, TokenWire, TokenWishWire } from './org.wire.ts'

export type OrgParts = {
  readonly pool: Pool
  readonly version: string
  /** What the instance is called. */
  readonly instance: () => Promise<string>
}

/** Sign-in, people and tokens. */
export function orgRoutes(parts: OrgParts): readonly Route<Principal>[] {
  return [...sessionRoutes(parts), ...tokenRoutes(parts), peopleRoute(parts)]
}

function sessionRoutes({ pool, version, instance }: OrgParts): Route<Principal>[] {
  const signIn = route({
    ...{ method: 'POST', path: '/v1/session', name: 'signIn', tag: 'sign-in' },
    summary: 'Open a session with a one-time link',
    access: open,
    origin: 'same',
    input: SignInWire,
    output: SessionWire,
    problems: ['not-allowed'],
    run: async ({ body, clock, isSecure }) => {
      const now = clock.now()
      const secret = await spendLink(pool, body.link, now)
      const session = secret === null ? null : await sessionOf(pool, secret, now)
      if (secret === null || session === null) {
        const detail = 'This link was used before or is too old. Make one with "parley sign-in".'
        return no(problem('not-allowed', detail))
      }
      const name = await instance()
      const told = await presentSession(pool, session.principal, { ...session, version, name })
      return done(told, { 'set-cookie': sessionCookie(secret, isSecure) })
    },
  })
  const show = route({
    ...{ method: 'GET', path: '/v1/session', name: 'session', tag: 'sign-in' },
    summary: 'Who is signed in',
    access: signedIn,
    output: SessionWire,
    problems: ['unauthenticated'],
    headers: z.strictObject({ cookie: z.string().max(8192).optional() }),
    run: async ({ principal, headers, clock }) => {
      const secret = principal.via === 'session' ? sessionIn(headers.cookie) : null
      const session = secret === null ? null : await sessionOf(pool, secret, clock.now())
      const expiresAt = session?.expiresAt ?? (await expiryOfToken(pool, principal))
      const name = await instance()
      return yes(await presentSession(pool, principal, { expiresAt, version, name }))
    },
  })
  const signOut = route({
    ...{ method: 'DELETE', path: '/v1/session', name: 'signOut', tag: 'sign-in' },
    summary: 'End the session',
    access: signedIn,
    headers: z.strictObject({ cookie: z.string().max(8192).optional() }),
    problems: ['unauthenticated'],
    run: async ({ headers, clock, isSecure }) => {
      const secret = sessionIn(headers.cookie)
      if (secret !== null) await endSession(pool, secret, clock.now())
      return done(undefined, { 'set-cookie': sessionCookie(null, isSecure) })
    },
  })
  return [signIn, show, signOut]
}

async function expiryOfToken(pool: Pool, principal: Principal): Promise<Date> {
  const row = await asActor(pool, actorOf(principal), (tx) =>
    tx
      .selectFrom('parley.api_token')
      .select('expires_at')
      .where('id', '=', principal.token ?? '')
      .executeTakeFirst(),
  )
  return row?.expires_at ?? new Date(0)
}

type Told = {
  readonly expiresAt: Date
  readonly personName?: string
  readonly version: string
  readonly name: string
}

async function presentSession(
  pool: Pool,
  principal: Principal,
  told: Told,
): Promise<z.infer<typeof SessionWire>> {
  return asActor(pool, actorOf(principal), async (tx) => {
    const person = await tx
      .selectFrom('parley.person')
      .select('name')
      .where('id', '=', principal.person)
      .executeTakeFirst()
    const organisation = await nameOfOrganisation(tx, principal.organisation)
    return {
      person: { id: principal.person, name: person?.name ?? told.personName ?? '' },
      organisation: { id: principal.organisation, name: organisation },
      role: principal.role,
      expiresAt: told.expiresAt.toISOString(),
      instance: { name: told.name, version: told.version, isEmpty: await isEmpty(tx) },
    }
  })
}

/** Whether no report has arrived yet, as far as the actor may know. */
async function isEmpty(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select 1 from parley.report) or exists (select 1 from parley.bulk_import)
      as found`.execute(tx)
  return rows[0]?.found !== true
}

function tokenRoutes({ pool }: OrgParts): Route<Principal>[] {
  const list = route({
    ...{ method: 'GET', path: '/v1/tokens', name: 'tokens', tag: 'tokens' },
    summary: 'The API tokens, newest first',
    access: staff,
    output: z.strictObject({ items: z.array(TokenWire) }),
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal }) => {
      const rows = await asActor(pool, actorOf(principal), listTokens)
      return yes({ items: rows.map(presentToken) })
    },
  })
  const make = route({
    ...{ method: 'POST', path: '/v1/tokens', name: 'makeToken', tag: 'tokens' },
    summary: 'Make an API token; the answer is the only place where it is shown',
    access: staff,
    input: TokenWishWire,
    output: TokenMadeWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal, body, clock }) => {
      const made = await asActor(pool, actorOf(principal), async (tx) => {
        const wish = { ...body, owner: principal.person }
        const { id, token } = await makeToken(tx, wish, clock.now())
        const about = (await listTokens(tx)).find((row) => row.id === id)
        return about && { token, about: presentToken(about) }
      })
      return made ? yes(made) : no(problem('failed', 'The token was not made; try again.'))
    },
  })
  const revoke = route({
    ...{ method: 'DELETE', path: '/v1/tokens/{id}', name: 'revokeToken', tag: 'tokens' },
    summary: 'Revoke an API token, at once and for good',
    access: staff,
    params: z.strictObject({ id: z.string().max(100) }),
    problems: ['unauthenticated', 'not-allowed', 'not-found'],
    run: async ({ principal, params, clock }) => {
      const actor = actorOf(principal)
      const isDone = await asActor(pool, actor, (tx) => revokeToken(tx, params.id, clock.now()))
      return isDone ? yes(undefined) : no(problem('not-found', 'No token of that id is valid.'))
    },
  })
  return [list, make, revoke]
}

type TokenRow = Awaited<ReturnType<typeof listTokens>>[number]

const presentToken = (row: TokenRow): z.infer<typeof TokenWire> => ({
  id: row.id,
  name: row.name,
  organisation: { id: row.organisation_id, name: row.organisation },
  owner: row.owner,
  role: row.role === 'coordinator' ? 'coordinator' : 'finder',
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  revokedAt: row.revoked_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

const peopleRoute = ({ pool }: OrgParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/people', name: 'people', tag: 'people' },
    summary: 'Who can be given a case',
    access: staff,
    output: z.strictObject({
      items: z.array(z.strictObject({ id: z.string(), name: z.string() })),
    }),
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal }) =>
      yes({ items: await asActor(pool, actorOf(principal), listPeople) }),
  })
