import { Readable, type Transform } from 'node:stream'
import {
  crc32,
  createInflateRaw,
  createZstdDecompress,
  inflateRawSync,
  zstdDecompressSync,
} from 'node:zlib'
import { localBytes, type ZipMember } from './entry.ts'
import { type ByteSource, readExactly, shownName, Unread } from './source.ts'
import { FrameEnds, framesOf } from './zstd-frame.ts'

const methods = { stored: 0, deflate: 8, zstd: 93 } as const
const signature = 0x04034b50
/** Room for what stands between the name and the bytes, so that one reading is enough. */
const extraGuessBytes = 64
const pieceBytes = 2 ** 20

/** All bytes of a member that has at most `sizeBytesMax`; its size and checksum are compared. */
export async function bytesOf(
  source: ByteSource,
  member: ZipMember,
  sizeBytesMax: number,
): Promise<Buffer> {
  // What cannot be packed grows by far less than this.
  const bytes = Math.max(member.sizeBytes, member.packedBytes - pieceBytes)
  if (bytes > sizeBytesMax) {
    throw refused(member, `has ${bytes} bytes, more than ${sizeBytesMax}`, 'too-large')
  }
  const { head, dataAt } = await headOf(source, member, member.packedBytes)
  const rest = member.packedBytes - head.length
  const packed = rest > 0 ? [head, await readExactly(source, dataAt + head.length, rest)] : [head]
  const found = unpacked(packed.length > 1 ? Buffer.concat(packed) : head, member)
  if (found.length !== member.sizeBytes) throw wrongSize(member)
  if (crc32(found) !== member.crc) throw wrongSum(member)
  return found
}

