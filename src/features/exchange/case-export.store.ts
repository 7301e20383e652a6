import { sql } from 'kysely'
import { type CasePage, casePage } from '#features/case/case-page.store.ts'
import { type CaseReport, caseReports } from '#features/case/report-row.store.ts'
import { randomName } from '#features/org/org.ts'
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
  /** Null of what came in before reports had keys of their own, and of what is destroyed. */
  readonly salt: Buffer | null
  readonly destroyedAt: Date | null
  /** The number of the label of its report. */
  readonly label: number
}

/** Attachments that the actor may see, of these ids. */
export async function keptFiles(tx: Tx, ids: readonly string[]): Promise<readonly KeptFile[]> {
  const { rows } = await sql<KeptFile>`
    select a.id, r.id as report, a.filename, a.organisation_id as organisation, a.blob,
      r.label_id as label, k.salt, e.destroyed_at as "destroyedAt"
    from parley.attachment a join parley.report r on r.no = a.report_no
    left join parley.payload_key k on k.report_no = r.no
    left join parley.payload_end e on e.report_no = r.no
    where a.id = any (${ids}::text[]) order by a.report_no, a.place`.execute(tx)
  return rows
}

/** An export as it is remembered, so that a text which turns up again can be told apart. */
export type MadeExport = {
  readonly case: string
  readonly form: string
  /** For whom it was, where whoever made it said so. */
  readonly recipient: string | null
  /** What is woven into it; null where nothing is. */
  readonly code: Buffer | null
  readonly person: string
  readonly organisation: string
  readonly now: Date
}

/** Remembers an export of the actor's; answers its id. */
export async function keepExport(tx: Tx, made: MadeExport): Promise<string> {
  const id = `export_${randomName()}`
  await sql`
    insert into parley.case_export
      (id, code, case_id, form, recipient, person_id, organisation_id, made_at)
    values (${id}, ${made.code}, ${made.case}, ${made.form}, ${made.recipient}, ${made.person},
      ${made.organisation}, ${made.now})`.execute(tx)
  return id
}

/** An export that a text was traced to, for who audits. */
export type TracedExport = {
  readonly id: string
  readonly case: string
  readonly form: string
  readonly recipient: string | null
  readonly person: string
  readonly name: string
  readonly organisation: string
  readonly madeAt: Date
}

/** The exports of a code: one, but for one chance in a million millions. */
export async function exportsOf(tx: Tx, code: Buffer): Promise<readonly TracedExport[]> {
  const { rows } = await sql<TracedExport>`
    select e.id, e.case_id as case, e.form, e.recipient, e.person_id as person, p.name,
      o.name as organisation, e.made_at as "madeAt"
    from parley.case_export e join parley.person p on p.id = e.person_id
    join parley.organisation o on o.id = e.organisation_id
    where e.code = ${code} order by e.made_at`.execute(tx)
  return rows
}

/** The codes of all exports that carry one, the newest first. */
export async function exportCodes(tx: Tx): Promise<readonly Buffer[]> {
  const { rows } = await sql<{ code: Buffer }>`
    select code from parley.case_export where code is not null
    order by made_at desc limit ${codesMax}`.execute(tx)
  return rows.map(({ code }) => code)
}

/** The wording of a text is held against so many exports at most. */
const codesMax = 200_000
