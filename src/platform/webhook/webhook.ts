import { lookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { isIPv6, type LookupFunction } from 'node:net'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { isLoopback } from '#platform/http/address.ts'
import { Deadline } from '#platform/http/deadline.ts'
import { isPublicAddress } from './public-address.ts'
import { webhookKeyOf, webhookSignature } from './signature.ts'

export type Webhook = {
  readonly url: string
  /** The same for every attempt at one event: receivers drop what they have seen. */
  readonly event: string
  /** JSON, as it is signed and sent. */
  readonly body: string
  /** `whsec_...`, known to the receiver. */
  readonly secret: string
}

export type WebhookSettings = {
  readonly clock: Clock
  /**
   * Hosts (`host` or `host:port`) that may be inside our own network. Only to these, and only when
   * they are this machine, may a webhook go by http.
   */
  readonly allowHosts: readonly string[]
  /** What a host's name stands for; the system's resolver unless given. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
  /** The authority that signed the receiver's certificate, in PEM, where it is not a public one. */
  readonly authority?: string
  /** After this long without an answer the attempt is given up. */
  readonly stallMs?: number
  /** After this long the attempt is given up in any case. */
  readonly wholeMs?: number
}

export type WebhookOutcome =
  /** The receiver answered with a status of class 2. */
  | { readonly kind: 'delivered'; readonly status: number }
  /** May succeed as it is, later. */
  | {
      readonly kind: 'retry'
      readonly why: string
      readonly status?: number
      /** How long the receiver asks to be left alone, at most a day. */
      readonly waitMs?: number
    }
  /** Will not succeed as it is. */
  | { readonly kind: 'permanent'; readonly why: string; readonly status?: number }

const defaults = { stallMs: 10_000, wholeMs: 20_000 } as const
const urlCharactersMax = 2048
const answerBytesMax = 2 ** 16
const waitMsMax = 86_400_000

/**
 * Where a webhook may go, as far as its text tells; refused as `bad-usage` otherwise. The numbers
 * behind a name are judged each time something is sent.
 */
export function parseWebhookUrl(text: string, allowHosts: readonly string[]): Result<URL> {
  const refuse = (why: string): Result<never> => no({ code: 'bad-usage', why })
  const url = text.length > urlCharactersMax ? null : URL.parse(text)
  if (url === null) return refuse('is no address, or is too long')
  const isAllowed = isListed(url, allowHosts)
  if (url.username !== '' || url.password !== '') return refuse('holds a user name or password')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isAllowed)) {
    return refuse('is not https')
  }
  if (isAllowed) return yes(url)
  const host = hostOf(url)
  const isNumber = isIPv6(host) || /^[0-9.]+$/.test(host)
  if (isLoopback(host) || (isNumber && !isPublicAddress(host))) {
    return refuse('is inside a network that webhooks do not go to')
  }
  return yes(url)
}

/** The URL parser has lowered the case and written out every form of a number. */
const isListed = (url: URL, allowHosts: readonly string[]): boolean =>
  allowHosts.some((host) => host === url.hostname || host === url.host)

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/**
 * Sends one event, once, signed as Standard Webhooks 1.0.0 says. It goes to a number that was
 * looked up and judged here, so that a name cannot come to mean another machine in between; no
 * redirect is followed. What the receiver answers is not kept.
 */
export async function sendWebhook(
  webhook: Webhook,
  settings: WebhookSettings,
): Promise<WebhookOutcome> {
  const url = parseWebhookUrl(webhook.url, settings.allowHosts)
  if (!url.ok) return { kind: 'permanent', why: `the address ${url.refusal.why}` }
  const key = webhookKeyOf(webhook.secret)
  if (key === null) return { kind: 'permanent', why: 'the secret is not one of Standard Webhooks' }
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(webhook.event)) {
    return { kind: 'permanent', why: 'the id of the event cannot stand in a header' }
  }
  const { stallMs = defaults.stallMs, wholeMs = defaults.wholeMs } = settings
  const deadline = new Deadline(stallMs, wholeMs)
  try {
    const addresses = await within(deadline, addressesOf(url.value, settings))
    const refusal = refusalOf(url.value, addresses, settings)
    if (refusal !== null) return refusal
    const timestamp = Math.floor(settings.clock.now().getTime() / 1000)
    const { body, event: id } = webhook
    return await exchange(url.value, {
      ...{ addresses, deadline, settings, body },
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'parley',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': webhookSignature(key, { id, timestamp, body }),
      },
    })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { kind: 'retry', why: `cannot be reached: ${deadline.why ?? reasonOf(error)}` }
  } finally {
    deadline.cancel()
  }
}

