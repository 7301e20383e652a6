import type { Principal } from '#features/org/org.ts'
import type { Route } from '#platform/http/route.ts'
import { deskNamings } from './alike-desk.ts'
import { outsiders, type Who } from './cast.ts'
import { inDays } from './world.ts'

/** How a route that names a record is asked about one that the asker may not see. */
export type Naming = {
  /** What the id in the path is of. */
  readonly kind: string
  /** Who asks. */
  readonly who: readonly Who[]
  readonly query?: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** Whoever may audit, by a token or in a session: the ledger is one for all of them. */
const auditors: readonly Who[] = ['bela', 'dora', 'otto', 'odo']
const all = outsiders
const unaudited = all.filter((who) => !auditors.includes(who))
/** Those without the permission; who has it may know whom and what there is. */
const others = unaudited.filter((who) => who !== 'anna' && who !== 'una')
const version = 1
const note = { text: 'Mine' }
const label = {
  ...{ classification: 'unclassified', compartments: [], embargoUntil: null, foia: [], legal: [] },
  ...{ owners: [], releasableTo: null, tlp: 'red' },
}
const cleared = {
  ...{ classification: 'unclassified', tlp: 'red', compartments: [], pcii: false },
  underEmbargo: true,
}
const digest = '0'.repeat(64)
const nomination = {
  ...{ person: 'person_pia00001', sponsor: 'person_bela0001', tier: '2', isEmergency: false },
  ...{ role: 'test', need: 'Mine' },
}
const plan = {
  ...{ version: 0, fixText: 'Mine', fixLinks: [], artifacts: [], embargoUntil: null },
  ...{ analysisAt: null, upstreamAt: null, disclosureAt: null, goLiveAt: null, disclosedAt: null },
}
const until = inDays(34)
const file = { body: Buffer.from('Mine'), headers: { 'content-type': 'text/plain' } }
const partner = { organisation: 'Mine', tier: 'defence', users: [], endsAt: until }
const happened = { what: 'misuse', knownAt: inDays(0), person: null, text: 'Mine' }
const duty = { occurrence: 'occurrence_aaaaaaaa', what: 'Report it' }
const related = { version, with: 'case_aaaaaaaa', kind: 'related', why: 'x' }

/** Every route with an id in its path, by its name; a new one has to be named here. */
export const namings: Readonly<Record<string, Naming>> = {
  showImport: { kind: 'import', who: all },
  importedReports: { kind: 'import', who: all },
  showCase: { kind: 'case', who: all },
  exportCase: { kind: 'case', who: all, query: '?as=markdown' },
  changeCase: { kind: 'case', who: all, body: { version, title: 'Mine' } },
  mergeCases: { kind: 'case', who: all, body: { version, cases: ['case_aaaaaaaa'] } },
  splitCase: { kind: 'case', who: all, body: { version, reports: ['report_aaaaaaaa'] } },
  keepApart: { kind: 'case', who: all, body: { version, with: 'case_aaaaaaaa' } },
  relate: { kind: 'case', who: all, body: related },
  addNote: { kind: 'case', who: all, body: note },
  labelCase: { kind: 'case', who: all, body: { version, label, why: 'x' } },
  casePlan: { kind: 'case', who: all },
  planCase: { kind: 'case', who: all, body: plan },
  readIns: { kind: 'case', who: all },
  nominate: { kind: 'case', who: all, body: nomination },
  decideGate: { kind: 'readin', who: all, body: { result: 'passed', what: 'x', papers: [] } },
  refuseReadIn: { kind: 'readin', who: all, body: { why: 'x' } },
  assignReadIn: { kind: 'readin', who: all, body: { why: 'x' } },
  changeReadIn: { kind: 'readin', who: all, body: { tier: '1', until, why: 'x' } },
  endReadIn: { kind: 'readin', who: all, body: { why: 'mistake', note: '' } },
  readInPart: { kind: 'readin', who: all },
  readInAttachment: { kind: 'readin', who: all },
  acknowledgeReadIn: { kind: 'readin', who: all, body: { digest, agreed: [] } },
  endExclusion: { kind: 'exclusion', who: all },
  approval: { kind: 'approval', who: all },
  fetchApproved: { kind: 'approval', who: all },
  grantApproval: { kind: 'approval', who: all, body: { digest, reason: 'x' } },
  refuseApproval: { kind: 'approval', who: all, body: { digest, reason: 'x' } },
  withdrawApproval: { kind: 'approval', who: all, body: { digest } },
  readRevealed: { kind: 'approval', who: all },
  caseSeen: { kind: 'case', who: unaudited },
  personLedger: { kind: 'person', who: unaudited },
  reportSeen: { kind: 'receipt', who: unaudited },
  acknowledgeAlert: { kind: 'alert', who: unaudited, body: { reason: 'Mine' } },
  liftReadStop: { kind: 'stop', who: unaudited, body: { reason: 'Mine' } },
  addMembership: { kind: 'person', who: others, body: { role: 'reader' } },
  saySameHuman: { kind: 'person', who: others, body: { other: 'person_fay00001' } },
  unsaySameHuman: { kind: 'person', who: others },
  undo: { kind: 'event', who: all, body: {} },
  decideSuggestion: { kind: 'suggestion', who: all, body: { decision: 'yes' } },
  changeNote: { kind: 'note', who: all, body: note },
  removeNote: { kind: 'note', who: all },
  attachment: { kind: 'attachment', who: all },
  caseProofs: { kind: 'case', who: all },
  addProof: { kind: 'case', who: all, body: {} },
  handInProof: { kind: 'receipt', who: all, body: {} },
  proof: { kind: 'proof', who: all },
  proofBundle: { kind: 'proof', who: all },
  proofAttestation: { kind: 'run', who: all },
  rerunProof: { kind: 'proof', who: all, body: {} },
  cancelProof: { kind: 'proof', who: all, body: {} },
  disputeProof: { kind: 'proof', who: all, body: { why: 'Mine' } },
  withdrawDispute: { kind: 'proof', who: all },
  engagement: { kind: 'engagement', who: all },
  sayOfEngagement: { kind: 'engagement', who: all, body: { kind: 'release' } },
  engagementEvents: { kind: 'engagement', who: all },
  addDocument: { kind: 'engagement', who: all, query: '?name=mine', ...file },
  document: { kind: 'paper', who: all },
  determinations: { kind: 'engagement', who: all },
  askDetermination: { kind: 'engagement', who: all, body: {} },
  sayOfDetermination: { kind: 'determination', who: all, body: { kind: 'take-back' } },
  engagementPartners: { kind: 'engagement', who: all },
  proposePartner: { kind: 'engagement', who: all, body: partner },
  sayOfPartner: { kind: 'partner', who: all, body: { kind: 'agree' } },
  tellOccurrence: { kind: 'partner', who: all, body: happened },
  doDuty: { kind: 'partner', who: all, body: duty },
  ...deskNamings(all),
  removeView: { kind: 'view', who: all },
  endSession: { kind: 'session', who: all },
  revokeToken: { kind: 'token', who: others },
  revokeOwnToken: { kind: 'token', who: others },
  changePerson: { kind: 'person', who: others, body: { name: 'Mine' } },
  makeOneTimeLink: { kind: 'person', who: others, body: {} },
  changeOrganisation: { kind: 'org', who: others, body: { name: 'Mine' } },
  showClearance: { kind: 'person', who: others },
  setClearance: { kind: 'person', who: others, body: cleared },
  setRole: { kind: 'person', who: others, body: { role: 'reader' } },
  removeMember: { kind: 'person', who: others },
  setWebhook: { kind: 'org', who: others, body: { url: 'https://hooks.example.org/' } },
  setLabelDefault: { kind: 'org', who: others, body: { label: null } },
  dropWebhook: { kind: 'org', who: others },
}

/** Routes with an id that are not asked so, each with why. */
export const unnamed: Readonly<Record<string, string>> = {
  showAgreement: 'agreements are published for everybody who works here',
  submission: 'a receipt is all that is needed to ask, so knowing one is being allowed to',
  removeIdentity: 'tested beside the route, with a provider',
  renamePasskey: 'tested beside the route, with an authenticator',
  removePasskey: 'tested beside the route, with an authenticator',
  retireHoney: 'honey is of those who administer; tested beside the route',
  writeToFinder: 'finders are listed for whoever may decide; tested beside the route',
  ledgerEntry: 'its entries are counted for all who may audit, and for nobody else',
  endVerdictKey: 'keys are of the instance; who administers it sees all',
  verdictBundle: 'tested beside the route, with verdicts of others',
  retryJob: 'jobs are of the instance; who runs it sees all',
  switchProofWorker: 'workers are of the instance; who runs it sees all',
}

/** Routes with an id in their path. */
export const namingRoutes = (routes: readonly Route<Principal>[]): readonly Route<Principal>[] =>
  routes.filter(({ path }) => path.includes('{'))

/** What else paths name, of a record or of nothing. */
const named: Readonly<Record<string, string>> = {
  ...{ task: 'task-1', epoch: '1', person: 'person_pia00001' },
}

/** The path of a route for an id; a paper has two, that of its engagement before its own. */
export function pathOf({ path }: Route<Principal>, id: string, query = ''): string {
  const [first = id, second = id] = id.split('/')
  const begun = path
    .replace('{organisation}', id.startsWith('org_') ? id : 'org_staff001')
    .replace(/\{\w+\}/, first)
  return begun.replace(/\{(\w+)\}/g, (_, name: string) => named[name] ?? second) + query
}
