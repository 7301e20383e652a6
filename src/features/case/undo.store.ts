import { sql } from 'kysely'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import {
  type EventTold,
  eventTold,
  movedReports,
  type Rows,
  sentence,
  type Undo,
} from './case-event.ts'
import type { By } from './change.store.ts'
import type { Standing } from './decision.ts'
import type { Decline } from './decline.ts'
import { lockCases, type Step, saveStandings, writeEvents } from './event.store.ts'
import { contributionOf, recount } from './finder.store.ts'
import { moveReports } from './membership.store.ts'
import { refreshRows } from './refresh.store.ts'
import { type Carried, mirror } from './structure.store.ts'
import { tellCases } from './tell.store.ts'

type EventRow = {
  readonly no: number
  readonly id: string
  readonly case_id: string
  readonly kind: string
  readonly told: unknown
  readonly undone_by: number | null
  readonly name: string | null
}

type Event = {
  readonly no: number
  readonly id: string
  readonly case: string
  readonly kind: string
  readonly told: EventTold
  readonly isUndone: boolean
  readonly by: string | null
}

/**
 * Takes a decision back exactly: everything is as it would be had it not been made. Declined while
 * later decisions rest on it, naming these; what arrived since stays where it is.
 */
export async function undoEvent(tx: Tx, asked: number, by: By): Promise<Result<Carried, Decline>> {
  const event = await mainEvent(tx, asked)
  if (!event) return no({ is: 'unknown', what: 'event' })
  if (event.kind === 'undone') {
    return no({ is: 'state', why: 'An undo is not undone: decide again.' })
  }
  if (event.kind === 'planned') {
    return no({ is: 'state', why: 'A plan is not undone: plan again.' })
  }
  if (event.kind === 'labelled') {
    return no({ is: 'state', why: 'A label is not taken back: give the case another one.' })
  }
  const standing = await lockCases(tx, event.told.cases)
  // Looked at again behind the locks: somebody may have undone it meanwhile.
  const found = await eventNo(tx, event.no)
  if (!found || found.isUndone) return no({ is: 'state', why: 'It was undone already.' })
  const decline = declineIfNeeded(found, await laterEvents(tx, found), standing)
  if (decline) return no(decline)
  // What has left for another label since does not come back by itself.
  const labels = new Set([...standing.values()].map(({ label }) => label))
  if ((found.told.undo?.moves ?? []).length > 0 && labels.size > 1) return no({ is: 'labels' })
  return yes(await carryOut(tx, { event: found, standing }, by))
}

async function mainEvent(tx: Tx, asked: number): Promise<Event | null> {
  const event = await eventNo(tx, asked)
  return event?.told.of === undefined ? event : eventNo(tx, event.told.of)
}

async function eventNo(tx: Tx, asked: number): Promise<Event | null> {
  const { rows } = await sql<EventRow>`
    select e.no, e.id, e.case_id, e.kind, e.told, e.undone_by, p.name from parley.case_event e
    left join parley.person p on p.id = e.by_person where e.no = ${asked}`.execute(tx)
  return rows[0] ? eventOf(rows[0]) : null
}

const eventOf = (row: EventRow): Event => ({
  ...{ no: row.no, id: row.id, case: row.case_id, kind: row.kind, by: row.name },
  told: eventTold(row.told),
  isUndone: row.undone_by !== null,
})

/** Decisions of after this one on the cases that it touched, and that are not undone. */
async function laterEvents(tx: Tx, { no: event, told }: Event): Promise<readonly Event[]> {
  const { rows } = await sql<EventRow>`
    select distinct on (m.no) m.no, m.id, m.case_id, m.kind, m.told, m.undone_by, p.name
    from parley.case_event e
    join parley.case_event m on m.no = coalesce((e.told ->> 'of')::bigint, e.no)
    left join parley.person p on p.id = m.by_person
    where e.case_id = any (${told.cases}::text[]) and m.no > ${event} and m.undone_by is null
      and m.kind <> 'undone'
    order by m.no`.execute(tx)
  return rows.map(eventOf)
}

function declineIfNeeded(
  event: Event,
  later: readonly Event[],
  standing: ReadonlyMap<string, Standing>,
): Decline | null {
  const by = later
    .filter((one) => restsOn(one, event))
    .map((one) => ({ id: one.id, says: sentence(one.by, { ...one.told, why: null }) }))
  if (by.length > 0) return { is: 'needed', by: by.slice(0, 5) }
  // A note belongs to its case wherever the reports are.
  if (event.kind.startsWith('note-')) return null
  const returning = new Set((event.told.undo?.cases ?? []).map(({ id }) => id))
  const gone = [...standing.values()].find(
    ({ id, mergedInto }) => mergedInto !== null && !isReturning(event, returning, id),
  )
  if (!gone) return null
  return { is: 'state', why: `${gone.id} was merged into ${gone.mergedInto}; undo that first.` }
}

/** A case that this very decision merged away comes back with the undo. */
const isReturning = ({ told }: Event, returning: ReadonlySet<unknown>, id: string): boolean =>
  returning.has(id) && (told.undo?.moves ?? []).some(({ from }) => from === id)

/** Whether the later decision took what the earlier one left as given. */
function restsOn(later: Event, earlier: Event): boolean {
  const opened = new Set(earlier.told.undo?.opened ?? [])
  if (later.told.cases.some((id) => opened.has(id))) return true
  const touched = new Set(earlier.told.touches)
  const isShared = later.told.touches.some((one) => touched.has(one))
  if (isShared && !areMergesApart(earlier, later)) return true
  const suggested = new Set((earlier.told.undo?.suggestions ?? []).map(({ no: one }) => one))
  return (later.told.undo?.suggestions ?? []).some(({ no: one }) => suggested.has(one))
}

