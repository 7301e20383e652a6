import type { Principal } from '#features/org/org.ts'
import type { Route } from '#platform/http/route.ts'
import type { Chance } from '../synthetic/chance.ts'
import { searched } from './history.ts'
import type { Call } from './world.ts'

/** What an asker may name in a request: ids that they were told, and ids that they may guess. */
export type Known = {
  /** Of each kind, such as `case`: what answers named so far. */
  readonly own: ReadonlyMap<string, readonly string[]>
  /** The ids of everything secret. */
  readonly secrets: ReadonlyMap<string, readonly string[]>
  readonly receipts: readonly string[]
  /** The versions of cases, as they were told. */
  readonly versions: ReadonlyMap<string, number>
  /** Of each path: where its pages went on. */
  readonly next: ReadonlyMap<string, readonly string[]>
}

/** The same but for what is secret, also where it was not when they were told of it. */
export function inSight({ own, secrets, receipts, ...rest }: Known): Known {
  const hidden = new Set([...secrets.values()].flat())
  const left = (ids: readonly string[]) => ids.filter((id) => !hidden.has(id))
  const ownLeft = new Map([...own].map(([kind, ids]) => [kind, left(ids)] as const))
  return { ...rest, receipts: left(receipts), own: ownLeft, secrets: new Map() }
}

type Paths = (known: Known, chance: Chance) => readonly string[]

/** What no world has. */
const never = 'aaaaaaaaaaaaaaaaaaaa'

function some(known: Known, kind: string, chance: Chance): readonly string[] {
  const [own, secret] = [known.own.get(kind) ?? [], known.secrets.get(kind) ?? []]
  return [...chance.some(own, 3), ...chance.some(secret, 3), `${kind}_${never}`]
}

const statuses = ['open', 'waiting', 'closed', 'open,closed']
const sorts = ['priority', 'newest', 'oldest', 'reports', 'severity']
const filters: readonly string[] = [
  ...statuses.map((one) => `status=${one}`),
  ...['critical', 'high', 'low,info', 'unknown'].map((one) => `severity=${one}`),
  ...['now', 'soon', 'planned,later'].map((one) => `band=${one}`),
  ...['open', 'confirmed', 'refuted'].map((one) => `verdict=${one}`),
  ...['E0', 'E1,E2', 'E3,E4'].map((one) => `evidence=${one}`),
  ...['me', 'nobody', 'person_cleo0001', 'person_vera0001'].map((one) => `assignee=${one}`),
  ...['Quiet%20Works', 'Heron%20Lab', 'Probe'].map((one) => `finder=${one}`),
  ...['kestrel-http', 'marmot-zip', 'none'].map((one) => `package=${one}`),
  ...['seen=yes', 'seen=gone', 'sort=newest', 'limit=1', 'limit=0', 'colour=red', 'after=x'],
]

/** Filters, searches, orders and pages of the queue; the same ones for its facets. */
const queue =
  (path: string): Paths =>
  (known, chance) => [
    path,
    ...chance.some(filters, 6).map((one) => `${path}?${one}`),
    ...chance.some(searched, 4).map((word) => `${path}?q=${encodeURIComponent(word)}`),
    ...chance.some(sorts, 2).map((sort) => `${path}?sort=${sort}&limit=2`),
    `${path}?q=${chance.one(['overflow', 'lantern'])}&${chance.one(['status=open', 'band=soon'])}`,
    ...[1, 2, 3].map(() => `${path}?${chance.some(filters, 2).join('&')}`),
    ...chance.some(searched, 2).map((word) => `${path}?q=${encodeURIComponent(word)}&limit=1`),
    ...some(known, 'import', chance).map((id) => `${path}?import=${id}`),
    ...pages(path)(known, chance),
  ]

/** The pages that follow those that were seen. */
const pages =
  (path: string): Paths =>
  (known) =>
    (known.next.get(path) ?? []).map((rest) => `${path}${rest}`)

const documentPath = (paper: string): string =>
  `/v1/engagements/${paper.replace('/', '/documents/')}`

const only =
  (...paths: readonly string[]): Paths =>
  () =>
    paths

