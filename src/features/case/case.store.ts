import { sql } from 'kysely'
import type { Catalog } from '#features/catalog/catalog.ts'
import type { Reason } from '#features/correlate/explain.ts'
import { randomName } from '#features/org/org.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import { storedJson } from '#features/report/stored-json.ts'
import { assert } from '#kernel/assert.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { catalogFor } from './advisory.store.ts'
import { CaseId, substanceOf } from './case.ts'
import { derive, lookedAtMax, totalsOf } from './derived.ts'
import { casesBefore, countPlaced, type PlacedReport, recordsFor } from './finder.store.ts'
import { type Arriving, refreshRows, reportsByNo, saveKin } from './refresh.store.ts'
import { foldedInto } from './rest.ts'
import type { StoredReport } from './stored-report.ts'
import { tellCases } from './tell.store.ts'

/** Why a report is where correlation put it: the report it is most like, and the reasons. */
export type Tie = {
  readonly report: number
  readonly with: number
  /** Calibrated, 0 to 1. */
  readonly probability: number
  readonly because: readonly Reason[]
}

/** A case to be opened: the reports of one vulnerability, by number, and what ties them. */
export type NewCase = { readonly reports: readonly number[]; readonly ties: readonly Tie[] }

/** A report that joins a case. */
export type Join = Tie & { readonly case: string }

export type StoreOptions = {
  readonly clock: Clock
  /** What is public; looked up by the identifiers of the reports when absent. */
  readonly catalog?: Catalog | null
  /** Opens the payloads of reports; without them a sealed proof does not count as one. */
  readonly keys?: ReportKeys
}

const casesAtOnce = 2_500

/** What correlation decided of reports that wait: the cases they open and the cases they join. */
export type Placements = { readonly opened: readonly NewCase[]; readonly joined: readonly Join[] }

/** The cases that were opened, in the order given, and the case of each report that joined one. */
export type Placed = {
  readonly cases: readonly string[]
  readonly joined: ReadonlyMap<number, string>
}

/**
 * Puts reports into cases, set-wise: opens a case for each group and lets the others join. A case
 * that was merged away since takes reports in where its own are now. Reports that are in a case
 * already, or that do not exist, are a defect of the caller.
 *
 * Cases are locked before the counters of finders, as every decision does, so that placing and
 * deciding never wait for each other in a circle.
 */
export async function placeReports(
  tx: Tx,
  { opened, joined }: Placements,
  options: StoreOptions,
): Promise<Placed> {
  const standing = await standingCases(tx, [...new Set(joined.map((join) => join.case))])
  const counted: PlacedReport[] = []
  const cases: string[] = []
  for (let at = 0; at < opened.length; at += casesAtOnce) {
    const part = opened.slice(at, at + casesAtOnce)
    const named = part.map((group) => ({ ...group, id: CaseId.of(randomName()) }))
    counted.push(...(await openPart(tx, named, options)))
    cases.push(...named.map(({ id }) => id))
  }
  const moved = joined.map((join) => ({ ...join, case: standing.get(join.case) ?? join.case }))
  counted.push(...(await joinPart(tx, moved, options)))
  await countPlaced(tx, counted)
  return { cases, joined: new Map(moved.map((join) => [join.report, join.case])) }
}

/** Opens a case for each group of reports and answers the ids, in the order given. */
export const createCases = async (
  tx: Tx,
  opened: readonly NewCase[],
  options: StoreOptions,
): Promise<readonly string[]> => (await placeReports(tx, { opened, joined: [] }, options)).cases

/** Puts reports into cases that exist; answers the case of each. */
export const joinReports = async (
  tx: Tx,
  joined: readonly Join[],
  options: StoreOptions,
): Promise<ReadonlyMap<number, string>> =>
  (await placeReports(tx, { opened: [], joined }, options)).joined

const reportsIn = (arriving: ReadonlyMap<number, Arriving>): Map<number, StoredReport> =>
  new Map([...arriving].map(([no, { report }]) => [no, report]))

type Opened = NewCase & { readonly id: CaseId }

