import { Chance } from '../../test/synthetic/chance.ts'
import type {
  ApprovalList,
  ApprovalPolicy,
  Finder,
  Overview,
  Suggestion,
  Token,
  TokenWish,
} from '../api/types.ts'
import { type Ask, accepted, type MockRoute, nothing, notThere, ok, refusal } from './answer.ts'
import { deskRoutes } from './desk-routes.ts'
import { engagementRoutes } from './engagement-routes.ts'
import { importRoutes } from './import-routes.ts'
import { ledgerRoutes } from './ledger-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { proofRoutes } from './proof-routes.ts'
import { resultRoutes } from './result-routes.ts'
import { finderNames, now, people } from './rows.ts'
import { runRoutes } from './run-routes.ts'
import type { World } from './world.ts'

const bodyOf = <T>({ body }: Ask): T => JSON.parse(JSON.stringify(body ?? {}))
const dayMs = 86_400_000

/** Session, people, tokens, views, suggestions, finders, overview and jobs. */
export const otherRoutes = (world: World): readonly MockRoute[] => [
  ...sessionRoutes(world),
  ...tokenRoutes(world),
  ...peopleRoutes(world),
  ...viewRoutes(world),
  ...suggestionRoutes(world),
  ...importRoutes(world),
  ...proofRoutes(world),
  ...runRoutes(world),
  ...deskRoutes(),
  ...resultRoutes(),
  ...ledgerRoutes(),
  ...engagementRoutes(world),
  { method: 'GET', path: '/v1/finders', run: () => ok({ items: findersOf(), next: null }) },
  {
    method: 'GET',
    path: '/v1/overview',
    run: ({ query }) => ok(overviewOf(world, Number(query['days'] ?? 30))),
  },
  { method: 'GET', path: '/v1/jobs', run: ({ query }) => ok(jobsOf(query)) },
  { method: 'POST', path: '/v1/jobs/:id/retry', run: () => nothing },
  ...approvalRoutes,
]

/** Nothing waits for anybody here; the tests of the whole service try approvals. */
const approvalRoutes: readonly MockRoute[] = [
  {
    method: 'GET',
    path: '/v1/approvals',
    run: () => ok({ toDecide: [], mine: [], past: [] } satisfies ApprovalList),
  },
  {
    method: 'GET',
    path: '/v1/approval-policy',
    run: () => ok({ mode: 'two-persons', expiryHours: 72, exportMax: 50 } satisfies ApprovalPolicy),
  },
  { method: 'GET', path: '/v1/hold', run: () => ok({ hold: null }) },
]

const sessionRoutes = (world: World): readonly MockRoute[] => [
  {
    method: 'GET',
    path: '/v1/session',
    run: () => (world.isSignedIn ? ok(world.session) : refusal(401, 'unauthenticated', 'Sign in.')),
  },
  {
    method: 'POST',
    path: '/v1/session',
    run: (ask) => {
      const { link } = bodyOf<{ link: string }>(ask)
      if (!link.startsWith('open')) return refusal(401, 'unauthenticated', 'The link is spent.')
      world.isSignedIn = true
      return ok(world.session)
    },
  },
  {
    method: 'DELETE',
    path: '/v1/session',
    run: () => {
      world.isSignedIn = false
      return nothing
    },
  },
  { method: 'GET', path: '/v1/people', run: () => ok({ items: people }) },
]

