import { foldedHash, hashBytes, nodeHash, type TreeNode } from './hash.ts'
import type { HashReader } from './proof.ts'

/** Tiles are eight levels high (c2sp.org/tlog-tiles): so many hashes, or entries, fill one. */
export const tileWidth = 256
const tileHeight = 8
const entryBytesMax = 0xffff

/** Which tile: `width` is that of a full one unless it lies at the right edge of the tree. */
export type TileName = { readonly level: number; readonly index: number; readonly width: number }

/** `tile/<L>/<N>`, with `.p/<W>` for one that is not full. */
export const tilePath = ({ level, index, width }: TileName): string =>
  `tile/${level}/${numberPath(index)}${partPath(width)}`

/** `tile/entries/<N>`, with `.p/<W>` for one that is not full. */
export const entriesPath = ({ index, width }: Omit<TileName, 'level'>): string =>
  `tile/entries/${numberPath(index)}${partPath(width)}`

const partPath = (width: number): string => (width === tileWidth ? '' : `.p/${width}`)

/** Three digits to a folder, all but the last after an `x`: 1234067 is `x001/x234/067`. */
export function numberPath(index: number): string {
  let path = String(index % 1000).padStart(3, '0')
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  }
  return path
}

/** The hash tiles of a tree of `size` entries, lowest level first. */
export function* tilesOf(size: number): Generator<TileName> {
  let count = size
  for (let level = 0; count > 0; level++) {
    yield* rowOf(level, count)
    count = Math.floor(count / tileWidth)
  }
}

/** The bundles of entries of a tree of `size` entries. */
export function* bundlesOf(size: number): Generator<TileName> {
  yield* rowOf(0, size)
}

function* rowOf(level: number, count: number): Generator<TileName> {
  const full = Math.floor(count / tileWidth)
  for (let index = 0; index < full; index++) yield { level, index, width: tileWidth }
  const width = count % tileWidth
  if (width > 0) yield { level, index: full, width }
}

/** Entries one after another, each after its length in two bytes, high one first. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = []
  for (const entry of entries) {
    if (entry.length > entryBytesMax) throw new RangeError('too large for an entry')
    parts.push(Buffer.of(entry.length >> 8, entry.length & 0xff), entry)
  }
  return Buffer.concat(parts)
}

/** The entries of a bundle; null when it ends in the middle of one. */
export function decodeBundle(bytes: Buffer): Buffer[] | null {
  const entries: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 2 > bytes.length) return null
    const end = at + 2 + bytes.readUInt16BE(at)
    if (end > bytes.length) return null
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return entries
}

/** A tile with its hashes, one after another. */
export type Tile = { readonly level: number; readonly index: number; readonly hashes: Buffer }

/** The hash that stands at a place of a tile. */
export const hashAt = (hashes: Buffer, place: number): Buffer =>
  hashes.subarray(place * hashBytes, (place + 1) * hashBytes)

/** The root of a complete subtree inside a tile: `count` hashes, a power of two, from `from` on. */
export function rootInside(hashes: Buffer, from: number, count: number): Buffer {
  if (count === 1) return hashAt(hashes, from)
  const half = count / 2
  return nodeHash(rootInside(hashes, from, half), rootInside(hashes, from + half, half))
}

/**
 * Reads hashes of subtrees out of tiles. `readTiles` is asked once, for each tile once, and
 * answers at least as many hashes of it as the tree had when the subtree was complete.
 */
export const tileReader =
  (readTiles: (tiles: readonly TreeNode[]) => Promise<readonly Buffer[]>): HashReader =>
  async (nodes) => {
    const wanted = nodes.map(placeOf)
    const names = new Map(wanted.map(({ tile }) => [`${tile.level}/${tile.index}`, tile]))
    const tiles = await readTiles([...names.values()])
    const found = new Map([...names.keys()].map((name, at) => [name, tiles[at]]))
    return wanted.map(({ tile, from, count }) => {
      const hashes = found.get(`${tile.level}/${tile.index}`)
      if (hashes === undefined || hashes.length < (from + count) * hashBytes) {
        throw new RangeError(`the tile ${tile.level}/${tile.index} is shorter than its tree`)
      }
      return rootInside(hashes, from, count)
    })
  }

/** The tile that a subtree hangs in, and which of its hashes it covers. */
function placeOf({ level, index }: TreeNode): {
  readonly tile: TreeNode
  readonly from: number
  readonly count: number
} {
  const count = 2 ** (level % tileHeight)
  const from = index * count
  const tile = { level: Math.floor(level / tileHeight), index: Math.floor(from / tileWidth) }
  return { tile, from: from % tileWidth, count }
}

/**
 * The right edge of a tree: for each level of tiles, lowest first, the hashes of the one that is
 * not full yet. It is all that is needed to add to a tree and to know its root.
 */
export type Edge = { readonly size: number; readonly levels: readonly Buffer[] }

export const emptyEdge: Edge = { size: 0, levels: [] }

/** The tiles that are not full in a tree of this size, by level; null where a level has none. */
export function edgeTilesOf(size: number): (TreeNode | null)[] {
  const tiles: (TreeNode | null)[] = []
  let count = size
  for (let level = 0; count > 0; level++) {
    const index = Math.floor(count / tileWidth)
    tiles.push(count % tileWidth === 0 ? null : { level, index })
    count = index
  }
  return tiles
}

/** Adds hashes of entries: the tree's new edge, and every tile that is new or longer. */
export function grown(
  edge: Edge,
  leaves: readonly Buffer[],
): { readonly edge: Edge; readonly tiles: readonly Tile[] } {
  const levels: Buffer[] = []
  const tiles: Tile[] = []
  let added = leaves
  let count = edge.size
  for (let level = 0; level < edge.levels.length || added.length > 0; level++) {
    let open: Buffer = edge.levels[level] ?? Buffer.alloc(0)
    const above: Buffer[] = []
    for (let at = 0; at < added.length; ) {
      const index = Math.floor(count / tileWidth)
      const room = tileWidth - open.length / hashBytes
      const taken = added.slice(at, at + room)
      const hashes = Buffer.concat([open, ...taken])
      tiles.push({ level, index, hashes })
      ;[at, count] = [at + taken.length, count + taken.length]
      const isFull = hashes.length === tileWidth * hashBytes
      if (isFull) above.push(rootInside(hashes, 0, tileWidth))
      open = isFull ? Buffer.alloc(0) : hashes
    }
    levels.push(open)
    count = Math.floor(edge.size / tileWidth ** (level + 1))
    added = above
  }
  return { edge: { size: edge.size + leaves.length, levels }, tiles }
}

/** The root of the tree, from its edge. */
export function edgeRoot({ levels }: Edge): Buffer {
  const peaks = levels.toReversed().flatMap((hashes) => {
    const count = hashes.length / hashBytes
    const found: Buffer[] = []
    for (let from = 0; from < count; ) {
      let width = 1
      while (from + width * 2 <= count) width *= 2
      found.push(rootInside(hashes, from, width))
      from += width
    }
    return found
  })
  return foldedHash(peaks)
}
