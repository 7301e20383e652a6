import { setTimeout as pause } from 'node:timers/promises'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { fetchable, shown } from './address.ts'
import { Deadline } from './deadline.ts'
import { Draft, NotWritable } from './draft.ts'

export type Request = {
  /** https, or http on this machine. */
  readonly address: string
  /** Where the content is written; a file that is there is written over. */
  readonly path: string
  readonly bytesMax: number
  /** What the server said of the copy that is here, so that it need not be sent again. */
  readonly seen?: Validators
  /** After this long without an answer or a further byte the attempt is given up. */
  readonly stallMs?: number
  /** After this long an attempt is given up however steadily it drips. */
  readonly wholeMs?: number
  readonly attemptsMax?: number
  /** Before the second attempt; doubled before each one after it. */
  readonly pauseMs?: number
  /** Called with what has come so far and, where the server says it, what there is in all. */
  readonly onBytes?: (sizeBytes: number, wholeBytes: number | null) => void
}

/** RFC 9110 section 8.8: what tells one version of a document from the next. */
export type Validators = { readonly etag?: string; readonly lastModified?: string }

export type Downloaded =
  | { readonly is: 'same' }
  | { readonly is: 'written'; readonly sizeBytes: number; readonly validators: Validators }

const defaults = { stallMs: 30_000, wholeMs: 3_600_000, attemptsMax: 3, pauseMs: 500 } as const
const redirectsMax = 5
const pauseMsMax = 30_000

/**
 * Fetches one document over HTTP into a file, within a bound of bytes and of time. What may pass
 * (a broken connection, a server that is busy) is tried again, from where it broke if the server
 * can do that; every other answer is final. Redirects are followed as far as `fetchable` allows.
 */
export async function download(request: Request): Promise<Result<Downloaded>> {
  const { attemptsMax = defaults.attemptsMax, pauseMs = defaults.pauseMs } = request
  const draft = new Draft(request.path)
  const state: State = { draft, kept: null }
  try {
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOnce(request, state)
      if (outcome.ok) return yes(outcome.value)
      const { isPassing, waitMs = 0, ...refusal } = outcome.refusal
      if (!isPassing || attempt >= attemptsMax) return no(refusal)
      await pause(Math.min(Math.max(pauseMs * 2 ** (attempt - 1), waitMs), pauseMsMax))
    }
  } finally {
    await draft.close().catch(() => {})
  }
}

/** What one attempt leaves to the next. */
type State = {
  readonly draft: Draft
  /** What the draft is a part of; null when there is nothing that could be gone on with. */
  kept: { readonly validator: string } | null
}

type Failure = Refusal & {
  readonly isPassing: boolean
  /** How long the server asks to be left alone. */
  readonly waitMs?: number
}

/** Ends an attempt from within. */
class Failed extends Error {
  override readonly name = 'Failed'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.why)
    this.failure = failure
  }
}

async function attemptOnce(request: Request, state: State): Promise<Result<Downloaded, Failure>> {
  const { stallMs = defaults.stallMs, wholeMs = defaults.wholeMs } = request
  const deadline = new Deadline(stallMs, wholeMs)
  const at = shown(request.address)
  try {
    const response = await answerOf(request, state, deadline)
    if (response.status === 304) return yes({ is: 'same' })
    await take(response, { request, state, deadline })
    await state.draft.finish()
    const { sizeBytes } = state.draft
    return yes({ is: 'written', sizeBytes, validators: validatorsOf(response.headers) })
  } catch (error) {
    if (error instanceof Failed) return no(error.failure)
    if (error instanceof NotWritable) {
      const why = `cannot be written: ${error.message}`
      return no({ code: 'not-writable', why, at: request.path, isPassing: false })
    }
    const why = `cannot be reached: ${deadline.why ?? reasonOf(error)}`
    return no({ code: 'no-network', why, at, isPassing: true })
  } finally {
    deadline.cancel()
  }
}

