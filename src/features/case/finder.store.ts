import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import { recordOf } from './finder.ts'
import { type ReportRow, type StoredReport, storedReport } from './stored-report.ts'

/**
 * A finder as counted: names are an organisation's own, and what is counted for one label tells
 * nothing of another.
 */
const keyOf = (organisation: string, name: string, label: number): string =>
  `${organisation}\n${label}\n${name}`

/** The record of each report's best finder, in tenths; see `recordOf`. */
export async function recordsFor(
  tx: Tx,
  reports: readonly StoredReport[],
): Promise<(report: StoredReport) => number> {
  const wanted = new Map<string, { organisation: string; name: string; label: number }>()
  for (const { organisation, finders, label } of reports) {
    for (const name of finders) {
      wanted.set(keyOf(organisation, name, label), { organisation, name, label })
    }
  }
  const { rows } = await sql<FinderKey & { c: number; r: number }>`
    select f.organisation_id, f.name, f.label_id, f.confirmed as c, f.refuted as r
    from json_to_recordset(${JSON.stringify([...wanted.values()])}::json)
      as wanted (organisation text, name text, label integer)
    join parley.finder f on f.organisation_id = wanted.organisation and f.name = wanted.name
      and f.label_id = wanted.label
    where f.confirmed > 0`.execute(tx)
  const known = new Map(
    rows.map(({ organisation_id, name, label_id, c, r }) => [
      ...([keyOf(organisation_id, name, label_id), recordOf(c, r)] as const),
    ]),
  )
  return ({ organisation, finders, label }) =>
    Math.max(0, ...finders.map((name) => known.get(keyOf(organisation, name, label)) ?? 0))
}

/** A report that is being placed, and what its case was before; null for a case that is opened. */
export type PlacedReport = {
  readonly report: StoredReport
  readonly case: string
  readonly before: CaseBefore | null
}

export type CaseBefore = { readonly first: StoredReport; readonly verdict: string }

/** What cases are before reports join them. */
export async function casesBefore(
  tx: Tx,
  cases: readonly string[],
): Promise<ReadonlyMap<string, CaseBefore>> {
  const { rows } = await sql<ReportRow & { case_id: string; verdict: string }>`
    select c.id as case_id, c.verdict, r.no, r.id, r.organisation_id, r.label_id, r.received_at,
      r.document, r.finders, r.source, null as gone_at,
      jsonb_build_object('title', r.title, 'at', '{}'::jsonb) as finding
    from parley.vulnerability_case c
    cross join lateral (select o.report_no from parley.case_report o where o.case_id = c.id
      order by o.report_no limit 1) first
    join parley.report r on r.no = first.report_no
    where c.id = any (${cases}::text[])`.execute(tx)
  return new Map(
    rows.map((row) => [row.case_id, { first: storedReport(row), verdict: row.verdict }]),
  )
}

type FinderKey = {
  readonly organisation_id: string
  readonly name: string
  readonly label_id: number
}

type Step = FinderKey & {
  submitted: number
  duplicates: number
  confirmed: number
  refuted: number
  first: number
  last: number
}

/**
 * Counts reports that are placed: each for its finders, as a duplicate where its case has an
 * earlier
 * report, and as confirmed or refuted where its case is judged already. An earlier report than the
 * case had makes a duplicate of what was the first.
 */
export async function countPlaced(tx: Tx, placed: readonly PlacedReport[]): Promise<void> {
  const steps = new Map<string, Step>()
  for (const [, own] of Map.groupBy(placed, (one) => one.case)) {
    const before = own[0]?.before ?? null
    const first = Math.min(...own.map(({ report }) => report.no))
    const isOvertaken = before !== null && first < before.first.no
    const earliest = before === null || isOvertaken ? first : before.first.no
    if (isOvertaken) addSteps(steps, before.first, { submitted: 0, duplicates: 1 })
    for (const { report } of own) {
      addSteps(steps, report, {
        ...{ submitted: 1, duplicates: report.no > earliest ? 1 : 0 },
        confirmed: before?.verdict === 'confirmed' ? 1 : 0,
        refuted: before?.verdict === 'refuted' ? 1 : 0,
      })
    }
  }
  const rows = [...steps.values()].map(({ first, last, ...step }) => ({
    ...{ ...step, first_at: new Date(first), last_at: new Date(last) },
  }))
  await sql`
    insert into parley.finder (organisation_id, name, submitted, duplicates, confirmed, refuted,
      first_at, last_at, label_id)
    select organisation_id, name, submitted, duplicates, confirmed, refuted, first_at, last_at,
      label_id
    from json_populate_recordset(null::parley.finder, ${JSON.stringify(rows)}::json)
    order by organisation_id, name, label_id
    on conflict (organisation_id, name, label_id) do update set
      submitted = finder.submitted + excluded.submitted,
      duplicates = finder.duplicates + excluded.duplicates,
      confirmed = finder.confirmed + excluded.confirmed,
      refuted = finder.refuted + excluded.refuted,
      first_at = least(finder.first_at, excluded.first_at),
      last_at = greatest(finder.last_at, excluded.last_at)`.execute(tx)
}

