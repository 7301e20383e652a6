import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Archive, type ArchiveOptions, openArchive } from './archive.ts'
import type { ArchiveEntry } from './archive-entry.ts'
import { systemCodeOf, writeRefusal } from './disk.ts'
import { Unreadable } from './input.ts'
import { paxRecord } from './pax.ts'

/** A state archive that was written: equal contents give equal bytes and so an equal digest. */
export type State = {
  /** SHA-256 in hexadecimal of the whole archive. */
  readonly sha256: string
  readonly sizeBytes: number
  readonly files: number
}

export const blockBytes = 512

/**
 * Writes what an archive holds as a tar archive that depends on nothing but names, contents and
 * which files are programs: sorted, without times and owners. `path` must be new. Whether the
 * entries came from a folder, a tar or a zip archive makes no difference.
 */
export async function writeState(archive: Archive, path: string): Promise<Result<State>> {
  let out: FileHandle | null = null
  try {
    out = await open(path, 'wx', 0o600)
    const state = await new StateWriter(out).write(archive)
    await out.close()
    return yes(state)
  } catch (error) {
    await out?.close()
    // What was there before is not taken away.
    if (out !== null) await rm(path, { force: true })
    if (error instanceof Unreadable) return no(error.refusal)
    return no(writeRefusal(error, path))
  }
}

const heldBytesMax = 2 ** 20

class StateWriter {
  readonly #out: FileHandle
  readonly #hash: Hash = createHash('sha256')
  #held: Buffer[] = []
  #heldBytes = 0
  #sizeBytes = 0

  constructor(out: FileHandle) {
    this.#out = out
  }

  async write(archive: Archive): Promise<State> {
    let files = 0
    for (const entry of archive.entries.values()) {
      await this.#put(headersOf(entry))
      if (entry.kind === 'folder') continue
      files++
      for await (const chunk of archive.content(entry.path)) await this.#put(chunk)
      await this.#put(Buffer.alloc((blockBytes - (entry.sizeBytes % blockBytes)) % blockBytes))
    }
    await this.#put(Buffer.alloc(2 * blockBytes))
    await this.#flush()
    return { sha256: this.#hash.digest('hex'), sizeBytes: this.#sizeBytes, files }
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes >= heldBytesMax) await this.#flush()
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    this.#sizeBytes += bytes.length
    this.#hash.update(bytes)
    for (let at = 0; at < bytes.length; ) at += (await this.#out.write(bytes, at)).bytesWritten
  }
}

/** What stands before the bytes of an entry in a tar archive, which fill up whole blocks. */
export function headersOf(entry: ArchiveEntry): Buffer {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path
  const split = splitName(path)
  if (split !== null) return headerBlock(split, entry)
  const record = paxRecord('path', path)
  const padded = Buffer.alloc(Math.ceil(record.length / blockBytes) * blockBytes)
  record.copy(padded)
  const extended = { prefix: '', name: 'long-name', type: 'x', sizeBytes: record.length }
  return Buffer.concat([
    headerBlock(extended, entry),
    padded,
    headerBlock({ prefix: '', name: 'long-name' }, entry),
  ])
}

type Split = { readonly prefix: string; readonly name: string }

/** A name in the two fields of a header (POSIX.1-2001, ustar); null where it does not fit. */
function splitName(path: string): Split | null {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path }
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (Buffer.byteLength(prefix) > 155) return null
    if (name !== '' && Buffer.byteLength(name) <= 100) return { prefix, name }
  }
  return null
}

type Said = Split & { readonly type?: string; readonly sizeBytes?: number }