/** Routes that name one record of a kind, by what follows its id in their paths. */
const under = (
  kind: string,
  base: string,
  tails: Readonly<Record<string, string>>,
): Readonly<Record<string, Paths>> =>
  Object.fromEntries(
    Object.entries(tails).map(([name, tail]): [string, Paths] => [
      name,
      (known, chance) =>
        some(known, kind, chance).flatMap((id) => {
          const path = `${base}/${id}${tail}`
          return [path, ...pages(path)(known, chance)]
        }),
    ]),
  )

/** What is evaluated at the model desk, and how models are reached for that. */
const ofEvaluation: Readonly<Record<string, Paths>> = {
  packs: only('/v1/packs'),
  ...under('pack', '/v1/packs', { pack: '', openedPackTasks: '/tasks', fetchPack: '/sealed' }),
  ...under('engagement', '/v1/engagements', {
    ...{ declarations: '/declarations', runs: '/runs', gatewayEndpoint: '/endpoint' },
    ...{ gatewayTokens: '/tokens', gatewayRequests: '/requests', gatewayClosings: '/closings' },
    ...{ policyReadings: '/policy-readings', handBack: '/hand-back', viewers: '/viewers' },
    holding: '/settlement',
  }),
  ...under('partner', '/v1/partners', {
    ...{ partnerEndpoint: '/endpoint', partnerTokens: '/tokens', partnerRequests: '/requests' },
    ...{ partnerClosings: '/closings', partnerOccurrences: '/occurrences' },
  }),
  ...under('run', '/v1/runs', {
    ...{ run: '', samples: '/samples', transcript: '/samples/task-1/1/events' },
    ...{ runVerdicts: '/verdict', runReviews: '/reviews', runDisputes: '/disputes' },
    ...{ runResponses: '/response', runFlaws: '/flaws' },
  }),
  ...Object.fromEntries(
    [
      ['techniques', '/v1/techniques'] as const,
      ['techniquesAsStix', '/v1/techniques/stix'] as const,
    ].map(([name, path]): [string, Paths] => [
      name,
      (known, chance) => [
        path,
        ...some(known, 'engagement', chance).map((id) => `${path}?engagement=${id}`),
      ],
    ]),
  ),
  policies: only('/v1/policies'),
  ...under('verdict', '/v1/verdicts', { verdictBundle: '/bundle' }),
  verdictKeys: only('/v1/verdict-keys'),
  ownVerdictKey: only('/v1/verdict-keys/own'),
  crossedVerdicts: only('/v1/crossed-verdicts'),
}

