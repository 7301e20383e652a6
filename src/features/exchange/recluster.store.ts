import { sql } from 'kysely'
import { isObject } from '#formats/json/reader.ts'
import type { Tx } from '#platform/db/as-actor.ts'

const settingName = 'recluster'

/** The report up to which a run under `model` has come that was ended before it was through. */
export async function reachedUnder(tx: Tx, model: string): Promise<number> {
  const row = await tx
    .selectFrom('parley.setting')
    .select('value')
    .where('name', '=', settingName)
    .executeTakeFirst()
  if (!row || !isObject(row.value) || row.value['model'] !== model) return 0
  const { after } = row.value
  return typeof after === 'number' ? after : 0
}

/** Keeps how far a run came; 0 once it is through, so that the next one begins anew. */
export async function saveReached(
  tx: Tx,
  reached: { readonly model: string; readonly after: number },
  now: Date,
): Promise<void> {
  await sql`insert into parley.setting (name, value, changed_at, changed_by)
    values (${settingName}, ${JSON.stringify(reached)}::jsonb, ${now}, null)
    on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at
  `.execute(tx)
}

/** The next reports that have a case and are no honey, by number, with the label of each. */
export async function placedAfter(
  tx: Tx,
  after: number,
  limit: number,
): Promise<{ readonly no: number; readonly label: number }[]> {
  const { rows } = await sql<{ no: number; label: number }>`
    select r.no, r.label_id as label from parley.case_report c
    join parley.report r on r.no = c.report_no
    where c.report_no > ${after}
      and not exists (select 1 from parley.honey h where h.report_id = r.id)
    order by c.report_no limit ${limit}`.execute(tx)
  return rows
}

/** Of these reports, those that a person put where they are. */
export async function fixedAmong(tx: Tx, reports: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql<{ report_no: number }>`
    select report_no from parley.fixed_report
    where report_no = any (${[...reports]}::bigint[])`.execute(tx)
  return new Set(rows.map(({ report_no }) => report_no))
}

/** Of these cases, those with no more than `atMost` reports, copies included. */
export async function smallCases(
  tx: Tx,
  cases: readonly string[],
  atMost: number,
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from parley.vulnerability_case
    where id = any (${[...cases]}::text[]) and report_count <= ${atMost}`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
