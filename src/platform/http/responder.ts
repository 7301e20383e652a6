import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Log } from '#platform/log/log.ts'
import { type Answer, emptyAnswer, problemAnswer, SlowClient, write } from './answer.ts'
import { notFound } from './arrival.ts'
import { Body, type BodyLimits, BodyRefused, carriesBody, declaredBytes } from './body.ts'
import type { Connections } from './connection.ts'
import { cookiesOf } from './cookie.ts'
import { ambiguity, crossOrigin, foreignHost, forgeable, type Place } from './gate.ts'
import { type Problem, problem, unauthenticated } from './problem.ts'
import type { Admission, Route } from './route.ts'
import { securityHeaders } from './security-headers.ts'
import type { Texts } from './validate.ts'

/** What a request shows of who sends it. */
export type Credentials = {
  readonly headers: IncomingHttpHeaders
  readonly cookies: ReadonlyMap<string, string>
  readonly address: string
  readonly isSecure: boolean
}

/** Who sends a request. A browser sends cookies unasked, so more is asked of such a request. */
export type Authenticated<P> = { readonly principal: P; readonly by: 'token' | 'cookie' }

/** Pages beside the routes; null where there is none at a path. */
export type Pages = {
  readonly answer: (path: string, headers: IncomingHttpHeaders) => Answer | null
}

/** How one request went. The route is a template: paths and queries may hold secrets. */
export type Observation = {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly seconds: number
}

export type ResponderOptions<P> = {
  readonly routes: readonly Route<P>[]
  /** Null for whoever shows nothing or nothing valid. */
  readonly authenticate: (shown: Credentials) => Promise<Authenticated<P> | null>
  readonly log: Log
  readonly clock: Clock
  /** What the log calls a principal; an identifier, never a name or an address. */
  readonly principalId?: (principal: P) => string
  /** Seconds after which to come again; null while there is room. Nothing is read meanwhile. */
  readonly saturated?: () => number | null
  /** What an outage is answered with, such as a full disk; null for what is a bug. */
  readonly problemOf?: (error: unknown) => Problem | null
  readonly observe?: (seen: Observation) => void
  readonly pages?: Pages
  readonly bodyLimits?: Partial<BodyLimits>
}

/** What the responder knows of its server. */
export type Surroundings = {
  readonly place: Place
  readonly connections: Connections
  readonly closing: AbortSignal
  readonly lingerMs: number
  readonly stallMs: number
}

/** A request for which the router looked. */
export type Found<P> = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly route: Route<P> | null
  readonly params: Texts
  /** What is wrong with the address, where that is what the router says. */
  readonly fault?: Problem
  readonly address: string
  readonly isHttps: boolean
  /** Methods of the routes at this path, for a request that has none. */
  readonly methods: readonly string[]
}

const defaults: BodyLimits = { bytesMax: 2 ** 20, idleMs: 10_000, wholeMs: 30_000 }

/** An unread body up to this size is taken and thrown away, and the connection stays open. */
const smallBodyBytes = 65_536

/** One request and what belongs to it while it is being answered. */
type Exchange = {
  readonly requestId: string
  readonly isSecure: boolean
  readonly body: Body
  readonly gone: AbortController
  readonly log: Log
  readonly begun: number
  /** Who sends it, for the log. */
  who?: string
}

/** Answers requests by a table of routes, each from the first gate to the last byte. */
export class Responder<P> {
  readonly #options: ResponderOptions<P>
  readonly #around: Surroundings
  /** Requests whose client waits to be told to send the body (RFC 9110 section 10.1.1). */
  readonly #waiting = new WeakSet<IncomingMessage>()

  constructor(options: ResponderOptions<P>, around: Surroundings) {
    this.#options = options
    this.#around = around
  }

  /** The body of this request comes only when it is asked for. */
  holdBody(request: IncomingMessage): void {
    this.#waiting.add(request)
  }

