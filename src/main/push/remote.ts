import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { ImportAcceptedWire, ImportWire } from '#features/report/report.wire.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { serviceAddress } from '../asked-instance.ts'
import type { Sendable } from './digest.ts'

/** What became of a document, as far as it was followed. */
export type Followed = z.infer<typeof ImportWire>['counts'] & {
  readonly id: string
  readonly name: string
  readonly state: z.infer<typeof ImportWire>['state']
  /** How many problems lost something. */
  readonly lost: number
  readonly why?: string
}

export type Sent = Sendable & {
  readonly name: string
  readonly series: string | undefined
  readonly label: string | undefined
  readonly format: string | undefined
  readonly onBytes: (bytes: number) => void
  readonly onPause: (seconds: number, why: string) => void
}

export type Following = {
  readonly isWaiting: boolean
  readonly onState: (now: Followed) => void
}

/** A service that is busy or away is tried again with growing pauses, some five minutes in all. */
const pausesSeconds = [1, 2, 4, 8, 15, 30, 60, 60, 60, 60]
const askEachMs = 400

const ProblemBody = z.object({ detail: z.string().optional(), title: z.string().optional() })

/** What makes one request another one, besides its document. */
const requestOf = (path: string, { label }: Sent): string =>
  label === undefined ? path : `${path} ${label}`

/** A Parley service, reached with a token. */
export class RemoteService {
  readonly origin: string
  readonly #base: URL
  readonly #token: string

  private constructor(base: URL, token: string) {
    this.#base = base
    this.origin = base.origin
    this.#token = token
  }

  static at(address: string, token: string | undefined): Result<RemoteService> {
    const url = serviceAddress(address)
    if (!url.ok) return url
    if (token === undefined) {
      const hint = 'make one on the Tokens page, or with "parley token", and set PARLEY_TOKEN to it'
      return no({ code: 'not-configured', why: 'there is no token to send with', hint })
    }
    return yes(new RemoteService(url.value, token))
  }

  /** Whether the service still knows an import; unsure is no. */
  async has(id: string): Promise<boolean> {
    try {
      return (await this.#ask(`/v1/imports/${encodeURIComponent(id)}`)).ok
    } catch {
      return false
    }
  }

  /** Sends a document and answers its import; it is on the disk of the service then. */
  async send(sent: Sent): Promise<Result<string>> {
    const query = new URLSearchParams({ name: sent.name })
    if (sent.series !== undefined) query.set('series', sent.series)
    if (sent.format !== undefined) query.set('format', sent.format)
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#sendOnce(`/v1/reports/bulk?${query}`, sent)
      const wait = pausesSeconds[attempt]
      if (outcome.is === 'done') return outcome.result
      if (wait === undefined) return no({ code: 'no-network', why: outcome.why, hint: againHint })
      const seconds = Math.min(outcome.seconds ?? wait, 300)
      sent.onPause(seconds, outcome.why)
      await pause(seconds * 1000)
    }
  }

  async #sendOnce(path: string, sent: Sent): Promise<Attempt> {
    try {
      const response = await fetch(new URL(path, this.#base), {
        method: 'POST',
        redirect: 'error',
        duplex: 'half',
        headers: {
          ...this.#headers(),
          'content-type': 'application/octet-stream',
          'idempotency-key': `push-${sent.sha256}-${digestOfText(requestOf(path, sent))}`,
          ...(sent.label !== undefined && { 'parley-label': sent.label }),
        },
        body: ReadableStream.from(counted(sent)),
      })
      if (response.status === 503 || response.status === 429) {
        const seconds = Number(response.headers.get('retry-after'))
        const why = await detailOf(response)
        return { is: 'later', why, ...(seconds > 0 && { seconds }) }
      }
      if (!response.ok) return { is: 'done', result: no(await refusalOf(response)) }
      const accepted = ImportAcceptedWire.safeParse(await response.json())
      if (!accepted.success) return { is: 'done', result: no(notParley(this.origin)) }
      return { is: 'done', result: yes(accepted.data.import) }
    } catch (error) {
      return { is: 'later', why: `${this.origin} cannot be reached: ${reasonOf(error)}` }
    }
  }

  /** Follows an import until it is placed, or tells once how far it is. */
  async follow(id: string, { isWaiting, onState }: Following): Promise<Result<Followed>> {
    let failures = 0
    for (;;) {
      try {
        const response = await this.#ask(`/v1/imports/${encodeURIComponent(id)}`)
        if (response.ok) {
          failures = 0
          const read = ImportWire.safeParse(await response.json())
          if (!read.success) return no(notParley(this.origin))
          const now = followedOf(read.data)
          if (!isWaiting || now.state === 'placed' || now.state === 'refused') return yes(now)
          onState(now)
        } else if (response.status !== 503 && response.status !== 429) {
          return no(await refusalOf(response))
        }
      } catch (error) {
        failures++
        if (failures > pausesSeconds.length) {
          const why = `${this.origin} cannot be reached: ${reasonOf(error)}`
          return no({ code: 'no-network', why, hint: 'what was sent is safe there' })
        }
        await pause((pausesSeconds[failures - 1] ?? 1) * 1000)
      }
      await pause(askEachMs)
    }
  }

  #ask(path: string): Promise<Response> {
    const signal = AbortSignal.timeout(30_000)
    return fetch(new URL(path, this.#base), { headers: this.#headers(), redirect: 'error', signal })
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` }
  }
}

type Attempt =
  | { readonly is: 'done'; readonly result: Result<string> }
  | { readonly is: 'later'; readonly why: string; readonly seconds?: number }

const againHint = 'run the same command again: what was sent is not sent twice'

/** Short and without characters that a header may not have. */
const digestOfText = (text: string): string => {
  let hash = 0
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0
  return (hash >>> 0).toString(16)
}

async function* counted({ open, onBytes }: Sent): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of open()) {
    bytes += piece.length
    onBytes(bytes)
    yield piece
  }
}

function followedOf({ id, name, state, counts, problems }: z.infer<typeof ImportWire>): Followed {
  const lost = problems.filter((problem) => problem.lost)
  const why = lost[0]?.why
  return { ...counts, id, name, state, lost: lost.length, ...(why !== undefined && { why }) }
}

async function refusalOf(response: Response) {
  const why = await detailOf(response)
  if (response.status === 401 || response.status === 403) {
    const hint = 'the token in PARLEY_TOKEN is not valid here'
    return { code: 'not-configured', why, hint } as const
  }
  if (response.status === 413) return { code: 'too-large', why } as const
  return { code: 'malformed', why: `the service answered ${response.status}: ${why}` } as const
}

async function detailOf(response: Response): Promise<string> {
  try {
    const told = ProblemBody.parse(await response.json())
    return told.detail ?? told.title ?? `it answered ${response.status}`
  } catch {
    return `it answered ${response.status}`
  }
}

const notParley = (origin: string) =>
  ({ code: 'no-network', why: `${origin} does not answer like a Parley service` }) as const

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error) return cause.message
  return error instanceof Error ? error.message : String(error)
}
