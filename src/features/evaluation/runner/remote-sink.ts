import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import { isLoopback } from '#platform/http/address.ts'
import { encodeSample, keyOfSample, type Sample } from '../sample.ts'
import { pause } from './pause.ts'
import { afterMsOf } from './reply.ts'
import type { SampleSink } from './sink.ts'

/** What a service answers about the samples of a run, as far as it is used. */
const ListShape = z.looseObject({
  items: z.array(z.looseObject({ task: z.string(), epoch: z.int() })),
  next: z.looseObject({ afterTask: z.string(), afterEpoch: z.int() }).nullable(),
})
const ProblemShape = z.looseObject({ title: z.string().optional(), detail: z.string().optional() })

/** A service that does not take what it is handed; it can be handed in again. */
export class SinkRefused extends Error {}

export type RemoteSettings = {
  /** The address of the service. */
  readonly base: string
  readonly run: string
  readonly token: string
  readonly signal: AbortSignal
}

/** Statuses by which one sample is refused for good, whatever becomes of the others. */
const ofThisSample: ReadonlySet<number> = new Set([409, 413, 422])

/** How long is waited before each further try. */
const waitsMs = [500, 2_000, 5_000, 15_000, 30_000] as const
const answerMs = 120_000

/** Hands finished samples in at a run of a service, each once. */
export class RemoteSink implements SampleSink {
  readonly #samples: URL
  readonly #settings: RemoteSettings

  static of(settings: RemoteSettings): Result<RemoteSink, string> {
    const base = settings.base.endsWith('/') ? settings.base : `${settings.base}/`
    const url = URL.parse(`v1/runs/${encodeURIComponent(settings.run)}/samples`, base)
    if (url === null || !/^https?:$/.test(url.protocol)) {
      return no(`"${settings.base}" is no http or https address`)
    }
    if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
      return no('a token is not sent over http to another machine: use https')
    }
    return yes(new RemoteSink(settings, url))
  }

  private constructor(settings: RemoteSettings, samples: URL) {
    this.#settings = settings
    this.#samples = samples
  }

  async finished(): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    let next: z.infer<typeof ListShape>['next'] = null
    do {
      const url = new URL(this.#samples)
      if (next !== null) {
        url.searchParams.set('afterTask', next.afterTask)
        url.searchParams.set('afterEpoch', String(next.afterEpoch))
      }
      const answer = await this.#asked(() => this.#fetch(url, {}))
      const read = ListShape.safeParse(await answer.json().catch(() => null))
      if (!read.success) {
        throw new SinkRefused(`${this.#samples.origin} does not answer like a Parley service`)
      }
      for (const one of read.data.items) found.add(keyOfSample(one))
      next = read.data.next
    } while (next !== null)
    return found
  }

  /** The sample is the first line, its transcript the others. */
  async keep(sample: Sample, transcriptPath: string): Promise<Result<null, string>> {
    const url = new URL(this.#samples)
    url.pathname += `/${encodeURIComponent(sample.task)}/${sample.epoch}`
    const put = () =>
      this.#fetch(url, {
        method: 'PUT',
        duplex: 'half',
        headers: { 'content-type': 'application/x-ndjson' },
        body: ReadableStream.from(linesOf(sample, transcriptPath)),
      })
    const answer = await this.#asked(put, ofThisSample)
    if (!answer.ok) return no(`${this.#samples.origin}: ${await detailOf(answer)}`)
    await answer.body?.cancel()
    return yes(null)
  }

  #fetch(url: URL, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#settings.token}` }
    const signal = AbortSignal.any([this.#settings.signal, AbortSignal.timeout(answerMs)])
    return fetch(url, { ...init, headers, signal, redirect: 'error' })
  }

  /**
   * Asks until there is an answer that counts, well or with a status that is asked for; what passes
   * by itself is waited for.
   */
  async #asked(
    ask: () => Promise<Response>,
    counting: ReadonlySet<number> = new Set(),
  ): Promise<Response> {
    for (let tries = 0; ; tries++) {
      const answer = await ask().catch((error: unknown) => reasonOf(error))
      if (typeof answer !== 'string' && (answer.ok || counting.has(answer.status))) return answer
      const passes = typeof answer === 'string' || answer.status === 429 || answer.status >= 500
      const waitMs = passes ? waitsMs[tries] : undefined
      const why = typeof answer === 'string' ? answer : await detailOf(answer)
      if (waitMs === undefined) throw new SinkRefused(`${this.#samples.origin}: ${why}`)
      const headers = typeof answer === 'string' ? {} : Object.fromEntries(answer.headers)
      const isOver = !(await pause(
        Math.max(waitMs, afterMsOf(headers) ?? 0),
        this.#settings.signal,
      ))
      if (isOver) throw new SinkRefused(`${this.#samples.origin}: ${why}`)
    }
  }
}

async function* linesOf(sample: Sample, transcriptPath: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${encodeSample(sample)}\n`)
  for await (const piece of createReadStream(transcriptPath)) yield piece
}

async function detailOf(answer: Response): Promise<string> {
  const read = ProblemShape.safeParse(await answer.json().catch(() => null))
  const told = read.success ? (read.data.detail ?? read.data.title) : undefined
  return `it answered ${answer.status}${told === undefined ? '' : `: ${told}`}`
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const told = cause instanceof Error ? cause : error
  return `it cannot be reached: ${told instanceof Error ? told.message : String(told)}`
}
