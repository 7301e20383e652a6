import { crc32, deflateRawSync } from 'node:zlib'

/** One file of a zip archive made by a test, with what makes it odd. */
export type Packed = {
  readonly name: string
  readonly content: Buffer | string
  readonly isEncrypted?: boolean
  readonly method?: 0 | 8 | 99
  /** What the archive says, where it lies. */
  readonly claims?: { readonly crc?: number; readonly size?: number }
}

/** A zip archive (PKWARE APPNOTE 4.3), written here because the product only reads them. */
export function zipOf(entries: readonly Packed[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const content = Buffer.from(entry.content)
    const method = entry.method ?? 8
    const packed = method === 8 ? deflateRawSync(content) : content
    const name = Buffer.from(entry.name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE((entry.isEncrypted ? 1 : 0) | 0x800, 2)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(entry.claims?.crc ?? crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(entry.claims?.size ?? content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, name)
    locals.push(local)
    offset += local.length
  }
  const index = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(index.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, index, end])
}