  /** Answers one request; never throws. */
  async serve(found: Found<P>): Promise<void> {
    const { response } = found
    const exchange = this.#begin(found)
    const answer = await this.#answer(found, exchange)
    try {
      const beforeEnd = this.#ending(found, exchange)
      await write(response, answer, { stallMs: this.#around.stallMs, beforeEnd })
    } catch (error) {
      if (error instanceof SlowClient) exchange.log.info('the client is too slow')
      else if (!response.destroyed) exchange.log.error('the answer broke off', { error })
      response.destroy()
    }
    this.#observe(found, exchange)
  }

  #begin(found: Found<P>): Exchange {
    const { request, response, route } = found
    const { place, connections } = this.#around
    const requestId = randomBytes(9).toString('hex')
    const gone = new AbortController()
    const limits = { ...defaults, ...this.#options.bodyLimits, ...route?.limits }
    const body = new Body(request, limits, () => {
      if (this.#waiting.delete(request)) response.writeContinue()
    })
    const isSecure = found.isHttps || place.publicUrl?.protocol === 'https:'
    for (const [name, value] of Object.entries(securityHeaders(isSecure))) {
      response.setHeader(name, value)
    }
    response.setHeader('x-request-id', requestId)
    response.once('close', () => gone.abort())
    response.on('error', () => gone.abort())
    connections.begin({ body, response })
    if (route?.kind === 'events') endWithClient(request, response)
    const log = this.#options.log.with({ requestId, route: route?.path ?? null })
    return { requestId, isSecure, body, gone, log, begun: performance.now() }
  }

  async #answer(found: Found<P>, exchange: Exchange): Promise<Answer> {
    try {
      const admission = await this.#admit(found, exchange)
      return admission.ok ? await admission.value(exchange.body) : admission.refusal
    } catch (error) {
      return problemAnswer(this.#problemOf(error, exchange), exchange.requestId)
    }
  }

  #problemOf(error: unknown, { log, gone }: Exchange): Problem {
    if (error instanceof BodyRefused) return error.problem
    const known = this.#options.problemOf?.(error) ?? null
    if (known !== null) {
      log.warn('cannot answer for now', { error })
      return known
    }
    if (gone.signal.aborted) log.info('the client left', { error })
    else log.error('failed', { error })
    return problem('failed', 'Something is broken here; the log has it under this request.')
  }

  /** Everything that is decided before a byte of the body is read. */
  async #admit(found: Found<P>, exchange: Exchange): Promise<Admission> {
    const { requestId } = exchange
    const refuse = (refused: Problem): Admission => no(problemAnswer(refused, requestId))
    const wrong = this.#wrongWith(found)
    if (wrong !== null) return refuse(wrong)
    const { route } = found
    if (route === null) return no(this.#unrouted(found, requestId))
    const who = await this.#authenticate(route, found, exchange)
    if (!who.ok) return refuse(who.refusal)
    const { request, params, address } = found
    return route.admit({
      method: request.method ?? '',
      params,
      search: searchOf(request.url ?? '/'),
      headers: request.headers,
      principal: who.value,
      carriesBody: carriesBody(request),
      closing: this.#around.closing,
      signal: exchange.gone.signal,
      clock: this.#options.clock,
      requestId,
      address,
      isSecure: exchange.isSecure,
    })
  }

  #wrongWith({ request, route, fault }: Found<P>): Problem | null {
    const { place, closing } = this.#around
    if (closing.aborted) return saturated(1)
    const waitS = route?.isEssential ? null : (this.#options.saturated?.() ?? null)
    if (waitS !== null) return saturated(waitS)
    const wrong = ambiguity(request) ?? foreignHost(request.headers.host, place) ?? fault
    if (wrong) return wrong
    if (route === null || route.origin === 'any') return null
    return crossOrigin({ method: request.method ?? '', headers: request.headers, place })
  }

  async #authenticate(
    route: Route<P>,
    { request, address }: Found<P>,
    exchange: Exchange,
  ): Promise<Result<P | null, Problem>> {
    if (route.access.credentials === 'ignored') return yes(null)
    const { headers, method = '' } = request
    const cookies = cookiesOf(headers.cookie)
    const shown = { headers, cookies, address, isSecure: exchange.isSecure }
    const known = await this.#options.authenticate(shown)
    if (known === null) {
      return headers.authorization === undefined ? yes(null) : no(unauthenticated())
    }
    const { place } = this.#around
    const forged = known.by === 'cookie' ? forgeable({ method, headers, place }) : null
    if (forged !== null) return no(forged)
    const { principalId } = this.#options
    if (principalId) exchange.who = principalId(known.principal)
    return yes(known.principal)
  }

  /** At a path without a route: a page, the methods that the path has, or nothing. */
  #unrouted({ request, methods }: Found<P>, requestId: string): Answer {
    const { method = '', headers, url = '/' } = request
    const isReading = method === 'GET' || method === 'HEAD'
    const page = this.#options.pages?.answer(url.replace(/[?#].*$/s, ''), headers) ?? null
    if (isReading && page !== null && methods.length === 0) return page
    const known = page === null ? methods : [...new Set([...methods, 'GET', 'HEAD'])]
    // A method that is there, but not for this: such as a name beyond the bound of the router.
    if (known.length === 0 || known.includes(method)) return problemAnswer(notFound(), requestId)
    const allow = [...known, 'OPTIONS'].sort().join(', ')
    if (method === 'OPTIONS') return emptyAnswer(204, { allow })
    const refused = problem('wrong-method', `Here one can ${allow}.`, { headers: { allow } })
    return problemAnswer(refused, requestId)
  }

