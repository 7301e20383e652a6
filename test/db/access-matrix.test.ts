import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  expectedMatrix,
  headLine,
  labelsOutOfReach,
  type Matrix,
  openMatrix,
} from './access-matrix.ts'
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

const linesOf = (tables: readonly string[], ...first: readonly string[]): Promise<string[]> =>
  inScratch(async () => {
    for (const statement of first) await matrix.client.query(statement)
    const all: string[] = []
    for (const table of tables) all.push(await matrix.lineOf(table))
    return all
  })

test('each role reaches of each table by each verb what the table says', async () => {
  const lines = await linesOf(matrix.tables)
  assert.deepEqual([headLine, ...lines], expectedMatrix('access-matrix.txt'))
})

/** Tables whose rows say nothing of a report or a case, or that the product alone reaches. */
const unlabelled: Readonly<Record<string, string>> = {
  account_hand: 'people',
  advisory: 'public advisories',
  ...{ agreement: 'of the instance', agreement_acceptance: 'people', alert: 'people' },
  approval: 'one’s own three are seen in any case; the counts of the tests below tell the others',
  approval_policy: 'of the instance',
  ...{ case_export: 'ids, for auditors', case_taken: 'own ids', export_grant: 'own ids' },
  ...{ hold: 'of the instance', same_human: 'people', read_count: 'people', read_stop: 'people' },
  ...{ ledger_about: 'nobody reads it', ledger_key: 'of the instance', ledger_list: 'nobody' },
  ...{ api_token: 'people', clearance: 'people', membership: 'people', organisation: 'people' },
  ...{ passkey: 'people', passkey_challenge: 'people', person: 'people', session: 'people' },
  ...{ provider_identity: 'people', provider_request: 'people', recovery_code: 'people' },
  ...{ saved_view: 'what somebody searches for, to them alone', sign_in_link: 'people' },
  ...{ ceiling: 'of the instance', setting: 'of the instance' },
  ...{ ledger_checkpoint: 'ids and digests', ledger_entry: 'ids and digests' },
  ...{ ledger_field: 'ids and digests', ledger_pending: 'ids and digests' },
  ledger_tile: 'ids and digests',
  honey: 'invented, for those who make it and audit',
  ...{ pseudonym: 'people, sealed', pseudonym_reveal: 'people', finder_message: 'sealed' },
  idempotency: 'what an organisation was answered, to it alone',
  arrival: 'nobody reads it; who hands in labels what they hand in',
  ...{ correlation_equal: 'the product alone', correlation_population: 'the product alone' },
  correlation_profile: 'the product alone',
  ...{ correlation_across: 'the product alone', correlation_label: 'the product alone' },
  worker: 'of the instance',
  ...{ gateway_credential: 'the product alone', gateway_gate: 'the product alone' },
  crossed_verdict: 'made to be shown here; to those who took it',
  verdict_key: 'public keys',
  gateway_endpoint: 'of the developer, to it alone, as its offer is',
  ...{ gateway_request: 'the product alone', gateway_reservation: 'the product alone' },
}

test('of what a label keeps from somebody they reach nothing, whatever their role', async () => {
  const seen = new Set(expectedMatrix('access-matrix.txt'))
  const lines = await linesOf(matrix.tables, labelsOutOfReach)
  const changed = lines.filter((line) => !seen.has(line))
  assert.deepEqual([headLine, ...changed], expectedMatrix('access-matrix-unseen.txt'))
  const same = lines.filter((line) => seen.has(line)).map((line) => line.split(' ')[0])
  assert.deepEqual(same, Object.keys(unlabelled).sort())
})

type Policy = {
  readonly name: string
  readonly table: string
  readonly using: string | null
  readonly check: string | null
}

async function policies(): Promise<readonly Policy[]> {
  const { rows } = await matrix.client.query<Policy>(
    `select p.polname as name, c.relname as table, pg_get_expr(p.polqual, p.polrelid) as using,
       pg_get_expr(p.polwithcheck, p.polrelid) as check
     from pg_policy p join pg_class c on c.oid = p.polrelid
     where c.relnamespace = 'parley'::regnamespace
       and 'parley_app'::regrole = any (p.polroles) order by 2, 1`,
  )
  return rows
}

const altered = (
  { name, table, using, check }: Policy,
  to: (expression: string) => string,
): string =>
  `alter policy ${name} on parley.${table} ${using === null ? '' : `using (${to(using)})`}
     ${check === null ? '' : `with check (${to(check)})`}`

/** How many rows each reaches, for those who are cleared and for those who are not. */
const reachOf = (table: string, ...first: readonly string[]): Promise<string> =>
  inScratch(async () => {
    for (const statement of first) await matrix.client.query(statement)
    return JSON.stringify(await matrix.countsOf(table))
  })

const reaches = new Map<string, string>()

/** Whether anybody reaches more or less of a table then, cleared for its labels or not. */
async function isNoticed(table: string, change: string): Promise<boolean> {
  for (const first of [[], [labelsOutOfReach]]) {
    const key = [table, ...first].join(' ')
    const before = reaches.get(key) ?? (await reachOf(table, ...first))
    reaches.set(key, before)
    if ((await reachOf(table, ...first, change)) !== before) return true
  }
  return false
}

const changes: readonly (readonly [string, (policy: Policy) => string])[] = [
  ['removed', ({ name, table }) => `drop policy ${name} on parley.${table}`],
  ['opened to all', (policy) => altered(policy, () => 'true')],
]

for (const [is, change] of changes) {
  test(`the table no longer holds when any single policy is ${is}`, async () => {
    const unnoticed: string[] = []
    const all = await policies()
    assert.ok(all.length > 80, `${all.length} policies`)
    for (const policy of all) {
      if (!(await isNoticed(policy.table, change(policy)))) {
        unnoticed.push(`${policy.table}: ${policy.name}`)
      }
    }
    assert.deepEqual(unnoticed, [])
  })
}

/** What asks for the label of a row, or for the record that it hangs on. */
const asksForLabel = new RegExp(
  [
    /\w+ IN \(\s*SELECT l\.id\s+FROM parley\.visible_labels\(\) l\(id\)\)/,
    /EXISTS \(\s*SELECT 1\s+FROM parley\.\w+ \w\s+WHERE \([^()]+\)\s+OFFSET 0\)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

test('nor does it when any single policy asks for the label of no row', async () => {
  const unnoticed: string[] = []
  const asking = (await policies()).filter(
    ({ using, check }) => `${using} ${check}`.search(asksForLabel) >= 0,
  )
  assert.ok(asking.length > 40, `${asking.length} policies`)
  for (const policy of asking) {
    const opened = altered(policy, (expression) => expression.replaceAll(asksForLabel, 'true'))
    if (!(await isNoticed(policy.table, opened))) unnoticed.push(`${policy.table}: ${policy.name}`)
  }
  assert.deepEqual(unnoticed, [])
})