async function openPart(
  tx: Tx,
  opened: readonly Opened[],
  options: StoreOptions,
): Promise<PlacedReport[]> {
  const numbers = opened.flatMap(({ reports }) => reports)
  const arriving = await reportsByNo(tx, numbers, options.keys ?? null)
  const stored = reportsIn(arriving)
  assert(stored.size === numbers.length, 'a report to be placed does not exist or stands twice')
  const catalog =
    options.catalog === undefined ? await catalogOf(tx, [...stored.values()]) : options.catalog
  const recordFor = await recordsFor(tx, [...stored.values()])
  const now = options.clock.now()
  const derived = opened.map(({ id, reports }) => {
    const all = reports.flatMap((no) => stored.get(no) ?? [])
    const best = all.length > lookedAtMax ? all.toSorted(bySubstance) : all
    const rest =
      best.length > lookedAtMax &&
      foldedInto(
        undefined,
        best.map(({ finding }) => finding),
      )
    const material = { id, reports: best.slice(0, lookedAtMax), totals: totalsOf(all), edits: {} }
    const record = Math.max(0, ...all.map(recordFor))
    return { id, ...derive({ ...material, catalog, record, ...(rest && { rest }) }) }
  })
  const rows = derived.map(({ id, row }) => ({ id, ...row }))
  await sql`
    insert into parley.vulnerability_case (id, title, severity, evidence, band, rank_key,
      rank, told,
      aliases, packages, finders, report_count, finder_count, first_reported_at, last_reported_at,
      gone_at, search, changed_at)
    select id, title, severity, evidence, band, rank_key, rank, told, aliases, packages, finders,
      report_count, finder_count, first_reported_at, last_reported_at, gone_at, search, ${now}
    from json_populate_recordset(null::parley.vulnerability_case, ${storedJson(rows)}::json)
  `.execute(tx)
  await saveKin(tx, derived)
  const members = opened.flatMap(({ id, reports, ties }) => membersOf(id, reports, ties))
  await insertMembers(tx, members, { arriving, now })
  await countDays(
    tx,
    [...stored.values()],
    opened.flatMap(({ reports }) => Math.min(...reports)),
  )
  await tellCases(
    tx,
    opened.map(({ id }) => id),
    now,
  )
  return opened.flatMap(({ id, reports }) =>
    reports.flatMap((no) => {
      const report = stored.get(no)
      return report ? [{ report, case: id, before: null }] : []
    }),
  )
}

const bySubstance = (x: StoredReport, y: StoredReport): number =>
  substanceOf(y.finding) - substanceOf(x.finding) || x.no - y.no

const catalogOf = (tx: Tx, reports: readonly StoredReport[]): Promise<Catalog | null> =>
  catalogFor(
    tx,
    reports.flatMap(({ finding }) => finding.aliases ?? []),
  )

type Member = {
  readonly report_no: number
  readonly case_id: string
  readonly how: 'first' | 'merged'
  readonly probability: number | null
  readonly because: KeptTie | null
}

/** What stands beside a report in its case: against which it was judged, and why it is here. */
export type KeptTie = { readonly with: number; readonly reasons: readonly Reason[] }

function membersOf(id: string, reports: readonly number[], ties: readonly Tie[]): Member[] {
  const first = Math.min(...reports)
  const byReport = new Map(ties.map((tie) => [tie.report, tie]))
  return reports.map((no) => {
    const tie = byReport.get(no)
    return memberOf({ id, no, how: no === first ? 'first' : 'merged' }, tie)
  })
}

const memberOf = (
  { id, no, how }: { readonly id: string; readonly no: number; readonly how: 'first' | 'merged' },
  tie: Tie | undefined,
): Member => ({
  ...{ report_no: no, case_id: id, how, probability: tie?.probability ?? null },
  because: tie ? { with: tie.with, reasons: tie.because } : null,
})

async function insertMembers(
  tx: Tx,
  members: readonly Member[],
  { arriving, now }: { readonly arriving: ReadonlyMap<number, Arriving>; readonly now: Date },
): Promise<void> {
  const rows = members.map((member) => {
    const own = arriving.get(member.report_no)
    assert(own !== undefined, 'a report to be placed does not exist')
    return { ...member, substance: own.substance, ...own.weight }
  })
  await sql`
    insert into parley.case_report (report_no, case_id, joined_at, how, probability, because,
      substance, artifacts, severity)
    select report_no, case_id, ${now}, how, probability, because, substance, artifacts, severity
    from json_populate_recordset(null::parley.case_report, ${storedJson(rows)}::json)
  `.execute(tx)
}

