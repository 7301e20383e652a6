import type { Checkpoint } from '#formats/tlog/checkpoint.ts'
import { cosignedAt } from '#formats/tlog/cosignature.ts'
import { isSameHash, leafHash } from '#formats/tlog/hash.ts'
import { type Note, type NoteVerifier, parseVerifier } from '#formats/tlog/note.ts'
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
  type KeySpan,
  keyChangePath,
  keyPath,
  keysPath,
  type LedgerFolder,
  parseFieldsLine,
  pathsOf,
} from './ledger-folder.ts'
import { changeProblems, checkedNote, type KeyChange, keyChain } from './verify-keys.ts'
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
  /** The checkpoint with the signatures below it. */
  readonly note: Note
  /** How many keys signed it, one after the other. */
  readonly keys: number
  /** Which of the witnesses that were asked for cosigned the checkpoint. */
  readonly witnesses: readonly Witnessed[]
}

export type Witnessed = { readonly name: string; readonly at: Date }

export type Verifying = {
  readonly folder: LedgerFolder
  /** Whose signature is asked for; the folder's own key where nobody says. */
  readonly key?: NoteVerifier
  /** A checkpoint that was kept earlier, as a signed note. */
  readonly since?: Uint8Array
  /** Who may have cosigned the checkpoint. */
  readonly witnesses?: readonly NoteVerifier[]
  /** How many of them have to have. */
  readonly quorum?: number
}

/**
 * Works a ledger out again from its files alone: signature, every entry, every hash of every tile,
 * every value against its commitment, and the beginning against an older checkpoint. Refuses only
 * where there is nothing to begin with; all else is a problem with its place.
 */
export async function verifyLedger(asked: Verifying): Promise<Result<LedgerReport>> {
  const { folder, since } = asked
  const pinned = asked.key ? yes(asked.key) : await ownKey(folder)
  if (!pinned.ok) return pinned
  const chain = await keyChain(folder, pinned.value)
  if (!chain.ok) return chain
  const spans = chain.value
  const newest = spans.filter(({ last }) => last === null)
  const noted = checkedNote(await folder.read(checkpointPath), newest, checkpointPath)
  if (!noted.ok) return noted
  const { origin, size, root } = noted.value.checkpoint
  const older = since === undefined ? null : checkedNote(since, spans, 'the older checkpoint')
  if (older !== null && !older.ok) return older
  const read: LedgerProblem[] = []
  const kept = older?.value.checkpoint ?? null
  const marks = [...(kept ? [kept.size] : []), ...spans.slice(1).map(({ first }) => first)]
  const entries = new EntryCheck(folder, read, marks)
  const tiles = new TileCheck(folder, read)
  for (const bundle of bundlesOf(size)) {
    const leaves = await entries.take(bundle)
    await tiles.take(bundle, leaves)
  }
  await tiles.end(entries.tiles)
  const judged = judgeTiles(tiles, { root, entriesRoot: edgeRoot(entries.edge) })
  const problems = [...withoutEchoes(read, judged), ...judged]
  problems.push(...(await changeProblems(folder, spans, entries)))
  if (kept) problems.push(...sinceProblems(kept, noted.value.checkpoint, entries.roots))
  problems.push(...(await strangers(folder, size, spans)))
  const witnesses = witnessesOf(noted.value.note, asked.witnesses ?? [])
  if (witnesses.length < (asked.quorum ?? 0)) problems.push(fewWitnesses(witnesses, asked.quorum))
  const isOwnKey = asked.key === undefined
  const told = { origin, size, root, problems, redacted: entries.redacted, isOwnKey }
  return yes({ ...told, note: noted.value.note, keys: spans.length, witnesses })
}

/** Which of these witnesses say that they saw the checkpoint, and when. */
const witnessesOf = (note: Note, witnesses: readonly NoteVerifier[]): Witnessed[] =>
  witnesses.flatMap((witness) => {
    const at = cosignedAt(note, witness)
    return at === null ? [] : [{ name: witness.name, at }]
  })

function fewWitnesses({ length }: readonly Witnessed[], quorum = 0): LedgerProblem {
  const why = `is cosigned by ${length} of the witnesses that were given; ${quorum} are asked for`
  return { at: checkpointPath, why }
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
  /** The roots of the trees that were asked for, by their sizes. */
  readonly roots = new Map<number, Buffer>()
  /** Entries that say that another key signs from then on. */
  readonly changes: KeyChange[] = []
  readonly #folder: LedgerFolder
  readonly #problems: LedgerProblem[]
  readonly #marks: readonly number[]

  constructor(folder: LedgerFolder, problems: LedgerProblem[], marks: readonly number[]) {
    this.#folder = folder
    this.#problems = problems
    this.#marks = [...new Set(marks)].sort((one, other) => one - other)
    if (marks.includes(0)) this.roots.set(0, edgeRoot(emptyEdge))
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
    const end = first + leaves.length
    const cuts = this.#marks.filter((mark) => mark > first && mark < end)
    let from = first
    for (const to of [...cuts, end]) {
      const next = grown(this.edge, leaves.slice(from - first, to - first))
      from = to
      this.edge = next.edge
      for (const tile of next.tiles) {
        if (tile.level > 0) this.tiles.set(`${tile.level}/${tile.index}`, tile)
      }
      if (this.#marks.includes(to)) this.roots.set(to, edgeRoot(this.edge))
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
    const { wrong, redacted, values } = openEntry(leaf.value, beside.fields)
    if (leaf.value.action === 'ledger.rotate-key') {
      const [from, to] = [values.get('fields.from') ?? '', values.get('record') ?? '']
      this.changes.push({ index, from, to })
    }
    this.redacted += redacted.length
    for (const name of wrong) {
      const why = `the value of ${name} is not the one that the entry commits to`
      this.#problems.push({ at: fields, index, why })
    }
  }
}

/** Whether this ledger begins with the one that the older checkpoint was signed for. */
function sinceProblems(
  older: Checkpoint,
  newer: Checkpoint,
  roots: ReadonlyMap<number, Buffer>,
): LedgerProblem[] {
  const at = checkpointPath
  if (older.size > newer.size) {
    const why = `is rolled back: ${older.size} entries were signed before, these are ${newer.size}`
    return [{ at, why }]
  }
  const root = roots.get(older.size)
  if (root === undefined) {
    return [{ at, why: 'cannot be held against the older one: entries before it are missing' }]
  }
  if (isSameHash(root, older.root)) return []
  const why = `is of another history: the first ${older.size} entries are not those signed before`
  return [{ at, why }]
}

/** Files that no ledger of this size has. */
async function strangers(
  folder: LedgerFolder,
  size: number,
  spans: readonly KeySpan[],
): Promise<LedgerProblem[]> {
  const changes = spans.slice(1).map(({ first }) => keyChangePath(first))
  const ofKeys = changes.length === 0 ? [] : [keysPath, ...changes]
  const known = new Set([checkpointPath, keyPath, ...ofKeys, ...pathsOf(size)])
  const why = `is no file of a ledger of ${size} entries`
  return (await folder.list()).filter((path) => !known.has(path)).map((at) => ({ at, why }))
}
