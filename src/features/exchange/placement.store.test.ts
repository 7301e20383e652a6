import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { type Report, ReportId } from '#features/report/report.ts'
import { systemClock } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { openPool } from '#platform/db/connection.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { root } from '../../../test/root.ts'
import { assemble } from './assemble.ts'
import { decoders } from './decoders.ts'
import { Placer } from './placement.ts'
import { type Import, importFrom } from './read.ts'
import { recluster } from './recluster.ts'
import { setAside } from './set-aside.ts'

const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
const examples: Import = await importFrom(documentsOf([`${root}/examples/findings`]), { decoders })
const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
const { kept } = setAside(examples.reports, null)
const formats = new Map(examples.files.map(({ name, format }) => [name, format ?? 'unknown']))

describe('placing reports that wait', () => {
  let database: TestDatabase
  const opened: TestDatabase[] = []
  const fresh = async (): Promise<TestDatabase> => {
    const made = await freshDatabase()
    opened.push(made)
    await run(
      made,
      `insert into parley.organisation values ('org_aaaaaaaa', 'A', now(), null)`,
      `insert into parley.bulk_import
        (id, organisation_id, name, sha256, size_bytes, blob, state, received_at)
        values ('import_aaaaaaaa', 'org_aaaaaaaa', 'x', '', 1, '{}', 'read', now())`,
    )
    return made
  }
  before(async () => {
    database = await fresh()
  })
  after(async () => {
    for (const one of opened) await one[Symbol.asyncDispose]()
  })

  const placerOn = ({ app }: TestDatabase): Placer =>
    new Placer({ pool: app, knowledge, clock: systemClock, model: 'test', keys })

  test('nothing waits, nothing is placed; an import without new reports ends', async () => {
    const placer = placerOn(database)
    assert.equal((await placer.placeNext())?.reports, 0)
    assert.equal(await placer.placeNext(), null)
    const { rows } = await read<{ state: string }>(database, 'select state from parley.bulk_import')
    assert.deepEqual(rows, [{ state: 'placed' }])
  })

  test('an import as a whole comes out as the laptop tool has it', async () => {
    const made = await fresh()
    await store(made, kept, 1)
    await placerOn(made).placeNext()
    const options = { version: '', knowledge, catalog: null, inventory: null, baseline: null }
    const { cases, suggestions } = assemble(examples, options).triage
    const expected = cases.map(({ reports }) =>
      reports
        .map(({ id }) => id)
        .sort()
        .join(),
    )
    assert.deepEqual(await groupsIn(made), expected.sort())
    const { rows } = await read<{ pair: string }>(
      made,
      `select least(a.id, b.id) || ' ' || greatest(a.id, b.id) as pair from parley.suggestion s
       join parley.report a on a.no = s.report_a join parley.report b on b.no = s.report_b`,
    )
    const pairs = suggestions.map(({ reports }) => [...reports].sort().join(' '))
    assert.deepEqual(rows.map(({ pair }) => pair).sort(), pairs.sort())
  })

  test('one by one they come out the same as well', async () => {
    const made = await fresh()
    await store(made, kept, null)
    const { rows } = await read<{ no: number }>(made, 'select report_no as no from parley.arrival')
    await run(made, 'delete from parley.arrival')
    const placer = placerOn(made)
    for (const { no } of rows) {
      await run(made, `insert into parley.arrival values (${no}, null)`)
      await placer.placeNext()
    }
    const batch = await groupsIn(opened[1] ?? made)
    assert.deepEqual(await groupsIn(made), batch)
  })

  test('two processes that place the same flaw at once make one case of it', async () => {
    const made = await fresh()
    const [first] = kept
    assert.ok(first)
    const copies = Array.from({ length: 12 }, (_, at): Report => {
      return { ...first, id: ReportId.of(`copy000${String.fromCharCode(97 + at)}`) }
    })
    await store(made, copies, null)
    const placers = [placerOn(made), placerOn(made)]
    await Promise.all(
      placers.map(async (placer) => {
        while ((await placer.placeNext()) !== null) placer.forget()
      }),
    )
    assert.equal((await groupsIn(made)).length, 1)
  })

  test('unlike reports of one flaw, placed by two processes at once, make one case', async () => {
    const made = await fresh()
    const [earlier, later] = pairOfOneCase()
    await store(made, [earlier], null)
    const isPlacing = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const slow = new Placer({
      ...{ pool: made.app, knowledge, clock: systemClock, model: 'test', keys },
      afterPlaced: async () => {
        isPlacing.resolve()
        await mayEnd.promise
      },
    })
    const first = slow.placeNext()
    await isPlacing.promise
    await store(made, [later], null)
    const second = placerOn(made).placeNext()
    // It waits for the lock; without one, that a report has one case would make it begin again.
    await pause(400)
    mayEnd.resolve()
    assert.deepEqual([(await first)?.reports, (await second)?.reports], [1, 1])
    assert.equal((await groupsIn(made)).length, 1)
  })

  test('a placement that fails leaves everything as it was, and is done again', async () => {
    const made = await fresh()
    await store(made, kept.slice(0, 5), null)
    const failing = new Placer({
      ...{ pool: made.app, knowledge, clock: systemClock, model: 'test', keys },
      afterPlaced: async () => {
        throw new Error('pulled the plug')
      },
    })
    await assert.rejects(failing.placeNext(), /pulled the plug/)
    assert.deepEqual(await groupsIn(made), [])
    assert.equal((await placerOn(made).placeNext())?.reports, 5)
  })

  test('regression: judging may take longer than a transaction of a request may idle', async () => {
    const made = await fresh()
    await store(made, kept.slice(0, 5), null)
    const pool = openPool(made.appUrl, {
      ...{ connectionsMax: 2, statementTimeoutMs: 200, idleInTransactionMs: 200 },
    })
    try {
      const slow = new Placer({
        ...{ pool, knowledge, clock: systemClock, model: 'test', keys },
        afterPlaced: async (tx) => {
          await pause(600)
          await sql`select pg_sleep(0.5)`.execute(tx)
        },
      })
      assert.equal((await slow.placeNext())?.reports, 5)
    } finally {
      await pool.end()
    }
  })

  test('beside a store, an import of very many texts is placed in parts', async () => {
    const made = await fresh()
    await store(made, kept.slice(0, 2), null)
    await placerOn(made).placeNext()
    await store(made, kept.slice(2), 1)
    const parts = { pool: made.app, knowledge, clock: systemClock, model: 'test', keys }
    const sizes: number[] = []
    const placer = new Placer({ ...parts, textsMax: 3 })
    for (let done = await placer.placeNext(); done; done = await placer.placeNext()) {
      sizes.push(done.reports)
    }
    assert.ok(sizes.length > 1, `${sizes}`)
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      kept.length - 2,
    )
    const imports = await read(made, 'select state from parley.bulk_import')
    assert.deepEqual(imports.rows, [{ state: 'placed' }])
  })

  for (const importNo of [null, 1]) {
    const where = importNo === null ? 'alone' : 'in an import'
    test(`regression: reports that cannot be placed hold up no others, ${where}`, async () => {
      const made = await fresh()
      await store(made, kept.slice(0, 7), importNo)
      await run(
        made,
        `update parley.report set finding = '{"title":1}' where no in (2, 5)`,
        `insert into parley.bulk_import
          (id, organisation_id, name, sha256, size_bytes, blob, state, received_at)
          values ('import_bbbbbbbb', 'org_aaaaaaaa', 'y', '', 1, '{}', 'read', now()),
            ('import_cccccccc', 'org_aaaaaaaa', 'z', '', 1, '{}', 'stored', now())`,
      )
      const told: number[] = []
      const placer = new Placer({
        ...{ pool: made.app, knowledge, clock: systemClock, model: 'test', keys },
        onUnplaced: (report) => told.push(report),
      })
      const placed: number[] = []
      for (let done = await placer.placeNext(); done; done = await placer.placeNext()) {
        placed.push(done.reports)
      }
      assert.deepEqual([placed.reduce((sum, one) => sum + one, 0), told], [5, [2, 5]])
      const left = await read(made, 'select report_no from parley.arrival order by 1')
      assert.deepEqual(left.rows, [{ report_no: 2 }, { report_no: 5 }])
      const imports = await read(made, 'select state from parley.bulk_import order by no')
      const first = { state: importNo === null ? 'placed' : 'read' }
      assert.deepEqual(imports.rows, [first, { state: 'placed' }, { state: 'stored' }])
      await run(made, `update parley.report set finding = '{"title":"x","at":{}}' where no = 2`)
      placer.forget()
      assert.equal((await placer.placeNext())?.reports, 1)
    })
  }

  test('judged again, what stands alone is suggested, never moved, and nothing twice', async () => {
    const made = await fresh()
    await store(made, kept, 1)
    await placerOn(made).placeNext()
    const before = await groupsIn(made)
    const parts = { pool: made.app, clock: systemClock, knowledge, keys, model: 'next' }
    const again = await recluster(parts, new AbortController().signal)
    assert.equal(again.reports, kept.length)
    assert.deepEqual(await groupsIn(made), before)
    // A report that a mistake put into a foreign case is to leave it.
    await run(
      made,
      `update parley.case_report set case_id = (select case_id from parley.case_report
        where report_no = 1) where report_no = (select min(report_no) from parley.case_report c
        where not exists (select 1 from parley.case_report o
          where o.case_id = c.case_id and o.report_no <> c.report_no)
        and not exists (select 1 from parley.suggestion s
          where c.report_no in (s.report_a, s.report_b)))`,
    )
    const { suggestions } = await recluster(parts, new AbortController().signal)
    assert.ok(suggestions > 0)
    const { rows } = await read<{ kind: string; model: string }>(
      made,
      "select kind, model from parley.suggestion where kind = 'split' and state = 'open'",
    )
    assert.deepEqual(rows, [{ kind: 'split', model: 'next' }])
    assert.equal((await recluster(parts, new AbortController().signal)).suggestions, 0)
  })
})

