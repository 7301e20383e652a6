import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import {
  EvaluationWorld,
  packOf,
  sealedFiles,
  tarOfFiles,
  transcriptOf,
} from '../../../test/engagement/evaluation-world.ts'
import { isUploadKept as isPackKept, packById } from './pack-shelf.store.ts'
import { isUploadKept as isSampleKept } from './sample.store.ts'

/** What happens to the next transaction that hands something in, at its commit. */
type Fate =
  /** It took place, and its answer is lost. */
  | 'answer-lost'
  /** The connection is gone before it took place. */
  | 'undone'
  /** It took place, and nothing can be asked of the database for a while. */
  | 'database-away'
  /** It waits for a word, and takes place then. */
  | 'held'

/** A pool in which the commit of what is handed in can be lost. */
class LosingPool {
  fate: Fate | null = null
  readonly held = Promise.withResolvers<void>()
  readonly goOn = Promise.withResolvers<void>()
  #isAway = false

  constructor(pool: Pool) {
    const seen = new WeakSet<object>()
    pool.on('acquire', (client) => {
      if (seen.has(client)) return
      seen.add(client)
      const query: unknown = Reflect.get(client, 'query')
      assert.ok(typeof query === 'function')
      const asked = (...args: readonly unknown[]): Promise<unknown> =>
        Promise.resolve(Reflect.apply(query, client, args))
      let isHandingIn = false
      Reflect.set(client, 'query', async (...args: readonly unknown[]) => {
        const [text] = args
        if (typeof text !== 'string') return asked(...args)
        if (text.startsWith('begin')) {
          isHandingIn = false
          if (this.#isAway) throw new Error('the database is away')
        }
        if (/insert into parley\.(evaluation_sample|pack_file)/.test(text)) isHandingIn = true
        if (text !== 'commit' || !isHandingIn || this.fate === null) return asked(...args)
        if (this.fate === 'held') {
          this.held.resolve()
          await this.goOn.promise
          return asked(...args)
        }
        await asked(this.fate === 'undone' ? 'rollback' : 'commit')
        this.#isAway = this.fate === 'database-away'
        this.fate = null
        throw new Error('Connection terminated unexpectedly')
      })
    })
  }

  back(): void {
    this.#isAway = false
  }
}

let world: EvaluationWorld
let losing: LosingPool
before(async () => {
  world = await EvaluationWorld.open()
  losing = new LosingPool(world.desk.server.database.app)
})
after(() => world[Symbol.asyncDispose]())

async function blobs(): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const blob of world.blobs.list()) found.add(blob)
  return found
}

const added = async (before: ReadonlySet<string>): Promise<number> =>
  [...(await blobs())].filter((one) => !before.has(one)).length

