import type { Entry } from 'yauzl'
import {
  type ArchivedFile,
  type ArchiveLimits,
  type EntryNames,
  nameFrom,
  refusedEntry,
} from './archive-entry.ts'
import type { Budget, Chunks } from './bytes.ts'
import { Unreadable } from './input.ts'
import { contentOf, entriesOf, openZip } from './zip.ts'

export type ZipReading = {
  readonly names: EntryNames
  readonly limits: ArchiveLimits
  readonly budget: Budget
}

/** A file of the archive, once all names were judged. */
type Judged = { readonly entry: Entry; readonly name: string; readonly path: string }

/** The files of a zip archive, in its order; every name is judged before anything is unpacked. */
export async function* filesOfZip(
  archive: string,
  { names, limits, budget }: ZipReading,
): AsyncGenerator<ArchivedFile> {
  const file = await openZip(archive)
  try {
    if (file.entryCount > limits.entriesMax) {
      const why = `holds ${file.entryCount} files, more than ${limits.entriesMax}`
      throw new Unreadable({ code: 'too-large', why })
    }
    const judged: Judged[] = []
    for await (const entry of entriesOf(file)) {
      const found = judge(entry, names)
      if (found !== null) judged.push(found)
    }
    requireApart(judged)
    for (const { entry, name, path } of judged) {
      const chunks = named(contentOf(file, entry, budget), name)
      yield { path, isProgram: (modeOf(entry) & 0o100) !== 0, chunks }
    }
  } finally {
    file.close()
  }
}

const encryptedFlags = 0x1 | 0x40 | 0x2000

/** Null for a folder. */
function judge(entry: Entry, names: EntryNames): Judged | null {
  // With `decodeStrings: false` the reader hands out bytes, which its types do not say.
  const raw: unknown = entry.fileName
  const name = nameFrom(Buffer.isBuffer(raw) ? raw : Buffer.from(String(raw)))
  const type = modeOf(entry) & 0o170000
  if (type === 0o120000) throw refusedEntry(name, 'is a symbolic link')
  const isFolder = name.endsWith('/')
  if (type !== 0 && type !== (isFolder ? 0o040000 : 0o100000)) {
    throw refusedEntry(name, 'is no plain file or folder')
  }
  const path = names.accept(name, isFolder ? 'folder' : 'file')
  const { uncompressedSize, compressionMethod } = entry
  if (isFolder) {
    if (uncompressedSize > 0) throw refusedEntry(name, 'is a folder that has bytes')
    return null
  }
  if (path === null) throw refusedEntry(name, 'is a file without a name')
  if ((entry.generalPurposeBitFlag & encryptedFlags) !== 0) throw refusedEntry(name, 'is encrypted')
  if (compressionMethod !== 0 && compressionMethod !== 8) {
    throw refusedEntry(name, `is compressed with zip method ${compressionMethod}`)
  }
  names.spend(name, uncompressedSize)
  return { entry, name, path }
}

/** The mode of Unix, where the archive was made by a program that knows it; else 0. */
const modeOf = ({ externalFileAttributes }: Entry): number => externalFileAttributes >>> 16

const localHeaderBytes = 30

/** Entries that share packed bytes unpack to far more than the archive seems to hold. */
function requireApart(judged: readonly Judged[]): void {
  const placed = judged
    .map(({ entry, name }) => ({
      name,
      from: entry.relativeOffsetOfLocalHeader,
      to: entry.relativeOffsetOfLocalHeader + localHeaderBytes + entry.compressedSize,
    }))
    .sort((one, other) => one.from - other.from)
  for (const [index, { to, name }] of placed.entries()) {
    const next = placed[index + 1]
    if (next === undefined || next.from >= to) continue
    throw refusedEntry(next.name, `shares bytes of the archive with ${name} (a bomb?)`)
  }
}

/** What is wrong with the bytes is told with the name of the entry. */
async function* named(chunks: Chunks, name: string): Chunks {
  try {
    yield* chunks
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    const { why, code } = error.refusal
    throw refusedEntry(name, why, { code })
  }
}