/** What is asked of each route that answers; `events` is listened to, see `listener.ts`. */
export const generators: Readonly<Record<string, Paths>> = {
  ownTokens: only('/v1/profile/tokens'),
  submission: ({ receipts }, chance) =>
    [...chance.some(receipts, 6), 'SUB-aaaaaaaaaaaaaaaaaa', 'x'].map(
      (one) => `/v1/submissions/${one}`,
    ),
  imports: (known, chance) => [
    ...['/v1/imports', '/v1/imports?limit=1', '/v1/imports?after=x'],
    ...pages('/v1/imports')(known, chance),
  ],
  showImport: (known, chance) => some(known, 'import', chance).map((id) => `/v1/imports/${id}`),
  importedReports: (known, chance) =>
    some(known, 'import', chance).flatMap((id) => {
      const path = `/v1/imports/${id}/reports`
      return [path, `${path}?limit=1`, ...pages(path)(known, chance)]
    }),
  labelDefaults: only('/v1/label-defaults'),
  webhooks: only('/v1/webhooks'),
  cases: queue('/v1/cases'),
  caseFacets: queue('/v1/cases/facets'),
  showCase: (known, chance) => some(known, 'case', chance).map((id) => `/v1/cases/${id}`),
  suggestions: (known, chance) => [
    '/v1/suggestions',
    ...['open', 'unsure', 'accepted', 'rejected', 'void'].map(
      (state) => `/v1/suggestions?state=${state}&limit=2`,
    ),
    ...pages('/v1/suggestions')(known, chance),
  ],
  finders: (known, chance) => [
    ...['submitted', 'confirmed', 'duplicates', 'recent', 'name'].map(
      (sort) => `/v1/finders?sort=${sort}&limit=2`,
    ),
    '/v1/finders?after=x',
    ...pages('/v1/finders')(known, chance),
  ],
  overview: only(
    ...['', '?days=1', '?days=3', '?days=30', '?days=0'].map((one) => `/v1/overview${one}`),
  ),
  advisoryCount: only('/v1/advisories/count'),
  views: only('/v1/views'),
  exportCase: (known, chance) =>
    some(known, 'case', chance).map((id) => {
      const as = chance.one(['mail', 'markdown', 'osv', 'csaf', 'zip', 'page'])
      return `/v1/cases/${id}/export?as=${as}`
    }),
  attachment: (known, chance) =>
    some(known, 'attachment', chance).map((id) => `/v1/attachments/${id}`),
  caseProofs: (known, chance) => some(known, 'case', chance).map((id) => `/v1/cases/${id}/proofs`),
  proof: (known, chance) => some(known, 'proof', chance).map((id) => `/v1/proofs/${id}`),
  proofBundle: (known, chance) =>
    some(known, 'proof', chance).map((id) => `/v1/proofs/${id}/bundle`),
  proofAttestation: (known, chance) =>
    some(known, 'run', chance).map((id) => `/v1/proof-runs/${id}/attestation`),
  proofWorkers: only('/v1/workers'),
  proofQueue: only('/v1/proof-queue'),
  session: only('/v1/session'),
  waysIn: only('/v1/ways-in'),
  profile: only('/v1/profile'),
  tokens: only('/v1/tokens'),
  organisations: only('/v1/organisations'),
  people: only('/v1/people'),
  ledgerEntries: only('/v1/ledger/entries', '/v1/ledger/entries?action=case.read&limit=2'),
  ledgerEntry: only('/v1/ledger/entries/0', '/v1/ledger/entries/3'),
  ledgerCheckpoint: only('/v1/ledger/checkpoint'),
  jobs: only('/v1/jobs', '/v1/jobs?state=waiting'),
  showClearance: only(
    '/v1/organisations/org_staff001/people/person_cleo0001/clearance',
    '/v1/organisations/org_finder03/people/person_sable001/clearance',
    '/v1/organisations/org_finder03/people/person_aaaaaaaa/clearance',
  ),
  readIns: (known, chance) => some(known, 'case', chance).map((id) => `/v1/cases/${id}/read-ins`),
  casePlan: (known, chance) => some(known, 'case', chance).map((id) => `/v1/cases/${id}/plan`),
  myReadIns: only('/v1/read-ins/mine'),
  readInPart: (known, chance) =>
    some(known, 'readin', chance).map((id) => `/v1/read-ins/mine/${id}/part`),
  readInAttachment: (known, chance) =>
    some(known, 'readin', chance).flatMap((id) =>
      some(known, 'attachment', chance).map((one) => `/v1/read-ins/mine/${id}/attachments/${one}`),
    ),
  readInLog: (known, chance) => [
    ...['/v1/read-ins/log', '/v1/read-ins/log?as=csv'],
    ...some(known, 'case', chance).map((id) => `/v1/read-ins/log?case=${id}`),
  ],
  readInReuse: only('/v1/read-ins/reuse'),
  exclusions: only('/v1/exclusions'),
  approvals: only('/v1/approvals'),
  approval: (known, chance) => some(known, 'approval', chance).map((id) => `/v1/approvals/${id}`),
  fetchApproved: (known, chance) =>
    some(known, 'approval', chance).map((id) => `/v1/approvals/${id}/export`),
  approvalPolicy: only('/v1/approval-policy'),
  hold: only('/v1/hold'),
  agreements: only('/v1/agreements'),
  showAgreement: only('/v1/agreements/nda/versions/1', '/v1/agreements/conduct/versions/1'),
  acceptances: only('/v1/agreements/acceptances'),
  factors: only('/v1/factors'),
  ledgerAnomalies: only('/v1/ledger/anomalies'),
  reportSeen: ({ receipts, secrets }, chance) =>
    [
      ...chance.some(receipts, 4),
      ...chance.some(secrets.get('receipt') ?? [], 2),
      'SUB-aaaaaaaaaaaaaaaaaa',
    ].flatMap((one) => [`/v1/reports/${one}/seen`, `/v1/reports/${one}/seen?limit=2`]),
  caseSeen: (known, chance) => some(known, 'case', chance).map((id) => `/v1/cases/${id}/seen`),
  personLedger: only('/v1/people/person_cleo0001/ledger', '/v1/people/person_aaaaaaaa/ledger'),
  readBudgets: only('/v1/read-budgets'),
  readStops: only('/v1/read-stops'),
  alerts: only('/v1/alerts'),
  listHoney: only('/v1/honey'),
  ownPseudonym: only('/v1/profile/pseudonym'),
  readRevealed: (known, chance) =>
    some(known, 'approval', chance).map((id) => `/v1/approvals/${id}/revealed`),
  explainAccess: (known, chance) =>
    (['case', 'report', 'attachment'] as const).flatMap((kind) =>
      some(known, kind, chance).map(
        (id) => `/v1/access/explain?person=person_rita0001&record=${id}`,
      ),
    ),
  evaluators: only('/v1/evaluators'),
  engagements: (known, chance) => [
    ...['/v1/engagements', '/v1/engagements?limit=1', '/v1/engagements?after=x'],
    ...pages('/v1/engagements')(known, chance),
  ],
  engagement: (known, chance) =>
    some(known, 'engagement', chance).map((id) => `/v1/engagements/${id}`),
  engagementEvents: (known, chance) =>
    some(known, 'engagement', chance).flatMap((id) => {
      const path = `/v1/engagements/${id}/events`
      return [path, `${path}?limit=2`, ...pages(path)(known, chance)]
    }),
  document: (known, chance) => [
    ...chance.some(known.secrets.get('paper') ?? [], 3).map(documentPath),
    ...some(known, 'engagement', chance).flatMap((of) =>
      some({ ...known, secrets: new Map() }, 'document', chance).map((id) =>
        documentPath(`${of}/${id}`),
      ),
    ),
  ],
  determinations: (known, chance) =>
    some(known, 'engagement', chance).map((id) => `/v1/engagements/${id}/determinations`),
  engagementPartners: (known, chance) =>
    some(known, 'engagement', chance).map((id) => `/v1/engagements/${id}/partners`),
  ownPartners: only('/v1/partners'),
  deskCounts: only('/v1/desk/counts'),
  ...ofEvaluation,
  health: only('/healthz'),
  readiness: only('/readyz'),
  metrics: only('/metrics'),
}

