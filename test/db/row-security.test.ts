import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { Jobs } from '#platform/jobs/jobs.ts'
import { freshDatabase, type TestDatabase } from './database.ts'

/** Every relation that the product's login reaches by any right, and how it is guarded. */
const reached = `
  select n.nspname || '.' || c.relname as name, c.relkind as kind, c.relrowsecurity as enabled,
    c.relforcerowsecurity as forced,
    exists (select 1 from pg_policy p where p.polrelid = c.oid
      and (select oid from pg_roles where rolname = 'parley_app') = any (p.polroles)) as has_policy
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog',
    'information_schema')
    and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'
    and (has_any_column_privilege($1, c.oid, 'select, insert, update, references')
      or has_table_privilege($1, c.oid, 'select, insert, update, delete, truncate, trigger'))
  order by 1`

type Reached = {
  readonly name: string
  readonly kind: string
  readonly enabled: boolean
  readonly forced: boolean
  readonly has_policy: boolean
}

const finder: Actor = { role: 'finder', organisation: 'org_finder1', person: 'person_finder' }

describe('row-level security', () => {
  let database: TestDatabase
  let owner: Client
  before(async () => {
    database = await freshDatabase()
    const noted: string[] = []
    const jobs = new Jobs({
      url: database.queueUrl,
      queues: [],
      log: ({ says }) => noted.push(says),
    })
    await jobs.open()
    await jobs.close()
    owner = new Client({ connectionString: database.ownerUrl })
    await owner.connect()
  })
  after(async () => {
    await owner.end()
    await database[Symbol.asyncDispose]()
  })

  const login = (): string => `${database.name}_app`

  test('is enabled and forced, with a policy, on everything that the product reaches', async () => {
    const { rows } = await owner.query<Reached>(reached, [login()])
    const tables = rows.filter(({ name }) => name.startsWith('parley.'))
    assert.ok(tables.length > 25, `${tables.length} tables`)
    assert.deepEqual(
      rows.filter((row) => !row.enabled || !row.forced || !row.has_policy),
      [],
    )
  })

  test('the product reaches no view and nothing of the queue', async () => {
    const { rows } = await owner.query<Reached>(reached, [login()])
    assert.deepEqual(
      rows.filter(({ kind, name }) => kind !== 'r' || !name.startsWith('parley.')),
      [],
    )
  })

  test("the product's login has no rights beyond its rows", async () => {
    const { rows } = await owner.query<{ is: boolean }>(
      `select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as is
       from pg_roles where rolname in ($1, $2, 'parley_app', 'parley_queue', 'parley_keeper')`,
      [login(), `${database.name}_queue`],
    )
    assert.equal(rows.length, 5)
    assert.ok(rows.every(({ is }) => !is))
    const { rows: owned } = await owner.query(
      `select 1 from pg_class where relowner = (select oid from pg_roles where rolname = $1)`,
      [login()],
    )
    assert.deepEqual(owned, [])
  })

  test('functions that look past the policies fix their search path', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'parley' and p.prosecdef
         and (not coalesce(array_to_string(p.proconfig, ','), '') like '%search_path=%pg_temp%'
           or exists (select 1 from aclexplode(p.proacl) a where a.grantee = 0)
           or p.proacl is null)`,
    )
    assert.deepEqual(rows, [])
  })

  /** Functions that read what has a label without asking for it. */
  const unasked: Readonly<Record<string, string>> = {
    acknowledge_read_in: 'their own read-in, by its person',
    actor_evaluated: 'of what the own organisation handed in',
    ...{ cases_read_into: 'own read-ins, whose labels it holds against the clearance' },
    correlation_near: 'for the product alone',
    desk_counts: 'counts of all, only where an instance was told to publish them',
    destroy_run: 'for the product alone',
    engagement_names: 'asks engagements_seen',
    engagements_offered: 'of the own organisation, whose models they are',
    engagements_seen: 'asks engagements_offered and engagements_evaluated',
    exclusion_of: 'of a person, not of what a case says',
    labels_read_into: 'asks cases_read_into',
    pack_for_declaration: 'asks engagements_offered and packs_held',
    packs_declared: 'what was published and declared to the developer',
    ...{ read_in_facts: 'of a person, not of what a case says' },
    ...{ read_in_part: 'asks cases_read_into', reports_read_into: 'asks cases_read_into' },
    run_label_id: 'for the product alone',
    seen_of_case: 'entries of the ledger, for those who may audit',
    status_of_receipt: 'tells whoever has the receipt that it is done, and nothing else',
  }

  test('functions that look past the policies ask for the label of what has one', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select p.proname as name from pg_proc p
       where p.pronamespace = 'parley'::regnamespace and p.prosecdef
         and has_function_privilege('parley_app', p.oid, 'execute')
         and exists (select 1 from pg_attribute a join pg_class c on c.oid = a.attrelid
           where c.relnamespace = 'parley'::regnamespace and a.attname in ('label_id', 'report_no',
             'case_id') and p.prosrc ~ ('parley\\.' || c.relname || '\\M'))
         and regexp_count(p.prosrc, 'visible_labels|case_conditions') = 0 order by 1`,
    )
    assert.deepEqual(
      rows.map(({ name }) => name),
      Object.keys(unasked),
    )
  })

  test('nobody sees nothing, outside the door and after it', async () => {
    await asActor(database.app, systemActor, (tx) =>
      sql`insert into parley.organisation values ('org_staff001', 'Staff', now(), null),
        ('org_finder1', 'Finder', now(), null)`.execute(tx),
    )
    for (let time = 0; time < 14; time++) {
      const { rows } = await database.app.query('select * from parley.organisation')
      assert.deepEqual(rows, [])
    }
    const seen = await asActor(database.app, finder, (tx) =>
      tx.selectFrom('parley.organisation').select('id').execute(),
    )
    assert.deepEqual(seen, [{ id: 'org_finder1' }])
  })

  test('what was set in the door dies with its transaction, also when that fails', async () => {
    const failing = asActor(database.app, systemActor, async () => {
      throw new Error('stop')
    })
    await assert.rejects(failing, /stop/)
    const { rows } = await database.app.query(
      "select coalesce(current_setting('parley.role', true), '') as role",
    )
    assert.deepEqual(rows, [{ role: '' }])
  })

  for (const role of ["system'; reset role; --", 'SYSTEM', 'a b']) {
    test(`an actor whose id is ${role} is a defect, not a statement`, async () => {
      const actor: Actor = { role: 'finder', organisation: role, person: null }
      await assert.rejects(
        asActor(database.app, actor, async () => 1),
        /not an actor/,
      )
    })
  }

  test("a finder writes neither for others nor what is the staff's", async () => {
    const tried = [
      sql`insert into parley.organisation values ('org_mine0001', 'Mine', now(), null)`,
      sql`insert into parley.setting values ('name', '1', now(), null)`,
      sql`insert into parley.live_event (at, topic, ref, organisation_id)
        values (now(), 'case', 'case_1', 'org_staff001')`,
      sql`insert into parley.idempotency values ('org_staff001', 'k', '', '{}', now())`,
    ]
    for (const statement of tried) {
      await assert.rejects(
        asActor(database.app, finder, (tx) => statement.execute(tx)),
        /row-level security/,
      )
    }
  })
})
