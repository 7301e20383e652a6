import { sql } from 'kysely'
import { Client, type Pool } from 'pg'
import { holdOf } from '#features/label/approval-hold.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Log } from '#platform/log/log.ts'
import { type EngagementKeys, keptEngagement } from '../engagement.store.ts'
import type { WindowWatch } from './books.ts'

/** How long the connection that listens waits before it is made again. */
const againMs = 1_000

export type WatchParts = {
  /** Of a connection of its own. */
  readonly url: string
  readonly pool: Pool
  readonly keys: EngagementKeys
  readonly log: Log
}

/** Engagements in the database, and a connection that hears of every change to one. */
export class KeptWindows implements WindowWatch {
  readonly #parts: WatchParts
  readonly #isHeld: () => Promise<boolean>
  readonly #listeners = new Set<(engagement: string) => void>()
  #client: Client | null = null
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(parts: WatchParts) {
    this.#parts = parts
    this.#isHeld = holdOf(parts.pool)
  }

  /** Nothing is open in an instance that was restored and that nobody let open yet. */
  readonly read = async (engagement: string) => {
    const { pool, keys } = this.#parts
    if (await this.#isHeld()) return null
    const kept = await asActor(pool, systemActor, (tx) => keptEngagement(tx, keys, engagement))
    return kept?.engagement ?? null
  }

  /** Those that may be open, and those that ended while no gateway ran to destroy a credential. */
  readonly running = async (): Promise<readonly string[]> => {
    const { rows } = await asActor(this.#parts.pool, systemActor, (tx) =>
      sql<{ id: string }>`
        select id from parley.engagement where state = 'agreed' and ends_at > now()
        union select engagement_id from parley.gateway_credential where sealed is not null
        limit 10000`.execute(tx),
    )
    return rows.map(({ id }) => id)
  }

  readonly subscribe = (listener: (engagement: string) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async open(): Promise<void> {
    const client = new Client({
      connectionString: this.#parts.url,
      application_name: 'parley-gateway',
    })
    client.on('notification', ({ payload }) => this.#tell(payload ?? ''))
    client.on('error', ({ message }) => this.#again(message))
    client.on('end', () => this.#again('the connection ended'))
    try {
      await client.connect()
      await client.query('listen parley_engagement')
      this.#client = client
      // What was said while nobody listened is found now.
      for (const engagement of await this.running()) this.#tell(engagement)
    } catch (error) {
      this.#again(error instanceof Error ? error.message : String(error))
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#client?.end()
  }

  #tell(engagement: string): void {
    for (const listener of this.#listeners) listener(engagement)
  }

  #again(why: string): void {
    if (this.#isClosed || this.#timer !== null) return
    this.#client = null
    this.#parts.log.warn('changes of engagements wait for the database', { why })
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.open()
    }, againMs)
    this.#timer.unref()
  }
}
