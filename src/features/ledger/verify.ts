import { type Checkpoint, parseCheckpoint } from '#formats/tlog/checkpoint.ts'
import { isSameHash, leafHash } from '#formats/tlog/hash.ts'
import { isSignedBy, type NoteVerifier, parseNote, parseVerifier } from '#formats/tlog/note.ts'
import {
  bundlesOf,
  decodeBundle,
  type Edge,
  edgeRoot,
  emptyEdge,
  entriesPath,
  grown,
  type Tile,
  type TileName,
} from '#formats/tlog/tile.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { openEntry, parseLeaf } from './entry.ts'
import {
  checkpointPath,
  fieldsPath,
  keyPath,
  type LedgerFolder,
  parseFieldsLine,
  pathsOf,
} from './ledger-folder.ts'
import { judgeTiles, TileCheck } from './verify-tiles.ts'

/** Something that is not as it was signed: the file, and which entry where that can be told. */
export type LedgerProblem = { readonly at: string; readonly index?: number; readonly why: string }

export type LedgerReport = {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  readonly problems: readonly LedgerProblem[]
  /** Values that were taken away; their commitments stand. */
  readonly redacted: number
  /** Whether the key came with the folder, which proves nothing to who does not know it. */
  readonly isOwnKey: boolean
}

export type Verifying = {
  readonly folder: LedgerFolder
  /** Whose signature is asked for; the folder's own key where nobody says. */
  readonly key?: NoteVerifier
  /** A checkpoint that was kept earlier, as a signed note. */
  readonly since?: Uint8Array
}

/**
 * Works a ledger out again from its files alone: signature, every entry, every hash of every tile,
 * every value against its commitment, and the beginning against an older checkpoint. Refuses only
 * where there is nothing to begin with; all else is a problem with its place.
 */
export async function verifyLedger(asked: Verifying): Promise<Result<LedgerReport>> {
  const { folder, since } = asked
  const key = asked.key ? yes(asked.key) : await ownKey(folder)
  if (!key.ok) return key
  const signed = checkedNote(await folder.read(checkpointPath), key.value, checkpointPath)
  if (!signed.ok) return signed
  const { origin, size, root } = signed.value
  const older = since === undefined ? null : checkedNote(since, key.value, 'the older checkpoint')
  if (older !== null && !older.ok) return older
  const read: LedgerProblem[] = []
  const entries = new EntryCheck(folder, read, older?.value.size ?? null)
  const tiles = new TileCheck(folder, read)
  for (const bundle of bundlesOf(size)) {
    const leaves = await entries.take(bundle)
    await tiles.take(bundle, leaves)
  }
  await tiles.end(entries.tiles)
  const judged = judgeTiles(tiles, { root, entriesRoot: edgeRoot(entries.edge) })
  const problems = [...withoutEchoes(read, judged), ...judged]
  if (older !== null) problems.push(...sinceProblems(older.value, signed.value, entries))
  problems.push(...(await strangers(folder, size)))
  const isOwnKey = asked.key === undefined
  return yes({ origin, size, root, problems, redacted: entries.redacted, isOwnKey })
}

async function ownKey(folder: LedgerFolder): Promise<Result<NoteVerifier>> {
  const text = (await folder.read(keyPath))?.toString() ?? null
  if (text === null) {
    const hint = 'give --key with the key of the log'
    return no({ code: 'not-found', why: 'has no key', at: keyPath, hint })
  }
  if (!text.endsWith('\n')) return no({ code: 'malformed', why: 'is no whole line', at: keyPath })
  const key = parseVerifier(text.slice(0, -1))
  return key.ok ? key : no({ ...key.refusal, at: keyPath })
}

/** A checkpoint that the key signed, for the log that the key is named after. */
function checkedNote(bytes: Uint8Array | null, key: NoteVerifier, at: string): Result<Checkpoint> {
  if (bytes === null) return no({ code: 'not-found', why: 'is missing', at })
  const note = parseNote(bytes)
  if (!note.ok) return no({ ...note.refusal, at })
  if (!isSignedBy(note.value, key)) {
    return no({ code: 'malformed', why: `is not signed by ${key.name}`, at })
  }
  const checkpoint = parseCheckpoint(note.value.text)
  if (!checkpoint.ok) return no({ ...checkpoint.refusal, at })
  if (checkpoint.value.origin === key.name) return checkpoint
  return no({ code: 'malformed', why: 'is the checkpoint of another log', at })
}

/** Beside an entry that is not the one that was signed, no value can be the one committed to. */
function withoutEchoes(
  read: readonly LedgerProblem[],
  judged: readonly LedgerProblem[],
): LedgerProblem[] {
  const wrong = new Set(judged.filter(({ at }) => isOfEntries(at)).map(({ index }) => index))
  return read.filter(({ at, index }) => isOfEntries(at) || index === undefined || !wrong.has(index))
}

