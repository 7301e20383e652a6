import { sql } from 'kysely'
import { z } from 'zod'
import { labelHeadersOf } from '#features/label/shown.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import type { CursorOf, Cursors } from '#platform/http/cursor.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import {
  DecidedWire,
  DecisionWire,
  FinderListWire,
  NoteWire,
  OverviewWire,
  SavedViewWire,
  SuggestionListWire,
} from './case.wire.ts'
import { type CaseParts, caseId, refusals } from './case-parts.ts'
import { decided } from './deciding.ts'
import { eventIds } from './event.store.ts'
import { finderSorts, listFinders } from './finder-list.store.ts'
import { addNote, changeNote, removeNote } from './note.store.ts'
import { overviewOf } from './overview.store.ts'
import { decideSuggestion } from './suggestion.store.ts'
import { countsOf, queryOf, readSuggestions, suggestionStates } from './suggestion-list.store.ts'
import { listViews, removeView, saveView, viewsMax } from './view.store.ts'

/** What stands around the cases: suggestions, notes, finders, the overview and saved views. */
export function deskRoutes(parts: CaseParts): readonly Route<Principal>[] {
  return [
    ...suggestionRoutes(parts),
    ...noteRoutes(parts),
    ...recordRoutes(parts),
    ...viewRoutes(parts),
  ]
}

const wrongPlace = () =>
  invalid([
    { in: 'query', pointer: '/after', detail: 'Give back what the list before named as `next`.' },
  ])

/** The place that a list is to go on from; what was not given out is no place. */
const openedWith = (cursors: Cursors, after: string | undefined, of: CursorOf) =>
  after === undefined ? undefined : (cursors.open(after, of) ?? 'none')

function suggestionRoutes({ pool, keys, cursors }: CaseParts): Route<Principal>[] {
  const list = route({
    ...{ method: 'GET', path: '/v1/suggestions', name: 'suggestions', tag: 'suggestions' },
    summary: 'What a person has to decide: both sides with the evidence, most probable first',
    access: may('read'),
    query: z.strictObject({
      state: z.enum(suggestionStates).optional(),
      after: z.string().max(1000).optional(),
      limit: z.int().min(1).max(50).optional(),
    }),
    output: SuggestionListWire,
    problems: [...refusals, 'invalid'],
    run: async ({ principal, query, clock }) => {
      const of = { list: 'suggestions', person: principal.person, query }
      const after = openedWith(cursors, query.after, of)
      const wanted = queryOf({ ...query, after }, query.limit ?? 20)
      if (!wanted.ok) return no(wrongPlace())
      const with_ = { now: clock.now(), keys }
      const found = await asActor(pool, actorOf(principal), (tx) =>
        readSuggestions(tx, wanted.value, with_),
      )
      const labels = found.items.flatMap(({ a, b }) => [a.case.label, b.case.label])
      const next = found.next && cursors.seal(found.next, of)
      return done({ ...found, next }, labelHeadersOf(labels))
    },
  })
  const decide = route({
    ...{ method: 'POST', path: '/v1/suggestions/{id}/decision', name: 'decideSuggestion' },
    tag: 'suggestions',
    summary: 'One vulnerability: yes, no or not sure; taken back through its event',
    access: may('decide'),
    params: caseId,
    input: DecisionWire,
    output: DecidedWire,
    problems: [
      ...refusals,
      'not-found',
      'invalid',
      'conflict',
      'not-in-this-state',
      'labels-differ',
    ],
    run: async ({ principal, params, body, clock }) =>
      decided(pool, principal, async (tx) => {
        const now = clock.now()
        const asked = { id: params.id, answer: body.decision, why: body.why }
        const carried = await decideSuggestion(tx, asked, { person: principal.person, now })
        if (!carried.ok) return carried
        const { open } = await countsOf(tx, now)
        const { event: number } = carried.value
        const event = number === null ? null : ((await eventIds(tx, [number])).get(number) ?? null)
        return yes({ event, case: carried.value.case, open })
      }),
  })
  return [list, decide]
}

