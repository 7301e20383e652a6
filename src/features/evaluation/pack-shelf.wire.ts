import { z } from 'zod'
import { lineShape } from '#platform/http/line-shape.ts'

/** Shapes of packs on the shelf as they cross HTTP. Times are ISO 8601 in UTC. */

const hex32 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in 64 small hexadecimal digits')
const word = lineShape(300)
const count = z.int().min(1).max(1_000)

/** What `parley pack commit` writes. */
export const CommitmentWire = z
  .strictObject({
    parley: z.literal('pack-commitment/1'),
    ...{ name: word, version: word, label: word, count },
    strata: z
      .array(
        z.strictObject({
          ...{ family: word, difficulty: z.int().min(1).max(5) },
          ...{ tasks: count, weight: z.number().min(0.001) },
        }),
      )
      .min(1)
      .max(1_000),
    root: hex32,
  })
  .meta({ id: 'PackCommitment' })

const path = z.string().max(1_024)

/** What `parley pack open-task` writes. */
export const TaskOpeningWire = z
  .strictObject({
    parley: z.literal('pack-opening/1'),
    ...{ name: word, version: word, index: z.int().min(0).max(1_000), id: word },
    salt: hex32,
    entries: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('folder'), path }),
          z.strictObject({
            ...{ kind: z.literal('file'), path, sizeBytes: z.int().min(0), sha256: hex32 },
            isProgram: z.boolean(),
          }),
        ]),
      )
      .min(1)
      .max(10_000),
    proof: z.array(hex32).max(64),
  })
  .meta({ id: 'PackTaskOpening' })

export const CommittedWire = z
  .strictObject({
    id: z.string(),
    /** It was committed to before, with the same root. */
    isSame: z.boolean(),
  })
  .meta({ id: 'PackCommitted' })

export const RightWordWire = z.enum(['view', 'query'])

const PackRightWire = z
  .strictObject({
    person: z.string(),
    name: z.string(),
    /** `view`: may see that it exists; `query`: may also fetch it to run it. */
    may: RightWordWire,
    givenAt: z.string(),
    /** Null where the product itself gave it to whoever committed. */
    givenBy: z.string().nullable(),
  })
  .meta({ id: 'PackRight' })

const PackKeyOpeningWire = z
  .strictObject({
    approval: z.string(),
    person: z.string(),
    engagement: z.string(),
    pair: z.string(),
    grantedBy: z.string(),
    grantedAt: z.string(),
    until: z.string(),
  })
  .meta({ id: 'PackKeyOpening' })

const row = {
  id: z.string(),
  organisation: z.string(),
  commitment: CommitmentWire,
  committedAt: z.string(),
  committedBy: z.string(),
  publishedAt: z.string().nullable(),
  /** Who holds a key, any two of whom open it; null until the sealed pack is handed in. */
  holders: z.array(z.string()).nullable(),
  /** What whoever asks may do: fetch it; say who else may. */
  mayQuery: z.boolean(),
  mayKeep: z.boolean(),
}

const PackRowWire = z.strictObject(row).meta({ id: 'PackRow' })
export const PackListWire = z
  .strictObject({
    items: z.array(PackRowWire),
    /** The pack to go on after; null at the end. */
    next: z.string().nullable(),
  })
  .meta({ id: 'PackList' })

export const PackPageQuery = z.strictObject({
  /** The id of a pack, such as `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.int().min(1).max(100).default(50),
})

export const PackWire = z
  .strictObject({
    ...row,
    rights: z.array(PackRightWire),
    /** What two people let one of them fetch. */
    openings: z.array(PackKeyOpeningWire),
    /** What people whom it names are called, by id. */
    names: z.record(z.string(), z.string()),
    /** Who may be given a right; empty for who gives none. */
    colleagues: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'Pack' })

export const HandedInWire = z
  .strictObject({
    holders: z.array(z.string()),
    files: z.array(z.strictObject({ name: z.string(), sizeBytes: z.number(), sha256: z.string() })),
  })
  .meta({ id: 'PackHandedIn' })

export const OpenedTaskListWire = z
  .strictObject({
    commitment: CommitmentWire,
    items: z.array(
      z.strictObject({ task: z.string(), publishedAt: z.string(), opening: TaskOpeningWire }),
    ),
    /** The place that the next page goes on behind; null at the end. */
    next: z.int().nullable(),
  })
  .meta({ id: 'PackTaskOpeningList' })
