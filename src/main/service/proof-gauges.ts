import { setTimeout as pause } from 'node:timers/promises'
import { queueState } from '#features/proof/proof-run.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Metrics } from '#platform/http/metrics.ts'
import type { Workplace } from './instance.ts'

const lookEachMs = 5_000

/** Tells by the metrics how many proofs wait and run, and for how long the oldest has waited. */
export class ProofGauges {
  readonly #instance: Pick<Workplace, 'pool' | 'log'>
  readonly #ending = new AbortController()
  #running: Promise<void> | null = null
  #now = { waiting: 0, running: 0, oldestSeconds: 0 }

  constructor(instance: Pick<Workplace, 'pool' | 'log'>, metrics: Metrics) {
    this.#instance = instance
    metrics.gaugeOf('parley_proofs_waiting', 'Proofs that wait to be run', () => this.#now.waiting)
    metrics.gaugeOf('parley_proofs_running', 'Proofs that are run', () => this.#now.running)
    const help = 'How long the proof that waits longest has waited'
    metrics.gaugeOf('parley_proofs_oldest_seconds', help, () => this.#now.oldestSeconds)
  }

  begin(): void {
    this.#running ??= this.#run()
  }

  readonly close = async (): Promise<void> => {
    this.#ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { pool, log } = this.#instance
    const { signal } = this.#ending
    while (!signal.aborted) {
      try {
        const { waiting, running, oldestSeconds } = await asActor(pool, systemActor, queueState)
        this.#now = { waiting, running, oldestSeconds: oldestSeconds ?? 0 }
      } catch (error) {
        log.warn('how many proofs wait is not known at the moment', { error })
      }
      await pause(lookEachMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
