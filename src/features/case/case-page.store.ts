import { sql } from 'kysely'
import type { z } from 'zod'
import { labelsOf } from '#features/label/label.store.ts'
import { joinedOf, shownLabel } from '#features/label/shown.ts'
import { prioritise } from '#features/priority/priority.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import { cweName } from '#formats/cwe/cwe.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { CaseWire } from './case.wire.ts'
import { eventTold, sentence } from './case-event.ts'
import { type CaseRow, caseRows } from './case-row.store.ts'
import { editsOf } from './derived.ts'
import { holdOf } from './event.store.ts'
import { presentNote } from './note.store.ts'
import { caseReports } from './report-row.store.ts'
import { type Told, toldOf } from './told.ts'

export type CasePage = z.infer<typeof CaseWire>

/** A page shows so many reports; the export of the case holds all. */
const reportsShown = 150
const eventsShown = 200
const suggestionsShown = 20
const relatedShown = 5
/** So many reports of a case are asked for suggestions. */
const reportsAsked = 300

type Detail = {
  readonly edits: unknown
  readonly hold: unknown
  readonly owner: string | null
  readonly told: unknown
  readonly merged_into: string | null
  readonly packages: string[]
  readonly aliases: string[]
}

/** Everything about one case, in seven statements; null for what does not exist for the actor. */
export async function casePage(tx: Tx, id: string, keys: ReportKeys): Promise<CasePage | null> {
  const [row] = await caseRows(tx, [id])
  if (!row) return null
  const { rows } = await sql<Detail>`
    select c.edits, c.hold, p.name as owner, c.told, c.merged_into, c.packages, c.aliases
    from parley.vulnerability_case c left join parley.person p on p.id = c.hold ->> 'owner'
    where c.id = ${id}`.execute(tx)
  const [detail] = rows
  if (!detail) return null
  const told = toldOf(detail.told)
  const hold = holdOf(detail.hold)
  const reports = await caseReports(tx, { case: id, limit: reportsShown }, keys)
  const related = await relationsOf(tx, id)
  const suggested = await suggestionsOf(tx, id)
  const others = [...related, ...suggested].map((one) => one.label)
  const labels = await labelsOf(tx, others)
  const banner = joinedOf([row.label, ...labels.values()]) ?? row.label
  return {
    ...{ ...row, packages: detail.packages, aliases: detail.aliases },
    mergedInto: detail.merged_into,
    edited: Object.keys(editsOf(detail.edits)),
    hold: hold && { ...hold, owner: detail.owner ?? hold.owner },
    credits: [...told.credits],
    weaknesses: told.cwe.map((cwe) => ({ id: cwe, name: cweName(cwe) ?? '' })),
    components: [...told.components],
    priority: priorityOf(told, row),
    known: [...(told.input.facts?.because ?? [])],
    relations: [...related.map(({ label: _, ...one }) => one), ...ownRelations(told)],
    reportList: reports.map(({ report }) => report),
    isReportListCut: row.reports > reports.length && detail.merged_into === null,
    openSuggestions: suggested.map(({ label: _, ...one }) => one),
    banner: shownLabel(banner),
    history: await historyOf(tx, id),
    notes: await notesOf(tx, id),
  }
}

function priorityOf(told: Told, { id, title, aliases }: CaseRow): CasePage['priority'] {
  const { decision, inputs, rules } = prioritise({ ...told.input, id, title, aliases })
  return {
    deployer: decision.deployer.outcome,
    coordinator: decision.coordinator.outcome,
    directive: { row: decision.directive.row, deadline: decision.directive.outcome },
    inputs: inputs.map(({ name, value, from, because }) => ({ name, value, from, because })),
    rules: [...rules],
  }
}

type Relation = CasePage['relations'][number]

/** What the reports and the public record say, which stands in no other case. */
function ownRelations({ input, isPublic, regressions }: Told): Relation[] {
  const because = input.facts?.because[0] ?? 'a public record carries the identifier'
  const known = isPublic ? (input.facts?.ids ?? []) : []
  return [
    ...regressions.map((one) => ({ ...one, kind: 'regression-of', title: null, by: null })),
    ...known.map((id) => ({ kind: 'already-public', with: id, title: null, because, by: null })),
  ]
}

type RelationRow = {
  readonly kind: string
  readonly id: string
  readonly title: string
  readonly because: string
  readonly by: string | null
  readonly name: string | null
  readonly label: number
}

type Labelled<T> = T & { readonly label: number }

