import type { Principal } from '#features/org/org.ts'
import type { Route } from '#platform/http/route.ts'
import type { Chance } from '../synthetic/chance.ts'
import { namings, pathOf } from './alike.ts'
import type { Who } from './cast.ts'
import type { Known } from './requests.ts'
import type { Call } from './world.ts'

const never = 'aaaaaaaaaaaaaaaaaaaa'

/** Ids of a kind that an outsider may only have guessed. */
function guessed(kind: string, known: Known, chance: Chance): readonly string[] {
  if (kind === 'person') return ['person_cleo0001', `person_${never}`]
  if (kind === 'org') return ['org_finder03', `org_${never}`]
  const nobodys = kind === 'receipt' ? 'SUB-aaaaaaaaaaaaaaaaaa' : `${kind}_${never}`
  return [...chance.some(known.secrets.get(kind) ?? [], 2), nobodys]
}

/** A change of what is secret, as `alike.ts` words it, asked by somebody who may not know of it. */
function changes(route: Route<Principal>, asker: Asker): readonly Call[] {
  const naming = namings[route.name]
  if (naming === undefined || !naming.who.includes(asker.who)) return []
  const { query, body, headers } = naming
  return guessed(naming.kind, asker.known, asker.chance).map((id) => ({
    ...{ method: route.method, path: pathOf(route, id, query) },
    ...(body && { body }),
    ...(headers && { headers }),
  }))
}

export type Asker = { readonly who: Who; readonly known: Known; readonly chance: Chance }

type Guess = { readonly secret: string; readonly own: string; readonly version: number }
type Naming = (guess: Guess) => { readonly path: string; readonly body: object }

const request = (kind: string, asked: object): ReturnType<Naming> => ({
  path: '/v1/approvals',
  body: { kind, request: asked, reason: 'Mine' },
})

const label = {
  ...{ classification: 'unclassified', compartments: [], embargoUntil: null, foia: [], legal: [] },
  ...{ owners: [], releasableTo: null, tlp: 'amber' },
}

const technique = {
  ...{ title: 'Mine', summary: 'Mine', attack: [], atlas: [], conditions: [], evidence: [] },
  seen: [{ run: 'run_aaaaaaaa', task: 'task-1', epoch: 1 }],
}

/** Changes that name what is secret beside what is the asker's own, or in no path. */
const beside: Readonly<Record<string, readonly Naming[]>> = {
  mergeCases: [
    ({ own, version, secret }) => ({
      ...{ path: `/v1/cases/${own}/merge`, body: { version, cases: [secret], why: 'Mine' } },
    }),
  ],
  keepApart: [
    ({ own, version, secret }) => ({
      ...{ path: `/v1/cases/${own}/apart`, body: { version, with: secret, why: 'Mine' } },
    }),
  ],
  relate: [
    ({ own, version, secret }) => ({
      path: `/v1/cases/${own}/relation`,
      body: { version, with: secret, kind: 'related', why: 'Mine' },
    }),
  ],
  changeCases: [
    ({ secret }) => ({
      path: '/v1/cases/bulk',
      body: { cases: [{ id: secret, version: 1 }], change: { title: 'Mine' } },
    }),
  ],
  keepTechnique: [
    ({ secret }) => ({
      path: '/v1/techniques',
      body: { engagement: secret, technique: technique },
    }),
  ],
  addExclusion: [
    ({ secret }) => ({
      path: '/v1/exclusions',
      body: { who: { person: 'person_pia00001' }, case: secret, reason: 'Mine', until: null },
    }),
  ],
  askForApproval: [
    ({ secret }) => request('case.lower-label', { case: secret, label, why: 'Mine' }),
    ({ secret }) => request('case.lift-embargo', { case: secret, until: null }),
    ({ own, secret }) => request('case.export-bulk', { cases: [own, secret] }),
  ],
}

/** What is named so, where it is not a case. */
const besideOf: Readonly<Record<string, string>> = { keepTechnique: 'engagement' }

/** Who may neither merge nor ask is refused before anything is looked up. */
function namesBeside(route: Route<Principal>, { known, chance }: Asker): readonly Call[] {
  const kind = besideOf[route.name] ?? 'case'
  const [secret = `${kind}_${never}`] = chance.some(known.secrets.get(kind) ?? [], 1)
  const [own = `${kind}_${never}`] = chance.some(known.own.get(kind) ?? [], 1)
  const version = known.versions.get(own) ?? 1
  return (beside[route.name] ?? []).map((naming) => ({
    ...{ method: route.method, ...naming({ secret, own, version }) },
  }))
}

/** Asked with nothing of what they need, by everybody: what they refuse first is the same. */
const bare: ReadonlySet<string> = new Set([
  ...['addPasskey', 'addPerson', 'askFactor', 'beginAtProvider', 'finishAtProvider', 'makeHoney'],
  ...['offerModel', 'publishDeskCounts', 'commitToPack', 'publishPolicy'],
  ...['trustVerdictKey', 'takeVerdict', 'endVerdictKey'],
  ...[
    'makeToken',
    'makeOwnToken',
    'revokeOwnToken',
    'acceptAgreement',
    'prove',
    'publishAgreement',
    'removeIdentity',
    'saveView',
  ],
  ...['removePasskey', 'renamePasskey', 'retireHoney', 'retryJob', 'setReadBudgets'],
  ...['setReadInReuse', 'signIn', 'signInByPasskey', 'signInByRecoveryCode'],
  ...['switchOrganisation', 'writeToFinder'],
])

const bareCall = (route: Route<Principal>): Call => ({
  ...{ method: route.method, path: pathOf(route, never) },
  ...(route.method !== 'DELETE' && { body: {} }),
})

/** Every change that an outsider tries on what is not theirs. */
export function probesOf(route: Route<Principal>, asker: Asker): readonly Call[] {
  if (route.method === 'GET') return []
  const empty = bare.has(route.name) ? [bareCall(route)] : []
  return [...changes(route, asker), ...namesBeside(route, asker), ...empty]
}

/** What somebody who is not cleared does in a history, and is answered alike. */
const done: ReadonlySet<string> = new Set(['submitReport', 'submitDocument', 'switchProofWorker'])

/** Names of changes that nobody would try: a new one has to say how, or why not. */
export const untried = (routes: readonly Route<Principal>[]): readonly string[] =>
  routes
    .filter(({ method }) => method !== 'GET')
    .map(({ name }) => name)
    .filter((name) => ![namings, beside, uncompared].some((known) => name in known))
    .filter((name) => !bare.has(name) && !done.has(name))

/** Routes that no outsider is compared at, each with why. */
export const uncompared: Readonly<Record<string, string>> = {
  signOut: 'it would end the session in which the others are asked',
  endOtherSessions: 'it would end the sessions in which the others are asked',
  passkeyOptions: 'it answers a challenge at random, before anybody is known',
  newPasskeyOptions: 'it answers a challenge at random',
  proveOptions: 'it answers a challenge at random',
  makeRecoveryCodes: 'it answers codes at random',
  becomePseudonymous: 'it would take a finder out of the cast',
  loadExamples: 'it would add the same records to both worlds',
  openAlone: 'only an instance that was restored has something to open',
  beginAtProvider: 'there only where a provider is configured',
  finishAtProvider: 'there only where a provider is configured',
  beginLinking: 'there only where a provider is configured',
  removeIdentity: 'there only where a provider is configured',
}
