// `node tools/measure/one-by-one.ts DIR...`: how much accuracy it costs to place reports of a
// store one by one, as they arrive, against a batch of all of them and against the memory index.
// A DIR holds reports.jsonl[.gz] and labels.jsonl[.gz]. PARLEY_TEST_DATABASE is a server's address.
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { evidenceOf } from '#features/correlate/evidence-of.ts'
import { Inserter } from '#features/correlate/insert.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { MemoryIndex } from '#features/correlate/memory-index.ts'
import { correlateMixed } from '#features/correlate/mixed.ts'
import { Placer } from '#features/exchange/placement.ts'
import { recluster } from '#features/exchange/recluster.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { systemClock } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../test/db/database.ts'
import { peopleOf, storeReports } from '../../test/db/reports.ts'
import { random } from '../train/bins.ts'
import { findingsOf, type Judged, readJudged } from '../train/material.ts'
import { scoreOf, showScore, sumsOf } from '../train/score.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** How many arrive at once. */
    together: { type: 'string', default: '1' },
    /** Only so many of the true clusters. */
    first: { type: 'string', default: '0' },
    /** This share of them is stored already: imported together before the others arrive. */
    warm: { type: 'string', default: '0' },
    'no-batch': { type: 'boolean', default: false },
  },
})
const together = Number(options.together)
const knowledge = { advisory: await knowledgeOf('advisory'), prose: await knowledgeOf('prose') }
const keys = reportKeysOf({ is: 'root', all: [randomKey()] })

type Groups = readonly (readonly number[])[]

type Shown = { readonly judged: Judged; readonly order: readonly number[]; readonly groups: Groups }

function show(name: string, { judged, order, groups }: Shown): void {
  const { clusters, flags } = judged
  for (const flag of ['', 'core', 'fair_test', 'valid']) {
    const counts = flag ? order.map((at) => flags(flag)[at] ?? false) : order.map(() => true)
    if (!counts.some(Boolean)) continue
    const truth = order.map((at) => clusters[at] ?? '')
    const score = showScore(scoreOf([sumsOf({ groups, truth, counts })]))
    console.log(`${name.padEnd(28)} ${(flag || 'all').padEnd(10)} ${score}`)
  }
}

/** The order of arrival: shuffled, always in the same way. */
function orderOf(count: number): number[] {
  const next = random(17)
  return [...Array(count).keys()]
    .map((at) => ({ at, by: next() }))
    .sort((x, y) => x.by - y.by)
    .map(({ at }) => at)
}

async function throughStore(database: TestDatabase, findings: readonly Finding[]) {
  const { app } = database
  const numbers: number[] = []
  const times: number[] = []
  const parts = { pool: app, knowledge, clock: systemClock, model: 'measure', keys }
  const placer = new Placer(parts)
  const warm = Math.round(findings.length * Number(options.warm))
  if (warm > 0) numbers.push(...(await arrive(database, findings.slice(0, warm), true)))
  while ((await placer.placeNext()) !== null);
  for (let from = warm; from < findings.length; from += together) {
    numbers.push(...(await arrive(database, findings.slice(from, from + together), false)))
    const began = performance.now()
    while ((await placer.placeNext()) !== null);
    times.push(performance.now() - began)
  }
  const at = new Map(numbers.map((no, place) => [no, place]))
  const arrived = await standing(database, at)
  await recluster(parts, new AbortController().signal)
  times.sort((x, y) => x - y)
  return {
    ...{ arrived, reviewed: await standing(database, at) },
    median: times[times.length >> 1] ?? 0,
    mean: times.reduce((sum, time) => sum + time, 0) / Math.max(times.length, 1),
  }
}

