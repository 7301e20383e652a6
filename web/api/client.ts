import { heardClock } from '../ui/clock.ts'
import * as api from './parley.generated.ts'
import { ProblemError, unreachable } from './problem.ts'
import { withProof } from './step-up.ts'
import type {
  AgreementFace,
  AgreementWish,
  Apart,
  ApprovalDecision,
  ApprovalWish,
  Assertion,
  BulkChange,
  CaseChange,
  Decision,
  FactorAsked,
  GateDecision,
  HoneyWish,
  Member,
  MembershipWish,
  Merge,
  Nomination,
  OrganisationChange,
  OwnTokenWish,
  PersonChange,
  PersonWish,
  PlanChange,
  ProofFile,
  ReadBudgets,
  ReadInEnding,
  Registration,
  Relabel,
  Relate,
  Split,
  TierChange,
  TokenWish,
} from './types.ts'

/** One function an endpoint, over the generated client. Each throws ProblemError on any "no". */

export type Signal = AbortSignal | undefined
type AgreementKind = AgreementFace['kind']
type Page = { readonly after?: string | undefined }
/** What may be asked of a list; what is not set may be left undefined. */
export type QueryOf<Call extends (to: api.Target, ask: never) => unknown> =
  NonNullable<Parameters<Call>[1]> extends { readonly query?: infer Query }
    ? { readonly [Name in keyof Query]?: Query[Name] | undefined }
    : never

/** The host that the page is from, with the session of this browser. */
export const here: api.Target = { base: '' }

export async function told<T>(asked: Promise<api.Answered<T>>): Promise<T> {
  const askedAt = Date.now()
  const answer = await asked.catch((error: unknown) => {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : unreachable()
  })
  heardClock(answer.headers, askedAt)
  if (!answer.ok) throw new ProblemError(answer.problem.status, answer.problem)
  return answer.value
}

export const until = (signal: Signal) => (signal ? { signal } : {})

/** Without what is empty: a filter that is not set is no filter for nothing. */
export function filled<Query extends object>(
  query: { readonly [Name in keyof Query]: Query[Name] | undefined },
) {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return { query: Object.fromEntries(kept) }
}

export const openSession = (link: string) => told(api.signIn(here, { body: { link } }))
export const getSession = () => told(api.session(here))
export const askToSignIn = () => told(api.passkeyOptions(here, { body: {} }))
export const openSessionByPasskey = (assertion: Assertion) =>
  told(api.signInByPasskey(here, { body: assertion }))
export const openSessionByCode = (code: string) =>
  told(api.signInByRecoveryCode(here, { body: { code } }))
export const getWaysIn = (signal?: Signal) => told(api.waysIn(here, until(signal)))
export const beginAtProvider = (target: string) =>
  told(api.beginAtProvider(here, { body: { target } }))
export const finishAtProvider = (answer: string) =>
  told(api.finishAtProvider(here, { body: { answer } }))
export const closeSession = () => told(api.signOut(here))
export const listPeople = (signal?: Signal) => told(api.people(here, until(signal)))

export const getProfile = (signal?: Signal) => told(api.profile(here, until(signal)))
export const getOwnPseudonym = (signal?: Signal) => told(api.ownPseudonym(here, until(signal)))
export const becomePseudonymous = (wish: { readonly contact?: string }) =>
  withProof(() => told(api.becomePseudonymous(here, { body: wish })))
export const askToAddPasskey = () => told(api.newPasskeyOptions(here, { body: {} }))
export const addPasskey = (registration: Registration) =>
  told(api.addPasskey(here, { body: registration }))
export const renamePasskey = (id: string, name: string) =>
  told(api.renamePasskey(here, { params: { id }, body: { name } }))
export const removePasskey = (id: string, isLastMeant: boolean) =>
  told(api.removePasskey(here, { params: { id }, query: { isLastMeant } }))
export const beginLinking = () => told(api.beginLinking(here, { body: {} }))
export const removeIdentity = (id: string, isLastMeant: boolean) =>
  told(api.removeIdentity(here, { params: { id }, query: { isLastMeant } }))
export const makeRecoveryCodes = () =>
  withProof(() => told(api.makeRecoveryCodes(here, { body: {} })))
export const endSession = (id: string) => told(api.endSession(here, { params: { id } }))
export const endOtherSessions = () => told(api.endOtherSessions(here))

export const listOrganisations = (signal?: Signal) => told(api.organisations(here, until(signal)))
export const addPerson = (wish: PersonWish) =>
  withProof(() => told(api.addPerson(here, { body: wish })))
export const makeOneTimeLink = (id: string) =>
  withProof(() => told(api.makeOneTimeLink(here, { params: { id }, body: {} })))
