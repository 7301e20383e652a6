import { type Report, ReportId } from '#features/report/report.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'

/** A report as the database holds it, with what a case needs of it beside the finding. */
export type StoredReport = Report & {
  readonly no: number
  readonly organisation: string
  readonly receivedAt: Date
  /** When its scanner stopped seeing it; null while it is seen, or where nobody looks again. */
  readonly goneAt: Date | null
}

/** As it comes out of the database. */
export type ReportRow = {
  readonly no: number
  readonly id: string
  readonly organisation_id: string
  readonly received_at: Date
  readonly document: string
  readonly finders: readonly string[]
  readonly source: string
  readonly finding: unknown
  readonly gone_at: Date | null
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
  return {
    ...{ id, no: row.no, organisation: row.organisation_id, file: row.document },
    ...{ receivedAt: row.received_at, goneAt: row.gone_at },
    ...{ finders: row.finders, source: row.source, finding: findingOf(row.finding) },
  }
}
