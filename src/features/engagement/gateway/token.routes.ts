import { sql } from 'kysely'
import type { z } from 'zod'
import { labelIdFor } from '#features/label/label.store.ts'
import { dominates, join, type Label } from '#features/label/label.ts'
import { shownLabel } from '#features/label/shown.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { idOf } from '#kernel/id.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { deskRefusals, labelOf, noRun } from '../desk.ts'
import { PageQuery, pageOf } from '../list-page.ts'
import type { Budget } from '../terms.ts'
import { type Endpoint, gateOf } from './books.ts'
import { hasCredential, shownEndpoint } from './endpoint.store.ts'
import { type FoundGate, type GateKind, noteAt } from './gate-kind.ts'
import { TokenListWire, TokenMadeWire, TokenWishWire } from './gateway.wire.ts'
import { byId, byToken, type GatewayDesk, namesAt } from './gateway-desk.ts'
import { listGrants, makeGrant, revokeGrant, standingOf } from './grant.store.ts'

/** Tokens for gateways: asked for by a named person for a run, taken back by either side. */
export const gatewayTokenRoutes = (
  desk: GatewayDesk,
  kind: GateKind,
): readonly Route<Principal>[] => [
  makeRoute(desk, kind),
  listRoute(desk, kind),
  revokeRoute(desk, kind),
]

const at = ({ root, named }: GateKind, name: string) =>
  ({ path: `/v1/${root}/{id}/tokens`, tag: 'gateway', name: named(name) }) as const
const standingMax = 50
const minuteMs = 60_000

const makeRoute = (desk: GatewayDesk, kind: GateKind): Route<Principal> =>
  route({
    ...{ ...at(kind, 'makeGatewayToken'), method: 'POST' },
    summary: `Ask for a token ${kind.of} for yourself and one run; it is shown once`,
    access: kind.ask,
    params: byId,
    input: TokenWishWire,
    output: TokenMadeWire,
    status: 201,
    problems: [...deskRefusals, 'not-in-this-state', 'too-many-requests', 'above-ceiling'],
    run: ({ principal, params: { id }, body, clock }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const gate = await kind.find(tx, desk, { id, principal, now, isHeld: true })
        if (!gate?.isAsker) return no(kind.none())
        return made(tx, body, { desk, kind, gate, principal, now })
      }),
  })

type Making = {
  readonly desk: GatewayDesk
  readonly kind: GateKind
  readonly gate: FoundGate
  readonly principal: Principal
  readonly now: Date
}
type Wish = z.output<typeof TokenWishWire>

async function made(
  tx: Tx,
  wish: Wish,
  making: Making,
): Promise<Result<z.input<typeof TokenMadeWire>, Problem>> {
  const { desk, kind, gate, principal, now } = making
  const { opening, askedUntil } = gate
  const { terms } = opening
  const id = gateOf(opening)
  if (askedUntil === null || terms === null) return no(kind.shut())
  const { person, organisation } = principal
  const unfit = await unfitFor(tx, making)
  if (unfit !== null) return no(unfit)
  const endpoint = await endpointOf(tx, desk, id)
  if (endpoint === null) {
    return no(problem('not-in-this-state', 'The developer has given no endpoint for now.'))
  }
  const labelId = await labelFor(tx, wish, { gate, endpoint, now })
  if (!labelId.ok) return labelId
  const livesMs = Math.min(wish.minutes, gate.tokenMinutesMax) * minuteMs
  const expiresAt = new Date(Math.min(now.getTime() + livesMs, askedUntil.getTime()))
  const grant = await makeGrant(tx, {
    ...{ gate: id, organisation, person, run: wish.run, labelId: labelId.value },
    ...{ budget: within(terms.budget, wish.budget ?? {}), now, expiresAt },
  })
  const of = { action: 'gateway.token', kind: 'grant', record: grant.id } as const
  const fields = { run: wish.run, expires: expiresAt.toISOString() }
  await noteAt(tx, { kind, opening }, { at: now, ...of, fields })
  const base = desk.gatewayUrl === null ? null : `${desk.gatewayUrl}/${kind.root}/${id}`
  return yes({
    ...{ ...grant, expiresAt: expiresAt.toISOString(), models: [...endpoint.models] },
    ...{ openai: base && `${base}/v1`, anthropic: base },
  })
}

