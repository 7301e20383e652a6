import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, escapeIdentifier, escapeLiteral } from 'pg'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'

/** One step of the schema: plain SQL, applied once, never edited afterwards. */
export type Migration = { readonly name: string; readonly sql: string; readonly sha256: string }

/** The migrations of a folder, in order. */
export function migrationsIn(folder: string): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{6}_[a-z_]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8')
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    })
}

export type Migrated = { readonly applied: readonly string[] }

/** No two processes migrate at once: the number is Parley's own. */
const lockNumber = 7_289_653_001

/**
 * Brings the schema to what `migrations` say, forward only, as the role that owns it. Each runs in
 * its own transaction together with the row that records it. Refuses a database that a newer
 * Parley has migrated, and one whose applied migrations were edited.
 */
export async function migrate(
  owner: Client,
  migrations: readonly Migration[],
  now: Date,
): Promise<Result<Migrated, Refusal>> {
  await owner.query('select pg_advisory_lock($1)', [lockNumber])
  try {
    await owner.query(recordTable)
    const { rows } = await owner.query<{ name: string; sha256: string }>(
      'select name, sha256 from parley.migration order by name',
    )
    const refusal = refusalOf(rows, migrations)
    if (refusal) return no(refusal)
    const done = new Set(rows.map(({ name }) => name))
    const wanted = migrations.filter(({ name }) => !done.has(name))
    for (const migration of wanted) await apply(owner, migration, now)
    return yes({ applied: wanted.map(({ name }) => name) })
  } finally {
    await owner.query('select pg_advisory_unlock($1)', [lockNumber])
  }
}

const recordTable = `
  create schema if not exists parley;
  create table if not exists parley.migration (
    name text primary key, sha256 text not null, applied_at timestamptz not null);
  alter table parley.migration enable row level security;`

function refusalOf(
  applied: readonly { name: string; sha256: string }[],
  migrations: readonly Migration[],
): Refusal | null {
  const known = new Map(migrations.map(({ name, sha256 }) => [name, sha256]))
  for (const { name, sha256 } of applied) {
    const own = known.get(name)
    if (own === undefined) {
      const why = `the database was migrated by a newer Parley (${name} is not known here)`
      return { code: 'newer-version', why, hint: 'start the version that it belongs to' }
    }
    if (own !== sha256) {
      const why = `the migration ${name} was changed after it had been applied`
      return { code: 'malformed', why, hint: 'restore the file as it was released' }
    }
  }
  return null
}

async function apply(owner: Client, { name, sql, sha256 }: Migration, now: Date): Promise<void> {
  await owner.query('begin')
  try {
    await owner.query(sql)
    await owner.query(
      'insert into parley.migration (name, sha256, applied_at) values ($1, $2, $3)',
      [...[name, sha256, now]],
    )
    await owner.query('commit')
  } catch (error) {
    await owner.query('rollback')
    throw new Error(`the migration ${name} failed`, { cause: error })
  }
}

/** Roles of the whole server. Rights are granted to these; logins are members of one of them. */
const groups = ['parley_app', 'parley_queue', 'parley_keeper'] as const

/** A login of one database for one purpose, with the password it is given at every start. */
export type Login = {
  readonly group: 'parley_app' | 'parley_queue'
  readonly name: string
  readonly password: string
}

/**
 * Makes the roles that the migrations grant to, and the logins of this database. Needs a role that
 * may create roles, or one that was given what `rolesByHand` says.
 */
export async function prepareRoles(owner: Client, logins: readonly Login[]): Promise<void> {
  await owner.query('select pg_advisory_lock($1)', [lockNumber])
  try {
    for (const group of groups) await createRole(owner, group, 'nologin')
    await become(owner, 'parley_keeper')
    for (const { group, name, password } of logins) {
      await createRole(owner, name, `login in role ${group}`)
      await setPassword(owner, name, password)
      if (group === 'parley_queue') await giveQueueItsSchema(owner, name)
    }
  } finally {
    await owner.query('select pg_advisory_unlock($1)', [lockNumber])
  }
}

/** What an administrator runs once for an owner that may not create roles, as SQL. */
export function rolesByHand(owner: string, logins: readonly Omit<Login, 'password'>[]): string {
  const names = ['parley_keeper', ...logins.map(({ name }) => name)].map(escapeIdentifier)
  return [
    ...groups.map((group) => `create role ${group} nologin;`),
    ...logins.map(({ group, name }) => {
      return `create role ${escapeIdentifier(name)} login in role ${group};`
    }),
    `grant ${names.join(', ')} to ${escapeIdentifier(owner)};`,
  ].join('\n')
}

/** Whether the owner may act as a role; it may not for each that it made (PostgreSQL 16). */
async function mayBe(owner: Client, name: string): Promise<boolean> {
  const { rows } = await owner.query<{ may: boolean }>(
    `select case when current_setting('server_version_num')::int >= 160000
       then pg_has_role($1, 'SET') else pg_has_role($1, 'MEMBER') end as may`,
    [name],
  )
  return rows[0]?.may === true
}

async function become(owner: Client, name: string): Promise<void> {
  if (await mayBe(owner, name)) return
  await owner.query(`grant ${escapeIdentifier(name)} to current_user`)
}

/** Every role may set its own password, so an owner that may act as it needs no further right. */
async function setPassword(owner: Client, name: string, password: string): Promise<void> {
  const role = escapeIdentifier(name)
  const change = `alter role ${role} password ${escapeLiteral(password)}`
  if (!(await mayBe(owner, name))) {
    await owner.query(change)
    return
  }
  await owner.query('begin')
  try {
    await owner.query(`set local role ${role}`)
    await owner.query(change)
    await owner.query('commit')
  } catch (error) {
    await owner.query('rollback')
    throw error
  }
}

/** The queue's tables are its login's own: it makes and upgrades them, and reaches nothing else. */
async function giveQueueItsSchema(owner: Client, login: string): Promise<void> {
  const { rowCount } = await owner.query("select 1 from pg_namespace where nspname = 'pgboss'")
  if (rowCount !== 0) return
  await become(owner, login)
  await owner.query(`create schema pgboss authorization ${escapeIdentifier(login)}`)
}

async function createRole(owner: Client, name: string, options: string): Promise<void> {
  const { rowCount } = await owner.query('select 1 from pg_roles where rolname = $1', [name])
  if (rowCount === 0) await owner.query(`create role ${escapeIdentifier(name)} ${options}`)
}