const isOfEntries = (path: string): boolean => path.startsWith('tile/entries/')

/** Reads entries and their fields, bundle by bundle, and grows the tree that they make. */
class EntryCheck {
  edge: Edge = emptyEdge
  /** Of all but the lowest level, as the entries make them; the newest of each name counts. */
  readonly tiles = new Map<string, Tile>()
  redacted = 0
  oldRoot: Buffer | null = null
  readonly #folder: LedgerFolder
  readonly #problems: LedgerProblem[]
  readonly #oldSize: number | null

  constructor(folder: LedgerFolder, problems: LedgerProblem[], oldSize: number | null) {
    this.#folder = folder
    this.#problems = problems
    this.#oldSize = oldSize
    if (oldSize === 0) this.oldRoot = edgeRoot(emptyEdge)
  }

  /** The hashes of the entries of a bundle; null where it does not hold as many as it should. */
  async take(bundle: TileName): Promise<readonly Buffer[] | null> {
    const at = entriesPath(bundle)
    const bytes = await this.#folder.read(at)
    const entries = bytes === null ? null : decodeBundle(bytes)
    if (entries === null || entries.length !== bundle.width) {
      const held = bytes === null ? 'is missing' : `does not hold ${bundle.width} whole entries`
      this.#problems.push({ at, why: held })
      return null
    }
    const first = bundle.index * 256
    const leaves = entries.map(leafHash)
    this.#grow(first, leaves)
    const lines = await this.#lines(bundle)
    for (const [place, entry] of entries.entries()) {
      this.#open({ at, index: first + place, entry, line: lines[place] })
    }
    return leaves
  }

  #grow(first: number, leaves: readonly Buffer[]): void {
    // After a bundle that is not there, what follows stands nowhere.
    if (first !== this.edge.size) return
    const cut = Math.max(0, (this.#oldSize ?? 0) - first)
    for (const some of [leaves.slice(0, cut), leaves.slice(cut)]) {
      if (some.length === 0) continue
      const next = grown(this.edge, some)
      this.edge = next.edge
      for (const tile of next.tiles) {
        if (tile.level > 0) this.tiles.set(`${tile.level}/${tile.index}`, tile)
      }
      if (this.edge.size === this.#oldSize) this.oldRoot = edgeRoot(this.edge)
    }
  }

  async #lines({ index, width }: TileName): Promise<readonly string[]> {
    const at = fieldsPath(index)
    const text = (await this.#folder.read(at))?.toString() ?? null
    if (text === null) {
      this.#problems.push({ at, why: 'is missing' })
      return []
    }
    const lines = text.split('\n')
    if (lines.pop() !== '' || lines.length !== width) {
      this.#problems.push({ at, why: `has not ${width} whole lines` })
    }
    return lines
  }

  #open(of: {
    readonly at: string
    readonly index: number
    readonly entry: Buffer
    readonly line: string | undefined
  }): void {
    const { at, index, entry, line } = of
    const leaf = parseLeaf(entry.toString())
    if (!leaf.ok) {
      this.#problems.push({ at, index, why: leaf.refusal.why })
      return
    }
    if (line === undefined) return
    const fields = fieldsPath(Math.floor(index / 256))
    const beside = parseFieldsLine(line)
    if (beside === null || beside.index !== index) {
      this.#problems.push({ at: fields, index, why: 'is not the line of this entry' })
      return
    }
    const { wrong, redacted } = openEntry(leaf.value, beside.fields)
    this.redacted += redacted.length
    for (const name of wrong) {
      const why = `the value of ${name} is not the one that the entry commits to`
      this.#problems.push({ at: fields, index, why })
    }
  }
}

/** Whether this ledger begins with the one that the older checkpoint was signed for. */
function sinceProblems(older: Checkpoint, newer: Checkpoint, entries: EntryCheck): LedgerProblem[] {
  const at = checkpointPath
  if (older.size > newer.size) {
    const why = `is rolled back: ${older.size} entries were signed before, these are ${newer.size}`
    return [{ at, why }]
  }
  if (entries.oldRoot === null) {
    return [{ at, why: 'cannot be held against the older one: entries before it are missing' }]
  }
  if (isSameHash(entries.oldRoot, older.root)) return []
  const why = `is of another history: the first ${older.size} entries are not those signed before`
  return [{ at, why }]
}

/** Files that no ledger of this size has. */
async function strangers(folder: LedgerFolder, size: number): Promise<LedgerProblem[]> {
  const known = new Set([checkpointPath, keyPath, ...pathsOf(size)])
  const why = `is no file of a ledger of ${size} entries`
  return (await folder.list()).filter((path) => !known.has(path)).map((at) => ({ at, why }))
}
