import { nothingRead, type Reading, readEvent, readWhole } from './answer-reading.ts'

/** Of one event or one whole answer so much is kept to be read; what is larger goes unread. */
const keptBytesMax = 1_048_576

/**
 * Reads an answer while it passes, without ever holding it up: bounded, and never the reason that
 * anything fails.
 */
export class AnswerReader {
  readonly reading: Reading = nothingRead()
  /** Whether anything was too large, or not of a kind, to be read. */
  isPartial = false
  bytes = 0
  readonly #isStream: boolean
  #kept: Buffer[] = []
  #keptBytes = 0
  /** The rest of a line that is too long goes by. */
  #isSkipping = false

  constructor(contentType: string) {
    const type = contentType.replace(/;.*$/s, '').trim().toLowerCase()
    this.#isStream = type === 'text/event-stream'
    this.isPartial = !this.#isStream && !/^application\/(?:[\w.-]+\+)?json$/.test(type)
  }

  push(piece: Buffer): void {
    this.bytes += piece.length
    if (!this.#isStream) {
      if (!this.isPartial) this.#keep(piece)
      return
    }
    let from = 0
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, from)) {
      this.#line(piece.subarray(from, end))
      from = end + 1
    }
    if (from < piece.length) this.#keep(piece.subarray(from))
  }

  /** What was read, after the last piece. */
  end(): Reading {
    if (this.#isStream && this.#keptBytes > 0) this.#line(Buffer.alloc(0))
    if (!this.#isStream && !this.isPartial) {
      const parsed = jsonOf(this.#taken())
      if (parsed === undefined) this.reading.isMalformed = true
      else readWhole(parsed, this.reading)
    }
    return this.reading
  }

  #keep(piece: Buffer): void {
    if (this.#isSkipping) return
    this.#keptBytes += piece.length
    if (this.#keptBytes <= keptBytesMax) {
      // A copy, so that a small rest does not hold a large piece in memory.
      this.#kept.push(this.#isStream ? Buffer.from(piece) : piece)
      return
    }
    this.#kept = []
    this.#keptBytes = 0
    this.isPartial = true
    this.#isSkipping = this.#isStream
  }

  #taken(): Buffer {
    const [first] = this.#kept
    const all = this.#kept.length === 1 && first ? first : Buffer.concat(this.#kept)
    this.#kept = []
    this.#keptBytes = 0
    return all
  }

  #line(rest: Buffer): void {
    if (this.#isSkipping) {
      this.#isSkipping = false
      return
    }
    this.#keep(rest)
    if (this.#isSkipping) {
      this.#isSkipping = false
      return
    }
    const line = this.#taken().toString('utf8')
    if (!line.startsWith('data:')) return
    const text = line.slice(5).trim()
    if (text === '') return
    if (text === '[DONE]') {
      this.reading.isDone = true
      return
    }
    const event = jsonOf(text)
    if (event === undefined) this.reading.isMalformed = true
    else readEvent(event, this.reading)
  }
}

function jsonOf(text: string | Buffer): unknown {
  try {
    return JSON.parse(text.toString())
  } catch {
    return undefined
  }
}
