import type { DirectoryPlace } from './directory.ts'
import {
  centralBytes,
  centralSignature,
  type Lengths,
  lengthsAt,
  localBytes,
  memberAt,
  nameAt,
  requireReadable,
  sizesAt,
  unboundedIn,
  type ZipLimits,
  type ZipMember,
} from './entry.ts'
import { shownName, Unread } from './source.ts'

/** The entries of a directory, each checked and none made into an object. */
export type Entries = {
  /** Where each begins. */
  readonly places: Uint32Array
  /** Of the bytes of each name. */
  readonly hashes: Int32Array
  readonly isAscii: boolean
  /** They stand in the order of their bytes, which no two share. */
  readonly isApart: boolean
}

/** Goes once through a directory. Logs list hundreds of thousands of members: nothing is made. */
export function entriesOf(
  directory: Buffer,
  { from, count }: DirectoryPlace,
  limits: ZipLimits,
): Entries {
  const room = Math.min(count, Math.floor(directory.length / centralBytes))
  const places = new Uint32Array(room)
  const hashes = new Int32Array(room)
  let [found, totalBytes, lastEnd] = [0, 0, 0]
  let [isApart, bits] = [true, 0]
  for (let at = 0; at < directory.length; found++) {
    const lengths = requireEntry(directory, at, from)
    const sizes = requireBounded(directory, at, { lengths, limits })
    totalBytes += sizes.sizeBytes
    if (sizes.offset < lastEnd) isApart = false
    lastEnd = sizes.offset + localBytes + lengths.name + sizes.packedBytes
    const nameAt = at + centralBytes
    if (found < room) {
      places[found] = at
      hashes[found] = hashOf(directory, nameAt, nameAt + lengths.name)
    }
    for (let byte = nameAt; byte < nameAt + lengths.name; byte++) bits |= directory[byte] ?? 0
    at += lengths.all
  }
  if (found !== count) {
    const why = `claims ${count} members, but its directory lists ${found}`
    throw new Unread({ code: 'malformed', why })
  }
  if (totalBytes > limits.totalBytesMax) {
    throw new Unread({ code: 'too-large', why: `claims to unpack to ${totalBytes} bytes` })
  }
  return { places, hashes, isAscii: bits < 0x80, isApart: isApart && lastEnd <= from }
}

function requireEntry(directory: Buffer, at: number, from: number): Lengths {
  const room = directory.length - at
  const isEntry = room >= centralBytes && directory.readUInt32LE(at) === centralSignature
  const lengths = isEntry ? lengthsAt(directory, at) : null
  if (lengths !== null && lengths.all <= room) return lengths
  throw new Unread({ code: 'malformed', why: `has a damaged directory at byte ${from + at}` })
}

type Within = { readonly lengths: Lengths; readonly limits: ZipLimits }

function requireBounded(directory: Buffer, at: number, { lengths, limits }: Within) {
  requireReadable(directory, at, lengths)
  const sizes = sizesAt(directory, at, lengths)
  const { sizeBytes, packedBytes } = sizes
  const why = unboundedIn({ nameBytes: lengths.name, sizeBytes, packedBytes }, limits)
  if (why === null) return sizes
  throw new Unread({ code: 'too-large', why, at: shownName(nameAt(directory, at, lengths)) })
}

/** The members that begin at these places of a directory. */
export const membersAt = (directory: Buffer, places: Iterable<number>): ZipMember[] =>
  Array.from(places, (at) => memberAt(directory, at, lengthsAt(directory, at)))

/** FNV-1a, mixed once more so that names in a row lie apart. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Steps for each member until names are held to be made to collide; honest ones need about 1.5. */
const stepsMax = 16

/**
 * The members of a directory by their names, of which the last of each counts; they are made when
 * they are asked for. The names are ASCII.
 */
export class MemberIndex {
  readonly #directory: Buffer
  readonly #entries: Entries
  /** 1 and the number of the entry whose hash leads there or before; 0 is free. */
  readonly #slots: Int32Array
  readonly #isReplaced: Uint8Array
  readonly size: number

  constructor(directory: Buffer, entries: Entries) {
    this.#directory = directory
    this.#entries = entries
    const { places } = entries
    const count = places.length
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(count * 2 + 2)))
    this.#isReplaced = new Uint8Array(count)
    this.size = this.#fill()
  }

  get(name: string): ZipMember | undefined {
    const bytes = Buffer.from(name)
    let slot = this.#first(hashOf(bytes, 0, bytes.length))
    for (let entry = this.#entryIn(slot); entry >= 0; entry = this.#entryIn(slot)) {
      const [from, to] = this.#nameOf(entry)
      if (bytes.equals(this.#directory.subarray(from, to))) return this.#member(entry)
      slot = this.#next(slot)
    }
    return undefined
  }

  *values(): Generator<ZipMember, undefined> {
    for (const entry of this.#counting()) yield this.#member(entry)
  }

  *keys(): Generator<string, undefined> {
    for (const entry of this.#counting()) {
      const [from, to] = this.#nameOf(entry)
      yield this.#directory.toString('latin1', from, to)
    }
  }

  *#counting(): Generator<number> {
    for (const [entry, replaced] of this.#isReplaced.entries()) if (replaced === 0) yield entry
  }

  /** Answers how many names there are. */
  #fill(): number {
    const { hashes } = this.#entries
    let [names, steps] = [0, 0]
    for (const [entry, hash] of hashes.entries()) {
      let slot = this.#first(hash)
      let other = this.#entryIn(slot)
      for (; other >= 0; other = this.#entryIn(slot)) {
        if (hashes[other] === hash && this.#isSameName(entry, other)) break
        slot = this.#next(slot)
        steps++
      }
      if (other < 0) names++
      else this.#isReplaced[other] = 1
      this.#slots[slot] = entry + 1
      if (steps > stepsMax * hashes.length) {
        const why = 'has names that are made to cost time (a bomb?)'
        throw new Unread({ code: 'malformed', why })
      }
    }
    return names
  }

  #first(hash: number): number {
    return hash & (this.#slots.length - 1)
  }

  #next(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1)
  }

  #entryIn(slot: number): number {
    return (this.#slots[slot] ?? 0) - 1
  }

  #member(entry: number): ZipMember {
    const at = this.#entries.places[entry] ?? 0
    return memberAt(this.#directory, at, lengthsAt(this.#directory, at))
  }

  #nameOf(entry: number): readonly [number, number] {
    const at = this.#entries.places[entry] ?? 0
    const from = at + centralBytes
    return [from, from + this.#directory.readUInt16LE(at + 28)]
  }

  #isSameName(one: number, other: number): boolean {
    const directory = this.#directory
    const [from, to] = this.#nameOf(one)
    const [otherFrom, otherTo] = this.#nameOf(other)
    return directory.compare(directory, otherFrom, otherTo, from, to) === 0
  }
}
