import { sql } from 'kysely'
import { Client, type Pool } from 'pg'
import { holdOf } from '#features/label/approval-hold.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Log } from '#platform/log/log.ts'
import { type EngagementKeys, keptEngagement } from '../engagement.store.ts'
import { partnerById } from '../partner.store.ts'
import { PartnerId } from '../partner.ts'
import type { WindowWatch } from './books.ts'
import { type Opening, openingOfEngagement, openingOfPartner } from './opening.ts'

/** How long the connection that listens waits before it is made again. */
const againMs = 1_000

export type WatchParts = {
  /** Of a connection of its own. */
  readonly url: string
  readonly pool: Pool
  readonly keys: EngagementKeys
  readonly log: Log
}

/** What gates go by in the database, and a connection that hears of every change to it. */
export class KeptWindows implements WindowWatch {
  readonly #parts: WatchParts
  readonly #isHeld: () => Promise<boolean>
  readonly #listeners = new Set<(gate: string) => void>()
  #client: Client | null = null
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(parts: WatchParts) {
    this.#parts = parts
    this.#isHeld = holdOf(parts.pool)
  }

  /** Nothing is open in an instance that was restored and that nobody let open yet. */
  readonly read = async (gate: string): Promise<Opening | null> => {
    const { pool, keys } = this.#parts
    if (await this.#isHeld()) return null
    return asActor(pool, systemActor, async (tx) => {
      // Before what they count: what changes meanwhile is then seen as another one.
      const { rows } = await sql<{ changes: number }>`
        select changes from parley.gateway_gate where id = ${gate}`.execute(tx)
      const changes = rows[0]?.changes ?? 0
      if (PartnerId.parse(gate) !== null) {
        const found = await partnerById(tx, keys, gate)
        return found && { ...openingOfPartner(found.partner, found.engagement), changes }
      }
      const kept = await keptEngagement(tx, keys, gate)
      return kept && { ...openingOfEngagement(kept.engagement), changes }
    })
  }

  /** Those that may be open, and those that ended while no gateway ran to destroy a credential. */
  readonly running = async (): Promise<readonly string[]> => {
    const { rows } = await asActor(this.#parts.pool, systemActor, (tx) =>
      sql<{ id: string }>`
        select id from parley.engagement where state = 'agreed' and ends_at > now()
        union select id from parley.partner
          where started_at is not null and ended_at is null and ends_at > now()
        union select gate_id from parley.gateway_credential where sealed is not null
        limit 10000`.execute(tx),
    )
    return rows.map(({ id }) => id)
  }

  readonly subscribe = (listener: (gate: string) => void): (() => void) => {
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
      for (const gate of await this.running()) this.#tell(gate)
    } catch (error) {
      this.#again(error instanceof Error ? error.message : String(error))
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#client?.end()
  }

  #tell(gate: string): void {
    for (const listener of this.#listeners) listener(gate)
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
