import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectedMatrix, headLine, type Matrix, openMatrix } from './access-matrix.ts'
import { freshDatabase, type TestDatabase } from './database.ts'

let database: TestDatabase
let matrix: Matrix

before(async () => {
  database = await freshDatabase()
  matrix = await openMatrix(database)
})

after(async () => {
  await matrix[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function inScratch<T>(work: () => Promise<T>): Promise<T> {
  await matrix.client.query('begin')
  try {
    return await work()
  } finally {
    await matrix.client.query('rollback')
  }
}

test('each role reaches of each table by each verb what the table says', async () => {
  const lines = await inScratch(async () => {
    const all: string[] = []
    for (const table of matrix.tables) all.push(await matrix.lineOf(table))
    return all
  })
  assert.deepEqual([headLine, ...lines], expectedMatrix())
})

type Policy = {
  readonly name: string
  readonly table: string
  readonly using: boolean
  readonly check: boolean
}

async function policies(): Promise<readonly Policy[]> {
  const { rows } = await matrix.client.query<Policy>(
    `select p.polname as name, c.relname as table, p.polqual is not null as using,
       p.polwithcheck is not null as check
     from pg_policy p join pg_class c on c.oid = p.polrelid
     where c.relnamespace = 'parley'::regnamespace
       and 'parley_app'::regrole = any (p.polroles) order by 2, 1`,
  )
  return rows
}

const changes: readonly (readonly [string, (policy: Policy) => string])[] = [
  ['removed', ({ name, table }) => `drop policy ${name} on parley.${table}`],
  [
    'opened to all',
    ({ name, table, using, check }) =>
      `alter policy ${name} on parley.${table} ${using ? 'using (true)' : ''}
         ${check ? 'with check (true)' : ''}`,
  ],
]

for (const [is, change] of changes) {
  test(`the table no longer holds when any single policy is ${is}`, async () => {
    const expected = new Set(expectedMatrix())
    const unnoticed: string[] = []
    const all = await policies()
    assert.ok(all.length > 80, `${all.length} policies`)
    for (const policy of all) {
      const line = await inScratch(async () => {
        await matrix.client.query(change(policy))
        return matrix.lineOf(policy.table)
      })
      if (expected.has(line)) unnoticed.push(`${policy.table}: ${policy.name}`)
    }
    assert.deepEqual(unnoticed, [])
  })
}
