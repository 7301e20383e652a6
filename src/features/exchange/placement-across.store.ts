import { sql } from 'kysely'
import type { Reason } from '#features/correlate/explain.ts'
import { randomName } from '#features/org/org.ts'
import { storedJson } from '#features/report/stored-json.ts'
import type { Tx } from '#platform/db/as-actor.ts'

/** Reports of one label. */
export type OfLabel = { readonly label: number; readonly reports: readonly number[] }

/** Notes which reports are to be compared with those of other labels, where there are others. */
export async function waitAcross(tx: Tx, { label, reports }: OfLabel): Promise<void> {
  if (reports.length === 0) return
  await sql`
    insert into parley.correlation_across (report_no)
    select no from unnest(${[...reports]}::bigint[]) as t (no)
    where exists (select 1 from parley.correlation_label where label_id <> ${label})
    on conflict do nothing`.execute(tx)
}

/** Whether any report is to be compared with those of other labels. */
export async function isAskedAcross(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select 1 from parley.correlation_across) as found`.execute(tx)
  return rows[0]?.found === true
}

export type WaitingAcross = OfLabel & {
  /** Those of them that had another label when they were placed. */
  readonly relabelled: readonly number[]
}

/** Reports of one label that are to be compared next; null when none are. */
export async function nextAcross(tx: Tx, atMost: number): Promise<WaitingAcross | null> {
  const { rows } = await sql<{ no: number; label_id: number; is_relabelled: boolean }>`
    with first as materialized (
      select r.label_id from parley.correlation_across w join parley.report r on r.no = w.report_no
      order by w.report_no limit 1)
    select r.no, r.label_id, w.is_relabelled
    from first f, parley.correlation_across w join parley.report r on r.no = w.report_no
    where r.label_id = f.label_id order by r.no limit ${atMost}`.execute(tx)
  const [first] = rows
  if (!first) return null
  const relabelled = rows.filter((row) => row.is_relabelled)
  return {
    label: first.label_id,
    reports: rows.map(({ no }) => no),
    relabelled: relabelled.map(({ no }) => no),
  }
}

/** They were compared. */
export async function endAcross(tx: Tx, reports: readonly number[]): Promise<void> {
  await sql`delete from parley.correlation_across
    where report_no = any (${[...reports]}::bigint[])`.execute(tx)
}

/**
 * What was suggested of reports while they had another label: reports whose labels differ by now
 * are to be linked, not merged, and those that have one label by now the other way round.
 */
export async function turnRelabelled(tx: Tx, reports: readonly number[]): Promise<void> {
  if (reports.length === 0) return
  await sql`
    with turned as (
      select s.no, s.report_a, s.report_b,
        case when a.label_id = b.label_id then 'merge' else 'link' end as kind
      from parley.suggestion s join parley.report a on a.no = s.report_a
      join parley.report b on b.no = s.report_b
      where s.kind in ('merge', 'link') and s.state in ('open', 'unsure')
        and (s.kind = 'merge') = (a.label_id <> b.label_id)
        and s.no in (
          select no from parley.suggestion where report_a = any (${[...reports]}::bigint[]) union
          select no from parley.suggestion where report_b = any (${[...reports]}::bigint[]))
    )
    update parley.suggestion s set
      kind = case when known.is then s.kind else t.kind end,
      state = case when known.is then 'void' else s.state end
    from turned t, lateral (select exists (select 1 from parley.suggestion o
      where o.kind = t.kind and o.report_a = t.report_a and o.report_b = t.report_b) as is) known
    where s.no = t.no`.execute(tx)
}

export type NewLink = {
  readonly a: number
  readonly b: number
  readonly probability: number
  readonly because: readonly Reason[]
}

/**
 * Suggests that reports of two labels are of one flaw. The database labels each suggestion by both,
 * so that only those who are cleared for both hear of it. Two cases of which that was suggested
 * before, whatever was answered, wait for no second answer.
 */
export async function saveLinks(
  tx: Tx,
  links: readonly NewLink[],
  { model, now }: { readonly model: string; readonly now: Date },
): Promise<number> {
  if (links.length === 0) return 0
  const rows = links.map(({ a, b, probability, because }) => ({
    ...{ id: `suggestion_${randomName()}`, kind: 'link', state: 'open', model },
    ...{ report_a: Math.min(a, b), report_b: Math.max(a, b), probability, because },
    made_at: now.toISOString(),
  }))
  const { rows: kept } = await sql<{ label_id: number }>`
    with wanted as materialized (
      select distinct on (least(a.case_id, b.case_id), greatest(a.case_id, b.case_id))
        s.*, a.case_id as home_a, b.case_id as home_b
      from json_populate_recordset(null::parley.suggestion, ${storedJson(rows)}::json) s
      join parley.case_report a on a.report_no = s.report_a
      join parley.case_report b on b.report_no = s.report_b
      where a.case_id <> b.case_id
      order by least(a.case_id, b.case_id), greatest(a.case_id, b.case_id), s.probability desc
    ), known as materialized (
      select a.case_id as home_a, b.case_id as home_b
      from parley.case_report a join parley.suggestion o on o.report_a = a.report_no
      join parley.case_report b on b.report_no = o.report_b
      where o.kind = 'link' and o.state <> 'void'
        and a.case_id in (select home_a from wanted union select home_b from wanted)
    )
    insert into parley.suggestion
      (id, kind, report_a, report_b, probability, because, model, state, made_at)
    select s.id, s.kind, s.report_a, s.report_b, s.probability, s.because, s.model, s.state,
      s.made_at
    from wanted s
    where not exists (select 1 from known k
        where (k.home_a, k.home_b) in ((s.home_a, s.home_b), (s.home_b, s.home_a)))
    on conflict (kind, report_a, report_b) do update set state = 'open',
      probability = excluded.probability, because = excluded.because, model = excluded.model,
      made_at = excluded.made_at
      where suggestion.state = 'void'
    returning label_id`.execute(tx)
  await sql`
    insert into parley.live_event (at, topic, ref, label_id)
    select distinct ${now}::timestamptz, 'suggestion', 'many', label
    from unnest(${kept.map((row) => row.label_id)}::integer[]) as t (label)`.execute(tx)
  return kept.length
}
