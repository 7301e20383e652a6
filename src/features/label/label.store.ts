import { sql } from 'kysely'
import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import {
  type Classification,
  canonical,
  classificationRank,
  classifications,
  digestOfLabel,
  type Label,
  protections,
  tlpColours,
} from './label.ts'

/** The highest classification that this instance may hold. */
export async function ceilingOf(tx: Tx): Promise<Classification> {
  const row = await tx.selectFrom('parley.ceiling').select('classification').executeTakeFirst()
  return classifications[row?.classification ?? 0] ?? 'unclassified'
}

/**
 * The number of a label, for columns `label_id`; refused above the ceiling, and nothing is stored
 * then. A number is of the database alone and never shown.
 */
export async function labelIdFor(tx: Tx, label: Label): Promise<Result<number, 'above-ceiling'>> {
  const ceiling = await ceilingOf(tx)
  if (classificationRank(label.classification) > classificationRank(ceiling)) {
    return no('above-ceiling')
  }
  const { rows } = await sql<{ id: number | null }>`
    select parley.label_id_for(${JSON.stringify(canonical(label))}::jsonb) as id`.execute(tx)
  const id = rows[0]?.id ?? null
  if (id === null) throw new TypeError('only who hands in or decides labels records')
  return yes(id)
}

/** The labels of these numbers that the actor is cleared for, or is read in to a case of. */
export async function labelsOf(
  tx: Tx,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Label>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; label: unknown; digest: Buffer }>`
    select id, label, digest from parley.label where id = any (${[...new Set(ids)]}::integer[])
    union
    select id, label, digest from parley.labels_read_into()
      where id = any (${[...new Set(ids)]}::integer[])`.execute(tx)
  return new Map(
    rows.map(({ id, label: stored, digest }) => {
      const label = Stored.parse(stored)
      if (digestOfLabel(label) !== digest.toString('hex')) {
        throw new TypeError('a label is not what its digest says')
      }
      return [id, label]
    }),
  )
}

/** As it is stored; bounds are those of whoever sent it in, and a joined label may be longer. */
const Stored = z.strictObject({
  classification: z.enum(classifications),
  tlp: z.enum(tlpColours),
  compartments: z.array(z.string()),
  owners: z.array(z.string()),
  releasableTo: z.array(z.string()).nullable(),
  legal: z.array(
    z.strictObject({ kind: z.enum(protections), from: z.string(), until: z.string().nullable() }),
  ),
  foia: z.array(z.string()),
  embargoUntil: z.string().nullable(),
})
