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
  const add = (day: string, name: string, label: number): void => {
    const key = `${day} ${name} ${label}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const first = new Set(firsts)
  for (const { no, label, receivedAt } of reports) {
    const day = receivedAt.toISOString().slice(0, 10)
    add(day, 'reports', label)
    add(day, first.has(no) ? 'cases' : 'duplicates', label)
  }
  await addToDays(
    tx,
    [...counts].map(([key, count]) => {
      const [day = '', name = '', label] = key.split(' ')
      return { day, name, label: Number(label), count }
    }),
  )
}

export type DayStep = {
  readonly day: string
  readonly name: string
  /** The number of the label of what is counted. */
  readonly label: number
  readonly count: number
}

export async function addToDays(tx: Tx, steps: readonly DayStep[]): Promise<void> {
  await sql`
    insert into parley.day_count (day, name, shard, count, label_id)
    select day, name, own.shard, count, label from (select parley.free_shard() as shard) own,
      json_to_recordset(${JSON.stringify(steps)}::json)
        as s (day text, name text, count bigint, label integer)
    on conflict (day, name, label_id, shard) do update set count = day_count.count + excluded.count
  `.execute(tx)
}
