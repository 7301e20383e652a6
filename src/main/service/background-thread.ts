import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { Metrics } from '#platform/http/metrics.ts'
import type { BackgroundGiven } from './background-child.ts'
import type { Workplace } from './instance.ts'

/** What the thread tells: that it works, and each placement. */
const Told = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('ready') }),
  z.strictObject({ is: z.literal('placed'), reports: z.number(), seconds: z.number() }),
])

const placedBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const againAfterMs = 1_000
const heapMaxMiB = 4_096
/** What judging makes is mostly short-lived, and much at once. */
const youngMiB = 96

type ThreadInstance = Pick<Workplace, 'log' | 'appUrl' | 'queueUrl'> & {
  readonly settings: Pick<Workplace['settings'], 'dataFolder'>
}

/**
 * The background work of a process that answers requests, in a thread of its own: judging ten
 * thousand reports takes a second during which that thread does nothing else. It ends with the
 * process, however that ends; ended by itself it is begun again.
 */
export class BackgroundThread {
  readonly #instance: ThreadInstance
  readonly #script: string
  readonly #told: (message: unknown) => void
  #thread: Worker | null = null
  #isClosing = false
  #again: Promise<void> = Promise.resolve()

  constructor(instance: ThreadInstance, metrics: Metrics, script = ownScript) {
    this.#instance = instance
    this.#script = script
    const placed = metrics.counter('parley_reports_placed_total', 'Reports put into cases')
    const help = 'How long one placement took'
    const took = metrics.histogram('parley_placement_seconds', help, placedBuckets)
    this.#told = (message) => {
      const told = Told.parse(message)
      if (told.is === 'ready') return
      placed.add({}, told.reports)
      took.observe(told.seconds)
    }
  }

  /** @throws what kept the thread from beginning */
  async begin(): Promise<void> {
    const { settings, appUrl, queueUrl } = this.#instance
    const given: BackgroundGiven = {
      ...{ data: settings.dataFolder, appUrl, queueUrl, isPretty: Boolean(process.stderr.isTTY) },
    }
    const thread = new Worker(this.#script, {
      workerData: given,
      name: 'background',
      resourceLimits: { maxOldGenerationSizeMb: heapMaxMiB, maxYoungGenerationSizeMb: youngMiB },
    })
    // An error before the first message is thrown here.
    await once(thread, 'message')
    this.#thread = thread
    thread.on('message', this.#told)
    thread.on('error', (error) => this.#instance.log.error('background work failed', { error }))
    thread.once('exit', () => {
      this.#thread = null
      if (!this.#isClosing) this.#again = this.#beginAgain()
    })
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await this.#again
    const thread = this.#thread
    if (thread === null) return
    const ended = once(thread, 'exit')
    thread.postMessage('end')
    await ended
  }

  async #beginAgain(): Promise<void> {
    while (!this.#isClosing) {
      await pause(againAfterMs)
      if (this.#isClosing) return
      try {
        await this.begin()
        return
      } catch (error) {
        this.#instance.log.error('background work could not be begun again', { error })
      }
    }
  }
}

/** Beside this file, in the sources as in what is built of them. */
const ownScript = fileURLToPath(
  new URL(`./background-child.${import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'}`, import.meta.url),
)
