import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { enqueue, JobFailure, Jobs, type Queue } from './jobs.ts'

const queues: readonly Queue[] = [
  {
    ...{ name: 'weigh', about: 'weighs things', retriesMax: 1, retryDelaySeconds: 0 },
    ...{ runSecondsMax: 60, atOnce: 2 },
  },
]

describe('jobs', () => {
  let database: TestDatabase
  const opened: Jobs[] = []
  const open = async (): Promise<Jobs> => {
    const jobs = new Jobs({ url: database.queueUrl, queues, log: () => undefined })
    await jobs.open()
    opened.push(jobs)
    return jobs
  }
  before(async () => {
    database = await freshDatabase()
  })
  after(async () => {
    for (const jobs of opened) await jobs.close()
    await database[Symbol.asyncDispose]()
  })
  const ask = (ref: string, queue = 'weigh'): Promise<void> =>
    asActor(database.app, systemActor, (tx) => enqueue(tx, queue, ref))
  const states = async (): Promise<Record<string, string>> => {
    const { rows } = await asActor(database.app, systemActor, async (tx) => {
      return sql<{ ref: string; state: string; why: string | null }>`
        select ref, state, why from parley.job_list(null, null, 500)`.execute(tx)
    })
    return Object.fromEntries(rows.map(({ ref, state, why }) => [ref, `${state} ${why ?? ''}`]))
  }

  test('content and unknown queues are refused', async () => {
    await open()
    await assert.rejects(ask('a text with words'), /carries an id/)
    await assert.rejects(ask('thing_1', 'no-such-queue'), /no queue/)
  })

  test('the product does not reach the tables of the queue, nor the other way round', async () => {
    await assert.rejects(database.app.query('select * from pgboss.job'), /permission denied/)
    const client = new Client({ connectionString: database.queueUrl })
    await client.connect()
    await assert.rejects(client.query('select * from parley.report'), /permission denied/)
    await client.end()
  })

  test('a job exists exactly if its transaction commits', async () => {
    await assert.rejects(
      asActor(database.app, systemActor, async (tx) => {
        await enqueue(tx, 'weigh', 'thing_rolledback')
        throw new Error('no')
      }),
      /^Error: no$/,
    )
    assert.equal('thing_rolledback' in (await states()), false)
  })

  test('two processes run every job once; what fails is tried again and says why', async () => {
    const seen: string[] = []
    const failing = new Map<string, number>()
    const work = async (ref: string): Promise<void> => {
      seen.push(ref)
      const tries = (failing.get(ref) ?? 0) + 1
      failing.set(ref, tries)
      if (ref === 'thing_bad') throw new JobFailure('the scale is broken')
      if (ref === 'thing_defect') throw new Error('a secret of the report')
      if (ref === 'thing_once' && tries === 1) throw new JobFailure('not yet')
    }
    for (const jobs of [await open(), await open()]) await jobs.run({ weigh: work })
    const refs = Array.from({ length: 20 }, (_, at) => `thing_${at}`)
    for (const ref of [...refs, 'thing_bad', 'thing_once', 'thing_defect']) await ask(ref)
    const ends = (all: Record<string, string>): boolean =>
      Object.values(all).every((state) => /^(completed|failed)/.test(state))
    const deadline = Date.now() + 30_000
    while (!ends(await states()) && Date.now() < deadline) {
      await new Promise((settle) => setTimeout(settle, 100))
    }
    const found = await states()
    assert.equal(found['thing_bad'], 'failed the scale is broken')
    assert.equal(found['thing_once'], 'completed ')
    assert.match(found['thing_defect'] ?? '', /^failed a defect in Parley/)
    assert.deepEqual(seen.filter((ref) => refs.includes(ref)).sort(), [...refs].sort())
    assert.equal(seen.filter((ref) => ref === 'thing_bad').length, 2)
  })

  test('regression: staff, and nobody else, has a failed job tried again', async () => {
    /** Whether it was done, and what the job is before somebody can take it. */
    const retried = (actor: Actor, id: string): Promise<readonly unknown[]> =>
      asActor(database.app, actor, async (tx) => {
        const { rows } = await sql<{ is: boolean }>`
          select parley.retry_job(${id}::uuid) as is`.execute(tx)
        const { rows: seen } = await sql<{ state: string }>`
          select state from parley.job_list(null, null, 500) where id = ${id}`.execute(tx)
        return [rows[0]?.is, seen[0]?.state]
      })
    const { rows } = await asActor(database.app, systemActor, (tx) =>
      sql<{ id: string }>`
        select id from parley.job_list(null, array['failed'], 500) where ref = 'thing_bad'
      `.execute(tx),
    )
    const id = rows[0]?.id ?? ''
    const finder = { role: 'finder', organisation: 'org_a', person: null } as const
    assert.deepEqual(await retried(finder, id), [false, undefined])
    assert.deepEqual(await retried(systemActor, randomUUID()), [false, undefined])
    assert.deepEqual(await retried(systemActor, id), [true, 'retry'])
  })

  test('a finder sees no job', async () => {
    const actor = { role: 'finder', organisation: 'org_a', person: null } as const
    const { rows } = await asActor(database.app, actor, async (tx) => {
      return sql`select * from parley.job_list(null, null, 500)`.execute(tx)
    })
    assert.deepEqual(rows, [])
  })
})
