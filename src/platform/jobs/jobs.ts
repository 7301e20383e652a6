import { sql } from 'kysely'
import { Client, escapeIdentifier } from 'pg'
import { type Job, PgBoss } from 'pg-boss'
import type { Tx } from '#platform/db/as-actor.ts'

/** A kind of background work; `about` is what people read beside its name. */
export type Queue = {
  readonly name: string
  readonly about: string
  /** How often a job is tried again after it failed, with growing pauses. */
  readonly retriesMax: number
  readonly retryDelaySeconds: number
  /** A job that runs longer is taken for lost. */
  readonly runSecondsMax: number
  /** How many jobs of it one process runs at once. */
  readonly atOnce: number
}

/** Thrown by work that fails for a reason people may read; anything else is told as a defect. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure'
}

/** What runs for a job: it is given the id of what to work on and loads the rest itself. */
export type Work = (ref: string, signal: AbortSignal) => Promise<void>

/** Asks for work on `ref` (an id, never content), in the transaction of the asker. */
export async function enqueue(tx: Tx, queue: string, ref: string): Promise<void> {
  await sql`select parley.enqueue(${queue}, ${ref})`.execute(tx)
}

export type JobsOptions = {
  /** The login of the queue, which reaches nothing but the queue. */
  readonly url: string
  readonly queues: readonly Queue[]
  readonly log: (event: JobsEvent) => void
}

/** What the queue has to tell those who run it; the error is one of work, for the log to redact. */
export type JobsEvent = {
  readonly level: 'warn' | 'error'
  readonly says: string
  readonly error?: unknown
}

/** How soon a job is given to another process after its own went silent. */
const heartbeatSeconds = 15
const pollSeconds = 2

/**
 * The queue over PostgreSQL (pg-boss): every job runs in one process at a time; a process that
 * dies loses its jobs to the others. Processes share it by sharing the database.
 */
export class Jobs {
  readonly #options: JobsOptions
  readonly #boss: PgBoss
  #listener: Client | null = null
  #workers = new Map<string, string[]>()

  constructor(options: JobsOptions) {
    this.#options = options
    this.#boss = new PgBoss({
      connectionString: options.url,
      ...{ schema: 'pgboss', createSchema: false, max: 6, schedule: false },
      ...{ superviseIntervalSeconds: 10, monitorIntervalSeconds: 10, monitorVacuum: false },
    })
    this.#boss.on('error', (error) => options.log({ level: 'error', says: error.message }))
  }

  /** Makes the queue's tables and queues where they are missing; safe in several processes. */
  async open(): Promise<void> {
    await this.#boss.start()
    for (const { name, ...queue } of this.#options.queues) {
      const settings = {
        ...{ retryLimit: queue.retriesMax, retryDelay: queue.retryDelaySeconds },
        ...{ retryBackoff: queue.retryDelaySeconds > 0, expireInSeconds: queue.runSecondsMax },
        heartbeatSeconds,
      }
      if (await this.#boss.getQueue(name)) await this.#boss.updateQueue(name, settings)
      else await this.#boss.createQueue(name, settings)
    }
    await grantToKeeper(this.#options.url)
  }

  /** Begins to run jobs in this process. */
  async run(works: Readonly<Record<string, Work>>): Promise<void> {
    for (const { name, atOnce } of this.#options.queues) {
      const work = works[name]
      if (!work) throw new TypeError(`nothing works on the queue ${name}`)
      const ids: string[] = []
      for (let at = 0; at < atOnce; at++) {
        const options = { pollingIntervalSeconds: pollSeconds, batchSize: 1 }
        const id = await this.#boss.work<unknown>(name, options, async (jobs) => {
          await this.#runAll(work, jobs).finally(() => {
            // Where one waited more may wait; looking again at once spares them the next poll.
            if (jobs.length > 0) this.#boss.notifyWorker(id)
          })
        })
        ids.push(id)
      }
      this.#workers.set(name, ids)
    }
    await this.#listen()
  }

  /** Waits a bounded time for running jobs; what does not end is given to another process. */
  async close(): Promise<void> {
    await this.#listener?.end()
    this.#listener = null
    await this.#boss.stop({ graceful: true, timeout: 8_000, close: true })
  }

  async #runAll(work: Work, jobs: readonly Job<unknown>[]): Promise<void> {
    for (const job of jobs) {
      const ref = refOf(job.data)
      try {
        await work(ref, job.signal)
      } catch (error) {
        // Whatever else an error says may quote what the job worked on; the queue keeps ids only.
        if (error instanceof JobFailure) throw error
        this.#options.log({ level: 'error', says: `work on ${ref} failed`, error })
        throw new JobFailure('a defect in Parley; the log of the process has the details', {
          cause: error,
        })
      }
    }
  }

  /** A job is begun as soon as it is committed; without the notice it is at the next poll. */
  async #listen(): Promise<void> {
    const client = new Client({
      connectionString: this.#options.url,
      application_name: 'parley-worker',
    })
    client.on('error', ({ message }) => {
      this.#options.log({ level: 'warn', says: `the queue is polled only: ${message}` })
    })
    client.on('notification', ({ payload }) => {
      for (const id of this.#workers.get(payload ?? '') ?? []) this.#boss.notifyWorker(id)
    })
    await client.connect()
    await client.query('listen parley_job')
    this.#listener = client
  }
}

function refOf(data: unknown): string {
  const ref = typeof data === 'object' && data !== null && 'ref' in data ? data.ref : undefined
  if (typeof ref !== 'string') throw new JobFailure('the job names nothing to work on')
  return ref
}

/** The functions of the product that look into the queue run as the keeper. */
async function grantToKeeper(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const schema = escapeIdentifier('pgboss')
    await client.query('select pg_advisory_lock(7289653002)')
    await client.query(`grant usage on schema ${schema} to parley_keeper`)
    await client.query(
      `grant select, insert, update on all tables in schema ${schema} to parley_keeper`,
    )
    await client.query(`grant execute on all functions in schema ${schema} to parley_keeper`)
  } finally {
    await client.end()
  }
}
