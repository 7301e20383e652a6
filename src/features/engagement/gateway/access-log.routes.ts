import { z } from 'zod'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { type Route, route } from '#platform/http/route.ts'
import { deskRefusals } from '../desk.ts'
import { PageQuery, pageOf } from '../list-page.ts'
import { listAccess, usedOf } from './access-log.store.ts'
import { closingsOf } from './closing.store.ts'
import type { GateKind } from './gate-kind.ts'
import { AccessListWire, ClosingListWire } from './gateway.wire.ts'
import { byId, type GatewayDesk, namesAt } from './gateway-desk.ts'

/** What passed the gateways, and the proof that nothing does any more: for both sides. */
export const accessLogRoutes = (desk: GatewayDesk, kind: GateKind): readonly Route<Principal>[] => [
  requestsRoute(desk, kind),
  closingsRoute(desk, kind),
]

const AccessQuery = z.strictObject({
  ...PageQuery.shape,
  person: z.string().max(100).optional(),
  run: z.string().max(100).optional(),
})

const requestsRoute = (desk: GatewayDesk, kind: GateKind): Route<Principal> =>
  route({
    ...{ method: 'GET', path: `/v1/${kind.root}/{id}/requests`, tag: 'gateway' },
    name: kind.named('gatewayRequests'),
    summary: `The access log ${kind.of}: who asked, when, how much, and what came of it`,
    access: kind.see,
    params: byId,
    query: AccessQuery,
    output: AccessListWire,
    problems: [...deskRefusals, 'invalid'],
    run: async ({ principal, params: { id }, query, clock }) => {
      const { person = null, run = null } = query
      const asked = { id, person: person ?? '', run: run ?? '' }
      const of = { list: 'gateway requests', person: principal.person, query: asked }
      const page = pageOf(desk, query, of)
      if (!page.ok) return page
      return asActor(desk.pool, actorOf(principal), async (tx) => {
        const sought = { id, principal, now: clock.now(), isHeld: false }
        const gate = await kind.find(tx, desk, sought)
        if (gate === null) return no(kind.none())
        const rows = await listAccess(tx, id, { ...page.value.rows, person, run })
        const { shown, next } = page.value.cut(rows)
        const names = await namesAt(tx, gate.opening)
        const items = shown.map(({ entry, digest }) => ({
          ...{ entry, digest, person: names.get(entry.person) ?? entry.person },
        }))
        const used = await usedOf(tx, gate.opening)
        return yes({ items, next, used, budget: gate.opening.terms?.budget ?? null })
      })
    },
  })

const closingsRoute = (desk: GatewayDesk, kind: GateKind): Route<Principal> =>
  route({
    ...{ method: 'GET', path: `/v1/${kind.root}/{id}/closings`, tag: 'gateway' },
    name: kind.named('gatewayClosings'),
    summary: `Proofs that access ${kind.of} ended, one of each gateway that passed any`,
    access: kind.see,
    params: byId,
    output: ClosingListWire,
    problems: deskRefusals,
    run: ({ principal, params: { id }, clock }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        const sought = { id, principal, now: clock.now(), isHeld: false }
        if ((await kind.find(tx, desk, sought)) === null) return no(kind.none())
        return yes({ items: [...(await closingsOf(tx, id))] })
      }),
  })
