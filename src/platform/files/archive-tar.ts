import { type ArchivedFile, type EntryNames, nameFrom, refusedEntry } from './archive-entry.ts'
import type { Chunks } from './bytes.ts'
import { Unreadable } from './input.ts'
import { type PaxRecords, paxRecords } from './pax.ts'

const blockBytes = 512
/** Of an extended header, which holds one name and little else. */
const extendedBytesMax = 64 * 1024

/**
 * The files of a tar archive (POSIX.1-2001 ustar and pax; the long names of GNU tar), in their
 * order. Everything that is no plain file or folder is refused, and so is what two readers could
 * read in two ways: a wrong checksum, a size that is no number, bytes behind the end.
 */
export async function* filesOfTar(chunks: Chunks, names: EntryNames): AsyncGenerator<ArchivedFile> {
  const bytes = new ByteSource(chunks)
  let extended: Extended = {}
  let last = ''
  try {
    while (true) {
      const block = await bytes.take(blockBytes)
      if (block === null || isZero(block)) {
        if (extended.path !== undefined)
          throw refusedEntry(extended.path, 'has no entry of its own')
        if (block === null && last === '') throw noTar()
        return await requireEnd(bytes, last)
      }
      const header = headerOf(block, last)
      if (header.type === 'x' || header.type === 'g' || header.type === 'L') {
        extended = await extend(extended, header, bytes)
        continue
      }
      const name = extended.path ?? header.name
      const sizeBytes = extended.sizeBytes ?? header.sizeBytes
      extended = {}
      last = name
      const kind = kindOf(header.type, name)
      if (kind === 'folder') {
        if (sizeBytes > 0) throw refusedEntry(name, 'is a folder that has bytes')
        names.accept(name, 'folder')
        continue
      }
      const path = names.accept(name, 'file')
      if (path === null) throw refusedEntry(name, 'is a file without a name')
      names.spend(name, sizeBytes)
      const content = bytes.piece(sizeBytes, name)
      yield { path, isProgram: (header.mode & 0o100) !== 0, chunks: content }
      for await (const _ of content) {
        // What the caller left is passed over.
      }
      const padding = (blockBytes - (sizeBytes % blockBytes)) % blockBytes
      if (padding > 0 && (await bytes.take(padding)) === null) throw brokenOff(name)
    }
  } finally {
    await bytes.close()
  }
}

const brokenOff = (name: string): Unreadable => refusedEntry(name, 'breaks off with the archive')
const noTar = (): Unreadable =>
  new Unreadable({
    code: 'unknown-format',
    why: 'is no archive that is read',
    hint: 'give a folder, .tar, .tar.gz, .tgz or .zip',
  })

/** Nothing but zeros may follow: other readers would find more files there. */
async function requireEnd(bytes: ByteSource, last: string): Promise<void> {
  for await (const rest of bytes.rest()) {
    if (!isZero(rest))
      throw refusedEntry(last, 'is followed by bytes behind the end of the archive')
  }
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0)

type Header = {
  readonly name: string
  readonly type: string
  readonly mode: number
  readonly sizeBytes: number
}

function headerOf(block: Buffer, last: string): Header {
  const isFirst = last === ''
  const at = isFirst ? 'its first entry' : `the entry behind ${last}`
  let sum = 8 * 0x20
  for (let index = 0; index < blockBytes; index++) {
    if (index < 148 || index >= 156) sum += block[index] ?? 0
  }
  if (octal(block.subarray(148, 156)) !== sum) {
    if (isFirst) throw noTar()
    throw refusedEntry(at, 'has a wrong checksum')
  }
  // Only POSIX headers have a prefix there; GNU tar keeps times in it (magic "ustar  ").
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = isPosix ? nameFrom(textIn(block.subarray(345, 500))) : ''
  const own = nameFrom(textIn(block.subarray(0, 100)))
  const name = prefix === '' ? own : `${prefix}/${own}`
  const sizeBytes = octal(block.subarray(124, 136))
  if (sizeBytes === null) throw refusedEntry(name, 'has a size that is no number')
  const type = String.fromCharCode(block[156] ?? 0)
  return { name, type, mode: octal(block.subarray(100, 108)) ?? 0, sizeBytes }
}

/** The bytes before the first NUL. */
function textIn(field: Buffer): Buffer {
  const end = field.indexOf(0)
  return end < 0 ? field : field.subarray(0, end)
}

/** Octal digits between blanks; null for anything else, such as the binary form of GNU tar. */
function octal(field: Buffer): number | null {
  const text = textIn(field).toString('latin1').trim()
  if (text === '') return 0
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : null
}

