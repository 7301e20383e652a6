import type { Pool } from 'pg'
import type { Keys } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { openSystemPool } from '#platform/db/connection.ts'
import type { Log } from '#platform/log/log.ts'
import { engagementKeysOf } from '../engagement.store.ts'
import { tellGate } from '../engagement-event.store.ts'
import type { AccessLog, Books } from './books.ts'
import { closingsIn } from './closing.store.ts'
import { gatewayKeysOf, vaultIn } from './endpoint.store.ts'
import { grantsIn } from './grant.store.ts'
import { RememberedGrants } from './remembered-grants.ts'
import { machineClocks, SteadyClock } from './steady-clock.ts'
import { KeptWindows } from './window.store.ts'
import { WrittenBooks } from './written-books.store.ts'

export type KeptBooksParts = {
  /** Of the product's own login. */
  readonly url: string
  readonly keys: Keys
  readonly log: Log
}

const limits = { connectionsMax: 8, statementTimeoutMs: 15_000, idleInTransactionMs: 15_000 }
/** Pages of the access log look again no more often. */
const tellEachMs = 1_000

/** The books of a gateway in the database, which all gateways on it share. */
export class KeptBooks implements AsyncDisposable {
  readonly books: Books
  readonly #pool: Pool
  readonly #windows: KeptWindows
  readonly #written: WrittenBooks
  readonly #telling: Telling

  constructor({ url, keys, log }: KeptBooksParts) {
    const pool = openSystemPool(url, limits)
    this.#pool = pool
    this.#windows = new KeptWindows({ url, pool, keys: engagementKeysOf(keys), log })
    this.#written = new WrittenBooks(pool)
    this.#telling = new Telling(pool, log)
    const own = gatewayKeysOf(keys)
    const clock = new SteadyClock(machineClocks)
    const grants = new RememberedGrants(grantsIn({ pool, keys: own }), () => clock.ms())
    this.#windows.subscribe((engagement) => grants.changed(engagement))
    this.books = {
      ...{ grants, vault: vaultIn(pool, own) },
      ...{ windows: this.#windows, closings: closingsIn(pool), budgets: this.#written.budgets },
      log: told(this.#written.log, this.#telling),
    }
  }

  static async open(parts: KeptBooksParts): Promise<KeptBooks> {
    const kept = new KeptBooks(parts)
    await kept.#windows.open()
    return kept
  }

  async close(): Promise<void> {
    await this.#windows.close()
    await this.#written.idle()
    await this.#telling.close()
    await this.#pool.end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

const told = (log: AccessLog, telling: Telling): AccessLog => ({
  append: async (entries) => {
    await log.append(entries)
    for (const { entry } of entries) telling.add(entry.partner ?? entry.engagement)
  },
})

/** Tells pages that the access log of a gate has grown, now and then. */
class Telling {
  readonly #pool: Pool
  readonly #log: Log
  readonly #grown = new Set<string>()
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(pool: Pool, log: Log) {
    this.#pool = pool
    this.#log = log
  }

  add(gate: string): void {
    this.#grown.add(gate)
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#running = this.#tell()
    }, tellEachMs)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#running
    await this.#tell()
  }

  async #tell(): Promise<void> {
    const grown = [...this.#grown]
    this.#grown.clear()
    if (grown.length === 0) return
    try {
      await asActor(this.#pool, systemActor, async (tx) => {
        for (const gate of grown) await tellGate(tx, gate, new Date())
      })
    } catch (error) {
      this.#log.warn('pages were not told of a grown access log', { error })
    }
  }
}
