import { type ByteSource, readExactly, readingAhead, shownName, Unread } from './source.ts'

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

/** What an archive holds, by its own directory or, where that is cut off, by its members. */
export type ZipDirectory = {
  /** The last of each name wins. */
  readonly members: ReadonlyMap<string, ZipMember>
  /** How many members another of the same name replaces. */
  readonly replaced: number
  /** Where the archive was cut off; null where it has its directory. */
  readonly cutAt: number | null
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

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const

const endBytes = 22
const commentBytesMax = 0xffff
const centralBytes = 46
export const localBytes = 30
const encryptedFlags = 0x1 | 0x40 | 0x2000
const laterSizesFlag = 0x8

/** Reads what an archive holds; where its end is missing, its members are looked for in order. */
export async function readDirectory(
  source: ByteSource,
  limits: ZipLimits = zipLimits,
): Promise<ZipDirectory> {
  if (source.sizeBytes === 0) throw new Unread({ code: 'malformed', why: 'is empty' })
  const place = await placeOf(source)
  if (place === null) return salvage(source, limits)
  const { from, bytes, count } = place
  if (bytes > limits.directoryBytesMax || count > limits.membersMax) {
    const why = `claims a directory of ${count} members in ${bytes} bytes, more than is read`
    throw new Unread({ code: 'too-large', why })
  }
  const all = membersOf(await readExactly(source, from, bytes), place, limits)
  requireApart(all, from)
  return { ...byName(all), cutAt: null }
}

function byName(all: readonly ZipMember[]): Pick<ZipDirectory, 'members' | 'replaced'> {
  const members = new Map<string, ZipMember>()
  for (const member of all) {
    // What replaces a member takes its own place in the order.
    members.delete(member.name)
    members.set(member.name, member)
  }
  return { members, replaced: all.length - members.size }
}

type Place = { readonly from: number; readonly bytes: number; readonly count: number }

/** Where the central directory lies; null where the archive has no end record. */
async function placeOf(source: ByteSource): Promise<Place | null> {
  const { sizeBytes } = source
  const tailBytes = Math.min(sizeBytes, endBytes + commentBytesMax)
  const tail = await readExactly(source, sizeBytes - tailBytes, tailBytes)
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== signatures.end) continue
    if (at + endBytes + tail.readUInt16LE(at + 20) !== tail.length) continue
    const endAt = sizeBytes - tailBytes + at
    const plain = {
      count: tail.readUInt16LE(at + 10),
      bytes: tail.readUInt32LE(at + 12),
      from: tail.readUInt32LE(at + 16),
    }
    const place = (await place64Of(source, endAt)) ?? plain
    if (place.from + place.bytes <= endAt) return place
    const why = `has an end record that points past itself, at byte ${endAt}`
    throw new Unread({ code: 'malformed', why })
  }
  return null
}

/** The same in the record for large archives (APPNOTE 4.3.14), where there is one. */
async function place64Of(source: ByteSource, endAt: number): Promise<Place | null> {
  if (endAt < 20) return null
  const locator = await readExactly(source, endAt - 20, 20)
  if (locator.readUInt32LE(0) !== signatures.locator64) return null
  const at = exact(locator.readBigUInt64LE(8), 'the place of its end record')
  if (at + 56 > endAt) {
    throw new Unread({ code: 'malformed', why: `has a zip64 locator that points to byte ${at}` })
  }
  const record = await readExactly(source, at, 56)
  if (record.readUInt32LE(0) !== signatures.end64) {
    throw new Unread({ code: 'malformed', why: `has no zip64 end record at byte ${at}` })
  }
  return {
    count: exact(record.readBigUInt64LE(32), 'its number of members'),
    bytes: exact(record.readBigUInt64LE(40), 'the size of its directory'),
    from: exact(record.readBigUInt64LE(48), 'the place of its directory'),
  }
}

function exact(value: bigint, what: string): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  throw new Unread({ code: 'malformed', why: `claims an absurd number for ${what}: ${value}` })
}

function membersOf(directory: Buffer, place: Place, limits: ZipLimits): ZipMember[] {
  const found: ZipMember[] = []
  let totalBytes = 0
  let at = 0
  while (at < directory.length) {
    const room = directory.length - at
    const isEntry = room >= centralBytes && directory.readUInt32LE(at) === signatures.central
    const lengths = isEntry ? lengthsAt(directory, at) : null
    if (lengths === null || lengths.all > room) {
      const why = `has a damaged directory at byte ${place.from + at}`
      throw new Unread({ code: 'malformed', why })
    }
    const member = memberAt(directory, at, lengths)
    requireBounded(member, limits)
    totalBytes += member.sizeBytes
    found.push(member)
    at += lengths.all
  }
  if (found.length !== place.count) {
    const why = `claims ${place.count} members, but its directory lists ${found.length}`
    throw new Unread({ code: 'malformed', why })
  }
  if (totalBytes > limits.totalBytesMax) {
    throw new Unread({ code: 'too-large', why: `claims to unpack to ${totalBytes} bytes` })
  }
  return found
}

type Lengths = { readonly name: number; readonly extra: number; readonly all: number }

