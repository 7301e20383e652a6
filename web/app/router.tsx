import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { isProblem } from '../api/problem.ts'
import { sessionQuery } from '../api/queries.ts'
import { Failed, NotThere, Waiting } from './edges.tsx'
import { placesOf } from './places.ts'
import { parseSearch, type Search, stringifySearch, textSearch } from './search.ts'
import { Shell } from './shell.tsx'

const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotThere,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Search): { next?: string } =>
    typeof search['next'] === 'string' ? { next: search['next'] } : {},
  component: lazyRouteComponent(() => import('../pages/sign-in/page.tsx'), 'SignInPage'),
})

const provider = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/provider',
  component: lazyRouteComponent(() => import('../pages/sign-in/provider-page.tsx'), 'ProviderPage'),
})

/** Everything that needs a session; without one the sign-in page explains how to get one. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(sessionQuery)
    } catch (error) {
      if (!isProblem(error, 401)) throw error
      const isPlain = location.pathname === '/'
      throw redirect({ to: '/sign-in', search: isPlain ? {} : { next: location.href } })
    }
  },
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: async ({ context }) => {
    const session = await context.queries.ensureQueryData(sessionQuery)
    const [first] = placesOf(session)
    throw redirect({ to: first?.path ?? '/profile', search: first?.search ?? {}, replace: true })
  },
})

const queue = createRoute({
  getParentRoute: () => inside,
  path: '/queue',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/queue/page.tsx'), 'QueuePage'),
})

const queueCase = createRoute({
  getParentRoute: () => queue,
  path: '$id',
  component: lazyRouteComponent(() => import('../pages/case/page.tsx'), 'CaseBeside'),
})

const caseAlone = createRoute({
  getParentRoute: () => inside,
  path: '/cases/$id',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/case/page.tsx'), 'CaseAlone'),
})

const suggestions = createRoute({
  getParentRoute: () => inside,
  path: '/suggestions',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/suggestions/page.tsx'), 'SuggestionsPage'),
})

const imports = createRoute({
  getParentRoute: () => inside,
  path: '/import',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/import/page.tsx'), 'ImportPage'),
})

const finders = createRoute({
  getParentRoute: () => inside,
  path: '/finders',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/finders/page.tsx'), 'FindersPage'),
})

const overview = createRoute({
  getParentRoute: () => inside,
  path: '/overview',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/overview/page.tsx'), 'OverviewPage'),
})

const jobs = createRoute({
  getParentRoute: () => inside,
  path: '/jobs',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/jobs/page.tsx'), 'JobsPage'),
})

const proof = createRoute({
  getParentRoute: () => inside,
  path: '/proofs/$id',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/proofs/page.tsx'), 'ProofPage'),
})

const workers = createRoute({
  getParentRoute: () => inside,
  path: '/workers',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/workers/page.tsx'), 'WorkersPage'),
})

const tokens = createRoute({
  getParentRoute: () => inside,
  path: '/tokens',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/tokens/page.tsx'), 'TokensPage'),
})

const people = createRoute({
  getParentRoute: () => inside,
  path: '/people',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/people/page.tsx'), 'PeoplePage'),
})

const approvals = createRoute({
  getParentRoute: () => inside,
  path: '/approvals',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/approvals/page.tsx'), 'ApprovalsPage'),
})

const approval = createRoute({
  getParentRoute: () => inside,
  path: '/approvals/$id',
  component: lazyRouteComponent(() => import('../pages/approvals/one.tsx'), 'OneApproval'),
})

const ledger = createRoute({
  getParentRoute: () => inside,
  path: '/ledger',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/ledger/page.tsx'), 'LedgerPage'),
})

const readIns = createRoute({
  getParentRoute: () => inside,
  path: '/read-ins',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/read-ins/page.tsx'), 'ReadInsPage'),
})

const alerts = createRoute({
  getParentRoute: () => inside,
  path: '/alerts',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/alerts/page.tsx'), 'AlertsPage'),
})

const profile = createRoute({
  getParentRoute: () => inside,
  path: '/profile',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/profile/page.tsx'), 'ProfilePage'),
})

const agreements = createRoute({
  getParentRoute: () => inside,
  path: '/agreements',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/agreements/page.tsx'), 'AgreementsPage'),
})

const run = createRoute({
  getParentRoute: () => inside,
  path: '/runs/$id',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/runs/page.tsx'), 'RunPage'),
})

const sample = createRoute({
  getParentRoute: () => inside,
  path: '/runs/$id/samples/$task/$epoch',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/samples/page.tsx'), 'SamplePage'),
})

const packs = createRoute({
  getParentRoute: () => inside,
  path: '/packs',
  component: lazyRouteComponent(() => import('../pages/packs/page.tsx'), 'PacksPage'),
})

const pack = createRoute({
  getParentRoute: () => inside,
  path: '/packs/$id',
  component: lazyRouteComponent(() => import('../pages/packs/one.tsx'), 'PackPage'),
})

const declarations = createRoute({
  getParentRoute: () => inside,
  path: '/models/$id/declarations',
  component: lazyRouteComponent(() => import('../pages/declarations/page.tsx'), 'DeclarationsPage'),
})

const verdict = createRoute({
  getParentRoute: () => inside,
  path: '/runs/$id/verdict',
  component: lazyRouteComponent(() => import('../pages/verdict/page.tsx'), 'VerdictPage'),
})

const evaluations = createRoute({
  getParentRoute: () => inside,
  path: '/evaluations',
  component: lazyRouteComponent(() => import('../pages/evaluations/page.tsx'), 'EvaluationsPage'),
})

const models = createRoute({
  getParentRoute: () => inside,
  path: '/models',
  component: lazyRouteComponent(() => import('../pages/models/page.tsx'), 'ModelsPage'),
})

const offer = createRoute({
  getParentRoute: () => inside,
  path: '/models/offer',
  component: lazyRouteComponent(() => import('../pages/models/offer.tsx'), 'OfferPage'),
})

const model = createRoute({
  getParentRoute: () => inside,
  path: '/models/$id',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../pages/models/one.tsx'), 'EngagementPage'),
})

const earlyAccess = createRoute({
  getParentRoute: () => inside,
  path: '/early-access',
  component: lazyRouteComponent(() => import('../pages/early-access/page.tsx'), 'EarlyAccessPage'),
})

/** For everybody, signed in or not. */
const counts = createRoute({
  getParentRoute: () => root,
  path: '/desk',
  component: lazyRouteComponent(() => import('../pages/counts/page.tsx'), 'CountsPage'),
})

const tree = root.addChildren([
  signIn,
  provider,
  counts,
  inside.addChildren([
    ...[home, caseAlone, suggestions, imports, finders, overview, jobs, tokens, people, profile],
    ...[approvals, approval, ledger, readIns, alerts, agreements, proof, workers],
    ...[run, sample, verdict, packs, pack, declarations, evaluations],
    ...[models, offer, model, earlyAccess],
    queue.addChildren([queueCase]),
  ]),
])

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    defaultPendingMinMs: 0,
    defaultPendingComponent: Waiting,
    defaultErrorComponent: Failed,
    defaultNotFoundComponent: NotThere,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
