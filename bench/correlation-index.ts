// What it costs to place one report that arrives with 10 k, 100 k and 1 M reports in the store,
// through PostgreSQL, and how large its index is. PARLEY_TEST_DATABASE is a server's address (its
// superuser fills the store). Run: `node bench/correlation-index.ts [sizes]`.
import { inflateRawSync } from 'node:zlib'
import { sql } from 'kysely'
import { Client } from 'pg'
import { createCases } from '#features/case/case.store.ts'
import { nearestOf, saveIndex, savePopulation } from '#features/correlate/correlation.store.ts'
import type { Evidence } from '#features/correlate/evidence.ts'
import { type IndexKeys, KeyMaker } from '#features/correlate/index-keys.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { Sketch } from '#features/correlate/sketch.ts'
import { evidenceIn } from '#features/exchange/domain.ts'
import { Placer } from '#features/exchange/placement.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { systemClock } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase } from '../test/db/database.ts'
import { peopleOf, storeReports } from '../test/db/reports.ts'
import { random } from '../tools/train/bins.ts'
import { figure, machineText } from './machine.ts'
import { manyRecords } from './real-records.ts'

const sizes = (process.argv[2] ?? '10000,100000,1000000').split(',').map(Number)
/** So many reports have keys of their own; the others vary the keys of these. */
const realMax = Number(process.argv[3] ?? 20_000)
const measured = 300
const warmUp = 50
const fillChunk = 1_000
const format = 'rows'
/** Stored reports have the common label. */
const label = 1

const knowledge = { advisory: await knowledgeOf('advisory'), prose: await knowledgeOf('prose') }
const database = await freshDatabase()
const superuser = new Client({ connectionString: inDatabase(database.superuserUrl, database.name) })
await superuser.connect()
await peopleOf(database.app)
const records = manyRecords()
const next = random(23)
console.log(`machine: ${machineText()}`)

function inDatabase(url: string, name: string): string {
  const found = new URL(url)
  found.pathname = `/${name}`
  return found.href
}

/** A finding that reads as the record does. */
function findingOf(evidence: Evidence, at: number): Finding {
  const { title, body, packages, ranges, cwe, cvss, references, symbols } = evidence
  const components = packages.slice(0, 3).map((name) => ({
    ...{ name, ranges: [...ranges].slice(0, 20) },
    ...(evidence.ecosystem === undefined ? {} : { ecosystem: evidence.ecosystem }),
  }))
  return {
    ...{
      at: { pointer: `/${at}` },
      title: title === '' ? body.slice(0, 80) : title,
      details: body,
    },
    ...{ components, cwe, cvss, references, symbols, tool: { name: evidence.source ?? 'record' } },
    original: null,
  }
}

type Row = { readonly finding: Finding; readonly evidence: Evidence }

function take(count: number): Row[] {
  return Array.from({ length: count }, (_, at) => {
    const { value, done } = records.next()
    if (done || !value) throw new Error('the real records (../shared/data/corpora) are not here')
    const finding = findingOf(value, at)
    return { finding, evidence: evidenceIn(format, finding, value.source) }
  })
}

/** The population of a store, counted over its real reports and scaled to its size. */
const counted = new Sketch()
const base: { keys: IndexKeys; evidence: Evidence; reportNo: number }[] = []
let stored = 0

async function fillReal(count: number): Promise<void> {
  while (base.length < count) {
    const rows = take(Math.min(fillChunk, count - base.length))
    const maker = new KeyMaker(knowledge.advisory, counted, label)
    const { keys, countInto } = maker.of(rows.map(({ evidence }) => evidence))
    await asActor(database.app, systemActor, async (tx) => {
      const nos = await storeReports(
        tx,
        rows.map(({ finding }) => ({ finding })),
      )
      const indexed = rows.flatMap(({ evidence }, at) => {
        const [own, reportNo] = [keys[at], nos[at]]
        return own && reportNo !== undefined ? [{ keys: own, evidence, reportNo }] : []
      })
      await saveIndex(tx, label, indexed)
      base.push(...indexed)
    })
    countInto(counted)
    stored += rows.length
  }
  await superuser.query(`update parley.report set format = '${format}'`)
}

const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(next() * from.length)]
const swapShare = 0.25
const freshKeys = 3

/** Keys of a report that says what another one says, in a quarter of other words, of a new name. */
function variedKeys(): { text: number[]; domain: string; like: number } {
  const [own, donor] = [pick(base), pick(base)]
  if (!own || !donor) throw new Error('nothing is stored to vary')
  const others = donor.keys.text
  const text = own.keys.text.map(({ key }) =>
    next() < swapShare ? (pick(others)?.key ?? key) : key,
  )
  for (let at = 0; at < freshKeys; at++) text[at] = Math.floor(next() * 2 ** 31)
  return { text, domain: own.evidence.domain, like: own.reportNo }
}

