import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Move, Rows } from './case-event.ts'
import type { By } from './change.store.ts'
import { objectOf } from './event.store.ts'

/** Which reports are in which case: moved as people decide, and bound so that they stay. */

type RowsOut = { readonly row: unknown }

export type Members = { readonly id: string; readonly reports: readonly number[] }

export async function membershipOf(tx: Tx, cases: readonly string[]): Promise<readonly Members[]> {
  const { rows } = await sql<{ id: string; reports: number[] }>`
    select case_id as id, json_agg(report_no order by report_no) as reports
    from parley.case_report where case_id = any (${cases}::text[])
    group by case_id order by case_id`.execute(tx)
  return rows
}

/** The rows of the reports with which cases were opened, as the database writes them. */
export async function firstsOf(tx: Tx, cases: readonly string[]): Promise<Rows> {
  const { rows } = await sql<RowsOut>`
    select to_jsonb(cr) as row from parley.case_report cr
    where case_id = any (${cases}::text[]) and how = 'first' order by report_no`.execute(tx)
  return rows.map(({ row }) => objectOf(row))
}

export async function moveReports(tx: Tx, moves: readonly Move[]): Promise<void> {
  for (const { to, reports } of moves) {
    await sql`update parley.case_report set case_id = ${to}
      where report_no = any (${reports}::bigint[])`.execute(tx)
  }
}

/**
 * Binds reports to where a person put them; answers the rows of those that were bound before, as
 * the database writes them.
 */
export async function fixReports(tx: Tx, reports: readonly number[], event: number): Promise<Rows> {
  const { rows } = await sql<RowsOut>`
    select to_jsonb(f) as row from parley.fixed_report f
    where report_no = any (${reports}::bigint[]) order by report_no`.execute(tx)
  await sql`
    insert into parley.fixed_report (report_no, event_no)
    select no, ${event} from unnest(${reports}::bigint[]) as r (no)
    on conflict (report_no) do update set event_no = excluded.event_no`.execute(tx)
  return rows.map(({ row }) => objectOf(row))
}

/** Says that two reports are never one vulnerability; answers the pairs that were not said yet. */
export async function keepApart(
  tx: Tx,
  pairs: readonly (readonly [number, number])[],
  { event, by }: { readonly event: number; readonly by: By },
): Promise<(readonly [number, number])[]> {
  const ordered = pairs.map(([a, b]) => ({ a: Math.min(a, b), b: Math.max(a, b) }))
  const { rows } = await sql<{ a: number; b: number }>`
    insert into parley.apart (report_a, report_b, said_at, said_by, event_no)
    select distinct a, b, ${by.now}::timestamptz, ${by.person}, ${event}::bigint
    from json_to_recordset(${JSON.stringify(ordered)}::json) as p (a bigint, b bigint)
    on conflict do nothing returning report_a as a, report_b as b`.execute(tx)
  return rows.map(({ a, b }) => [a, b] as const)
}

export type ApartPair = {
  readonly cases: readonly [string, string]
  readonly event: string
  /** Of the event: `split` where it only keeps correlation from joining them again. */
  readonly kind: string
}

/** Pairs of these cases of which somebody said that they are never one, by their reports. */
export async function apartPairs(tx: Tx, cases: readonly string[]): Promise<readonly ApartPair[]> {
  const { rows } = await sql<{ a: string; b: string; event: string | null; kind: string | null }>`
    with own as (
      select report_no, case_id from parley.case_report where case_id = any (${cases}::text[])
    )
    select x.case_id as a, y.case_id as b, e.id as event, e.kind from own x
    join parley.apart p on p.report_a = x.report_no
    join own y on y.report_no = p.report_b
    left join parley.case_event e on e.no = p.event_no
    where x.case_id <> y.case_id order by p.event_no limit 20`.execute(tx)
  return rows.map(({ a, b, event, kind }) => ({
    ...{ cases: [a, b] as const, event: event ?? '', kind: kind ?? 'apart' },
  }))
}

/** What splits left between these cases binds nobody who makes them one again; answers the rows. */
export async function forgetSplits(tx: Tx, cases: readonly string[]): Promise<Rows> {
  const { rows } = await sql<RowsOut>`
    with own as (
      select report_no, case_id from parley.case_report where case_id = any (${cases}::text[])
    )
    delete from parley.apart p using own x, own y, parley.case_event e
    where p.report_a = x.report_no and p.report_b = y.report_no and x.case_id <> y.case_id
      and e.no = p.event_no and e.kind = 'split'
    returning to_jsonb(p) as row`.execute(tx)
  return rows.map(({ row }) => objectOf(row))
}

/**
 * Suggestions about these reports that need no decision any more, because their two reports are in
 * one case by now, or for those to split in two: they become void. Answers their rows as they were.
 */
export async function settleSuggestions(
  tx: Tx,
  reports: readonly number[],
  event: number,
): Promise<Rows> {
  const { rows } = await sql<RowsOut & { no: number }>`
    select s.no, to_jsonb(s) as row from parley.suggestion s
    join parley.case_report a on a.report_no = s.report_a
    join parley.case_report b on b.report_no = s.report_b
    where s.no in (
        select no from parley.suggestion where report_a = any (${reports}::bigint[]) union
        select no from parley.suggestion where report_b = any (${reports}::bigint[]))
      and s.state in ('open', 'unsure') and (s.kind = 'merge') = (a.case_id = b.case_id)
    order by s.no for update of s`.execute(tx)
  await sql`update parley.suggestion set state = 'void', event_no = ${event}
    where no = any (${rows.map(({ no }) => no)}::bigint[])`.execute(tx)
  return rows.map(({ row }) => keptSuggestion(objectOf(row)))
}

/** Of a suggestion only what decisions change. */
export const keptSuggestion = ({
  no,
  state,
  decided_at,
  decided_by,
  event_no,
}: {
  readonly [column: string]: unknown
}): { readonly [column: string]: unknown } => ({ no, state, decided_at, decided_by, event_no })