function headerBlock(said: Said, entry: ArchiveEntry): Buffer {
  const isFolder = entry.kind === 'folder'
  const isPlain = !isFolder && !entry.isProgram
  const type = said.type ?? (isFolder ? '5' : '0')
  const sizeBytes = said.sizeBytes ?? (isFolder ? 0 : entry.sizeBytes)
  const block = Buffer.alloc(blockBytes)
  const octal = (value: number, at: number, digits: number): void => {
    block.write(value.toString(8).padStart(digits, '0'), at, 'latin1')
  }
  block.write(said.name, 0, 100)
  octal(type === 'x' || isPlain ? 0o644 : 0o755, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(sizeBytes, 124, 11)
  octal(0, 136, 11)
  block.write(`        ${type}`, 148, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  block.write(said.prefix, 345, 155)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** The one folder that everything lies in, as releases are packed; null where there is more. */
export function soleFolder({ entries }: Archive): string | null {
  const tops = new Set([...entries.keys()].map((path) => path.split('/')[0] ?? ''))
  const [top] = tops
  return tops.size === 1 && top !== undefined && entries.get(top)?.kind === 'folder' ? top : null
}

/** What lies below a folder of an archive, with paths from there. It is as long open as that. */
export function below(archive: Archive, folder: string): Archive {
  const start = `${folder}/`
  const entries = new Map<string, ArchiveEntry>()
  for (const [path, entry] of archive.entries) {
    if (!path.startsWith(start)) continue
    const inner = path.slice(start.length)
    entries.set(inner, { ...entry, path: inner })
  }
  return {
    entries,
    content: (path) => archive.content(`${start}${path}`),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Opens an archive that is a file of another. */
export async function openInside(
  archive: Archive,
  path: string,
  { scratch, ...options }: ArchiveOptions & { readonly scratch: string },
): Promise<Result<Archive>> {
  const copy = join(scratch, `inside-${crypto.randomUUID()}`)
  try {
    const out = await open(copy, 'wx', 0o600)
    try {
      for await (const chunk of archive.content(path)) {
        for (let at = 0; at < chunk.length; ) at += (await out.write(chunk, at)).bytesWritten
      }
    } finally {
      await out.close()
    }
    const opened = await openArchive(copy, { scratch, ...options })
    return opened.ok
      ? opened
      : no({ ...opened.refusal, at: insideName(opened.refusal.at, copy, path) })
  } catch (error) {
    if (error instanceof Unreadable) return no(error.refusal)
    if (systemCodeOf(error) === null) throw error
    return no(writeRefusal(error, scratch))
  } finally {
    await rm(copy, { force: true })
  }
}

const insideName = (at: string | undefined, copy: string, path: string): string =>
  at === undefined ? path : at.replace(copy, path)

/** A whole file, where it is not larger than somebody is ready to hold. */
export async function contentOf(
  archive: Archive,
  path: string,
  bytesMax: number,
): Promise<Result<Buffer>> {
  const entry = archive.entries.get(path)
  if (entry?.kind !== 'file') return no({ code: 'not-found', why: 'is no file here', at: path })
  if (entry.sizeBytes > bytesMax) {
    const why = `has ${entry.sizeBytes} bytes, more than ${bytesMax}`
    return no({ code: 'too-large', why, at: path })
  }
  try {
    const parts: Buffer[] = []
    for await (const chunk of archive.content(path)) parts.push(chunk)
    return yes(Buffer.concat(parts))
  } catch (error) {
    if (error instanceof Unreadable) return no(error.refusal)
    throw error
  }
}

/** Archives laid over each other: of files of one name the last is there. */
export function overlay(layers: readonly Archive[]): Archive {
  const entries = new Map<string, ArchiveEntry>()
  const from = new Map<string, Archive>()
  for (const layer of layers) {
    for (const [path, entry] of layer.entries) {
      entries.set(path, entry)
      from.set(path, layer)
    }
  }
  const sorted = [...entries].sort(([one], [other]) => (one < other ? -1 : 1))
  return {
    entries: new Map(sorted),
    content: (path) => {
      const layer = from.get(path)
      if (layer === undefined) throw new RangeError(`${path} is in no layer`)
      return layer.content(path)
    },
    [Symbol.asyncDispose]: async () => {},
  }
}
