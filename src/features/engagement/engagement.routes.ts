import { sql } from 'kysely'
import { z } from 'zod'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel, type Label } from '#features/label/label.ts'
import { labelHeadersOf } from '#features/label/shown.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { decideOffer } from './deciding.ts'
import { type DeskParts, deskRefusals, labelOf, noEngagement, refusedAct } from './desk.ts'
import { documentsOf } from './document.store.ts'
import {
  actorSide,
  type Kept,
  keepOffer,
  keptEngagement,
  listEngagements,
  lockEngagement,
  newEngagementId,
  say,
} from './engagement.store.ts'
import type { Act, Engagement, Side } from './engagement.ts'
import {
  ActWire,
  EngagementListWire,
  EngagementWire,
  EvaluatorListWire,
  EventListWire,
  OfferWire,
} from './engagement.wire.ts'
import { eventsOf, namesIn, namesUnder, recordFor } from './engagement-event.store.ts'
import { PageQuery, pageOf } from './list-page.ts'
import { presentEngagement, presentFace } from './present-engagement.ts'
import type { Independence, Proposal } from './proposal.ts'

const either = mayEither('offer', 'evaluate')
const byId = z.strictObject({ id: z.string().max(100) })
const versionsMax = 200

/** Offers of models: made, countered, agreed to, narrowed, ended; and what was done under them. */
export const engagementRoutes = (parts: DeskParts): readonly Route<Principal>[] => [
  evaluatorsRoute(parts),
  listRoute(parts),
  offerRoute(parts),
  showRoute(parts),
  actRoute(parts),
  eventsRoute(parts),
]

const evaluatorsRoute = ({ pool }: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/evaluators', name: 'evaluators', tag: 'engagements' },
    summary: 'The organisations that a model can be offered to',
    access: either,
    output: EvaluatorListWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: ({ principal }) =>
      asActor(pool, actorOf(principal), async (tx) => yes({ items: await evaluators(tx) })),
  })