const run = (of: TestDatabase, ...statements: readonly string[]): Promise<void> =>
  asActor(of.app, systemActor, async (tx) => {
    for (const statement of statements) await sql.raw(statement).execute(tx)
  })

const read = <T>(of: TestDatabase, query: string, actor: Actor = systemActor) =>
  asActor(of.app, actor, (tx) => sql.raw<T>(query).execute(tx))

/** Reports as intake stores them, in the list of those that wait. */
async function store(of: TestDatabase, reports: readonly Report[], importNo: number | null) {
  await asActor(of.app, systemActor, async (tx) => {
    for (const [at, { id, file, finders, source, finding }] of reports.entries()) {
      const { rows } = await sql<{ no: number }>`
        insert into parley.report (id, receipt, organisation_id, received_at, import_no, ordinal,
          format, document, finders, source, title, finding, label_id)
        values (${id}, ${`SUB-${id}`}, 'org_aaaaaaaa', now(), ${importNo},
          ${importNo === null ? null : at}, ${formats.get(file) ?? 'tap'}, ${file},
          ${[...finders]}, ${source}, ${finding.title}, ${JSON.stringify(finding)}, 1)
        returning no`.execute(tx)
      const no = rows[0]?.no ?? 0
      await sql`insert into parley.arrival values (${no}, ${importNo})`.execute(tx)
    }
  })
}

/** The reports of each case, by id. */
async function groupsIn(of: TestDatabase): Promise<string[]> {
  const { rows } = await read<{ ids: string }>(
    of,
    `select string_agg(r.id, ',' order by r.id collate "C") as ids from parley.case_report c
     join parley.report r on r.no = c.report_no group by c.case_id`,
  )
  return rows.map(({ ids }) => ids).sort()
}

/** Two reports in one case that say it in other words, so that neither is a copy of the other. */
function pairOfOneCase(): readonly [Report, Report] {
  const options = { version: '', knowledge, catalog: null, inventory: null, baseline: null }
  const { cases } = assemble(examples, options).triage
  for (const { reports } of cases) {
    const own = kept.filter(({ id }) => reports.some((one) => one.id === id))
    const [first] = own
    const other = own.find(({ finding }) => finding.title !== first?.finding.title)
    if (first && other) return [first, other]
  }
  return assert.fail('the examples hold no such pair')
}
