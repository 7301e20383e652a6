import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { keepCasesApart } from '#features/case/pair.store.ts'
import { mergeCases, splitCase } from '#features/case/structure.store.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { systemClock } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, peopleOf, storeReports } from '../../../test/db/reports.ts'
import { Placer } from './placement.ts'
import { recluster } from './recluster.ts'

const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
const by = { person: 'person_ada00001', now: new Date('2026-11-21T12:00:00Z') }

/** A scanner's result at a line of a function; two scanners that point at one place agree. */
const result = (name: string, line: number, tool = 'Probe'): Partial<Finding> => ({
  title: `Unchecked length in ${name}`,
  tool: { name: tool },
  rule: { id: `${tool}/unchecked-length` },
  cwe: [787],
  locations: [{ file: `src/${name}.c`, line, function: name }],
})

let database: TestDatabase
let parts: ConstructorParameters<typeof Placer>[0]
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
  parts = { pool: database.app, knowledge, clock: systemClock, model: 'test', keys }
})
after(() => database[Symbol.asyncDispose]())

const inside = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, systemActor, work)

const decide = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, coordinator, work)

/** What a scan found arrives; answers the case of each result. */
async function scanned(...findings: readonly Partial<Finding>[]): Promise<string[]> {
  const reports = await inside(async (tx) => {
    const stored = await storeReports(
      tx,
      findings.map((finding) => ({ finding })),
    )
    await sql`insert into parley.arrival (report_no)
      select no from unnest(${stored}::bigint[]) as s (no)`.execute(tx)
    return stored
  })
  const placer = new Placer(parts)
  while ((await placer.placeNext()) !== null);
  return inside(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select case_id as id from parley.case_report join unnest(${reports}::bigint[])
        with ordinality as s (no, at) on s.no = report_no order by at`.execute(tx)
    return rows.map(({ id }) => id)
  })
}

const seenAs = (id: string): Promise<{ readonly id: string; readonly version: number }> =>
  inside(async (tx) => {
    const { rows } = await sql<{ version: number }>`
      select version from parley.vulnerability_case where id = ${id}`.execute(tx)
    return { id, version: rows[0]?.version ?? 0 }
  })

/** Suggestions that wait, once all was judged again as after a new version. */
async function asked(): Promise<number> {
  await recluster({ ...parts, model: 'next' }, new AbortController().signal)
  return inside(async (tx) => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::integer as n from parley.suggestion
      where state in ('open', 'unsure')`.execute(tx)
    return rows[0]?.n ?? 0
  })
}

test('what a person merged is one case for the scans that come later', async () => {
  const scan = [result('readHeader', 5), result('applyPalette', 300)]
  const [a = '', b = ''] = await scanned(...scan)
  assert.notEqual(a, b)
  const into = await seenAs(a)
  assert.ok((await decide((tx) => mergeCases(tx, { into, cases: [b] }, by))).ok)
  assert.deepEqual(await scanned(...scan), [a, a])
  assert.equal(await asked(), 0)
})

test('what a person split off is joined by its like, and is not asked about again', async () => {
  const scan = [result('skipTrailer', 40), result('skipTrailer', 40, 'Lantern')]
  const [one = '', same = ''] = await scanned(...scan)
  assert.equal(one, same)
  const { rows } = await inside((tx) =>
    sql<{ id: string }>`select r.id from parley.case_report join parley.report r on no = report_no
      where case_id = ${one} order by no desc limit 1`.execute(tx),
  )
  const from = await seenAs(one)
  const split = await decide((tx) => splitCase(tx, { from, reports: [rows[0]?.id ?? ''] }, by))
  assert.ok(split.ok)
  const [first, second] = await scanned(...scan)
  assert.equal(first, one)
  assert.notEqual(second, one)
  assert.equal(await asked(), 0)
})

test('what a person said is never one stays two cases, and is not asked about again', async () => {
  const scan = [result('growTable', 70), result('shrinkTable', 700)]
  const [a = '', b = ''] = await scanned(...scan)
  const seen = await seenAs(a)
  assert.ok((await decide((tx) => keepCasesApart(tx, { seen, with: b }, by))).ok)
  // One result that names both places is like both cases.
  const both = { ...result('growTable', 70), locations: [...places('growTable', 'shrinkTable')] }
  const [first, second] = await scanned(...scan, both)
  assert.deepEqual([first, second], [a, b])
  assert.equal(await asked(), 0)
})

const places = (...names: readonly string[]): NonNullable<Finding['locations']> =>
  names.flatMap((name) => result(name, name === 'growTable' ? 70 : 700).locations ?? [])
