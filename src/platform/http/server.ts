import type { Socket } from 'node:net'
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { assert } from '#kernel/assert.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { Connections } from './connection.ts'
import { bindsLoopback } from './gate.ts'
import { portHolder } from './port-holder.ts'
import { type Problem, problem } from './problem.ts'
import { type Found, Responder, type ResponderOptions } from './responder.ts'
import type { Route } from './route.ts'
import type { Texts } from './validate.ts'

/** Bounds of connections; `limits` of a route bound its body. */
export type ConnectionLimits = {
  /** Of the head of a request; more is answered with 431. */
  readonly headerBytesMax: number
  /** For the head of a request to be complete; then 408. */
  readonly headersMs: number
  readonly keepAliveMs: number
  readonly connectionsMax: number
  /** How long the rest of an unread body is thrown away, so that the answer arrives. */
  readonly lingerMs: number
  /** How long a client may take nothing of a stream. */
  readonly stallMs: number
}

const defaults: ConnectionLimits = {
  headerBytesMax: 16_384,
  headersMs: 10_000,
  keepAliveMs: 65_000,
  connectionsMax: 4_096,
  lingerMs: 1_000,
  stallMs: 30_000,
}

export type ServerOptions<P> = ResponderOptions<P> & {
  /** `127.0.0.1` is this machine only; `0.0.0.0` or `::` everybody who can reach it. */
  readonly host: string
  /** 0 is any free one. */
  readonly port: number
  /** What people put in their browser, where that is not the address of this server. */
  readonly publicUrl?: URL
  /** Addresses or CIDR blocks of proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies?: readonly string[]
  readonly connectionLimits?: Partial<ConnectionLimits>
}

/** How long `close` lets requests finish. */
const closeMs = 5_000

/** How long what was cut off may take to notice. */
const haltMs = 1_000

/**
 * Serves a table of routes over HTTP/1.1 until it is closed.
 *
 * @example
 * const http = await listen<Person>({
 *   host: '127.0.0.1',
 *   port: 7300,
 *   routes: [...caseRoutes(db), ...operationRoutes({ metrics, checks })],
 *   authenticate: async ({ headers, cookies }) => {
 *     const token = bearerOf(headers)
 *     if (token !== null) return known(await personOfToken(db, token), 'token')
 *     const session = cookies.get(cookieName('session', isSecure))
 *     return session === undefined ? null : known(await personOfSession(db, session), 'cookie')
 *   },
 *   log,
 *   clock: systemClock,
 *   principalId: (person) => person.id,
 *   saturated: () => (queue.isFull ? 5 : null), // Retry-After in seconds; nothing is read
 *   problemOf: (error) => (isOutage(error) ? problem('saturated', '…') : null),
 *   observe: metrics.observeRequest,
 *   pages: await webFolder('dist/web'),
 * })
 * if (!http.ok) return refuse(http.refusal) // such as: port 7300 is taken by node (pid 12)
 * console.log(http.value.url)
 * await http.value.close() // lets requests finish for 5 s, ends streams at once
 *
 * Which gates a request passes, in this order, before its body is read: 503 while closing or
 * saturated, 400 ambiguous headers, 421 foreign `Host`, 404/405, 403 page of another origin,
 * 401 credentials, 403 change with a cookie but without `x-requested-by`, then the route's own:
 * access, 415 type, 413 length. Cookies need both headers; tokens need neither.
 */
export async function listen<P>(options: ServerOptions<P>): Promise<Result<HttpServer<P>>> {
  const server = new HttpServer(options)
  const refusal = await server.open()
  return refusal === null ? yes(server) : no(refusal)
}

export class HttpServer<P> {
  readonly #options: ServerOptions<P>
  readonly #app: FastifyInstance
  readonly #responder: Responder<P>
  readonly #connections = new Connections()
  readonly #closing = new AbortController()
  readonly #serving = new Set<Promise<void>>()
  readonly #routes = new Map<string, Route<P>>()
  readonly #methods: readonly { readonly form: RegExp; readonly methods: readonly string[] }[]
  #url = ''

  constructor(options: ServerOptions<P>) {
    this.#options = options
    const limits = { ...defaults, ...options.connectionLimits }
    const { host, publicUrl = null } = options
    this.#responder = new Responder(options, {
      place: { isLoopback: bindsLoopback(host), publicUrl },
      connections: this.#connections,
      closing: this.#closing.signal,
      lingerMs: limits.lingerMs,
      stallMs: limits.stallMs,
    })
    this.#methods = options.routes.map(({ path, method }) => ({
      form: formOf(path),
      methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
    }))
    this.#app = this.#build(limits)
  }

  /** Where it listens, such as `http://127.0.0.1:7300`. */
  get url(): string {
    return this.#url
  }

  /** Begins to listen; answers why not when that is not possible. */
  async open(): Promise<Refusal | null> {
    const { port, host } = this.#options
    try {
      const at = host === 'localhost' ? '127.0.0.1' : host
      this.#url = await this.#app.listen({ host: at, port })
      return null
    } catch (error) {
      await this.#app.close()
      return cannotListen(error, host, port)
    }
  }

  /**
   * Takes nothing further, lets requests finish, ends streams, and cuts off what is not done in
   * time. Afterwards nothing runs here any more, so that what requests use can be closed.
   */
  async close(withinMs: number = closeMs): Promise<void> {
    this.#closing.abort()
    this.#connections.closeIdle()
    const timer = setTimeout(() => {
      this.#app.server.closeAllConnections()
    }, withinMs)
    await this.#app.close()
    clearTimeout(timer)
    const late = Promise.withResolvers<void>()
    const patience = setTimeout(late.resolve, haltMs)
    await Promise.race([Promise.all(this.#serving), late.promise])
    clearTimeout(patience)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #build(limits: ConnectionLimits): FastifyInstance {
    const { trustedProxies = [] } = this.#options
    const app = fastify({
      logger: false,
      exposeHeadRoutes: false,
      return503OnClosing: false,
      trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
      keepAliveTimeout: limits.keepAliveMs,
      requestTimeout: 0, // Bodies have limits of their own, by route.
      http: {
        maxHeaderSize: limits.headerBytesMax,
        requireHostHeader: false, // Refused by a gate of ours, as a problem.
        headersTimeout: limits.headersMs,
        connectionsCheckingInterval: Math.max(100, Math.min(1_000, limits.headersMs / 4)),
      },
      routerOptions: { maxParamLength: 512, querystringParser: () => ({}) },
      clientErrorHandler: (error, socket) => this.#connections.refuse(error, socket),
      frameworkErrors: (error, request, reply) => {
        reply.hijack()
        const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH'
        const why = problem('malformed', 'The path is not well encoded.')
        this.#serve(this.#found(request, reply.raw, isLong ? undefined : why))
      },
    })
    // Everything is answered here, so that nothing of fastify reads a body before the gates.
    app.addHook('onRequest', (request, reply) => {
      reply.hijack()
      this.#serve(this.#found(request, reply.raw))
    })
    app.setNotFoundHandler(() => {})
    for (const route of this.#options.routes) this.#add(app, route)
    this.#tune(app, limits)
    return app
  }

  #serve(found: Found<P>): void {
    const serving = this.#responder.serve(found)
    this.#serving.add(serving)
    void serving.finally(() => this.#serving.delete(serving))
  }

  #add(app: FastifyInstance, route: Route<P>): void {
    const url = route.path.replace(/\{(\w+)\}/g, ':$1')
    const key = `${route.method} ${url}`
    assert(!this.#routes.has(key), `${key} is there twice`)
    this.#routes.set(key, route)
    const method = route.method === 'GET' ? ['GET', 'HEAD'] : route.method
    app.route({ method, url, handler: () => {} })
  }

  #tune({ server }: FastifyInstance, limits: ConnectionLimits): void {
    server.maxConnections = limits.connectionsMax
    // A client that has sent its request may close its side and still waits for the answer.
    Reflect.set(server, 'httpAllowHalfOpen', true)
    server.on('connection', (socket: Socket) => this.#connections.opened(socket))
    server.on('checkContinue', (request, response) => {
      this.#responder.holdBody(request)
      server.emit('request', request, response)
    })
  }

  #found(request: FastifyRequest, response: Found<P>['response'], fault?: Problem): Found<P> {
    const { url = '' } = request.routeOptions
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const params = paramsOf(request.params)
    // The router takes `/v1/cases/` for a case without a name.
    const isWhole = !request.is404 && !fault && !Object.values(params).includes('')
    const route = isWhole ? (this.#routes.get(`${method} ${url}`) ?? null) : null
    const path = request.url.replace(/[?#].*$/s, '')
    const found = this.#methods.filter(({ form }) => route === null && form.test(path))
    return {
      request: request.raw,
      response,
      route,
      params,
      ...(fault ? { fault } : {}),
      address: request.ip,
      isHttps: request.protocol === 'https',
      methods: [...new Set(found.flatMap(({ methods }) => methods))],
    }
  }
}

/** The form of the paths that a template stands for. */
const formOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`)

const paramsOf = (params: unknown): Texts =>
  typeof params === 'object' && params !== null
    ? Object.fromEntries(Object.entries(params).filter(([, text]) => typeof text === 'string'))
    : {}

async function cannotListen(error: unknown, host: string, port: number): Promise<Refusal> {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const at = `${host}:${port}`
  const hint = 'choose another with --port or PARLEY_PORT'
  if (code === 'EADDRINUSE') {
    const holder = await portHolder(port)
    const by = holder ? `by ${oneLine(holder.command)} (pid ${holder.pid})` : 'by another process'
    return { code: 'no-network', why: `port ${port} is taken ${by}`, at, hint }
  }
  if (code === 'EACCES') {
    return { code: 'no-network', why: `port ${port} is not for this user`, at, hint }
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    const tell = 'choose an address of this machine with --host or PARLEY_HOST'
    return { code: 'no-network', why: `${host} is no address of this machine`, at, hint: tell }
  }
  throw error
}