/** The code says enough; the words may hold the address of a machine inside. */
const reasonOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name

const within = <T>({ signal }: Deadline, work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, fail) => {
      signal.addEventListener('abort', () => fail(new Error('late')), { once: true })
    }),
  ])

async function addressesOf(url: URL, settings: WebhookSettings): Promise<readonly string[]> {
  const host = hostOf(url)
  if (settings.resolve) return settings.resolve(host)
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** All numbers of a name are judged: one inside our network is one that an attacker put there. */
function refusalOf(
  url: URL,
  addresses: readonly string[],
  { allowHosts }: WebhookSettings,
): WebhookOutcome | null {
  if (addresses.length === 0)
    return { kind: 'retry', why: 'the name of the host stands for nothing' }
  if (url.protocol === 'http:' && !addresses.every(isLoopback)) {
    return { kind: 'permanent', why: 'the address is not https' }
  }
  if (isListed(url, allowHosts) || addresses.every(isPublicAddress)) return null
  const why = 'the address is inside a network that webhooks do not go to'
  return { kind: 'permanent', why }
}

type Exchange = {
  readonly addresses: readonly string[]
  readonly deadline: Deadline
  readonly settings: WebhookSettings
  readonly body: string
  readonly headers: Readonly<Record<string, string | number>>
}

function exchange(url: URL, { addresses, deadline, settings, body, headers }: Exchange) {
  const options: RequestOptions = {
    ...{ method: 'POST', headers, signal: deadline.signal, maxHeaderSize: 2 ** 14, agent: false },
    lookup: answering(addresses),
    ...(settings.authority === undefined ? {} : { ca: settings.authority }),
  }
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise<WebhookOutcome>((done, fail) => {
    let outcome: WebhookOutcome | null = null
    const request = send(url, options, (response) => {
      const heard = outcomeOf(response, settings.clock)
      outcome = heard
      drain(response).then(() => done(heard), fail)
    })
    // What breaks after the status was heard does not make it unheard.
    request.on('error', (error) => (outcome === null ? fail(error) : done(outcome)))
    request.end(body)
  })
}

/** A resolver that knows nothing but the numbers that were judged. */
const answering =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, done) => {
    const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
    const [first] = found
    if (all || first === undefined) done(null, found)
    else done(null, first.address, first.family)
  }

/** Hears a short answer out, so that the receiver need not see its connection break. */
async function drain(response: IncomingMessage): Promise<void> {
  let answerBytes = 0
  try {
    for await (const piece of response) {
      answerBytes += Buffer.byteLength(piece)
      if (answerBytes > answerBytesMax) return
    }
  } catch {
    // The status is here already, and nothing else of the answer matters.
  } finally {
    response.destroy()
  }
}

/** Statuses of class 4 that say "not now" rather than "no". */
const laterStatuses: ReadonlySet<number> = new Set([408, 425, 429])

function outcomeOf({ statusCode: status = 0, headers }: IncomingMessage, clock: Clock) {
  if (status >= 200 && status < 300) return { kind: 'delivered', status } as const
  const why = `the receiver answers ${status}`
  if (status >= 300 && status < 400) {
    return { kind: 'permanent', why: `${why}: redirects are not followed`, status } as const
  }
  if (status < 500 && !laterStatuses.has(status)) return { kind: 'permanent', why, status } as const
  const waitMs = waitOf(headers['retry-after'], clock)
  return { kind: 'retry', why, status, ...(waitMs === null ? {} : { waitMs }) } as const
}

/** `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3). */
function waitOf(text: string | undefined, clock: Clock): number | null {
  if (text === undefined) return null
  const waitMs = /^\d{1,9}$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - clock.now().getTime()
  return Number.isFinite(waitMs) && waitMs > 0 ? Math.min(waitMs, waitMsMax) : null
}
