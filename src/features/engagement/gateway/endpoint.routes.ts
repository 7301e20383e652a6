import type { z } from 'zod'
import { clearanceOf } from '#features/label/clearance.store.ts'
import { type Clearance, classificationRank, tlpRank, uncleared } from '#features/label/label.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { deskRefusals } from '../desk.ts'
import {
  putEndpoint,
  type ShownEndpoint,
  shownEndpoint,
  withdrawEndpoint,
} from './endpoint.store.ts'
import { type KeptEndpoint, usualCaps } from './endpoint-record.ts'
import { type GateKind, noteAt } from './gate-kind.ts'
import { EndpointWire, EndpointWishWire } from './gateway.wire.ts'
import { byId, type GatewayDesk } from './gateway-desk.ts'
import { mayReach } from './reach.ts'

/** Where a developer's model answers: said, shown and taken back by its developer alone. */
export const endpointRoutes = (desk: GatewayDesk, kind: GateKind): readonly Route<Principal>[] => [
  putRoute(desk, kind),
  showRoute(desk, kind),
  withdrawRoute(desk, kind),
]

const at = ({ root, named }: GateKind, name: string) =>
  ({ path: `/v1/${root}/{id}/endpoint`, tag: 'gateway', name: named(name) }) as const
const noEndpoint = () => problem('not-found', 'No endpoint was given here.')

const putRoute = (desk: GatewayDesk, kind: GateKind): Route<Principal> =>
  route({
    ...{ ...at(kind, 'putGatewayEndpoint'), method: 'PUT' },
    summary: `Say where your model answers ${kind.of}, with a credential for gateways`,
    access: may('offer'),
    params: byId,
    input: EndpointWishWire,
    output: EndpointWire,
    problems: [...deskRefusals, 'invalid', 'not-in-this-state'],
    run: ({ principal, params: { id }, body, clock }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const gate = await kind.find(tx, desk, { id, principal, now, isHeld: true })
        if (!gate?.isGiver) return no(kind.none())
        if (gate.givenUntil === null) return no(kind.shut())
        const endpoint = await endpointOf(tx, body, { desk, principal })
        if (!endpoint.ok) return endpoint
        const { person } = principal
        const version = await putEndpoint(tx, desk.gatewayKeys, {
          ...{ gate: id, kept: endpoint.value, credential: body.credential.value },
          ...{ person, now },
        })
        const of = { action: 'gateway.endpoint', kind: 'endpoint', record: id } as const
        const fields = { version: String(version) }
        await noteAt(tx, { kind, opening: gate.opening }, { at: now, ...of, fields })
        return shownNow(tx, desk, id)
      }),
  })

async function shownNow(
  tx: Tx,
  { gatewayKeys }: GatewayDesk,
  id: string,
): Promise<Result<z.input<typeof EndpointWire>, Problem>> {
  const shown = await shownEndpoint(tx, gatewayKeys, id)
  return shown === null ? no(noEndpoint()) : yes(present(shown))
}

type Wish = z.output<typeof EndpointWishWire>
type Asking = { readonly desk: GatewayDesk; readonly principal: Principal }

const wrong = (pointer: string, detail: string) => no(invalid([{ in: 'body', pointer, detail }]))

async function endpointOf(
  tx: Tx,
  wish: Wish,
  { desk, principal }: Asking,
): Promise<Result<KeptEndpoint, Problem>> {
  const base = URL.parse(wish.base)
  if (base === null || base.username || base.password || base.search || base.hash) {
    return wrong('/base', 'It is no address such as https://models.example.org/preview.')
  }
  if (!mayReach(base, desk.reach)) {
    const why = 'It is not https in the public network, nor a host that this instance allows'
    return wrong('/base', `${why} (PARLEY_GATEWAY_ALLOW).`)
  }
  const clearance = await clearanceFor(tx, wish, principal)
  if (clearance === null) {
    const why = 'You are cleared for less yourself: nobody vouches for more than that.'
    return wrong('/clearance', why)
  }
  const { models, mayList, most, price, credential } = wish
  const { header, scheme } = credential
  return yes({
    endpoint: {
      ...{ version: 0, base, models, mayList, most, price, clearance },
      credential: { header, scheme },
    },
    caps: { ...usualCaps, ...given(wish.caps ?? {}) },
  })
}

