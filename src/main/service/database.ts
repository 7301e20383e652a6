import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, type Pool } from 'pg'
import { assert } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Settings } from '#platform/config/settings.ts'
import { derivePassword, type Keys } from '#platform/crypto/keys.ts'
import { openPool } from '#platform/db/connection.ts'
import { startEmbedded } from '#platform/db/embedded/embedded.ts'
import {
  type Login,
  type Migration,
  migrate,
  migrationsIn,
  prepareRoles,
  rolesByHand,
} from '#platform/db/migrate.ts'
import type { Log } from '#platform/log/log.ts'

/** The server of an instance, before anything of ours is in it. */
export type DatabaseServer = {
  /** For messages: what and where, without a password. */
  readonly about: string
  readonly databaseName: string
  /** Runs `work` as the role that owns the schema. */
  readonly asOwner: <T>(work: (owner: Client) => Promise<T>) => Promise<T>
  readonly urlOf: (login: Login) => string
  readonly close: () => Promise<void>
}

const ownerRole = 'parley_owner'
const embeddedDatabase = 'parley'

/** Starts the embedded server, or reaches the one that was given. */
export async function openServer(settings: Settings, log: Log): Promise<Result<DatabaseServer>> {
  return settings.database.kind === 'given'
    ? openGiven(settings.database.url.reveal())
    : openEmbedded(settings.dataFolder, log)
}

async function openEmbedded(dataFolder: string, log: Log): Promise<Result<DatabaseServer>> {
  const started = await startEmbedded({
    dataFolder,
    log: ({ level, says }) => log[level](says),
  })
  if (!started.ok) return started
  const { superuserUrl, urlOf, close } = started.value
  try {
    await withClient({ url: superuserUrl('postgres') }, makeOwnDatabase)
  } catch (error) {
    await close()
    throw error
  }
  return yes({
    about: `PostgreSQL in ${dataFolder}`,
    databaseName: embeddedDatabase,
    // From the beginning of the connection, so that "reset role" does not lead to the superuser.
    asOwner: (work) => withClient({ url: superuserUrl(embeddedDatabase), role: ownerRole }, work),
    urlOf: ({ name, password }) => urlOf({ user: name, password, database: embeddedDatabase }),
    close,
  })
}

async function makeOwnDatabase(client: Client): Promise<void> {
  await client.query('select pg_advisory_lock(7289653004)')
  if (!(await has(client, 'select 1 from pg_roles where rolname = $1', ownerRole))) {
    await client.query(`create role ${ownerRole} nologin createrole`)
  }
  if (!(await has(client, 'select 1 from pg_database where datname = $1', embeddedDatabase))) {
    await client.query(`create database ${embeddedDatabase} owner ${ownerRole}`)
  }
}

const oldestMajor = 15

/** A server of the user's: the address is that of a role that owns the database and makes roles. */
async function openGiven(url: string): Promise<Result<DatabaseServer>> {
  const at = new URL(url)
  const name = decodeURIComponent(at.pathname.slice(1)) || decodeURIComponent(at.username)
  const about = `PostgreSQL at ${at.host || 'a local socket'}, database ${name}`
  const unfit = await whyUnfit(url)
  if (unfit !== null)
    return no({ code: 'no-database', why: `${about}: ${unfit.why}`, hint: unfit.hint })
  return yes({
    about,
    databaseName: name,
    asOwner: (work) => withClient({ url }, work),
    urlOf: (login) => {
      const own = new URL(url)
      own.username = encodeURIComponent(login.name)
      own.password = encodeURIComponent(login.password)
      return own.href
    },
    close: async () => undefined,
  })
}

type Unfit = { readonly why: string; readonly hint: string }

/** Why a server cannot be used; never with its password. */
async function whyUnfit(url: string): Promise<Unfit | null> {
  try {
    return await withClient({ url }, async (client) => {
      const { rows } = await client.query<{ number: string; encoding: string }>(
        `select current_setting('server_version_num') as number,
           current_setting('server_encoding') as encoding`,
      )
      const version = Math.floor(Number(rows[0]?.number ?? 0) / 10_000)
      const hint = `Parley needs PostgreSQL ${oldestMajor} or newer`
      if (version < oldestMajor) return { why: `it is version ${version}`, hint }
      if (rows[0]?.encoding === 'UTF8') return null
      const how = 'make the database with: create database ... encoding utf8 template template0'
      return { why: 'its database is not encoded in UTF-8', hint: how }
    })
  } catch (error) {
    const hint = 'see that DATABASE_URL names a server that runs, a database and its owner'
    return { why: reasonOf(error), hint }
  }
}

