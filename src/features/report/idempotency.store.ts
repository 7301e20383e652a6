import { sql } from 'kysely'
import type { Pool } from 'pg'
import { z } from 'zod'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'

/** An answer that is given again to the same request. */
export type KeptAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** As it was sent, byte for byte. */
  readonly body: string
}

const KeptAnswer = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
})

/** An `Idempotency-Key` of an organisation and what its request says. */
export type Once = { readonly key: string; readonly digest: Buffer }

export type Keeping = Once & { readonly answer: KeptAnswer }

/**
 * Claims keys for requests that are about to be stored, in the transaction that stores them. The
 * keys that are answered are the caller's; all others were used before, by whoever committed first.
 */
export async function claimKeys(
  tx: Tx,
  { organisation, now }: { readonly organisation: string; readonly now: Date },
  keepings: readonly Keeping[],
): Promise<ReadonlySet<string>> {
  if (keepings.length === 0) return new Set()
  // One order for all, so that two transactions never wait for each other in a circle.
  const rows = keepings
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ key, digest, answer }) => ({
      ...{ organisation_id: organisation, key, digest, created_at: now },
      answer: JSON.stringify(answer),
    }))
  const claimed = await tx
    .insertInto('parley.idempotency')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['organisation_id', 'key']).doNothing())
    .returning('key')
    .execute()
  return new Set(claimed.map(({ key }) => key))
}

/** What was answered to a key before; `other` when the key belongs to another request. */
export async function answerKept(
  tx: Tx,
  organisation: string,
  { key, digest }: Once,
): Promise<KeptAnswer | 'other' | null> {
  const row = await tx
    .selectFrom('parley.idempotency')
    .select(['digest', 'answer'])
    .where('organisation_id', '=', organisation)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!row) return null
  return row.digest.equals(digest) ? KeptAnswer.parse(row.answer) : 'other'
}

/** So long a key is remembered. */
const keptDays = 7

/** Forgets keys that are old enough, some at a time; answers how many. */
export async function forgetKeys(pool: Pool, now: Date): Promise<number> {
  const before = new Date(now.getTime() - keptDays * 86_400_000)
  for (let forgotten = 0; ; ) {
    const { numAffectedRows = 0n } = await asActor(pool, systemActor, (tx) =>
      sql`
        delete from parley.idempotency where (organisation_id, key) in (
          select organisation_id, key from parley.idempotency where created_at < ${before}
          limit 5000)`.execute(tx),
    )
    forgotten += Number(numAffectedRows)
    if (numAffectedRows < 5_000n) return forgotten
  }
}
