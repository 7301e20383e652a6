import type { Pool } from 'pg'
import { z } from 'zod'
import type { Clock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Provider } from '#platform/openid/provider.ts'
import { may, mayInPerson, stepUp } from './access.ts'
import { agreementRoutes } from './agreement.routes.ts'
import { factorRoutes } from './factor.routes.ts'
import { humanRoutes } from './human.routes.ts'
import { memberRoutes } from './member.routes.ts'
import { membershipRoutes } from './membership.routes.ts'
import { listPeople, listTokens, makeToken, type OnAccessChange, revokeToken } from './org.store.ts'
import { actorOf, type Principal } from './org.ts'
import { TokenMadeWire, TokenWire, TokenWishWire } from './org.wire.ts'
import { ownTokenRoutes } from './own-token.routes.ts'
import type { RelyingParty } from './passkey.ts'
import { knownAlready, peopleRoutes } from './people.routes.ts'
import { presentToken } from './present-token.ts'
import { profileRoutes } from './profile.routes.ts'
import { providerRoutes } from './provider.routes.ts'
import { pseudonymRoutes } from './pseudonym.routes.ts'
import { addPseudonymous } from './pseudonym.store.ts'
import { sessionRoutes } from './session.routes.ts'
import { stepUpRoutes } from './step-up.routes.ts'

export type OrgParts = {
  readonly pool: Pool
  readonly clock: Clock
  readonly version: string
  /** For whom passkeys are made; null where this instance has no name that browsers take. */
  readonly party: () => RelyingParty | null
  /** Null where no OpenID provider is configured. */
  readonly provider: Provider | null
  /** What the instance is called. */
  readonly instance: () => Promise<string>
  /** Writes down what opens, changes or ends somebody's access. */
  readonly told: OnAccessChange
  /** With which the names behind pseudonyms are sealed. */
  readonly pseudonyms: PurposeKeys
}

/** Sign-in, people and tokens. */
export function orgRoutes(parts: OrgParts): readonly Route<Principal>[] {
  return [
    ...sessionRoutes(parts),
    ...providerRoutes(parts),
    ...profileRoutes(parts),
    ...pseudonymRoutes(parts),
    ...tokenRoutes(parts),
    ...ownTokenRoutes(parts),
    ...peopleRoutes(parts),
    ...memberRoutes(parts),
    ...humanRoutes(parts),
    ...agreementRoutes(parts),
    ...membershipRoutes(parts),
    ...stepUpRoutes(parts),
    ...factorRoutes(parts),
    peopleRoute(parts),
  ]
}

function tokenRoutes({ pool, told, pseudonyms: keys }: OrgParts): Route<Principal>[] {
  const list = route({
    ...{ method: 'GET', path: '/v1/tokens', name: 'tokens', tag: 'tokens' },
    summary: 'The API tokens, newest first',
    access: may('audit'),
    output: z.strictObject({ items: z.array(TokenWire) }),
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal }) => {
      const rows = await asActor(pool, actorOf(principal), (tx) => listTokens(tx))
      return yes({ items: rows.map(presentToken) })
    },
  })
  const make = route({
    ...{ method: 'POST', path: '/v1/tokens', name: 'makeToken', tag: 'tokens' },
    summary: 'Make an API token; the answer is the only place where it is shown',
    access: stepUp(mayInPerson('administer')),
    input: TokenWishWire,
    output: TokenMadeWire,
    problems: ['unauthenticated', 'not-allowed', 'not-in-this-state'],
    run: async ({ principal, body, clock }) => {
      const made = await asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const { isPseudonymous = false, contact, organisation: called, ...rest } = body
        const organisation = isPseudonymous
          ? await addPseudonymous(tx, { keys, called, contact, now })
          : called
        if (organisation === null) return null
        const wish = { ...rest, organisation, owner: principal.person }
        const { id, token } = await makeToken(tx, wish, now)
        await told(tx, { action: 'token.make', kind: 'token', record: id, at: now })
        const about = { kind: 'organisation', record: organisation, at: now } as const
        if (isPseudonymous) await told(tx, { ...about, action: 'pseudonym.make' })
        const row = (await listTokens(tx)).find((one) => one.id === id)
        return row && { token, about: presentToken(row) }
      })
      if (made === null) return no(problem('not-in-this-state', knownAlready))
      return made ? yes(made) : no(problem('failed', 'The token was not made; try again.'))
    },
  })
  const revoke = route({
    ...{ method: 'DELETE', path: '/v1/tokens/{id}', name: 'revokeToken', tag: 'tokens' },
    summary: 'Revoke an API token, at once and for good',
    access: may('administer'),
    params: z.strictObject({ id: z.string().max(100) }),
    problems: ['unauthenticated', 'not-allowed', 'not-found'],
    run: async ({ principal, params, clock }) => {
      const actor = actorOf(principal)
      const isDone = await asActor(pool, actor, async (tx) => {
        const now = clock.now()
        if (!(await revokeToken(tx, params.id, now))) return false
        await told(tx, { action: 'token.revoke', kind: 'token', record: params.id, at: now })
        return true
      })
      return isDone ? yes(undefined) : no(problem('not-found', 'No token of that id is valid.'))
    },
  })
  return [list, make, revoke]
}

const peopleRoute = ({ pool }: OrgParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/people', name: 'people', tag: 'people' },
    summary: 'Who can be given a case',
    access: may('read'),
    output: z.strictObject({
      items: z.array(z.strictObject({ id: z.string(), name: z.string() })),
    }),
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal }) =>
      yes({ items: await asActor(pool, actorOf(principal), listPeople) }),
  })
