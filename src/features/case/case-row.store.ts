import { sql } from 'kysely'
import type { z } from 'zod'
import { labelsOf } from '#features/label/label.store.ts'
import type { Label } from '#features/label/label.ts'
import { shownLabel } from '#features/label/shown.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { BandWire, CaseRowWire, EvidenceWire } from './case.wire.ts'
import { isSeverity } from './derived.ts'
import { statusOf, verdictOf } from './event.store.ts'

export type CaseRow = z.infer<typeof CaseRowWire>

type Row = {
  readonly id: string
  readonly title: string
  readonly severity: string
  readonly band: string
  readonly decision: string | null
  readonly status: string
  readonly verdict: string
  readonly evidence: string
  readonly assignee_id: string | null
  readonly assignee: string | null
  readonly packages: string[]
  readonly aliases: string[]
  readonly report_count: number
  readonly finder_count: number
  readonly is_exploited: boolean | null
  readonly is_public: boolean | null
  readonly suggestions: number
  readonly first_reported_at: Date
  readonly last_reported_at: Date
  readonly gone_at: Date | null
  readonly version: number
  readonly label_id: number
}

/** A row shows a few of each; the page of the case shows all. */
const namesShown = 12
/** Open suggestions of a case are counted up to here, among so many of its reports. */
const suggestionsShown = 99
const reportsAsked = 200

/** Rows of the queue for these cases, in the order of the ids; what the actor may not see lacks. */
export async function caseRows(tx: Tx, ids: readonly string[]): Promise<readonly CaseRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Row>`
    select c.id, c.title, c.severity, c.band, c.told ->> 'decision' as decision, c.status,
      c.verdict, c.evidence, c.assignee_id, p.name as assignee,
      c.packages[1:${namesShown}] as packages, c.aliases[1:${namesShown}] as aliases,
      c.report_count, c.finder_count, (c.told -> 'isExploited')::boolean as is_exploited,
      (c.told -> 'isPublic')::boolean as is_public, open.count as suggestions,
      c.first_reported_at, c.last_reported_at, c.gone_at, c.version, c.label_id
    from unnest(${ids}::text[]) with ordinality as wanted (id, place)
    join parley.vulnerability_case c on c.id = wanted.id
    left join parley.person p on p.id = c.assignee_id
    cross join lateral (select count(*) as count from (
      select 1 from (select report_no from parley.case_report cr where cr.case_id = c.id
          order by report_no limit ${reportsAsked}) own
        cross join lateral (
          select no from parley.suggestion s where s.report_a = own.report_no and s.state = 'open'
          union
          select no from parley.suggestion s where s.report_b = own.report_no and s.state = 'open'
        ) s limit ${suggestionsShown}) asked) open
    order by wanted.place`.execute(tx)
  const labels = await labelsOf(
    tx,
    rows.map((row) => row.label_id),
  )
  return rows.flatMap((row) => {
    const label = labels.get(row.label_id)
    return label ? [presentRow(row, label)] : []
  })
}

function presentRow(row: Row, label: Label): CaseRow {
  const { id, title, packages, aliases, version, suggestions } = row
  return {
    ...{ id, title, packages, aliases, version, suggestions },
    severity: isSeverity(row.severity) ? row.severity : 'unknown',
    band: bandOf(row.band),
    decision: row.decision ?? '',
    status: statusOf(row.status),
    verdict: verdictOf(row.verdict),
    evidence: evidenceOf(row.evidence),
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee ?? '' },
    reports: row.report_count,
    finders: row.finder_count,
    isExploited: row.is_exploited ?? false,
    isPublic: row.is_public ?? false,
    firstReportedAt: row.first_reported_at.toISOString(),
    lastReportedAt: row.last_reported_at.toISOString(),
    goneAt: row.gone_at?.toISOString() ?? null,
    label: shownLabel(label),
  }
}

const bandOf = (text: string): z.infer<typeof BandWire> =>
  text === 'now' || text === 'soon' || text === 'planned' ? text : 'later'

const levels = ['E1', 'E2', 'E3', 'E4'] as const
const evidenceOf = (text: string): z.infer<typeof EvidenceWire> =>
  levels.find((level) => level === text) ?? 'E0'
