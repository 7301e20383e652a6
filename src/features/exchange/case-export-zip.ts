import { crc32, deflateRawSync } from 'node:zlib'

/** One file of an archive that is written; `name` may have folders. */
export type ZipFile = {
  readonly name: string
  readonly content: Uint8Array | string
}

/**
 * No archive holds more by default: a zip of this layout ends at 4 GiB, and people open these by
 * hand.
 */
const zipBytesMax = 2 ** 31

/**
 * A zip archive as it is read (PKWARE APPNOTE 6.3.3, without zip64), one file in memory at a time.
 * What does not fit any more is left out and named in `LEFT-OUT.txt`.
 */
export async function* zipArchive(
  files: AsyncIterable<ZipFile>,
  bytesMax = zipBytesMax,
): AsyncGenerator<Uint8Array> {
  const index: Buffer[] = []
  const names = new Set<string>()
  const leftOut: string[] = []
  let offset = 0
  const add = (name: string, content: Buffer): Buffer => {
    const { local, central } = headersOf(name, content, offset)
    index.push(central)
    offset += local.length
    return local
  }
  for await (const file of files) {
    const name = uniqueName(memberName(file.name), names)
    const content = Buffer.from(file.content)
    if (offset + content.length > bytesMax) leftOut.push(name)
    else yield add(name, content)
  }
  if (leftOut.length > 0) {
    yield add(uniqueName('LEFT-OUT.txt', names), Buffer.from(`${leftOut.join('\n')}\n`))
  }
  const directory = Buffer.concat(index)
  yield directory
  yield endOf(index.length, directory.length, offset)
}

function endOf(count: number, directoryBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(directoryBytes, 12)
  end.writeUInt32LE(offset, 16)
  return end
}

/** Names of folders and files as every system takes them: no way up, no device, no colon. */
function memberName(name: string): string {
  const parts = name.split('/').map((part) =>
    part
      .toWellFormed()
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\:*?"<>|]/gu, '_')
      .replace(/^\.+/, '_')
      .replace(/[. ]+$/, '')
      .slice(0, 100)
      .toWellFormed(),
  )
  return parts.map((part) => (part === '' || device.test(part) ? `_${part}` : part)).join('/')
}

const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

function uniqueName(name: string, taken: Set<string>): string {
  let own = name
  for (let copy = 2; taken.has(own.toLowerCase()); copy++) {
    own = name.replace(/(\.[^./]{1,10})?$/, `-${copy}$1`)
  }
  taken.add(own.toLowerCase())
  return own
}

/** Written in UTF-8 (bit 11), deflated, dated with the first day that the format knows. */
function headersOf(
  name: string,
  content: Buffer,
  offset: number,
): { readonly local: Buffer; readonly central: Buffer } {
  const packed = deflateRawSync(content)
  const path = Buffer.from(name, 'utf8')
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(0x800, 2)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt16LE(0x21, 8)
  fields.writeUInt32LE(crc32(content), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(content.length, 18)
  fields.writeUInt16LE(path.length, 22)
  const tail = Buffer.alloc(14)
  tail.writeUInt32LE(offset, 10)
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, path, packed])
  const start = Buffer.from('PK\x01\x02\x14\x00', 'latin1')
  return { local, central: Buffer.concat([start, fields, tail, path]) }
}
