import { z } from 'zod'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type DeskParts, deskRefusals, noEngagement, noPartner, refusedAct } from './desk.ts'
import { actorSide, lockEngagement, say } from './engagement.store.ts'
import type { Side } from './engagement.ts'
import { namesIn, recordFor, tellEngagement, tellGate } from './engagement-event.store.ts'
import { revokeAllOf } from './gateway/grant.store.ts'
import { PageQuery, pageOf } from './list-page.ts'
import { keepOccurrence, markDone, occurrencesOf } from './occurrence.store.ts'
import {
  type KeptPartner,
  keepPartner,
  lockPartner,
  newPartnerId,
  notPartners,
  partnerById,
  partnersNaming,
  partnersOf,
  savePartner,
  standingPartners,
} from './partner.store.ts'
import {
  decidePartner,
  decideProposal,
  decideStart,
  duesOf,
  type Partner,
  type PartnerRefusal,
} from './partner.ts'
import {
  OccurrenceListWire,
  OccurrenceWishWire,
  PartnerActWire,
  PartnerListWire,
  PartnerWire,
  PartnerWishWire,
} from './partner.wire.ts'
import { shownPartner, shownPartners } from './partner-shown.ts'
import { namesOf, peopleIn, presentOccurrence } from './present-partner.ts'

const either = mayEither('offer', 'evaluate')
const anyone = mayEither('offer', 'evaluate', 'partake')
const byId = z.strictObject({ id: z.string().max(100) })

/** For each side: what the other names takes nothing of it up. */
const partnersMax = 200

/** Trusted partners: proposed and agreed to, started by the developer, ended, and what happens. */
export const partnerRoutes = (parts: DeskParts): readonly Route<Principal>[] => [
  ofEngagementRoute(parts),
  ownRoute(parts),
  proposeRoute(parts),
  actRoute(parts),
  occurrencesRoute(parts),
  occurrenceRoute(parts),
  dutyRoute(parts),
]

const ofEngagementRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/partners', name: 'engagementPartners' },
    ...{ tag: 'engagements', summary: 'The trusted partners of an engagement, the newest first' },
    access: either,
    params: byId,
    query: PageQuery,
    output: PartnerListWire,
    problems: [...deskRefusals, 'invalid'],
    run: async ({ principal, params: { id }, query, clock }) => {
      const of = { list: 'partners', person: principal.person, query: { id } }
      const page = pageOf(parts, query, of)
      if (!page.ok) return page
      return asActor(parts.pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, id)) === null) return no(noEngagement())
        const found = await partnersOf(tx, parts.keys, { engagement: id, ...page.value.rows })
        const { shown, next } = page.value.cut(found)
        return yes({
          items: await shownPartners(tx, parts.keys, { shown, now: clock.now() }),
          next,
        })
      })
    },
  })

const ownRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/partners', name: 'ownPartners', tag: 'engagements' },
    summary: 'Where you are named as a user of a trusted partner, and until when',
    access: may('partake'),
    query: PageQuery,
    output: PartnerListWire,
    problems: ['unauthenticated', 'not-allowed', 'invalid'],
    run: async ({ principal, query, clock }) => {
      const of = { list: 'own partners', person: principal.person, query: {} }
      const page = pageOf(parts, query, of)
      if (!page.ok) return page
      return asActor(parts.pool, actorOf(principal), async (tx) => {
        const found = await partnersNaming(tx, parts.keys, page.value.rows)
        const { shown, next } = page.value.cut(found)
        return yes({
          items: await shownPartners(tx, parts.keys, { shown, now: clock.now() }),
          next,
        })
      })
    },
  })

const proposeRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/engagements/{id}/partners', name: 'proposePartner' },
    ...{ tag: 'engagements', summary: 'Name an organisation as a trusted partner' },
    access: either,
    params: byId,
    input: PartnerWishWire,
    output: PartnerWire,
    status: 201,
    problems: [...deskRefusals, 'invalid', 'not-in-this-state'],
    run: ({ principal, params: { id: engagement }, body, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const side = await actorSide(tx, engagement)
        if (side === null) return no(noEngagement())
        const { keys } = parts
        const now = clock.now()
        if ((await standingPartners(tx, { engagement, side, now })) >= partnersMax) {
          const why = `Your side named ${partnersMax} partners that are not over: end one first.`
          return no(problem('not-in-this-state', why))
        }
        const strangers = await unknownUsers(tx, body.users)
        if (strangers !== null) return no(strangers)
        const proposed = decideProposal({ id: newPartnerId(), ...body }, side, now)
        if (!proposed.ok) return no(refusedPartner(proposed.refusal))
        const partner = proposed.value
        await keepPartner(tx, keys, { engagement, partner, side, now })
        const entry = { at: now, action: 'partner.propose', kind: 'partner' } as const
        await recordFor(tx, engagement, [{ ...entry, record: partner.id }])
        await tellEngagement(tx, engagement, now)
        const kept = await partnerById(tx, keys, partner.id)
        return kept === null ? no(noPartner()) : yes(await shownPartner(tx, keys, { kept, now }))
      }),
  })

