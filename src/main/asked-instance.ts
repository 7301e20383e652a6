import { z } from 'zod'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { isLoopback } from '#platform/http/address.ts'

/** Where a service is, checked so that no token is ever sent in the clear to another machine. */
export function serviceAddress(address: string): Result<URL> {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return no({ code: 'bad-usage', why: `--to ${address} is no http or https address` })
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    const hint = 'use https, or send from the machine of the service'
    const why = 'a token is not sent over http to another machine'
    return no({ code: 'bad-usage', why, hint })
  }
  return yes(url)
}

const ProblemBody = z.object({
  detail: z.string().optional(),
  title: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
})

type Sending = {
  readonly call: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const answerMs = 60_000
const answerBytesMax = 64 * 2 ** 20

/** A Parley service that is asked in JSON, with a token of the environment. */
export class AskedInstance {
  readonly #base: URL
  readonly #token: string

  private constructor(base: URL, token: string) {
    this.#base = base
    this.#token = token
  }

  /** The service that is named, or that of the environment, or that of this machine. */
  static of(to: string | undefined): Result<AskedInstance> {
    const { serviceToken, serviceUrl } = environmentOf()
    const url = serviceAddress(to ?? serviceUrl ?? 'http://127.0.0.1:7300')
    if (!url.ok) return url
    if (serviceToken === undefined) {
      const hint = 'make one on the Tokens page, or with "parley token", and set PARLEY_TOKEN to it'
      return no({ code: 'not-configured', why: 'there is no token to send with', hint })
    }
    return yes(new AskedInstance(url.value, serviceToken))
  }

  /**
   * Asks, and reads the answer as `shape`. Refused with what the service said, each thing that is
   * wrong with its JSON pointer.
   */
  ask<S extends z.ZodType>(call: string, shape: S, body?: unknown): Promise<Result<z.output<S>>> {
    return this.send(shape, { call, body })
  }

  /** The same, with headers beside those that every request has. */
  async send<S extends z.ZodType>(
    shape: S,
    { call, body, headers }: Sending,
  ): Promise<Result<z.output<S>>> {
    const [method = 'GET', path = ''] = call.split(' ')
    try {
      const response = await fetch(new URL(path, this.#base), {
        ...{ method, redirect: 'error', signal: AbortSignal.timeout(answerMs) },
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await boundedText(response)
      if (!response.ok) return no(refusalOf(response.status, text))
      const value: unknown = text === '' ? null : JSON.parse(text)
      const read = shape.safeParse(value)
      return read.success ? yes(read.data) : no(notParley(this.#base.origin))
    } catch (error) {
      if (error instanceof SyntaxError) return no(notParley(this.#base.origin))
      const cause = error instanceof Error ? (error.cause ?? error) : error
      const why = cause instanceof Error ? cause.message : String(cause)
      return no({ code: 'no-network', why: `${this.#base.origin} cannot be reached: ${why}` })
    }
  }
}

async function boundedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of response.body ?? []) {
    bytes += piece.length
    if (bytes > answerBytesMax) throw new Error('its answer is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function refusalOf(status: number, text: string): Refusal {
  const told = problemIn(text)
  const detail = told?.detail ?? told?.title ?? `it answered ${status}`
  const wrong = told?.errors?.map(({ pointer, detail: what }) => `${pointer}: ${what}`) ?? []
  const why = [detail, ...wrong].join('\n  ')
  if (status === 401) return { code: 'not-configured', why, hint: 'look at PARLEY_TOKEN' }
  return { code: status === 404 ? 'not-found' : 'malformed', why }
}

function problemIn(text: string): z.infer<typeof ProblemBody> | null {
  try {
    const read = ProblemBody.safeParse(JSON.parse(text))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

const notParley = (origin: string): Refusal => ({
  ...{ code: 'no-network', why: `${origin} does not answer like a Parley service` },
})
