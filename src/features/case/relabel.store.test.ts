import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel, type Label, markingOf, uncleared } from '#features/label/label.ts'
import { clockAt } from '#kernel/clock.ts'
import { type Actor, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { worldOf } from '../../../test/db/case-world.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import {
  clear,
  coordinator,
  finder,
  peopleOf,
  secondCoordinator,
  storeReports,
} from '../../../test/db/reports.ts'
import { createCases } from './case.store.ts'
import { listFinders } from './finder-list.store.ts'
import { overviewOf } from './overview.store.ts'
import { keepCasesApart, relateCases } from './pair.store.ts'
import { lowerLabel, relabelCase } from './relabel.store.ts'
import { mergeCases, splitCase } from './structure.store.ts'
import { undoEvent } from './undo.store.ts'

const now = new Date('2026-11-21T12:00:00Z')
const by = { person: 'person_ada00001', now }
const options = { clock: clockAt('2026-11-21T11:00:00Z') }
const glass: Label = { ...commonLabel, compartments: ['GLASS'] }

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  const held = { ...uncleared('org_staff001'), compartments: ['GLASS'] }
  await clear(database, coordinator, held)
})
after(() => database[Symbol.asyncDispose]())

const as = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, actor, work)
const inside = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => as(systemActor, work)

const rowsOf = <T>(actor: Actor, query: string): Promise<readonly T[]> =>
  as(actor, async (tx) => (await sql.raw<T>(query).execute(tx)).rows)

/** Cases of these many reports each. */
const open = (...sizes: readonly number[]): Promise<readonly string[]> =>
  inside(async (tx) => {
    const groups = []
    for (const size of sizes) {
      const reports = await storeReports(
        tx,
        Array.from({ length: size }, () => ({})),
      )
      groups.push({ reports, ties: [] })
    }
    return createCases(tx, groups, options)
  })

const versionOf = async (id: string): Promise<number> => {
  const [row] = await rowsOf<{ version: number }>(
    systemActor,
    `select version from parley.vulnerability_case where id = '${id}'`,
  )
  return row?.version ?? 0
}

const raise = async (id: string, label: Label = glass, actor: Actor = coordinator) => {
  const seen = { id, version: await versionOf(id) }
  return as(actor, (tx) => relabelCase(tx, { seen, label, why: 'a reason' }, by))
}

describe('a case is not given another label', () => {
  test('by whoever is not shown it: it is unknown to them', async () => {
    const [id = ''] = await open(1)
    assert.ok((await raise(id)).ok)
    const again = { ...glass, compartments: ['GLASS', 'HERON'] }
    const found = await raise(id, again, secondCoordinator)
    assert.deepEqual(found, { ok: false, refusal: { is: 'unknown', what: 'case' } })
  })

  for (const [what, label] of [
    ['a lower one', commonLabel],
    ['one of another compartment', { ...commonLabel, compartments: ['HERON'] }],
    ['one that more organisations are released to', { ...glass, tlp: 'green' as const }],
  ] as const) {
    test(`that is ${what}, without approval`, async () => {
      const [id = ''] = await open(1)
      assert.ok((await raise(id)).ok)
      assert.deepEqual(await raise(id, label), {
        ok: false,
        refusal: { is: 'needs-approval', kind: 'case.lower-label' },
      })
    })
  }

  test('above the ceiling', async () => {
    const [id = ''] = await open(1)
    const found = await raise(id, { ...glass, classification: 'secret' })
    assert.deepEqual(found, { ok: false, refusal: { is: 'above-ceiling' } })
  })

  test('on what was seen before somebody else decided', async () => {
    const [id = ''] = await open(1)
    const asked = { seen: { id, version: 9 }, label: glass, why: 'a reason' }
    const found = await as(coordinator, (tx) => relabelCase(tx, asked, by))
    assert.equal(found.ok ? '' : found.refusal.is, 'changed')
  })

  for (const table of ['report', 'vulnerability_case']) {
    test(`by a statement on parley.${table}, not even of the product itself`, async () => {
      await open(1)
      await assert.rejects(
        rowsOf(systemActor, `update parley.${table} set label_id = 0`),
        /a label is changed with the whole case/,
      )
    })
  }

  test('by the function behind it, where that would lower it', async () => {
    const [id = ''] = await open(1)
    await raise(id)
    const [answer] = await rowsOf(coordinator, `select parley.relabel_case('${id}', 1) as is`)
    assert.deepEqual(answer, { is: 'needs-approval' })
    for (const actor of [finder, { ...coordinator, role: 'reader' } as const, secondCoordinator]) {
      const [row] = await rowsOf(actor, `select parley.relabel_case('${id}', 1) as is`)
      assert.deepEqual(row, { is: 'unknown' })
    }
  })
})

