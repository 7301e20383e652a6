import { sql } from 'kysely'
import type { Pool } from 'pg'
import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { open } from '#platform/http/access.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { signedInEvenHeld } from './access.ts'
import { Attempts } from './attempts.ts'
import { sessionCookie, sessionIn, signedOutHeaders } from './authenticate.ts'
import { openedFrom } from './opened-from.ts'
import type { OrgParts } from './org.routes.ts'
import { nameOfOrganisation, nameOfPerson } from './org.store.ts'
import { actorOf, challengeLivesMs, type Principal, permissionsNow } from './org.ts'
import { SessionWire, SignInWire } from './org.wire.ts'
import { enterByPasskey, makeChallenge } from './passkey.store.ts'
import {
  endSession,
  membershipsOf,
  sessionOf,
  spendLink,
  spendRecoveryCode,
} from './session.store.ts'
import {
  AgentHeadersWire,
  AssertionOptionsWire,
  AssertionWire,
  CookieHeadersWire,
  RecoveryWire,
} from './sign-in.wire.ts'

const face = { tag: 'sign-in', access: open, origin: 'same', problems: ['not-allowed'] } as const

/** Ways in, who is in, and the way out. */
export function sessionRoutes(parts: OrgParts): Route<Principal>[] {
  return [
    linkRoute(parts),
    ...passkeyRoutes(parts),
    recoveryRoute(parts),
    showRoute(parts),
    signOutRoute(parts),
  ]
}

const linkRoute = (parts: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/session', name: 'signIn' },
    summary: 'Open a session with a one-time link',
    headers: AgentHeadersWire,
    input: SignInWire,
    output: SessionWire,
    run: async ({ body, headers, clock, isSecure }) => {
      const from = openedFrom(headers['user-agent'])
      const secret = await spendLink(parts.pool, body.link, {
        from,
        now: clock.now(),
        told: parts.told,
      })
      return entered(parts, secret, {
        ...{ now: clock.now(), isSecure },
        detail: 'This link was used before or is too old. Make one with "parley sign-in".',
      })
    },
  })

/** Unknown, not verified and disabled: one answer for all. */
const passkeyRefused = 'This passkey signs nobody in here. Use another one, or a one-time link.'
const passkeyCopied =
  'This passkey counted backwards: there is a copy of it, so it is refused from now on. ' +
  'Sign in another way and remove it.'

/** Challenges are small, but every stranger can ask for one. */
const challengeBounds = { windowMs: 60_000, perClient: 60, together: 3_000, waitMs: 500 }

function passkeyRoutes(parts: OrgParts): Route<Principal>[] {
  const { pool, clock: own, told } = parts
  const attempts = new Attempts(own, challengeBounds)
  const options = route({
    ...{ ...face, method: 'POST', path: '/v1/session/passkey/options', name: 'passkeyOptions' },
    summary: 'Ask for a challenge to sign in with a passkey',
    input: z.strictObject({}),
    output: AssertionOptionsWire,
    problems: ['not-in-this-state', 'too-many-requests'],
    run: async ({ clock, address, signal }) => {
      const party = parts.party()
      if (party === null) return no(withoutName())
      const wait = attempts.refusedFor(address)
      if (wait !== null) return no(tooMany(wait))
      attempts.count(address)
      await attempts.slowedDown(signal)
      const wanted = { purpose: 'sign-in', person: null } as const
      const challenge = await makeChallenge(pool, wanted, clock.now())
      const timeout = challengeLivesMs
      return yes({ challenge, rpId: party.id, timeout, userVerification: 'required' as const })
    },
  })
  const signIn = route({
    ...{ ...face, method: 'POST', path: '/v1/session/passkey', name: 'signInByPasskey' },
    summary: 'Open a session with a passkey',
    headers: AgentHeadersWire,
    input: AssertionWire,
    output: SessionWire,
    problems: ['not-allowed', 'not-in-this-state'],
    run: async ({ body, headers, clock, isSecure }) => {
      const party = parts.party()
      if (party === null) return no(withoutName())
      const from = openedFrom(headers['user-agent'])
      const entry = await enterByPasskey(pool, body, { party, from, now: clock.now(), told })
      const detail = entry === 'copied' ? passkeyCopied : passkeyRefused
      const secret = typeof entry === 'object' ? entry.session : null
      return entered(parts, secret, { now: clock.now(), isSecure, detail })
    },
  })
  return [options, signIn]
}

/** Why no passkey can be used at all. */
export const withoutName = (): Problem =>
  problem(
    'not-in-this-state',
    'Passkeys need a name and https: set PARLEY_PUBLIC_URL to the address that people use.',
  )

