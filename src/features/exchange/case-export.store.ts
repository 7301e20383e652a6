import { sql } from 'kysely'
import { type CasePage, casePage } from '#features/case/case-page.store.ts'
import { type CaseReport, caseReports } from '#features/case/report-row.store.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import type { Tx } from '#platform/db/as-actor.ts'

/** An export holds so many reports; the rest is counted in it. */
export const exportedMax = 2_000

export type Exported = {
  readonly page: CasePage
  readonly reports: readonly CaseReport[]
  readonly person: string
  readonly instance: string
}

/**
 * A case with its reports, as the actor may see them; null for what does not exist for the actor.
 */
export async function exportedCase(
  tx: Tx,
  asked: { readonly id: string; readonly person: string; readonly organisation: string },
  keys: ReportKeys,
): Promise<Exported | null> {
  const page = await casePage(tx, asked.id, keys)
  if (!page) return null
  const reports = await caseReports(tx, { case: asked.id, limit: exportedMax }, keys)
  const { rows } = await sql<{ person: string | null; instance: string | null }>`
    select (select name from parley.person where id = ${asked.person}) as person,
      (select name from parley.organisation where id = ${asked.organisation}) as instance
  `.execute(tx)
  return {
    ...{ page, reports: reports.map(({ report }) => report) },
    ...{ person: rows[0]?.person ?? '', instance: rows[0]?.instance ?? '' },
  }
}

/** The original of each report, which the page leaves out; by its id. */
export async function originalsOf(
  tx: Tx,
  reports: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const { rows } = await sql<{ id: string; original: unknown }>`
    select id, coalesce(record, finding -> 'original') as original from parley.report
    where id = any (${reports}::text[])`.execute(tx)
  return new Map(rows.map(({ id, original }) => [id, original]))
}

/** Where the bytes of an attachment are kept. */
export type KeptFile = {
  readonly id: string
  /** The id of the report that it came with. */
  readonly report: string
  readonly filename: string
  readonly organisation: string
  readonly blob: unknown
  /** The number of the label of its report. */
  readonly label: number
}

/** Attachments that the actor may see, of these ids. */
export async function keptFiles(tx: Tx, ids: readonly string[]): Promise<readonly KeptFile[]> {
  const { rows } = await sql<KeptFile>`
    select a.id, r.id as report, a.filename, a.organisation_id as organisation, a.blob,
      r.label_id as label
    from parley.attachment a join parley.report r on r.no = a.report_no
    where a.id = any (${ids}::text[]) order by a.report_no, a.place`.execute(tx)
  return rows
}
