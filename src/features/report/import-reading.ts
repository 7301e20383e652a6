import type { Pool } from 'pg'
import type { Clock } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { JobFailure } from '#platform/jobs/jobs.ts'
import type { ImportRow } from './import.store.ts'
import {
  noCounts,
  ProblemList,
  type ReadCounts,
  type ReadFinding,
  type ReadItem,
  reportIdIn,
  sumOf,
} from './import.ts'
import {
  type Chunk,
  type ChunkParts,
  type Ending,
  endReading,
  type FoundAgain,
  type NewEntry,
  reportsOfSeries,
  saveChunk,
  seriesBeginning,
} from './import-chunk.store.ts'
import { type Incoming, incomingOf, newReceipt, ownSaltFor, type ReportKeys } from './incoming.ts'
import { keepFiles } from './receive.ts'
import { SeriesBook } from './series.ts'
import { storedName, storedText } from './stored-json.ts'

export type ReadingParts = {
  readonly pool: Pool
  readonly clock: Clock
  readonly blobs: Blobs
  readonly keys: ReportKeys
  readonly reportsChanged: ChunkParts['reportsChanged']
}

/** Findings in one transaction, and the size of what they say. */
const chunkMax = 1_000
const chunkBytesMax = 8 * 2 ** 20

/**
 * Makes the findings of a document reports, in chunks that are there as a whole or not at all.
 * Whatever interrupts it, reading again from the start goes on behind the last chunk: findings have
 * the same numbers whenever the same bytes are read. While a chunk is being written the next one is
 * gathered.
 */
export class ImportReading {
  readonly #parts: ReadingParts
  readonly #of: ImportRow
  readonly #problems = new ProblemList()
  readonly #books = new Map<string, SeriesBook>()
  readonly #snapshots = new Set<string>()
  readonly #formats = new Set<string>()
  #counts: ReadCounts
  #next = 0
  #from: number
  #fresh: NewEntry[] = []
  #again: FoundAgain[] = []
  #bytes = 0
  #writing: Promise<boolean> = Promise.resolve(true)

  constructor(parts: ReadingParts, of: ImportRow) {
    this.#parts = parts
    this.#of = of
    this.#from = of.position
    this.#counts = sumOf(of.told, noCounts)
  }