describe('reports of unlike labels are in no one case', () => {
  test('when a case is opened', async () => {
    await assert.rejects(
      inside(async (tx) => {
        const label = await labelIdFor(tx, glass)
        const reports = await storeReports(tx, [{}, { label: label.ok ? label.value : 0 }])
        await createCases(tx, [{ reports, ties: [] }], options)
      }),
      /reports of unlike labels/,
    )
  })

  test('by any statement', async () => {
    const [a = '', b = ''] = await open(1, 1)
    await raise(a)
    await assert.rejects(
      rowsOf(systemActor, `update parley.case_report set case_id = '${b}' where case_id = '${a}'`),
      /the reports of a case have one label/,
    )
    await assert.rejects(
      inside(async (tx) => {
        const [no = 0] = await storeReports(tx, [{}])
        await sql`insert into parley.case_report (report_no, case_id, joined_at, how)
          values (${no}, ${a}, now(), 'merged')`.execute(tx)
      }),
      /the reports of a case have one label/,
    )
  })

  test('while one of two transactions relabels the case that the other adds to', async () => {
    const [id = ''] = await open(1)
    let added = Promise.resolve()
    await as(coordinator, async (tx) => {
      const seen = { id, version: await versionOf(id) }
      const done = await relabelCase(tx, { seen, label: glass, why: 'a reason' }, by)
      assert.ok(done.ok)
      added = inside(async (other) => {
        const [no = 0] = await storeReports(other, [{}])
        await sql`insert into parley.case_report (report_no, case_id, joined_at, how)
          values (${no}, ${id}, now(), 'merged')`.execute(other)
      })
      // It waits for the one that relabels, and finds the new label then.
      await Promise.race([added, new Promise((resolve) => setTimeout(resolve, 200))])
    })
    await assert.rejects(added, /the reports of a case have one label/)
  })

  test('when people merge cases, with words that say why', async () => {
    const [a = '', b = ''] = await open(1, 1)
    await raise(a)
    const into = { id: b, version: await versionOf(b) }
    const found = await as(coordinator, (tx) => mergeCases(tx, { into, cases: [a] }, by))
    assert.deepEqual(found, { ok: false, refusal: { is: 'labels' } })
  })

  test('when a split is undone after one of the two was relabelled', async () => {
    const [a = ''] = await open(2)
    const [one] = await rowsOf<{ id: string }>(
      systemActor,
      `select r.id from parley.report r join parley.case_report c on c.report_no = r.no
       where c.case_id = '${a}' order by r.no desc limit 1`,
    )
    const from = { id: a, version: await versionOf(a) }
    const split = await as(coordinator, (tx) =>
      splitCase(tx, { from, reports: [one?.id ?? ''] }, by),
    )
    assert.ok(split.ok)
    assert.ok((await raise(a)).ok)
    const undone = await as(coordinator, (tx) => undoEvent(tx, split.value.event, by))
    assert.deepEqual(undone, { ok: false, refusal: { is: 'labels' } })
  })
})

test('what is raised is in no list, count or history of whoever is not cleared', async () => {
  const [id = ''] = await open(3)
  const look = (actor: Actor) =>
    as(actor, async (tx) => {
      const { funnel, days } = await overviewOf(tx, { days: 3, now })
      const finders = await listFinders(tx, { sort: 'name', limit: 50 })
      const submitted = finders.ok ? finders.value.items.map((one) => one.submitted) : []
      return { funnel: funnel.map(({ count }) => count), days, submitted }
    })
  const [own, others] = [await look(coordinator), await look(secondCoordinator)]
  const done = await raise(id)
  assert.ok(done.ok)
  const after = await look(coordinator)
  // The decision to do so is counted as well, for those who may know of it.
  const decisions = after.days.map((day) => day.decisions)
  const before = own.days.map((day, at) => ({ ...day, decisions: decisions[at] }))
  assert.deepEqual(after, { ...own, days: before })
  const less = await look(secondCoordinator)
  assert.deepEqual(less.funnel.slice(0, 2), [
    (others.funnel[0] ?? 0) - 3,
    (others.funnel[1] ?? 0) - 1,
  ])
  assert.deepEqual(less.submitted, [(others.submitted[0] ?? 0) - 3])
  for (const table of ['vulnerability_case where id', 'case_report where case_id']) {
    const query = `select 1 from parley.${table} = '${id}'`
    assert.deepEqual(await rowsOf(secondCoordinator, query), [])
    assert.notDeepEqual(await rowsOf(coordinator, query), [])
  }
  const history = `select told ->> 'says' as says from parley.case_event where case_id = '${id}'`
  assert.deepEqual(await rowsOf(secondCoordinator, history), [])
  assert.deepEqual(await rowsOf(coordinator, history), [
    { says: `changed the label from ${markingOf(commonLabel)} to ${markingOf(glass)}` },
  ])
})

