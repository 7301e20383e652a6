import { sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '#platform/db/as-actor.ts'
import { anomalies, type HourCount } from './anomalies.ts'
import { seeingActions, takingActions } from './entry.ts'
import { entryAt } from './entry-list.store.ts'
import type { AnomalyListWire } from './ledger.wire.ts'

const dayMs = 86_400_000
/** What is usual is learned from so many days. */
const daysAsked = 60

/** How much each person opened and took out, by hours of UTC, in the last 60 days. */
async function hourCounts(tx: Tx, now: Date): Promise<HourCount[]> {
  const since = new Date(now.getTime() - daysAsked * dayMs).toISOString()
  const { rows } = await sql<HourCount>`
    select f.person, date_trunc('hour', (e.leaf::jsonb ->> 'at')::timestamptz, 'UTC') as hour,
      count(*) filter (where e.action <> all (${[...takingActions]}::text[])) as opens,
      count(*) filter (where e.action = any (${[...takingActions]}::text[])) as exports
    from parley.ledger_entry e join parley.ledger_field f on f.index = e.index
    where e.index >= ${entryAt(since)} and e.action = any (${[...seeingActions]}::text[])
      and f.person is not null and (e.leaf::jsonb ->> 'at')::timestamptz >= ${since}
    group by 1, 2`.execute(tx)
  return rows
}

/** What is out of the ordinary in the last day, with the names of who did it. */
export async function listAnomalies(tx: Tx, now: Date): Promise<z.infer<typeof AnomalyListWire>> {
  const found = anomalies(await hourCounts(tx, now), now)
  const ids = [...new Set(found.map(({ person }) => person))]
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from parley.person where id = any (${ids}::text[])`.execute(tx)
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  const items = found.map(({ person, from, ...one }) => ({
    ...{ ...one, from: from.toISOString() },
    person: { id: person, name: names.get(person) ?? null },
  }))
  return { items }
}
