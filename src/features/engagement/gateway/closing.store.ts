import { sql } from 'kysely'
import type { Pool } from 'pg'
import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { recordFor, tellEngagement } from '../engagement-event.store.ts'
import type { ClosingBook, ClosingProof } from './books.ts'

const Kept: z.ZodType<ClosingProof> = z.strictObject({
  ...{ node: z.string(), engagement: z.string(), closedAt: z.string(), doneAt: z.string() },
  ...{ cutStreams: z.int(), entries: z.int(), chainHead: z.string() },
  lastRequest: z.strictObject({ request: z.string(), receivedAt: z.string() }).nullable(),
})

/** Keeps a proof, and its digest in the ledger; once more changes nothing. */
async function keepClosing(tx: Tx, proof: ClosingProof): Promise<void> {
  const { engagement, node, doneAt, closedAt, cutStreams } = proof
  const { rows } = await sql`
    insert into parley.gateway_closing (engagement_id, node, at, proof)
    values (${engagement}, ${node}, ${doneAt}::timestamptz, ${JSON.stringify(proof)}::jsonb)
    on conflict do nothing returning 1`.execute(tx)
  if (rows.length === 0) return
  const at = new Date(doneAt)
  const of = { action: 'gateway.close', kind: 'engagement', record: engagement } as const
  const fields = { node, closedAt, doneAt, cutStreams: String(cutStreams) }
  await recordFor(tx, engagement, [{ at, ...of, digest: digestOf({ ...proof }), fields }])
  await tellEngagement(tx, engagement, at)
}

/** Proofs of closing in the database. */
export const closingsIn = (pool: Pool): ClosingBook => ({
  keep: (proof) => asActor(pool, systemActor, (tx) => keepClosing(tx, proof)),
})

/** Gateways are given so long to close by themselves. */
const patience = '1 minute'

/**
 * Destroys the credentials of engagements that have ended where no gateway ran to do it, and proves
 * that; answers how many. For the product itself.
 */
export async function destroyLeft(tx: Tx, now: Date): Promise<number> {
  const { rows } = await sql<{ engagement: string; endedAt: Date }>`
    update parley.gateway_credential c set sealed = null, destroyed_at = ${now}
    from parley.engagement e
    where e.id = c.engagement_id and c.sealed is not null
      and coalesce(e.closed_at, e.ends_at) < ${now}::timestamptz - ${patience}::interval
    returning c.engagement_id as engagement,
      coalesce(e.closed_at, e.ends_at) as "endedAt"`.execute(tx)
  for (const { engagement, endedAt } of rows) {
    await keepClosing(tx, {
      ...{ node: 'service', engagement, closedAt: endedAt.toISOString() },
      ...{ doneAt: now.toISOString(), cutStreams: 0, lastRequest: null },
      ...{ entries: 0, chainHead: '' },
    })
  }
  return rows.length
}

/** Of each gateway that passed anything, the first that ended it first. */
export async function closingsOf(tx: Tx, engagement: string): Promise<readonly ClosingProof[]> {
  const { rows } = await sql<{ proof: unknown }>`
    select proof from parley.gateway_closing where engagement_id = ${engagement}
    order by at, node limit 1000`.execute(tx)
  return rows.map(({ proof }) => Kept.parse(proof))
}
