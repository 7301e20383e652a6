import type { Apart, BulkChange, Case, CaseChange, Merge, Relate, Split } from '../api/types.ts'
import { type Answer, type Ask, type MockRoute, nothing, notThere, ok, refusal } from './answer.ts'
import { apart, change, merge, relate, split, undo } from './case-work.ts'
import { facetsOf, matching, ordered } from './query.ts'
import { people } from './rows.ts'
import type { World } from './world.ts'

/** The mock trusts its one client about shapes; the real server does not. */
const bodyOf = <T>({ body }: Ask): T => JSON.parse(JSON.stringify(body ?? {}))

export const caseRoutes = (world: World): readonly MockRoute[] => [
  { method: 'GET', path: '/v1/cases', run: (ask) => list(world, ask) },
  {
    method: 'GET',
    path: '/v1/cases/facets',
    run: ({ query }) => ok(facetsOf(world.rows, query)),
  },
  {
    method: 'GET',
    path: '/v1/cases/:id',
    run: ({ params }) => withCase(world, params['id'], ok),
  },
  {
    method: 'PATCH',
    path: '/v1/cases/:id',
    run: (ask) => checked(world, ask, bodyOf<CaseChange>(ask), change),
  },
  { method: 'POST', path: '/v1/cases/bulk', run: (ask) => bulk(world, bodyOf<BulkChange>(ask)) },
  {
    method: 'POST',
    path: '/v1/cases/:id/merge',
    run: (ask) => checked(world, ask, bodyOf<Merge>(ask), merge),
  },
  {
    method: 'POST',
    path: '/v1/cases/:id/split',
    run: (ask) => checked(world, ask, bodyOf<Split>(ask), split),
  },
  {
    method: 'POST',
    path: '/v1/cases/:id/apart',
    run: (ask) => checked(world, ask, bodyOf<Apart>(ask), apart),
  },
  {
    method: 'POST',
    path: '/v1/cases/:id/relation',
    run: (ask) => checked(world, ask, bodyOf<Relate>(ask), relate),
  },
  {
    method: 'POST',
    path: '/v1/history/:event/undo',
    run: ({ params }) => undo(world, params['event'] ?? ''),
  },
  ...noteRoutes(world),
  {
    method: 'GET',
    path: '/v1/cases/:id/export',
    run: ({ params, query }) =>
      withCase(world, params['id'], (found) => ({
        status: 200,
        file: {
          name: `${found.id}.${query['as']}.txt`,
          type: 'text/plain; charset=utf-8',
          text: `${found.title}\n`,
        },
      })),
  },
]

function list(world: World, { query }: Ask): Answer {
  const found = ordered(matching(world.rows, query), query['sort'])
  const after = query['after']
  const from = after ? found.findIndex(({ id }) => id === after) + 1 : 0
  const items = found.slice(from, from + Number(query['limit'] ?? 100))
  const isEnd = from + items.length >= found.length
  const countMax = 10_000
  return ok({
    items,
    next: isEnd ? null : (items.at(-1)?.id ?? null),
    count: Math.min(found.length, countMax),
    isMore: found.length > countMax,
  })
}

function withCase(world: World, id: string | undefined, run: (found: Case) => Answer): Answer {
  const found = world.detail(id ?? '')
  return found === undefined ? notThere() : run(found)
}

type Work<T> = (world: World, found: Case, wish: T) => Answer

function checked<T extends { version: number }>(
  world: World,
  { params }: Ask,
  ...[wish, work]: [T, Work<T>]
): Answer {
  return withCase(world, params['id'], (found) => {
    if (found.version === wish.version) return work(world, found, wish)
    const last = found.history[0]
    const detail = `${last?.by?.name ?? 'Somebody'} changed this case: ${last?.says}. Nothing of yours was saved.`
    return refusal(409, 'conflict', detail, { current: found.version })
  })
}

function bulk(world: World, { cases, change: wish }: BulkChange): Answer {
  const changed: { id: string; event: string; version: number }[] = []
  const refused: { id: string; why: string }[] = []
  for (const { id, version } of cases) {
    const found = world.detail(id)
    if (found === undefined) refused.push({ id, why: 'It is not there any more' })
    else if (found.version !== version) refused.push({ id, why: 'Somebody changed it' })
    else {
      change(world, found, { ...wish, version })
      const now = world.detail(id)
      const event = now?.history.at(-1)?.id
      if (now && event !== undefined) changed.push({ id, event, version: now.version })
    }
  }
  return ok({ changed, refused })
}

const noteRoutes = (world: World): readonly MockRoute[] => [
  {
    method: 'POST',
    path: '/v1/cases/:id/notes',
    run: (ask) =>
      withCase(world, ask.params['id'], (found) => {
        const note = {
          id: world.idOf('note'),
          by: people[0],
          at: new Date().toISOString(),
          changedAt: null,
          text: bodyOf<{ text: string }>(ask).text,
        }
        world.save({ ...found, notes: [...found.notes, note] })
        return ok(note)
      }),
  },
  { method: 'PATCH', path: '/v1/notes/:id', run: (ask) => editNote(world, ask) },
  { method: 'DELETE', path: '/v1/notes/:id', run: (ask) => editNote(world, ask) },
]

function editNote(world: World, ask: Ask): Answer {
  const id = ask.params['id']
  const found = world.rows
    .map((row) => world.detail(row.id))
    .find((one) => one?.notes.some((note) => note.id === id))
  const note = found?.notes.find((one) => one.id === id)
  if (!found || !note) return notThere()
  const { text } = bodyOf<{ text?: string }>(ask)
  if (text === undefined) {
    world.save({ ...found, notes: found.notes.filter((one) => one.id !== id) })
    return nothing
  }
  const changed = { ...note, text, changedAt: new Date().toISOString() }
  world.save({ ...found, notes: found.notes.map((one) => (one.id === id ? changed : one)) })
  return ok(changed)
}