/** Fills the store set-wise: the report of another, with varied keys. */
async function fillVaried(count: number): Promise<void> {
  while (stored < count) {
    const some = Array.from({ length: Math.min(10 * fillChunk, count - stored) }, variedKeys)
    await superuser.query(
      `with wanted as (
         select row_number() over () as at, * from unnest($1::bigint[], $2::text[], $3::text[])
           as w (like_no, domain, keys)
       ), added as (
         insert into parley.report (id, receipt, organisation_id, received_at, format, document,
           finders, source, title, finding, label_id)
         select 'report_' || gen_random_uuid(), 'receipt_' || gen_random_uuid(), r.organisation_id,
           r.received_at, r.format, r.document, r.finders, r.source, r.title, r.finding,
           r.label_id
         from wanted w join parley.report r on r.no = w.like_no order by w.at
         returning no
       ), numbered as (select no, row_number() over (order by no) as at from added)
       insert into parley.correlation_profile (report_no, domain, scan, text)
       select n.no, w.domain, '{}', w.keys::integer[] from numbered n join wanted w using (at)`,
      [
        some.map(({ like }) => like),
        some.map(({ domain }) => domain),
        some.map(({ text }) => `{${[...new Set(text)].sort((x, y) => x - y).join()}}`),
      ],
    )
    stored += some.length
  }
}

let isFirst = true

/** A case for each report that has none, without ranking it: nothing here shows cases. */
async function openCases(): Promise<void> {
  const reports = base.slice(0, 1).map(({ reportNo }) => reportNo)
  if (isFirst) {
    isFirst = false
    const one = { reports, ties: [] }
    await asActor(database.app, systemActor, (tx) => createCases(tx, [one], { clock: systemClock }))
  }
  await superuser.query(`begin; set local session_replication_role = replica;
    insert into parley.vulnerability_case (id, title, severity, evidence, band, rank_key, told,
      report_count, finder_count, first_reported_at, last_reported_at, changed_at,
      label_id)
    select 'case_' || lpad(r.no::text, 12, '0'), r.title, 'low', 'E0', 'track', '{}',
      (select told from parley.vulnerability_case order by no limit 1), 1, 1, r.received_at,
      r.received_at, r.received_at, r.label_id
    from parley.report r left join parley.case_report c on c.report_no = r.no
    where c.report_no is null;
    insert into parley.case_report (report_no, case_id, joined_at, how)
    select r.no, 'case_' || lpad(r.no::text, 12, '0'), r.received_at, 'first'
    from parley.report r left join parley.case_report c on c.report_no = r.no
    where c.report_no is null; commit`)
  await superuser.query('vacuum (analyze) parley.correlation_profile')
  await superuser.query('analyze parley.report; analyze parley.case_report')
}

function times(sketch: Sketch, factor: number): Sketch {
  const raw = inflateRawSync(sketch.encode())
  const counts = new Uint32Array(raw.buffer, raw.byteOffset, raw.byteLength / 4)
  return new Sketch(
    counts.map((count) => Math.round(count * factor)),
    Math.round(sketch.reports * factor),
  )
}

/** The population as if what was counted stood in the store as often as the store is larger. */
async function populationOf(size: number): Promise<Sketch> {
  const population = times(counted, size / counted.reports)
  await asActor(database.app, systemActor, (tx) =>
    savePopulation(tx, { label, population }, new Date()),
  )
  return population
}

const middle = (times: readonly number[]): number =>
  times.toSorted((x, y) => x - y)[times.length >> 1] ?? 0

async function measure(size: number): Promise<{ near: number; whole: number }> {
  const population = await populationOf(size)
  const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
  const placer = new Placer({
    ...{ pool: database.app, knowledge, clock: systemClock, model: 'bench', keys },
  })
  const times: { near: number[]; whole: number[] } = { near: [], whole: [] }
  for (let at = 0; at < warmUp + measured; at++) {
    const [row] = take(1)
    if (!row) break
    await asActor(database.app, systemActor, async (tx) => {
      const own = new KeyMaker(knowledge.advisory, population, label).of([row.evidence]).keys[0]
      const began = performance.now()
      if (own) {
        const asker = { evidence: row.evidence, keys: own }
        await nearestOf(tx, { label, askers: [asker] }, { wanted: 20, visits: 400 })
      }
      times.near.push(performance.now() - began)
      const [no] = await storeReports(tx, [{ finding: row.finding }])
      await sql`update parley.report set format = ${format}, source = ${row.evidence.source ?? 'x'}
        where no = ${no ?? 0}`.execute(tx)
      await sql`insert into parley.arrival (report_no) values (${no ?? 0})`.execute(tx)
    })
    const began = performance.now()
    await placer.placeNext()
    times.whole.push(performance.now() - began)
  }
  return { near: middle(times.near.slice(warmUp)), whole: middle(times.whole.slice(warmUp)) }
}

async function bytes(): Promise<string> {
  const { rows } = await superuser.query<{ name: string; size: number }>(
    `select relname as name, pg_relation_size(oid)::float8 as size from pg_class
     where relname in ('correlation_profile', 'correlation_profile_by_text',
       'correlation_profile_by_scan', 'correlation_equal', 'correlation_profile_pkey')`,
  )
  const each = rows.map(({ name, size }) => `${name} ${(size / stored).toFixed(0)}`)
  const all = rows.reduce((sum, { size }) => sum + size, 0) / stored
  return `${all.toFixed(0)} bytes a report (${each.join(', ')})`
}

let first: number | null = null
for (const size of sizes) {
  const began = performance.now()
  await fillReal(Math.min(size, realMax))
  await fillVaried(size)
  await openCases()
  const filled = ((performance.now() - began) / 1000).toFixed(0)
  const { near, whole } = await measure(size)
  first ??= whole
  figure('place one report, median', `${whole.toFixed(1)} ms`, {
    size: `${size} stored (filled in ${filled} s), of which search ${near.toFixed(1)} ms`,
    limit: `1.3 x the first: ${(whole / first).toFixed(2)} x`,
  })
  console.log(`  ${await bytes()}`)
}
await superuser.end()
await database[Symbol.asyncDispose]()