export const changePerson = (id: string, change: PersonChange) =>
  withProof(() => told(api.changePerson(here, { params: { id }, body: change })))
type MemberOf = Parameters<typeof api.setRole>[1]['params']
export const setRole = (member: MemberOf, role: Member['role']) =>
  withProof(() => told(api.setRole(here, { params: member, body: { role } })))
export const removeMember = (member: MemberOf) =>
  withProof(() => told(api.removeMember(here, { params: member })))
export const changeOrganisation = (id: string, change: OrganisationChange) =>
  withProof(() => told(api.changeOrganisation(here, { params: { id }, body: change })))
export const addMembership = (id: string, { organisation, role }: MembershipWish) =>
  withProof(() => told(api.addMembership(here, { params: { organisation, id }, body: { role } })))
export const listFactors = (signal?: Signal) => told(api.factors(here, until(signal)))
export const askFactor = (asked: FactorAsked) =>
  withProof(() => told(api.askFactor(here, { body: asked })))
export const switchOrganisation = (organisation: string) =>
  told(api.switchOrganisation(here, { body: { organisation } }))
export const askToProve = () => told(api.proveOptions(here, { body: {} }))
export const prove = (assertion: Assertion) => told(api.prove(here, { body: assertion }))

export const listAgreements = (signal?: Signal) => told(api.agreements(here, until(signal)))
export const getAgreement = (kind: AgreementKind, version: number, signal?: Signal) =>
  told(api.showAgreement(here, { params: { kind, version: String(version) }, ...until(signal) }))
export const publishAgreement = (wish: AgreementWish) =>
  withProof(() => told(api.publishAgreement(here, { body: wish })))
export const acceptAgreement = (read: Pick<AgreementFace, 'kind' | 'version' | 'digest'>) =>
  told(api.acceptAgreement(here, { body: read }))
export const listAcceptances = (signal?: Signal) => told(api.acceptances(here, until(signal)))

export const saySameHuman = (id: string, other: string) =>
  told(api.saySameHuman(here, { params: { id }, body: { other } }))
export const unsaySameHuman = (id: string) => told(api.unsaySameHuman(here, { params: { id } }))

export const listApprovals = (signal?: Signal) => told(api.approvals(here, until(signal)))
export const getApproval = (id: string, signal?: Signal) =>
  told(api.approval(here, { params: { id }, ...until(signal) }))
export const askForApproval = (wish: ApprovalWish) => told(api.askForApproval(here, { body: wish }))
export const grantApproval = (id: string, decision: ApprovalDecision) =>
  told(api.grantApproval(here, { params: { id }, body: decision }))
export const refuseApproval = (id: string, decision: ApprovalDecision) =>
  told(api.refuseApproval(here, { params: { id }, body: decision }))
export const withdrawApproval = (id: string, digest: string) =>
  told(api.withdrawApproval(here, { params: { id }, body: { digest } }))
export const readRevealed = (id: string) => told(api.readRevealed(here, { params: { id } }))
export const getApprovalPolicy = (signal?: Signal) => told(api.approvalPolicy(here, until(signal)))
export const getHold = (signal?: Signal) => told(api.hold(here, until(signal)))
export const openAlone = () => told(api.openAlone(here, { body: {} }))
/** Where a browser downloads what was granted, once. */
export const approvedExportAddress = (id: string): string =>
  `/v1/approvals/${encodeURIComponent(id)}/export`

export const listOwnTokens = (signal?: Signal) => told(api.ownTokens(here, until(signal)))
export const makeOwnToken = (wish: OwnTokenWish) =>
  withProof(() => told(api.makeOwnToken(here, { body: wish })))
export const revokeOwnToken = (id: string) => told(api.revokeOwnToken(here, { params: { id } }))
export const listTokens = (signal?: Signal) => told(api.tokens(here, until(signal)))
export const makeToken = (wish: TokenWish) =>
  withProof(() => told(api.makeToken(here, { body: wish })))
export const revokeToken = (id: string) => told(api.revokeToken(here, { params: { id } }))

export const loadExamples = () => told(api.loadExamples(here, { body: {} }))
export const listImports = (page: Page = {}, signal?: Signal) =>
  told(api.imports(here, { ...filled(page), ...until(signal) }))
export const getImport = (id: string, signal?: Signal) =>
  told(api.showImport(here, { params: { id }, ...until(signal) }))
export const listImportedReports = (
  id: string,
  page: Page & { readonly limit?: number } = {},
  signal?: Signal,
) => told(api.importedReports(here, { params: { id }, ...filled(page), ...until(signal) }))

