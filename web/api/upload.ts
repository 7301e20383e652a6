import { ProblemError, unreachable } from './problem.ts'
import type { ImportAccepted } from './types.ts'

/** As the server: a body above this is refused before it is read. */
export const uploadBytesMax = 256 * 1024 * 1024

/** The server takes changes from a cookie only with this header, which no other site can set. */
const changeHeaders = { 'x-requested-by': 'parley' } as const

export type UploadWish = {
  readonly file: Blob
  readonly name: string
  readonly series: string
  /** A marking; empty for what is usual. */
  readonly label: string
  /** The same key sent again is the same hand-in: nothing is stored twice. */
  readonly idempotencyKey: string
  readonly onSent: (bytes: number) => void
  readonly signal: AbortSignal
}

/**
 * Streams one file to the server. XMLHttpRequest, because fetch tells nothing of how much was sent.
 * Throws ProblemError when the server says no or is not reached, an AbortError when stopped.
 */
export function upload(wish: UploadWish): Promise<ImportAccepted> {
  const { file, name, series, label, idempotencyKey, onSent, signal } = wish
  const { promise, resolve, reject } = Promise.withResolvers<ImportAccepted>()
  const request = new XMLHttpRequest()
  const query = new URLSearchParams({ name, ...(series === '' ? {} : { series }) })
  request.open('POST', `/v1/reports/bulk?${query}`)
  const headers = {
    ...changeHeaders,
    accept: 'application/json',
    'content-type': 'application/octet-stream',
    'idempotency-key': idempotencyKey,
    ...(label === '' ? {} : { 'parley-label': label }),
  }
  for (const [header, value] of Object.entries(headers)) request.setRequestHeader(header, value)
  request.responseType = 'json'
  request.upload.onprogress = ({ loaded }) => onSent(loaded)
  request.onerror = () => reject(unreachable())
  request.onabort = () => reject(new DOMException('Stopped', 'AbortError'))
  request.onload = () => {
    const { status, response } = request
    if (status < 300) resolve(response)
    else reject(new ProblemError(status, isMembers(response) ? response : {}))
  }
  signal.addEventListener('abort', () => request.abort(), { once: true })
  request.send(file)
  return promise
}

const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
