import type { z } from 'zod'
import { labelIdFor } from '#features/label/label.store.ts'
import { dominates, join, type Label } from '#features/label/label.ts'
import { shownLabel } from '#features/label/shown.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { deskRefusals, labelOf, noEngagement } from '../desk.ts'
import { actorSide, type Kept, lockEngagement } from '../engagement.store.ts'
import { namesIn, recordFor, tellEngagement } from '../engagement-event.store.ts'
import type { Budget } from '../terms.ts'
import type { Endpoint } from './books.ts'
import { hasCredential, shownEndpoint } from './endpoint.store.ts'
import { TokenListWire, TokenMadeWire, TokenWishWire } from './gateway.wire.ts'
import {
  accessEnd,
  byId,
  byToken,
  type GatewayDesk,
  noAccess,
  PageQuery,
  pageOf,
} from './gateway-desk.ts'
import { listGrants, makeGrant, revokeGrant, standingOf } from './grant.store.ts'

/** Tokens for gateways: asked for by a named person for a run, taken back by either side. */
export const gatewayTokenRoutes = (desk: GatewayDesk): readonly Route<Principal>[] => [
  makeRoute(desk),
  listRoute(desk),
  revokeRoute(desk),
]

const at = { path: '/v1/engagements/{id}/tokens', tag: 'gateway' } as const
const standingMax = 50
const minuteMs = 60_000

const makeRoute = (desk: GatewayDesk): Route<Principal> =>
  route({
    ...{ ...at, method: 'POST', name: 'makeGatewayToken' },
    summary: 'Ask for a token for yourself and one run; it is shown once and lives 12 h at most',
    access: may('evaluate'),
    params: byId,
    input: TokenWishWire,
    output: TokenMadeWire,
    status: 201,
    problems: [...deskRefusals, 'not-in-this-state', 'too-many-requests', 'above-ceiling'],
    run: ({ principal, params: { id }, body, clock }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        const kept = await lockEngagement(tx, desk.keys, id)
        const side = kept && (await actorSide(tx, id))
        if (kept === null || side !== 'evaluator') return no(noEngagement())
        return made(tx, body, { desk, kept, principal, now: clock.now() })
      }),
  })

type Making = {
  readonly desk: GatewayDesk
  readonly kept: Kept
  readonly principal: Principal
  readonly now: Date
}
type Wish = z.output<typeof TokenWishWire>

async function made(
  tx: Tx,
  wish: Wish,
  making: Making,
): Promise<Result<z.input<typeof TokenMadeWire>, Problem>> {
  const { desk, kept, principal, now } = making
  const { engagement } = kept
  const { id } = engagement
  const endsAt = accessEnd(engagement, now)
  if (endsAt === null || !('agreed' in engagement)) return no(noAccess())
  const { terms } = engagement.agreed
  const { person, organisation } = principal
  if (!terms.people.includes(person)) {
    return no(problem('not-allowed', 'The terms of access do not name you.'))
  }
  if ((await standingOf(tx, { engagement: id, person, now })) >= standingMax) {
    const why = `You have ${standingMax} tokens that are good: take some back, or let them expire.`
    return no(problem('too-many-requests', why))
  }
  const endpoint = await endpointOf(tx, desk, id)
  if (endpoint === null) {
    return no(problem('not-in-this-state', 'The developer has given no endpoint for now.'))
  }
  const labelId = await labelFor(tx, wish, { kept, endpoint, now })
  if (!labelId.ok) return labelId
  const expiresAt = new Date(Math.min(now.getTime() + wish.minutes * minuteMs, endsAt.getTime()))
  const grant = await makeGrant(tx, {
    ...{ engagement: id, organisation, person, run: wish.run, labelId: labelId.value },
    ...{ budget: within(terms.budget, wish.budget ?? {}), now, expiresAt },
  })
  const of = { action: 'gateway.token', kind: 'grant', record: grant.id } as const
  const fields = { run: wish.run, expires: expiresAt.toISOString() }
  await recordFor(tx, id, [{ at: now, ...of, fields }])
  await tellEngagement(tx, id, now)
  const base = desk.gatewayUrl === null ? null : `${desk.gatewayUrl}/engagements/${id}`
  return yes({
    ...{ ...grant, expiresAt: expiresAt.toISOString(), models: [...endpoint.models] },
    ...{ openai: base && `${base}/v1`, anthropic: base },
  })
}