function addSteps(
  steps: Map<string, Step>,
  { organisation, finders, label, receivedAt }: StoredReport,
  by: { submitted: number; duplicates: number; confirmed?: number; refuted?: number },
): void {
  const at = receivedAt.getTime()
  for (const name of finders) {
    const key = keyOf(organisation, name, label)
    const none = { submitted: 0, duplicates: 0, confirmed: 0, refuted: 0, first: at, last: at }
    const step = steps.get(key) ?? {
      ...{ organisation_id: organisation, name, label_id: label, ...none },
    }
    step.submitted += by.submitted
    step.duplicates += by.duplicates
    step.confirmed += by.confirmed ?? 0
    step.refuted += by.refuted ?? 0
    step.first = Math.min(step.first, at)
    step.last = Math.max(step.last, at)
    steps.set(key, step)
  }
}

/** What cases contribute to the counters of finders at this moment. */
export type Contribution = ReadonlyMap<string, FinderCounts>

type FinderCounts = FinderKey & {
  readonly duplicates: number
  readonly confirmed: number
  readonly refuted: number
}

export async function contributionOf(tx: Tx, cases: readonly string[]): Promise<Contribution> {
  const { rows } = await sql<FinderCounts>`
    select r.organisation_id, f.name, r.label_id,
      count(*) filter (where cr.report_no > first.no) as duplicates,
      count(*) filter (where c.verdict = 'confirmed') as confirmed,
      count(*) filter (where c.verdict = 'refuted') as refuted
    from parley.vulnerability_case c
    join parley.case_report cr on cr.case_id = c.id
    join parley.report r on r.no = cr.report_no
    cross join lateral unnest(r.finders) as f (name)
    cross join lateral (select min(o.report_no) as no from parley.case_report o
      where o.case_id = c.id) first
    where c.id = any (${cases}::text[])
    group by 1, 2, 3`.execute(tx)
  return new Map(rows.map((row) => [keyOf(row.organisation_id, row.name, row.label_id), row]))
}

/** Brings the counters from what cases contributed before a decision to what they do now. */
export async function recount(
  tx: Tx,
  before: Contribution,
  cases: readonly string[],
): Promise<void> {
  const now = await contributionOf(tx, cases)
  const steps = [...new Set([...before.keys(), ...now.keys()])].flatMap((key) => {
    const [old, own] = [before.get(key), now.get(key)]
    const of = own ?? old
    if (!of) return []
    const step = {
      duplicates: (own?.duplicates ?? 0) - (old?.duplicates ?? 0),
      confirmed: (own?.confirmed ?? 0) - (old?.confirmed ?? 0),
      refuted: (own?.refuted ?? 0) - (old?.refuted ?? 0),
    }
    const isChanged = Object.values(step).some((value) => value !== 0)
    return isChanged
      ? [{ organisation: of.organisation_id, name: of.name, label: of.label_id, ...step }]
      : []
  })
  if (steps.length === 0) return
  await sql`
    with step as (
      select * from json_to_recordset(${JSON.stringify(steps)}::json)
        as s (organisation text, name text, label integer, duplicates bigint, confirmed bigint,
          refuted bigint)
    ), held as (
      select f.organisation_id, f.name, f.label_id from parley.finder f
      join step s on s.organisation = f.organisation_id and s.name = f.name
        and s.label = f.label_id
      order by 1, 2, 3 for update of f
    )
    update parley.finder f set duplicates = f.duplicates + s.duplicates,
      confirmed = f.confirmed + s.confirmed, refuted = f.refuted + s.refuted
    from held h join step s on s.organisation = h.organisation_id and s.name = h.name
      and s.label = h.label_id
    where f.organisation_id = h.organisation_id and f.name = h.name
      and f.label_id = h.label_id`.execute(tx)
}
