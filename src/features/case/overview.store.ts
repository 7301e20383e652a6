import { sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '#platform/db/as-actor.ts'
import type { OverviewWire } from './case.wire.ts'
import { type Cell, kindsOf } from './case-list.store.ts'
import { countsOf } from './suggestion-list.store.ts'

export type Overview = z.infer<typeof OverviewWire>

const dayMs = 86_400_000
/** Reports that wait are counted up to here. */
const arrivingMax = 100_000

/** What came in, what became of it and what waits, from counters alone: five statements. */
export async function overviewOf(
  tx: Tx,
  { days, now }: { readonly days: number; readonly now: Date },
): Promise<Overview> {
  const { cells } = await kindsOf(tx, { sort: 'priority', after: null, limit: 1 })
  const { rows: arriving } = await sql<{ count: number }>`
    select parley.arriving_count(${arrivingMax}) as count`.execute(tx)
  const { rows: received } = await sql<{ count: number }>`
    select coalesce(sum(count), 0)::bigint as count from parley.day_count
    where name = 'reports'`.execute(tx)
  const { open: suggestions } = await countsOf(tx, now)
  const count = (of: (cell: Cell) => boolean): number =>
    cells.filter(of).reduce((sum, cell) => sum + cell.count, 0)
  return {
    funnel: [
      { name: 'Reports', count: received[0]?.count ?? 0, query: '' },
      { name: 'Distinct vulnerabilities', count: count(() => true), query: '' },
      {
        name: 'Judged',
        count: count(({ verdict }) => verdict !== 'open'),
        query: 'verdict=confirmed,refuted',
      },
      {
        name: 'Confirmed',
        count: count(({ verdict }) => verdict === 'confirmed'),
        query: 'verdict=confirmed',
      },
      {
        name: 'Confirmed and closed',
        count: count(({ verdict, status }) => verdict === 'confirmed' && status === 'closed'),
        query: 'status=closed&verdict=confirmed',
      },
    ],
    days: await daysOf(tx, { days, now }),
    open: {
      suggestions,
      waiting: count(({ status }) => status === 'waiting'),
      unassigned: count((cell) => cell.status === 'open' && cell.assignee_id === ''),
      arriving: arriving[0]?.count ?? 0,
    },
  }
}

async function daysOf(
  tx: Tx,
  { days, now }: { readonly days: number; readonly now: Date },
): Promise<Overview['days']> {
  const all = Array.from({ length: days }, (_, at) =>
    new Date(now.getTime() - (days - 1 - at) * dayMs).toISOString().slice(0, 10),
  )
  const { rows } = await sql<{ day: string; name: string; count: number }>`
    select day, name, sum(count)::bigint as count from parley.day_count
    where day >= ${all[0] ?? ''} and day <= ${all.at(-1) ?? ''} group by day, name`.execute(tx)
  const counts = new Map(rows.map(({ day, name, count }) => [`${day} ${name}`, count]))
  const of = (day: string, name: string): number => counts.get(`${day} ${name}`) ?? 0
  return all.map((day) => ({
    ...{ day, reports: of(day, 'reports'), duplicates: of(day, 'duplicates') },
    ...{ cases: of(day, 'cases'), decisions: of(day, 'decisions') },
  }))
}
