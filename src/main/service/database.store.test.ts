import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { ceilingOf, labelIdFor } from '#features/label/label.store.ts'
import { classifications, commonLabel } from '#features/label/label.ts'
import { ceilings } from '#platform/config/settings-variables.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { setCeiling } from './database.ts'

let database: TestDatabase
let owner: Client
before(async () => {
  database = await freshDatabase()
  owner = new Client({ connectionString: database.ownerUrl })
  await owner.connect()
})
after(async () => {
  await owner.end()
  await database[Symbol.asyncDispose]()
})

const ceiling = () => asActor(database.app, systemActor, ceilingOf)

test('the ceiling that is set is the one that the database knows', async () => {
  assert.deepEqual(ceilings, classifications)
  for (const [at, name] of classifications.entries()) {
    assert.ok((await setCeiling(owner, { ceiling: at })).ok)
    assert.equal(await ceiling(), name)
  }
})

test('a start with a ceiling below what is stored is refused, and changes nothing', async () => {
  assert.ok((await setCeiling(owner, { ceiling: 3 })).ok)
  const secret = { ...commonLabel, classification: 'secret' as const }
  const id = await asActor(database.app, systemActor, (tx) => labelIdFor(tx, secret))
  assert.ok(id.ok)
  const found = await setCeiling(owner, { ceiling: 2 })
  assert.deepEqual(found.ok ? null : [found.refusal.at, found.refusal.why], [
    'PARLEY_CEILING',
    'is lower than what this instance holds',
  ])
  assert.equal(await ceiling(), 'secret')
})