  /** False when another process reads the same import and is ahead. */
  async run(items: AsyncIterable<ReadItem>): Promise<boolean> {
    try {
      for await (const item of items) {
        await this.#take(item)
        const size = this.#fresh.length + this.#again.length
        const isFull = size >= chunkMax || this.#bytes >= chunkBytesMax
        if (isFull && !(await this.#write())) return false
      }
      return (await this.#write()) && (await this.#writing) && (await this.#end())
    } finally {
      // Nothing is left running, whatever was thrown; its own error is thrown by then.
      await this.#writing.catch(() => undefined)
    }
  }

  async #take(item: ReadItem): Promise<void> {
    if (item.is === 'problem') this.#problems.add(item.problem)
    else if (item.is === 'document') await this.#noteDocument(item)
    else {
      const ordinal = this.#next++
      const known = item.is === 'submission' ? item.known : item.finding.known
      if (known?.isSnapshot) this.#snapshots.add(known.series)
      if (ordinal < this.#of.position) return
      const report = known && (await this.#bookOf(known.series)).find(known)
      if (report && known) {
        const finding = item.is === 'finding' ? { ...item.finding, ordinal } : null
        const changed = report.digest === known.digest ? null : finding
        this.#again.push({ ordinal, report, known, changed })
        const outcome = changed ? { refreshed: 1 } : { unchanged: 1 }
        this.#counts = sumOf(this.#counts, { ...noCounts, findings: 1, ...outcome })
        this.#bytes += changed?.finding.length ?? 0
        return
      }
      const incoming = await this.#incomingOf(item, ordinal)
      this.#fresh.push({ ordinal, incoming, known })
      const aside = incoming.aside === null ? 0 : 1
      this.#counts = sumOf(this.#counts, { ...noCounts, findings: 1, reports: 1, aside })
      this.#bytes += incoming.finding.length
    }
  }

  async #noteDocument(item: Extract<ReadItem, { is: 'document' }>): Promise<void> {
    if (item.format !== null) this.#formats.add(item.format)
    if (item.emptySeries === null) return
    const start = item.emptySeries
    const found = await this.#system((tx) => seriesBeginning(tx, this.#of, start))
    // Which of several tools found nothing is not known, so nothing is called gone.
    const [only, second] = found
    if (only !== undefined && second === undefined) this.#snapshots.add(only)
  }

  async #bookOf(series: string): Promise<SeriesBook> {
    const open = this.#books.get(series)
    if (open) return open
    const book = new SeriesBook(await this.#system((tx) => reportsOfSeries(tx, this.#of, series)))
    this.#books.set(series, book)
    return book
  }

  async #incomingOf(
    item: Extract<ReadItem, { is: 'finding' | 'submission' }>,
    ordinal: number,
  ): Promise<Incoming> {
    const id = reportIdIn(this.#of.id, ordinal)
    if (item.is === 'finding') return { ...plainIncoming(item.finding), id }
    const { submission, line } = item
    const { blobs, keys } = this.#parts
    const { organisation } = this.#of
    const own = ownSaltFor(id, submission)
    const attachments = await keepFiles(blobs, { organisation, own }, submission.attachments)
    if (attachments === null) throw new JobFailure('a payload could not be kept')
    const filed = { submission, attachments, id, own, ...(line !== null && { line }) }
    return { ...incomingOf(filed, keys), document: this.#of.name }
  }

  /** Begins to write what was gathered, once what was gathered before is written. */
  async #write(): Promise<boolean> {
    const isAhead = await this.#writing
    if (!isAhead) return false
    if (this.#fresh.length + this.#again.length === 0) return true
    const chunk: Chunk = {
      ...{ from: this.#from, to: this.#next, fresh: this.#fresh, again: this.#again },
      ...{ counts: this.#counts, problems: this.#problems.list() },
    }
    this.#from = this.#next
    this.#fresh = []
    this.#again = []
    this.#bytes = 0
    this.#writing = this.#system((tx) =>
      saveChunk(tx, this.#of, { chunk, parts: this.#chunkParts() }),
    )
    // It is awaited with the next chunk; a failure in between must not end the process.
    this.#writing.catch(() => undefined)
    return true
  }

  #end(): Promise<boolean> {
    const { hasLost } = this.#problems
    const isRefused = this.#next === 0 && hasLost
    const superseded = this.#of.series === null ? [...this.#snapshots] : [this.#of.series]
    const ending: Ending = {
      state: isRefused ? 'refused' : 'read',
      format: this.#formats.size === 0 ? null : [...this.#formats].sort().join('+'),
      ...{ counts: this.#counts, problems: this.#problems.list() },
      // What could not be read may hold what seems to be missing.
      superseded: hasLost ? [] : superseded,
    }
    const at = Math.max(this.#next, this.#of.position)
    return this.#system((tx) => endReading(tx, this.#of, { ending, at, parts: this.#chunkParts() }))
  }

  #chunkParts(): ChunkParts {
    const { clock, keys, reportsChanged } = this.#parts
    return { now: clock.now(), keys, reportsChanged }
  }

  #system<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return asActor(this.#parts.pool, systemActor, work)
  }
}

const plainIncoming = (found: Omit<ReadFinding, 'ordinal'>): Omit<Incoming, 'id'> => ({
  ...{ receipt: newReceipt(), format: found.format, document: storedText(found.document) },
  ...{ finders: found.finders.map(storedName), source: storedName(found.source) },
  ...{ title: storedText(found.title), severity: found.severity, finding: found.finding },
  ...{ record: null, aside: found.aside === null ? null : storedText(found.aside) },
  ...{ notify: 'off', contact: null, sealed: null, salt: null, attachments: [] },
})
