import { pathFault } from '#kernel/inside-path.ts'
import type { RefusalCode } from '#kernel/refusal.ts'
import type { Chunks } from './bytes.ts'
import { sizeText, Unreadable } from './input.ts'

/** One file or folder of an archive, as it was judged: a name that is safe, and no link. */
export type ArchiveEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'file'
      readonly path: string
      readonly sizeBytes: number
      /** SHA-256 in hexadecimal. */
      readonly sha256: string
      readonly isProgram: boolean
    }

/** A file whose bytes come as they are read; they are to be taken before the next is asked for. */
export type ArchivedFile = {
  readonly path: string
  readonly isProgram: boolean
  readonly chunks: Chunks
}

/** Bounds on what one archive or folder may hold; each is checked before it is exceeded. */
export type ArchiveLimits = {
  /** Files and folders together, those that are only part of a name included. */
  readonly entriesMax: number
  readonly totalBytesMax: number
  /** Of all names together. */
  readonly namesBytesMax: number
  readonly depthMax: number
  /** Unpacked bytes for each packed byte, once more than `ratioFreeBytes` were unpacked. */
  readonly ratioMax: number
  readonly ratioFreeBytes: number
}

const mebibyte = 2 ** 20

export const archiveLimits: ArchiveLimits = {
  entriesMax: 100_000,
  totalBytesMax: 2048 * mebibyte,
  namesBytesMax: 32 * mebibyte,
  depthMax: 64,
  ratioMax: 250,
  ratioFreeBytes: 64 * mebibyte,
}

type Said = { readonly code?: RefusalCode; readonly hint?: string }

/** Refuses a whole archive for one of its entries, by the name that it has there. */
export function refusedEntry(name: string, why: string, { code, hint }: Said = {}): Unreadable {
  const at = name.length > 300 ? `${name.slice(0, 300)}…` : name
  const hints = hint === undefined ? {} : { hint }
  return new Unreadable({ code: code ?? 'malformed', why, at, ...hints })
}

/**
 * What systems that ignore case, or write letters in another way, take for the same name.
 * Characters that nobody sees do not count.
 */
const folded = (path: string): string =>
  path
    .replace(/\p{Cf}/gu, '')
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')

type Taken = { readonly path: string; readonly kind: 'file' | 'folder'; readonly isNamed: boolean }

/**
 * The names of one archive: each lies inside, is there once, and is told from every other by any
 * system. All of it is bounded, folders that only stand in the names of files included.
 */
export class EntryNames {
  readonly #taken = new Map<string, Taken>()
  readonly #limits: ArchiveLimits
  #namesBytes = 0
  #totalBytes = 0

  constructor(limits: ArchiveLimits) {
    this.#limits = limits
  }

  /** The path of an entry in its plain form; null for the folder of everything itself. */
  accept(name: string, kind: 'file' | 'folder'): string | null {
    const path = plainName(name, kind)
    if (path === '') return null
    const fault = pathFault(path)
    if (fault !== null) throw refusedEntry(name, fault, { hint: 'pack the archive again' })
    const parts = path.split('/')
    if (parts.length > this.#limits.depthMax) {
      const why = `lies more than ${this.#limits.depthMax} folders deep`
      throw refusedEntry(name, why, { code: 'too-large' })
    }
    for (let depth = 1; depth < parts.length; depth++) {
      this.#take({ path: parts.slice(0, depth).join('/'), kind: 'folder', isNamed: false }, name)
    }
    this.#take({ path, kind, isNamed: true }, name)
    return path
  }

  /** Accounts for bytes of a file. */
  spend(name: string, bytes: number): void {
    this.#totalBytes += bytes
    if (this.#totalBytes <= this.#limits.totalBytesMax) return
    const why = `takes the archive over ${sizeText(this.#limits.totalBytesMax)}`
    throw refusedEntry(name, why, { code: 'too-large' })
  }

  /** Every folder, also those that only the names of files tell of. */
  *folders(): Generator<string> {
    for (const { path, kind } of this.#taken.values()) if (kind === 'folder') yield path
  }

  #take(entry: Taken, name: string): void {
    const key = folded(entry.path)
    const found = this.#taken.get(key)
    if (found === undefined) {
      this.#bound(entry.path, name)
      this.#taken.set(key, entry)
      return
    }
    if (found.path !== entry.path) {
      const why = `differs from ${found.path.slice(0, 300)} only in case or in how it is written`
      throw refusedEntry(name, why, { hint: 'rename one of them' })
    }
    if (found.kind !== entry.kind) throw refusedEntry(name, 'is both a file and a folder')
    if (found.isNamed && entry.isNamed) throw refusedEntry(name, 'is there twice')
    if (entry.isNamed) this.#taken.set(key, entry)
  }

  #bound(path: string, name: string): void {
    this.#namesBytes += Buffer.byteLength(path)
    if (this.#taken.size >= this.#limits.entriesMax) {
      const why = `is one more than ${this.#limits.entriesMax} files and folders`
      throw refusedEntry(name, why, { code: 'too-large', hint: 'leave out what is not needed' })
    }
    if (this.#namesBytes > this.#limits.namesBytesMax) {
      throw refusedEntry(name, 'makes the names of all files too long', { code: 'too-large' })
    }
  }
}

/** Without the `./` that tar writes in front, and without the `/` at the end of a folder. */
function plainName(name: string, kind: 'file' | 'folder'): string {
  const inner = name.replace(/^(?:\.\/+)+/, '')
  if (kind === 'file') return inner
  return inner === '.' ? '' : inner.replace(/\/$/, '')
}

/** Names are UTF-8, or no two readers agree on them. */
export function nameFrom(bytes: Buffer): string {
  const name = bytes.toString('utf8')
  if (!Buffer.from(name, 'utf8').equals(bytes)) {
    throw refusedEntry(name, 'has a name that is not UTF-8', { hint: 'rename it' })
  }
  return name
}
