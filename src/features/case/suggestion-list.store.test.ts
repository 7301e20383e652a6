import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel } from '#features/label/label.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { clockAt } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { clear, coordinator, peopleOf, storeReports } from '../../../test/db/reports.ts'
import { createCases } from './case.store.ts'
import { readSuggestions } from './suggestion-list.store.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  await clear(database, coordinator, {
    ...{ organisation: 'org_staff001', classification: 'unclassified', tlp: 'red' },
    ...{ compartments: ['HARBOUR'], pcii: false, underEmbargo: false },
  })
})
after(() => database[Symbol.asyncDispose]())

/** A case of one report of this label. */
async function caseOf(tx: Tx, label: number) {
  const [no = 0] = await storeReports(tx, [{ label }])
  const [of = ''] = await createCases(tx, [{ reports: [no], ties: [] }], { clock })
  const { id } = await tx
    .selectFrom('parley.report')
    .select('id')
    .where('no', '=', no)
    .executeTakeFirstOrThrow()
  return { no, id, of }
}

test('whoever is told who saw a report learns of no hidden one that stood beside it', async () => {
  const [own, other, hidden] = await asActor(database.app, systemActor, async (tx) => {
    const label = await labelIdFor(tx, { ...commonLabel, compartments: ['HARBOUR'] })
    assert.ok(label.ok)
    const cases = [await caseOf(tx, 1), await caseOf(tx, 1), await caseOf(tx, label.value)]
    const [one, two, three] = cases
    for (const [kind, side] of [
      ['merge', two],
      ['link', three],
    ] as const) {
      await sql`insert into parley.suggestion (id, kind, report_a, report_b, probability, because,
          model, made_at)
        values (${`suggestion_${kind}`}, ${kind}, ${one?.no}, ${side?.no}, 0.5, '[]', '1',
          now())`.execute(tx)
    }
    return cases
  })
  const wish = { state: null, after: null, limit: 50 } as const
  const { items } = await asActor(database.app, coordinator, (tx) =>
    readSuggestions(tx, wish, { now: clock.now(), keys }),
  )
  assert.equal(items.length, 2)
  const { rows: written } = await asActor(database.app, systemActor, (tx) =>
    sql<{ action: string; record: string; about: string[] }>`
      select action, fields #>> '{record,value}' as record, about from parley.ledger_pending
      where action in ('case.read', 'suggestion.read') order by no`.execute(tx),
  )
  const wanted = [own, hidden].map((one) => ({
    ...{ action: 'case.read', record: one?.of ?? '', about: [one?.id] },
  }))
  const byRecord = (all: readonly { record: string }[]) =>
    all.toSorted((x, y) => (x.record < y.record ? -1 : 1))
  assert.deepEqual(
    byRecord(written.filter(({ action }) => action === 'case.read')),
    byRecord(wanted),
  )
  assert.deepEqual(
    written.filter(({ action }) => action !== 'case.read').map((one) => [one.action, one.about]),
    [['suggestion.read', [own?.id, other?.id]]],
  )
})
