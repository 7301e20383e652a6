import { sql } from 'kysely'
import type { Pool } from 'pg'
import { record } from '#features/ledger/ledger.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'

const atOnce = 500

type Row = {
  readonly id: string
  readonly case_id: string
  readonly person_id: string
  readonly tier: string
  readonly part: string
  readonly why: string
}

/**
 * Ends what has lapsed and writes ends that nobody said into the ledger; answers how many. Nothing
 * is seen any more from the very moment of an end: this only makes pages and the log know.
 */
export const endLapsed = (pool: Pool, now: Date): Promise<number> =>
  asActor(pool, systemActor, async (tx) => {
    await sql`update parley.read_in r set ended_at = r.until, ended_why = 'expired'
      where r.id in (select id from parley.read_in
        where until <= now() and ended_at is null and refused_at is null
        limit ${atOnce} for update skip locked)`.execute(tx)
    const { rows } = await sql<Row>`
      update parley.read_in r set is_end_recorded = true
      where r.id in (select id from parley.read_in
        where ended_at is not null and not is_end_recorded limit ${atOnce} for update skip locked)
      returning r.id, r.case_id, r.person_id, r.tier, r.part, r.ended_why as why`.execute(tx)
    await record(
      tx,
      rows.map(({ id, case_id: of, person_id: nominee, tier, part, why }) => ({
        ...{ at: now, action: 'read-in.end', kind: 'read-in', record: id },
        fields: { case: of, nominee, tier, part, why },
      })),
    )
    return rows.length
  })
