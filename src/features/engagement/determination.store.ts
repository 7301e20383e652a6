import { z } from 'zod'
import { randomName } from '#features/org/org.ts'
import { idOf } from '#kernel/id.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { type Determination, positions, verdicts } from './determination.ts'
import type { EngagementKeys } from './engagement.store.ts'
import { hex32, moment } from './engagement.wire.ts'

const DeterminationId = idOf('determination')
export const newDeterminationId = (): string => DeterminationId.of(randomName())

const Statement = z.strictObject({
  ...{ position: z.enum(positions), text: z.string(), by: z.string(), at: moment },
})
const Kept = z.strictObject({
  ...{ id: z.string(), askedAt: moment, takenBackAt: moment.nullable() },
  verdicts: z.array(
    z.strictObject({
      ...{ id: z.string(), word: z.enum(verdicts), declarationSha256: hex32, resultsSha256: hex32 },
      wording: z.string(),
    }),
  ),
  ...{ authority: z.array(Statement), developer: z.array(Statement) },
})

/** A determination, of which engagement it is, and which version of it this is. */
export type KeptDetermination = {
  readonly determination: Determination
  readonly engagement: string
  readonly version: number
}

type Row = {
  readonly id: string
  readonly engagement_id: string
  readonly version: number
  readonly value: Buffer
}

function opened(keys: EngagementKeys, row: Row): KeptDetermination {
  const text = unseal(keys, row.value, row.id)
  if (!text.ok) throw new TypeError(`the determination ${row.id} cannot be opened`)
  const determination = Kept.parse(JSON.parse(text.value.toString('utf8')))
  return { determination, engagement: row.engagement_id, version: row.version }
}

const columns = ['id', 'engagement_id', 'version', 'value'] as const

/** Keeps a question that was just asked. */
export async function keepDetermination(
  tx: Tx,
  keys: EngagementKeys,
  { engagement, asked }: { readonly engagement: string; readonly asked: Determination },
): Promise<void> {
  const { id, askedAt: asked_at } = asked
  await tx
    .insertInto('parley.determination')
    .values({
      ...{ id, engagement_id: engagement, asked_at, asked_by: actorIn(tx).person, version: 1 },
      value: seal(keys, JSON.stringify(asked), id),
    })
    .execute()
}

/** The questions of an engagement, in the order in which they were asked. */
export async function determinationsOf(
  tx: Tx,
  keys: EngagementKeys,
  engagement: string,
): Promise<readonly Determination[]> {
  const rows = await tx
    .selectFrom('parley.determination')
    .select(columns)
    .where('engagement_id', '=', engagement)
    .orderBy('no')
    .execute()
  return rows.map((row) => opened(keys, row).determination)
}

/** One of them, held until the transaction ends; null where the actor sees none of that id. */
export async function lockDetermination(
  tx: Tx,
  keys: EngagementKeys,
  id: string,
): Promise<KeptDetermination | null> {
  const row = await tx
    .selectFrom('parley.determination')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : opened(keys, row)
}

/** Keeps what came of it, over the version that was locked. */
export async function saveDetermination(
  tx: Tx,
  keys: EngagementKeys,
  { determination, version }: Pick<KeptDetermination, 'determination' | 'version'>,
): Promise<void> {
  const { id, takenBackAt: taken_back_at } = determination
  const value = seal(keys, JSON.stringify(determination), id)
  await tx
    .updateTable('parley.determination')
    .set({ taken_back_at, value, version: version + 1 })
    .where('id', '=', id)
    .execute()
}