/** Two merges of different reports into one case can be taken back in any order. */
function areMergesApart(one: Event, other: Event): boolean {
  if (one.kind !== 'merged' || other.kind !== 'merged' || one.case !== other.case) return false
  const own = movedReports(one.told.undo ?? {})
  return ![...movedReports(other.told.undo ?? {})].some((report) => own.has(report))
}

type Undoing = { readonly event: Event; readonly standing: ReadonlyMap<string, Standing> }

async function carryOut(tx: Tx, { event, standing }: Undoing, by: By): Promise<Carried> {
  const { told } = event
  const undo = told.undo ?? {}
  const counted = await contributionOf(tx, told.cases)
  await moveBack(tx, undo, told.cases)
  await restoreRows(tx, undo)
  const steps = stepsOf(event)
  await saveStandings(tx, steps, by.now)
  const grown = (id: string): number =>
    (standing.get(id)?.version ?? 0) + (steps.some((step) => step.id === id) ? 1 : 0)
  const says = `took back: ${event.by ?? 'Parley'} ${told.says}`
  const line = { says, why: null, cases: told.cases, touches: [], version: grown(event.case) }
  const undone = { case: event.case, kind: 'undone' as const, told: line, undoes: event.no }
  const [undoneBy = 0] = await writeEvents(tx, [undone], { by: by.person, now: by.now })
  const others = told.cases.flatMap((id) => (id === event.case ? [] : (standing.get(id) ?? [])))
  const version = event.kind === 'merged' || event.kind === 'split' ? 1 : 0
  await mirror(
    tx,
    others.map((of) => ({ of, says })),
    {
      ...{ event: undoneBy, by, kind: 'undone', version },
    },
  )
  await sql`
    update parley.case_event set undone_by = ${undoneBy}
    where no = ${event.no} or ((told ->> 'of')::bigint = ${event.no}
      and case_id = any (${told.cases}::text[]))`.execute(tx)
  if (event.kind === 'merged' || event.kind === 'split' || 'edits' in (undo.cases?.[0] ?? {})) {
    await refreshRows(tx, told.cases, { records: new Map(Object.entries(undo.records ?? {})) })
  }
  await recount(tx, counted, told.cases)
  await tellCases(tx, told.cases, by.now)
  return { event: undoneBy, case: event.case, others: others.map(({ id }) => id) }
}

/** A case that a split opened keeps its id, which points to where its reports came from. */
function stepsOf({ case: id, told }: Event): Step[] {
  const { cases = [], opened = [] } = told.undo ?? {}
  const back = cases.map(({ id: of, ...set }): Step => ({ id: String(of), set }))
  const empty = opened.map((one): Step => ({ id: one, set: { merged_into: id } }))
  const own: Step[] = back.some((step) => step.id === id) ? [] : [{ id, set: {} }]
  return [...own, ...back, ...empty]
}

async function moveBack(tx: Tx, undo: Undo, cases: readonly string[]): Promise<void> {
  const { moves = [], opened = [], apart = [], relations = [], rejoined = [] } = undo
  await moveReports(
    tx,
    moves.map(({ from, to, reports }) => ({ from: to, to: from, reports })),
  )
  // What joined a split-off case since goes along: it is one vulnerability with what did not leave.
  await sql`update parley.case_report set case_id = ${cases[0]}
    where case_id = any (${opened}::text[])`.execute(tx)
  const reports = moves.flatMap((move) => move.reports)
  await sql`delete from parley.fixed_report where report_no = any (${reports}::bigint[])`.execute(
    tx,
  )
  await insertRows(tx, 'fixed_report', undo.fixed ?? [])
  const pairs = JSON.stringify(apart.map(([a, b]) => ({ a, b })))
  await sql`
    delete from parley.apart p using json_to_recordset(${pairs}::json) as d (a bigint, b bigint)
    where p.report_a = d.a and p.report_b = d.b`.execute(tx)
  await insertRows(tx, 'apart', rejoined)
  const related = JSON.stringify(relations.map(([a, b, kind]) => ({ a, b, kind })))
  await sql`
    delete from parley.case_relation r
    using json_to_recordset(${related}::json) as d (a text, b text, kind text)
    where r.case_a = d.a and r.case_b = d.b and r.kind = d.kind`.execute(tx)
}

async function insertRows(tx: Tx, table: 'fixed_report' | 'apart', rows: Rows): Promise<void> {
  if (rows.length === 0) return
  const name = sql.table(`parley.${table}`)
  await sql`insert into ${name} select * from
    json_populate_recordset(null::${name}, ${JSON.stringify(rows)}::json)`.execute(tx)
}

async function restoreRows(tx: Tx, undo: Undo): Promise<void> {
  const { reports = [], suggestions = [], notes = [], noteAdded } = undo
  await sql`
    update parley.case_report c set case_id = o.case_id, how = o.how, probability = o.probability,
      because = o.because
    from json_populate_recordset(null::parley.case_report, ${JSON.stringify(reports)}::json) o
    where c.report_no = o.report_no`.execute(tx)
  await sql`
    update parley.suggestion s set state = o.state, decided_at = o.decided_at,
      decided_by = o.decided_by, event_no = o.event_no
    from json_populate_recordset(null::parley.suggestion, ${JSON.stringify(suggestions)}::json) o
    where s.no = o.no`.execute(tx)
  await sql`
    update parley.note n set text = o.text, changed_at = o.changed_at, removed_at = o.removed_at
    from json_populate_recordset(null::parley.note, ${JSON.stringify(notes)}::json) o
    where n.id = o.id`.execute(tx)
  if (noteAdded !== undefined)
    await sql`delete from parley.note where id = ${noteAdded}`.execute(tx)
}
