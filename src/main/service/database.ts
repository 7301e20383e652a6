import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, type Pool } from 'pg'
import type { Refusal } from '#kernel/refusal.ts'
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
  await withClient(superuserUrl('postgres'), async (client) => {
    await client.query('select pg_advisory_lock(7289653004)')
    if (!(await has(client, 'select 1 from pg_roles where rolname = $1', ownerRole))) {
      await client.query(`create role ${ownerRole} nologin createrole`)
    }
    if (!(await has(client, 'select 1 from pg_database where datname = $1', embeddedDatabase))) {
      await client.query(`create database ${embeddedDatabase} owner ${ownerRole}`)
    }
  })
  return yes({
    about: `PostgreSQL in ${dataFolder}`,
    databaseName: embeddedDatabase,
    asOwner: (work) =>
      withClient(superuserUrl(embeddedDatabase), async (client) => {
        await client.query(`set role ${ownerRole}`)
        return work(client)
      }),
    urlOf: ({ name, password }) => urlOf({ user: name, password, database: embeddedDatabase }),
    close,
  })
}

const oldestMajor = 15

/** A server of the user's: the address is that of a role that owns the database and makes roles. */
async function openGiven(url: string): Promise<Result<DatabaseServer>> {
  const at = new URL(url)
  const name = decodeURIComponent(at.pathname.slice(1)) || decodeURIComponent(at.username)
  const about = `PostgreSQL at ${at.hostname || 'a local socket'}, database ${name}`
  try {
    const version = await withClient(url, async (client) => {
      const { rows } = await client.query<{ number: string }>(
        "select current_setting('server_version_num') as number",
      )
      return Math.floor(Number(rows[0]?.number ?? 0) / 10_000)
    })
    if (version < oldestMajor) {
      const why = `${about} is version ${version}`
      const hint = `Parley needs PostgreSQL ${oldestMajor} or newer`
      return no({ code: 'no-database', why, hint })
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : 'it cannot be reached'
    const hint = 'see that DATABASE_URL names a server that runs, a database and its owner'
    return no({ code: 'no-database', why: `${about}: ${said}`, hint })
  }
  return yes({
    about,
    databaseName: name,
    asOwner: (work) => withClient(url, work),
    urlOf: (login) => {
      const own = new URL(url)
      own.username = encodeURIComponent(login.name)
      own.password = encodeURIComponent(login.password)
      return own.href
    },
    close: async () => undefined,
  })
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 15_000 })
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
  return server.asOwner(async (owner) => {
    const may = await mayPrepare(owner)
    if (may !== null) return no(may)
    await prepareRoles(owner, [])
    const migrated = await migrate(owner, shippedMigrations(), now)
    return migrated.ok ? yes(null) : migrated
  })
}

async function mayPrepare(owner: Client): Promise<Refusal | null> {
  const { rows } = await owner.query<{ may: boolean }>(
    `select rolcreaterole or rolsuper or (select count(*) = 3 from pg_roles
       where rolname in ('parley_app', 'parley_queue', 'parley_keeper')) as may
     from pg_roles where rolname = current_user`,
  )
  if (rows[0]?.may === true) return null
  return {
    code: 'no-database',
    why: 'the role in DATABASE_URL may not make roles, and the roles of Parley are not there',
    hint: 'give it CREATEROLE, or make the roles once by hand (docs/operations/database.md)',
  }
}

export type Opened = { readonly app: Pool; readonly appUrl: string; readonly queueUrl: string }

/** The logins of this database, with passwords that follow from the key file. */
export async function openLogins(server: DatabaseServer, keys: Keys): Promise<Opened> {
  const login = (group: Login['group']): Login => {
    const name = `${server.databaseName}_login_${group.slice('parley_'.length)}`
    return { group, name, password: derivePassword(keys, name) }
  }
  const [app, queue] = [login('parley_app'), login('parley_queue')]
  await server.asOwner((owner) => prepareRoles(owner, [app, queue]))
  const appUrl = server.urlOf(app)
  return { app: openPool(appUrl), appUrl, queueUrl: server.urlOf(queue) }
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
