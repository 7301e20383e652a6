import type { z } from 'zod'
import {
  ask,
  type Determination,
  type DeterminationAct,
  decideDetermination,
  isDisagreed,
} from '#features/engagement/determination.ts'
import { DeterminationActWire } from '#features/engagement/determination.wire.ts'
import type { KeptOccurrence } from '#features/engagement/occurrence.store.ts'
import {
  decidePartner,
  decideProposal,
  duesOf,
  type Partner,
  partnerStateOf,
  partnerTierRules,
} from '#features/engagement/partner.ts'
import {
  OccurrenceWishWire,
  PartnerActWire,
  PartnerWishWire,
} from '#features/engagement/partner.wire.ts'
import { presentPartner } from '#features/engagement/present-partner.ts'
import type { Determination as Shown } from '../api/types.ts'
import { type Answer, type Ask, type MockRoute, notThere, ok, refusal } from './answer.ts'
import { invalid, refusedShape, refusedWhy } from './engagement-answers.ts'
import { type Engagements, names, sideOf } from './engagements.ts'
import { tokenMade } from './gateway-routes.ts'
import { me } from './query.ts'
import { verdict } from './result-routes.ts'
import type { World } from './world.ts'

type Held = { partner: Partner; readonly engagement: string; occurrences: KeptOccurrence[] }

/** Trusted partners and questions of cover, by the rules of the service itself. */
export function partnerRoutes(desk: Engagements, world: World): readonly MockRoute[] {
  const held = new Map<string, Held>()
  const asked = new Map<string, { engagement: string; found: Determination }>()
  return [...partnersOf(desk, world, held), ...determinationsOf(desk, world, asked)]
}

const sideIn = (desk: Engagements, id: string) => {
  const slot = desk.slots.get(id)
  return slot === undefined ? null : sideOf(slot.kept)
}

const shown = ({ partner, engagement, occurrences }: Held) =>
  presentPartner(
    { no: 1, version: 1, partner, engagement },
    { names, occurrences, hasEarlier: false, now: new Date() },
  )

function partnersOf(
  desk: Engagements,
  world: World,
  held: Map<string, Held>,
): readonly MockRoute[] {
  const list = (engagement?: string) =>
    [...held.values()]
      .filter((one) => engagement === undefined || one.engagement === engagement)
      .map(shown)
  return [
    { method: 'GET', path: '/v1/partners', run: () => ok({ items: list(), next: null }) },
    {
      method: 'GET',
      path: '/v1/engagements/:id/partners',
      run: ({ params: { id = '' } }) =>
        sideIn(desk, id) === null ? notThere() : ok({ items: list(id), next: null }),
    },
    {
      method: 'POST',
      path: '/v1/engagements/:id/partners',
      run: ({ params: { id = '' }, body }) => {
        const side = sideIn(desk, id)
        if (side === null) return notThere()
        const parsed = PartnerWishWire.safeParse(body)
        if (!parsed.success) return refusedShape(parsed.error)
        const partner = world.idOf('partner')
        const made = decideProposal({ id: partner, ...parsed.data }, side, new Date())
        if (!made.ok) return refusedWhy(made.refusal)
        const one = { partner: made.value, engagement: id, occurrences: [] }
        held.set(partner, one)
        desk.record(id, { action: 'partner.propose', kind: 'partner', side })
        return { status: 201, body: shown(one) }
      },
    },
    { method: 'POST', path: '/v1/partners/:id/acts', run: (one) => acted(desk, held, one) },
    {
      method: 'GET',
      path: '/v1/partners/:id/occurrences',
      run: ({ params: { id = '' } }) => {
        const found = held.get(id)
        if (found === undefined) return notThere()
        const { occurrences } = shown(found)
        return ok({ items: occurrences.toReversed(), names: Object.fromEntries(names), next: null })
      },
    },
    {
      method: 'POST',
      path: '/v1/partners/:id/occurrences',
      run: ({ params: { id = '' }, body }) => {
        const found = held.get(id)
        if (found === undefined) return notThere()
        const parsed = OccurrenceWishWire.safeParse(body)
        if (!parsed.success) return refusedShape(parsed.error)
        const { what, knownAt } = parsed.data
        const duties = duesOf(what, knownAt).map((due) => ({ ...due, doneAt: null, doneBy: null }))
        const told = { id: world.idOf('occurrence'), toldAt: new Date(), toldBy: me, duties }
        found.occurrences = [...found.occurrences, { ...parsed.data, ...told }]
        return { status: 201, body: shown(found) }
      },
    },
    { method: 'POST', path: '/v1/partners/:id/duties', run: (one) => done(held, one) },
    {
      method: 'POST',
      path: '/v1/partners/:id/tokens',
      run: ({ params: { id = '' }, body }) => {
        const found = held.get(id)
        if (found === undefined) return notThere()
        if (partnerStateOf(found.partner, new Date()) !== 'started') {
          return refusal(409, 'not-in-this-state', 'This partner has not started.')
        }
        const { credentialHoursMax } = partnerTierRules[found.partner.tier]
        return tokenMade('partners', id, body, 60 * credentialHoursMax)
      },
    },
  ]
}

