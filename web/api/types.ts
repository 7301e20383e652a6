import type * as api from './parley.generated.ts'

/** The shapes that cross HTTP under the names that pages use, as the routes of the server say. */

type Body<Call extends (to: api.Target, ask: never) => unknown> = Parameters<Call>[1] extends {
  readonly body: infer Sent
}
  ? Sent
  : never

export type CaseRow = api.CaseRowWire
export type Label = CaseRow['label']
export type LabelWish = NonNullable<OfferWish['label']>
export type Relabel = Body<typeof api.labelCase>
export type Severity = CaseRow['severity']
export type Band = CaseRow['band']
export type Status = CaseRow['status']
export type Verdict = CaseRow['verdict']
export type EvidenceLevel = CaseRow['evidence']
export type Person = api.PersonWire
export type CaseList = api.CaseListWire
type CaseQueryAsked = NonNullable<NonNullable<Parameters<typeof api.cases>[1]>['query']>
/** Filters are gathered one after the other. */
export type CaseQuery = { -readonly [Name in keyof CaseQueryAsked]: CaseQueryAsked[Name] }
export type CaseSort = NonNullable<CaseQuery['sort']>
export type Facets = api.FacetsWire
export type Reason = api.ReasonWire
export type CaseReport = api.CaseReportWire
export type CaseEvent = api.CaseEventWire
export type Note = api.NoteWire
export type Case = api.CaseWire
export type PriorityInput = Case['priority']['inputs'][number]
export type CaseChange = Body<typeof api.changeCase>
export type Merge = Body<typeof api.mergeCases>
export type Split = Body<typeof api.splitCase>
export type Apart = Body<typeof api.keepApart>
export type Relate = Body<typeof api.relate>
export type Changed = api.ChangedWire
export type BulkChange = Body<typeof api.changeCases>
export type Suggestion = api.SuggestionWire
export type Decision = Body<typeof api.decideSuggestion>
export type Finder = api.FinderWire
export type Overview = api.OverviewWire
export type SavedView = api.SavedViewWire

export type LedgerEntry = api.LedgerEntryWire
export type LedgerProof = api.LedgerProofWire
export type Anomaly = api.AnomalyListWire['items'][number]

export type Import = api.ImportWire
export type ImportProblem = api.ImportProblemWire
export type ImportList = api.ImportListWire
export type ImportAccepted = api.ImportAcceptedWire
export type ImportedReport = api.ImportedReportWire

export type Session = api.SessionWire
export type Permission = Session['permissions'][number]
export type Registration = Body<typeof api.addPasskey>
export type Assertion = Body<typeof api.signInByPasskey>
export type Profile = api.ProfileWire
export type Passkey = api.PasskeyWire
export type Identity = api.IdentityWire
export type OwnSession = api.OwnSessionWire
export type Organisation = api.OrganisationWire
export type Member = api.MemberWire
export type Alert = api.AlertWire
export type ReadStop = api.ReadStopWire
export type ReadBudgets = api.ReadBudgetsWire
export type Honey = api.HoneyWire
export type HoneyWish = Body<typeof api.makeHoney>
export type PersonWish = Body<typeof api.addPerson>
export type PersonChange = Body<typeof api.changePerson>
export type OrganisationChange = Body<typeof api.changeOrganisation>
export type OrganisationKind = Organisation['kinds'][number]
export type MembershipWish = { readonly organisation: string; readonly role: Session['role'] }
export type FactorAsked = api.FactorAskedWire
export type OneTimeLink = api.OneTimeLinkWire
export type Approval = api.ApprovalWire
export type ApprovalList = api.ApprovalListWire
export type ApprovalPage = api.ApprovalPageWire
export type ApprovalPolicy = api.ApprovalPolicyWire
export type ApprovalWish = Body<typeof api.askForApproval>
export type ApprovalDecision = Body<typeof api.grantApproval>
export type OwnPseudonym = api.OwnPseudonymWire
export type RevealedFinder = api.RevealedFinderWire
export type ReadIn = api.ReadInWire
export type OwnReadIn = api.OwnReadInWire
export type ShownPart = api.ShownPartWire
export type CasePlan = api.CasePlanWire
export type Nomination = Body<typeof api.nominate>
export type GateDecision = Body<typeof api.decideGate>
export type TierChange = Body<typeof api.changeReadIn>
export type ReadInEnding = Body<typeof api.endReadIn>
export type PlanChange = Body<typeof api.planCase>
export type ProofRow = api.ProofRowWire
export type Proof = api.ProofWire
export type ProofRun = Proof['runs'][number]
export type ProofShown = NonNullable<ProofRun['shown']>
export type ProofAttempt = ProofShown['attempts'][number]
export type ProofWorker = api.ProofWorkerWire
export type ProofQueue = api.ProofQueueWire
/** A bundle to hand in. */
export type ProofFile = {
  readonly file: File
  readonly type: Parameters<typeof api.addProof>[1]['type']
  readonly report: string
}
export type AgreementFace = api.AgreementFaceWire
export type Agreement = api.AgreementWire
export type AgreementWish = Body<typeof api.publishAgreement>
export type Acceptance = api.AcceptanceWire
export type Token = api.TokenWire
export type TokenMade = api.TokenMadeWire
export type TokenWish = Body<typeof api.makeToken>
export type OwnTokenWish = Body<typeof api.makeOwnToken>
export type Job = api.JobWire
export type JobList = api.JobListWire

