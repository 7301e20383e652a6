import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { systemClock } from '#kernel/clock.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { Jobs } from '#platform/jobs/jobs.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { queues } from './queues.ts'
import { reclusterWhenNew } from './works.ts'

describe('a version with other parameters', () => {
  let database: TestDatabase
  let jobs: Jobs
  before(async () => {
    database = await freshDatabase()
    jobs = new Jobs({ url: database.queueUrl, queues, log: () => undefined })
    await jobs.open()
  })
  after(async () => {
    await jobs.close()
    await database[Symbol.asyncDispose]()
  })

  const start = (): Promise<void> => reclusterWhenNew({ pool: database.app, clock: systemClock })
  const asked = (): Promise<readonly string[]> =>
    asActor(database.app, systemActor, async (tx) => {
      const { rows } = await sql<{ ref: string }>`
        select ref from parley.job_list(null, null, 500) where queue = 'recluster'`.execute(tx)
      return rows.map(({ ref }) => ref)
    })
  const wasStartedBy = (version: string): Promise<unknown> =>
    asActor(database.app, systemActor, (tx) =>
      sql`update parley.setting set value = ${JSON.stringify(version)}::jsonb
        where name = 'correlation-model'`.execute(tx),
    )

  test('looks at nothing where no other version was before', async () => {
    await start()
    await start()
    assert.deepEqual(await asked(), [])
  })

  test('regression: looks once at earlier decisions, however many processes start', async () => {
    await wasStartedBy('0.0.1')
    await Promise.all([start(), start(), start()])
    await start()
    assert.deepEqual(await asked(), ['after_0.0.1'])
  })
})
