import type { z } from 'zod'
import type * as caseWire from '#features/case/case.wire.ts'
import type * as orgWire from '#features/org/org.wire.ts'
import type * as reportWire from '#features/report/report.wire.ts'

/** The shapes that cross HTTP, as the server declares them. Types only: zod stays on the server. */

type Out<Schema extends z.ZodType> = z.infer<Schema>

export type Severity = Out<typeof caseWire.SeverityWire>
export type Band = Out<typeof caseWire.BandWire>
export type Status = Out<typeof caseWire.StatusWire>
export type Verdict = Out<typeof caseWire.VerdictWire>
export type EvidenceLevel = Out<typeof caseWire.EvidenceWire>
export type Person = Out<typeof caseWire.PersonWire>
export type CaseRow = Out<typeof caseWire.CaseRowWire>
export type CaseList = Out<typeof caseWire.CaseListWire>
export type CaseQuery = Out<typeof caseWire.CaseQueryWire>
export type CaseSort = NonNullable<CaseQuery['sort']>
export type Facets = Out<typeof caseWire.FacetsWire>
export type Reason = Out<typeof caseWire.ReasonWire>
export type CaseReport = Out<typeof caseWire.CaseReportWire>
export type CaseEvent = Out<typeof caseWire.CaseEventWire>
export type Note = Out<typeof caseWire.NoteWire>
export type PriorityInput = Out<typeof caseWire.InputWire>
export type Case = Out<typeof caseWire.CaseWire>
export type CaseChange = Out<typeof caseWire.CaseChangeWire>
export type Merge = Out<typeof caseWire.MergeWire>
export type Split = Out<typeof caseWire.SplitWire>
export type Apart = Out<typeof caseWire.ApartWire>
export type Relate = Out<typeof caseWire.RelateWire>
export type Changed = Out<typeof caseWire.ChangedWire>
export type BulkChange = Out<typeof caseWire.BulkChangeWire>
export type BulkChanged = Out<typeof caseWire.BulkChangedWire>
export type Suggestion = Out<typeof caseWire.SuggestionWire>
export type SuggestionList = Out<typeof caseWire.SuggestionListWire>
export type Decision = Out<typeof caseWire.DecisionWire>
export type Decided = Out<typeof caseWire.DecidedWire>
export type Finder = Out<typeof caseWire.FinderWire>
export type FinderList = Out<typeof caseWire.FinderListWire>
export type Overview = Out<typeof caseWire.OverviewWire>
export type SavedView = Out<typeof caseWire.SavedViewWire>

export type Import = Out<typeof reportWire.ImportWire>
export type ImportProblem = Out<typeof reportWire.ImportProblemWire>
export type ImportList = Out<typeof reportWire.ImportListWire>
export type ImportAccepted = Out<typeof reportWire.ImportAcceptedWire>
export type ImportedReport = Out<typeof reportWire.ImportedReportWire>
export type ImportedReportList = Out<typeof reportWire.ImportedReportListWire>

export type Session = Out<typeof orgWire.SessionWire>
export type Token = Out<typeof orgWire.TokenWire>
export type TokenMade = Out<typeof orgWire.TokenMadeWire>
export type TokenWish = Out<typeof orgWire.TokenWishWire>
export type Job = Out<typeof orgWire.JobWire>
export type JobList = Out<typeof orgWire.JobListWire>