function noteRoutes({ pool }: CaseParts): Route<Principal>[] {
  const text = z.strictObject({ text: z.string().min(1).max(20_000) })
  const problems = [...refusals, 'not-found', 'invalid', 'not-in-this-state'] as const
  const add = route({
    ...{ method: 'POST', path: '/v1/cases/{id}/notes', name: 'addNote', tag: 'cases' },
    summary: 'Write a note beside a case',
    ...{ access: may('decide'), params: caseId, input: text, output: NoteWire, problems },
    run: ({ principal, params, body, clock }) =>
      decided(pool, principal, (tx) => {
        const by = { person: principal.person, now: clock.now() }
        return addNote(tx, { case: params.id, text: body.text }, by)
      }),
  })
  const change = route({
    ...{ method: 'PATCH', path: '/v1/notes/{id}', name: 'changeNote', tag: 'cases' },
    summary: 'Change a note of your own',
    ...{ access: may('decide'), params: caseId, input: text, output: NoteWire, problems },
    run: ({ principal, params, body, clock }) =>
      decided(pool, principal, (tx) => {
        const by = { person: principal.person, now: clock.now() }
        return changeNote(tx, { id: params.id, text: body.text }, by)
      }),
  })
  const remove = route({
    ...{ method: 'DELETE', path: '/v1/notes/{id}', name: 'removeNote', tag: 'cases' },
    summary: 'Take a note of your own away',
    ...{ access: may('decide'), params: caseId, problems },
    run: async ({ principal, params, clock }) => {
      const removed = await decided(pool, principal, (tx) =>
        removeNote(tx, params.id, { person: principal.person, now: clock.now() }),
      )
      return removed.ok ? yes(undefined) : removed
    },
  })
  return [add, change, remove]
}

function recordRoutes({ pool, cursors }: CaseParts): Route<Principal>[] {
  const finders = route({
    ...{ method: 'GET', path: '/v1/finders', name: 'finders', tag: 'finders' },
    summary: 'Who found what: track records with their intervals; finders see their own',
    access: mayEither('read', 'hand-in'),
    query: z.strictObject({
      sort: z.enum(finderSorts).optional(),
      after: z.string().max(1000).optional(),
      limit: z.int().min(1).max(500).optional(),
    }),
    output: FinderListWire,
    problems: [...refusals, 'invalid'],
    run: async ({ principal, query }) => {
      const { sort = 'submitted', limit = 100 } = query
      const of = { list: 'finders', person: principal.person, query }
      const after = openedWith(cursors, query.after, of)
      const found = await asActor(pool, actorOf(principal), (tx) =>
        listFinders(tx, { sort, after, limit }),
      )
      if (!found.ok) return no(wrongPlace())
      const { items, next } = found.value
      return yes({ items, next: next && cursors.seal(next, of) })
    },
  })
  const overview = route({
    ...{ method: 'GET', path: '/v1/overview', name: 'overview', tag: 'overview' },
    summary: 'What came in, what became of it and what waits',
    access: may('read'),
    query: z.strictObject({ days: z.int().min(1).max(366).optional() }),
    output: OverviewWire,
    problems: refusals,
    run: async ({ principal, query, clock }) => {
      const asked = { days: query.days ?? 30, now: clock.now() }
      return yes(await asActor(pool, actorOf(principal), (tx) => overviewOf(tx, asked)))
    },
  })
  const advisories = route({
    ...{ method: 'GET', path: '/v1/advisories/count', name: 'advisoryCount', tag: 'advisories' },
    summary: 'How many public records cases are matched with',
    access: may('read'),
    output: z.strictObject({ count: z.number() }),
    problems: refusals,
    run: async ({ principal }) => {
      const { rows } = await asActor(pool, actorOf(principal), (tx) =>
        sql<{ count: number }>`select count(*) as count from parley.advisory
          where id <> 'kev:*'`.execute(tx),
      )
      return yes({ count: rows[0]?.count ?? 0 })
    },
  })
  return [finders, overview, advisories]
}

function viewRoutes({ pool }: CaseParts): Route<Principal>[] {
  const list = route({
    ...{ method: 'GET', path: '/v1/views', name: 'views', tag: 'views' },
    summary: 'Your saved views of the queue',
    access: may('read'),
    output: z.strictObject({ items: z.array(SavedViewWire) }),
    problems: refusals,
    run: async ({ principal }) =>
      yes({ items: await asActor(pool, actorOf(principal), listViews) }),
  })
  const save = route({
    ...{ method: 'POST', path: '/v1/views', name: 'saveView', tag: 'views' },
    summary: 'Save a view; one of the same name is replaced',
    access: may('read'),
    input: z.strictObject({ name: lineShape(100), query: z.string().max(2000) }),
    output: SavedViewWire,
    problems: [...refusals, 'invalid', 'not-in-this-state'],
    run: async ({ principal, body, clock }) => {
      const asked = { ...body, person: principal.person }
      const view = await asActor(pool, actorOf(principal), (tx) => saveView(tx, asked, clock.now()))
      const many = `You have ${viewsMax} views; remove one first.`
      return view ? yes(view) : no(problem('not-in-this-state', many))
    },
  })
  const remove = route({
    ...{ method: 'DELETE', path: '/v1/views/{id}', name: 'removeView', tag: 'views' },
    summary: 'Remove a saved view of yours',
    access: may('read'),
    params: caseId,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params }) => {
      const isDone = await asActor(pool, actorOf(principal), (tx) => removeView(tx, params.id))
      return isDone ? yes(undefined) : no(problem('not-found', 'There is no such view.'))
    },
  })
  return [list, save, remove]
}
