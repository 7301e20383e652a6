import { createHash } from 'node:crypto'
import { randomName } from '#features/org/org.ts'
import { idOf } from '#kernel/id.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import type { EngagementKeys } from './engagement.store.ts'
import type { Side } from './engagement.ts'

const DocumentId = idOf('document')

/** A file that one side handed in: an agreement that terms name by digest, or a disclosure. */
export type DocumentFace = {
  readonly id: string
  readonly name: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly mediaType: string
  readonly by: Side
  readonly at: Date
  /** When its bytes were destroyed; its name and digest stay. */
  readonly destroyedAt: Date | null
}

export type HandedDocument = {
  readonly engagement: string
  readonly side: Side
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly now: Date
}

/** Keeps a document, sealed; null where one of the same bytes is there already. */
export async function keepDocument(
  tx: Tx,
  keys: EngagementKeys,
  { engagement, side, name, mediaType, bytes, now }: HandedDocument,
): Promise<{ readonly id: string; readonly sha256: string } | null> {
  const id = DocumentId.of(randomName())
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const kept = await tx
    .insertInto('parley.engagement_document')
    .values({
      ...{ id, engagement_id: engagement, side, person_id: actorIn(tx).person, at: now },
      ...{ sha256, size_bytes: bytes.length, media_type: mediaType },
      name: seal(keys, name, `${id} name`),
      content: seal(keys, bytes, id),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return kept === undefined ? null : { id, sha256 }
}

type Row = {
  readonly id: string
  readonly side: string
  readonly at: Date
  readonly sha256: string
  readonly size_bytes: number
  readonly media_type: string
  readonly name: Buffer
  readonly destroyed_at: Date | null
}

function faceOf(keys: EngagementKeys, row: Row): DocumentFace {
  const name = unseal(keys, row.name, `${row.id} name`)
  if (!name.ok) throw new TypeError(`the document ${row.id} cannot be opened`)
  return {
    ...{ id: row.id, name: name.value.toString('utf8'), sha256: row.sha256, at: row.at },
    ...{ sizeBytes: row.size_bytes, mediaType: row.media_type },
    by: row.side === 'developer' ? 'developer' : 'evaluator',
    destroyedAt: row.destroyed_at,
  }
}

const columns = [
  ...(['id', 'side', 'at', 'sha256', 'size_bytes', 'media_type', 'name', 'destroyed_at'] as const),
] as const

/** The documents of an engagement, without their bytes, in the order in which they came. */
export async function documentsOf(
  tx: Tx,
  keys: EngagementKeys,
  engagement: string,
): Promise<readonly DocumentFace[]> {
  const rows = await tx
    .selectFrom('parley.engagement_document')
    .select(columns)
    .where('engagement_id', '=', engagement)
    .orderBy('no')
    .execute()
  return rows.map((row) => faceOf(keys, row))
}

export type WantedDocument = { readonly engagement: string; readonly id: string }

/** One document with its bytes, null where those are destroyed; null where none is seen. */
export async function documentById(
  tx: Tx,
  keys: EngagementKeys,
  { engagement, id }: WantedDocument,
): Promise<(DocumentFace & { readonly bytes: Buffer | null }) | null> {
  const row = await tx
    .selectFrom('parley.engagement_document')
    .select([...columns, 'content'])
    .where('id', '=', id)
    .where('engagement_id', '=', engagement)
    .executeTakeFirst()
  if (row === undefined) return null
  if (row.content === null) return { ...faceOf(keys, row), bytes: null }
  const bytes = unseal(keys, row.content, id)
  if (!bytes.ok) throw new TypeError(`the document ${id} cannot be opened`)
  return { ...faceOf(keys, row), bytes: bytes.value }
}
