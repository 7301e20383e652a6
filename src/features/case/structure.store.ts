import { sql } from 'kysely'
import { randomName } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { CaseId } from './case.ts'
import type { EventTold, Move, Undo } from './case-event.ts'
import { type By, recordsIn, type Seen, seenAs } from './change.store.ts'
import { decideMerge, decideSplit, listed, type Standing } from './decision.ts'
import type { Decline } from './decline.ts'
import {
  completeEvent,
  fieldsBefore,
  lockCases,
  objectOf,
  only,
  saveStandings,
  writeEvents,
} from './event.store.ts'
import { contributionOf, recount } from './finder.store.ts'
import {
  apartPairs,
  firstsOf,
  fixReports,
  forgetSplits,
  keepApart,
  membershipOf,
  moveReports,
  settleSuggestions,
} from './membership.store.ts'
import { refreshRows } from './refresh.store.ts'
import { tellCases } from './tell.store.ts'

/** A decision that was carried out: its event, the case to look at, and the others it touched. */
export type Carried = {
  readonly event: number
  readonly case: string
  readonly others: readonly string[]
}

type Why = { readonly why?: string | undefined }

/**
 * Makes one case of several: their reports move into the one that was seen, and stay there whatever
 * correlation says later. The others keep their ids, which point to it.
 */
export async function mergeCases(
  tx: Tx,
  asked: { readonly into: Seen; readonly cases: readonly string[] } & Why,
  by: By,
): Promise<Result<Carried, Decline>> {
  const ids = [...new Set(asked.cases)]
  const standing = await lockCases(tx, [asked.into.id, ...ids])
  const into = await seenAs(tx, asked.into, standing)
  if (!into.ok) return into
  const others = ids.flatMap((id) => standing.get(id) ?? [])
  if (others.length < ids.length) return no({ is: 'unknown', what: 'case' })
  if (others.some(({ label }) => label !== into.value.label)) return no({ is: 'labels' })
  const apart = await apartPairs(tx, [asked.into.id, ...ids])
  const decline = decideMerge({
    into: into.value,
    others,
    apart: apart.filter(({ kind }) => kind !== 'split'),
  })
  if (decline) return no(decline)
  return yes(await carryOutMerge(tx, { into: into.value, others, why: asked.why }, by))
}

type Merge = { readonly into: Standing; readonly others: readonly Standing[] } & Why

async function carryOutMerge(tx: Tx, { into, others, why }: Merge, by: By): Promise<Carried> {
  const ids = others.map(({ id }) => id)
  const counted = await contributionOf(tx, [into.id, ...ids])
  const before = await fieldsBefore(tx, [into.id, ...ids])
  const says = `merged ${named(others)} into this`
  const event = await begin(tx, { case: into.id, kind: 'merged', says, why }, by)
  const members = await membershipOf(tx, ids)
  const firsts = await firstsOf(tx, ids)
  const moves = members.map(({ id, reports }): Move => ({ from: id, to: into.id, reports }))
  const rejoined = await forgetSplits(tx, [into.id, ...ids])
  await moveReports(tx, moves)
  await sql`update parley.case_report set how = 'person', probability = null, because = null
    where report_no = any (${firsts.map((row) => row['report_no'])}::bigint[])`.execute(tx)
  const records = recordsIn([...before.values()])
  const fixed = await fixReports(
    tx,
    moves.flatMap(({ reports }) => reports),
    event,
  )
  const suggestions = await settleSuggestions(
    tx,
    moves.flatMap(({ reports }) => reports),
    event,
  )
  const merged = others.map(({ id }) => ({ id, set: { merged_into: into.id } }))
  await saveStandings(tx, [{ id: into.id, set: {} }, ...merged], by.now)
  const undo: Undo = {
    ...{ moves, reports: firsts, fixed, suggestions, records, rejoined },
    cases: ids.map((id) => only(before.get(id) ?? { id }, ['merged_into'])),
  }
  const touches = [into.id, ...ids].map((id) => `${id} reports`)
  const told = { says, why: why ?? null, cases: [into.id, ...ids], touches }
  await completeEvent(tx, event, { ...told, version: into.version + 1, undo })
  await mirror(
    tx,
    others.map((other) => ({ of: other, says: `merged this into “${into.title}”` })),
    { event, why, by, kind: 'merged', version: 1 },
  )
  const record = Math.max(0, ...Object.values(records))
  await refreshRows(tx, [into.id], { records: new Map([[into.id, record]]) })
  await recount(tx, counted, [into.id, ...ids])
  await tellCases(tx, [into.id, ...ids], by.now)
  return { event, case: into.id, others: ids }
}

const namedMax = 3

/** A few cases by their titles. */
function named(cases: readonly Standing[]): string {
  const titles = cases.slice(0, namedMax).map(({ title }) => `“${title}”`)
  const more = cases.length - titles.length
  return listed([...titles, ...(more > 0 ? [`${more} more`] : [])])
}

type Begun = {
  readonly case: string
  readonly kind: 'merged' | 'split' | 'apart' | 'related' | 'unsure' | 'kept'
  readonly says: string
} & Why