const tokenRoutes = (world: World): readonly MockRoute[] => [
  { method: 'GET', path: '/v1/tokens', run: () => ok({ items: world.tokens }) },
  { method: 'GET', path: '/v1/profile/tokens', run: () => ok({ items: [] }) },
  {
    method: 'POST',
    path: '/v1/tokens',
    run: (ask) => {
      const wish = bodyOf<TokenWish>(ask)
      const about = {
        id: world.idOf('token'),
        name: wish.name,
        organisation: organisationOf(world, wish.organisation),
        ...{ owner: people[0].name, ownerId: people[0].id, role: wish.role },
        scopes: wish.scopes ?? null,
        workload: wish.workload ? { version: null, ...wish.workload } : null,
        createdAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + wish.days * dayMs).toISOString(),
        revokedAt: null,
        lastUsedAt: null,
      }
      world.tokens.push(about)
      return ok({ token: `parley_${'x'.repeat(40)}`, about })
    },
  },
  {
    method: 'DELETE',
    path: '/v1/tokens/:id',
    run: ({ params }) => {
      const at = world.tokens.findIndex(({ id }) => id === params['id'])
      const found = world.tokens[at]
      if (!found) return notThere()
      world.tokens[at] = { ...found, revokedAt: new Date().toISOString() }
      return nothing
    },
  },
]

/** A known one by its id, or a new one by its name. */
function organisationOf(world: World, wish: string): Token['organisation'] {
  const known = [world.session.organisation, ...world.tokens.map((one) => one.organisation)]
  return known.find(({ id }) => id === wish) ?? { id: world.idOf('org'), name: wish }
}

const viewRoutes = (world: World): readonly MockRoute[] => [
  { method: 'GET', path: '/v1/views', run: () => ok({ items: world.views }) },
  {
    method: 'POST',
    path: '/v1/views',
    run: (ask) => {
      const view = { id: world.idOf('view'), ...bodyOf<{ name: string; query: string }>(ask) }
      world.views.push(view)
      return ok(view)
    },
  },
  {
    method: 'DELETE',
    path: '/v1/views/:id',
    run: ({ params }) => {
      const at = world.views.findIndex(({ id }) => id === params['id'])
      if (at < 0) return notThere()
      world.views.splice(at, 1)
      return nothing
    },
  },
  { method: 'GET', path: '/v1/advisories/count', run: () => ok({ count: 0 }) },
  { method: 'POST', path: '/v1/advisories', run: () => accepted({ import: 'import_0' }) },
]

function suggestionsOf(world: World): Suggestion[] {
  const rows = world.rows.filter(({ reports }) => reports > 1)
  const half = Math.min(Math.floor(rows.length / 2), 200)
  world.suggestions ??= rows.slice(0, half).flatMap((row, at) => {
    const other = rows[at + half]
    if (other === undefined) return []
    const [a, b] = [world.detail(row.id), world.detail(other.id)]
    const [first, second] = [a?.reportList[0], a?.reportList[1] ?? b?.reportList[0]]
    if (!first || !second) return []
    const because =
      second.because.length > 0
        ? second.because
        : [{ says: 'They point at different files', marks: [], supports: false }]
    return [
      {
        id: world.idOf('suggestion'),
        kind: 'merge' as const,
        probability: 0.55 + (at % 40) / 100,
        because,
        model: 'prose-2026-11',
        state: 'open' as const,
        madeAt: row.lastReportedAt,
        a: { case: row, report: first },
        b: { case: other, report: second },
      },
    ]
  })
  return world.suggestions
}

const suggestionRoutes = (world: World): readonly MockRoute[] => [
  {
    method: 'GET',
    path: '/v1/suggestions',
    run: ({ query }) => {
      const all = suggestionsOf(world)
      const wanted = query['state'] ?? 'open'
      const found = all.filter(({ state }) => state === wanted)
      const from = query['after'] ? found.findIndex(({ id }) => id === query['after']) + 1 : 0
      const items = found.slice(from, from + 20)
      const next = from + items.length < found.length ? (items.at(-1)?.id ?? null) : null
      const open = all.filter(({ state }) => state === 'open').length
      return ok({ items, next, open, decidedToday: all.length - open })
    },
  },
  {
    method: 'POST',
    path: '/v1/suggestions/:id/decision',
    run: (ask) => {
      const all = suggestionsOf(world)
      const at = all.findIndex(({ id }) => id === ask.params['id'])
      const found = all[at]
      if (!found) return notThere()
      const { decision } = bodyOf<{ decision: 'yes' | 'no' | 'unsure' }>(ask)
      const state = ({ yes: 'accepted', no: 'rejected', unsure: 'unsure' } as const)[decision]
      all[at] = { ...found, state }
      const event = world.nextEvent
      world.undos.set(event, () => {
        all[at] = found
        return found.a.case
      })
      world.tell('suggestion', found.id)
      const open = all.filter((one) => one.state === 'open').length
      return ok({ event, case: found.a.case.id, open })
    },
  },
]

