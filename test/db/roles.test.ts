import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { permissions, permissionsOf, roles } from '#features/org/role.ts'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { coordinator, finder, peopleOf, storeReports } from './reports.ts'

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
})
after(() => database[Symbol.asyncDispose]())

const read = <T>(actor: Actor, query: string): Promise<readonly T[]> =>
  asActor(database.app, actor, async (tx) => (await sql<T>`${sql.raw(query)}`.execute(tx)).rows)

test('the database knows the roles and permissions that the product knows', async () => {
  for (const role of roles) {
    const [row] = await read<{ list: string[]; is: boolean }>(
      systemActor,
      `select parley.permissions_of('${role}') as list, parley.is_role('${role}') as is`,
    )
    assert.deepEqual(row, { list: [...permissionsOf(role)], is: true })
  }
  const [none] = await read(
    systemActor,
    `select parley.permissions_of('boss') as list, parley.is_role('boss') as boss,
      parley.is_role('system') as system, parley.permissions_of('system') as all`,
  )
  assert.deepEqual(none, { list: null, boss: false, system: false, all: [...permissions] })
})

test('nobody reads the sealed column; the function asks who may read proofs', async () => {
  const [no = 0] = await asActor(database.app, systemActor, (tx) => storeReports(tx, [{}]))
  const set = `update parley.report set sealed = '\\x01' where no = ${no}`
  await read(systemActor, set)
  await assert.rejects(read(systemActor, 'select sealed from parley.report'), /permission denied/)
  const ofOther: Actor = { ...finder, organisation: 'org_finder02' }
  for (const [actor, opened, withheld] of [
    [systemActor, 1, 0],
    [coordinator, 1, 0],
    [finder, 1, 0],
    [ofOther, 0, 0],
    [{ ...coordinator, role: 'analyst' }, 1, 0],
    [{ ...coordinator, role: 'reader' }, 1, 0],
    [{ ...coordinator, role: 'triager' }, 0, 1],
    [{ ...finder, role: 'triager' }, 0, 1],
    [{ ...finder, role: 'auditor' }, 0, 0],
  ] as const) {
    const sealed = await read(actor, `select * from parley.sealed_of(array[${no}]::bigint[])`)
    const kept = await read(actor, `select * from parley.withheld_of(array[${no}]::bigint[])`)
    assert.deepEqual([sealed.length, kept.length], [opened, withheld], actor.role)
  }
})
