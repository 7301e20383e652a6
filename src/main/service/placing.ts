import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { leaderLock } from '#features/correlate/correlation.store.ts'
import type { Placer } from '#features/exchange/placement.ts'
import type { Log } from '#platform/log/log.ts'

export type PlacingParts = {
  readonly placer: Placer
  /** For the connection that holds the lock: whoever has it places, the others stand by. */
  readonly url: string
  readonly log: Log
  readonly onPlaced?: (reports: number, seconds: number) => void
}

/** A report waits no longer than this before somebody looks. */
const lookEachMs = 150
/** How soon another process takes over from one that died. */
const standByMs = 500
const afterFailureMs = 1_000
/** After so many placements without a pause. */
const acrossEach = 20

/** Places reports for as long as the process runs, when no other process does. */
export class Placing {
  readonly #parts: PlacingParts
  readonly #ending = new AbortController()
  #running: Promise<void> | null = null

  constructor(parts: PlacingParts) {
    this.#parts = parts
  }

  begin(): void {
    this.#running ??= this.#run()
  }

  async end(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log, placer } = this.#parts
    while (!this.#ending.signal.aborted) {
      try {
        await this.#lead()
      } catch (error) {
        placer.forget()
        log.error('placing reports failed and is tried again', { error })
        await this.#sleep(afterFailureMs)
      }
    }
  }

  /** Places while the lock is held; the lock ends with the connection, however that ends. */
  async #lead(): Promise<void> {
    const { url, placer } = this.#parts
    const client = new Client({ connectionString: url, application_name: 'parley-placing' })
    let isLost = false
    client.on('error', () => {
      isLost = true
    })
    await client.connect()
    try {
      while (!(await holds(client))) {
        if (this.#ending.signal.aborted) return
        await this.#sleep(standByMs)
      }
      placer.forget()
      for (let placed = 0; !this.#ending.signal.aborted && !isLost; ) {
        const began = performance.now()
        const done = await placer.placeNext()
        if (done) {
          this.#parts.onPlaced?.(done.reports, (performance.now() - began) / 1000)
          placed++
        }
        // Other labels are looked at when nothing waits, else now and then.
        if (done && placed % acrossEach !== 0) continue
        if ((await placer.lookAcross()) === null && !done) await this.#sleep(lookEachMs)
      }
      if (!isLost) await placer.save()
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  async #sleep(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined)
  }
}

async function holds(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ is: boolean }>('select pg_try_advisory_lock($1) as is', [
    leaderLock,
  ])
  return rows[0]?.is === true
}