const refusedPartner = ({ code, ...rest }: PartnerRefusal): Problem =>
  refusedAct({ ...rest, code: code === 'too-many' ? 'invalid' : code })

async function unknownUsers(tx: Tx, users: readonly string[]): Promise<Problem | null> {
  const strangers = await actingAs(tx, systemActor, (system) => notPartners(system, users))
  const [first] = strangers
  if (first === undefined) return null
  const detail = 'Nobody of that id acts for a trusted partner.'
  return invalid([{ in: 'body', pointer: `/users/${users.indexOf(first)}`, detail }])
}

type Acting = {
  readonly act: z.output<typeof PartnerActWire>
  readonly side: Side
  readonly now: Date
}

const actRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/partners/{id}/acts', name: 'sayOfPartner', tag: 'engagements' },
    summary: 'Agree to a partner, start it (that is the release), name its users, or end it',
    access: either,
    params: byId,
    input: PartnerActWire,
    output: PartnerWire,
    problems: [...deskRefusals, 'invalid', 'not-in-this-state'],
    run: ({ principal, params, body: act, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const kept = await lockPartner(tx, parts.keys, params.id)
        const side = kept && (await actorSide(tx, kept.engagement))
        if (kept === null || side === null) return no(noPartner())
        const now = clock.now()
        const strangers = act.kind === 'users' ? await unknownUsers(tx, act.users) : null
        if (strangers !== null) return no(strangers)
        const decided = await decidedPartner(tx, parts, { kept, acting: { act, side, now } })
        if (!decided.ok) return decided
        const { no: row, version, engagement } = kept
        await savePartner(tx, parts.keys, { no: row, partner: decided.value, version })
        const gone = kept.partner.users.filter((one) => !decided.value.users.includes(one))
        for (const person of gone) await takeBack(tx, parts, { kept, person, now })
        const entry = { at: now, action: 'partner.act', kind: 'partner' } as const
        const fields = { act: act.kind }
        await recordFor(tx, engagement, [{ ...entry, record: params.id, fields }])
        await tellEngagement(tx, engagement, now)
        const next = { ...kept, partner: decided.value }
        return yes(await shownPartner(tx, parts.keys, { kept: next, now }))
      }),
  })

/** Starting is the release: the engagement learns of it in the same transaction. */
async function decidedPartner(
  tx: Tx,
  { keys }: DeskParts,
  { kept, acting }: { readonly kept: KeptPartner; readonly acting: Acting },
): Promise<Result<Partner, Problem>> {
  const { act, side, now } = acting
  if (act.kind !== 'start') {
    const decided = decidePartner(kept.partner, act, { side, now })
    return decided.ok ? decided : no(refusedPartner(decided.refusal))
  }
  const engagement = await lockEngagement(tx, keys, kept.engagement)
  if (engagement === null) return no(noEngagement())
  const speaker = { side, now }
  const started = decideStart(kept.partner, engagement.engagement, speaker)
  if (!started.ok) return no(refusedPartner(started.refusal))
  const said = await say(tx, keys, { kept: engagement, act: { kind: 'release' }, speaker })
  return said.ok ? yes(started.value.partner) : no(refusedAct(said.refusal))
}

const ofPartner = '/v1/partners/{id}/occurrences'

const occurrencesRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: ofPartner, name: 'partnerOccurrences', tag: 'engagements' },
    summary: 'What happened at a partner and what is owed after it, the newest first',
    access: anyone,
    params: byId,
    query: PageQuery,
    output: OccurrenceListWire,
    problems: [...deskRefusals, 'invalid'],
    run: async ({ principal, params: { id }, query }) => {
      const of = { list: 'occurrences', person: principal.person, query: { id } }
      const page = pageOf(parts, query, of)
      if (!page.ok) return page
      return asActor(parts.pool, actorOf(principal), async (tx) => {
        const kept = await partnerById(tx, parts.keys, id)
        if (kept === null) return no(noPartner())
        const asked = { partners: [kept.no], ...page.value.rows }
        const { shown, next } = page.value.cut(await occurrencesOf(tx, parts.keys, asked))
        const names = namesOf(peopleIn(shown), await namesIn(tx, kept.engagement))
        return yes({ items: shown.map(presentOccurrence), names, next })
      })
    },
  })

const occurrenceRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: ofPartner, name: 'tellOccurrence' },
    ...{
      tag: 'engagements',
      summary: 'Tell what happened at a partner; the clocks of what is owed run',
    },
    access: anyone,
    params: byId,
    input: OccurrenceWishWire,
    output: PartnerWire,
    status: 201,
    problems: [...deskRefusals, 'invalid'],
    run: ({ principal, params, body, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const kept = await partnerById(tx, parts.keys, params.id)
        if (kept === null) return no(noPartner())
        const now = clock.now()
        const { what, knownAt, person, text } = body
        if (knownAt > now) {
          const detail = 'Nobody knows it before it is known.'
          return no(invalid([{ in: 'body', pointer: '/knownAt', detail }]))
        }
        const told = { partnerNo: kept.no, what, knownAt, person, text, now }
        const id = await keepOccurrence(tx, parts.keys, { ...told, dues: duesOf(what, knownAt) })
        // An evaluator takes nobody's access to a release away; it tells, and the others act.
        const side = await actorSide(tx, kept.engagement)
        const leaves = what === 'misuse' || side === 'evaluator' ? null : person
        const next = await actingAs(tx, systemActor, (system) =>
          withoutPerson(system, parts, { kept, person: leaves }),
        )
        // Whose credential it is that nobody named may be anybody's of them.
        if (leaves !== null || (side !== 'evaluator' && what === 'compromised-credential')) {
          await takeBack(tx, parts, { kept, person: leaves, now })
        }
        await recordOf(tx, kept, {
          ...{ at: now, action: 'partner.occurrence', kind: 'partner', record: params.id },
          fields: { what, occurrence: id, removed: next === kept ? '' : (person ?? '') },
        })
        return yes(await shownPartner(tx, parts.keys, { kept: next, now }))
      }),
  })

/** What a partner's own person does is written down by the product: they see no engagement. */
const recordOf = (
  tx: Tx,
  { engagement }: KeptPartner,
  entry: Parameters<typeof recordFor>[2][number],
): Promise<void> =>
  actingAs(tx, systemActor, async (system) => {
    await recordFor(system, engagement, [entry])
    await tellEngagement(system, engagement, entry.at)
  })

/** What somebody may not go on with is taken back at once, and streams are cut with it. */
async function takeBack(
  tx: Tx,
  { keys }: DeskParts,
  taking: { readonly kept: KeptPartner; readonly person: string | null; readonly now: Date },
): Promise<void> {
  const { kept, person, now } = taking
  const { engagement } = kept
  const gate = kept.partner.id
  await actingAs(tx, systemActor, async (system) => {
    // Whoever is being given a token at this moment has it first, and loses it then.
    await lockPartner(system, keys, gate)
    const count = await revokeAllOf(system, { gate, person, now })
    if (count === 0) return
    const entry = { at: now, action: 'gateway.revoke', kind: 'partner', record: gate } as const
    const fields = { partner: gate, tokens: String(count), of: person ?? '' }
    await recordFor(system, engagement, [{ ...entry, fields, isDevelopers: true }])
    await tellGate(system, gate, now)
  })
}

/** Whoever left, or whose credential is compromised, is named no more, from this moment on. */
async function withoutPerson(
  system: Tx,
  { keys }: DeskParts,
  { kept, person }: { readonly kept: KeptPartner; readonly person: string | null },
): Promise<KeptPartner> {
  if (person === null || !kept.partner.users.includes(person)) return kept
  const locked = await lockPartner(system, keys, kept.partner.id)
  if (locked === null) return kept
  const users = locked.partner.users.filter((one) => one !== person)
  const partner = { ...locked.partner, users }
  await savePartner(system, keys, { ...locked, partner })
  return { ...locked, partner }
}

const DutyWire = z.strictObject({ occurrence: z.string().max(100), what: z.string().max(200) })

const dutyRoute = (parts: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/partners/{id}/duties', name: 'doDuty', tag: 'engagements' },
    summary: 'Say that something owed after an occurrence was done',
    access: anyone,
    params: byId,
    input: DutyWire,
    output: PartnerWire,
    problems: [...deskRefusals, 'not-in-this-state'],
    run: ({ principal, params, body, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const kept = await partnerById(tx, parts.keys, params.id)
        if (kept === null) return no(noPartner())
        const now = clock.now()
        if (!(await markDone(tx, { partnerNo: kept.no, ...body, now }))) {
          return no(problem('not-in-this-state', 'Nothing of that is owed here any more.'))
        }
        await recordOf(tx, kept, {
          ...{ at: now, action: 'partner.duty', kind: 'partner', record: params.id },
          fields: body,
        })
        return yes(await shownPartner(tx, parts.keys, { kept, now }))
      }),
  })
