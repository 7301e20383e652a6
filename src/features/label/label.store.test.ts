import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { clear, coordinator, finder, peopleOf, raiseCeiling } from '../../../test/db/reports.ts'
import { differences } from '../../../test/labels/twin.ts'
import { ceilingOf, labelIdFor, labelsOf } from './label.store.ts'
import { type Clearance, commonLabel, type Label, strictest, uncleared } from './label.ts'

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
})
after(() => database[Symbol.asyncDispose]())

const as = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, actor, work)

const glass: Label = { ...commonLabel, compartments: ['GLASS'] }
const secret: Label = { ...commonLabel, classification: 'secret' }
const idOf = async (label: Label, actor: Actor = systemActor): Promise<number> => {
  const id = await as(actor, (tx) => labelIdFor(tx, label))
  assert.ok(id.ok)
  return id.value
}
const rawLabel = (label: unknown) => (tx: Tx) =>
  sql`select parley.label_id_for(${JSON.stringify(label)}::jsonb)`.execute(tx)

test('the database and label.ts say the same of twenty thousand random pairs', async () => {
  assert.deepEqual(await differences(database.app, { pairs: 20_000, seed: 7 }), [])
})

describe('a label', () => {
  for (const [what, label] of [
    ['above the ceiling', secret],
    ['without a part', { ...commonLabel, tlp: undefined }],
    ['with an unknown classification', { ...commonLabel, classification: 'cosmic' }],
    ['with an unknown colour', { ...commonLabel, tlp: 'blue' }],
    ['with a set that is not sorted', { ...commonLabel, compartments: ['B', 'A'] }],
    ['with a compartment of other letters', { ...commonLabel, compartments: ['a"b'] }],
    ['with more than its parts', { ...commonLabel, extra: 1 }],
    ['with an embargo of another spelling', { ...commonLabel, embargoUntil: '2026-12-01' }],
  ] as const) {
    test(`${what} is not stored, whoever asks`, async () => {
      const counted = () =>
        as(systemActor, (tx) => sql`select count(*) from parley.label`.execute(tx))
      const before = await counted()
      await assert.rejects(as(systemActor, rawLabel(label)), /label|null value|type json/)
      assert.deepEqual((await counted()).rows, before.rows)
    })
  }

  test('above the ceiling is refused before anything is asked of the database', async () => {
    assert.deepEqual(await as(coordinator, (tx) => labelIdFor(tx, secret)), {
      ...{ ok: false, refusal: 'above-ceiling' },
    })
    assert.equal(await as(finder, ceilingOf), 'unclassified')
  })

  test('is not given to those who neither hand in nor decide', async () => {
    const reader: Actor = { ...coordinator, role: 'reader' }
    await assert.rejects(idOf(glass, reader), /only who hands in or decides/)
  })

  test('is never changed nor taken away', async () => {
    for (const statement of [
      'update parley.label set tlp = 0 where id = 1',
      'delete from parley.label where id = 1',
    ]) {
      await assert.rejects(
        as(systemActor, (tx) => sql.raw(statement).execute(tx)),
        /permission denied/,
      )
    }
  })

  test('has one number, also when many ask for it at once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => idOf(glass, finder)))
    assert.equal(new Set(ids).size, 1)
    assert.equal(await idOf(commonLabel), 1)
    assert.equal((await as(systemActor, (tx) => labelsOf(tx, [0]))).get(0)?.tlp, strictest.tlp)
  })

  test('is read by those who are cleared for it', async () => {
    const id = await idOf(glass)
    assert.deepEqual([...(await as(coordinator, (tx) => labelsOf(tx, [0, 1, id]))).keys()], [1])
    const all = await as(systemActor, (tx) => labelsOf(tx, [id]))
    assert.deepEqual(all.get(id), glass)
  })
})

describe('the labels that somebody is shown', () => {
  const visible = (actor: Actor): Promise<readonly number[]> =>
    as(actor, async (tx) => {
      const { rows } = await sql<{ id: number }>`
        select id from parley.visible_labels() order by 1`.execute(tx)
      return rows.map(({ id }) => id)
    })
  const held = (of: Partial<Clearance>): Clearance => ({ ...uncleared('org_staff001'), ...of })

  test('are none to nobody, all to the product, one to whom nobody cleared', async () => {
    const nobody = await database.app.query('select * from parley.visible_labels()')
    assert.deepEqual(nobody.rows, [])
    assert.deepEqual((await visible(systemActor)).slice(0, 2), [0, 1])
    assert.deepEqual(await visible(coordinator), [1])
    assert.deepEqual(await visible({ ...coordinator, person: 'person_nobody01' }), [1])
  })

  test('follow a clearance at the next statement, for its organisation alone', async () => {
    const id = await idOf(glass)
    await clear(database, coordinator, held({ compartments: ['GLASS'] }))
    assert.deepEqual(await visible(coordinator), [1, id])
    assert.deepEqual(await visible({ ...coordinator, organisation: 'org_finder02' }), [1])
    assert.deepEqual(await visible({ ...coordinator, person: 'person_bo000001' }), [1])
    await clear(database, coordinator, held({ tlp: 'green' }))
    assert.deepEqual(await visible(coordinator), [])
    await clear(database, coordinator, held({}))
  })

  test('end with a membership, and do not come back with it', async () => {
    await clear(database, finder, held({ compartments: ['GLASS'], organisation: 'org_finder01' }))
    assert.equal((await visible(finder)).length, 2)
    const of = sql`parley.membership where person_id = 'person_fay00001'`
    await as(systemActor, (tx) => sql`delete from ${of}`.execute(tx))
    await as(systemActor, (tx) =>
      sql`insert into parley.membership values
        ('person_fay00001', 'org_finder01', 'finder', now())`.execute(tx),
    )
    assert.deepEqual(await visible(finder), [1])
  })

  test('come with the ceiling, which goes no lower than what is stored', async () => {
    await raiseCeiling(database, 3)
    const id = await idOf(secret)
    await clear(database, coordinator, held({ classification: 'secret' }))
    assert.deepEqual(await visible(coordinator), [1, id])
    await assert.rejects(raiseCeiling(database, 2), /above this ceiling/)
    assert.equal(await as(coordinator, ceilingOf), 'secret')
    await assert.rejects(
      as(systemActor, (tx) => sql`select parley.set_ceiling(4::smallint)`.execute(tx)),
      /permission denied/,
    )
  })
})
