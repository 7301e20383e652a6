import { createHash } from 'node:crypto'
import { canonicalJson } from '#features/ledger/entry.ts'
import type { Log } from '#platform/log/log.ts'
import type { AccessEntry, AccessLog, LoggedEntry } from './books.ts'

/** SHA-256 of the canonical JSON of an entry, hexadecimal. */
export const digestOfEntry = (entry: AccessEntry): string =>
  createHash('sha256').update(canonicalJson(entry)).digest('hex')

/**
 * The entries of one gateway about one gate: each names the digest before it, so that the
 * last one stands for all. What the book does not take is kept and tried again.
 */
export class AccessChain {
  head = ''
  length = 0
  /** The book failed and has not worked since. */
  isBroken = false
  readonly #node: string
  readonly #book: AccessLog
  readonly #log: Log
  #unwritten: LoggedEntry[] = []
  #writing: Promise<void> | null = null

  constructor(node: string, book: AccessLog, log: Log) {
    this.#node = node
    this.#book = book
    this.#log = log
  }

  /** Adds an entry; done once it is in the book, or could not be put there. */
  add(fields: Omit<AccessEntry, 'node' | 'sequence' | 'previous'>): Promise<void> {
    this.length += 1
    const own = { node: this.#node, sequence: this.length, previous: this.head }
    const entry = { ...own, ...fields }
    const digest = digestOfEntry(entry)
    this.head = digest
    this.#unwritten.push({ entry, digest })
    return this.flush()
  }

  /** Tries what is not in the book yet. */
  flush(): Promise<void> {
    if (this.#unwritten.length === 0) return Promise.resolve()
    this.#writing ??= this.#write()
    return this.#writing
  }

  async #write(): Promise<void> {
    try {
      while (this.#unwritten.length > 0) {
        const next = [...this.#unwritten]
        await this.#book.append(next)
        this.#unwritten = this.#unwritten.slice(next.length)
        this.isBroken = false
      }
    } catch (error) {
      this.isBroken = true
      this.#log.error('the access log cannot be written', { node: this.#node, error })
    } finally {
      this.#writing = null
    }
  }
}