/** The answer at the end of all redirects, when it is one that can be used. */
async function answerOf(request: Request, state: State, deadline: Deadline): Promise<Response> {
  const at = shown(request.address)
  const first = fetchable(request.address)
  if (!first.ok) throw new Failed({ ...first.refusal, isPassing: false })
  let url = first.value
  for (let redirects = 0; ; redirects++) {
    const headers = headersFor(request, state)
    const response = await fetch(url, { headers, signal: deadline.signal, redirect: 'manual' })
    deadline.heard()
    const next = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || next === null) {
      if (response.status === 304 || response.status === 206) return response
      if (response.status === 200 && response.body) return response
      await response.body?.cancel()
      throw new Failed(refusedBy(response, at, state))
    }
    await response.body?.cancel()
    if (redirects >= redirectsMax) {
      const why = `is redirected more than ${redirectsMax} times, last to ${shown(next)}`
      throw new Failed({ code: 'no-network', why, at, isPassing: false })
    }
    const following = fetchable(next, url)
    if (!following.ok) {
      const why = `leads to ${shown(next)}, which ${following.refusal.why}`
      throw new Failed({ code: 'no-network', why, at, isPassing: false })
    }
    url = following.value
  }
}

/** A status that is no document. What was kept is not gone on with when its range is refused. */
function refusedBy({ status, headers }: Response, at: string, state: State): Failure {
  const isPassing = status >= 500 || status === 429 || status === 408 || status === 416
  if (status === 416) state.kept = null
  const seconds = Number(headers.get('retry-after'))
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : 0
  return { code: 'no-network', why: `the server answers ${status}`, at, isPassing, waitMs }
}

type Taking = {
  readonly request: Request
  readonly state: State
  readonly deadline: Deadline
}

/** Writes the body behind what is kept, or anew where the server sends it from its beginning. */
async function take(response: Response, { request, state, deadline }: Taking): Promise<void> {
  const { draft } = state
  const { bytesMax, onBytes } = request
  const wholeBytes = wholeOf(response, draft.sizeBytes)
  if (response.status !== 206) await draft.restart()
  else if (state.kept === null || startOf(response) !== draft.sizeBytes) {
    state.kept = null
    const why = 'the server sends another part than the one that was asked for'
    throw new Failed({ code: 'no-network', why, at: shown(request.address), isPassing: true })
  }
  if (wholeBytes !== null && wholeBytes > bytesMax) throw tooLarge(request)
  state.kept = keepable(response)
  for await (const piece of response.body ?? []) {
    deadline.heard()
    if (draft.sizeBytes + piece.length > bytesMax) throw tooLarge(request)
    await draft.append(piece)
    onBytes?.(draft.sizeBytes, wholeBytes)
  }
  if (wholeBytes !== null && draft.sizeBytes < wholeBytes) {
    const why = `ends after ${draft.sizeBytes} of ${wholeBytes} bytes`
    throw new Failed({ code: 'no-network', why, at: shown(request.address), isPassing: true })
  }
}

function tooLarge({ address, bytesMax }: Request): Failed {
  const why = `sends more than ${bytesMax} bytes, the most that is taken`
  return new Failed({ code: 'too-large', why, at: shown(address), isPassing: false })
}

/** All bytes of the document, where the server says it of them as they are written. */
function wholeOf({ status, headers }: Response, haveBytes: number): number | null {
  if (isEncoded(headers)) return null
  const length = headers.get('content-length')
  if (length === null || !/^\d{1,15}$/.test(length)) return null
  return Number(length) + (status === 206 ? haveBytes : 0)
}

const isEncoded = (headers: Headers): boolean =>
  (headers.get('content-encoding') ?? 'identity') !== 'identity'

/** Where the part begins that is sent: `bytes 500-999/1000`. */
function startOf({ headers }: Response): number {
  const found = /^bytes (\d{1,15})-/.exec(headers.get('content-range') ?? '')
  return Number(found?.[1] ?? Number.NaN)
}

/** A document can be gone on with when its version is named beyond doubt (RFC 9110, If-Range). */
function keepable({ headers }: Response): State['kept'] {
  const { etag } = validatorsOf(headers)
  const isStrong = etag?.startsWith('"') ?? false
  const isPartible = headers.get('accept-ranges') !== 'none' && !isEncoded(headers)
  return etag !== undefined && isStrong && isPartible ? { validator: etag } : null
}

function headersFor({ seen }: Request, { kept, draft }: State): Record<string, string> {
  if (kept !== null && draft.sizeBytes > 0) {
    const range = { range: `bytes=${draft.sizeBytes}-`, 'if-range': kept.validator }
    return { 'user-agent': 'parley', 'accept-encoding': 'identity', ...range }
  }
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
