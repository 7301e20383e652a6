import { setTimeout as pause } from 'node:timers/promises'
import { takeNextProof } from '#features/proof/attachment-proof.jobs.ts'
import type { BundleReader } from '#features/proof/hand-in.ts'
import { proofKeysOf } from '#features/proof/proof-keys.ts'
import type { Workplace } from './instance.ts'
import { scratchOf } from './proving.ts'

const lookEachMs = 2_000
const afterFailureMs = 30_000

/** Takes proofs out of what comes with reports, for as long as the process runs. */
export class TakingProofs {
  readonly #instance: Workplace
  readonly #read: BundleReader
  readonly #ending = new AbortController()
  #running: Promise<void> | null = null

  constructor(instance: Workplace, read: BundleReader) {
    this.#instance = instance
    this.#read = read
  }

  begin(): void {
    this.#running ??= this.#run()
  }

  async end(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { pool, blobs, clock, keys, settings, log } = this.#instance
    const parts = { pool, blobs, clock, keys: proofKeysOf(keys), read: this.#read }
    const { signal } = this.#ending
    const reach = settings.proofs
    while (!signal.aborted) {
      let waitMs = lookEachMs
      try {
        const look = await takeNextProof({ ...parts, reach, scratch: scratchOf(settings) })
        if (look.is === 'failed') {
          const { attachment, error, isGivenUp, isOfMachine } = look
          const then = isGivenUp ? 'is given up' : 'is tried again later'
          log.error(`an attachment could not be looked at and ${then}`, { attachment, error })
          if (isOfMachine) waitMs = afterFailureMs
          else continue
        } else if (look.is === 'looked') continue
      } catch (error) {
        log.error('attachments could not be looked at', { error })
        waitMs = afterFailureMs
      }
      await pause(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
