import { constants, crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'

/** Takes bytes one piece after another; resolves when it may be given more. */
export type ByteSink = (bytes: Buffer) => Promise<void>

export type Packing = 'deflate' | 'zstd'

type Written = {
  /** As text: a small buffer would keep the larger one that it is a part of. */
  readonly name: string
  /** Its sizes stand behind it, since they were not known before. */
  readonly isLate: boolean
  readonly crc: number
  readonly packedBytes: number
  readonly sizeBytes: number
  readonly offset: number
}

type Sums = Pick<Written, 'crc' | 'packedBytes' | 'sizeBytes'>

const blockBytes = 8 * 2 ** 20
/** A member that packs to more than this is not held until its size is known. */
const heldBytesMax = 64 * 2 ** 20
const lateFlag = 0x8
const lastDeflateBlock = Buffer.from([3, 0])
const in64 = 0xffffffff
const in16 = 0xffff

/**
 * A member that is packed as it comes, in blocks of its own: with deflate flushed to a byte, with
 * Zstandard as a frame each. Only the packed bytes are held.
 */
export class PackedMember {
  readonly #packing: Packing
  #packed: Buffer[] = []
  #held: Buffer[] = []
  #heldBytes = 0
  #crc = 0
  #sizeBytes = 0
  #packedBytes = 0

  constructor(packing: Packing) {
    this.#packing = packing
  }

  add(bytes: Buffer): void {
    this.#crc = crc32(bytes, this.#crc)
    this.#sizeBytes += bytes.length
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes >= blockBytes) this.#pack()
  }

  /** How many packed bytes are held. */
  get heldBytes(): number {
    return this.#packed.reduce((sum, { length }) => sum + length, 0)
  }

  /** Hands out the packed bytes so far, which are no longer held. */
  drain(): readonly Buffer[] {
    const packed = this.#packed
    this.#packed = []
    return packed
  }

  /** The rest of what was packed, and what a header says of all of it. */
  finish(): { readonly pieces: readonly Buffer[]; readonly is: Sums } {
    if (this.#heldBytes > 0 || this.#packedBytes === 0) this.#pack()
    if (this.#packing === 'deflate') this.#put(lastDeflateBlock)
    const is = { crc: this.#crc, packedBytes: this.#packedBytes, sizeBytes: this.#sizeBytes }
    return { pieces: this.drain(), is }
  }

  #pack(): void {
    const block = Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    if (this.#packing === 'zstd') this.#put(zstdCompressSync(block))
    else this.#put(deflateRawSync(block, { finishFlush: constants.Z_SYNC_FLUSH }))
  }

  #put(packed: Buffer): void {
    this.#packed.push(packed)
    this.#packedBytes += packed.length
  }
}

/**
 * Writes a zip archive (PKWARE APPNOTE 6.3.10) as a stream. Each member has its sizes in front, so
 * that an archive which is cut off can be read as far as it goes, but for those that are too large
 * to be held. Zip64 where a field asks for it,
 * or everywhere with `isAlways64`.
 */
export class ZipWriter {
  readonly #sink: ByteSink
  readonly #method: number
  readonly packing: Packing
  readonly #isAlways64: boolean
  readonly #written: Written[] = []
  #offset = 0

  constructor(sink: ByteSink, packing: Packing, { isAlways64 = false } = {}) {
    this.#sink = sink
    this.packing = packing
    this.#method = packing === 'zstd' ? 93 : 8
    this.#isAlways64 = isAlways64
  }

  async add(name: string, content: Buffer | AsyncIterable<Buffer> | PackedMember): Promise<void> {
    const place = { name, offset: this.#offset }
    let member = new PackedMember(this.packing)
    if (content instanceof PackedMember) member = content
    else if (Buffer.isBuffer(content)) member.add(content)
    else {
      const chunks = content[Symbol.asyncIterator]()
      const isWhole = await fill(member, chunks)
      if (!isWhole) return this.#addLate(place, member, chunks)
    }
    const { pieces, is } = member.finish()
    const written = { ...place, ...is, isLate: false }
    await this.#put(this.#localHeader(written))
    for (const piece of pieces) await this.#put(piece)
    this.#written.push(written)
  }

  /** Writes a large member as it comes, and its sizes behind it (APPNOTE 4.3.9). */
  async #addLate(
    place: Pick<Written, 'name' | 'offset'>,
    member: PackedMember,
    chunks: AsyncIterator<Buffer>,
  ): Promise<void> {
    const unknown = { crc: 0, packedBytes: 0, sizeBytes: 0 }
    await this.#put(this.#localHeader({ ...place, ...unknown, isLate: true }))
    let isWhole = false
    while (!isWhole) {
      for (const piece of member.drain()) await this.#put(piece)
      isWhole = await fill(member, chunks)
    }
    const { pieces, is } = member.finish()
    for (const piece of pieces) await this.#put(piece)
    const behind = Buffer.alloc(24)
    behind.writeUInt32LE(0x08074b50, 0)
    behind.writeUInt32LE(is.crc, 4)
    behind.writeBigUInt64LE(BigInt(is.packedBytes), 8)
    behind.writeBigUInt64LE(BigInt(is.sizeBytes), 16)
    await this.#put(behind)
    this.#written.push({ ...place, ...is, isLate: true })
  }

  /** Writes the directory; nothing can be added any more. */
  async finish(): Promise<void> {
    const from = this.#offset
    for (let at = 0; at < this.#written.length; at += 1_000) {
      const rows = this.#written.slice(at, at + 1_000).map((each) => this.#directoryRow(each))
      await this.#put(Buffer.concat(rows))
    }
    const bytes = this.#offset - from
    const count = this.#written.length
    const is64 = this.#isAlways64 || count >= in16 || from >= in64 || bytes >= in64
    if (is64) await this.#put(this.#end64({ from, bytes, count }))
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50, 0)
    end.writeUInt16LE(is64 ? in16 : count, 8)
    end.writeUInt16LE(is64 ? in16 : count, 10)
    end.writeUInt32LE(is64 ? in64 : bytes, 12)
    end.writeUInt32LE(is64 ? in64 : from, 16)
    await this.#put(end)
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length
    await this.#sink(bytes)
  }

  #is64({ sizeBytes, packedBytes, offset, isLate }: Written): boolean {
    return this.#isAlways64 || isLate || sizeBytes >= in64 || packedBytes >= in64 || offset >= in64
  }

  /** What local header and directory share: APPNOTE 4.4.2 to 4.4.9. */
  #fields(written: Written, is64: boolean, extraBytes: number): Buffer {
    const fields = Buffer.alloc(26)
    // 4.5 reads zip64, 6.3 reads Zstandard.
    fields.writeUInt16LE(this.packing === 'zstd' ? 63 : is64 ? 45 : 20, 0)
    fields.writeUInt16LE(0x800 | (written.isLate ? lateFlag : 0), 2)
    fields.writeUInt16LE(this.#method, 4)
    // The first day that the format can say: equal logs are equal bytes.
    fields.writeUInt16LE(0x21, 8)
    fields.writeUInt32LE(written.crc, 10)
    fields.writeUInt32LE(is64 ? in64 : written.packedBytes, 14)
    fields.writeUInt32LE(is64 ? in64 : written.sizeBytes, 18)
    fields.writeUInt16LE(Buffer.byteLength(written.name), 22)
    fields.writeUInt16LE(extraBytes, 24)
    return fields
  }

  #localHeader(written: Written): Buffer {
    const is64 = this.#is64(written)
    const extra = is64 ? extra64([written.sizeBytes, written.packedBytes]) : Buffer.alloc(0)
    const fields = this.#fields(written, is64, extra.length)
    return Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      fields,
      Buffer.from(written.name),
      extra,
    ])
  }

  #directoryRow(written: Written): Buffer {
    const is64 = this.#is64(written)
    const { sizeBytes, packedBytes, offset } = written
    const extra = is64 ? extra64([sizeBytes, packedBytes, offset]) : Buffer.alloc(0)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(is64 ? in64 : offset, 10)
    const head = Buffer.from('PK\x01\x02\x3f\x03', 'latin1')
    return Buffer.concat([
      head,
      this.#fields(written, is64, extra.length),
      tail,
      Buffer.from(written.name),
      extra,
    ])
  }

  #end64({ from, bytes, count }: { from: number; bytes: number; count: number }): Buffer {
    const record = Buffer.alloc(76)
    record.writeUInt32LE(0x06064b50, 0)
    record.writeBigUInt64LE(44n, 4)
    record.writeUInt16LE(45, 12)
    record.writeUInt16LE(45, 14)
    record.writeBigUInt64LE(BigInt(count), 24)
    record.writeBigUInt64LE(BigInt(count), 32)
    record.writeBigUInt64LE(BigInt(bytes), 40)
    record.writeBigUInt64LE(BigInt(from), 48)
    record.writeUInt32LE(0x07064b50, 56)
    record.writeBigUInt64LE(BigInt(from + bytes), 64)
    record.writeUInt32LE(1, 72)
    return record
  }
}

/** Packs chunks until there are no more, which is true, or as many are held as may be. */
async function fill(member: PackedMember, chunks: AsyncIterator<Buffer>): Promise<boolean> {
  while (member.heldBytes < heldBytesMax) {
    const next = await chunks.next()
    if (next.done) return true
    member.add(next.value)
  }
  return false
}

function extra64(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * values.length, 2)
  for (const [at, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * at)
  return extra
}
