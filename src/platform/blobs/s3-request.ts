import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import type { Clock } from '#kernel/clock.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'

/** A bucket and how it is reached. The endpoint is a URL without a path; paths name the bucket. */
export type Bucket = {
  readonly endpoint: URL
  readonly region: string
  readonly name: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly clock: Clock
  /** A number from 0 to below 1, so that many processes do not try again at the same moment. */
  readonly random: () => number
  /** After this long without a sign of the store an attempt is given up. */
  readonly stallMs: number
  readonly attemptsMax: number
  /** Before the second attempt, at most; doubled before each one after it. */
  readonly pauseMs: number
}

export type BucketRequest = {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** The key of an object; absent for requests about the bucket. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

/** An answer of class 2, with a body as far as it is small. */
export type BucketAnswer = { readonly headers: Headers; readonly text: string }

/** Why a request failed; `isPassing` says that it may succeed when it is sent again. */
export type BucketFailure = Refusal & { readonly isPassing: boolean; readonly status?: number }

const textBytesMax = 2 ** 21
const pauseMsMax = 20_000
/** A slower line than this counts as none: 64 KiB a second. */
const bytesPerMs = 64
const emptySha256 = createHash('sha256').digest('hex')

/** Sends a request until it is answered for good or too many attempts have failed. */
export async function ask(
  bucket: Bucket,
  request: BucketRequest,
): Promise<Result<BucketAnswer, BucketFailure>> {
  return retrying(bucket, async () => {
    const begun = await begin(bucket, request)
    if (!begun.ok) return begun
    const { response, controller } = begun.value
    const read = await textOf(response, { bucket, controller })
    return read.ok ? yes({ headers: response.headers, text: read.value }) : read
  })
}

/** Waits between attempts for a random part of a time that doubles ("full jitter"). */
async function retrying<T>(
  { attemptsMax, pauseMs, random }: Bucket,
  attempt: () => Promise<Result<T, BucketFailure>>,
): Promise<Result<T, BucketFailure>> {
  for (let number = 1; ; number++) {
    const outcome = await attempt()
    if (outcome.ok || !outcome.refusal.isPassing || number >= attemptsMax) return outcome
    await pause(random() * Math.min(pauseMs * 2 ** (number - 1), pauseMsMax))
  }
}

type Begun = { readonly response: Response; readonly controller: AbortController }

/** One attempt, up to the head of the answer; an answer of another class than 2 is a failure. */
async function begin(
  bucket: Bucket,
  request: BucketRequest,
): Promise<Result<Begun, BucketFailure>> {
  const { method, body } = request
  const controller = new AbortController()
  const allowedMs = bucket.stallMs + (body?.length ?? 0) / bytesPerMs
  const { url, headers } = await signed(bucket, request)
  try {
    const response = await within(allowedMs, controller, () =>
      fetch(url, {
        ...{ method, headers, signal: controller.signal, redirect: 'manual' },
        ...(body === undefined ? {} : { body }),
      }),
    )
    if (response.ok) return yes({ response, controller })
    const text = await textOf(response, { bucket, controller })
    return no(failureOf(response.status, text.ok ? text.value : ''))
  } catch (error) {
    return no(unreachable(error))
  }
}

function signed(bucket: Bucket, { method, key, query, headers, body }: BucketRequest) {
  const url = new URL(bucket.endpoint)
  url.pathname = key === undefined ? `/${bucket.name}` : `/${bucket.name}/${key}`
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  const { accessKeyId, secretAccessKey, sessionToken, region, clock } = bucket
  const sha256 = body ? createHash('sha256').update(body).digest('hex') : emptySha256
  const signer = new AwsV4Signer({
    ...{ method, url: url.href, region, service: 's3', accessKeyId, secretAccessKey },
    ...(sessionToken === undefined ? {} : { sessionToken }),
    headers: { ...headers, 'x-amz-content-sha256': sha256 },
    datetime: clock
      .now()
      .toISOString()
      .replace(/[:-]|\.\d{3}/g, ''),
  })
  return signer.sign()
}

/** Gives a step up after a time; the time in which nobody asks for the next step does not count. */
async function within<T>(
  allowedMs: number,
  controller: AbortController,
  step: () => Promise<T>,
): Promise<T> {
  const timer = setTimeout(() => controller.abort(new Error('no answer in time')), allowedMs)
  try {
    return await step()
  } finally {
    clearTimeout(timer)
  }
}

type Reading = { readonly bucket: Bucket; readonly controller: AbortController }

async function textOf(
  response: Response,
  { bucket, controller }: Reading,
): Promise<Result<string, BucketFailure>> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for await (const piece of piecesOf(response, { bucket, controller })) {
      pieces.push(piece)
      sizeBytes += piece.length
      if (sizeBytes <= textBytesMax) continue
      const why = 'the object store answers with more than it should'
      return no({ code: 'no-network', why, isPassing: false })
    }
    return yes(Buffer.concat(pieces).toString('utf8'))
  } catch (error) {
    return no(unreachable(error))
  }
}