async function evaluators(tx: Tx): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from parley.evaluator_organisations()`.execute(tx)
  return rows
}

const listRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements', name: 'engagements', tag: 'engagements' },
    summary: 'Engagements of your organisation, as developer or as evaluator, the newest first',
    access: either,
    query: PageQuery,
    output: EngagementListWire,
    problems: ['unauthenticated', 'not-allowed', 'invalid'],
    run: async ({ principal, query, clock }) => {
      const of = { list: 'engagements', person: principal.person, query: {} }
      const page = pageOf(parts, query, of)
      if (!page.ok) return page
      return asActor(parts.pool, actorOf(principal), async (tx) => {
        const found = await listEngagements(tx, parts.keys, page.value.rows)
        const { shown, next } = page.value.cut(found)
        const names = await namesUnder(
          tx,
          shown.map(({ engagement }) => engagement.id),
        )
        const items = []
        const labels: Label[] = []
        for (const { engagement, labelId } of shown) {
          const label = await labelOf(tx, labelId)
          labels.push(label)
          const side = sideOf(engagement, principal)
          const beside = { side, names: names(engagement.id), label, now: clock.now() }
          items.push(presentFace(engagement, beside))
        }
        return done({ items, next }, labelHeadersOf(labels))
      })
    },
  })

/** Of one who sees it: an organisation is on one side only. */
const sideOf = ({ developer }: Engagement, { organisation }: Principal): Side =>
  developer === organisation ? 'developer' : 'evaluator'

const offerRoute = ({ pool, keys }: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/engagements', name: 'offerModel', tag: 'engagements' },
    summary: 'Offer a model; nothing obliges you to, and nothing here holds or permits a release',
    access: may('offer'),
    input: OfferWire,
    output: z.strictObject({ id: z.string(), digest: z.string() }),
    status: 201,
    problems: ['unauthenticated', 'not-allowed', 'invalid', 'above-ceiling'],
    run: ({ principal, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const { organisation: developer } = principal
        const known = await evaluators(tx)
        const isKnown =
          known.some(({ id }) => id === body.evaluator) && body.evaluator !== developer
        if (!isKnown) {
          const detail = 'No other organisation of that id evaluates models here.'
          return no(invalid([{ in: 'body', pointer: '/evaluator', detail }]))
        }
        const people = await unknownPeople(tx, body.evaluator, body.proposal.terms.people)
        if (people !== null) return no(people)
        const labelId = await actingAs(tx, systemActor, (system) =>
          labelIdFor(system, body.label ?? usualLabel),
        )
        if (!labelId.ok) {
          return no(problem('above-ceiling', 'This instance may not hold what is so classified.'))
        }
        const proposal: Proposal = { ...body.proposal, independence: [] }
        const parties = { id: newEngagementId(), developer, evaluator: body.evaluator }
        const offered = decideOffer(parties, proposal, clock.now())
        if (!offered.ok) return no(refusedAct(offered.refusal, '/proposal'))
        const engagement = offered.value
        await keepOffer(tx, keys, { engagement, labelId: labelId.value })
        const digest = engagement.versions[0]?.digest ?? ''
        return yes({ id: engagement.id, digest })
      }),
  })

const usualLabel: Label = { ...commonLabel, tlp: 'amber+strict' }

/** Whoever is named has to be somebody who evaluates for that organisation. */
async function unknownPeople(
  tx: Tx,
  evaluator: string,
  people: readonly string[],
): Promise<Problem | null> {
  const { rows } = await actingAs(tx, systemActor, (system) =>
    sql<{ id: string }>`
      select m.person_id as id from parley.membership m
      join parley.person p on p.id = m.person_id and p.disabled_at is null
      where m.organisation_id = ${evaluator}
        and 'evaluate' = any (parley.permissions_of(m.role))`.execute(system),
  )
  const known = new Set(rows.map(({ id }) => id))
  const at = people.findIndex((one) => !known.has(one))
  if (at < 0) return null
  const detail = 'Nobody of that id evaluates for the organisation that it is offered to.'
  return invalid([{ in: 'body', pointer: `/proposal/terms/people/${at}`, detail }])
}

const showRoute = ({ pool, keys }: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}', name: 'engagement', tag: 'engagements' },
    summary: 'One engagement: every version of its terms, and where access stands',
    access: either,
    params: byId,
    output: EngagementWire,
    problems: deskRefusals,
    run: ({ principal, params, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const kept = await keptEngagement(tx, keys, params.id)
        if (kept === null) return no(noEngagement())
        const at = clock.now()
        await recordFor(tx, params.id, [
          { at, action: 'engagement.read', kind: 'engagement', record: params.id },
        ])
        return wholeOf(tx, keys, { kept, principal, now: at })
      }),
  })

async function wholeOf(
  tx: Tx,
  keys: DeskParts['keys'],
  { kept, principal, now }: { kept: Kept; principal: Principal; now: Date },
) {
  const { engagement, labelId } = kept
  const label = await labelOf(tx, labelId)
  const names = await namesIn(tx, engagement.id)
  const side = sideOf(engagement, principal)
  const shown = presentEngagement(engagement, { side, names, label, now })
  const documents = await documentsOf(tx, keys, engagement.id)
  const listed = documents.map(({ at, destroyedAt, ...rest }) => {
    return { ...rest, at: at.toISOString(), destroyedAt: destroyedAt?.toISOString() ?? null }
  })
  return done({ ...shown, documents: listed }, labelHeadersOf([label]))
}

const actRoute = ({ pool, keys }: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/engagements/{id}/acts', name: 'sayOfEngagement' },
    ...{ tag: 'engagements', summary: 'Say something for your side; a release is never refused' },
    access: either,
    params: byId,
    input: ActWire,
    output: EngagementWire,
    problems: [...deskRefusals, 'invalid', 'changed', 'not-in-this-state'],
    run: ({ principal, params, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const kept = await lockEngagement(tx, keys, params.id)
        const side = kept && (await actorSide(tx, params.id))
        if (kept === null || side === null) return no(noEngagement())
        const speaker = { side, now: clock.now() }
        const act = await actOf(tx, body, { kept, principal, speaker })
        if (!act.ok) return act
        const said = await say(tx, keys, { kept, act: act.value, speaker })
        if (!said.ok) return no(refusedAct(said.refusal, withinOf(body.kind)))
        const next = { ...kept, engagement: said.value }
        return wholeOf(tx, keys, { kept: next, principal, now: speaker.now })
      }),
  })

/** Where in the body the place of a refusal begins. */
const withinOf = (kind: z.infer<typeof ActWire>['kind']): string =>
  kind === 'counter' ? '/proposal' : ''

type Saying = {
  readonly kept: Kept
  readonly principal: Principal
  readonly speaker: { readonly side: Side; readonly now: Date }
}

/** A counter-proposal carries on what was said of independence: each says it of itself alone. */
async function actOf(
  tx: Tx,
  body: z.output<typeof ActWire>,
  { kept, principal, speaker }: Saying,
): Promise<Result<Act, Problem>> {
  if (body.kind !== 'counter') return yes(body)
  const { engagement } = kept
  if (engagement.versions.length >= versionsMax) {
    return no(
      problem('not-in-this-state', `${versionsMax} versions are enough: talk to each other.`),
    )
  }
  const unknown = await unknownPeople(tx, engagement.evaluator, body.proposal.terms.people)
  if (unknown !== null) return no(unknown)
  const before = engagement.versions.at(-1)?.proposal.independence ?? []
  if (body.independence === undefined) {
    return yes({ kind: 'counter', proposal: { ...body.proposal, independence: before } })
  }
  if (speaker.side !== 'evaluator') {
    const detail = 'Evaluators say themselves how independent they are.'
    return no(invalid([{ in: 'body', pointer: '/independence', detail }]))
  }
  const { organisation } = principal
  const own: Independence = { organisation, ...body.independence, declaredAt: speaker.now }
  const independence = [...before.filter((one) => one.organisation !== organisation), own]
  return yes({ kind: 'counter', proposal: { ...body.proposal, independence } })
}

const eventsRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/events', name: 'engagementEvents' },
    ...{ tag: 'engagements', summary: 'What was done and looked at under it, the newest first' },
    access: either,
    params: byId,
    query: PageQuery,
    output: EventListWire,
    problems: [...deskRefusals, 'invalid'],
    run: async ({ principal, params: { id }, query }) => {
      const of = { list: 'engagement events', person: principal.person, query: { id } }
      const page = pageOf(parts, query, of)
      if (!page.ok) return page
      return asActor(parts.pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, id)) === null) return no(noEngagement())
        const { shown, next } = page.value.cut(await eventsOf(tx, id, page.value.rows))
        const names = await namesIn(tx, id)
        const items = shown.map(({ no: _, at, person, ...rest }) => ({
          ...{ ...rest, at: at.toISOString() },
          person: person === null ? null : { id: person, name: names.get(person) ?? person },
          fields: { ...rest.fields },
        }))
        return yes({ items, next })
      })
    },
  })
