// What it takes to compare one clearance with one label: in the program, and by its twin in the
// database, by itself and as every statement of a page asks it (the labels that somebody may be
// shown, among so many). `node bench/label.ts [checks] [labels]`
import fc from 'fast-check'
import { type RawBuilder, sql } from 'kysely'
import { dominates } from '../src/features/label/label.ts'
import { asActor, systemActor, type Tx } from '../src/platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../test/db/database.ts'
import { clear, coordinator, peopleOf, raiseCeiling } from '../test/db/reports.ts'
import { clearances, labels as someLabels } from '../test/labels/label.ts'
import { startPostgres } from '../tools/postgres.mjs'
import { figure, machineText } from './machine.ts'

const checks = Number(process.argv[2] ?? 10_000_000)
const labelCount = Number(process.argv[3] ?? 1_000)
const rounds = 5
/** In the database a check takes so much longer. */
const checksInDatabase = Math.ceil(checks / 10)

console.log(`machine: ${machineText()}`)
await inProgram()
const server = process.env['PARLEY_TEST_DATABASE'] ? null : await startPostgres(null)
if (server) process.env['PARLEY_TEST_DATABASE'] = server.url
try {
  await using database = await freshDatabase()
  await store(database)
  await inDatabase(database)
} finally {
  await server?.stop()
}

/** Median of the rounds, the first of which only warms up. */
async function median(run: () => Promise<number>): Promise<number> {
  const took: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const each = await run()
    if (round > 0) took.push(each)
  }
  return took.sort((one, other) => one - other)[took.length >> 1] ?? 0
}

async function inProgram(): Promise<void> {
  const numRuns = 1_024
  const asked = fc.sample(fc.tuple(clearances, someLabels), { numRuns, seed: 4 })
  const now = new Date('2026-11-21T00:00:00Z')
  let shown = 0
  const ns = await median(async () => {
    const begun = performance.now()
    for (let at = 0; at < checks; at++) {
      const [held, label] = asked[at % numRuns] ?? []
      if (held && label && dominates(held, label, now)) shown += 1
    }
    return ((performance.now() - begun) * 1e6) / checks
  })
  const share = `${((100 * shown) / (checks * (rounds + 1))).toFixed(0)} % are shown`
  figure('label check in the program', `${ns.toFixed(0)} ns`, {
    size: `${checks} checks of ${numRuns} random pairs, ${share}, median of ${rounds}`,
  })
}

/** Distinct labels, and somebody who is cleared for some of them. */
async function store(database: TestDatabase): Promise<void> {
  await raiseCeiling(database, 4)
  await peopleOf(database.app)
  await clear(database, coordinator, {
    ...{ classification: 'secret', tlp: 'red', compartments: ['GLASS', 'HERON'], pcii: true },
    ...{ underEmbargo: true, organisation: coordinator.organisation ?? '' },
  })
  const wanted = fc.sample(someLabels, { numRuns: 3 * labelCount, seed: 5 })
  const texts = [...new Set(wanted.map((label) => JSON.stringify(label)))].slice(0, labelCount - 2)
  await asActor(database.app, systemActor, (tx) =>
    sql`select parley.label_id_for(e) from jsonb_array_elements(${`[${texts.join()}]`}::jsonb)
      as l (e)`.execute(tx),
  )
}

async function inDatabase({ app }: TestDatabase): Promise<void> {
  await asActor(app, systemActor, async (tx) => {
    // With and without the check, so that it alone is counted.
    const pairs = sql`generate_series(1, ${checksInDatabase}::integer) as g (at)
      cross join (select l from parley.label l where id = 1) as asked (l)
      cross join (select c from parley.clearance c limit 1) as held (c)`
    const ns = await median(async () => {
      const check = sql`parley.dominates(c, l, to_timestamp(at))`
      const all = await msOf(tx, sql`select count(*) filter (where ${check}) from ${pairs}`)
      const nothing = sql`to_timestamp(at) is not null`
      const rest = await msOf(tx, sql`select count(*) filter (where ${nothing}) from ${pairs}`)
      return ((all - rest) * 1e6) / checksInDatabase
    })
    figure('its twin in the database', `${ns.toFixed(0)} ns`, {
      size: `${checksInDatabase} checks in a statement, less what the statement takes without`,
    })
  })
  await asActor(app, coordinator, async (tx) => {
    const times = 500
    const us = await median(async () => {
      const asked = sql`select count(*) from (select parley.visible_labels()
        from generate_series(1, ${times}::integer)) each_time`
      return ((await msOf(tx, asked)) * 1_000) / times
    })
    const { rows } = await sql<{ shown: number }>`
      select count(*)::integer as shown from parley.visible_labels()`.execute(tx)
    figure('the labels that somebody may be shown', `${us.toFixed(0)} us`, {
      size: `${rows[0]?.shown} of ${labelCount}, ${((us * 1_000) / labelCount).toFixed(0)} ns each`,
    })
  })
}

/** What a statement takes on the server and on the way. */
async function msOf(tx: Tx, statement: RawBuilder<unknown>): Promise<number> {
  const begun = performance.now()
  await statement.execute(tx)
  return performance.now() - begun
}