/** Why whoever asks is given none. */
async function unfitFor(
  tx: Tx,
  { kind, gate: { opening }, principal, now }: Making,
): Promise<Problem | null> {
  const { person } = principal
  if (!opening.terms?.people.includes(person)) {
    return problem('not-allowed', 'The terms of access do not name you.')
  }
  const unfit = kind.unfit(principal)
  if (unfit !== null) return unfit
  if ((await standingOf(tx, { gate: gateOf(opening), person, now })) < standingMax) return null
  const why = `You have ${standingMax} tokens that are good: take some back, or let them expire.`
  return problem('too-many-requests', why)
}

/** What evaluators are not shown, and the product itself holds their wish against. */
const endpointOf = (tx: Tx, { gatewayKeys }: GatewayDesk, id: string): Promise<Endpoint | null> =>
  actingAs(tx, systemActor, async (system) => {
    if (!(await hasCredential(system, id))) return null
    return (await shownEndpoint(system, gatewayKeys, id))?.endpoint ?? null
  })

type Labelling = { readonly gate: FoundGate; readonly endpoint: Endpoint; readonly now: Date }

const evaluationRun = idOf('run')

/**
 * What the run itself carries: the label of its pack where it is one of an evaluation, which is one
 * of this engagement then; null for any other name of a run.
 */
async function labelOfRun(
  tx: Tx,
  { run, engagement }: { readonly run: string; readonly engagement: string },
): Promise<Result<Label | null, Problem>> {
  if (evaluationRun.parse(run) === null) return yes(null)
  const { rows } = await sql<{ label: number | null }>`
    select parley.label_of_run(${engagement}, ${run}) as label`.execute(tx)
  const label = rows[0]?.label ?? null
  return label === null ? no(noRun()) : yes(await labelOf(tx, label))
}

/** A run carries what its engagement and its pack are labelled as, at least. */
async function labelFor(
  tx: Tx,
  wish: Wish,
  { gate, endpoint, now }: Labelling,
): Promise<Result<number, Problem>> {
  const ofRun = await labelOfRun(tx, { run: wish.run, engagement: gate.opening.engagement })
  if (!ofRun.ok) return ofRun
  const own = await labelOf(tx, gate.labelId)
  const label = [ofRun.value, wish.label].reduce<Label>(
    (all, one) => (one ? join(all, one) : all),
    own,
  )
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

const listRoute = (desk: GatewayDesk, kind: GateKind): Route<Principal> =>
  route({
    ...{ ...at(kind, 'gatewayTokens'), method: 'GET' },
    summary: `Tokens ${kind.of}, the newest first; never what they are`,
    access: kind.see,
    params: byId,
    query: PageQuery,
    output: TokenListWire,
    problems: [...deskRefusals, 'invalid'],
    run: async ({ principal, params: { id }, query, clock }) => {
      const of = { list: 'gateway tokens', person: principal.person, query: { id } }
      const page = pageOf(desk, query, of)
      if (!page.ok) return page
      return asActor(desk.pool, actorOf(principal), async (tx) => {
        const sought = { id, principal, now: clock.now(), isHeld: false }
        const gate = await kind.find(tx, desk, sought)
        if (gate === null) return no(kind.none())
        const { shown, next } = page.value.cut(await listGrants(tx, id, page.value.rows))
        const names = await namesAt(tx, gate.opening)
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

const revokeRoute = (desk: GatewayDesk, kind: GateKind): Route<Principal> =>
  route({
    ...{ method: 'DELETE', path: `/v1/${kind.root}/{id}/tokens/{token}`, tag: 'gateway' },
    name: kind.named('revokeGatewayToken'),
    summary: 'Take a token back: what goes on with it is cut at once, whichever side says so',
    access: kind.see,
    params: byToken,
    problems: deskRefusals,
    run: ({ principal, params: { id, token }, clock }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const gate = await kind.find(tx, desk, { id, principal, now, isHeld: false })
        if (gate === null) return no(kind.none())
        const wish = { gate: id, id: token, person: principal.person, now }
        const found = await revokeGrant(tx, wish)
        if (found === null) return no(problem('not-found', 'There is no such token that is good.'))
        const of = { action: 'gateway.revoke', kind: 'grant', record: token } as const
        const fields = { run: found.run, of: found.person }
        await noteAt(tx, { kind, opening: gate.opening }, { at: now, ...of, fields })
        return yes(undefined)
      }),
  })
