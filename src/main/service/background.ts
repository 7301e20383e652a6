import type { Metrics } from '#platform/http/metrics.ts'
import { Jobs, type Work } from '#platform/jobs/jobs.ts'
import type { Instance } from './instance.ts'
import { queues } from './queues.ts'
import { worksOf } from './works.ts'

/** The background work of one process: jobs, and placing reports as they arrive. */
export class Background {
  readonly #instance: Instance
  readonly #jobs: Jobs
  readonly #works: Readonly<Record<string, Work>>

  constructor(instance: Instance, _metrics: Metrics) {
    this.#instance = instance
    this.#works = worksOf(instance)
    this.#jobs = new Jobs({
      url: instance.queueUrl,
      queues,
      log: ({ level, says }) => instance.log[level]('the job queue', { says }),
    })
  }

  /** Makes the queue where it is missing, and works on it unless that is left to other processes. */
  async open(): Promise<void> {
    await this.#jobs.open()
    if (this.#instance.settings.workers === 0) return
    await this.#jobs.run(this.#works)
  }

  async close(): Promise<void> {
    await this.#jobs.close()
  }
}
