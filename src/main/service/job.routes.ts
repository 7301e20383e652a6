import { sql } from 'kysely'
import type { Pool } from 'pg'
import { z } from 'zod'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { JobListWire, type JobWire } from '#features/org/org.wire.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { queues } from './queues.ts'

type JobRow = {
  readonly id: string
  readonly queue: string
  readonly ref: string
  readonly state: string
  readonly attempts: number
  readonly why: string | null
  readonly created_at: Date
  readonly started_at: Date | null
  readonly finished_at: Date | null
}

type JobState = z.infer<typeof JobWire>['state']

/** Our words for the queue's states. */
const words: Readonly<Record<string, JobState>> = {
  created: 'waiting',
  retry: 'retry',
  active: 'running',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
}

const statesOf = (wanted: string | undefined): string[] | null =>
  wanted === undefined
    ? null
    : Object.entries(words).flatMap(([state, word]) => (word === wanted ? [state] : []))

const jobsMax = 200

/** What runs in the background: for those who run the instance. */
export function jobRoutes(pool: Pool): readonly Route<Principal>[] {
  const list = route({
    ...{ method: 'GET', path: '/v1/jobs', name: 'jobs', tag: 'jobs' },
    summary: 'Background work: what waits, runs and failed, and why',
    access: may('operate'),
    query: z.strictObject({
      state: z.enum(['waiting', 'retry', 'running', 'done', 'failed', 'cancelled']).optional(),
      queue: z.string().max(60).optional(),
    }),
    output: JobListWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal, query }) =>
      yes(await asActor(pool, actorOf(principal), (tx) => listJobs(tx, query))),
  })
  const retry = route({
    ...{ method: 'POST', path: '/v1/jobs/{id}/retry', name: 'retryJob', tag: 'jobs' },
    summary: 'Try a failed job again',
    access: may('operate'),
    params: z.strictObject({ id: z.uuid() }),
    input: z.strictObject({}),
    problems: ['unauthenticated', 'not-allowed', 'not-found'],
    run: async ({ principal, params }) => {
      const isDone = await asActor(pool, actorOf(principal), async (tx) => {
        const { rows } = await sql<{ is: boolean }>`
          select parley.retry_job(${params.id}::uuid) as is`.execute(tx)
        return rows[0]?.is === true
      })
      return isDone ? yes(undefined) : no(problem('not-found', 'No failed job has that id.'))
    },
  })
  return [list, retry]
}

async function listJobs(
  tx: Tx,
  asked: { readonly state?: string | undefined; readonly queue?: string | undefined },
): Promise<z.infer<typeof JobListWire>> {
  const { rows } = await sql<JobRow>`
    select * from parley.job_list(${asked.queue ?? null}, ${statesOf(asked.state)}, ${jobsMax})
  `.execute(tx)
  const { rows: counts } = await sql<{
    queue: string
    waiting: number
    running: number
    failed: number
  }>`select * from parley.job_counts()`.execute(tx)
  const { rows: workers } = await sql<{ count: number }>`
    select parley.worker_count() as count`.execute(tx)
  const byName = new Map(counts.map((row) => [row.queue, row]))
  return {
    items: rows.map(presentJob),
    queues: queues.map(({ name, about }) => {
      const { waiting = 0, running = 0, failed = 0 } = byName.get(name) ?? {}
      return { name, about, waiting, running, failed }
    }),
    workers: workers[0]?.count ?? 0,
  }
}

const presentJob = (row: JobRow): z.infer<typeof JobWire> => ({
  ...{ id: row.id, queue: row.queue, ref: row.ref, attempts: row.attempts },
  ...{ state: words[row.state] ?? 'waiting', why: row.why },
  createdAt: row.created_at.toISOString(),
  startedAt: row.started_at?.toISOString() ?? null,
  finishedAt: row.finished_at?.toISOString() ?? null,
})