/** An event's number is needed by what it leaves behind, before all of that is known. */
export async function begin(tx: Tx, { case: id, kind, says, why }: Begun, by: By): Promise<number> {
  const told: EventTold = { says, why: why ?? null, version: 0, cases: [id], touches: [] }
  const writing = { by: by.person, now: by.now }
  const [event = 0] = await writeEvents(tx, [{ case: id, kind, told }], writing)
  return event
}

type Mirrored = {
  readonly event: number
  readonly by: By
  readonly kind: Begun['kind'] | 'undone'
  /** How much the versions of the cases grew. */
  readonly version: 0 | 1
} & Why

/** Writes a decision into the history of the other cases that it touched. */
export async function mirror(
  tx: Tx,
  others: readonly { readonly of: Standing; readonly says: string }[],
  { event, why, by, kind, version }: Mirrored,
): Promise<void> {
  const events = others.map(({ of, says }) => ({
    ...{ case: of.id, kind },
    told: {
      ...{ says, why: why ?? null, version: of.version + version, cases: [of.id] },
      ...{ touches: [], of: event },
    },
  }))
  await writeEvents(tx, events, { by: by.person, now: by.now })
}

/** Opens a case of its own for reports that are another vulnerability than the rest of theirs. */
export async function splitCase(
  tx: Tx,
  asked: { readonly from: Seen; readonly reports: readonly string[] } & Why,
  by: By,
): Promise<Result<Carried, Decline>> {
  const standing = await lockCases(tx, [asked.from.id])
  const from = await seenAs(tx, asked.from, standing)
  if (!from.ok) return from
  const { rows } = await sql<{ no: number; id: string }>`
    select r.no, r.id from parley.case_report cr join parley.report r on r.no = cr.report_no
    where cr.case_id = ${from.value.id} order by r.no`.execute(tx)
  const decline = decideSplit(
    from.value,
    rows.map(({ id }) => id),
    asked.reports,
  )
  if (decline) return no(decline)
  const leaving = new Set(asked.reports)
  const reports = rows.flatMap((row) => (leaving.has(row.id) ? [row.no] : []))
  const staying = rows.flatMap((row) => (leaving.has(row.id) ? [] : [row.no]))
  return yes(await carryOutSplit(tx, { from: from.value, reports, staying, why: asked.why }, by))
}

type Split = {
  readonly from: Standing
  /** Those that leave and those that stay, earliest first. */
  readonly reports: readonly number[]
  readonly staying: readonly number[]
} & Why

async function carryOutSplit(
  tx: Tx,
  { from, reports, staying, why }: Split,
  by: By,
): Promise<Carried> {
  const counted = await contributionOf(tx, [from.id])
  const before = await fieldsBefore(tx, [from.id])
  const says =
    reports.length === 1
      ? 'split one report off into a case of its own'
      : `split ${reports.length} reports off into a case of their own`
  const event = await begin(tx, { case: from.id, kind: 'split', says, why }, by)
  const opened = CaseId.of(randomName())
  await sql`
    insert into parley.vulnerability_case (id, title, severity, evidence, band, rank_key,
      rank, told,
      report_count, finder_count, first_reported_at, last_reported_at, label_id, changed_at)
    select ${opened}, title, severity, evidence, band, rank_key, rank, told, report_count,
      finder_count, first_reported_at, last_reported_at, label_id, ${by.now}
    from parley.vulnerability_case where id = ${from.id}`.execute(tx)
  const moves = [{ from: from.id, to: opened, reports }]
  const rows = await sql<{ row: unknown }>`
    select to_jsonb(cr) as row from parley.case_report cr
    where report_no = any (${[...reports, ...staying.slice(0, 1)]}::bigint[])`.execute(tx)
  await moveReports(tx, moves)
  await sql`
    update parley.case_report set how = case when report_no = ${reports[0]} then 'first'
      else 'person' end, probability = null, because = null
    where report_no = any (${reports}::bigint[])`.execute(tx)
  await sql`update parley.case_report set how = 'first' where report_no = ${staying[0]}`.execute(tx)
  const fixed = await fixReports(tx, reports, event)
  const apart = await keepApart(tx, [[reports[0] ?? 0, staying[0] ?? 0]], { event, by })
  const suggestions = await settleSuggestions(tx, reports, event)
  await saveStandings(tx, [{ id: from.id, set: {} }], by.now)
  const undo: Undo = {
    ...{ moves, fixed, suggestions, apart, opened: [opened] },
    ...{
      reports: rows.rows.map(({ row }) => objectOf(row)),
      records: recordsIn([...before.values()]),
    },
  }
  const told = { says, why: why ?? null, cases: [from.id, opened], touches: [`${from.id} reports`] }
  await completeEvent(tx, event, { ...told, version: from.version + 1, undo })
  const made: Standing = { ...from, id: opened, version: 1 }
  const origin = `split this off from “${from.title}”`
  await mirror(tx, [{ of: made, says: origin }], { event, why, by, kind: 'split', version: 0 })
  await refreshRows(tx, [from.id, opened], { records: 'kept' })
  await recount(tx, counted, [from.id, opened])
  await tellCases(tx, [from.id, opened], by.now)
  return { event, case: from.id, others: [opened] }
}
