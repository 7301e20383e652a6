import { encodeNonFinite } from '#formats/json/non-finite.ts'
import type { JsonObject } from '#formats/json/reader.ts'
import { type ByteSink, PackedMember, type Packing, ZipWriter } from '#formats/zip/writer.ts'
import type { SampleId } from './log.ts'
import { summaryOf } from './summary.ts'

/** The version of the format that is written; the one that Inspect writes itself. */
const logVersion = 2

/** What is known at the start. `eval` needs `created`, `task`, `model`, `dataset`, `config`. */
export type LogStart = {
  readonly eval: JsonObject
  readonly plan?: JsonObject
  /** Of the format that the samples are in, where they come from another log. */
  readonly version?: number
}

/** What is known when it ends. */
export type LogEnd = {
  /** `success`, `cancelled` or `error`; `started` where its end is not known. */
  readonly status: string
  readonly stats?: JsonObject
  readonly results?: JsonObject
  readonly error?: JsonObject
  /** Any other members of the header, such as `invalidated` or `tags`. */
  readonly others?: JsonObject
  readonly reductions?: readonly unknown[]
}

export type WrittenSample = {
  readonly id: SampleId
  readonly epoch: number
  /** The whole sample as JSON, at once or in pieces. */
  readonly text: Buffer | AsyncIterable<Buffer>
  /** The row for it in the summaries. */
  readonly summary: JsonObject
}

export type WriteOptions = {
  readonly packing?: Packing
  /** So many samples share one piece of the journal. */
  readonly journalEach?: number
}

/**
 * Writes a log that Inspect opens, as a stream: samples as they end, and a journal beside them, so
 * that what a run did is there even where it dies. What is held grows with the summaries, packed.
 */
export class EvalLogWriter {
  readonly #zip: ZipWriter
  readonly #start: LogStart
  readonly #journalEach: number
  readonly #summaries: PackedMember
  #journal: string[] = []
  #journals = 0

  private constructor(zip: ZipWriter, start: LogStart, journalEach: number) {
    this.#zip = zip
    this.#start = start
    this.#journalEach = journalEach
    this.#summaries = new PackedMember(zip.packing)
  }

  static async begin(
    sink: ByteSink,
    start: LogStart,
    { packing = 'zstd', journalEach = 100 }: WriteOptions = {},
  ): Promise<EvalLogWriter> {
    const zip = new ZipWriter(sink, packing)
    const { version = logVersion, plan = {} } = start
    await zip.add('_journal/start.json', json({ version, eval: start.eval, plan }))
    return new EvalLogWriter(zip, { eval: start.eval, version, plan }, journalEach)
  }

  /** Writes a sample. `id` and `epoch` have to be in it. */
  async add(sample: JsonObject & { readonly id: SampleId; readonly epoch: number }): Promise<void> {
    const { id, epoch } = sample
    await this.addText({ id, epoch, text: json(sample), summary: summaryOf(sample) })
  }

  /** Writes a sample that is JSON already. */
  async addText({ id, epoch, text, summary }: WrittenSample): Promise<void> {
    await this.#zip.add(`samples/${id}_epoch_${epoch}.json`, text)
    this.#journal.push(encodeNonFinite(summary))
    if (this.#journal.length >= this.#journalEach) await this.#writeJournal()
  }

  /** Writes how the run ended; the log is whole after this. */
  async finish({ status, stats, results, error, others, reductions }: LogEnd): Promise<void> {
    if (this.#journal.length > 0) await this.#writeJournal()
    this.#summaries.add(Buffer.from(this.#journals === 0 ? '[]' : '\n]'))
    await this.#zip.add('summaries.json', this.#summaries)
    if (reductions !== undefined) await this.#zip.add('reductions.json', json(reductions))
    const { version, eval: spec, plan } = this.#start
    const known = { version, status, eval: spec, plan }
    const ending = { ...(results && { results }), stats: stats ?? {}, ...(error && { error }) }
    await this.#zip.add('header.json', json({ ...others, ...known, ...ending }))
    await this.#zip.finish()
  }

  async #writeJournal(): Promise<void> {
    const rows = this.#journal.join(',\n')
    this.#journal = []
    // Many rows at once: each small buffer would keep the larger one that it is a part of.
    this.#summaries.add(Buffer.from(`${this.#journals === 0 ? '[' : ','}\n${rows}`))
    await this.#zip.add(`_journal/summaries/${++this.#journals}.json`, Buffer.from(`[\n${rows}\n]`))
  }
}

const json = (value: unknown): Buffer => Buffer.from(encodeNonFinite(value))
