import {
  encryptedFlags,
  exact,
  localBytes,
  unboundedIn,
  withSizes64,
  type ZipLimits,
  type ZipMember,
  zipLimits,
} from './entry.ts'
import { entriesOf, MemberIndex, membersAt } from './member-index.ts'
import { type ByteSource, readExactly, readingAhead, shownName, Unread } from './source.ts'

/** Members by their names; a map is one. */
export type ZipMembers = Pick<ReadonlyMap<string, ZipMember>, 'size' | 'get' | 'keys' | 'values'>

/** What an archive holds, by its own directory or, where that is cut off, by its members. */
export type ZipDirectory = {
  /** The last of each name wins. */
  readonly members: ZipMembers
  /** How many members another of the same name replaces. */
  readonly replaced: number
  /** Where the archive was cut off; null where it has its directory. */
  readonly cutAt: number | null
}

const signatures = {
  local: 0x04034b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const

const endBytes = 22
const commentBytesMax = 0xffff
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
  const directory = await readExactly(source, from, bytes)
  const entries = entriesOf(directory, place, limits)
  if (!entries.isApart) requireApart(membersAt(directory, entries.places), from)
  // Texts that are no UTF-8 may be one name where their bytes are not.
  if (!entries.isAscii) return { ...byName(membersAt(directory, entries.places)), cutAt: null }
  const members = new MemberIndex(directory, entries)
  return { members, replaced: entries.places.length - members.size, cutAt: null }
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

/** A directory as an end record tells of it. */
export type DirectoryPlace = {
  readonly from: number
  readonly bytes: number
  readonly count: number
}

/** Where the central directory lies; null where the archive has no end record. */
async function placeOf(source: ByteSource): Promise<DirectoryPlace | null> {
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
async function place64Of(source: ByteSource, endAt: number): Promise<DirectoryPlace | null> {
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

const aheadBytes = 2 ** 20

/** Goes from member to member from the start, as far as they are whole. */
async function salvage(source: ByteSource, limits: ZipLimits): Promise<ZipDirectory> {
  const ahead = readingAhead(source, aheadBytes)
  const found: ZipMember[] = []
  let at = 0
  while (found.length < limits.membersMax) {
    const member = await wholeMemberAt(ahead, at)
    if (member === null) break
    const why = unboundedIn(member.member, limits)
    if (why !== null) {
      throw new Unread({ code: 'too-large', why, at: shownName(member.member.name) })
    }
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
