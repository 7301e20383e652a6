import { setTimeout as pause } from 'node:timers/promises'
import { placedAtOnceMax, placePending } from '#features/ledger/ledger.store.ts'
import { signingKey } from '#features/ledger/ledger-key.ts'
import type { NoteSigner } from '#formats/tlog/note.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Workplace } from './instance.ts'

/** An entry has its place no later than this and the time that placing takes. */
const lookEachMs = 250
const afterFailureMs = 1_000

type Parts = Pick<Workplace, 'pool' | 'clock' | 'log' | 'keys'>

/** Gives the entries of the ledger their places for as long as the process runs. */
export class LedgerPlacing {
  readonly #parts: Parts
  readonly #ending = new AbortController()
  #running: Promise<void> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  begin(): void {
    this.#running ??= this.#run()
  }

  /** Ends after a last look, where it was begun. */
  async end(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { pool, clock, log, keys } = this.#parts
    const find = () => asActor(pool, systemActor, (tx) => signingKey(tx, keys))
    let signer: NoteSigner | null = null
    for (;;) {
      const isLast = this.#ending.signal.aborted
      let waitMs = lookEachMs
      try {
        signer ??= await find()
        const placed = await placePending({ pool, signer, now: clock.now() })
        if (placed === placedAtOnceMax) waitMs = 0
      } catch (error) {
        log.error('the ledger could not be continued and is tried again', { error })
        waitMs = afterFailureMs
        signer = null
      }
      if (isLast) return
      await pause(waitMs, undefined, { signal: this.#ending.signal }).catch(() => undefined)
    }
  }
}
