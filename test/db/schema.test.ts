import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { rowTypeText } from '../../tools/row-type-text.ts'
import { schemaText } from '../../tools/schema-text.ts'
import { root } from '../root.ts'
import { freshDatabase, type TestDatabase } from './database.ts'

let database: TestDatabase
let client: Client

before(async () => {
  database = await freshDatabase()
  client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
})

after(async () => {
  await client.end()
  await database[Symbol.asyncDispose]()
})

const kept = (path: string): string => readFileSync(join(root, path), 'utf8')

test('db/schema.sql shows what the migrations make ("npm run schema" writes it)', async () => {
  assert.equal(await schemaText(client), kept('db/schema.sql'))
})

test('the types of rows are those of the migrated tables', async () => {
  assert.equal(await rowTypeText(client), kept('src/platform/db/tables.generated.ts'))
})
