import { reopenEnded } from '#features/case/case.jobs.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { Placer } from '#features/exchange/placement.ts'
import { requeueUnread } from '#features/report/import.store.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { tellSubmitters } from '#features/report/notice.store.ts'
import type { Metrics } from '#platform/http/metrics.ts'
import { Jobs, type Work } from '#platform/jobs/jobs.ts'
import about from '../../../package.json' with { type: 'json' }
import type { Instance } from './instance.ts'
import { Placing } from './placing.ts'
import { queues } from './queues.ts'
import { prune, reclusterWhenNew, worksOf } from './works.ts'

const minuteMs = 60_000
const pruneEachMs = 6 * 60 * minuteMs

const placedBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The background work of one process: jobs, and placing reports as they arrive. */
export class Background {
  readonly #instance: Instance
  readonly #metrics: Metrics
  readonly #jobs: Jobs
  readonly #works: Readonly<Record<string, Work>>
  #placing: Placing | null = null
  readonly #timers: NodeJS.Timeout[] = []

  constructor(instance: Instance, metrics: Metrics) {
    this.#instance = instance
    this.#metrics = metrics
    this.#works = worksOf(instance)
    this.#jobs = new Jobs({
      url: instance.queueUrl,
      queues,
      log: ({ level, says }) => instance.log[level]('the job queue', { says }),
    })
  }

  /** Makes the queue where it is missing: whatever takes reports in asks it for work. */
  async prepare(): Promise<void> {
    await this.#jobs.open()
  }

  /** Works on the queue and places reports, unless that is left to other processes. */
  async begin(): Promise<void> {
    if (this.#instance.settings.workers === 0) return
    await this.#jobs.run(this.#works)
    await requeueUnread(this.#instance.pool)
    await reclusterWhenNew(this.#instance)
    this.#placing = await this.#beginPlacing()
    this.#each(minuteMs, () => reopenEnded(this.#instance))
    this.#each(pruneEachMs, () => prune(this.#instance))
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#placing?.end()
    await this.#jobs.close()
  }

  /** Does something now and then; any process may, and doing it twice changes nothing. */
  #each(ms: number, work: () => Promise<unknown>): void {
    const run = (): void =>
      void work().catch((error: unknown) => {
        this.#instance.log.warn('what is done now and then failed', { error })
      })
    const timer = setInterval(run, ms)
    timer.unref()
    this.#timers.push(timer)
  }

  async #beginPlacing(): Promise<Placing> {
    const { pool, clock, log, appUrl } = this.#instance
    const keys = reportKeysOf(this.#instance.keys)
    const [advisory, prose] = await Promise.all([knowledgeOf('advisory'), knowledgeOf('prose')])
    const placed = this.#metrics.counter('parley_reports_placed_total', 'Reports put into cases')
    const took = this.#metrics.histogram(
      'parley_placement_seconds',
      'How long one placement took',
      placedBuckets,
    )
    const placing = new Placing({
      placer: new Placer({
        pool,
        knowledge: { advisory, prose },
        clock,
        keys,
        model: about.version,
        afterPlaced: (tx, reports) =>
          tellSubmitters(tx, { reports, event: 'placed', now: clock.now() }),
      }),
      ...{ url: appUrl, log },
      onPlaced: (reports, seconds) => {
        placed.add({}, reports)
        took.observe(seconds)
      },
    })
    placing.begin()
    return placing
  }
}
