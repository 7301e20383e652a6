import { sql } from 'kysely'
import { storedJson } from '#features/report/stored-json.ts'
import { assert } from '#kernel/assert.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { countDays } from './day.store.ts'
import { casesBefore, countPlaced, type PlacedReport } from './finder.store.ts'
import { insertMembers, memberOf, type Tie } from './member.store.ts'
import { type NewCase, openCases, type StoreOptions } from './opening.store.ts'
import { refreshRows, reportsByNo } from './refresh.store.ts'
import { tellCases } from './tell.store.ts'

/** A report that joins a case. */
export type Join = Tie & { readonly case: string }

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
  const { cases, placed } = await openCases(tx, opened, options)
  const moved = joined.map((join) => ({ ...join, case: standing.get(join.case) ?? join.case }))
  const joining = await joinPart(tx, moved, options)
  await countPlaced(tx, [...placed, ...joining])
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

async function joinPart(
  tx: Tx,
  joins: readonly Join[],
  options: StoreOptions,
): Promise<PlacedReport[]> {
  if (joins.length === 0) return []
  const now = options.clock.now()
  const numbers = joins.map(({ report }) => report)
  const arriving = await reportsByNo(tx, numbers, options.keys ?? null)
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
  await countDays(
    tx,
    [...arriving.values()].map(({ report }) => report),
    [],
  )
  await tellCases(tx, cases, now)
  return joins.flatMap((join) => {
    const report = arriving.get(join.report)?.report
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