async function joinPart(
  tx: Tx,
  joins: readonly Join[],
  options: StoreOptions,
): Promise<PlacedReport[]> {
  if (joins.length === 0) return []
  const now = options.clock.now()
  const numbers = joins.map(({ report }) => report)
  const arriving = await reportsByNo(tx, numbers, options.keys ?? null)
  const stored = reportsIn(arriving)
  const cases = [...new Set(joins.map((join) => join.case))]
  const before = await casesBefore(tx, cases)
  const members = joins.map((join) =>
    memberOf({ id: join.case, no: join.report, how: 'merged' }, join),
  )
  await insertMembers(tx, members, { arriving, now })
  await voidSuggestions(tx, numbers)
  const { catalog } = options
  await refreshRows(tx, cases, {
    ...{ records: 'looked-up', joined: numbers, ...(catalog !== undefined && { catalog }) },
  })
  await countDays(tx, [...stored.values()], [])
  await tellCases(tx, cases, now)
  return joins.flatMap((join) => {
    const report = stored.get(join.report)
    return report ? [{ report, case: join.case, before: before.get(join.case) ?? null }] : []
  })
}

/** Where the reports of each of these cases are now; locked, so that nobody merges it meanwhile. */
async function standingCases(
  tx: Tx,
  cases: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  let wanted = new Map(cases.map((id) => [id, id]))
  // A chain of merges is as long as people made it; nobody merges a case into itself.
  for (let step = 0; step < 100; step++) {
    const { rows } = await sql<{ id: string; merged_into: string | null }>`
      select id, merged_into from parley.vulnerability_case
      where id = any (${[...new Set(wanted.values())].sort()}::text[]) order by id for update
    `.execute(tx)
    const moved = new Map(
      rows.flatMap(({ id, merged_into: to }) => (to ? [[id, to] as const] : [])),
    )
    if (moved.size === 0) return wanted
    wanted = new Map([...wanted].map(([id, at]) => [id, moved.get(at) ?? at]))
  }
  assert(false, 'cases are merged into each other in a circle')
}

/** Two reports that are in one case by now need no decision. */
async function voidSuggestions(tx: Tx, reports: readonly number[]): Promise<void> {
  await sql`
    update parley.suggestion s set state = 'void'
    from parley.case_report a, parley.case_report b
    where s.kind = 'merge' and s.state in ('open', 'unsure')
      and s.no in (
        select no from parley.suggestion where report_a = any (${reports}::bigint[]) union
        select no from parley.suggestion where report_b = any (${reports}::bigint[]))
      and a.report_no = s.report_a and b.report_no = s.report_b and a.case_id = b.case_id
  `.execute(tx)
}

/** Brings cases up to date after their reports, what people set or what is public changed. */
export const refreshCases = async (
  tx: Tx,
  cases: readonly string[],
  { catalog }: StoreOptions,
): Promise<void> =>
  refreshRows(tx, cases, { records: 'looked-up', ...(catalog !== undefined && { catalog }) })

/** Brings reports whose findings were replaced up to date in their cases, and those cases. */
export async function refreshReports(
  tx: Tx,
  numbers: readonly number[],
  options: StoreOptions,
): Promise<void> {
  const arriving = await reportsByNo(tx, numbers, options.keys ?? null)
  const rows = [...arriving].map(([no, { substance, weight }]) => ({
    ...{ report_no: no, substance, ...weight },
  }))
  const { rows: changed } = await sql<{ case_id: string }>`
    update parley.case_report cr set substance = n.substance, artifacts = n.artifacts,
      severity = n.severity
    from json_populate_recordset(null::parley.case_report, ${storedJson(rows)}::json) n
    where cr.report_no = n.report_no returning cr.case_id`.execute(tx)
  await refreshCases(tx, [...new Set(changed.map((row) => row.case_id))], options)
}

/** Adds to the counts of the days on which the reports came (UTC). */
async function countDays(
  tx: Tx,
  reports: readonly StoredReport[],
  firsts: readonly number[],
): Promise<void> {
  const counts = new Map<string, number>()
  const add = (day: string, name: string): void => {
    const key = `${day} ${name}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const first = new Set(firsts)
  for (const { no, receivedAt } of reports) {
    const day = receivedAt.toISOString().slice(0, 10)
    add(day, 'reports')
    add(day, first.has(no) ? 'cases' : 'duplicates')
  }
  await addToDays(
    tx,
    [...counts].map(([key, count]) => {
      const [day = '', name = ''] = key.split(' ')
      return { day, name, count }
    }),
  )
}

export type DayStep = { readonly day: string; readonly name: string; readonly count: number }

export async function addToDays(tx: Tx, steps: readonly DayStep[]): Promise<void> {
  await sql`
    insert into parley.day_count (day, name, shard, count)
    select day, name, own.shard, count from (select parley.free_shard() as shard) own,
      json_to_recordset(${JSON.stringify(steps)}::json) as s (day text, name text, count bigint)
    on conflict (day, name, shard) do update set count = day_count.count + excluded.count
  `.execute(tx)
}
