import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { clockAt } from '#kernel/clock.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { peopleOf, storeReports } from '../../../test/db/reports.ts'
import { createCases, joinReports, refreshCases } from './case.store.ts'

const options = { clock: clockAt('2026-11-21T12:00:00Z') }

describe('placing reports in cases', () => {
  let database: TestDatabase
  before(async () => {
    database = await freshDatabase()
    await peopleOf(database.app)
  })
  after(async () => database[Symbol.asyncDispose]())

  const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    asActor(database.app, systemActor, work)
  const caseRow = async (tx: Tx, id: string) =>
    tx
      .selectFrom('parley.vulnerability_case')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()

  test('a report is in one case only', async () => {
    const [no = 0] = await asSystem((tx) => storeReports(tx, [{}]))
    await asSystem((tx) => createCases(tx, [{ reports: [no], ties: [] }], options))
    await assert.rejects(
      asSystem((tx) => createCases(tx, [{ reports: [no], ties: [] }], options)),
      /duplicate key/,
    )
  })

  test('a report that does not exist opens no case', async () => {
    await assert.rejects(
      asSystem((tx) => createCases(tx, [{ reports: [999_999], ties: [] }], options)),
      /does not exist/,
    )
  })

  test('a case is what its reports say together', async () => {
    const row = await asSystem(async (tx) => {
      const [a = 0, b = 0] = await storeReports(tx, [
        { title: 'CVE-2031-1111', finding: { aliases: ['CVE-2031-1111'], severity: 'low' } },
        {
          ...{ title: 'Overflow in tf_read', finders: ['Basalt', 'Heron'] },
          finding: { severity: 'high', cwe: [787], components: [{ name: 'kestrel-http' }] },
        },
      ])
      const tie = { report: b, with: a, probability: 0.97, because: [] }
      const [id = ''] = await createCases(tx, [{ reports: [a, b], ties: [tie] }], options)
      return caseRow(tx, id)
    })
    assert.equal(row.title, 'Overflow in tf_read')
    assert.equal(row.severity, 'high')
    assert.deepEqual(row.aliases, ['CVE-2031-1111'])
    assert.deepEqual(row.packages, ['kestrel-http'])
    assert.deepEqual([...row.finders].sort(), ['Basalt', 'Heron'])
    assert.equal(row.report_count, 2)
    assert.match(row.search, /'tf_read':\d+A/)
  })

  test('ten thousand findings are placed in about two seconds', async () => {
    const wishes = Array.from({ length: 10_000 }, (_, at) => ({
      title: `heap-overflow in read_frame_${at}`,
      finding: {
        details: `The function read_frame_${at} copies more bytes than the buffer holds.`,
        ...{ severity: 'high' as const, cwe: [122], tool: { name: 'Probe' }, rule: { id: 'x' } },
        locations: [{ file: `src/read_${at % 700}.c`, line: at }],
      },
    }))
    const numbers = await asSystem((tx) => storeReports(tx, wishes))
    await asSystem(async (tx) => {
      const groups = numbers.map((no) => ({ reports: [no], ties: [] }))
      await createCases(tx, groups, options)
    })
    const again = await asSystem((tx) => storeReports(tx, wishes))
    await asSystem((tx) => createCases(tx, [{ reports: again, ties: [] }], options))
  })

  test('a report joins a case of ten thousand at a bounded cost', async () => {
    const { id } = await asSystem((tx) =>
      tx
        .selectFrom('parley.vulnerability_case')
        .select('id')
        .where('report_count', '>', 9000)
        .executeTakeFirstOrThrow(),
    )
    for (let round = 0; round < 3; round++) {
      await asSystem(async (tx) => {
        const [no = 0] = await storeReports(tx, [{ finding: { aliases: ['CVE-2031-2222'] } }])
        await joinReports(
          tx,
          [{ case: id, report: no, with: no, probability: 0.99, because: [] }],
          options,
        )
        const { aliases } = await caseRow(tx, id)
        assert.deepEqual(aliases, ['CVE-2031-2222'])
        await refreshCases(tx, [id], options)
      })
    }
      sql`select status, severity, band, is_gone, sum(count) from parley.case_count group by 1,2,3,4`.execute(
        tx,
      ),
    )
      (await asSystem((tx) => sql`select * from parley.finder`.execute(tx))).rows,
      (await asSystem((tx) => sql`select * from parley.day_count`.execute(tx))).rows,
    )
  })
})
