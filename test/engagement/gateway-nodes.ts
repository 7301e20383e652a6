import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { closingsOf } from '#features/engagement/gateway/closing.store.ts'
import { gatewayKeysOf, putEndpoint } from '#features/engagement/gateway/endpoint.store.ts'
import { usualCaps } from '#features/engagement/gateway/endpoint-record.ts'
import { makeGrant } from '#features/engagement/gateway/grant.store.ts'
import { commonLabelId } from '#features/label/label.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../db/database.ts'
import { begin, credential, endpointAt, until } from './gateway-world.ts'
import { cast, newEngagement, newPartner, openNow, rootKeys } from './kept-engagement.ts'
import { endless, ScriptedEndpoint } from './scripted-endpoint.ts'

const script = fileURLToPath(new URL('./gateway-node.ts', import.meta.url))
const tick = 'data: {"choices":[{"delta":{"content":"tick "}}]}\n\n'

/** A gateway in a process of its own. */
export type Node = {
  readonly url: string
  readonly node: string
  readonly child: ChildProcess
  /** Sets its wall clock, by so much beside ours. */
  readonly setWall: (byMs: number) => void
  readonly stop: () => Promise<void>
  /** As a machine that loses its power. */
  readonly kill: () => Promise<void>
}

/** A stream that is being read, and when its last byte came. */
export type Stream = { lastAt: number; bytes: number; isOver: boolean }

/** A database with one engagement of so many milliseconds, an endpoint, and gateways beside it. */
export class Nodes implements AsyncDisposable {
  readonly database: TestDatabase
  readonly endpoint: ScriptedEndpoint
  readonly #begun: Node[] = []

  constructor(database: TestDatabase, endpoint: ScriptedEndpoint) {
    this.database = database
    this.endpoint = endpoint
  }

  static async open(): Promise<Nodes> {
    const endpoint = await ScriptedEndpoint.start(endless(tick, 20))
    return new Nodes(await freshDatabase(), endpoint)
  }

  async start(): Promise<Node> {
    const secret = rootKeys.all[0].secret.export().toString('base64')
    const child = fork(script, [this.database.appUrl, secret], { stdio: 'inherit' })
    const [{ url, node }] = await once(child, 'message')
    const exit = once(child, 'exit')
    const begun: Node = {
      ...{ url, node, child },
      setWall: (wallBy) => void child.send({ wallBy }),
      stop: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return
        child.send({ stop: true })
        await exit
      },
      kill: async () => {
        child.kill('SIGKILL')
        await exit
      },
    }
    this.#begun.push(begun)
    return begun
  }

  /** An engagement that is open for so long, its endpoint, and a token of Ada's. */
  async engagement(
    forMs?: number,
    base = this.endpoint.url,
  ): Promise<{ readonly id: string; readonly endsAt: Date }> {
    const proposal = openNow(forMs)
    const id = await newEngagement(this.database, { proposal })
    await this.give(id, base)
    return { id, endsAt: proposal.window.closesAt }
  }

  /** A partner of it that has started and lasts for so long, with an endpoint of its own. */
  async partner(
    engagement: string,
    forMs?: number,
  ): Promise<{ readonly id: string; readonly endsAt: Date }> {
    const { id, endsAt } = await newPartner(this.database, engagement, forMs)
    await this.give(id)
    return { id, endsAt }
  }

  /** Where the model answers behind a gate. */
  async give(gate: string, base = this.endpoint.url): Promise<void> {
    const { version: _, ...endpoint } = endpointAt(base)
    await asActor(this.database.app, cast.developer, (tx) =>
      putEndpoint(tx, gatewayKeysOf(rootKeys), {
        ...{ gate, kept: { endpoint: { ...endpoint, version: 0 }, caps: usualCaps } },
        ...{ credential, person: cast.developer.person, now: new Date() },
      }),
    )
  }

  async token(
    id: string,
    expiresAt = new Date(Date.now() + 3_600_000),
    who: 'ada' | 'pat' | 'gus' = 'ada',
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { organisation, person } = cast[who]
    const budget = { requests: 1_000_000, tokens: 1e12, microUsd: 1e12, atOnce: 10_000 }
    return asActor(this.database.app, cast[who], (tx) =>
      makeGrant(tx, {
        ...{ gate: id, organisation, person, run: 'run_00000001' },
        ...{ labelId: commonLabelId, budget, now: new Date(), expiresAt },
      }),
    )
  }

  asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return asActor(this.database.app, systemActor, work)
  }

  closings(id: string) {
    return this.asSystem((tx) => closingsOf(tx, id))
  }

  /** Waits until so many gateways have proved that access is over. */
  async proved(id: string, count: number) {
    let found = await this.closings(id)
    const end = performance.now() + 20_000
    while (found.length < count && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      found = await this.closings(id)
    }
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#begun.map((one) => one.stop()))
    await this.endpoint.close()
    await this.database[Symbol.asyncDispose]()
  }
}

/** The address of a gate, whoever it is for. */
export const addressOf = ({ url }: Node, id: string): string =>
  `${url}/${id.startsWith('partner_') ? 'partners' : 'engagements'}/${id}`

/** Begins so many streams through a gateway, and waits until each says something. */
export async function streamsOn(
  node: Node,
  { id, token }: { readonly id: string; readonly token: string },
  count: number,
): Promise<Stream[]> {
  const found = await Promise.all(
    Array.from({ length: count }, async () => {
      const headers = ['Authorization', `Bearer ${token}`]
      const { answer } = await begin(addressOf(node, id), { headers })
      const stream = { lastAt: 0, bytes: 0, isOver: false }
      answer.on('data', (piece: Buffer) => {
        stream.lastAt = Date.now()
        stream.bytes += piece.length
      })
      answer.on('error', () => {})
      answer.on('close', () => {
        stream.isOver = true
      })
      return stream
    }),
  )
  await until(() => found.every(({ bytes, isOver }) => bytes > 0 || isOver))
  return found
}
