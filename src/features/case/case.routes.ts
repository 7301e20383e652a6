import { z } from 'zod'
import { countOpening, ReasonHeaders } from '#features/label/read-budget.store.ts'
import { labelHeadersOf } from '#features/label/shown.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { assert } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import type { CursorOf, Cursors } from '#platform/http/cursor.ts'
import { type Problem, type ProblemCode, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import {
  ApartWire,
  BulkChangedWire,
  BulkChangeWire,
  CaseChangeWire,
  CaseListWire,
  CaseQueryWire,
  CaseWire,
  ChangedWire,
  FacetsWire,
  MergeWire,
  RelateWire,
  SplitWire,
} from './case.wire.ts'
import { facetsOf, listCases } from './case-list.store.ts'
import { casePage } from './case-page.store.ts'
import { type CaseParts, caseId, refusals } from './case-parts.ts'
import { type CaseQuery, parseQuery, type Wanted } from './case-query.ts'
import { type CaseReading, readCase, recordRead, recordSearch } from './case-read.store.ts'
import { changeCases } from './change.store.ts'
import { decided } from './deciding.ts'
import { type Decline, sayDecline } from './decline.ts'
import { deskRoutes } from './desk.routes.ts'
import { eventIds, eventNumber } from './event.store.ts'
import { keepCasesApart, relateCases } from './pair.store.ts'
import { relabelRoute } from './relabel.routes.ts'
import { type Carried, mergeCases, splitCase } from './structure.store.ts'
import { undoEvent } from './undo.store.ts'

/** The queue, the cases and everything that is decided about them. */
export function caseRoutes(parts: CaseParts): readonly Route<Principal>[] {
  return [
    ...[...queueRoutes(parts), ...changeRoutes(parts), ...structureRoutes(parts)],
    ...[undoRoute(parts), relabelRoute(parts), ...deskRoutes(parts)],
  ]
}

const decisionRefusals: readonly ProblemCode[] = [
  ...[...refusals, 'not-found' as const, 'invalid' as const],
  ...(['conflict', 'not-in-this-state', 'labels-differ'] as const),
]
const unknownCase = (): Problem => problem('not-found', 'There is no such case.')

type Reading = { readonly query: CaseQuery; readonly principal: Principal }

const listed = ({ query, principal: { person } }: Reading): CursorOf => ({
  ...{ list: 'cases', person, query },
})

function wantedOf(reading: Reading, cursors: Cursors): Result<Wanted, Problem> {
  const { query, principal } = reading
  const opened = (after: string): string | null => cursors.open(after, listed(reading))
  const wanted = parseQuery(query, { person: principal.person, opened })
  if (wanted.ok) return wanted
  const { field, why } = wanted.refusal
  return no(invalid([{ in: 'query', pointer: `/${field}`, detail: why }]))
}

function queueRoutes({ pool, keys, cursors }: CaseParts): Route<Principal>[] {
  const list = route({
    ...{ method: 'GET', path: '/v1/cases', name: 'cases', tag: 'cases' },
    summary: 'The queue: filtered, searched and in order, page by page',
    access: may('read'),
    query: CaseQueryWire,
    output: CaseListWire,
    problems: [...refusals, 'invalid'],
    run: async ({ principal, query, clock }) => {
      const wanted = wantedOf({ query, principal }, cursors)
      if (!wanted.ok) return wanted
      const found = await asActor(pool, actorOf(principal), async (tx) => {
        const list = await listCases(tx, wanted.value)
        const isSearch = wanted.value.words !== undefined
        if (isSearch) await recordSearch(tx, list.items, clock.now())
        return list
      })
      const labels = found.items.map(({ label }) => label)
      const next = found.next && cursors.seal(found.next, listed({ query, principal }))
      return done({ ...found, items: [...found.items], next }, labelHeadersOf(labels))
    },
  })
  const facets = route({
    ...{ method: 'GET', path: '/v1/cases/facets', name: 'caseFacets', tag: 'cases' },
    summary: 'For each filter of the queue, how many cases its values would leave',
    access: may('read'),
    query: CaseQueryWire,
    output: FacetsWire,
    problems: [...refusals, 'invalid'],
    run: async ({ principal, query }) => {
      const wanted = wantedOf({ query, principal }, cursors)
      if (!wanted.ok) return wanted
      return yes(await asActor(pool, actorOf(principal), (tx) => facetsOf(tx, wanted.value)))
    },
  })
  const show = route({
    ...{ method: 'GET', path: '/v1/cases/{id}', name: 'showCase', tag: 'cases' },
    summary: 'A case with its reports, history and everything that was decided',
    access: may('read'),
    params: caseId,
    headers: ReasonHeaders,
    output: CaseWire,
    problems: [...refusals, 'not-found', 'reason-needed', 'reading-stopped'],
    run: ({ principal, params, headers, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await casePage(tx, params.id, keys)
        if (!found) return no(unknownCase())
        const now = clock.now()
        const opening = { kind: 'cases', records: [found.id], headers, now } as const
        const counted = await countOpening(tx, principal, opening)
        if (!counted.ok) return counted
        await recordRead(tx, found, { now, ...counted.value })
        return done(found, labelHeadersOf([found.banner]))
      }),
  })
  return [list, facets, show]
}

async function eventIdOf(tx: Tx, event: number): Promise<string> {
  const id = (await eventIds(tx, [event])).get(event)
  assert(id !== undefined, 'an event that was just written is there')
  return id
}

/** What was carried out, as the case stands after it. */
async function presentChanged(
  tx: Tx,
  { event, case: id, others }: Carried,
  with_: CaseReading,
): Promise<z.infer<typeof ChangedWire>> {
  const page = await readCase(tx, id, with_)
  assert(page !== null, 'a case that was decided about is there')
  return { case: page, event: await eventIdOf(tx, event), others: [...others] }
}

function changeRoutes({ pool, keys }: CaseParts): Route<Principal>[] {
  const change = route({
    ...{ method: 'PATCH', path: '/v1/cases/{id}', name: 'changeCase', tag: 'cases' },
    summary: 'Set title, severity, verdict, assignee or state of a case',
    access: may('decide'),
    params: caseId,
    input: CaseChangeWire,
    output: ChangedWire,
    problems: decisionRefusals,
    run: async ({ principal, params, body, clock }) =>
      decided(pool, principal, async (tx) => {
        const by = { person: principal.person, now: clock.now() }
        const cases = [{ id: params.id, version: body.version }]
        const { changed, declined } = await changeCases(tx, { cases, change: body }, by)
        const [done] = changed
        if (!done) return no<Decline>(declined[0]?.decline ?? { is: 'unknown', what: 'case' })
        const carried = { event: done.event, case: done.id, others: [] }
        return yes(await presentChanged(tx, carried, { keys, now: by.now }))
      }),
  })
  const bulk = route({
    ...{ method: 'POST', path: '/v1/cases/bulk', name: 'changeCases', tag: 'cases' },
    summary: 'The same change to many cases; each is changed or refused by itself',
    access: may('decide'),
    input: BulkChangeWire,
    output: BulkChangedWire,
    problems: [...refusals, 'invalid'],
    run: async ({ principal, body, clock }) =>
      decided(pool, principal, async (tx) => {
        const by = { person: principal.person, now: clock.now() }
        const { changed, declined } = await changeCases(tx, body, by)
        const refused = declined.map(({ id, decline }) => ({ id, why: sayDecline(decline) }))
        const numbers = changed.map(({ event }) => event)
        const ids = await eventIds(tx, numbers)
        const told = changed.map((one) => ({ ...one, event: ids.get(one.event) ?? '' }))
        return yes({ changed: told, refused })
      }),
  })
  return [change, bulk]
}

function structureRoutes({ pool, keys }: CaseParts): Route<Principal>[] {
  const face = {
    access: may('decide'),
    params: caseId,
    output: ChangedWire,
    problems: decisionRefusals,
  }
  type Decide = (tx: Tx, now: Date) => Promise<Result<Carried, Decline>>
  const decide = (principal: Principal, now: Date, work: Decide) =>
    decided(pool, principal, async (tx) => {
      const carried = await work(tx, now)
      return carried.ok ? yes(await presentChanged(tx, carried.value, { keys, now })) : carried
    })
  const merge = route({
    ...{ ...face, method: 'POST', path: '/v1/cases/{id}/merge', name: 'mergeCases', tag: 'cases' },
    summary: 'Make other cases part of this one; their ids point to it from then on',
    input: MergeWire,
    run: ({ principal, params, body, clock }) =>
      decide(principal, clock.now(), (tx, now) => {
        const into = { id: params.id, version: body.version }
        return mergeCases(tx, { ...body, into }, { person: principal.person, now })
      }),
  })
  const split = route({
    ...{ ...face, method: 'POST', path: '/v1/cases/{id}/split', name: 'splitCase', tag: 'cases' },
    summary: 'Put some reports of this case into a case of their own',
    input: SplitWire,
    run: ({ principal, params, body, clock }) =>
      decide(principal, clock.now(), (tx, now) => {
        const from = { id: params.id, version: body.version }
        return splitCase(tx, { ...body, from }, { person: principal.person, now })
      }),
  })
  const apart = route({
    ...{ ...face, method: 'POST', path: '/v1/cases/{id}/apart', name: 'keepApart', tag: 'cases' },
    summary: 'Say that this case and another are never one vulnerability',
    input: ApartWire,
    run: ({ principal, params, body, clock }) =>
      decide(principal, clock.now(), (tx, now) => {
        const seen = { id: params.id, version: body.version }
        return keepCasesApart(tx, { ...body, seen }, { person: principal.person, now })
      }),
  })
  const relate = route({
    ...{ ...face, method: 'POST', path: '/v1/cases/{id}/relation', name: 'relate', tag: 'cases' },
    summary: 'Say how this case stands to another without being the same',
    input: RelateWire,
    run: ({ principal, params, body, clock }) =>
      decide(principal, clock.now(), (tx, now) => {
        const seen = { id: params.id, version: body.version }
        return relateCases(tx, { ...body, seen }, { person: principal.person, now })
      }),
  })
  return [merge, split, apart, relate]
}

const undoRoute = ({ pool, keys }: CaseParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/history/{event}/undo', name: 'undo', tag: 'cases' },
    summary: 'Take a decision back exactly, unless later ones rest on it',
    access: may('decide'),
    params: z.strictObject({ event: z.string().max(100) }),
    input: z.strictObject({}),
    output: ChangedWire,
    problems: decisionRefusals,
    run: ({ principal, params, clock }) =>
      decided(pool, principal, async (tx) => {
        const by = { person: principal.person, now: clock.now() }
        const event = await eventNumber(tx, params.event)
        if (event === null) return no<Decline>({ is: 'unknown', what: 'event' })
        const carried = await undoEvent(tx, event, by)
        if (!carried.ok) return carried
        return yes(await presentChanged(tx, carried.value, { keys, now: by.now }))
      }),
  })
