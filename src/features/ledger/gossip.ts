import type { Checkpoint } from '#formats/tlog/checkpoint.ts'
import { hashBytes, isSameHash } from '#formats/tlog/hash.ts'
import { consistencyProof, type HashReader, isConsistent } from '#formats/tlog/proof.ts'
import { tilePath, tileReader, tilesOf } from '#formats/tlog/tile.ts'
import type { LedgerFolder } from './ledger-folder.ts'

/** A checkpoint that somebody saw: which file it came in, and what it says. */
export type Seen = { readonly from: string; readonly checkpoint: Checkpoint }

/** Two checkpoints of which not both can be of one history. */
export type Fork = { readonly one: string; readonly other: string; readonly why: string }

export type Gossip = {
  readonly forks: readonly Fork[]
  /** Those that are larger than the folder, of which it says nothing. */
  readonly unheld: readonly string[]
}

/**
 * Compares checkpoints that several parties saw. Two of one size need nothing else; for two of
 * different sizes the tiles of a folder prove that one continues the other. Without a folder, or
 * beyond its size, different sizes are not compared.
 */
export async function compareSeen(
  seen: readonly Seen[],
  folder: { readonly files: LedgerFolder; readonly size: number } | null,
): Promise<Gossip> {
  const sorted = seen.toSorted((one, other) => one.checkpoint.size - other.checkpoint.size)
  const forks: Fork[] = []
  for (const [place, one] of sorted.entries()) {
    for (const other of sorted.slice(place + 1)) {
      const why = await differenceOf(one, other, folder)
      if (why !== null) forks.push({ one: one.from, other: other.from, why })
    }
  }
  const isHeld = ({ checkpoint }: Seen): boolean => checkpoint.size <= (folder?.size ?? 0)
  return { forks, unheld: sorted.filter((one) => !isHeld(one)).map(({ from }) => from) }
}

async function differenceOf(
  { checkpoint: older }: Seen,
  { checkpoint: newer }: Seen,
  folder: { readonly files: LedgerFolder; readonly size: number } | null,
): Promise<string | null> {
  if (older.size === newer.size) {
    if (isSameHash(older.root, newer.root)) return null
    return `two roots were signed for ${older.size} entries`
  }
  if (folder === null || newer.size > folder.size) return null
  const reader = readerOf(folder.files, folder.size)
  const proof = await consistencyProof(older.size, newer.size, reader)
  const { root } = newer
  const sizes = { oldSize: older.size, size: newer.size }
  if (isConsistent({ ...sizes, oldRoot: older.root, root, proof })) return null
  return `the tree of ${newer.size} entries does not begin with that of ${older.size}`
}

/** Hashes of the tree of a folder; where a tile is not there they are nought, and fit nothing. */
const readerOf = (files: LedgerFolder, size: number): HashReader => {
  const widths = new Map(
    [...tilesOf(size)].map(({ level, index, width }) => [`${level}/${index}`, width]),
  )
  return tileReader((tiles) =>
    Promise.all(
      tiles.map(async ({ level, index }) => {
        const width = widths.get(`${level}/${index}`) ?? 0
        const bytes = await files.read(tilePath({ level, index, width }))
        return bytes?.length === width * hashBytes ? bytes : Buffer.alloc(width * hashBytes)
      }),
    ),
  )
}
