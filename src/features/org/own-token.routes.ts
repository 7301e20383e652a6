import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { inPerson, stepUp } from './access.ts'
import type { OrgParts } from './org.routes.ts'
import { listTokens, makeToken, ownTokensWork, revokeToken } from './org.store.ts'
import { actorOf, type Principal, permissionsNow } from './org.ts'
import { TokenMadeWire, TokenWire } from './org.wire.ts'
import { presentToken } from './present-token.ts'
import { permissions, tokenRoles } from './role.ts'

/** How many tokens of one person work at a time. */
const ownTokensMax = 25

const face = { tag: 'profile', path: '/v1/profile/tokens' } as const
const refusals = ['unauthenticated', 'not-allowed'] as const

/** Of whose role and organisation it is need not be said: of those in which somebody signed in. */
const OwnTokenWishWire = z.strictObject({
  name: lineShape(100),
  days: z.int().min(1).max(365),
  /** What of your role it may do; left out for all of it. */
  scopes: z.array(z.enum(permissions)).min(1).max(permissions.length).optional(),
})

/** Tokens with which people's own programs do what they may themselves, and never more. */
export const ownTokenRoutes = (parts: OrgParts): readonly Route<Principal>[] => [
  listRoute(parts),
  makeRoute(parts),
  revokeRoute(parts),
]

const listRoute = ({ pool }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', name: 'ownTokens', access: inPerson },
    summary: 'The API tokens that you answer for, newest first',
    output: z.strictObject({ items: z.array(TokenWire) }),
    problems: refusals,
    run: async ({ principal }) => {
      const { person } = principal
      const rows = await asActor(pool, actorOf(principal), (tx) => listTokens(tx, person))
      return yes({ items: rows.map(presentToken) })
    },
  })

const makeRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', name: 'makeOwnToken', access: stepUp(inPerson) },
    summary: 'Make an API token that may what you may here; the answer alone shows it',
    input: OwnTokenWishWire,
    output: TokenMadeWire,
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, body, clock }) => {
      const refused = refusedWish(principal, body.scopes ?? [])
      if (refused !== null) return Promise.resolve(no(refused))
      const { role, organisation, person: owner } = principal
      const now = clock.now()
      return asActor(pool, actorOf(principal), async (tx) => {
        // The database lets those who administer add tokens, and the product on somebody's behalf.
        const made = await actingAs(tx, systemActor, async (system) => {
          if ((await ownTokensWork(system, owner, now)) >= ownTokensMax) return null
          return makeToken(system, { ...body, organisation, role, owner }, now)
        })
        if (made === null) return no(tooMany)
        const { id, token } = made
        await told(tx, { action: 'token.make', kind: 'token', record: id, at: now })
        const row = (await listTokens(tx, owner)).find((one) => one.id === id)
        if (row === undefined) throw new TypeError('a token that was made is not there')
        return yes({ token, about: presentToken(row) })
      })
    },
  })

const tooMany = problem(
  'not-in-this-state',
  `${ownTokensMax} tokens of yours work already: revoke one that nothing uses.`,
)

/** Why such a token is not made; null where it may be. */
function refusedWish(principal: Principal, scopes: readonly string[]): Problem | null {
  if (!tokenRoles.some((one) => one === principal.role)) {
    return problem('not-allowed', 'Nobody is read in to a case by a token: your role has none.')
  }
  const own: readonly string[] = permissionsNow(principal)
  const beyond = scopes.findIndex((scope) => !own.includes(scope))
  if (beyond < 0) return null
  const detail = 'It must hold only permissions of your role.'
  return invalid([{ in: 'body', pointer: `/scopes/${beyond}`, detail }])
}

const revokeRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ method: 'DELETE', path: `${face.path}/{id}`, name: 'revokeOwnToken', tag: face.tag },
    access: inPerson,
    summary: 'Revoke an API token that you answer for, at once and for good',
    params: z.strictObject({ id: z.string().max(100) }),
    problems: [...refusals, 'not-found'],
    run: ({ principal, params: { id }, clock }) => {
      const now = clock.now()
      return asActor(pool, actorOf(principal), async (tx) => {
        const own = await listTokens(tx, principal.person)
        const isOwn = own.some((one) => one.id === id)
        const isDone =
          isOwn && (await actingAs(tx, systemActor, (system) => revokeToken(system, id, now)))
        if (!isDone) return no(problem('not-found', 'No token of yours of that id is valid.'))
        await told(tx, { action: 'token.revoke', kind: 'token', record: id, at: now })
        return yes(undefined)
      })
    },
  })
