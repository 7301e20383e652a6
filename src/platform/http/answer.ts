import type { ServerResponse } from 'node:http'
import { type Problem, presentProblem, problemKinds, problemMediaType } from './problem.ts'

export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>

/** What goes back to a client; a stream is taken at the speed of the client. */
export type Answer = {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array | string> | null
}

/** A value as JSON. */
export const jsonAnswer = (
  status: number,
  value: unknown,
  headers: AnswerHeaders = {},
): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
})

export const emptyAnswer = (status: number, headers: AnswerHeaders = {}): Answer => ({
  status,
  headers,
  body: null,
})

export function problemAnswer(given: Problem, requestId: string): Answer {
  const headers = { 'content-type': problemMediaType, 'cache-control': 'no-store' }
  return {
    status: problemKinds[given.code].status,
    headers: { ...headers, ...given.headers },
    body: JSON.stringify(presentProblem(given, requestId)),
  }
}

/** That a client takes a stream too slowly; its connection is closed, and it can come again. */
export class SlowClient extends Error {
  override readonly name = 'SlowClient'
}

export type WriteOptions = {
  /** A client that takes nothing for so long is given up. */
  readonly stallMs: number
  /** Awaited between the last byte of the body and the end of the answer. */
  readonly beforeEnd: (() => Promise<void>) | null
}

/** Writes an answer. Throws `SlowClient`, and what the source of a stream throws. */
export async function write(
  response: ServerResponse,
  { status, headers, body }: Answer,
  { stallMs, beforeEnd }: WriteOptions,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value])
  }
  response.statusCode = status
  const isHead = response.req.method === 'HEAD'
  if (body === null || typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? Buffer.alloc(0))
    if (status !== 204 && status !== 304) response.setHeader('content-length', bytes.length)
    if (beforeEnd === null) {
      response.end(isHead || bytes.length === 0 ? undefined : bytes)
      return
    }
    response.flushHeaders()
    if (!isHead && bytes.length > 0) response.write(bytes)
  } else if (isHead) await body[Symbol.asyncIterator]().return?.()
  else await writeStream(response, body, stallMs)
  await beforeEnd?.()
  response.end()
}

async function writeStream(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array | string>,
  stallMs: number,
): Promise<void> {
  // A file that is shorter than was said must not look whole.
  response.strictContentLength = true
  response.flushHeaders()
  for await (const piece of body) {
    if (response.destroyed) return
    if (!response.write(piece) && !response.destroyed) await drained(response, stallMs)
  }
}

/** Waits until the client has taken what was written, or has left. */
function drained(response: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer)
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    const timer = setTimeout(() => {
      reject(new SlowClient(`The client took nothing for ${stallMs} ms.`))
    }, stallMs)
    response.on('drain', done)
    response.on('close', done)
  })
}
