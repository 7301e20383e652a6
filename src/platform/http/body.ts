import type { IncomingMessage } from 'node:http'
import { type Problem, problem } from './problem.ts'

export type BodyLimits = {
  /** What a body may hold after any transfer coding. */
  readonly bytesMax: number
  /** After this long without a further byte the body is given up. */
  readonly idleMs: number
  /** So long may be waited for the whole body; the time that its reader takes does not count. */
  readonly wholeMs: number
}

/** A body that is not to be had: too large, too slow, cut off or garbled. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused'
  readonly problem: Problem

  constructor(refused: Problem) {
    super(refused.detail)
    this.problem = refused
  }
}

/**
 * The body of one request as a bounded stream. Nothing is read before somebody iterates; reading
 * throws `BodyRefused`. A reader that stops early leaves the rest unread.
 */
export class Body {
  /** What was read so far. */
  sizeBytes = 0
  readonly #request: IncomingMessage
  readonly #limits: BodyLimits
  readonly #onStart: () => void
  readonly #queue: Buffer[] = []
  #isStarted = false
  #isEnded = false
  #isDraining = false
  #refused: Problem | null = null
  #wake: () => void = () => {}

  constructor(request: IncomingMessage, limits: BodyLimits, onStart: () => void) {
    this.#request = request
    this.#limits = limits
    this.#onStart = onStart
  }

  /** Whether all of it was read, so that the connection can go on with another request. */
  get isDone(): boolean {
    return this.#isEnded || !carriesBody(this.#request)
  }

  /** Whether it is too slow or garbled, so that waiting for its rest is of no use. */
  get isBroken(): boolean {
    return this.#refused !== null && this.#refused.code !== 'too-large'
  }

  /** Ends the reading from outside, when the parser says that the rest is garbage. */
  fail(why: Problem): void {
    this.#refused ??= why
    this.#wake()
  }

  /** All of it at once. */
  async whole(): Promise<Buffer> {
    const chunks: Buffer[] = []
    for await (const chunk of this) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    if (!carriesBody(this.#request)) return
    const { bytesMax, wholeMs } = this.#limits
    if (declaredBytes(this.#request) > bytesMax) throw this.#refuse(tooLarge(bytesMax))
    this.#start()
    let leftMs = wholeMs
    try {
      for (;;) {
        const chunk = this.#queue.shift()
        if (chunk !== undefined) {
          this.sizeBytes += chunk.length
          if (this.sizeBytes > bytesMax) throw this.#refuse(tooLarge(bytesMax))
          yield chunk
        } else if (this.#refused !== null) throw new BodyRefused(this.#refused)
        else if (this.#isEnded) return
        else leftMs -= await this.#more(leftMs)
      }
    } finally {
      this.#request.pause()
    }
  }

  /**
   * Takes what is still to come and throws it away, for a bounded time. A server that closes while
   * the client is still sending resets the connection, and the client may never see the answer.
   */
  async drain(forMs: number): Promise<void> {
    if (this.isDone || this.#request.destroyed) return
    this.#isDraining = true
    this.#queue.length = 0
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(done, forMs)
      this.#request.once('end', () => {
        this.#isEnded = true
        done()
      })
      this.#request.once('close', done)
      this.#request.on('data', () => {})
      this.#request.resume()
    })
  }

  #start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#onStart()
    const cutOff = (): void => {
      if (!this.#isEnded) this.fail(problem('malformed', 'The body was cut off.'))
    }
    this.#request.on('data', (chunk: Buffer) => {
      if (this.#isDraining) return
      this.#queue.push(chunk)
      this.#request.pause()
      this.#wake()
    })
    this.#request.on('end', () => {
      this.#isEnded = true
      this.#wake()
    })
    this.#request.on('error', cutOff)
    this.#request.on('close', cutOff)
  }

  /** Waits for a chunk, the end or a fault; answers how long it took in milliseconds. */
  async #more(leftMs: number): Promise<number> {
    const begin = performance.now()
    const slow = problem('too-slow', 'The body came too slowly; nothing of it was stored.')
    const waitMs = Math.max(0, Math.min(this.#limits.idleMs, leftMs))
    const timer = setTimeout(() => this.fail(slow), waitMs)
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      this.#request.resume()
    })
    this.#wake = () => {}
    clearTimeout(timer)
    return performance.now() - begin
  }

  #refuse(why: Problem): BodyRefused {
    this.#refused ??= why
    return new BodyRefused(this.#refused)
  }
}

const tooLarge = (bytesMax: number): Problem =>
  problem('too-large', `The body is larger than ${bytesMax} bytes, the most that is taken here.`)

/** The length that a request says its body has; 0 where it says none. */
export const declaredBytes = ({ headers }: IncomingMessage): number =>
  Number(headers['content-length'] ?? 0)

/** Whether a request has a body (RFC 9112 section 6). */
export const carriesBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || declaredBytes(request) > 0
