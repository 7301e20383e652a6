import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { asUnreadable, type Budget, type Chunks } from './bytes.ts'
import { type Limits, sizeText, Unreadable } from './input.ts'

/** One file inside an archive: its name is a mere label, never a path that is written to. */
export type Member = { readonly name: string; readonly chunks: Chunks }
export type RefusedMember = { readonly name: string; readonly why: Unreadable }

export const isZip = (head: Buffer): boolean =>
  head[0] === 0x50 &&
  head[1] === 0x4b &&
  (head[2] === 3 || head[2] === 5) &&
  head[3] === head[2] + 1

/** Names are decoded here, so that an odd one costs its own entry and not the archive. */
const options = {
  lazyEntries: true,
  autoClose: false,
  decodeStrings: false,
  validateEntrySizes: true,
} as const

/** The files of a zip archive, one at a time, each to be read before the next is asked for. */
export async function* membersOf(
  archive: string | Buffer,
  limits: Limits,
  budget: Budget,
): AsyncGenerator<Member | RefusedMember> {
  const file = await openZip(archive)
  try {
    if (file.entryCount > limits.entriesMax) {
      const why = `holds ${file.entryCount} files, more than ${limits.entriesMax}`
      throw new Unreadable({ code: 'too-large', why })
    }
    for await (const entry of entriesOf(file)) {
      const name = nameOf(entry)
      if (name.endsWith('/') || isSystemName(name)) continue
      const why = refusalOf(entry, limits)
      if (why) yield { name, why }
      else yield { name, chunks: contentOf(file, entry, budget) }
    }
  } finally {
    file.close()
  }
}

/** Opens an archive by the directory at its end. */
export function openZip(archive: string | Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const answer = (error: Error | null, file?: ZipFile): void => {
      if (file) resolve(file)
      else reject(damaged(error))
    }
    if (typeof archive === 'string') yauzl.open(archive, options, answer)
    else yauzl.fromBuffer(archive, options, answer)
  })
}

/** Errors of the system keep their meaning; what the archive reader says is about the archive. */
function damaged(error: unknown): Unreadable {
  if (error instanceof Error && 'code' in error) return asUnreadable(error)
  const words = error instanceof Error ? error.message : String(error)
  return new Unreadable({ code: 'malformed', why: `is a damaged zip archive: ${words}` })
}

/** The entries as the directory lists them. */
export async function* entriesOf(file: ZipFile): AsyncGenerator<Entry> {
  while (true) {
    const entry = await nextEntry(file)
    if (!entry) return
    yield entry
  }
}

function nextEntry(file: ZipFile): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      file.removeAllListeners()
      then()
    }
    file.once('entry', (entry: Entry) => settle(() => resolve(entry)))
    file.once('end', () => settle(() => resolve(null)))
    file.once('error', (error: unknown) => settle(() => reject(damaged(error))))
    file.readEntry()
  })
}

const utf8Flag = 0x800
const encryptedFlag = 0x1

/** Bit 11 of the general purpose flag says UTF-8 (APPNOTE 4.4.4); else it is most often so too. */
function nameOf(entry: Entry): string {
  // With `decodeStrings: false` the reader hands out bytes, which its types do not say.
  const raw: unknown = entry.fileName
  const bytes = Buffer.isBuffer(raw) ? raw : Buffer.from(String(raw))
  const text = bytes.toString('utf8')
  const isUtf8 = (entry.generalPurposeBitFlag & utf8Flag) !== 0 || !text.includes('\ufffd')
  return (isUtf8 ? text : bytes.toString('latin1')).replaceAll('\\', '/')
}

/** What operating systems put into archives beside the user's files. */
const isSystemName = (name: string): boolean =>
  name.startsWith('__MACOSX/') || name.endsWith('.DS_Store') || name.endsWith('Thumbs.db')

function refusalOf(entry: Entry, limits: Limits): Unreadable | null {
  if ((entry.generalPurposeBitFlag & encryptedFlag) !== 0) {
    return new Unreadable({
      code: 'not-readable',
      why: 'is encrypted',
      hint: 'unpack the archive with its password first',
    })
  }
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    const why = `is compressed with zip method ${entry.compressionMethod}; only deflate is read`
    return new Unreadable({ code: 'not-readable', why, hint: 'unpack the archive first' })
  }
  const { uncompressedSize: size, compressedSize: packed } = entry
  if (size > limits.ratioFreeBytes && size > packed * limits.ratioMax) {
    const why = `unpacks to more than ${limits.ratioMax} times its size (a decompression bomb?)`
    return new Unreadable({ code: 'too-large', why })
  }
  if (size <= limits.blankBytesMax) return null
  return new Unreadable({ code: 'too-large', why: `unpacks to ${sizeText(size)}` })
}

/** The bytes of one entry; its checksum is compared once all are there. */
export async function* contentOf(file: ZipFile, entry: Entry, budget: Budget): Chunks {
  const stream = await streamOf(file, entry)
  let sum = 0
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue
      budget.spend(chunk.length)
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error
    throw damaged(error)
  } finally {
    stream.destroy()
  }
  if (sum !== entry.crc32) {
    throw new Unreadable({ code: 'malformed', why: 'does not have the checksum its archive gives' })
  }
}

function streamOf(file: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    file.openReadStream(entry, (error, stream) => {
      if (stream) resolve(stream)
      else reject(damaged(error))
    })
  })
}
