import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Act } from '#features/engagement/engagement.ts'
import { ActWire, OfferWire } from '#features/engagement/engagement.wire.ts'
import type { Proposal } from '#features/engagement/proposal.ts'
import { type Answer, type Ask, type MockRoute, notThere, ok, refusal } from './answer.ts'
import { refusedShape, refusedWhy } from './engagement-answers.ts'
import { Engagements, evaluators, sideOf } from './engagements.ts'
import { gatewayRoutes } from './gateway-routes.ts'
import { countRoutes, partnerRoutes } from './partner-routes.ts'
import type { World } from './world.ts'

/** The model desk, by the rules and shapes of the service itself. */
export function engagementRoutes(world: World): readonly MockRoute[] {
  const desk = new Engagements(Date.now())
  return [
    ...engagementsOf(desk, world),
    ...documentsOf(desk, world),
    ...partnerRoutes(desk, world),
    ...countRoutes(desk),
    ...gatewayRoutes(desk),
  ]
}

const engagementsOf = (desk: Engagements, world: World): readonly MockRoute[] => [
  { method: 'GET', path: '/v1/evaluators', run: () => ok({ items: evaluators }) },
  {
    method: 'GET',
    path: '/v1/engagements',
    run: () => ok({ items: desk.rows(), next: null }),
  },
  { method: 'POST', path: '/v1/engagements', run: (ask) => offered(desk, ask) },
  {
    method: 'GET',
    path: '/v1/engagements/:id',
    run: ({ params: { id = '' } }) => {
      const slot = desk.slots.get(id)
      if (slot === undefined) return notThere()
      desk.record(id, { action: 'engagement.read', side: sideOf(slot.kept) })
      return ok(desk.whole(id))
    },
  },
  {
    method: 'GET',
    path: '/v1/engagements/:id/events',
    run: ({ params: { id = '' } }) => {
      const slot = desk.slots.get(id)
      return slot === undefined ? notThere() : ok({ items: slot.events.slice(0, 50), next: null })
    },
  },
  {
    method: 'POST',
    path: '/v1/engagements/:id/acts',
    run: (ask) => {
      const answer = said(desk, ask)
      world.tell('engagement', ask.params['id'] ?? '')
      return answer
    },
  },
]

function offered(desk: Engagements, { body }: Ask): Answer {
  const parsed = OfferWire.safeParse(body)
  if (!parsed.success) return refusedShape(parsed.error)
  const { evaluator, proposal } = parsed.data
  const whole: Proposal = { ...proposal, independence: [] }
  const made = desk.offer({ developer: 'org_1', evaluator }, whole)
  if (!made.ok) return refusedWhy(made.refusal, '/proposal')
  const digest = desk.whole(made.value)?.digest
  return { status: 201, body: { id: made.value, digest } }
}

function said(desk: Engagements, { params: { id = '' }, body }: Ask): Answer {
  const slot = desk.slots.get(id)
  if (slot === undefined) return notThere()
  const parsed = ActWire.safeParse(body)
  if (!parsed.success) return refusedShape(parsed.error)
  const side = sideOf(slot.kept)
  const act = actOf(parsed.data, slot.kept.versions.at(-1)?.proposal)
  const found = desk.say(id, act, { side, now: Date.now() })
  if (found === null) return notThere()
  if (found.ok) return ok(desk.whole(id))
  const within = act.kind === 'counter' ? '/proposal' : ''
  return refusedWhy(found.refusal, within)
}

/** What each says of its independence stays where nothing new is said of it. */
function actOf(body: z.output<typeof ActWire>, before: Proposal | undefined): Act {
  if (body.kind !== 'counter') return body
  const kept = before?.independence ?? []
  if (body.independence === undefined) {
    return { kind: 'counter', proposal: { ...body.proposal, independence: kept } }
  }
  const own = { organisation: 'org_1', ...body.independence, declaredAt: new Date() }
  return { kind: 'counter', proposal: { ...body.proposal, independence: [own] } }
}

const documentsOf = (desk: Engagements, world: World): readonly MockRoute[] => [
  {
    method: 'POST',
    path: '/v1/engagements/:id/documents',
    run: ({ params: { id = '' }, query, bodyBytes }) => {
      const slot = desk.slots.get(id)
      if (slot === undefined) return notThere()
      const sha256 = createHash('sha256').update(bodyBytes).digest('hex')
      if (slot.documents.some((one) => one.sha256 === sha256)) {
        return refusal(409, 'already-there', 'This very file is there already.')
      }
      const side = sideOf(slot.kept)
      const document = world.idOf('document')
      slot.documents.push({
        ...{ id: document, sha256, name: query['name'] ?? 'file', sizeBytes: bodyBytes.length },
        ...{ mediaType: 'application/octet-stream', by: side, at: new Date().toISOString() },
        destroyedAt: null,
        text: Buffer.from(bodyBytes).toString('utf8'),
      })
      desk.record(id, { action: 'engagement.document', side, kind: 'document' })
      return { status: 201, body: { id: document, sha256 } }
    },
  },
  {
    method: 'GET',
    path: '/v1/engagements/:id/documents/:document',
    run: ({ params: { id = '', document = '' } }) => {
      const found = desk.slots.get(id)?.documents.find((one) => one.id === document)
      if (found === undefined) return notThere()
      const { name, mediaType: type, text } = found
      return { status: 200, file: { name, type, text } }
    },
  },
]
