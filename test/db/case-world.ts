import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'

type Row = { readonly [column: string]: unknown }
export type World = Readonly<Record<string, readonly Row[]>>

/** Every table that decisions about cases touch, but those that only tell what happened. */
const tables = [
  ...['report', 'case_report', 'apart', 'fixed_report', 'case_relation', 'suggestion', 'note'],
  ...['finder', 'case_kin', 'notice', 'sighting'],
]

/**
 * Everything that is known of cases at this moment, row by row, for comparing two moments to the
 * letter. Left out are the log (events, live events, counts by day), `version` and `changed_at`,
 * which count decisions and undos alike so that no version ever names two states, and ids that a
 * split had given out and that point to where its reports are again.
 */
export async function worldOf(tx: Tx, from?: World): Promise<World> {
  const world: Record<string, readonly Row[]> = {}
  for (const table of tables) {
    const { rows } = await sql<{ row: Row }>`
      select to_jsonb(t) as row from (
        select ${await columnsOf(tx, table)} from ${sql.table(`parley.${table}`)}) t`.execute(tx)
    world[table] = sorted(rows.map(({ row }) => row))
  }
  const { rows: cases } = await sql<{ row: Row; reports: number }>`
    select to_jsonb(c) - array['version', 'changed_at'] as row, (select count(*) from
      parley.case_report cr where cr.case_id = c.id) as reports
    from parley.vulnerability_case c`.execute(tx)
  const known = from && new Set(from['cases']?.map(({ id }) => id))
  const isLeft = ({ row, reports }: { row: Row; reports: number }): boolean =>
    known !== undefined && !known.has(row['id']) && row['merged_into'] !== null && reports === 0
  world['cases'] = sorted(cases.filter((one) => !isLeft(one)).map(({ row }) => row))
  for (const [name, by] of [
    ['case_count', 'status, verdict, severity, band, evidence, assignee_id, is_gone'],
    ['suggestion_count', 'kind, state'],
  ] as const) {
    const { rows } = await sql<{ row: Row }>`
      select to_jsonb(t) as row from (select ${sql.raw(by)}, sum(count) as count
        from ${sql.table(`parley.${name}`)} group by ${sql.raw(by)} having sum(count) <> 0) t
    `.execute(tx)
    world[name] = sorted(rows.map(({ row }) => row))
  }
  return world
}

/** The columns that the product reads of a table. */
async function columnsOf(tx: Tx, table: string) {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute where attrelid = ${`parley.${table}`}::regclass
      and attnum > 0 and not attisdropped and has_column_privilege(attrelid, attnum, 'select')
    order by attnum`.execute(tx)
  return sql.join(rows.map(({ name }) => sql.ref(name)))
}

const sorted = (rows: readonly Row[]): readonly Row[] =>
  rows
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([, row]) => row)