/** What evaluators are not shown, and the product itself holds their wish against. */
const endpointOf = (tx: Tx, { gatewayKeys }: GatewayDesk, id: string): Promise<Endpoint | null> =>
  actingAs(tx, systemActor, async (system) => {
    if (!(await hasCredential(system, id))) return null
    return (await shownEndpoint(system, gatewayKeys, id))?.endpoint ?? null
  })

type Labelling = { readonly kept: Kept; readonly endpoint: Endpoint; readonly now: Date }

/** A run carries what its engagement is labelled as, at least. */
async function labelFor(
  tx: Tx,
  wish: Wish,
  { kept, endpoint, now }: Labelling,
): Promise<Result<number, Problem>> {
  const own = await labelOf(tx, kept.labelId)
  const label: Label = wish.label === undefined ? own : join(own, wish.label)
  if (!dominates(endpoint.clearance, label, now)) {
    const why = 'What this run carries is labelled higher than the endpoint may see.'
    return no(problem('not-allowed', why))
  }
  const id = await actingAs(tx, systemActor, (system) => labelIdFor(system, label))
  if (id.ok) return id
  return no(problem('above-ceiling', 'This instance may not hold what is so classified.'))
}

const within = (most: Budget, wish: NonNullable<Wish['budget']>): Budget => ({
  requests: Math.min(most.requests, wish.requests ?? most.requests),
  tokens: Math.min(most.tokens, wish.tokens ?? most.tokens),
  microUsd: Math.min(most.microUsd, wish.microUsd ?? most.microUsd),
  atOnce: Math.min(most.atOnce, wish.atOnce ?? most.atOnce),
})

const listRoute = (desk: GatewayDesk): Route<Principal> =>
  route({
    ...{ ...at, method: 'GET', name: 'gatewayTokens' },
    summary: 'Tokens under an engagement, the newest first; never what they are',
    access: mayEither('offer', 'evaluate'),
    params: byId,
    query: PageQuery,
    output: TokenListWire,
    problems: [...deskRefusals, 'invalid'],
    run: async ({ principal, params: { id }, query }) => {
      const of = { list: 'gateway tokens', person: principal.person, query: { id } }
      const page = pageOf(desk, query, of)
      if (!page.ok) return page
      return asActor(desk.pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, id)) === null) return no(noEngagement())
        const { shown, next } = page.value.cut(await listGrants(tx, id, page.value.rows))
        const names = await namesIn(tx, id)
        const items = []
        for (const { no: _, organisation: __, labelId, person, ...rest } of shown) {
          items.push({
            ...{ ...rest, person: { id: person, name: names.get(person) ?? person } },
            label: shownLabel(await labelOf(tx, labelId)),
            ...{ madeAt: rest.madeAt.toISOString(), expiresAt: rest.expiresAt.toISOString() },
            revokedAt: rest.revokedAt?.toISOString() ?? null,
          })
        }
        return yes({ items, next })
      })
    },
  })

const revokeRoute = (desk: GatewayDesk): Route<Principal> =>
  route({
    method: 'DELETE',
    ...{ path: '/v1/engagements/{id}/tokens/{token}', tag: 'gateway', name: 'revokeGatewayToken' },
    summary: 'Take a token back: what goes on with it is cut at once, whichever side says so',
    access: mayEither('offer', 'evaluate'),
    params: byToken,
    problems: deskRefusals,
    run: ({ principal, params: { id, token }, clock }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, id)) === null) return no(noEngagement())
        const now = clock.now()
        const wish = { engagement: id, id: token, person: principal.person, now }
        const found = await revokeGrant(tx, wish)
        if (found === null) return no(problem('not-found', 'There is no such token that is good.'))
        const of = { action: 'gateway.revoke', kind: 'grant', record: token } as const
        const fields = { run: found.run, of: found.person }
        await recordFor(tx, id, [{ at: now, ...of, fields }])
        await tellEngagement(tx, id, now)
        return yes(undefined)
      }),
  })
