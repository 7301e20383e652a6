import { sql } from 'kysely'
import type { Pool } from 'pg'
import { hashBytes } from '#formats/tlog/hash.ts'
import { type NoteVerifier, parseVerifier, verifierText } from '#formats/tlog/note.ts'
import {
  bundlesOf,
  encodeBundle,
  entriesPath,
  type TileName,
  tilePath,
  tilesOf,
  tileWidth,
} from '#formats/tlog/tile.ts'
import { assert } from '#kernel/assert.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { parseFields } from './entry.ts'
import { type LedgerHead, ledgerHead, readTiles } from './ledger.store.ts'
import {
  checkpointPath,
  fieldsLine,
  fieldsPath,
  type KeySpan,
  keyChangePath,
  keyPath,
  keysPath,
  keysText,
} from './ledger-folder.ts'
import { ledgerKeys } from './ledger-key.ts'

export type LedgerFile = { readonly path: string; readonly bytes: Buffer }

/** What is read in one go: full tiles and bundles are asked for so many at a time. */
const atOnce = 16

/** The newest checkpoint; null before the first entry. */
export const headOf = (pool: Pool): Promise<LedgerHead | null> =>
  asActor(pool, systemActor, ledgerHead)

/**
 * The files of the ledger as of a checkpoint, in the layout of c2sp.org/tlog-tiles, while others
 * go on writing: what the checkpoint was signed for never changes. The checkpoint itself is last.
 */
export async function* ledgerFiles(
  pool: Pool,
  head: LedgerHead,
  key: NoteVerifier,
): AsyncGenerator<LedgerFile> {
  yield { path: keyPath, bytes: Buffer.from(`${verifierText(key)}\n`) }
  yield* await asActor(pool, systemActor, (tx) => keyFiles(tx, head.size))
  for (const some of inGroups(tilesOf(head.size))) yield* await tileFiles(pool, some)
  for (const some of inGroups(bundlesOf(head.size))) yield* await entryFiles(pool, some)
  yield { path: checkpointPath, bytes: Buffer.from(head.note) }
}

/** The keys that have signed so far, and the checkpoints by which they handed over. */
async function keyFiles(tx: Tx, size: number): Promise<LedgerFile[]> {
  const rows = (await ledgerKeys(tx)).filter((row) => row.first_size <= size)
  if (rows.length < 2) return []
  const spans = rows.map(({ first_size: first, verifier }, at): KeySpan => {
    const key = parseVerifier(verifier)
    assert(key.ok, 'a key of the ledger is one')
    return { first, last: rows[at + 1]?.first_size ?? null, key: key.value }
  })
  const { rows: notes } = await sql<{ size: number; note: string }>`
    select size, note from parley.ledger_checkpoint
    where size = any (${spans.slice(1).map(({ first }) => first)}::bigint[])`.execute(tx)
  return [
    { path: keysPath, bytes: Buffer.from(keysText(spans)) },
    ...notes.map((one) => ({ path: keyChangePath(one.size), bytes: Buffer.from(one.note) })),
  ]
}

function* inGroups(tiles: Iterable<TileName>): Generator<readonly TileName[]> {
  let group: TileName[] = []
  for (const tile of tiles) {
    group.push(tile)
    if (group.length < atOnce) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** A tile may have grown since; what it held then is its beginning. */
async function tileFiles(pool: Pool, tiles: readonly TileName[]): Promise<LedgerFile[]> {
  const found = await asActor(pool, systemActor, (tx) => readTiles(tx, tiles))
  return tiles.map((tile, at) => {
    const bytes = found[at]?.subarray(0, tile.width * hashBytes)
    assert(bytes?.length === tile.width * hashBytes, `${tilePath(tile)} is not whole`)
    return { path: tilePath(tile), bytes }
  })
}

type Row = { readonly index: number; readonly leaf: string; readonly fields: unknown }

async function entryFiles(pool: Pool, bundles: readonly TileName[]): Promise<LedgerFile[]> {
  const first = (bundles[0]?.index ?? 0) * tileWidth
  const count = bundles.reduce((sum, { width }) => sum + width, 0)
  const { rows } = await asActor(pool, systemActor, (tx) =>
    sql<Row>`
      select e.index, e.leaf, f.fields from parley.ledger_entry e
      left join parley.ledger_field f on f.index = e.index
      where e.index >= ${first} and e.index < ${first + count} order by e.index`.execute(tx),
  )
  assert(rows.length === count, 'every entry up to the checkpoint is there')
  return bundles.flatMap((bundle) => {
    const from = bundle.index * tileWidth - first
    const own = rows.slice(from, from + bundle.width)
    const lines = own.map(({ index, fields }) => {
      return fieldsLine({ index, fields: parseFields(fields) ?? {} })
    })
    return [
      { path: entriesPath(bundle), bytes: encodeBundle(own.map(({ leaf }) => Buffer.from(leaf))) },
      { path: fieldsPath(bundle.index), bytes: Buffer.from(lines.join('')) },
    ]
  })
}