export type Outcome = keyof api.OutcomeCountsWire
export type OutcomeCounts = api.OutcomeCountsWire
export type Run = api.EvaluationRunWire
export type Sample = api.SampleListWire['items'][number]
export type SampleResult = api.SampleResultWire
export type TranscriptEvent = api.TranscriptSliceWire['events'][number]
export type PackRow = api.PackRowWire
export type Pack = api.PackWire
export type PackCommitment = api.PackCommitmentWire
export type OpenedTask = api.PackTaskOpeningListWire['items'][number]
export type PackRightWord = Body<typeof api.givePackRight>['may']
export type Declaration = api.EvaluationDeclarationWire
export type KeptDeclaration = api.KeptDeclarationWire

export type EngagementRow = api.EngagementRowWire
export type Engagement = api.EngagementWire
export type EngagementAct = Body<typeof api.sayOfEngagement>
export type EngagementEvent = api.EngagementEventWire
export type ProposalVersion = api.ProposalVersionWire
export type Proposal = api.ProposalWire
export type ProposalWish = api.ProposalWishWire
export type Terms = Proposal['terms']
export type OfferWish = Body<typeof api.offerModel>
export type Partner = api.PartnerWire
export type PartnerWish = Body<typeof api.proposePartner>
export type PartnerAct = Body<typeof api.sayOfPartner>
export type OccurrenceWish = Body<typeof api.tellOccurrence>
export type Determination = api.DeterminationWire
export type DeterminationAct = Body<typeof api.sayOfDetermination>
export type GatewayEndpoint = api.GatewayEndpointWire
export type EndpointWish = Body<typeof api.putGatewayEndpoint>
export type GateTokenWish = Body<typeof api.makeGatewayToken>
export type GateTokenMade = api.GatewayTokenMadeWire
export type AccessLogPage = api.AccessLogPageWire
export type AccessRow = AccessLogPage['items'][number]

export type RunVerdict = api.VerdictWire
export type RunHorizon = NonNullable<VerdictNumbers['horizon']>
export type VerdictNumbers = NonNullable<RunVerdict['numbers']>
export type VerdictBranch = VerdictNumbers['ifAllFailed']
export type SampleReview = api.SampleReviewWire
export type RunNote = api.RunNoteWire
export type Dispute = api.DisputeWire
export type DisputeAct = Body<typeof api.sayOfDispute>
export type DisputeWish = Body<typeof api.disputeSample>
export type ReviewSaying = Body<typeof api.reviewRun>
