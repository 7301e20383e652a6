import { hashBytes, isSameHash } from '#formats/tlog/hash.ts'
import {
  type Edge,
  edgeRoot,
  hashAt,
  rootInside,
  type Tile,
  type TileName,
  tilePath,
  tilesOf,
  tileWidth,
} from '#formats/tlog/tile.ts'
import type { LedgerFolder } from './ledger-folder.ts'
import type { LedgerProblem } from './verify.ts'

/** Where a tile holds another hash than what lies below it makes. */
type Difference = { readonly at: string; readonly place: number; readonly index: number }

/** Reads every tile and holds it against the entries, and against the tiles below it. */
export class TileCheck {
  /** Hashes of the lowest tiles that are not those of the entries. */
  readonly entryDifferences: Difference[] = []
  /** Tiles above that are not what the entries make. */
  readonly fromEntries: Difference[] = []
  /** Tiles above that are not what the tiles below make. */
  readonly fromTiles: Difference[] = []
  /** The right edge as the files have it; null where one of it is missing. */
  edge: Edge | null = null
  readonly #folder: LedgerFolder
  readonly #problems: LedgerProblem[]
  #size = 0

  constructor(folder: LedgerFolder, problems: LedgerProblem[]) {
    this.#folder = folder
    this.#problems = problems
  }

  /** The lowest tile beside a bundle of entries, whose hashes are given where they are there. */
  async take(bundle: TileName, leaves: readonly Buffer[] | null): Promise<void> {
    this.#size += bundle.width
    const hashes = await this.#read(bundle)
    if (hashes === null || leaves === null) return
    for (const [place, leaf] of leaves.entries()) {
      if (isSameHash(hashAt(hashes, place), leaf)) continue
      const index = bundle.index * tileWidth + place
      this.entryDifferences.push({ at: tilePath(bundle), place, index })
    }
  }

  /** The tiles above, once all entries were given; `made` are those that the entries make. */
  async end(made: ReadonlyMap<string, Tile>): Promise<void> {
    const levels: Buffer[] = []
    let isWhole = true
    for (const tile of tilesOf(this.#size)) {
      if (tile.level === 0 && tile.width === tileWidth) continue
      const hashes = await this.#read(tile, tile.level > 0)
      if (hashes === null) {
        isWhole = false
        continue
      }
      if (tile.width < tileWidth) levels[tile.level] = hashes
      if (tile.level > 0) await this.#compare(tile, hashes, made)
    }
    const height = Math.max(0, ...[...tilesOf(this.#size)].map(({ level }) => level + 1))
    const all = Array.from({ length: height }, (_, level) => levels[level] ?? Buffer.alloc(0))
    this.edge = isWhole ? { size: this.#size, levels: all } : null
  }

  async #compare(tile: TileName, hashes: Buffer, made: ReadonlyMap<string, Tile>): Promise<void> {
    const own = made.get(`${tile.level}/${tile.index}`)?.hashes
    for (let place = 0; place < tile.width; place++) {
      const index = (tile.index * tileWidth + place) * tileWidth ** tile.level
      const difference: Difference = { at: tilePath(tile), place, index }
      const hash = hashAt(hashes, place)
      if (own === undefined || !isSameHash(hashAt(own, place), hash)) {
        this.fromEntries.push(difference)
      }
      const below = { level: tile.level - 1, index: tile.index * tileWidth + place }
      const child = await this.#read({ ...below, width: tileWidth }, false)
      if (child !== null && !isSameHash(rootInside(child, 0, tileWidth), hash)) {
        this.fromTiles.push(difference)
      }
    }
  }

  async #read(tile: TileName, isTold = true): Promise<Buffer | null> {
    const at = tilePath(tile)
    const hashes = await this.#folder.read(at)
    if (hashes?.length === tile.width * hashBytes) return hashes
    const why = hashes === null ? 'is missing' : `does not hold ${tile.width} hashes`
    if (isTold) this.#problems.push({ at, why })
    return null
  }
}

type Signed = { readonly root: Buffer; readonly entriesRoot: Buffer }

/**
 * Says which side of each difference is wrong: whichever does not lead to the root that was signed.
 */
export function judgeTiles(check: TileCheck, { root, entriesRoot }: Signed): LedgerProblem[] {
  const wrongTile = ({ at, place, index }: Difference): LedgerProblem => {
    return { at, index, why: `the hash at place ${place} is not the one that was signed` }
  }
  if (isSameHash(entriesRoot, root)) {
    return [...check.entryDifferences, ...check.fromEntries].map(wrongTile)
  }
  const isTreeGood =
    check.edge !== null && isSameHash(edgeRoot(check.edge), root) && check.fromTiles.length === 0
  if (isTreeGood) {
    return check.entryDifferences.map(({ at, index }) => ({
      at: at.replace('tile/0/', 'tile/entries/'),
      ...{ index, why: 'the entry is not the one that was signed' },
    }))
  }
  const why = 'is signed for another tree: neither the entries nor the tiles lead to its root'
  return [
    { at: 'checkpoint', why },
    ...check.entryDifferences.map(({ at, index }) => ({
      ...{ at, index, why: 'the entry and its hash do not fit each other' },
    })),
    ...check.fromTiles.map(({ at, place, index }) => ({
      ...{ at, index, why: `the hash at place ${place} does not fit the tile below it` },
    })),
  ]
}