async function* piecesOf(
  { body }: Response,
  { bucket, controller }: Reading,
): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await within(bucket.stallMs, controller, () => reader.read())
      if (done) return
      yield value
    }
  } finally {
    controller.abort()
    await reader.cancel().catch(() => {})
  }
}

/** Thrown while an object is read; only the last of several failures is seen. */
export class BucketUnreadable extends Error {
  override readonly name = 'BucketUnreadable'
  readonly failure: BucketFailure

  constructor(failure: BucketFailure) {
    super(failure.why)
    this.failure = failure
  }
}

/**
 * The bytes of an object. When the connection breaks, reading goes on where it broke, as long as
 * the object is still the same.
 *
 * @throws {BucketUnreadable}
 */
export async function* bytesOf(bucket: Bucket, key: string): AsyncGenerator<Uint8Array> {
  let position = 0
  let etag: string | null = null
  for (let attempt = 1; ; attempt++) {
    const begun = await retrying(bucket, () => begin(bucket, rangeRequest(key, position, etag)))
    if (!begun.ok) throw new BucketUnreadable(begun.refusal)
    const { response, controller } = begun.value
    if (position > 0 && startOf(response) !== position) {
      controller.abort()
      throw new BucketUnreadable(unreachable(new Error('the store sends another part')))
    }
    etag = response.headers.get('etag')
    const reading = piecesOf(response, { bucket, controller })[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await nextOf(reading)
        if (next.ok && next.value.done) return
        if (!next.ok && (attempt >= bucket.attemptsMax || etag === null)) {
          throw new BucketUnreadable(next.refusal)
        }
        if (!next.ok) break
        yield next.value.value
        position += next.value.value.length
      }
    } finally {
      await reading.return(undefined)
    }
  }
}

/** Tells an error of the network, which this answers, from one of who reads, which passes by. */
async function nextOf(reading: AsyncGenerator<Uint8Array>) {
  try {
    return yes(await reading.next())
  } catch (error) {
    return no(unreachable(error))
  }
}

const rangeRequest = (key: string, position: number, etag: string | null): BucketRequest => ({
  method: 'GET',
  key,
  ...(position === 0 || etag === null
    ? {}
    : { headers: { range: `bytes=${position}-`, 'if-match': etag } }),
})

const startOf = ({ headers }: Response): number =>
  Number(/^bytes (\d{1,15})-/.exec(headers.get('content-range') ?? '')?.[1] ?? Number.NaN)

/** Codes of class 4 that say that this attempt, not this request, went wrong. */
const passingCodes: ReadonlySet<string> = new Set([
  ...['RequestTimeout', 'BadDigest', 'XAmzContentSHA256Mismatch', 'IncompleteBody', 'SlowDown'],
  ...['OperationAborted', 'InternalError'],
])
const fullCodes: ReadonlySet<string> = new Set(['XMinioStorageFull', 'QuotaExceeded'])

/** What an answer of another class than 2, or an error in one of class 2, comes to. */
export function failureOf(status: number, text: string): BucketFailure {
  const code = /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(text)?.[1]
  const why = `the object store answers ${status}${code === undefined ? '' : ` (${code})`}`
  if (status === 507 || (code !== undefined && fullCodes.has(code))) {
    return { code: 'disk-full', why, isPassing: false, status }
  }
  if (status === 404 && code !== 'NoSuchBucket') {
    return { code: 'not-found', why, isPassing: false, status }
  }
  if (status === 412) {
    return { code: 'no-network', why: 'was replaced while it was read', isPassing: false, status }
  }
  const isPassing =
    status >= 500 || status === 429 || status === 408 || passingCodes.has(code ?? '')
  if (isPassing) return { code: 'no-network', why, isPassing, status }
  const hint = 'check endpoint, region, bucket, credentials and the clock of this machine'
  return { code: 'not-configured', why, hint, isPassing, status }
}

/** @throws `error` when it is none of the network: that is a defect */
function unreachable(error: unknown): BucketFailure {
  if (!(error instanceof Error)) throw error
  const { cause } = error
  const words = cause instanceof Error ? cause.message : error.message
  const why = `the object store cannot be reached: ${words}`
  return { code: 'no-network', why, isPassing: true }
}
