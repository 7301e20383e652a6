import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { no, type Result, yes } from '#kernel/result.ts'
import { isLoopback } from '#platform/http/address.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import type { Ask, AskOptions, Model, Reply } from './model.ts'
import type { ModelCodec } from './model-codec.ts'
import { openaiChat } from './openai-chat.ts'
import { type Arrived, again, replyOf } from './reply.ts'

export const apis = ['openai', 'anthropic'] as const
export type Api = (typeof apis)[number]
const codecs = { openai: openaiChat, anthropic: anthropicMessages } as const satisfies Record<
  Api,
  ModelCodec
>

export type EndpointSettings = {
  readonly api: Api
  readonly model: string
  readonly base: string
  /** Null where the endpoint asks for none. */
  readonly key: string | null
  /** The marking of what requests carry, for the gateway. */
  readonly label: string | null
}

/** More than any turn of any model is. */
const answerBytesMax = 16 * 2 ** 20

/** A model behind an OpenAI- or Anthropic-compatible address, such as that of the gateway. */
export class EndpointModel implements Model {
  readonly name: string
  readonly at: string
  readonly #url: URL
  readonly #settings: EndpointSettings
  readonly #codec: ModelCodec
  readonly #agent: PlainAgent | TlsAgent

  /** Refuses an address that a key would go to in clear over a network. */
  static of(settings: EndpointSettings): Result<EndpointModel, string> {
    const base = settings.base.endsWith('/') ? settings.base : `${settings.base}/`
    const url = URL.parse(codecs[settings.api].path, base)
    if (url === null || !/^https?:$/.test(url.protocol)) {
      return no(`"${settings.base}" is no http or https address`)
    }
    if (url.protocol === 'http:' && !isLoopback(url.hostname) && settings.key !== null) {
      return no('a key is not sent over http to another machine: use https')
    }
    return yes(new EndpointModel(settings, url))
  }

  private constructor(settings: EndpointSettings, url: URL) {
    this.name = settings.model
    this.at = url.origin + url.pathname
    this.#url = url
    this.#settings = settings
    this.#codec = codecs[settings.api]
    const options = { keepAlive: true, maxSockets: 4_096, timeout: 0 }
    this.#agent = url.protocol === 'https:' ? new TlsAgent(options) : new PlainAgent(options)
  }

  bytesOf({ messages, tools }: Ask): number {
    let bytes = bytesOfValue(tools)
    for (const message of messages) bytes += bytesOfValue(message)
    return bytes
  }

  async ask(ask: Ask, { signal, timeoutMs }: AskOptions): Promise<Reply> {
    const limit = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)))
    try {
      const { arrived, textBytes } = await this.#sent(ask, AbortSignal.any([signal, limit]))
      return replyOf(arrived, this.#codec, { textBytes, outputTokensMax: ask.outputTokensMax })
    } catch (error) {
      if (error instanceof TooLarge) {
        const why = `the answer has more than ${answerBytesMax} bytes`
        return { is: 'failed', code: 'answer-too-large', why, isSpent: true }
      }
      const told = error instanceof Error && 'code' in error ? String(error.code) : 'broken off'
      const isBegun = !(
        error instanceof Error &&
        'code' in error &&
        notBegun.has(String(error.code))
      )
      const why = limit.aborted
        ? `no whole answer came within ${Math.ceil(timeoutMs / 1000)} s`
        : `the endpoint cannot be reached (${told})`
      return again(why, { isSpent: isBegun, isDown: !isBegun })
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  /** The body is let go as soon as it is sent: a thousand of them may wait for their answers. */
  #sent(ask: Ask, signal: AbortSignal): Promise<Sent> {
    const { key, label, model } = this.#settings
    const body = Buffer.from(JSON.stringify(this.#codec.bodyOf(ask, model)))
    const textBytes = body.length
    const send = this.#url.protocol === 'https:' ? tlsRequest : plainRequest
    return new Promise((settle, fail) => {
      const sent = send(this.#url, {
        method: 'POST',
        agent: this.#agent,
        signal,
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          'accept-encoding': 'identity',
          'parley-request': ask.request,
          ...(label !== null && { 'parley-label': label }),
          ...(key !== null && this.#codec.headersOf(key)),
        },
      })
      sent.once('error', fail)
      sent.once('response', (response) => {
        const told = arrivedOf(response).then((arrived) => ({ arrived, textBytes }))
        told.then(settle, (error: unknown) => {
          sent.destroy()
          fail(error)
        })
      })
      sent.end(body)
    })
  }
}

type Sent = { readonly arrived: Arrived; readonly textBytes: number }

/** Values of conversations do not change, and are told again with every turn. */
const sizes = new WeakMap<object, number>()

function bytesOfValue(value: object): number {
  const known = sizes.get(value)
  if (known !== undefined) return known
  const bytes = Buffer.byteLength(JSON.stringify(value))
  sizes.set(value, bytes)
  return bytes
}

/** Errors before a byte of a request left. */
const notBegun: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'],
])

class TooLarge extends Error {}

async function arrivedOf(response: IncomingMessage): Promise<Arrived> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of response) {
    bytes += piece.length
    if (bytes > answerBytesMax) throw new TooLarge()
    pieces.push(piece)
  }
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (typeof value === 'string') headers[name] = value
  }
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(pieces) }
}
