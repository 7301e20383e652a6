import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { no, type Result, yes } from '#kernel/result.ts'
import {
  type ArchivedFile,
  type ArchiveEntry,
  type ArchiveLimits,
  archiveLimits,
  EntryNames,
  refusedEntry,
} from './archive-entry.ts'
import { contentAt, filesOfFolder } from './archive-folder.ts'
import { filesOfTar } from './archive-tar.ts'
import { filesOfZip } from './archive-zip.ts'
import { asUnreadable, Budget, type Chunks, close, gunzip, isGzip, peek } from './bytes.ts'
import { Unreadable } from './input.ts'
import { isZip } from './zip.ts'

/**
 * What a folder or an archive holds, each entry judged. Contents stay on disk: those of an archive
 * in one file without names, so that nothing is ever written under a name from outside.
 */
export type Archive = AsyncDisposable & {
  /** Sorted by path; every folder is there, also one that only the names of files tell of. */
  readonly entries: ReadonlyMap<string, ArchiveEntry>
  /**
   * The bytes of a file.
   *
   * @throws Unreadable where they are no longer those that were judged
   */
  readonly content: (path: string) => Chunks
}

export type ArchiveOptions = {
  readonly limits?: ArchiveLimits
  /** Where contents are kept until the archive is disposed of; the system's place by default. */
  readonly scratch?: string
}

/** Opens a folder, .tar, .tar.gz, .tgz or .zip, told apart by its content. */
export async function openArchive(
  path: string,
  { limits = archiveLimits, scratch = tmpdir() }: ArchiveOptions = {},
): Promise<Result<Archive>> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) return yes(await fromFolder(path, new EntryNames(limits)))
    if (!found.isFile()) {
      return no({ code: 'not-readable', why: 'is neither a file nor a folder', at: path })
    }
    const budget = new Budget(limits)
    budget.packedBytes = found.size
    return yes(await spooled(path, { limits, budget, scratch }))
  } catch (error) {
    const code = error instanceof Error && 'syscall' in error
    if (!(error instanceof Unreadable) && !code) throw error
    const { at, ...refusal } = asUnreadable(error).refusal
    return no({ ...refusal, at: at === undefined ? path : `${path}!${at}` })
  }
}

/** The judged files of a folder; their contents stay where they are. */
async function fromFolder(root: string, names: EntryNames): Promise<Archive> {
  const files: ArchiveEntry[] = []
  for await (const file of filesOfFolder(root, names)) {
    files.push(await digested(file, () => Promise.resolve()))
  }
  const entries = sorted(files, names)
  return {
    entries,
    content: (path) => verified(entries, path, () => contentAt(join(root, path), path)),
    [Symbol.asyncDispose]: async () => {},
  }
}

type Spooling = {
  readonly limits: ArchiveLimits
  readonly budget: Budget
  readonly scratch: string
}

/** Unpacks the contents of an archive, one behind the other, into a file without a name in it. */
async function spooled(path: string, { limits, budget, scratch }: Spooling): Promise<Archive> {
  const folder = await mkdtemp(join(scratch, 'parley-archive-'))
  const drop = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const names = new EntryNames(limits)
    const spool = join(folder, 'contents')
    const offsets = new Map<string, number>()
    const files: ArchiveEntry[] = []
    const out = await open(spool, 'wx', 0o600)
    try {
      let offset = 0
      for await (const file of filesIn(path, { names, limits, budget })) {
        offsets.set(file.path, offset)
        const entry = await digested(file, (chunk) => writeAll(out, chunk))
        files.push(entry)
        offset += entry.sizeBytes
      }
    } finally {
      await out.close()
    }
    const entries = sorted(files, names)
    const held = await open(spool, 'r')
    return {
      entries,
      content: (wanted) =>
        verified(entries, wanted, ({ sizeBytes }) =>
          slice(held, offsets.get(wanted) ?? 0, sizeBytes),
        ),
      [Symbol.asyncDispose]: async () => {
        await held.close()
        await drop()
      },
    }
  } catch (error) {
    await drop()
    throw error
  }
}

const readBytesMax = 2 ** 18

/** So many bytes of a file from a place on; fewer where it is shorter. */
async function* slice(file: FileHandle, start: number, sizeBytes: number): Chunks {
  for (let at = 0; at < sizeBytes; ) {
    const wanted = Math.min(readBytesMax, sizeBytes - at)
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, start + at)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

async function writeAll(out: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await out.write(chunk, at)
    at += bytesWritten
  }
}

type Reading = {
  readonly names: EntryNames
  readonly limits: ArchiveLimits
  readonly budget: Budget
}

async function* filesIn(path: string, reading: Reading): AsyncGenerator<ArchivedFile> {
  const [head, raw] = await peek(createReadStream(path, { highWaterMark: 2 ** 18 }), 4)
  if (isZip(head)) {
    await close(raw)
    yield* filesOfZip(path, reading)
    return
  }
  try {
    const chunks = isGzip(head) ? gunzip(raw, reading.budget) : raw
    yield* filesOfTar(chunks, reading.names)
  } finally {
    await close(raw)
  }
}

/** Reads a file to its end, handing on each piece. */
async function digested(
  { path, isProgram, chunks }: ArchivedFile,
  take: (chunk: Buffer) => Promise<void>,
): Promise<FileEntry> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    sizeBytes += chunk.length
    await take(chunk)
  }
  return { kind: 'file', path, sizeBytes, sha256: hash.digest('hex'), isProgram }
}

type FileEntry = Extract<ArchiveEntry, { kind: 'file' }>

function sorted(files: readonly ArchiveEntry[], names: EntryNames): Map<string, ArchiveEntry> {
  const folders = [...names.folders()].map((path) => ({ kind: 'folder', path }) as const)
  const all: ArchiveEntry[] = [...files, ...folders]
  all.sort((one, other) => (one.path < other.path ? -1 : 1))
  return new Map(all.map((entry) => [entry.path, entry]))
}

/** The bytes as they were judged, or a refusal: a folder may change under its reader. */
async function* verified(
  entries: ReadonlyMap<string, ArchiveEntry>,
  path: string,
  read: (entry: FileEntry) => Chunks,
): Chunks {
  const entry = entries.get(path)
  if (entry?.kind !== 'file') throw refusedEntry(path, 'is no file here', { code: 'not-found' })
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of read(entry)) {
    hash.update(chunk)
    sizeBytes += chunk.length
    if (sizeBytes > entry.sizeBytes) break
    yield chunk
  }
  if (sizeBytes === entry.sizeBytes && hash.digest('hex') === entry.sha256) return
  throw refusedEntry(path, 'changed while it was read', { code: 'not-readable' })
}
