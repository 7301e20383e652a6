import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Client, type Pool } from 'pg'
import { openPool } from '#platform/db/connection.ts'
import { type Login, migrate, migrationsIn, prepareRoles } from '#platform/db/migrate.ts'
import { root } from '../root.ts'
import { testServer } from './server.ts'

/** A database of its own for one test file, migrated, with the logins that the product uses. */
export type TestDatabase = AsyncDisposable & {
  readonly name: string
  /** The unprivileged login of the product. */
  readonly app: Pool
  readonly appUrl: string
  /** The login of the job queue. */
  readonly queueUrl: string
  /** Owns the schema: for looking behind the policies in a test, never for what is tested. */
  readonly ownerUrl: string
  readonly superuserUrl: string
}

const migrationsFolder = join(root, 'db', 'migrations')
const ownerPassword = 'owner-of-tests'
const loginPassword = 'login-of-tests'
const lockOfTemplates = 7_289_653_100

/** Makes a database from the migrated template; disposing it drops it. */
export async function freshDatabase(): Promise<TestDatabase> {
  const superuserUrl = await testServer()
  const name = `parley_test_${randomBytes(8).toString('hex')}`
  const template = await templateOn(superuserUrl)
  await asSuperuser(superuserUrl, async (client) => {
    await client.query(`create database ${name} template ${template} owner parley_owner`)
  })
  const logins: readonly Login[] = [
    { group: 'parley_app', name: `${name}_app`, password: loginPassword },
    { group: 'parley_queue', name: `${name}_queue`, password: loginPassword },
  ]
  const of = (user: string, password: string): string =>
    urlOf(superuserUrl, { user, password, name })
  const ownerUrl = of('parley_owner', ownerPassword)
  await withClient(ownerUrl, (owner) => prepareRoles(owner, logins))
  const appUrl = of(`${name}_app`, loginPassword)
  const app = openPool(appUrl)
  return {
    ...{ name, app, appUrl, ownerUrl, superuserUrl },
    queueUrl: of(`${name}_queue`, loginPassword),
    [Symbol.asyncDispose]: async () => {
      await app.end()
      await asSuperuser(superuserUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`)
        for (const { name: login } of logins) await client.query(`drop role if exists ${login}`)
      })
    },
  }
}

/** The template of these migrations, made by whoever comes first. */
async function templateOn(superuserUrl: string): Promise<string> {
  const migrations = migrationsIn(migrationsFolder)
  const all = migrations.map(({ sha256 }) => sha256).join()
  const name = `parley_template_${createHash('sha256').update(all).digest('hex').slice(0, 24)}`
  await asSuperuser(superuserUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [lockOfTemplates])
    const { rowCount } = await client.query(
      `select 1 from pg_database
       where datname = $1 and shobj_description(oid, 'pg_database') = 'ready'`,
      [name],
    )
    if (rowCount === 0) await makeTemplate(client, superuserUrl, name)
  })
  return name
}

async function makeTemplate(client: Client, superuserUrl: string, name: string): Promise<void> {
  const { rowCount } = await client.query("select 1 from pg_roles where rolname = 'parley_owner'")
  if (rowCount === 0) {
    await client.query(`create role parley_owner login createrole password '${ownerPassword}'`)
  }
  await client.query(`drop database if exists ${name} with (force)`)
  await client.query(`create database ${name} owner parley_owner`)
  const ownerUrl = urlOf(superuserUrl, { user: 'parley_owner', password: ownerPassword, name })
  await withClient(ownerUrl, async (owner) => {
    await prepareRoles(owner, [])
    const migrated = await migrate(owner, migrationsIn(migrationsFolder), new Date())
    if (!migrated.ok) throw new Error(migrated.refusal.why)
  })
  await client.query(`comment on database ${name} is 'ready'`)
}

function urlOf(base: string, to: { user: string; password: string; name: string }): string {
  const url = new URL(base)
  url.username = to.user
  url.password = to.password
  url.pathname = `/${to.name}`
  return url.href
}

const asSuperuser = (url: string, work: (client: Client) => Promise<void>): Promise<void> =>
  withClient(url, work)

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
