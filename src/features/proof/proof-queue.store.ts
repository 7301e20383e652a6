import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'

/** What waits and what runs, and of whom. */
export type QueueState = {
  readonly waiting: number
  readonly running: number
  /** How long what waits longest has been waiting; null where nothing waits. */
  readonly oldestSeconds: number | null
  readonly organisations: readonly {
    readonly id: string
    readonly name: string
    readonly waiting: number
    readonly running: number
  }[]
}

const organisationsMax = 100

/** The state of the queue, for whoever may see all of it. */
export async function queueState(tx: Tx): Promise<QueueState> {
  const { rows } = await sql<{
    id: string
    name: string
    waiting: number
    running: number
    oldest: number | null
  }>`
    select r.organisation_id as id, o.name, count(*) filter (where r.state = 'queued') as waiting,
      count(*) filter (where r.state = 'running') as running,
      extract(epoch from clock_timestamp() - min(r.queued_at)
        filter (where r.state = 'queued'))::float8 as oldest
    from parley.proof_run r join parley.organisation o on o.id = r.organisation_id
    where r.state in ('queued', 'running') group by 1, 2 order by 3 desc, 1`.execute(tx)
  const oldest = rows.flatMap((row) => row.oldest ?? [])
  return {
    waiting: rows.reduce((sum, { waiting }) => sum + waiting, 0),
    running: rows.reduce((sum, { running }) => sum + running, 0),
    oldestSeconds: oldest.length === 0 ? null : Math.max(0, Math.max(...oldest)),
    organisations: rows
      .slice(0, organisationsMax)
      .map(({ id, name, waiting, running }) => ({ id, name, waiting, running })),
  }
}