function lengthsAt(directory: Buffer, at: number): Lengths {
  const name = directory.readUInt16LE(at + 28)
  const extra = directory.readUInt16LE(at + 30)
  return { name, extra, all: centralBytes + name + extra + directory.readUInt16LE(at + 32) }
}

function memberAt(directory: Buffer, at: number, { name, extra }: Lengths): ZipMember {
  const nameEnd = at + centralBytes + name
  const told = directory.toString('utf8', at + centralBytes, nameEnd)
  if ((directory.readUInt16LE(at + 8) & encryptedFlags) !== 0) {
    throw new Unread({ code: 'not-readable', why: 'is encrypted', at: shownName(told) })
  }
  const plain = {
    sizeBytes: directory.readUInt32LE(at + 24),
    packedBytes: directory.readUInt32LE(at + 20),
    offset: directory.readUInt32LE(at + 42),
  }
  const sizes = withSizes64(plain, directory.subarray(nameEnd, nameEnd + extra), told)
  return {
    name: told,
    nameBytes: name,
    method: directory.readUInt16LE(at + 10),
    crc: directory.readUInt32LE(at + 16),
    ...sizes,
  }
}

type Sizes = { readonly sizeBytes: number; readonly packedBytes: number; readonly offset: number }

const isIn64 = 0xffffffff

/** What does not fit 32 bits stands in the extra field 0x0001 (APPNOTE 4.5.3), in this order. */
function withSizes64(plain: Sizes, extra: Buffer, name: string): Sizes {
  const { sizeBytes, packedBytes, offset } = plain
  if (sizeBytes !== isIn64 && packedBytes !== isIn64 && offset !== isIn64) return plain
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

function requireBounded(member: ZipMember, limits: ZipLimits): void {
  const { name, nameBytes, sizeBytes, packedBytes } = member
  const at = shownName(name)
  if (nameBytes > limits.nameBytesMax) {
    throw new Unread({ code: 'too-large', why: 'has a name that is too long', at })
  }
  if (sizeBytes > limits.ratioFreeBytes && sizeBytes > packedBytes * limits.ratioMax) {
    const why = `unpacks to more than ${limits.ratioMax} times its size (a decompression bomb?)`
    throw new Unread({ code: 'too-large', why, at })
  }
}

/** Members that share packed bytes unpack to far more than the archive seems to hold. */
function requireApart(all: readonly ZipMember[], directoryAt: number): void {
  const sorted = [...all].sort((one, other) => one.offset - other.offset)
  for (const [index, { name, nameBytes, offset, packedBytes }] of sorted.entries()) {
    const next = sorted[index + 1]
    const end = offset + localBytes + nameBytes + packedBytes
    if (end <= (next?.offset ?? directoryAt)) continue
    const why = next
      ? `shares bytes of the archive with ${shownName(next.name)} (a bomb?)`
      : `reaches into the directory of the archive`
    throw new Unread({ code: 'malformed', why, at: shownName(name) })
  }
}

const aheadBytes = mebibyte

/** Goes from member to member from the start, as far as they are whole. */
async function salvage(source: ByteSource, limits: ZipLimits): Promise<ZipDirectory> {
  const ahead = readingAhead(source, aheadBytes)
  const found: ZipMember[] = []
  let at = 0
  while (found.length < limits.membersMax) {
    const member = await wholeMemberAt(ahead, at)
    if (member === null) break
    requireBounded(member.member, limits)
    found.push(member.member)
    at = member.end
  }
  if (found.length === 0) {
    const why = `is no whole archive: it ends at byte ${source.sizeBytes}, before its first member`
    throw new Unread({ code: 'malformed', why, hint: 'get it again: it was cut off' })
  }
  return { ...byName(found), cutAt: source.sizeBytes }
}

type Walked = { readonly member: ZipMember; readonly end: number }

/** The member whose local header (APPNOTE 4.3.7) is at `at`; null where no whole one is. */
async function wholeMemberAt(source: ByteSource, at: number): Promise<Walked | null> {
  const header = await source.read(at, localBytes)
  if (header.length < localBytes || header.readUInt32LE(0) !== signatures.local) return null
  const flags = header.readUInt16LE(6)
  // Sizes that only follow the bytes cannot be trusted to find the end of them.
  if ((flags & (encryptedFlags | laterSizesFlag)) !== 0) return null
  const [nameBytes, extraBytes] = [header.readUInt16LE(26), header.readUInt16LE(28)]
  const rest = await source.read(at + localBytes, nameBytes + extraBytes)
  if (rest.length < nameBytes + extraBytes) return null
  const name = rest.toString('utf8', 0, nameBytes)
  const plain = {
    packedBytes: header.readUInt32LE(18),
    sizeBytes: header.readUInt32LE(22),
    offset: at,
  }
  const sizes = withSizes64(plain, rest.subarray(nameBytes), name)
  const end = at + localBytes + nameBytes + extraBytes + sizes.packedBytes
  if (end > source.sizeBytes) return null
  const [method, crc] = [header.readUInt16LE(8), header.readUInt32LE(14)]
  return { member: { name, nameBytes, method, crc, ...sizes }, end }
}