/** 95 % Wilson interval of `hits` of `all`. */
function shareOf(hits: number, all: number): Finder['confirmedShare'] {
  if (all === 0) return { value: null, low: 0, high: 1 }
  const z = 1.96
  const p = hits / all
  const centre = p + (z * z) / (2 * all)
  const spread = z * Math.sqrt((p * (1 - p)) / all + (z * z) / (4 * all * all))
  const scale = 1 + (z * z) / all
  return { value: p, low: (centre - spread) / scale, high: (centre + spread) / scale }
}

function findersOf(): Finder[] {
  return finderNames.map((name, at) => {
    const chance = new Chance(at + 1)
    const submitted = chance.between(3, 4000)
    const duplicates = chance.between(0, Math.floor(submitted / 2))
    const judged = chance.between(0, submitted - duplicates)
    const confirmed = chance.between(0, judged)
    return {
      ...{
        name,
        organisation: 'Northlight Lab',
        pseudonymId: null,
        submitted,
        duplicates,
        confirmed,
      },
      refuted: judged - confirmed,
      confirmedShare: shareOf(confirmed, judged),
      proofs: Math.floor(submitted / 10),
      duplicateShare: shareOf(duplicates, submitted),
      firstAt: new Date(now - 200 * dayMs).toISOString(),
      lastAt: new Date(now - at * dayMs).toISOString(),
    }
  })
}

function overviewOf(world: World, days: number): Overview {
  const chance = new Chance(5)
  const count = world.rows.length
  return {
    funnel: [
      { name: 'Reports', count: count * 3, query: '' },
      { name: 'Cases', count, query: '' },
      { name: 'Confirmed', count: Math.floor(count / 5), query: 'verdict=confirmed' },
      { name: 'Closed', count: Math.floor(count / 9), query: 'status=closed' },
    ],
    days: Array.from({ length: days }, (_, at) => ({
      day: new Date(now - (days - 1 - at) * dayMs).toISOString().slice(0, 10),
      reports: chance.between(40, 900),
      duplicates: chance.between(10, 300),
      cases: chance.between(20, 400),
      decisions: chance.between(10, 350),
    })),
    open: { suggestions: 200, waiting: 412, unassigned: 4900, arriving: 3 },
  }
}

function jobsOf(query: Readonly<Record<string, string>>) {
  const states = ['done', 'failed', 'running', 'waiting', 'retry'] as const
  const items = Array.from({ length: 40 }, (_, at) => {
    const state = at % 9 === 0 ? 'failed' : (states[at % 5] ?? 'done')
    return {
      id: `job_${at}`,
      queue: at % 3 === 0 ? 'notify' : 'place',
      ref: `report_${at}`,
      state,
      attempts: state === 'failed' ? 5 : 1,
      why: state === 'failed' ? 'The mail server answered 451: try again later' : null,
      createdAt: new Date(now - at * 60_000).toISOString(),
      startedAt: state === 'waiting' ? null : new Date(now - at * 59_000).toISOString(),
      finishedAt: state === 'done' ? new Date(now - at * 58_000).toISOString() : null,
    }
  }).filter((job) => !query['state'] || query['state'].split(',').includes(job.state))
  return {
    items: items.filter((job) => !query['queue'] || query['queue'] === job.queue),
    queues: [
      { name: 'place', about: 'Puts reports into cases', waiting: 12, running: 2, failed: 1 },
      { name: 'notify', about: 'Tells finders by mail', waiting: 0, running: 0, failed: 4 },
    ],
    workers: 2,
  }
}