/** Refuses to remove what is somebody's last way in, unless that is said to be meant. */
export const lastWayIn = (is: string, instead: string): Problem =>
  problem(
    'not-in-this-state',
    `This is your last ${is}: without it you need a one-time link from a coordinator to sign in. ` +
      `Say that this is meant, or ${instead} first.`,
  )

export const tooMany = (seconds: number): Problem =>
  problem('too-many-requests', `Too many attempts from your address; try again in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds) },
  })

/** Codes have 100 random bits: the bounds keep guessing from costing us, not from succeeding. */
const recoveryBounds = { windowMs: 600_000, perClient: 10, together: 100, waitMs: 1_000 }

function recoveryRoute(parts: OrgParts): Route<Principal> {
  const wrong = new Attempts(parts.clock, recoveryBounds)
  return route({
    ...{ ...face, method: 'POST', path: '/v1/session/recovery', name: 'signInByRecoveryCode' },
    summary: 'Open a session with a recovery code, which is spent by it',
    headers: AgentHeadersWire,
    input: RecoveryWire,
    output: SessionWire,
    problems: ['not-allowed', 'too-many-requests'],
    run: async ({ body, headers, clock, isSecure, address, signal }) => {
      const wait = wrong.refusedFor(address)
      if (wait !== null) return no(tooMany(wait))
      await wrong.slowedDown(signal)
      const from = openedFrom(headers['user-agent'])
      const bearing = { from, now: clock.now(), told: parts.told }
      const secret = await spendRecoveryCode(parts.pool, body.code, bearing)
      if (secret === null) wrong.count(address)
      const detail = 'This code was used before, was replaced, or never was one.'
      return entered(parts, secret, { now: clock.now(), isSecure, detail })
    },
  })
}

type Entering = { readonly now: Date; readonly isSecure: boolean; readonly detail: string }

/** The answer to whoever got in, or did not. */
async function entered(
  { pool, version, instance }: OrgParts,
  secret: string | null,
  { now, isSecure, detail }: Entering,
) {
  const session = secret === null ? null : await sessionOf(pool, secret, now)
  if (secret === null || session === null) return no(problem('not-allowed', detail))
  const name = await instance()
  const shown = await presentSession(pool, session.principal, { version, name })
  return done(shown, { 'set-cookie': sessionCookie(secret, isSecure) })
}

const showRoute = ({ pool, version, instance }: OrgParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/session', name: 'session', tag: 'sign-in' },
    summary: 'Who is signed in',
    access: signedInEvenHeld,
    output: SessionWire,
    problems: ['unauthenticated'],
    run: async ({ principal }) => {
      const name = await instance()
      return yes(await presentSession(pool, principal, { version, name }))
    },
  })

const signOutRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ method: 'DELETE', path: '/v1/session', name: 'signOut', tag: 'sign-in' },
    summary: 'End the session',
    access: signedInEvenHeld,
    headers: CookieHeadersWire,
    problems: ['unauthenticated'],
    run: async ({ headers, clock, isSecure }) => {
      const secret = sessionIn(headers.cookie)
      if (secret !== null) await endSession(pool, secret, { now: clock.now(), told })
      return done(undefined, signedOutHeaders(isSecure))
    },
  })

/** When what somebody showed of themselves ends by its age. */
async function expiryOf(tx: Tx, { token, session }: Principal): Promise<Date> {
  const found =
    token === null
      ? tx
          .selectFrom('parley.session')
          .select('expires_at')
          .where('id', '=', session ?? '')
      : tx.selectFrom('parley.api_token').select('expires_at').where('id', '=', token)
  return (await found.executeTakeFirst())?.expires_at ?? new Date(0)
}

type Shown = { readonly version: string; readonly name: string }

async function presentSession(
  pool: Pool,
  principal: Principal,
  shown: Shown,
): Promise<z.infer<typeof SessionWire>> {
  const isPerson = principal.via === 'session'
  const memberships = isPerson ? await membershipsOf(pool, principal.person) : []
  return asActor(pool, actorOf(principal), async (tx) => {
    const person = await nameOfPerson(tx, principal.person)
    const organisation = await nameOfOrganisation(tx, principal.organisation)
    return {
      person: { id: principal.person, name: person },
      organisation: { id: principal.organisation, name: organisation },
      ...{ role: principal.role, permissions: [...permissionsNow(principal)] },
      held: principal.held ?? null,
      ...{ expiresAt: (await expiryOf(tx, principal)).toISOString(), memberships },
      instance: { name: shown.name, version: shown.version, isEmpty: await isEmpty(tx) },
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
