import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Metrics } from '#platform/http/metrics.ts'
import type { Log } from '#platform/log/log.ts'
import { BodyRoom } from './body-reading.ts'
import type { Books } from './books.ts'
import { Crossing } from './crossing.ts'
import { figuresIn, noFigures } from './figures.ts'
import { Gate } from './gate.ts'
import type { ReachRule } from './reach.ts'
import { machineClocks, SteadyClock, type TwoClocks } from './steady-clock.ts'

export type GatewayOptions = {
  readonly books: Books
  readonly log: Log
  /** `127.0.0.1` is this machine only. */
  readonly host: string
  /** 0 is any free one. */
  readonly port: number
  readonly clocks?: TwoClocks
  /** Where endpoints may be. */
  readonly reach: ReachRule
  /** Of bodies that are on their way, all together. */
  readonly bodyBytesMax?: number
  /** Where its figures are told; nowhere unless given. */
  readonly metrics?: Metrics
}

const bodyBytesMax = 536_870_912
const serverOptions = {
  ...{ maxHeaderSize: 32_768, headersTimeout: 10_000, requestTimeout: 120_000 },
  ...{ keepAliveTimeout: 65_000, connectionsCheckingInterval: 2_000 },
}

/**
 * The only way to a developer's model: passes requests and answers through as they are, while
 * access is open, within the budget, and with the developer's credential in the place of a token.
 *
 * @example
 * await using gateway = await openGateway({ books, log, reach, host: '127.0.0.1', port: 0 })
 * new OpenAI({ baseURL: `${gateway.url}/engagements/${id}/v1`, apiKey: token })
 * new Anthropic({ baseURL: `${gateway.url}/partners/${id}`, apiKey: token })
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new Gateway(options)
  await gateway.open()
  return gateway
}

export class Gateway {
  /** Names this process in the access log and in proofs; another start is another node. */
  readonly node = `node-${randomUUID()}`
  readonly #options: GatewayOptions
  readonly #clock: SteadyClock
  readonly #server: Server
  readonly #gates = new Map<string, Gate>()
  /** Those of which a gate that ended has entries. */
  readonly #ended = new Set<string>()
  #stopListening: () => void = () => {}

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#clock = new SteadyClock(options.clocks ?? machineClocks)
    const { books, log, reach, metrics } = options
    const gates = (): Gate[] => [...this.#gates.values()]
    const figures =
      metrics === undefined
        ? noFigures
        : figuresIn(metrics, {
            inFlight: () => gates().reduce((sum, { inFlight }) => sum + inFlight, 0),
            closings: () => gates().filter(({ isEnding }) => isEnding).length,
          })
    const room = new BodyRoom(options.bodyBytesMax ?? bodyBytesMax)
    const gateOf = (gate: string): Gate => this.#gateOf(gate)
    const parts = { books, log, reach, room, figures, clock: this.#clock, gateOf }
    this.#server = createServer(serverOptions, (request, response) => {
      // Whoever went away is told nothing; that something was still written is no fault.
      response.on('error', () => {})
      void new Crossing(parts, request, response).run()
    })
  }

  /** Where it listens, such as `http://127.0.0.1:7400`. */
  get url(): string {
    const address = this.#server.address()
    const { host } = this.#options
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  }

  /** Begins to listen, and to watch over every gate by which there is access. */
  async open(): Promise<void> {
    const { books, host, port } = this.#options
    this.#stopListening = books.windows.subscribe((gate) => this.#changed(gate))
    for (const gate of await books.windows.running()) this.#changed(gate)
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
  }

  /** Cuts what is on its way, and forgets credentials; access itself is as it was. */
  async close(): Promise<void> {
    this.#stopListening()
    this.#server.close()
    await Promise.all([...this.#gates.values()].map((gate) => gate.dispose()))
    this.#server.closeAllConnections()
    this.#gates.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #gateOf(id: string): Gate {
    const found = this.#gates.get(id)
    if (found !== undefined && !found.isGone) return found
    const { books, log, reach } = this.#options
    // Entries that come after the end of a gate are a chain of their own: no two have one place.
    const node = this.#ended.has(id) ? `${this.node}-${randomUUID()}` : this.node
    const gone = (gate: Gate): void => {
      if (this.#gates.get(id) === gate) this.#gates.delete(id)
      if (gate.chain.length > 0) this.#ended.add(id)
    }
    const gate = new Gate(id, { node, books, log, reach, clock: this.#clock, gone })
    this.#gates.set(id, gate)
    return gate
  }

  #changed(gate: string): void {
    this.#gateOf(gate)
      .changed()
      .catch((error: unknown) => {
        this.#options.log.error('what a gate goes by cannot be read', { gate, error })
      })
  }
}
