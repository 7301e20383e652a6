import { setTimeout as pause } from 'node:timers/promises'
import { endLapsed } from '#features/label/read-in-end.store.ts'
import type { Workplace } from './instance.ts'

/** Pages hear of an end by time no later than this and the time that ending takes. */
const lookEachMs = 400
const afterFailureMs = 1_000

type Parts = Pick<Workplace, 'pool' | 'clock' | 'log'>

/** Ends read-ins that lapsed for as long as the process runs; several processes may. */
export class ReadInEnds {
  readonly #parts: Parts
  readonly #ending = new AbortController()
  #running: Promise<void> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  begin(): void {
    this.#running ??= this.#run()
  }

  readonly close = async (): Promise<void> => {
    this.#ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { pool, clock, log } = this.#parts
    const { signal } = this.#ending
    while (!signal.aborted) {
      let waitMs = lookEachMs
      try {
        await endLapsed(pool, clock.now())
      } catch (error) {
        log.error('lapsed read-ins could not be written down and are tried again', { error })
        waitMs = afterFailureMs
      }
      await pause(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