/** Headers by which somebody asks whether anything changed, for a part, or in another form. */
const conditions: readonly Readonly<Record<string, string>>[] = [
  ...[{ 'if-none-match': '*' }, { 'if-none-match': '"x"' }, { range: 'bytes=0-99' }],
  { 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' },
  ...[{ accept: 'text/csv' }, { 'x-reason': 'Looking%20into%20it' }],
]

/** The calls to a route that answers a question: plain ones, and some by head or on conditions. */
export function callsOf(name: string, known: Known, chance: Chance): readonly Call[] {
  const paths = [...new Set(generators[name]?.(known, chance) ?? [])]
  const plain = paths.map((path) => ({ method: 'GET', path }))
  const heads = chance.some(paths, 1).map((path) => ({ method: 'HEAD', path }))
  const headers = conditions[chance.between(0, conditions.length - 1)] ?? {}
  const conditional = chance.some(paths, 1).map((path) => ({ method: 'GET', path, headers }))
  return [...plain, ...heads, ...conditional]
}

/** Routes whose answers change with almost every step. */
export const ofRecords: ReadonlySet<string> = new Set([
  ...['approvals', 'attachment', 'caseFacets', 'casePlan', 'cases', 'exclusions', 'explainAccess'],
  ...['exportCase', 'finders', 'importedReports', 'imports', 'myReadIns', 'overview', 'readIns'],
  ...['readInLog', 'readInPart', 'reportSeen', 'showCase', 'showImport', 'submission'],
  ...['caseProofs', 'proof', 'proofAttestation', 'proofBundle', 'proofQueue'],
  ...['suggestions', 'views', 'engagements', 'engagement', 'engagementEvents', 'document'],
  ...['determinations', 'engagementPartners', 'ownPartners'],
  ...Object.keys(ofEvaluation),
])

/** Routes that answer a question; each is asked by every outsider. */
export const askedRoutes = (routes: readonly Route<Principal>[]): readonly Route<Principal>[] =>
  routes.filter(({ method }) => method === 'GET')

/** Names of routes that nobody would ask: a new one has to say how it is asked. */
export const unasked = (routes: readonly Route<Principal>[]): readonly string[] =>
  askedRoutes(routes)
    .filter(({ kind, name }) => kind !== 'events' && generators[name] === undefined)
    .map(({ name }) => name)
