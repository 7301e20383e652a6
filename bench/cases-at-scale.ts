// The queue, the search and the pages of cases at a million reports: fills a database through the
// code that places reports, times what each page asks, and what the policies cost several people.
// `node bench/cases-at-scale.ts [reports] [--keep] [--plans]`; needs PARLEY_TEST_DATABASE, a
// superuser's address. With `--keep` the filled database stays, and PARLEY_BENCH_DATABASE, the
// address that is printed then, has it measured again. `--plans` prints those of the slowest.
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { openPool } from '../src/platform/db/connection.ts'
import { migrate, migrationsIn } from '../src/platform/db/migrate.ts'
import { freshDatabase, type TestDatabase } from '../test/db/database.ts'
import { fill } from './case-filling.ts'
import { lineOf, timeAll, timePeople } from './case-timing.ts'
import { figure, machineText } from './machine.ts'
import { plansOf } from './statement-plans.ts'

const migrationsFolder = join(dirname(import.meta.dirname), 'db', 'migrations')
const reports = Number(process.argv[2] ?? 1_000_000)

async function filled(): Promise<TestDatabase> {
  const database = await freshDatabase()
  let told = 0
  const done = await fill(database, reports, ({ reports: count, cases, seconds }) => {
    if (count - told < reports / 10) return
    told = count
    console.log(`${count} reports, ${cases} cases, ${seconds.toFixed(0)} s`)
  })
  const size = `${done.reports} reports, ${done.cases} cases`
  figure('filled', `${done.seconds.toFixed(0)} s`, { size })
  const owner = new Client({ connectionString: superuserUrlOf(database.name) })
  await owner.connect()
  await owner.query('vacuum analyze')
  await owner.end()
  return database
}

/** Brings a database that was kept to the schema of today. */
async function migrateKept(superuserUrl: string): Promise<void> {
  const owner = new Client({ connectionString: superuserUrl })
  await owner.connect()
  await owner.query('set role parley_owner')
  const migrated = await migrate(owner, migrationsIn(migrationsFolder), new Date())
  await owner.end()
  if (!migrated.ok) throw new Error(migrated.refusal.why)
}

function superuserUrlOf(name: string): string {
  const url = new URL(process.env['PARLEY_TEST_DATABASE'] ?? '')
  url.pathname = `/${name}`
  return url.href
}

console.log(`machine: ${machineText()}`)
const kept = process.env['PARLEY_BENCH_DATABASE']
const database = kept === undefined ? await filled() : null
const appUrl = kept ?? database?.appUrl ?? ''
const ownUrl = superuserUrlOf(new URL(appUrl).pathname.slice(1))
if (kept !== undefined) await migrateKept(ownUrl)
console.log(`load average: ${loadavg()[0]?.toFixed(1)}`)
const [app, superuser] = [openPool(appUrl), openPool(ownUrl)]
const staff = await lineOf(app)
const slowest = (await timeAll(staff)).slice(0, 3)
await timePeople(staff, await lineOf(superuser))
await app.end()
await superuser.end()
console.log(`load average: ${loadavg()[0]?.toFixed(1)}`)
for (const one of process.argv.includes('--plans') ? slowest : []) {
  console.log(`\n-- ${one.name}\n${await plansOf(ownUrl, one)}`)
}
if (process.argv.includes('--keep')) console.log(`kept: ${appUrl}`)
else await database?.[Symbol.asyncDispose]()
