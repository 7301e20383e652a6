import { reopenEnded } from '#features/case/case.jobs.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { Placer } from '#features/exchange/placement.ts'
import { watchReads } from '#features/label/alert.store.ts'
import { holdOf } from '#features/label/approval-hold.ts'
import { requeueUnread } from '#features/report/import.store.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { tellSubmitters } from '#features/report/notice.store.ts'
import { Jobs, type Work } from '#platform/jobs/jobs.ts'
import about from '../../../package.json' with { type: 'json' }
import type { Workplace } from './instance.ts'
import { LedgerPlacing } from './ledger-placing.ts'
import { Placing } from './placing.ts'
import { type Prover, Proving } from './proving.ts'
import { queues } from './queues.ts'
import { TakingProofs } from './taking-proofs.ts'
import {
  closeWindows,
  destroyLeftCredentials,
  passRetention,
  prune,
  reclusterWhenNew,
  sweepApprovals,
  worksOf,
} from './works.ts'

const minuteMs = 60_000
const secondMs = 1_000
/** How long a restored instance that was let open waits with its work, at most. */
const lookEachMs = 1_000
const pruneEachMs = 6 * 60 * minuteMs

/** Hears of each placement: how many reports, in how many seconds. */
export type OnPlaced = (reports: number, seconds: number) => void

/** The background work of one process: jobs, and placing reports as they arrive. */
export class Background {
  readonly #instance: Workplace
  readonly #onPlaced: OnPlaced
  readonly #jobs: Jobs
  readonly #works: Readonly<Record<string, Work>>
  #placing: Placing | null = null
  readonly #ledger: LedgerPlacing
  readonly #proving: Proving | null
  readonly #takingProofs: TakingProofs
  readonly #isHeld: () => Promise<boolean>
  /** The work of an instance that was held first. */
  #begun: Promise<void> | null = null
  readonly #timers: NodeJS.Timeout[] = []

  constructor(instance: Workplace, prover: Prover, onPlaced: OnPlaced = () => {}) {
    this.#instance = instance
    this.#onPlaced = onPlaced
    this.#works = worksOf(instance)
    this.#jobs = jobsOf(instance)
    this.#isHeld = holdOf(instance.pool)
    this.#ledger = new LedgerPlacing(instance)
    const { isOn } = instance.settings.proofs
    this.#proving = isOn ? new Proving(instance, { prover, version: about.version }) : null
    this.#takingProofs = new TakingProofs(instance, prover.read)
  }

  /** Works on the queue and places reports. */
  async begin(): Promise<void> {
    await this.#jobs.open()
    this.#ledger.begin()
    this.#each(minuteMs, () => sweepApprovals(this.#instance))
    this.#each(secondMs, () => closeWindows(this.#instance))
    if (await this.#isHeld()) this.#beginOnceOpen()
    else await this.#beginWork()
  }

  /** What a restored instance does not do before it is open: it would tell people what is new. */
  async #beginWork(): Promise<void> {
    await this.#jobs.run(this.#works)
    await requeueUnread(this.#instance.pool)
    await reclusterWhenNew(this.#instance)
    this.#placing = await this.#beginPlacing()
    this.#takingProofs.begin()
    this.#proving?.begin()
    this.#each(minuteMs, () => reopenEnded(this.#instance))
    this.#each(minuteMs, () => watchReads(this.#instance))
    this.#each(minuteMs, () => destroyLeftCredentials(this.#instance))
    this.#each(minuteMs, () => passRetention(this.#instance))
    this.#each(pruneEachMs, () => prune(this.#instance))
  }

  #beginOnceOpen(): void {
    const timer = setInterval(() => {
      void (async () => {
        if (this.#begun !== null || (await this.#isHeld())) return
        clearInterval(timer)
        this.#begun ??= this.#beginWork()
        await this.#begun
      })().catch((error: unknown) => {
        this.#instance.log.error('the work behind the pages did not begin', { error })
      })
    }, lookEachMs)
    this.#timers.push(timer)
  }

  async close(): Promise<void> {
    await this.#begun?.catch(() => undefined)
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all([this.#proving?.end(), this.#takingProofs.end(), this.#placing?.end()])
    await this.#jobs.close()
    // Last, so that what the others recorded on their way out has its place.
    await this.#ledger.end()
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
    const placing = new Placing({
      placer: new Placer({
        pool,
        knowledge: { advisory, prose },
        clock,
        keys,
        model: about.version,
        onUnplaced: (report, error) =>
          log.error('a report cannot be placed and waits for the next start', { report, error }),
        afterPlaced: (tx, reports) =>
          tellSubmitters(tx, { reports, event: 'placed', now: clock.now() }),
      }),
      ...{ url: appUrl, log },
      onPlaced: this.#onPlaced,
    })
    placing.begin()
    return placing
  }
}

/** Makes the queue where it is missing: whatever takes reports in asks it for work. */
export async function prepareQueue(instance: Workplace): Promise<void> {
  const jobs = jobsOf(instance)
  try {
    await jobs.open()
  } finally {
    await jobs.close()
  }
}

const jobsOf = ({ queueUrl, log }: Workplace): Jobs =>
  new Jobs({
    url: queueUrl,
    queues,
    log: ({ level, ...told }) => log[level]('the job queue', told),
  })
