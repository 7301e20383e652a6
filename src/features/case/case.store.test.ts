import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { reportKeysOf } from '#features/report/incoming.ts'
import { clockAt } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { seal } from '#platform/crypto/sealed-value.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { openPool } from '#platform/db/connection.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { finder, peopleOf, storeReports } from '../../../test/db/reports.ts'
import { countStatements } from '../../../test/db/statements.ts'
import { createCases, joinReports, refreshCases, refreshReports } from './case.store.ts'
import { lookedAtMax } from './derived.ts'

const options = { clock: clockAt('2026-11-21T12:00:00Z') }

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
})
after(async () => database[Symbol.asyncDispose]())

const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, systemActor, work)

const rowOf = (tx: Tx, id: string) =>
  tx
    .selectFrom('parley.vulnerability_case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()

const open = async (tx: Tx, reports: readonly number[]): Promise<string> => {
  const ties = reports
    .slice(1)
    .map((report) => ({ report, with: reports[0] ?? 0, probability: 0.97, because: [] }))
  const [id = ''] = await createCases(tx, [{ reports, ties }], options)
  return id
}

const joining = (id: string, report: number) => ({
  ...{ case: id, report, with: report, probability: 0.99, because: [] },
})

test('a report is in one case only', async () => {
  const [no = 0] = await asSystem((tx) => storeReports(tx, [{}]))
  await asSystem((tx) => open(tx, [no]))
  await assert.rejects(
    asSystem((tx) => open(tx, [no])),
    /duplicate key/,
  )
})

test('a report that does not exist opens no case', async () => {
  await assert.rejects(
    asSystem((tx) => open(tx, [999_999])),
    /does not exist/,
  )
})

test('a finder sees no case, no count and nothing beside them, and changes none', async () => {
  const id = await asSystem(async (tx) => open(tx, await storeReports(tx, [{}, {}])))
  await asActor(database.app, finder, async (tx) => {
    const tables = ['vulnerability_case', 'case_report', 'case_kin', 'case_count', 'day_count']
    for (const table of [...tables, 'suggestion_count', 'case_event', 'suggestion', 'note']) {
      const { rows } = await sql`select * from ${sql.table(`parley.${table}`)}`.execute(tx)
      assert.deepEqual(rows, [], table)
    }
    const { rows } = await sql`select parley.arriving_count(10) as count`.execute(tx)
    assert.deepEqual(rows, [{ count: 0 }])
    const { rows: found } = await sql`select * from parley.cases_of_aliases('{x}')`.execute(tx)
    assert.deepEqual(found, [])
    const changed = await tx
      .updateTable('parley.vulnerability_case')
      .set({ title: 'Mine' })
      .where('id', '=', id)
      .executeTakeFirst()
    assert.equal(changed.numUpdatedRows, 0n)
  })
})

test('a case is what its reports say together', async () => {
  const row = await asSystem(async (tx) => {
    const numbers = await storeReports(tx, [
      { title: 'CVE-2031-1111', finding: { aliases: ['CVE-2031-1111'], severity: 'low' } },
      {
        ...{ title: 'Overflow in tf_read', finders: ['Basalt', 'Heron'] },
        finding: { severity: 'high', cwe: [787], components: [{ name: 'kestrel-http' }] },
      },
    ])
    return rowOf(tx, await open(tx, numbers))
  })
  assert.equal(row.title, 'Overflow in tf_read')
  assert.equal(row.severity, 'high')
  assert.deepEqual(row.aliases, ['CVE-2031-1111'])
  assert.deepEqual(row.packages, ['kestrel-http'])
  assert.deepEqual([...row.finders].sort(), ['Basalt', 'Heron'])
  assert.deepEqual([row.report_count, row.finder_count], [2, 2])
  assert.match(row.search, /'tf_read':\d+A/)
})

test('what a person set stays when reports join and facts are refreshed', async () => {
  await asSystem(async (tx) => {
    const [first = 0, second = 0] = await storeReports(tx, [
      { title: 'As reported', finding: { severity: 'low' } },
      { title: 'Better evidenced', finding: { severity: 'critical', proofs: [{ text: 'x' }] } },
    ])
    const id = await open(tx, [first])
    await tx
      .updateTable('parley.vulnerability_case')
      .set({ edits: JSON.stringify({ title: 'As a person says', severity: 'medium' }) })
      .where('id', '=', id)
      .execute()
    await joinReports(tx, [joining(id, second)], options)
    await refreshCases(tx, [id], options)
    const { title, severity, evidence, report_count: reports } = await rowOf(tx, id)
    assert.deepEqual([title, severity, evidence, reports], ['As a person says', 'medium', 'E2', 2])
  })
})

test('a sealed proof counts as one where the keys are there, and is quoted nowhere', async () => {
  const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
  await asSystem(async (tx) => {
    const [with_ = 0, without = 0] = await storeReports(tx, [{}, {}])
    for (const no of [with_, without]) {
      const { rows } = await sql<{ id: string }>`
        select id from parley.report where no = ${no}`.execute(tx)
      const hidden = JSON.stringify({ proofs: [{ text: 'secret steps' }] })
      const sealed = seal(keys.finding, hidden, rows[0]?.id ?? '')
      // As the owner of the row would have stored it.
      await sql`update parley.report set sealed = ${sealed} where no = ${no}`.execute(tx)
    }
    const group = (no: number) => [{ reports: [no], ties: [] }]
    const [opened = ''] = await createCases(tx, group(with_), { ...options, keys })
    const [closed = ''] = await createCases(tx, group(without), options)
    const [row, other] = [await rowOf(tx, opened), await rowOf(tx, closed)]
    assert.deepEqual([row.evidence, other.evidence], ['E2', 'E0'])
    assert.doesNotMatch(JSON.stringify(row), /secret/)
    await refreshCases(tx, [opened], options)
    assert.equal((await rowOf(tx, opened)).evidence, 'E2')
    await refreshReports(tx, [without], { ...options, keys })
    assert.equal((await rowOf(tx, closed)).evidence, 'E2')
  })
})

test('a report joins a case that was merged away where its reports are now', async () => {
  await asSystem(async (tx) => {
    const [a = 0, b = 0, c = 0] = await storeReports(tx, [{}, {}, {}])
    const [one, other] = [await open(tx, [a]), await open(tx, [b])]
    await sql`update parley.case_report set case_id = ${one} where report_no = ${b}`.execute(tx)
    await sql`update parley.vulnerability_case set merged_into = ${one}
      where id = ${other}`.execute(tx)
    const placed = await joinReports(tx, [joining(other, c)], options)
    assert.equal(placed.get(c), one)
  })
})

test('an open suggestion between two reports is void once they are in one case', async () => {
  await asSystem(async (tx) => {
    const [a = 0, b = 0] = await storeReports(tx, [{}, {}])
    const id = await open(tx, [a])
    await sql`insert into parley.suggestion (id, kind, report_a, report_b, probability, because,
      model, made_at) values ('suggestion_1', 'merge', ${a}, ${b}, 0.7, '[]', 'm', now())`.execute(
      tx,
    )
    await joinReports(tx, [joining(id, b)], options)
    const { rows } = await sql`select state from parley.suggestion where report_a = ${a}`.execute(
      tx,
    )
    assert.deepEqual(rows, [{ state: 'void' }])
  })
})

test('finders are credited with what they submitted and what others had found before', async () => {
  await asSystem(async (tx) => {
    const numbers = await storeReports(
      tx,
      ['Tarn', 'Lund', 'Tarn'].map((name) => ({ finders: [name], organisation: 'org_finder02' })),
    )
    const [first = 0, second = 0, third = 0] = numbers
    const id = await open(tx, [second])
    await joinReports(tx, [joining(id, third)], options)
    await joinReports(tx, [joining(id, first)], options)
    const { rows } = await sql`select name, submitted, duplicates from parley.finder
      where organisation_id = 'org_finder02' order by name`.execute(tx)
    assert.deepEqual(rows, [
      { name: 'Lund', submitted: 1, duplicates: 1 },
      { name: 'Tarn', submitted: 2, duplicates: 1 },
    ])
  })
})

test('a case of very many reports keeps what all of them say, at a bounded cost', async () => {
  await asSystem(async (tx) => {
    const many = Array.from({ length: lookedAtMax + 100 }, (_, at) => ({
      title: 'The same again',
      finding: { cwe: [787], ...(at === 590 && { exploited: true }) },
      finders: [`Finder ${at % 7}`],
    }))
    const id = await open(tx, await storeReports(tx, many))
    const before = await rowOf(tx, id)
    const late = { aliases: ['CVE-2031-2222'], severity: 'critical' } as const
    const [no = 0] = await storeReports(tx, [{ finding: late, finders: ['Finder 7'] }])
    await joinReports(tx, [joining(id, no)], options)
    const joined = await rowOf(tx, id)
    assert.deepEqual([before.finder_count, joined.finder_count], [7, 8])
    assert.deepEqual([joined.report_count, joined.severity], [lookedAtMax + 101, 'critical'])
    assert.deepEqual(joined.aliases, ['CVE-2031-2222'])
    await refreshCases(tx, [id], options)
    const { told, rank_key: rank, aliases } = await rowOf(tx, id)
    assert.match(JSON.stringify(told), /"isExploited":true/)
    assert.deepEqual([rank, aliases], [joined.rank_key, joined.aliases])
  })
})

test('the counters are what counting would say', async () => {
  await asSystem(async (tx) => {
    const { rows: counted } = await sql`
      select severity, band, sum(count) as count from parley.case_count group by 1, 2
      having sum(count) <> 0 order by 1, 2`.execute(tx)
    const { rows: true_ } = await sql`
      select severity, band, count(*) as count from parley.vulnerability_case
      where merged_into is null group by 1, 2 order by 1, 2`.execute(tx)
    assert.deepEqual(
      counted.map((row) => JSON.stringify(row).replaceAll('"', '')),
      true_.map((row) => JSON.stringify(row).replaceAll('"', '')),
    )
  })
})

test('ten thousand findings are placed with some sixty statements, not ten thousand', async () => {
  const wishes = Array.from({ length: 10_000 }, (_, at) => ({
    title: `heap-overflow in read_frame_${at}`,
    finding: { severity: 'high' as const, cwe: [122], locations: [{ file: 'src/a.c', line: at }] },
  }))
  const numbers = await asSystem((tx) => storeReports(tx, wishes))
  const groups = numbers.map((no) => ({ reports: [no], ties: [] }))
  const app = openPool(database.appUrl)
  const seen = countStatements(app)
  await asActor(app, systemActor, (tx) => createCases(tx, groups, options))
  await app.end()
  assert.ok(seen.count < 70, `${seen.count} statements`)
})