export const listCases = (query: QueryOf<typeof api.cases>, signal?: Signal) =>
  told(api.cases(here, { ...filled(query), ...until(signal) }))
export const getFacets = (query: QueryOf<typeof api.caseFacets>, signal?: Signal) =>
  told(api.caseFacets(here, { ...filled(query), ...until(signal) }))
export const getCase = (id: string, signal?: Signal, reason?: string) =>
  told(api.showCase(here, { params: { id }, ...because(reason), ...until(signal) }))
export const changeCase = (id: string, change: CaseChange) =>
  told(api.changeCase(here, { params: { id }, body: change }))
export const changeCases = (change: BulkChange) => told(api.changeCases(here, { body: change }))
export const mergeCases = (id: string, merge: Merge) =>
  told(api.mergeCases(here, { params: { id }, body: merge }))
export const splitCase = (id: string, split: Split) =>
  told(api.splitCase(here, { params: { id }, body: split }))
export const keepApart = (id: string, apart: Apart) =>
  told(api.keepApart(here, { params: { id }, body: apart }))
export const relateCase = (id: string, relate: Relate) =>
  told(api.relate(here, { params: { id }, body: relate }))
export const labelCase = (id: string, relabel: Relabel) =>
  told(api.labelCase(here, { params: { id }, body: relabel }))
export const undoEvent = (event: string) => told(api.undo(here, { params: { event }, body: {} }))
export const addNote = (id: string, text: string) =>
  told(api.addNote(here, { params: { id }, body: { text } }))
export const changeNote = (note: string, text: string) =>
  told(api.changeNote(here, { params: { id: note }, body: { text } }))
export const removeNote = (note: string) => told(api.removeNote(here, { params: { id: note } }))

export const getPlan = (id: string, signal?: Signal) =>
  told(api.casePlan(here, { params: { id }, ...until(signal) }))
export const planCase = (id: string, plan: PlanChange) =>
  told(api.planCase(here, { params: { id }, body: plan }))
export const listReadIns = (id: string, signal?: Signal) =>
  told(api.readIns(here, { params: { id }, ...until(signal) }))
export const nominate = (id: string, wish: Nomination) =>
  told(api.nominate(here, { params: { id }, body: wish }))
export const decideGate = (id: string, gate: '1' | '2' | '3', decision: GateDecision) =>
  told(api.decideGate(here, { params: { id, gate }, body: decision }))
export const refuseReadIn = (id: string, why: string) =>
  told(api.refuseReadIn(here, { params: { id }, body: { why } }))
export const assignReadIn = (id: string, why: string) =>
  told(api.assignReadIn(here, { params: { id }, body: { why } }))
export const changeReadIn = (id: string, change: TierChange) =>
  told(api.changeReadIn(here, { params: { id }, body: change }))
export const endReadIn = (id: string, ending: ReadInEnding) =>
  told(api.endReadIn(here, { params: { id }, body: ending }))
export const listOwnReadIns = (signal?: Signal) => told(api.myReadIns(here, until(signal)))
export const acknowledgeReadIn = (
  id: string,
  body: Parameters<typeof api.acknowledgeReadIn>[1]['body'],
) => told(api.acknowledgeReadIn(here, { params: { id }, body }))
export const getReadInPart = (id: string, signal?: Signal) =>
  told(api.readInPart(here, { params: { id }, ...until(signal) }))
export const readInAttachmentAddress = (readIn: string, id: string): string =>
  `/v1/read-ins/mine/${encodeURIComponent(readIn)}/attachments/${encodeURIComponent(id)}`

export type ExportKind = Parameters<typeof api.exportCase>[1]['query']['as']
/** Where a browser downloads it from. */
export const exportAddress = (id: string, kind: ExportKind): string =>
  `/v1/cases/${encodeURIComponent(id)}/export?as=${kind}`
/** A reason as the header that says it: headers take no letters but those of ASCII. */
const because = (reason: string | undefined) =>
  reason === undefined ? {} : { headers: { 'x-reason': encodeURIComponent(reason) } }

/** A file of the API, with the name that it is to have. */
export async function takeFile(
  address: string,
  reason?: string,
): Promise<{ readonly blob: Blob; readonly name: string }> {
  const response = await fetch(address, because(reason)).catch(() => null)
  if (response === null) throw unreachable()
  if (!response.ok) {
    const members: unknown = await response.json().catch(() => ({}))
    const isObject = typeof members === 'object' && members !== null
    throw new ProblemError(response.status, isObject ? { ...members } : {})
  }
  const told = response.headers.get('content-disposition') ?? ''
  const [, encoded] = /filename\*=UTF-8''([^;]+)/.exec(told) ?? []
  const [, plain = 'file'] = /filename="([^"]+)"/.exec(told) ?? []
  const name = encoded === undefined ? plain : decodeURIComponent(encoded)
  return { blob: await response.blob(), name }
}