/** What people said, then what the reports share with those of a few other cases. */
async function relationsOf(tx: Tx, id: string): Promise<Labelled<Relation>[]> {
  const { rows } = await sql<RelationRow>`
    with said as (
      select case when r.kind = 'regression-of' and r.case_b = ${id} then 'came-back-as'
          else r.kind end as kind, r.because, r.said_by,
        case when r.case_a = ${id} then r.case_b else r.case_a end as other
      from parley.case_relation r
      where r.case_a = ${id} or r.case_b = ${id}
    ), own as (
      select report_no from parley.case_report where case_id = ${id}
      order by report_no limit ${reportsAsked}
    ), kept as (
      select distinct on (y.case_id) 'apart' as kind, coalesce(e.told ->> 'why', '') as because,
        p.said_by, y.case_id as other
      from (select report_b as theirs, said_by, event_no from parley.apart
          where report_a in (select report_no from own)
        union all select report_a, said_by, event_no from parley.apart
          where report_b in (select report_no from own)) p
      join parley.case_report y on y.report_no = p.theirs and y.case_id <> ${id}
      left join parley.case_event e on e.no = p.event_no
      where e.kind is distinct from 'split' limit ${relatedShown}
    ), shared as (
      select distinct on (k.kind, o.case_id) k.kind, k.because, null as said_by,
        o.case_id as other
      from (select * from parley.case_kin where case_id = ${id} limit 20) k
      cross join lateral (select x.case_id from parley.case_kin x
        where x.key = k.key and x.case_id <> ${id} limit ${relatedShown}) o
    )
    select found.kind, coalesce(m.id, c.id) as id, coalesce(m.title, c.title) as title,
      found.because, found.said_by as by, p.name, coalesce(m.label_id, c.label_id) as label
    from (select * from said union all select * from kept
      union all (select * from shared limit ${2 * relatedShown})) found
    join parley.vulnerability_case c on c.id = found.other
    left join parley.vulnerability_case m on m.id = c.merged_into
    left join parley.person p on p.id = found.said_by
    where coalesce(m.id, c.id) <> ${id}`.execute(tx)
  return rows.map(({ kind, id: other, title, because, by, name, label }) => ({
    ...{ kind, with: other, title, because, label },
    by: by === null ? null : { id: by, name: name ?? '' },
  }))
}

type Suggested = Labelled<CasePage['openSuggestions'][number]>

async function suggestionsOf(tx: Tx, id: string): Promise<readonly Suggested[]> {
  const { rows } = await sql<Suggested>`
    with own as (
      select report_no from parley.case_report where case_id = ${id}
      order by report_no limit ${reportsAsked}
    ), open as (
      select s.no, s.id, s.probability, s.report_b as other from own
        join parley.suggestion s on s.report_a = own.report_no and s.state in ('open', 'unsure')
      union
      select s.no, s.id, s.probability, s.report_a from own
        join parley.suggestion s on s.report_b = own.report_no and s.state in ('open', 'unsure')
    )
    select distinct on (o.probability, o.no) o.id, c.id as case, c.title, o.probability,
      c.label_id as label from open o
    join parley.case_report cr on cr.report_no = o.other
    join parley.vulnerability_case c on c.id = cr.case_id
    order by o.probability desc, o.no limit ${suggestionsShown}`.execute(tx)
  return rows
}

type EventRow = {
  readonly id: string
  readonly at: Date
  readonly by: string | null
  readonly name: string | null
  readonly kind: string
  readonly told: unknown
  readonly undone_by: string | null
}

/** The newest decisions, oldest first. */
async function historyOf(tx: Tx, id: string): Promise<CasePage['history']> {
  const { rows } = await sql<EventRow>`
    select e.id, e.at, e.by_person as by, p.name, e.kind, e.told - 'undo' as told,
      u.id as undone_by
    from parley.case_event e left join parley.person p on p.id = e.by_person
    left join parley.case_event u on u.no = e.undone_by
    where e.case_id = ${id} order by e.no desc limit ${eventsShown}`.execute(tx)
  return rows.toReversed().map(({ id: event, at, by, name, kind, told, undone_by: undoneBy }) => ({
    ...{ id: event, at: at.toISOString(), kind, undoneBy },
    by: by === null ? null : { id: by, name: name ?? '' },
    says: sentence(name, eventTold(told)),
    canUndo: undoneBy === null && kind !== 'undone' && kind !== 'planned',
  }))
}

/** Notes of the case, and of cases whose reports it holds now. */
async function notesOf(tx: Tx, id: string): Promise<CasePage['notes']> {
  const { rows } = await sql<Parameters<typeof presentNote>[0]>`
    with recursive held (id) as (
      values (${id}) union
      select c.id from parley.vulnerability_case c join held h on c.merged_into = h.id
    )
    select n.id, n.written_by, p.name, n.written_at, n.changed_at, n.text
    from held h join parley.note n on n.case_id = h.id and n.removed_at is null
    join parley.person p on p.id = n.written_by order by n.no limit 500`.execute(tx)
  return rows.map(presentNote)
}