describe('what is handed in while the answer to its commit is lost', () => {
  const transcript = transcriptOf(3)
  const isReadable = async (run: string, task: string): Promise<void> => {
    const { events } = await world.must('eve', `GET /v1/runs/${run}/samples/${task}/1/events`)
    assert.equal(events.length, 3)
  }

  test('regression: a sample that was kept keeps its transcript', async () => {
    const { run } = await world.running('lost-sample')
    const sample = world.sample(transcript)
    losing.fate = 'answer-lost'
    const told = await world.push(run, sample, transcript)
    assert.equal(told.status, 201, told.text)
    const again = await world.push(run, sample, transcript)
    assert.equal(again.status, 200, again.text)
    await isReadable(run, 'task-1')
  })

  test('regression: of a sample nobody can ask about nothing is deleted', async () => {
    const { run } = await world.running('lost-away')
    const sample = world.sample(transcript)
    losing.fate = 'database-away'
    const told = await world.push(run, sample, transcript)
    assert.equal(told.status, 500, told.text)
    losing.back()
    assert.equal((await world.push(run, sample, transcript)).status, 200)
    await isReadable(run, 'task-1')
  })

  test('a sample that was not kept leaves nothing, and is taken later', async () => {
    const { run } = await world.running('undone')
    const sample = world.sample(transcript)
    const before = await blobs()
    losing.fate = 'undone'
    assert.equal((await world.push(run, sample, transcript)).status, 500)
    assert.equal(await added(before), 0)
    assert.equal((await world.push(run, sample, transcript)).status, 201)
    await isReadable(run, 'task-1')
  })

  for (const [fate, status] of [
    ['answer-lost', 201],
    ['database-away', 500],
  ] as const) {
    test(`regression: a sealed pack that was kept is not lost (${fate})`, async () => {
      const { id } = await world.must('eve', 'POST /v1/packs', packOf(`lost-${fate}`).document)
      const raw = tarOfFiles(await sealedFiles())
      losing.fate = fate
      const told = await world.desk.as('eve', `PUT /v1/packs/${id}/sealed`, { raw })
      assert.equal(told.status, status, told.text)
      losing.back()
      assert.equal((await world.desk.as('eve', `PUT /v1/packs/${id}/sealed`, { raw })).status, 409)
      const fetched = await world.desk.as('eve', `GET /v1/packs/${id}/sealed`)
      assert.equal(fetched.status, 200)
      assert.match(fetched.text, /age-encryption\.org/)
    })
  }

  test('a sealed pack that was not kept leaves nothing, and is taken later', async () => {
    const { id } = await world.must('eve', 'POST /v1/packs', packOf('undone-pack').document)
    const raw = tarOfFiles(await sealedFiles())
    const before = await blobs()
    losing.fate = 'undone'
    assert.equal((await world.desk.as('eve', `PUT /v1/packs/${id}/sealed`, { raw })).status, 500)
    assert.equal(await added(before), 0)
    assert.equal((await world.desk.as('eve', `PUT /v1/packs/${id}/sealed`, { raw })).status, 201)
  })
})

describe('whether something is kept', () => {
  /** Whether a question waits for a lock before it is answered. */
  async function waits(pool: Pool, asking: Promise<boolean>): Promise<boolean> {
    let isAnswered = false
    void asking.then(() => {
      isAnswered = true
    })
    for (;;) {
      const { rowCount } = await pool.query(`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`)
      if (isAnswered || rowCount !== 0) return !isAnswered
      await pause(10)
    }
  }

  test('is answered once whoever keeps a sample is done', async () => {
    const pool = world.desk.server.database.app
    const { run } = await world.running('held-sample')
    const transcript = transcriptOf(3)
    const own = new LosingPool(pool)
    own.fate = 'held'
    const pushing = world.push(run, world.sample(transcript), transcript)
    await own.held.promise
    const asking = asActor(pool, systemActor, (tx) => isSampleKept(tx, run, 'another upload'))
    const isWaiting = await waits(pool, asking)
    own.fate = null
    own.goOn.resolve()
    assert.equal((await pushing).status, 201)
    assert.deepEqual([isWaiting, await asking], [true, false])
  })

  test('is answered once whoever hands a pack in is done', async () => {
    const pool = world.desk.server.database.app
    const { id } = await world.must('eve', 'POST /v1/packs', packOf('held-pack').document)
    const { no } = (await asActor(pool, systemActor, (tx) => packById(tx, id))) ?? { no: 0 }
    const raw = tarOfFiles(await sealedFiles())
    const own = new LosingPool(pool)
    own.fate = 'held'
    const handing = world.desk.as('eve', `PUT /v1/packs/${id}/sealed`, { raw })
    await own.held.promise
    const asking = asActor(pool, systemActor, (tx) => isPackKept(tx, no, 'another upload'))
    const isWaiting = await waits(pool, asking)
    own.fate = null
    own.goOn.resolve()
    assert.equal((await handing).status, 201)
    assert.deepEqual([isWaiting, await asking], [true, false])
  })
})