test('what a label takes along, the way back brings back, to the letter', async () => {
  const [a = '', b = '', c = ''] = await open(2, 1, 1)
  const into = { id: a, version: await versionOf(a) }
  const merged = await as(coordinator, (tx) => mergeCases(tx, { into, cases: [b] }, by))
  assert.ok(merged.ok)
  await inside((tx) =>
    sql`insert into parley.suggestion (id, kind, report_a, report_b, probability, because, model,
        made_at)
      select 'suggestion_' || x.report_no, 'merge', least(x.report_no, y.report_no),
        greatest(x.report_no, y.report_no), 0.5, '[]', 'm', now()
      from parley.case_report x, parley.case_report y
      where x.case_id = ${a} and y.case_id = ${c}`.execute(tx),
  )
  const world = await inside((tx) => worldOf(tx))
  assert.ok((await raise(a)).ok)
  const hidden = `select 1 from parley.vulnerability_case where id in ('${a}', '${b}')`
  assert.deepEqual(await rowsOf(secondCoordinator, hidden), [])
  const asked = `select 1 from parley.suggestion s join parley.report r on r.no = s.report_b`
  const suggested = await rowsOf(secondCoordinator, asked)
  assert.deepEqual(suggested, [])
  const lowered = await inside((tx) =>
    lowerLabel(tx, { id: a, label: commonLabel, why: 'agreed' }, by),
  )
  assert.ok(lowered.ok)
  assert.deepEqual(await inside((tx) => worldOf(tx)), world)
  const undone = await as(coordinator, (tx) => undoEvent(tx, merged.value.event, by))
  assert.ok(undone.ok)
})

test('an old decision is undone exactly, under the label of now', async () => {
  const [a = '', b = ''] = await open(1, 1)
  const into = { id: a, version: await versionOf(a) }
  const before = await inside((tx) => worldOf(tx))
  const merged = await as(coordinator, (tx) => mergeCases(tx, { into, cases: [b] }, by))
  assert.ok(merged.ok)
  assert.ok((await raise(a)).ok)
  assert.ok((await as(coordinator, (tx) => undoEvent(tx, merged.value.event, by))).ok)
  for (const id of [a, b]) {
    const back = await inside((tx) => lowerLabel(tx, { id, label: commonLabel, why: 'so' }, by))
    assert.ok(back.ok)
  }
  assert.deepEqual(await inside((tx) => worldOf(tx)), before)
})

test('a label is not taken back by an undo', async () => {
  const [id = ''] = await open(1)
  const done = await raise(id)
  assert.ok(done.ok)
  const undone = await as(coordinator, (tx) => undoEvent(tx, done.value.event, by))
  assert.equal(undone.ok ? '' : undone.refusal.is, 'state')
})

test('whoever raises a label above their own clearance sees the case no more', async () => {
  const [id = ''] = await open(1)
  assert.ok((await raise(id, glass, secondCoordinator)).ok)
  const query = `select 1 from parley.vulnerability_case where id = '${id}'`
  assert.deepEqual(await rowsOf(secondCoordinator, query), [])
  const own = await rowsOf(finder, 'select 1 from parley.report where label_id <> 1')
  assert.ok(own.length > 0, 'finders see what they handed in, whatever its label')
})

test('a history never tells of a case of another label', async () => {
  const [a = '', b = '', c = ''] = await open(1, 1, 1)
  await raise(a)
  const told = `select told ->> 'says' as says from parley.case_event
    where case_id in ('${b}', '${c}') order by no`
  const before = await rowsOf(secondCoordinator, told)
  for (const [id, other] of [
    [b, a],
    [a, c],
  ] as const) {
    const seen = { id, version: await versionOf(id) }
    const kind = { with: other, kind: 'related' as const, why: 'alike' }
    const refused = { ok: false, refusal: { is: 'labels' } }
    assert.deepEqual(await as(coordinator, (tx) => relateCases(tx, { seen, ...kind }, by)), refused)
    const apart = { seen, with: other }
    assert.deepEqual(await as(coordinator, (tx) => keepCasesApart(tx, apart, by)), refused)
  }
  assert.deepEqual(await rowsOf(secondCoordinator, told), before)
})