export const listAlerts = (signal?: Signal) => told(api.alerts(here, until(signal)))
export const acknowledgeAlert = (id: string, reason: string) =>
  told(api.acknowledgeAlert(here, { params: { id }, body: { reason } }))
export const listReadStops = (signal?: Signal) => told(api.readStops(here, until(signal)))
export const liftReadStop = (id: string, reason: string) =>
  told(api.liftReadStop(here, { params: { id }, body: { reason } }))
export const listHoney = (signal?: Signal) => told(api.listHoney(here, until(signal)))
export const makeHoney = (body: HoneyWish) => told(api.makeHoney(here, { body }))
export const retireHoney = (id: string) => told(api.retireHoney(here, { params: { id } }))
export const readBudgets = (signal?: Signal) => told(api.readBudgets(here, until(signal)))
export const setReadBudgets = (body: ReadBudgets) => told(api.setReadBudgets(here, { body }))
export const listCaseProofs = (id: string, signal?: Signal) =>
  told(api.caseProofs(here, { params: { id }, ...until(signal) }))
/** Hands in a proof for a report of a case; without one, for its best evidenced report. */
export const addProof = (id: string, { file, type, report }: ProofFile) =>
  told(api.addProof(here, { params: { id }, ...filled({ report }), body: file, type }))
export const getProof = (id: string, signal?: Signal, reason?: string) =>
  told(api.proof(here, { params: { id }, ...because(reason), ...until(signal) }))
export const rerunProof = (id: string) => told(api.rerunProof(here, { params: { id }, body: {} }))
export const disputeProof = (id: string, why: string) =>
  told(api.disputeProof(here, { params: { id }, body: { why } }))
export const withdrawDispute = (id: string) => told(api.withdrawDispute(here, { params: { id } }))
export const bundleAddress = (id: string): string => `/v1/proofs/${encodeURIComponent(id)}/bundle`
export const attestationAddress = (run: string): string =>
  `/v1/proof-runs/${encodeURIComponent(run)}/attestation`
export const listProofWorkers = (signal?: Signal) => told(api.proofWorkers(here, until(signal)))
export const getProofQueue = (signal?: Signal) => told(api.proofQueue(here, until(signal)))
export const switchProofWorker = (id: string, isOn: boolean, why: string) =>
  told(api.switchProofWorker(here, { params: { id }, body: { isOn, why } }))
export const attachmentAddress = (id: string): string => `/v1/attachments/${encodeURIComponent(id)}`

export const listSuggestions = (query: QueryOf<typeof api.suggestions> = {}, signal?: Signal) =>
  told(api.suggestions(here, { ...filled(query), ...until(signal) }))
export const decideSuggestion = (id: string, decision: Decision) =>
  told(api.decideSuggestion(here, { params: { id }, body: decision }))

export const listFinders = (query: QueryOf<typeof api.finders> = {}, signal?: Signal) =>
  told(api.finders(here, { ...filled(query), ...until(signal) }))
export const getOverview = (days: number, signal?: Signal) =>
  told(api.overview(here, { query: { days }, ...until(signal) }))

export const listJobs = (query: QueryOf<typeof api.jobs> = {}, signal?: Signal) =>
  told(api.jobs(here, { ...filled(query), ...until(signal) }))
export const retryJob = (id: string) => told(api.retryJob(here, { params: { id }, body: {} }))

export const listLedger = (query: QueryOf<typeof api.ledgerEntries> = {}, signal?: Signal) =>
  told(api.ledgerEntries(here, { ...filled(query), ...until(signal) }))
export const getLedgerEntry = (index: string, signal?: Signal) =>
  told(api.ledgerEntry(here, { params: { index }, ...until(signal) }))
export const getCheckpoint = (signal?: Signal) => told(api.ledgerCheckpoint(here, until(signal)))
export const listAnomalies = (signal?: Signal) => told(api.ledgerAnomalies(here, until(signal)))
export const listCaseLooks = (id: string, page: Page = {}, signal?: Signal) =>
  told(api.caseSeen(here, { params: { id }, ...filled(page), ...until(signal) }))

export const listViews = (signal?: Signal) => told(api.views(here, until(signal)))
export const saveView = (name: string, query: string) =>
  told(api.saveView(here, { body: { name, query } }))
export const removeView = (id: string) => told(api.removeView(here, { params: { id } }))
