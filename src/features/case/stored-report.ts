import { type Report, ReportId } from '#features/report/report.ts'
import type { Finding, Severity } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'
import { evidenceOf } from './case.ts'
import { severityIn } from './severity.ts'

/** A report as the database holds it, with what a case needs of it beside the finding. */
export type StoredReport = Report & {
  readonly no: number
  readonly organisation: string
  readonly label: number
  readonly receivedAt: Date
  /** When its scanner stopped seeing it; null while it is seen, or where nobody looks again. */
  readonly goneAt: Date | null
}

/** As it comes out of the database. */
export type ReportRow = {
  readonly no: number
  readonly id: string
  readonly organisation_id: string
  readonly label_id: number
  readonly received_at: Date
  readonly document: string
  readonly finders: readonly string[]
  readonly source: string
  readonly finding: unknown
  readonly gone_at: Date | null
  /** What its payloads count for, where it is placed. */
  readonly artifacts?: boolean
  readonly severity?: string | null
}

const isFinding = (value: unknown): value is Finding =>
  isObject(value) && typeof value['title'] === 'string' && isObject(value['at'])

/** The `finding` column; intake alone writes it, so another shape is a defect. */
export function findingOf(value: unknown): Finding {
  if (isFinding(value)) return value
  throw new TypeError('a report holds no finding')
}

export function storedReport(row: ReportRow): StoredReport {
  const id = ReportId.parse(row.id)
  if (id === null) throw new TypeError('a report has no id of a report')
  const weight = { artifacts: row.artifacts ?? false, severity: severityOf(row.severity) }
  return {
    ...{ id, no: row.no, organisation: row.organisation_id, file: row.document },
    label: row.label_id,
    ...{ receivedAt: row.received_at, goneAt: row.gone_at },
    ...{ finders: row.finders, source: row.source },
    finding: weighed(findingOf(row.finding), weight),
  }
}

/** What the payloads of a report count for, without what they say. */
export type Weight = { readonly artifacts: boolean; readonly severity: Severity | null }

/** What a whole finding counts for, its payloads included. */
export const weightOf = (whole: Finding): Weight => ({
  artifacts: evidenceOf(whole) === 'E2',
  severity: severityIn(whole) ?? null,
})

/**
 * The open part of a finding, counting as much as the whole: payloads are sealed, and nothing that
 * is kept of a case in the clear may quote them.
 */
export function weighed(open: Finding, { artifacts, severity }: Weight): Finding {
  const isLess = artifacts && evidenceOf(open) === 'E0'
  return {
    ...open,
    ...(isLess && { proofs: [{ text: '' }] }),
    ...(severity !== null && severityIn(open) === undefined && { severity }),
  }
}

const words = ['critical', 'high', 'medium', 'low', 'info'] as const

const severityOf = (text: string | null | undefined): Severity | null =>
  words.find((word) => word === text) ?? null
