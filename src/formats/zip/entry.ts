import { shownName, Unread } from './source.ts'

/** One member as the directory of an archive lists it (PKWARE APPNOTE 4.3.12). */
export type ZipMember = {
  readonly name: string
  /** Of the name as it stands there, which may not be UTF-8. */
  readonly nameBytes: number
  /** 0 stored, 8 deflate, 93 Zstandard. */
  readonly method: number
  readonly crc: number
  readonly packedBytes: number
  readonly sizeBytes: number
  /** Of its local header. */
  readonly offset: number
}

/** Bounds on what one archive may claim; each is checked before it costs anything. */
export type ZipLimits = {
  readonly membersMax: number
  readonly directoryBytesMax: number
  readonly nameBytesMax: number
  /** Unpacked bytes of all members. */
  readonly totalBytesMax: number
  /** Unpacked bytes for each packed byte of a member, once it has more than `ratioFreeBytes`. */
  readonly ratioMax: number
  readonly ratioFreeBytes: number
}

const mebibyte = 2 ** 20

export const zipLimits: ZipLimits = {
  membersMax: 4_000_000,
  directoryBytesMax: 512 * mebibyte,
  nameBytesMax: 4096,
  totalBytesMax: 2 ** 40,
  ratioMax: 2_000,
  ratioFreeBytes: 64 * mebibyte,
}

export const centralSignature = 0x02014b50
export const centralBytes = 46
export const localBytes = 30
export const encryptedFlags = 0x1 | 0x40 | 0x2000

export type Lengths = { readonly name: number; readonly extra: number; readonly all: number }

export function lengthsAt(directory: Buffer, at: number): Lengths {
  const name = directory.readUInt16LE(at + 28)
  const extra = directory.readUInt16LE(at + 30)
  return { name, extra, all: centralBytes + name + extra + directory.readUInt16LE(at + 32) }
}

export type Sizes = {
  readonly sizeBytes: number
  readonly packedBytes: number
  readonly offset: number
}

/** The entry of the directory that begins at `at`; `lengthsAt` has measured it. */
export function memberAt(directory: Buffer, at: number, lengths: Lengths): ZipMember {
  const { sizeBytes, packedBytes, offset } = sizesAt(directory, at, lengths)
  return {
    name: nameAt(directory, at, lengths),
    nameBytes: lengths.name,
    method: directory.readUInt16LE(at + 10),
    crc: directory.readUInt32LE(at + 16),
    packedBytes,
    sizeBytes,
    offset,
  }
}

export const nameAt = (directory: Buffer, at: number, { name }: Lengths): string =>
  directory.toString('utf8', at + centralBytes, at + centralBytes + name)

export function requireReadable(directory: Buffer, at: number, lengths: Lengths): void {
  if ((directory.readUInt16LE(at + 8) & encryptedFlags) === 0) return
  const name = shownName(nameAt(directory, at, lengths))
  throw new Unread({ code: 'not-readable', why: 'is encrypted', at: name })
}

/** Without the name, which is made into a text only where something is wrong. */
export function sizesAt(directory: Buffer, at: number, lengths: Lengths): Sizes {
  const plain = {
    sizeBytes: directory.readUInt32LE(at + 24),
    packedBytes: directory.readUInt32LE(at + 20),
    offset: directory.readUInt32LE(at + 42),
  }
  if (!needs64(plain)) return plain
  const extraAt = at + centralBytes + lengths.name
  const extra = directory.subarray(extraAt, extraAt + lengths.extra)
  return withSizes64(plain, extra, nameAt(directory, at, lengths))
}

const isIn64 = 0xffffffff

const needs64 = ({ sizeBytes, packedBytes, offset }: Sizes): boolean =>
  sizeBytes === isIn64 || packedBytes === isIn64 || offset === isIn64

/** What does not fit 32 bits stands in the extra field 0x0001 (APPNOTE 4.5.3), in this order. */
export function withSizes64(plain: Sizes, extra: Buffer, name: string): Sizes {
  const { sizeBytes, packedBytes, offset } = plain
  if (!needs64(plain)) return plain
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
    let used = 0
    const next = (value: number, what: string): number => {
      if (value !== isIn64) return value
      if (used + 8 > field.length) {
        const why = `lacks ${what} in its zip64 field`
        throw new Unread({ code: 'malformed', why, at: shownName(name) })
      }
      used += 8
      return exact(field.readBigUInt64LE(used - 8), what)
    }
    return {
      sizeBytes: next(sizeBytes, 'its size'),
      packedBytes: next(packedBytes, 'its packed size'),
      offset: next(offset, 'its place'),
    }
  }
  throw new Unread({ code: 'malformed', why: 'has no zip64 field', at: shownName(name) })
}

/** A number of 64 bits that is to be counted with. */
export function exact(value: bigint, what: string): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  throw new Unread({ code: 'malformed', why: `claims an absurd number for ${what}: ${value}` })
}

type Bounded = Pick<ZipMember, 'nameBytes' | 'sizeBytes' | 'packedBytes'>

/** Why a member may not claim what it does; null where it may. */
export function unboundedIn(
  { nameBytes, sizeBytes, packedBytes }: Bounded,
  { nameBytesMax, ratioFreeBytes, ratioMax }: ZipLimits,
): string | null {
  if (nameBytes > nameBytesMax) return 'has a name that is too long'
  if (sizeBytes <= ratioFreeBytes || sizeBytes <= packedBytes * ratioMax) return null
  return `unpacks to more than ${ratioMax} times its size (a decompression bomb?)`
}