function acted(
  desk: Engagements,
  held: Map<string, Held>,
  { params: { id = '' }, body }: Ask,
): Answer {
  const found = held.get(id)
  const side = found && sideIn(desk, found.engagement)
  if (found === undefined || side == null) return notThere()
  const parsed = PartnerActWire.safeParse(body)
  if (!parsed.success) return refusedShape(parsed.error)
  const now = new Date()
  if (parsed.data.kind === 'start') {
    desk.say(found.engagement, { kind: 'release' }, { side, now: now.getTime() })
    found.partner = { ...found.partner, startedAt: now }
    return ok(shown(found))
  }
  const decided = decidePartner(found.partner, parsed.data, { side, now })
  if (!decided.ok) return refusedWhy(decided.refusal)
  found.partner = decided.value
  desk.record(found.engagement, { action: 'partner.act', kind: 'partner', side })
  return ok(shown(found))
}

function done(held: Map<string, Held>, { params: { id = '' }, body }: Ask): Answer {
  const found = held.get(id)
  if (found === undefined) return notThere()
  const { occurrence, what } = Object(body)
  found.occurrences = found.occurrences.map((one) =>
    one.id === occurrence
      ? {
          ...one,
          duties: one.duties.map((duty) =>
            duty.what === what ? { ...duty, doneAt: new Date(), doneBy: me } : duty,
          ),
        }
      : one,
  )
  return ok(shown(found))
}

const presented = (found: Determination): Shown => {
  const said = (all: Determination['authority']) =>
    all.map((one) => ({ ...one, at: one.at.toISOString() }))
  return {
    ...{ id: found.id, askedAt: found.askedAt.toISOString(), verdicts: found.verdicts },
    takenBackAt: found.takenBackAt?.toISOString() ?? null,
    ...{ authority: said(found.authority), developer: said(found.developer) },
    isDisagreed: isDisagreed(found),
  }
}

function actOf(body: z.output<typeof DeterminationActWire>): DeterminationAct | null {
  if (body.kind === 'take-back') return body
  if (body.kind === 'state') return { kind: 'state', statement: { ...body, by: me } }
  const { id, verdict: word, wording, declarationSha256, resultsSha256 } = verdict
  if (body.verdict !== id) return null
  const named = { id, word, wording, declarationSha256, resultsSha256 }
  return { kind: 'name-verdict', verdict: named }
}

type Asked = Map<string, { engagement: string; found: Determination }>

const determinationsOf = (desk: Engagements, world: World, asked: Asked): readonly MockRoute[] => [
  {
    method: 'GET',
    path: '/v1/engagements/:id/determinations',
    run: ({ params: { id = '' } }) => {
      const items = [...asked.values()].filter(({ engagement }) => engagement === id)
      return ok({ items: items.map(({ found }) => presented(found)) })
    },
  },
  {
    method: 'POST',
    path: '/v1/engagements/:id/determinations',
    run: ({ params: { id: engagement = '' } }) => {
      if (sideIn(desk, engagement) === null) return notThere()
      const found = ask(world.idOf('determination'), new Date())
      asked.set(found.id, { engagement, found })
      return { status: 201, body: presented(found) }
    },
  },
  {
    method: 'POST',
    path: '/v1/determinations/:id/acts',
    run: ({ params: { id = '' }, body }) => {
      const one = asked.get(id)
      const side = one && sideIn(desk, one.engagement)
      if (one === undefined || side == null) return notThere()
      const parsed = DeterminationActWire.safeParse(body)
      if (!parsed.success) return refusedShape(parsed.error)
      const act = actOf(parsed.data)
      if (act === null) return notThere()
      const decided = decideDetermination(one.found, act, { side, now: new Date() })
      if (!decided.ok) return refusedWhy(decided.refusal)
      one.found = decided.value
      return ok(presented(one.found))
    },
  },
]

/** How many, for everybody; published or not as an administrator said last. */
export function countRoutes(desk: Engagements): readonly MockRoute[] {
  let isPublished = false
  return [
    {
      method: 'GET',
      path: '/v1/desk/counts',
      run: () => ok({ isPublished, counts: isPublished ? desk.counts() : null }),
    },
    {
      method: 'PUT',
      path: '/v1/desk/counts',
      run: ({ body }) => {
        const wish: unknown = Object(body).isPublished
        if (typeof wish !== 'boolean') {
          return invalid([{ pointer: '/isPublished', detail: 'is no yes or no' }])
        }
        isPublished = wish
        return { status: 204 }
      },
    },
  ]
}