/** An error of several addresses that were tried has no message of its own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached'
  if (error.message !== '') return error.message
  return 'code' in error ? `it cannot be reached (${String(error.code)})` : 'it cannot be reached'
}

type Connection = { readonly url: string; readonly role?: string }

async function withClient<T>({ url, role }: Connection, work: (client: Client) => Promise<T>) {
  const client = new Client({
    ...{ connectionString: url, connectionTimeoutMillis: 15_000 },
    ...(role === undefined ? {} : { options: `-c role=${role}` }),
  })
  // A connection that breaks shows in the query that runs on it.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function has(client: Client, query: string, name: string): Promise<boolean> {
  return (await client.query(query, [name])).rowCount !== 0
}

/** The migrations beside the sources, or beside what was built from them. */
export const shippedMigrations = (): readonly Migration[] =>
  migrationsIn(join(rootFolder(), 'db', 'migrations'))

/** The folder of the package: sources lie three floors deep in it, built files one. */
export function rootFolder(): string {
  const here = fileURLToPath(new URL('.', import.meta.url))
  return here.includes('/src/main/') ? join(here, '..', '..', '..') : join(here, '..')
}

/** Brings roles and schema to what this version needs. */
export async function prepareSchema(server: DatabaseServer, now: Date): Promise<Result<null>> {
  const prepared = await prepareIn(server, [])
  if (!prepared.ok) return prepared
  const migrated = await server.asOwner((owner) => migrate(owner, shippedMigrations(), now))
  return migrated.ok ? yes(null) : migrated
}

/** PostgreSQL's error for a constraint that does not hold, and the one that says so of ceilings. */
const isBelowStored = (error: unknown): boolean =>
  error instanceof Error &&
  'constraint' in error &&
  error.constraint === 'ceiling_covers_what_is_stored'

/** Tells the database what it may hold; refused below what it holds. */
export async function setCeiling(
  owner: Client,
  { ceiling }: Pick<Settings, 'ceiling'>,
): Promise<Result<null>> {
  await owner.query('begin')
  try {
    await owner.query('set local role parley_keeper')
    await owner.query('select parley.set_ceiling($1)', [ceiling])
    await owner.query('commit')
    return yes(null)
  } catch (error) {
    await owner.query('rollback')
    if (!isBelowStored(error)) throw error
    return no({
      code: 'not-configured',
      ...{ why: 'is lower than what this instance holds', at: 'PARLEY_CEILING' },
      hint: 'set it to the highest classification that was ever stored here',
    })
  }
}

/** The logins of a database, without what is secret. */
const loginsOf = ({ databaseName }: DatabaseServer): readonly Omit<Login, 'password'>[] =>
  (['parley_app', 'parley_queue'] as const).map((group) => {
    return { group, name: `${databaseName}_login_${group.slice('parley_'.length)}` }
  })

const notPermitted = '42501'

/** Makes roles and logins; told with the way out where the role that was given may not. */
export async function prepareIn(
  server: DatabaseServer,
  logins: readonly Login[],
): Promise<Result<null>> {
  return server.asOwner(async (owner) => {
    try {
      await prepareRoles(owner, logins)
      return yes(null)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === notPermitted)) throw error
      const { rows } = await owner.query<{ name: string }>('select current_user as name')
      const name = rows[0]?.name ?? ''
      const lines = rolesByHand(name, loginsOf(server)).split('\n')
      const hint = [
        'give it CREATEROLE, or let an administrator run this once, leaving out roles that exist:',
        ...lines.map((line) => `  ${line}`),
      ].join('\n')
      const why = `${server.about}: the role ${name} may not make the roles of Parley`
      return no({ code: 'no-database', why: `${why} (${error.message})`, hint })
    }
  })
}

export type Opened = { readonly app: Pool; readonly appUrl: string; readonly queueUrl: string }

/** The logins of this database, with passwords that follow from the key file. */
export async function openLogins(server: DatabaseServer, keys: Keys): Promise<Result<Opened>> {
  const withPasswords = loginsOf(server).map((login) => {
    return { ...login, password: derivePassword(keys, login.name) }
  })
  const prepared = await prepareIn(server, withPasswords)
  if (!prepared.ok) return prepared
  const [appUrl, queueUrl] = withPasswords.map(server.urlOf)
  assert(appUrl !== undefined && queueUrl !== undefined, 'there are two logins')
  return yes({ app: openPool(appUrl), appUrl, queueUrl })
}

/** What the database says the key file must be able to open; null before anything was sealed. */
export async function keyCheckIn(server: DatabaseServer): Promise<string | null> {
  return server.asOwner(async (owner) => {
    await owner.query('begin')
    try {
      await owner.query('set local role parley_keeper')
      const { rows } = await owner.query<{ value: unknown }>(
        "select value from parley.setting where name = 'key-check'",
      )
      const value = rows[0]?.value
      return typeof value === 'string' ? value : null
    } finally {
      await owner.query('rollback')
    }
  })
}

/** Remembers what the key file must be able to open. */
export async function keepKeyCheck(server: DatabaseServer, sealed: string, now: Date) {
  await server.asOwner(async (owner) => {
    await owner.query('begin')
    await owner.query('set local role parley_keeper')
    await owner.query(
      `insert into parley.setting (name, value, changed_at) values ('key-check', $1, $2)
       on conflict (name) do nothing`,
      [JSON.stringify(sealed), now],
    )
    await owner.query('commit')
  })
}