type Caps = KeptEndpoint['caps']

/** Without the members that are undefined, which would cover what is usual. */
function given(caps: NonNullable<Wish['caps']>): Partial<Caps> {
  const { requestBytes, answerBytes, firstByteMs, silenceMs, wholeMs } = caps
  return {
    ...(requestBytes !== undefined && { requestBytes }),
    ...(answerBytes !== undefined && { answerBytes }),
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(silenceMs !== undefined && { silenceMs }),
    ...(wholeMs !== undefined && { wholeMs }),
  }
}

/**
 * What an endpoint may see: no more than whoever says so may, which the instance has cleared. Null
 * where it is more.
 */
async function clearanceFor(
  tx: Tx,
  { clearance: wish }: Wish,
  { person, organisation }: Principal,
): Promise<Clearance | null> {
  const usual = uncleared(organisation)
  if (wish === undefined) return usual
  const own = (await clearanceOf(tx, { person, organisation })) ?? usual
  const isWithin =
    classificationRank(wish.classification) <= classificationRank(own.classification) &&
    tlpRank(wish.tlp) <= tlpRank(own.tlp) &&
    wish.compartments.every((one) => own.compartments.includes(one))
  return isWithin ? { ...usual, ...wish } : null
}

function present(shown: ShownEndpoint): z.input<typeof EndpointWire> {
  const { endpoint, caps, putAt, putBy, withdrawnAt, credentialDestroyedAt } = shown
  const { base, models, mayList, most, price, credential, clearance, version } = endpoint
  const { classification, tlp, compartments } = clearance
  return {
    ...{ base: base.href, models: [...models], mayList, most, price, version, caps },
    clearance: { classification, tlp, compartments: [...compartments] },
    credential: { ...credential, destroyedAt: credentialDestroyedAt?.toISOString() ?? null },
    ...{ putAt: putAt.toISOString(), putBy, withdrawnAt: withdrawnAt?.toISOString() ?? null },
  }
}

const showRoute = (desk: GatewayDesk, kind: GateKind): Route<Principal> =>
  route({
    ...{ ...at(kind, 'gatewayEndpoint'), method: 'GET' },
    summary: `Where your model answers ${kind.of}; the credential is never shown`,
    access: may('offer'),
    params: byId,
    output: EndpointWire,
    problems: deskRefusals,
    run: ({ principal, params: { id }, clock }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const gate = await kind.find(tx, desk, { id, principal, now, isHeld: false })
        if (!gate?.isGiver) return no(kind.none())
        const shown = await shownNow(tx, desk, id)
        if (!shown.ok) return shown
        const of = { action: 'gateway.read', kind: 'endpoint', record: id } as const
        await noteAt(tx, { kind, opening: gate.opening }, { at: now, ...of })
        return shown
      }),
  })

const withdrawRoute = (desk: GatewayDesk, kind: GateKind): Route<Principal> =>
  route({
    ...{ ...at(kind, 'withdrawGatewayEndpoint'), method: 'DELETE' },
    summary: 'Take the endpoint back at once: what goes on is cut, its credential destroyed',
    access: may('offer'),
    params: byId,
    problems: [...deskRefusals, 'not-in-this-state'],
    run: ({ principal, params: { id }, clock }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const gate = await kind.find(tx, desk, { id, principal, now, isHeld: false })
        if (!gate?.isGiver) return no(kind.none())
        if (!(await withdrawEndpoint(tx, id, now))) {
          return no(problem('not-in-this-state', 'There is no endpoint to take back.'))
        }
        const of = { action: 'gateway.withdraw', kind: 'endpoint', record: id } as const
        await noteAt(tx, { kind, opening: gate.opening }, { at: now, ...of })
        return yes(undefined)
      }),
  })