  /**
   * What to do with a body that was not read to its end. A small one is taken, so that the
   * connection can go on; behind a large one it closes, once the answer had time to arrive.
   */
  #ending({ request, response }: Found<P>, { body }: Exchange): (() => Promise<void>) | null {
    const { closing, lingerMs } = this.#around
    if (closing.aborted) response.setHeader('connection', 'close')
    if (body.isDone) return null
    const isHeld = this.#waiting.has(request)
    const declared = declaredBytes(request)
    const isSmall = declared > 0 && declared <= smallBodyBytes && !isHeld && !body.isBroken
    if (!isSmall) response.setHeader('connection', 'close')
    if (isHeld || body.isBroken) return null
    return async () => {
      await body.drain(lingerMs)
      if (!body.isDone) response.once('finish', () => request.socket.destroySoon())
    }
  }

  #observe({ request, response, route }: Found<P>, { log, begun, who }: Exchange): void {
    const seconds = (performance.now() - begun) / 1000
    const { method = '' } = request
    const { statusCode: status } = response
    // How long somebody listens says nothing of how quick the server is.
    const isQuick = route?.kind !== 'events' || status !== 200
    if (isQuick) this.#options.observe?.({ method, route: route?.path ?? 'none', status, seconds })
    const fields = { method, status, ms: Math.round(seconds * 10_000) / 10, ...(who && { who }) }
    if (route?.isEssential) log.debug('answered', fields)
    else log.info('answered', fields)
  }
}

/** What stands behind the question mark of a request target. */
const searchOf = (target: string): URLSearchParams =>
  new URLSearchParams(/\?([^#]*)/.exec(target)?.[1] ?? '')

/** Who only listens has left when it closes its side; others may still wait for their answer. */
function endWithClient({ socket }: IncomingMessage, response: ServerResponse): void {
  const leave = (): void => {
    response.destroy()
  }
  socket.once('end', leave)
  response.once('close', () => socket.off('end', leave))
}

const saturated = (retryS: number): Problem =>
  problem('saturated', 'There is no room at the moment; nothing was read. Come again later.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryS))) },
  })
