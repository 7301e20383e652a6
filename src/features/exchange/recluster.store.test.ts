import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { sql } from 'kysely'
import { createCases } from '#features/case/case.store.ts'
import { saveIndex } from '#features/correlate/correlation.store.ts'
import { KeyMaker } from '#features/correlate/index-keys.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { Sketch } from '#features/correlate/sketch.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { systemClock } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { peopleOf, storeReports } from '../../../test/db/reports.ts'
import { evidenceIn } from './domain.ts'
import { findingsOf } from './placement.store.ts'
import { type ReclusterParts, recluster } from './recluster.ts'

const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
/** Stored reports have the common label. */
const label = 1
const keys = reportKeysOf({ is: 'root', all: [randomKey()] })

/** A result of a scanner at a line of its own. */
const result = (line: number): Partial<Finding> => ({
  title: `Unchecked length in copy${line}`,
  tool: { name: 'Probe' },
  rule: { id: 'c/unchecked-length' },
  cwe: [787],
  locations: [{ file: 'src/image/palette.c', line, function: `copy${line}` }],
})

describe('looking at stored reports again', () => {
  let database: TestDatabase
  before(async () => {
    database = await freshDatabase()
    await peopleOf(database.app)
  })
  after(() => database[Symbol.asyncDispose]())

  const inside = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    asActor(database.app, systemActor, work)

  beforeEach(() =>
    inside(async (tx) => {
      await sql`update parley.suggestion set state = 'void'`.execute(tx)
    }),
  )

  /** Stores results, each list of lines as one case, whatever correlation would say. */
  const cases = (...lines: readonly (readonly number[])[]): Promise<number[][]> =>
    inside(async (tx) => {
      const found: number[][] = []
      for (const own of lines) {
        const wishes = own.map((line) => ({ finding: result(line) }))
        const reports = await storeReports(tx, wishes)
        await createCases(tx, [{ reports, ties: [] }], { clock: systemClock, catalog: null, keys })
        const stored = await findingsOf(tx, reports, keys)
        const evidence = stored.map((one) => evidenceIn(one.format, one.finding, one.source))
        const made = new KeyMaker(knowledge.advisory, new Sketch(), label).of(evidence).keys
        const indexed = stored.flatMap(({ no }, at) => {
          const [one, ownKeys] = [evidence[at], made[at]]
          return one && ownKeys ? [{ reportNo: no, evidence: one, keys: ownKeys }] : []
        })
        await saveIndex(tx, label, indexed)
        found.push(reports)
      }
      return found
    })

  const open = (): Promise<string[]> =>
    inside(async (tx) => {
      const { rows } = await sql<{ told: string }>`
        select kind || ' ' || report_a || ' ' || report_b || ' ' || model as told
        from parley.suggestion where state = 'open' order by no`.execute(tx)
      return rows.map(({ told }) => told)
    })

  const run = (model: string, more: Partial<ReclusterParts> = {}, signal = never) =>
    recluster({ pool: database.app, knowledge, clock: systemClock, keys, model, ...more }, signal)

  test('nothing is suggested of cases that are as they would be made today', async () => {
    await cases([3], [300])
    assert.equal((await run('first')).suggestions, 0)
  })

  test('cases that a person said are never one are not suggested to be', async () => {
    // Said of a copy: the suggestion would name another report of the same case.
    const [[a = 0] = [], [, b = 0] = []] = await cases([4], [4, 4])
    await inside((tx) =>
      sql`insert into parley.apart (report_a, report_b, said_at)
        values (${a}, ${b}, now())`.execute(tx),
    )
    assert.equal((await run('second')).suggestions, 0)
  })

  test('cases of one flaw are suggested to be merged, once, and stay as they are', async () => {
    const [[a] = [], [b] = []] = await cases([5], [5])
    const before = await standing()
    assert.equal((await run('third')).suggestions, 1)
    assert.deepEqual(await open(), [`merge ${a} ${b} third`])
    assert.equal((await run('fourth')).suggestions, 0, 'it waits for a decision already')
    assert.deepEqual(await standing(), before)
  })

  test('a case of two flaws is suggested to be split, and stays as it is', async () => {
    const [[a, b] = []] = await cases([6, 600])
    const before = await standing()
    assert.equal((await run('fifth')).suggestions, 1)
    assert.deepEqual(await open(), [`split ${a} ${b} fifth`])
    assert.deepEqual(await standing(), before)
  })

  test('what another version has begun is begun anew', async () => {
    await cases([7], [700])
    const ending = new AbortController()
    assert.ok((await run('sixth', endingAt(ending), ending.signal)).reports < (await count()))
    assert.equal((await run('seventh')).reports, await count())
  })

  test('a run that is ended goes on behind what it has done, the next begins anew', async () => {
    const ending = new AbortController()
    const first = await run('eighth', endingAt(ending), ending.signal)
    assert.equal(first.reports, 2)
    assert.equal((await run('eighth')).reports, (await count()) - 2)
    assert.equal((await run('eighth')).reports, await count())
  })

  const count = (): Promise<number> =>
    inside(async (tx) => {
      const { rows } = await sql<{ n: number }>`
        select count(*) as n from parley.case_report`.execute(tx)
      return rows[0]?.n ?? 0
    })

  /** Two reports are looked at, then the run is ended. */
  const endingAt = (ending: AbortController) => ({
    atOnce: 2,
    clock: {
      now: () => {
        ending.abort()
        return new Date()
      },
    },
  })

  const standing = (): Promise<unknown> =>
    inside(async (tx) => (await sql`select * from parley.case_report order by 1`.execute(tx)).rows)
})

const never = new AbortController().signal