async function arrive(database: TestDatabase, part: readonly Finding[], isImport: boolean) {
  return asActor(database.app, systemActor, async (tx) => {
    const stored = await storeReports(
      tx,
      part.map((finding) => ({ finding })),
    )
    const sources = part.map(({ tool }) => tool?.name ?? 'nobody')
    await sql`update parley.report r set format = 'rows', source = s.source
      from unnest(${stored}::bigint[], ${sources}::text[]) as s (no, source)
      where r.no = s.no`.execute(tx)
    const { rows } = isImport
      ? await sql<{ no: number }>`insert into parley.bulk_import
          (id, organisation_id, name, sha256, size_bytes, blob, state, received_at)
          values ('import_measure1', 'org_finder01', 'x', '', 1, '{}', 'read', now())
          returning no`.execute(tx)
      : { rows: [] }
    await sql`insert into parley.arrival (report_no, import_no)
      select no, ${rows[0]?.no ?? null}::bigint from unnest(${stored}::bigint[]) as s (no)
    `.execute(tx)
    return stored
  })
}

type Standing = { readonly groups: number[][]; readonly asked: readonly [number, number][] }

/** The cases as positions of reports, and the open suggestions to merge. */
function standing({ app }: TestDatabase, at: ReadonlyMap<number, number>): Promise<Standing> {
  return asActor(app, systemActor, async (tx) => {
    const { rows } = await sql<{ nos: string }>`
      select string_agg(report_no::text, ' ') as nos from parley.case_report
      group by case_id`.execute(tx)
    const { rows: open } = await sql<{ a: number; b: number }>`
      select report_a as a, report_b as b from parley.suggestion
      where state = 'open' and kind = 'merge' order by no`.execute(tx)
    return {
      groups: rows.map(({ nos }) => nos.split(' ').map((no) => at.get(Number(no)) ?? -1)),
      asked: open.map(({ a, b }): [number, number] => [at.get(a) ?? -1, at.get(b) ?? -1]),
    }
  })
}

/** The cases after a person has rightly decided every suggestion that is open. */
function decided({ groups, asked }: Standing, truth: readonly string[]): Groups {
  const of = new Map(groups.flatMap((members) => members.map((report) => [report, members])))
  for (const [a, b] of asked) {
    const [one, other] = [of.get(a), of.get(b)]
    if (!one || !other || one === other || truth[a] !== truth[b]) continue
    one.push(...other)
    for (const report of other) of.set(report, one)
  }
  return [...new Set(of.values())]
}

function throughMemory(findings: readonly Finding[]): Groups {
  const index = new MemoryIndex()
  const inserter = new Inserter(knowledge.advisory, index)
  for (const [at, finding] of findings.entries()) {
    inserter.insert(evidenceOf(finding, finding.tool?.name, 'advisory'))
    if (at % 1000 === 999) inserter.refresh()
  }
  const groups = Map.groupBy([...Array(index.size).keys()], index.groupOf)
  return [...groups.values()]
}

for (const folder of positionals) {
  const judged = readJudged(folder)
  const all = findingsOf(judged.rows)
  const wanted = new Set(
    [...new Set(judged.clusters)].slice(0, Number(options.first) || all.length),
  )
  const order = orderOf(all.length).filter((at) => wanted.has(judged.clusters[at] ?? ''))
  const findings = order.flatMap((at) => all[at] ?? [])
  console.log(`${judged.name}: ${findings.length} reports; precision recall F1 B-cubed`)
  if (!options['no-batch']) {
    const evidence = findings.map((finding) => evidenceOf(finding, finding.tool?.name))
    const batch = correlateMixed(evidence, knowledge)
    show('batch (laptop tool)', { judged, order, groups: batch.groups })
    show('one by one in memory', { judged, order, groups: throughMemory(findings) })
  }
  await using database = await freshDatabase()
  await peopleOf(database.app)
  const { arrived, reviewed, median, mean } = await throughStore(database, findings)
  const truth = order.map((at) => judged.clusters[at] ?? '')
  const name = `service, ${together} at once`
  show(name, { judged, order, groups: arrived.groups })
  show('  suggestions decided', { judged, order, groups: decided(arrived, truth) })
  show('  and those of a review', { judged, order, groups: decided(reviewed, truth) })
  const asked = `${arrived.asked.length} suggestions, ${reviewed.asked.length} after a review`
  console.log(`placement: median ${median.toFixed(1)} ms, mean ${mean.toFixed(1)} ms; ${asked}`)
}
