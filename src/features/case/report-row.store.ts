import { sql } from 'kysely'
import type { z } from 'zod'
import type { Reason } from '#features/correlate/explain.ts'
import { type ReportKeys, wholeFinding } from '#features/report/incoming.ts'
import { openedOrigin } from '#features/report/origin.store.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { CaseReportWire } from './case.wire.ts'
import { severityIn } from './severity.ts'
import { findingOf } from './stored-report.ts'

/** A flaw that more samples showed says no more of itself by them. */
const originsMax = 20

export type CaseReport = z.infer<typeof CaseReportWire>

type Row = {
  readonly case_id: string
  readonly id: string
  readonly receipt: string
  readonly title: string
  readonly finders: string[]
  readonly organisation: string | null
  readonly received_at: Date
  readonly last_seen_at: Date | null
  readonly gone_at: Date | null
  readonly format: string
  readonly document: string
  readonly finding: unknown
  readonly sealed: Buffer | null
  readonly salt: Buffer | null
  readonly destroyed_at: Date | null
  readonly is_withheld: boolean
  readonly attachments: unknown
  readonly how: string
  readonly probability: number | null
  readonly with_id: string | null
  readonly because: unknown
  readonly origins: readonly string[]
}

/** Which reports: all of one case, the best evidenced first, or these. */
export type Wanted =
  | { readonly case: string; readonly limit: number }
  | { readonly reports: readonly number[] }

/** Reports as the page of their case shows them. */
export async function caseReports(
  tx: Tx,
  wanted: Wanted,
  keys: ReportKeys,
): Promise<readonly { readonly case: string; readonly report: CaseReport }[]> {
  const own =
    'case' in wanted
      ? sql`where case_id = ${wanted.case} order by substance desc, report_no limit ${wanted.limit}`
      : sql`where report_no = any (${wanted.reports}::bigint[]) offset 0`
  // The number is taken out of the JSON before the join: a cast is not leakproof, and row-level
  // security would keep the join from its index (docs/decisions/0005).
  const { rows } = await sql<Row>`
    with own as materialized (
      select *, (because ->> 'with')::bigint as with_no from parley.case_report ${own}
    )
    select cr.case_id, r.id, r.receipt, r.title, r.finders, o.name as organisation, r.received_at,
      s.last_seen_at, s.gone_at, r.format, r.document, r.finding - 'original' as finding,
      p.sealed, p.salt,
      (select e.destroyed_at from parley.payload_end e where e.report_no = r.no) as destroyed_at,
      attached.list as attachments, cr.how, cr.probability, w.id as with_id, cr.because,
      h.report_no is not null as is_withheld,
      array(select encode(g.value, 'base64') from parley.report_origin g
        where g.report_no = r.no and parley.label_covers(r.label_id, g.label_id)
        order by g.no limit ${originsMax}) as origins
    from own cr
    join parley.report r on r.no = cr.report_no
    left join parley.organisation o on o.id = r.organisation_id
    left join parley.sighting s on s.report_no = r.no
    left join parley.report w on w.no = cr.with_no
    left join parley.sealed_of(array(select report_no from own)) p on p.report_no = cr.report_no
    left join parley.withheld_of(array(select report_no from own)) h on h.report_no = cr.report_no
    cross join lateral (select json_agg(json_build_object('id', a.id, 'filename', a.filename,
        'contentType', a.content_type, 'type', a.type, 'sizeBytes', a.size_bytes) order by a.place)
      as list from parley.attachment a where a.report_no = r.no) attached
    order by cr.substance desc, cr.report_no`.execute(tx)
  return rows.map((row) => ({ case: row.case_id, report: presentReport(row, keys) }))
}

function presentReport(row: Row, keys: ReportKeys): CaseReport {
  const { sealed, salt } = row
  const finding = wholeFinding(keys, row.id, { finding: findingOf(row.finding), sealed, salt })
  const { pointer, line } = finding.at
  return {
    ...{ id: row.id, receipt: row.receipt, title: row.title, finders: row.finders },
    ...{ format: row.format, document: row.document, finding, probability: row.probability },
    severity: severityIn(finding) ?? 'unknown',
    organisation: row.organisation ?? '',
    receivedAt: row.received_at.toISOString(),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    goneAt: row.gone_at?.toISOString() ?? null,
    at: pointer ?? (line === undefined ? '' : `line ${line}`),
    isProofWithheld: row.is_withheld,
    payloadDestroyedAt: row.destroyed_at?.toISOString() ?? null,
    attachments: isArray(row.attachments) ? row.attachments.filter(isAttachment) : [],
    how: row.how === 'merged' || row.how === 'person' ? row.how : 'first',
    with: row.with_id,
    because: reasonsOf(isObject(row.because) ? row.because['reasons'] : []),
    origins: row.origins.map((one) => openedOrigin(keys, row.id, Buffer.from(one, 'base64'))),
  }
}

type Attachment = CaseReport['attachments'][number]

const isAttachment = (value: unknown): value is Attachment =>
  isObject(value) && typeof value['id'] === 'string' && typeof value['sizeBytes'] === 'number'

/** Reasons as correlation wrote them down; anything else among them is left out. */
export function reasonsOf(value: unknown): { says: string; marks: string[]; supports: boolean }[] {
  if (!isArray(value)) return []
  return value.filter(isReason).map(({ says, marks, supports }) => ({
    ...{ says, marks: [...marks], supports },
  }))
}

const isReason = (value: unknown): value is Reason =>
  isObject(value) &&
  typeof value['says'] === 'string' &&
  typeof value['supports'] === 'boolean' &&
  isArray(value['marks']) &&
  value['marks'].every((mark) => typeof mark === 'string')
