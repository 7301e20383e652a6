import { createHash } from 'node:crypto'
import { no, type Result, yes } from '#kernel/result.ts'
import type { BlobRef } from '#platform/blobs/blobs.ts'
import type { Part } from './sample.store.ts'
import { decodeSample, type Sample } from './sample.ts'
import { decodeEvent } from './transcript.ts'

/** Bounds on one sample: its lines, and how many events its transcript has. */
const lineBytesMax = 16 * 2 ** 20
const eventsMax = 500_000
/** A piece of a transcript is ended once it holds so much. */
const partBytes = 256 * 2 ** 10
const partEvents = 1_000

/** One line that is not what it should be; from 1, as whoever sent it counts. */
export type BadLine = { readonly line: number; readonly why: string }

const bad = (line: number, why: string): Result<never, BadLine> => no({ line, why })

/** The lines of a body, each without its end, as bytes. */
export class BodyLines {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer[] = []
  #heldBytes = 0
  number = 0
  sizeBytes = 0

  constructor(body: AsyncIterable<Buffer>) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  /** The next line; null at the end, where a line without its end is refused. */
  async next(): Promise<Result<Buffer | null, BadLine>> {
    for (;;) {
      const line = this.#taken()
      if (line !== null) {
        this.number++
        return line.length > lineBytesMax ? this.#tooLong() : yes(line)
      }
      if (this.#heldBytes > lineBytesMax) return this.#tooLong(1)
      const { done, value } = await this.#chunks.next()
      if (done) return this.#heldBytes === 0 ? yes(null) : bad(this.number + 1, 'has no end')
      this.sizeBytes += value.length
      this.#held.push(value)
      this.#heldBytes += value.length
    }
  }

  #tooLong(further = 0): Result<never, BadLine> {
    return bad(this.number + further, `is longer than ${lineBytesMax} bytes`)
  }

  /** A whole line of what is held; what comes behind it stays. */
  #taken(): Buffer | null {
    const last = this.#held.at(-1)
    const first = this.#held[0]
    if (last === undefined || first === undefined) return null
    // Only the newest piece, or what is left of it, can hold a line's end.
    const end = last.indexOf(0x0a)
    if (end < 0) return null
    const line = Buffer.concat([...this.#held.slice(0, -1), last.subarray(0, end)])
    const rest = last.subarray(end + 1)
    this.#held = rest.length === 0 ? [] : [rest]
    this.#heldBytes = rest.length
    return line
  }
}

/** The first line: the sample itself. */
export async function readSampleLine(lines: BodyLines): Promise<Result<Sample, BadLine>> {
  const line = await lines.next()
  if (!line.ok) return line
  if (line.value === null) return bad(1, 'is missing: the first line is the sample')
  const sample = decodeSample(line.value.toString('utf8'))
  return sample.ok ? sample : bad(1, sample.refusal)
}

/**
 * The lines behind it: the transcript, kept in pieces as it comes. It has to be what the sample
 * says of it, to the byte.
 */
export async function readTranscript(
  lines: BodyLines,
  sample: Sample,
  keep: (content: Buffer) => Promise<BlobRef>,
): Promise<Result<readonly Part[], BadLine>> {
  if (sample.events > eventsMax) return bad(1, `has more than ${eventsMax} events`)
  const parts = new Parts(keep)
  const hash = createHash('sha256')
  for (let n = 0; ; n++) {
    const line = await lines.next()
    if (!line.ok) return line
    if (line.value === null) break
    if (n >= sample.events) return bad(lines.number, `is beyond its ${sample.events} events`)
    const event = decodeEvent(line.value.toString('utf8'), n)
    if (!event.ok) return bad(lines.number, event.refusal)
    const whole = Buffer.concat([line.value, lineEnd])
    hash.update(whole)
    await parts.add(whole)
  }
  await parts.end()
  if (parts.count !== sample.events) {
    return bad(lines.number, `is the last of ${parts.count} events, and ${sample.events} are told`)
  }
  if (hash.digest('hex') !== sample.transcriptSha256) {
    return bad(1, 'has another digest than its transcript')
  }
  return yes(parts.kept)
}

const lineEnd = Buffer.from('\n')

/** Gathers lines into pieces. */
class Parts {
  readonly #keep: (content: Buffer) => Promise<BlobRef>
  readonly kept: Part[] = []
  count = 0
  #lines: Buffer[] = []
  #bytes = 0

  constructor(keep: (content: Buffer) => Promise<BlobRef>) {
    this.#keep = keep
  }

  async add(line: Buffer): Promise<void> {
    this.#lines.push(line)
    this.#bytes += line.length
    this.count++
    if (this.#bytes >= partBytes || this.#lines.length >= partEvents) await this.end()
  }

  async end(): Promise<void> {
    const events = this.#lines.length
    if (events === 0) return
    const blob = await this.#keep(Buffer.concat(this.#lines))
    this.kept.push({ firstEvent: this.count - events, events, blob })
    this.#lines = []
    this.#bytes = 0
  }
}
