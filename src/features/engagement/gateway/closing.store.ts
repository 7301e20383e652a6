import { sql } from 'kysely'
import type { Pool } from 'pg'
import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { recordFor, tellGate } from '../engagement-event.store.ts'
import type { ClosingBook, ClosingProof } from './books.ts'

const Kept: z.ZodType<ClosingProof> = z.strictObject({
  partner: z.string().optional(),
  ...{ node: z.string(), engagement: z.string(), closedAt: z.string(), doneAt: z.string() },
  ...{ cutStreams: z.int(), entries: z.int(), chainHead: z.string() },
  lastRequest: z.strictObject({ request: z.string(), receivedAt: z.string() }).nullable(),
})

/** Keeps a proof, and its digest in the ledger; once more changes nothing. */
async function keepClosing(tx: Tx, proof: ClosingProof): Promise<void> {
  const { engagement, partner, node, doneAt, closedAt, cutStreams } = proof
  const gate = partner ?? engagement
  const { rows } = await sql`
    insert into parley.gateway_closing (gate_id, node, at, proof)
    values (${gate}, ${node}, ${doneAt}::timestamptz, ${JSON.stringify(proof)}::jsonb)
    on conflict do nothing returning 1`.execute(tx)
  if (rows.length === 0) return
  const at = new Date(doneAt)
  const kind = partner === undefined ? 'engagement' : 'partner'
  const of = { action: 'gateway.close', kind, record: gate } as const
  const fields = { node, closedAt, doneAt, cutStreams: String(cutStreams) }
  const isDevelopers = partner !== undefined
  const entry = { at, ...of, digest: digestOf({ ...proof }), fields, isDevelopers }
  await recordFor(tx, engagement, [entry])
  await tellGate(tx, gate, at)
}

/** Proofs of closing in the database. */
export const closingsIn = (pool: Pool): ClosingBook => ({
  keep: (proof) =>
    asActor(pool, systemActor, async (tx) => {
      await sql`
        update parley.gateway_credential set sealed = null, destroyed_at = clock_timestamp()
        where gate_id = ${proof.partner ?? proof.engagement} and sealed is not null`.execute(tx)
      await keepClosing(tx, proof)
    }),
})

/** Gateways are given so long to close by themselves. */
const patience = '1 minute'

/**
 * Destroys the credentials of gates by which access has ended where no gateway ran to do it, and
 * proves that; answers how many. For the product itself.
 */
export async function destroyLeft(tx: Tx, now: Date): Promise<number> {
  const { rows } = await sql<{ engagement: string; partner: string | null; endedAt: Date }>`
    update parley.gateway_credential c set sealed = null, destroyed_at = ${now}
    from (select w.id, w.engagement_id, p.id as partner_id,
        case when p.no is null then coalesce(e.closed_at, e.ends_at)
          else least(p.ended_at, p.ends_at) end as ended_at
      from parley.gateway_gate w join parley.engagement e on e.id = w.engagement_id
      left join parley.partner p on p.no = w.partner_no) g
    where g.id = c.gate_id and c.sealed is not null
      and g.ended_at < ${now}::timestamptz - ${patience}::interval
    returning g.engagement_id as engagement, g.partner_id as partner,
      g.ended_at as "endedAt"`.execute(tx)
  for (const { engagement, partner, endedAt } of rows) {
    await keepClosing(tx, {
      ...(partner !== null && { partner }),
      ...{ node: 'service', engagement, closedAt: endedAt.toISOString() },
      ...{ doneAt: now.toISOString(), cutStreams: 0, lastRequest: null },
      ...{ entries: 0, chainHead: '' },
    })
  }
  return rows.length
}

/** Of each gateway that passed anything, the first that ended it first. */
export async function closingsOf(tx: Tx, gate: string): Promise<readonly ClosingProof[]> {
  const { rows } = await sql<{ proof: unknown }>`
    select proof from parley.gateway_closing where gate_id = ${gate}
    order by at, node limit 1000`.execute(tx)
  return rows.map(({ proof }) => Kept.parse(proof))
}
