import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel, uncleared } from '#features/label/label.ts'
import { clockAt } from '#kernel/clock.ts'
import { type Actor, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
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
import { facetsOf, listCases } from './case-list.store.ts'
import { type CaseQuery, parseQuery } from './case-query.ts'

/** What looks past the policies shows no more than they do: one case, out of sight for most. */

let database: TestDatabase
let receipt: string
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  const held = { ...uncleared('org_staff001'), compartments: ['GLASS'] }
  await clear(database, coordinator, held)
  await asActor(database.app, systemActor, fill)
})
after(() => database[Symbol.asyncDispose]())

async function fill(tx: Tx): Promise<void> {
  const id = await labelIdFor(tx, { ...commonLabel, compartments: ['GLASS'] })
  const label = id.ok ? id.value : 0
  const finding = { aliases: ['CVE-2026-4242'], details: 'quokka' }
  const reports = await storeReports(tx, [
    { label, title: 'A quokka overflows', finding },
    { label },
  ])
  const [placed = 0, waiting = 0] = reports
  await createCases(tx, [{ reports: [placed], ties: [] }], { clock: clockAt('2026-11-21') })
  await sql`insert into parley.bulk_import (id, organisation_id, name, sha256, size_bytes, blob,
    state, received_at, label_id)
    values ('import_glass001', 'org_finder01', 'x', '', 1, '{}', 'read', now(), ${label})`.execute(
    tx,
  )
  await sql`update parley.report set sealed = '\\x01', ordinal = 1,
    import_no = (select no from parley.bulk_import) where no = ${placed}`.execute(tx)
  await sql`insert into parley.arrival (report_no, label_id)
    values (${waiting}, ${label})`.execute(tx)
  const { rows } = await sql<{ receipt: string }>`
    select receipt from parley.report where no = ${placed}`.execute(tx)
  receipt = rows[0]?.receipt ?? ''
}

const queries: readonly (readonly [string, () => string])[] = [
  ['an alias', () => `select * from parley.cases_of_aliases('{CVE-2026-4242}')`],
  ['the sealed parts of a report', () => `select * from parley.sealed_of('{1}')`],
  ['its receipt', () => `select * from parley.submission_of_receipt('${receipt}')`],
  ['its import', () => `select * from parley.import_rows('import_glass001', 0, 9)`],
  ['the list of what waits', () => `select 1 from parley.arriving_count(9) as n where n > 0`],
  ['the search', () => `select * from parley.find_cases('{"words": "quokka"}', 9, 9)`],
  ['the counts of the queue', () => `select * from parley.case_kinds('{}', 9)`],
]

const count = (actor: Actor, query: string): Promise<number> =>
  asActor(database.app, actor, async (tx) => (await sql.raw(query).execute(tx)).rows.length)

for (const [what, query] of queries) {
  test(`by ${what} nothing shows to somebody who is not cleared`, async () => {
    assert.equal(await count(secondCoordinator, query()), 0)
    assert.equal(await count(coordinator, query()), 1)
    assert.equal(await count(systemActor, query()), 1)
  })
}

test('those who handed it in follow it, whatever its label', async () => {
  for (const at of [1, 2, 3]) assert.equal(await count(finder, queries[at]?.[1]() ?? ''), 1)
  const others: Actor = { ...finder, organisation: 'org_finder02' }
  for (const at of [1, 2, 3]) assert.equal(await count(others, queries[at]?.[1]() ?? ''), 0)
})

test('neither the queue nor its filters know of it', async () => {
  const asked: readonly CaseQuery[] = [{}, { q: 'quokka' }, { sort: 'newest' }]
  for (const query of asked) {
    const wanted = parseQuery(query, { person: 'person_ada00001', opened: (after) => after })
    assert.ok(wanted.ok)
    const look = (actor: Actor) =>
      asActor(database.app, actor, async (tx) => {
        const { items } = await listCases(tx, wanted.value)
        const facets = JSON.stringify(await facetsOf(tx, wanted.value))
        return [items.length, facets.match(/"count":[1-9]/g)?.length ?? 0]
      })
    const [none, facetsOfNone] = await look(secondCoordinator)
    const [one, facetsOfOne] = await look(coordinator)
    assert.deepEqual([none, facetsOfNone, one], [0, 0, 1])
    assert.ok((facetsOfOne ?? 0) > 0)
  }
})
