import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { no, type Result, yes } from '#kernel/result.ts'

export type Request = {
  readonly address: string
  /** Where the content is written; a file that is there is written over. */
  readonly path: string
  readonly bytesMax: number
  /** What the server said of the copy that is here, so that it need not be sent again. */
  readonly seen?: Validators
  /** After this long without an answer or a further byte the attempt is given up. */
  readonly stallMs?: number
  readonly attemptsMax?: number
}

/** RFC 9110 section 8.8: what tells one version of a document from the next. */
export type Validators = { readonly etag?: string; readonly lastModified?: string }

export type Downloaded =
  | { readonly is: 'same' }
  | { readonly is: 'written'; readonly sizeBytes: number; readonly validators: Validators }

const stallMsDefault = 30_000
const attemptsMaxDefault = 3
const pauseMs = 500

/**
 * Fetches one document over HTTP into a file, within a bound of bytes. What may pass (a broken
 * connection, a server that is busy) is tried again; every other answer is final.
 */
export async function download(request: Request): Promise<Result<Downloaded>> {
  const attemptsMax = request.attemptsMax ?? attemptsMaxDefault
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(request)
    if (outcome.ok || !outcome.refusal.isPassing || attempt >= attemptsMax) {
      return outcome.ok ? outcome : no(plain(outcome.refusal))
    }
    await pause(pauseMs * 2 ** (attempt - 1))
  }
}

type Failure = {
  readonly code: 'no-network' | 'too-large' | 'not-writable'
  readonly why: string
  readonly at: string
  readonly isPassing: boolean
}

const plain = ({ code, why, at }: Failure) => ({ code, why, at })

async function attemptOnce(request: Request): Promise<Result<Downloaded, Failure>> {
  const { address, seen } = request
  const stall = new Stall(request.stallMs ?? stallMsDefault)
  try {
    const response = await fetch(address, { headers: headersFor(seen), signal: stall.signal })
    if (response.status === 304) return yes({ is: 'same' })
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      const isPassing = response.status >= 500 || response.status === 429
      return failed(request, `the server answers ${response.status}`, { isPassing })
    }
    const sizeBytes = await write(response.body, request, stall)
    return yes({ is: 'written', sizeBytes, validators: validatorsOf(response.headers) })
  } catch (error) {
    if (error instanceof Failed) return no(error.failure)
    // Only the file says so itself; what the network said is the cause of an error of fetch.
    if (error instanceof Error && 'syscall' in error) {
      const why = `cannot be written: ${error.message}`
      return no({ code: 'not-writable', why, at: request.path, isPassing: false })
    }
    const why = stall.isOver ? 'no answer in time' : reasonOf(error)
    return failed(request, `cannot be reached: ${why}`, { isPassing: true })
  } finally {
    stall.end()
  }
}

function failed(
  { address }: Request,
  why: string,
  { isPassing }: { isPassing: boolean },
): Result<never, Failure> {
  return no({ code: 'no-network', why, at: address, isPassing })
}

async function write(
  body: ReadableStream<Uint8Array>,
  { address, path, bytesMax }: Request,
  stall: Stall,
): Promise<number> {
  let sizeBytes = 0
  async function* bounded(): AsyncGenerator<Uint8Array> {
    for await (const piece of body) {
      stall.heard()
      sizeBytes += piece.length
      if (sizeBytes > bytesMax) {
        const why = `sends more than ${bytesMax} bytes, the most that is taken`
        throw new Failed({ code: 'too-large', why, at: address, isPassing: false })
      }
      yield piece
    }
  }
  await pipeline(bounded, createWriteStream(path))
  return sizeBytes
}

class Failed extends Error {
  override readonly name = 'Failed'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.why)
    this.failure = failure
  }
}

/** Ends a request that is silent for too long, however long the whole of it takes. */
class Stall {
  isOver = false
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout

  constructor(stallMs: number) {
    this.#timer = setTimeout(() => {
      this.isOver = true
      this.#controller.abort()
    }, stallMs)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  heard(): void {
    this.#timer.refresh()
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

function headersFor(seen: Validators | undefined): Record<string, string> {
  return {
    'user-agent': 'parley',
    ...(seen?.etag === undefined ? {} : { 'if-none-match': seen.etag }),
    ...(seen?.lastModified === undefined ? {} : { 'if-modified-since': seen.lastModified }),
  }
}

function validatorsOf(headers: Headers): Validators {
  const etag = headers.get('etag')
  const lastModified = headers.get('last-modified')
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) }
}

/** Fetch hides what happened in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? cause.message : error.message
}
