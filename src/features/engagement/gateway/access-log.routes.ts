import { z } from 'zod'
import { mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { type Route, route } from '#platform/http/route.ts'
import { deskRefusals, noEngagement } from '../desk.ts'
import { actorSide, keptEngagement } from '../engagement.store.ts'
import { namesIn } from '../engagement-event.store.ts'
import { listAccess, usedOf } from './access-log.store.ts'
import { closingsOf } from './closing.store.ts'
import { AccessListWire, ClosingListWire } from './gateway.wire.ts'
import { byId, type GatewayDesk, PageQuery, pageOf } from './gateway-desk.ts'

const either = mayEither('offer', 'evaluate')

/** What passed the gateways, and the proof that nothing does any more: for both sides. */
export const accessLogRoutes = (desk: GatewayDesk): readonly Route<Principal>[] => [
  requestsRoute(desk),
  closingsRoute(desk),
]

const AccessQuery = z.strictObject({
  ...PageQuery.shape,
  person: z.string().max(100).optional(),
  run: z.string().max(100).optional(),
})

const requestsRoute = (desk: GatewayDesk): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/requests', name: 'gatewayRequests' },
    ...{
      tag: 'gateway',
      summary: 'The access log: who asked, when, how much, and what came of it',
    },
    access: either,
    params: byId,
    query: AccessQuery,
    output: AccessListWire,
    problems: [...deskRefusals, 'invalid'],
    run: async ({ principal, params: { id }, query }) => {
      const { person = null, run = null } = query
      const asked = { id, person: person ?? '', run: run ?? '' }
      const of = { list: 'gateway requests', person: principal.person, query: asked }
      const page = pageOf(desk, query, of)
      if (!page.ok) return page
      return asActor(desk.pool, actorOf(principal), async (tx) => {
        const kept = await keptEngagement(tx, desk.keys, id)
        if (kept === null || (await actorSide(tx, id)) === null) return no(noEngagement())
        const rows = await listAccess(tx, id, { ...page.value.rows, person, run })
        const { shown, next } = page.value.cut(rows)
        const names = await namesIn(tx, id)
        const items = shown.map(({ entry, digest }) => ({
          ...{ entry, digest, person: names.get(entry.person) ?? entry.person },
        }))
        const used = await usedOf(tx, id)
        const { engagement } = kept
        const budget = 'agreed' in engagement ? engagement.agreed.terms.budget : null
        return yes({ items, next, used, budget })
      })
    },
  })

const closingsRoute = (desk: GatewayDesk): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/closings', name: 'gatewayClosings' },
    ...{ tag: 'gateway', summary: 'Proofs that access ended, one of each gateway that passed any' },
    access: either,
    params: byId,
    output: ClosingListWire,
    problems: deskRefusals,
    run: ({ principal, params: { id } }) =>
      asActor(desk.pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, id)) === null) return no(noEngagement())
        return yes({ items: [...(await closingsOf(tx, id))] })
      }),
  })
