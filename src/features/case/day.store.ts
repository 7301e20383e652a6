import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import type { StoredReport } from './stored-report.ts'

/** Adds to the counts of the days on which the reports came (UTC). */
export async function countDays(
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
