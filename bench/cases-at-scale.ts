// The queue, the search and the pages of cases at a million reports: fills a database through the
// code that places reports, times what each page asks, and prints the plans of the slowest.
// `node bench/cases-at-scale.ts [reports] [--keep]`; needs PARLEY_TEST_DATABASE, a superuser's
// address. With `--keep` the filled database stays, and PARLEY_BENCH_DATABASE, the address that is
// printed then, has it measured again.
import { Client } from 'pg'
import { openPool } from '../src/platform/db/connection.ts'
import { freshDatabase, type TestDatabase } from '../test/db/database.ts'
import { countStatements } from '../test/db/statements.ts'
import { fill } from './case-filling.ts'
import { asked, type Measured, measure } from './case-pages.ts'
import { figure, machineText } from './machine.ts'
import { plansOf } from './statement-plans.ts'

const reports = Number(process.argv[2] ?? 1_000_000)
const rounds = 15

async function filled(): Promise<TestDatabase> {
  const database = await freshDatabase()
  let told = 0
  const done = await fill(database.app, reports, ({ reports: count, cases, seconds }) => {
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

function superuserUrlOf(name: string): string {
  const url = new URL(process.env['PARLEY_TEST_DATABASE'] ?? '')
  url.pathname = `/${name}`
  return url.href
}

async function report(appUrl: string): Promise<readonly Measured[]> {
  const app = openPool(appUrl)
  const seen = countStatements(app)
  const all: Measured[] = []
  for (const one of asked) {
    const found = await measure(app, one, { rounds, counted: () => seen.count })
    const over = found.medianMs > found.limitMs ? ' OVER' : ''
    const slowest = `slowest ${found.slowestMs.toFixed(0)} ms`
    const size = `${slowest}, ${found.rows} rows, ${found.statements} statements`
    const limit = `${found.limitMs} ms${over}`
    figure(found.name, `${found.medianMs.toFixed(1)} ms`, { size, limit })
    all.push(found)
  }
  await app.end()
  return all
}

console.log(`machine: ${machineText()}`)
const kept = process.env['PARLEY_BENCH_DATABASE']
const database = kept === undefined ? await filled() : null
const appUrl = kept ?? database?.appUrl ?? ''
const all = await report(appUrl)
const slowest = all.toSorted((x, y) => y.medianMs - x.medianMs).slice(0, 3)
for (const { name } of slowest) {
  console.log(`\n-- ${name}`)
  const one = asked.find((candidate) => candidate.name === name)
  if (one) console.log(await plansOf(superuserUrlOf(new URL(appUrl).pathname.slice(1)), one))
}
if (process.argv.includes('--keep')) console.log(`kept: ${appUrl}`)
else await database?.[Symbol.asyncDispose]()