/** The bytes of a member of any size, in pieces; what is wrong with them ends the pieces. */
export async function* chunksOf(source: ByteSource, member: ZipMember): AsyncGenerator<Buffer> {
  let sizeBytes = 0
  let sum = 0
  for await (const chunk of unpackedChunks(source, member)) {
    sizeBytes += chunk.length
    if (sizeBytes > member.sizeBytes) throw wrongSize(member)
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (sizeBytes !== member.sizeBytes) throw wrongSize(member)
  if (sum !== member.crc) throw wrongSum(member)
}

const refused = (
  { name }: ZipMember,
  why: string,
  code: 'malformed' | 'too-large' = 'malformed',
): Unread => new Unread({ code, why, at: shownName(name) })

const wrongSize = (member: ZipMember): Unread =>
  refused(member, `does not have the ${member.sizeBytes} bytes that the archive gives`)

const wrongSum = (member: ZipMember): Unread =>
  refused(member, 'does not have the checksum that the archive gives')

const damaged = (member: ZipMember, error: unknown): Unread => {
  const words = error instanceof Error ? error.message : String(error)
  return refused(member, `is damaged in its packed bytes: ${words}`)
}

type Head = { readonly head: Buffer; readonly dataAt: number }

/** The first bytes of a member, at most `wanted`, and where they begin. */
async function headOf(source: ByteSource, member: ZipMember, wanted: number): Promise<Head> {
  const { offset, nameBytes, name } = member
  const least = localBytes + nameBytes
  const ahead = least + extraGuessBytes + Math.min(wanted, 8 * pieceBytes)
  const bytes = await source.read(offset, ahead)
  if (bytes.length < least || bytes.readUInt32LE(0) !== signature) {
    throw refused(member, `is not at byte ${offset}, where the directory says`)
  }
  const isNamed =
    bytes.readUInt16LE(26) === nameBytes && bytes.toString('utf8', localBytes, least) === name
  if (!isNamed) throw refused(member, 'has another name in the directory than at its place')
  const skipped = least + bytes.readUInt16LE(28)
  const head = bytes.subarray(skipped, skipped + Math.min(wanted, member.packedBytes))
  return { head, dataAt: offset + skipped }
}

function unpacked(packed: Buffer, member: ZipMember): Buffer {
  const maxOutputLength = member.sizeBytes + 1
  try {
    if (member.method === methods.stored) return packed
    if (member.method === methods.deflate) return inflateRawSync(packed, { maxOutputLength })
    if (member.method === methods.zstd) return fromFrames(packed, member)
  } catch (error) {
    if (error instanceof Unread) throw error
    if (error instanceof RangeError) throw wrongSize(member)
    throw damaged(member, error)
  }
  throw unknownMethod(member)
}

function fromFrames(packed: Buffer, member: ZipMember): Buffer {
  const frames = framesOf(packed)
  if (frames === null) throw refused(member, 'is not made of whole Zstandard frames')
  const parts: Buffer[] = []
  let left = member.sizeBytes
  for (const frame of frames) {
    const part = zstdDecompressSync(frame, { maxOutputLength: left + 1 })
    // Node hands out what it has when the limit is reached, without an error.
    if (part.length > left) throw wrongSize(member)
    left -= part.length
    parts.push(part)
  }
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
}

const unknownMethod = (member: ZipMember): Unread =>
  refused(member, `is packed with zip method ${member.method}; 0, 8 and 93 are read`)

async function* packedChunks(source: ByteSource, member: ZipMember): AsyncGenerator<Buffer> {
  const { head, dataAt } = await headOf(source, member, pieceBytes)
  yield head
  for (let at = head.length; at < member.packedBytes; ) {
    const length = Math.min(pieceBytes, member.packedBytes - at)
    yield await readExactly(source, dataAt + at, length)
    at += length
  }
}

async function* unpackedChunks(source: ByteSource, member: ZipMember): AsyncGenerator<Buffer> {
  const packed = packedChunks(source, member)
  if (member.method === methods.stored) yield* packed
  else if (member.method === methods.deflate) {
    yield* through(packed, createInflateRaw({ chunkSize: 2 ** 18 }), member)
  } else if (member.method === methods.zstd) yield* throughFrames(packed, member)
  else throw unknownMethod(member)
}

async function* through(
  packed: AsyncIterable<Buffer>,
  unpacker: Transform,
  member: ZipMember,
): AsyncGenerator<Buffer> {
  const input = Readable.from(packed)
  input.on('error', (error) => unpacker.destroy(error))
  input.pipe(unpacker)
  try {
    for await (const chunk of unpacker) if (Buffer.isBuffer(chunk)) yield chunk
  } catch (error) {
    throw error instanceof Unread ? error : damaged(member, error)
  } finally {
    input.destroy()
    unpacker.destroy()
  }
}

/** Each frame goes through a decompressor of its own. */
async function* throughFrames(
  packed: AsyncGenerator<Buffer>,
  member: ZipMember,
): AsyncGenerator<Buffer> {
  let left: Buffer = Buffer.alloc(0)
  const ends = new FrameEnds()
  let isOver = false
  async function* frame(): AsyncGenerator<Buffer> {
    while (true) {
      if (left.length === 0) {
        const next = await packed.next()
        if (next.done) {
          isOver = true
          if (!ends.isBetween) throw refused(member, 'ends in the middle of a Zstandard frame')
          return
        }
        left = next.value
      }
      const found = ends.take(left)
      if (found === null) throw refused(member, 'is not made of whole Zstandard frames')
      yield left.subarray(0, found.taken)
      left = left.subarray(found.taken)
      if (found.isEnd) return
    }
  }
  while (!isOver) {
    const first = await firstOf(frame())
    if (first === null) return
    yield* through(first, createZstdDecompress({ chunkSize: 2 ** 18 }), member)
  }
}

/** The chunks again, or null where there is none: an empty frame is no frame. */
async function firstOf(chunks: AsyncGenerator<Buffer>): Promise<AsyncIterable<Buffer> | null> {
  const first = await chunks.next()
  if (first.done) return null
  return (async function* again() {
    yield first.value
    yield* chunks
  })()
}