const refusedKinds: Readonly<Record<string, string>> = {
  ...{ 1: 'is a hard link', 2: 'is a symbolic link', 3: 'is a device', 4: 'is a device' },
  ...{ 6: 'is a pipe (fifo)', K: 'is a link', S: 'is a sparse file' },
}

function kindOf(type: string, name: string): 'file' | 'folder' {
  if (type === '5') return 'folder'
  // Before POSIX a folder was a file whose name ends with a slash.
  if (type === '0' || type === '\0') return name.endsWith('/') ? 'folder' : 'file'
  const known = Object.hasOwn(refusedKinds, type) ? refusedKinds[type] : undefined
  const why = known ?? `is of the unknown kind ${JSON.stringify(type)}`
  throw refusedEntry(name, why, { hint: 'only plain files and folders are read' })
}

/** What an extended header says of the entry that follows. */
type Extended = { readonly path?: string; readonly sizeBytes?: number }

async function extend(before: Extended, header: Header, bytes: ByteSource): Promise<Extended> {
  const { sizeBytes, name, type } = header
  if (sizeBytes > extendedBytesMax) {
    const why = `has an extended header of ${sizeBytes} bytes`
    throw refusedEntry(name, why, { code: 'too-large' })
  }
  const content = await bytes.take(sizeBytes)
  const padding = (blockBytes - (sizeBytes % blockBytes)) % blockBytes
  if (content === null || (await bytes.take(padding)) === null) throw brokenOff(name)
  if (type === 'L') return requireOnce(before, { path: nameFrom(textIn(content)) }, name)
  const records = paxRecords(content)
  if (records === null) throw refusedEntry(name, 'has a damaged extended header')
  const found = saidBy(records, name)
  if (type === 'x') return requireOnce(before, found, name)
  const isSilent = found.path === undefined && found.sizeBytes === undefined
  if (!isSilent) throw refusedEntry(name, 'names or sizes all entries at once')
  return before
}

function requireOnce(before: Extended, found: Extended, name: string): Extended {
  const isTwice =
    (before.path !== undefined && found.path !== undefined) ||
    (before.sizeBytes !== undefined && found.sizeBytes !== undefined)
  if (isTwice) throw refusedEntry(name, 'is named or sized twice')
  return { ...before, ...found }
}

function saidBy(records: PaxRecords, name: string): Extended {
  for (const key of records.keys()) {
    if (key.startsWith('GNU.sparse.')) throw refusedEntry(name, 'is a sparse file')
  }
  const path = records.get('path')
  const size = records.get('size')?.toString('latin1')
  if (size !== undefined && !/^\d{1,15}$/.test(size)) {
    throw refusedEntry(name, 'has a size that is no number')
  }
  if (path?.includes(0)) throw refusedEntry(nameFrom(path), 'has a NUL in its name')
  return {
    ...(path === undefined ? {} : { path: nameFrom(path) }),
    ...(size === undefined ? {} : { sizeBytes: Number(size) }),
  }
}

/** Bytes in pieces as they are asked for, whatever the pieces in which they come. */
class ByteSource {
  readonly #source: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)
  /** What is left of the piece that was handed out. */
  #left = 0

  constructor(chunks: Chunks) {
    this.#source = chunks[Symbol.asyncIterator]()
  }

  /** Exactly so many bytes, or null where there are none or fewer. */
  async take(count: number): Promise<Buffer | null> {
    const parts: Buffer[] = []
    for (let missing = count; missing > 0; ) {
      const part = await this.#some(missing)
      if (part === null) return null
      parts.push(part)
      missing -= part.length
    }
    return parts.length === 1 ? (parts[0] ?? null) : Buffer.concat(parts)
  }

  /** The next bytes, as many as were promised; iterated again it goes on where it was left. */
  piece(count: number, name: string): Chunks {
    this.#left = count
    const next = async (): Promise<IteratorResult<Buffer>> => {
      if (this.#left === 0) return { done: true, value: undefined }
      const value = await this.#some(this.#left)
      if (value === null) throw brokenOff(name)
      this.#left -= value.length
      return { done: false, value }
    }
    return { [Symbol.asyncIterator]: () => ({ next }) }
  }

  async *rest(): Chunks {
    while (true) {
      const part = await this.#some(Number.POSITIVE_INFINITY)
      if (part === null) return
      yield part
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }

  async #some(most: number): Promise<Buffer | null> {
    while (this.#held.length === 0) {
      const { done, value } = await this.#source.next()
      if (done) return null
      this.#held = value
    }
    const part = this.#held.subarray(0, Math.min(most, this.#held.length))
    this.#held = this.#held.subarray(part.length)
    return part
  }
}
