import { createHash } from 'node:crypto'
import type { Import } from '../api/types.ts'
import { type Answer, type Ask, accepted, type MockRoute, notThere, ok } from './answer.ts'
import { noOf, rowOf } from './rows.ts'
import type { World } from './world.ts'

/** Imports of the mock run for some seconds, so that progress can be seen. */
export const importRoutes = (world: World): readonly MockRoute[] => [
  { method: 'POST', path: '/v1/reports/bulk', run: (ask) => handIn(world, ask) },
  { method: 'POST', path: '/v1/examples', run: () => examples(world) },
  { method: 'GET', path: '/v1/imports', run: () => ok({ items: world.imports, next: null }) },
  {
    method: 'GET',
    path: '/v1/imports/:id',
    run: ({ params }) => {
      const found = world.imports.find(({ id }) => id === params['id'])
      return found ? ok(found) : notThere()
    },
  },
  {
    method: 'GET',
    path: '/v1/imports/:id/reports',
    run: ({ query }) => {
      const from = Number(query['after'] ?? -1) + 1
      const items = world.rows.slice(from, from + 100).map((row, at) => ({
        ordinal: from + at,
        receipt: `R-${noOf(row)}`,
        title: row.title,
        outcome: (['new', 'duplicate', 'unchanged'] as const)[at % 3] ?? 'new',
        case: row.id,
      }))
      const end = from + items.length
      return ok({ items, next: end < world.rows.length ? String(end - 1) : null })
    },
  },
]

function handIn(world: World, { query, bodyBytes }: Ask): Answer {
  const sha256 = createHash('sha256').update(bodyBytes).digest('hex')
  const known = world.imports.find((one) => one.sha256 === sha256)
  if (known) {
    return accepted({ import: known.id, isKnown: true, message: 'These bytes are here already.' })
  }
  const isRefused = bodyBytes.length === 0
  const made = importOf(world, {
    name: query['name'] ?? 'document',
    series: query['series'] ?? null,
    sizeBytes: bodyBytes.length,
    sha256,
    isRefused,
  })
  if (!isRefused) run(world, made, 240)
  return accepted({ import: made.id, isKnown: false, message: 'Stored. Reading it now.' })
}

/** What a reader of formats says of a document that it could read but for some of it. */
const remarks: Import['problems'] = [
  {
    code: 'sarif.no-location',
    why: 'A result names no place in the code; it is kept without one',
    at: '/runs/0/results/17',
    hint: null,
    lost: false,
  },
  {
    code: 'sarif.bad-level',
    why: 'A result has a level that SARIF does not know: "severe"',
    at: '/runs/0/results/41/level',
    hint: 'Let the tool write one of none, note, warning, error',
    lost: true,
  },
]

function examples(world: World): Answer {
  const names = ['lab-a.sarif', 'lab-b.ndjson', 'contest.md']
  const items = names.map((name) => {
    const made = importOf(world, {
      ...{ name, series: null, sizeBytes: 48_000, sha256: name },
      isRefused: false,
    })
    run(world, made, 40)
    return { import: made.id, isKnown: false, message: 'Stored. Reading it now.' }
  })
  return accepted({ items })
}

type Made = Pick<Import, 'name' | 'series' | 'sizeBytes' | 'sha256'> & {
  readonly isRefused: boolean
}

function importOf(world: World, { name, series, sizeBytes, sha256, isRefused }: Made): Import {
  const made: Import = {
    id: world.idOf('import'),
    ...{ name, series, sizeBytes, sha256 },
    format: isRefused ? null : 'sarif',
    state: isRefused ? 'refused' : 'stored',
    receivedAt: new Date().toISOString(),
    finishedAt: isRefused ? new Date().toISOString() : null,
    counts: {
      ...{ findings: 0, reports: 0, unchanged: 0, refreshed: 0, gone: 0, aside: 0 },
      ...{ placed: 0, cases: 0, duplicates: 0, suggestions: 0 },
    },
    problems: isRefused
      ? [{ code: 'empty', why: 'The file is empty', at: null, hint: 'Export it again', lost: true }]
      : [],
  }
  world.imports.unshift(made)
  world.tell('import', made.id)
  return made
}

function run(world: World, made: Import, findings: number): void {
  let placed = 0
  const timer = setInterval(() => {
    placed = Math.min(placed + Math.ceil(findings / 16), findings)
    const isEnd = placed === findings
    const cases = Math.floor(placed / 2)
    const at = world.imports.findIndex(({ id }) => id === made.id)
    world.imports[at] = {
      ...made,
      state: isEnd ? 'placed' : placed > findings / 2 ? 'read' : 'reading',
      finishedAt: isEnd ? new Date().toISOString() : null,
      counts: {
        ...made.counts,
        ...{ findings, reports: findings, placed, cases, duplicates: placed - cases },
        ...(isEnd ? { refreshed: 3, unchanged: 12, gone: 2, aside: 1, suggestions: 4 } : {}),
      },
      problems: isEnd ? remarks : [],
    }
    if (world.rows.length < 1000) {
      const no = world.nextNo()
      for (let more = 0; more < 5; more += 1) world.rows.push(rowOf(no + more))
    }
    world.tell('import', made.id)
    if (isEnd) clearInterval(timer)
  }, 400)
  timer.unref()
}
