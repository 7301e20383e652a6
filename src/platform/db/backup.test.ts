import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { raiseCeiling } from '../../../test/db/reports.ts'
import { asActor, systemActor } from './as-actor.ts'
import { backUp, migrationsOf, readBackup, restore } from './backup.ts'

/** A label above the ceiling of most instances. */
const secretLabel = `{"classification": "secret", "tlp": "red", "compartments": [], "owners": [],
  "releasableTo": null, "legal": [], "foia": [], "embargoUntil": null}`
const labelled = async ({ app }: TestDatabase): Promise<number> => {
  const { rows } = await asActor(app, systemActor, (tx) =>
    sql<{ id: number }>`select parley.label_id_for(${secretLabel}::jsonb) as id`.execute(tx),
  )
  return rows[0]?.id ?? 0
}

const now = new Date('2026-03-01T10:00:00Z')

const digest = `
  select string_agg(row_to_json(t)::text, ',' order by row_to_json(t)::text) as all from `
const filled = ['organisation', 'person', 'api_token', 'vulnerability_case', 'report', 'case_event']

describe('backup', () => {
  let source: TestDatabase
  let target: TestDatabase
  let folder: string
  const clients: Client[] = []
  const ownerOf = async (of: TestDatabase): Promise<Client> => {
    const client = new Client({ connectionString: of.ownerUrl })
    await client.connect()
    clients.push(client)
    return client
  }
  before(async () => {
    source = await freshDatabase()
    target = await freshDatabase()
    folder = mkdtempSync(join(tmpdir(), 'parley-backup-'))
    await fill(source)
  })
  after(async () => {
    for (const client of clients) await client.end()
    await source[Symbol.asyncDispose]()
    await target[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  test('a folder that holds no finished backup is refused', async () => {
    const found = await readBackup(folder)
    assert.equal(found.ok ? '' : found.refusal.code, 'not-found')
  })

  test('a backup of a newer Parley is told by its migrations', () => {
    const manifest = { layout: 1, takenAt: '', tables: {}, sha256: '' } as const
    assert.equal(migrationsOf({ ...manifest, migrations: ['999999_later.sql'] }, []), null)
  })

  test('holds one moment while others write, and restores every row to the letter', async () => {
    const owner = await ownerOf(source)
    const writing = writeOn(source, 200)
    const manifest = await backUp(owner, folder, now)
    await writing
    const read = await readBackup(folder)
    assert.ok(read.ok)
    assert.deepEqual(read.value, manifest)
    const into = await ownerOf(target)
    assert.ok((await restore(into, folder, manifest)).ok)
    const before = await contents(source)
    const after = await contents(target)
    for (const table of filled) {
      assert.equal(after[table], before[table], table)
      assert.ok((after[table] ?? '').length > 2, table)
    }
    const events = manifest.tables['live_event'] ?? -1
    assert.equal(await countEvents(target), events)
    assert.ok(events <= 200)
  })

  test('regression: what other readers take for the end of a line ends none', async () => {
    assert.match((await contents(target))['report'] ?? '', /one\u2028two\u2029three/)
  })

  test('after a restore numbers go on where they were, and policies hold', async () => {
    const next = await asActor(target.app, systemActor, (tx) =>
      sql<{ no: number }>`insert into parley.case_event (case_id, at, kind, told)
        values ('case_aaaaaaaa', now(), 'note', '{}') returning no`.execute(tx),
    )
    assert.equal(next.rows[0]?.no, 3)
    assert.deepEqual((await target.app.query('select id from parley.report')).rows, [])
  })

  test('a database that holds rows is not overwritten', async () => {
    const read = await readBackup(folder)
    assert.ok(read.ok)
    const refused = await restore(await ownerOf(target), folder, read.value)
    assert.equal(refused.ok ? '' : refused.refusal.code, 'already-running')
  })

  test('what is above the ceiling of an instance does not come in by a backup', async () => {
    await using secret = await freshDatabase()
    await using lower = await freshDatabase()
    await raiseCeiling(secret, 3)
    const id = await labelled(secret)
    const to = mkdtempSync(join(tmpdir(), 'parley-backup-'))
    const taken = await backUp(await ownerOf(secret), to, now)
    const into = await ownerOf(lower)
    const refused = await restore(into, to, taken)
    assert.match(refused.ok ? '' : refused.refusal.why, /above the ceiling of this instance/)
    // Nothing of it stays, and under the right ceiling it comes in.
    await raiseCeiling(lower, 3)
    assert.ok((await restore(into, to, taken)).ok)
    assert.equal(await labelled(lower), id)
    await assert.rejects(raiseCeiling(lower, 2), /above this ceiling/)
    await into.end()
    clients.splice(clients.indexOf(into), 1)
    for (const one of clients.splice(clients.length - 1)) await one.end()
    rmSync(to, { recursive: true })
  })

  test('rows that were changed since are refused', async () => {
    appendFileSync(join(folder, 'rows.ndjson.gz'), 'x')
    const found = await readBackup(folder)
    assert.equal(found.ok ? '' : found.refusal.code, 'malformed')
  })
})

/** Rows with everything that is easily lost on the way: bytes, microseconds, fractions, cycles. */
async function fill({ app }: TestDatabase): Promise<void> {
  await asActor(app, systemActor, async (tx) => {
    const run = (query: string) => sql.raw(query).execute(tx)
    await run(
      `insert into parley.organisation values ('org_aaaaaaaa', 'Ä "quoted" \\ name',
      '2026-01-01 00:00:00.123456Z', null)`,
    )
    await run(`insert into parley.person values ('person_aaaaaaaa', 'Ada', now(), null)`)
    await run(`insert into parley.api_token values ('token_aaaaaaaa', 'org_aaaaaaaa',
      'person_aaaaaaaa', 't', '\\x00ff10', 'finder', now(), now() + interval '1 day', null, null)`)
    await run(`insert into parley.vulnerability_case (id, title, severity, evidence, band, rank_key,
      told, report_count, finder_count, first_reported_at, last_reported_at, changed_at, search)
      values ('case_aaaaaaaa', 't', 'high', 'E0', 'now', '{0.1,1e-300,-3}', '{"a":1.10}', 1, 1,
      now(), now(), now(), to_tsvector('simple', 'it''s a test'))`)
    await run(`insert into parley.vulnerability_case (id, title, severity, evidence, band, rank_key,
      told, report_count, finder_count, first_reported_at, last_reported_at, changed_at,
        merged_into)
      values ('case_bbbbbbbb', 't', 'high', 'E0', 'now', '{}', '{}', 1, 1, now(), now(), now(),
      'case_aaaaaaaa')`)
    await run(`insert into parley.report (id, receipt, organisation_id, received_at, format,
      document, finders, source, title, finding, contact) values ('report_aaaaaaaa', 'SUB-1',
      'org_aaaaaaaa', now(), 'tap', 'd', '{"a,b","c\\"d",NULL}', 's', 'one\u2028two\u2029three',
      '{"n": 12345678901234567890, "s": "\\u001f\\n"}', '\\xdeadbeef')`)
    await run(`insert into parley.case_event (case_id, at, kind, told) values
      ('case_aaaaaaaa', now(), 'merge', '{}')`)
    await run(`insert into parley.case_event (case_id, at, kind, told, undoes) values
      ('case_aaaaaaaa', now(), 'undo', '{}', 1)`)
    await run(`update parley.case_event set undone_by = 2 where no = 1`)
  })
}

async function writeOn({ app }: TestDatabase, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await asActor(app, systemActor, (tx) =>
      sql`insert into parley.live_event (at, topic, ref) values (now(), 'case', 'x')`.execute(tx),
    )
  }
}

async function contents(of: TestDatabase): Promise<Record<string, string>> {
  const client = new Client({ connectionString: of.superuserUrl.replace(/[^/]*$/, of.name) })
  await client.connect()
  const found: Record<string, string> = {}
  for (const table of filled) {
    const { rows } = await client.query<{ all: string }>(`${digest} parley.${table} t`)
    found[table] = rows[0]?.all ?? ''
  }
  await client.end()
  return found
}

async function countEvents({ app }: TestDatabase): Promise<number> {
  const { rows } = await asActor(app, systemActor, (tx) =>
    sql<{ count: number }>`select count(*) as count from parley.live_event`.execute(tx),
  )
  return rows[0]?.count ?? -1
}
