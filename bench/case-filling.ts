import { sql } from 'kysely'
import type { Pool } from 'pg'
import { createCases } from '../src/features/case/case.store.ts'
import type { NewCase } from '../src/features/case/opening.store.ts'
import type { Finding } from '../src/formats/finding/finding.ts'
import { asActor, systemActor, type Tx } from '../src/platform/db/as-actor.ts'
import type { TestDatabase } from '../test/db/database.ts'
import { type ReportWish, storeReports } from '../test/db/reports.ts'
import { Chance } from '../test/synthetic/chance.ts'
import { packages } from '../test/synthetic/flaws.ts'
import { reportOf, type Subject, subjectOf } from '../test/synthetic/report.ts'
import { prepare, readIn } from './case-people.ts'

/** Parts that give each package of the synthetic reports a family of its own. */
const families = ['core', 'client', 'codec', 'server', 'cli', 'plugin', 'proxy', 'sdk', 'ui', 'db']
const subjects = ['frame', 'palette', 'invoice', 'archive', 'cursor', 'packet', 'ledger', 'schema']
const roles = ['reader', 'merger', 'cache', 'index', 'router', 'mapper', 'signer', 'stream']

/** Few things are reported often and most hardly ever: a share that falls as one over the rank. */
const zipf = (chance: Chance, count: number): number =>
  Math.min(count - 1, Math.floor(count ** chance.next()) - 1)

/** One invented flaw of a code base of thousands of packages and a million functions. */
function subjectAt(chance: Chance): Subject {
  const subject = subjectOf(chance)
  const family = families[zipf(chance, families.length)] ?? 'core'
  const name = `${packages[zipf(chance, packages.length)] ?? subject.name}-${family}`
  const [noun, role] = [subjects[chance.between(0, 7)] ?? '', roles[chance.between(0, 7)] ?? '']
  return {
    ...subject,
    name: chance.is(0.5) ? name : `${name}${zipf(chance, 400)}`,
    symbol: `${subject.symbol}_${noun}_${role}${zipf(chance, 5_000)}`,
    cve: chance.is(0.3) ? `CVE-20${chance.between(20, 31)}-${chance.between(1000, 999_999)}` : null,
  }
}

const finderNames = Array.from({ length: 900 }, (_, at) => `${at % 3 ? 'agent' : 'lab'}-${at}`)

/** Cases that everybody is measured with, so their label is the common one. */
const sizesOfOwn = new Map([
  [5_000, 10_000],
  [6_000, 121],
])

/** How many reports a case has: most one, few many, as real queues do. */
function sizeAt(chance: Chance, at: number): number {
  const own = sizesOfOwn.get(at)
  if (own !== undefined) return own
  if (chance.is(0.78)) return 1
  return chance.is(0.97) ? chance.between(2, 3) : chance.between(4, 24)
}

/** Half of what comes in has the common label, and each of the others less than the one before. */
const labelAt = (chance: Chance, labels: readonly number[]): number =>
  labels[chance.is(0.5) ? 0 : zipf(chance, labels.length)] ?? 1

type Wished = { readonly size: number; readonly label: number }

function wishesFor(chance: Chance, { size, label }: Wished): ReportWish[] {
  const subject = subjectAt(chance)
  return Array.from({ length: size }, () => {
    const { finding } = reportOf(chance, subject)
    const { original: _original, ...rest } = finding
    const told: Partial<Finding> = { ...rest, original: { native: chance.digest(40) } }
    const severity = (['medium', 'high', 'low', 'critical', 'info'] as const)[zipf(chance, 5)]
    return {
      title: rest.title,
      finding: {
        ...told,
        ...(severity && { severity }),
        ...(chance.is(0.6) && { cvss: [], proofs: [] }),
        ...(chance.is(0.02) && { exploited: true }),
        ...(chance.is(0.15) && { ssvc: { Automatable: 'no', 'Technical Impact': 'partial' } }),
      },
      finders: [finderNames[zipf(chance, finderNames.length)] ?? 'lab-0'],
      organisation: chance.is(0.5) ? 'org_finder01' : 'org_finder02',
      receivedAt: dayAt(chance),
      label,
    }
  })
}

const lastDay = Date.parse('2026-11-20T00:00:00Z')
const dayAt = (chance: Chance): string =>
  new Date(lastDay - Math.floor(chance.next() ** 2 * 360 * 86_400_000)).toISOString()

const reportsAtOnce = 10_000

export type Filled = { readonly reports: number; readonly cases: number; readonly seconds: number }

/** Fills a database through the code that places reports, then lets people have decided. */
export async function fill(
  database: TestDatabase,
  reports: number,
  onBatch: (filled: Filled) => void,
): Promise<Filled> {
  const { app } = database
  const chance = new Chance(11)
  const chanceOfLabel = new Chance(13)
  const started = performance.now()
  const clock = { now: () => new Date('2026-11-20T12:00:00Z') }
  const labels = await prepare(database)
  let [done, cases] = [0, 0]
  while (done < reports) {
    const batch: ReportWish[][] = []
    let size = 0
    while (size < reportsAtOnce && done + size < reports) {
      const at = cases + batch.length
      const label = sizesOfOwn.has(at) ? 1 : labelAt(chanceOfLabel, labels)
      const own = wishesFor(chance, { size: sizeAt(chance, at), label })
      batch.push(own)
      size += own.length
    }
    await asActor(app, systemActor, async (tx) => {
      const groups = await groupsOf(tx, batch)
      const ids = await createCases(tx, groups, { clock, catalog: null })
      await decide(tx, ids, chance)
    })
    done += size
    cases += batch.length
    onBatch({ reports: done, cases, seconds: (performance.now() - started) / 1000 })
  }
  await suggest(app)
  await readIn(database)
  return { reports: done, cases, seconds: (performance.now() - started) / 1000 }
}

async function groupsOf(tx: Tx, batch: readonly (readonly ReportWish[])[]): Promise<NewCase[]> {
  const numbers = await storeReports(tx, batch.flat())
  let at = 0
  return batch.map((own) => {
    const reports = numbers.slice(at, at + own.length)
    at += own.length
    const because = [
      { says: 'Both name the same function', marks: [own[0]?.title ?? ''], supports: true },
    ]
    const ties = reports.slice(1).map((report) => ({
      ...{ report, with: reports[0] ?? 0, probability: 0.97, because },
    }))
    return { reports, ties }
  })
}

async function decide(tx: Tx, ids: readonly string[], chance: Chance): Promise<void> {
  const people = ['person_ada00001', 'person_bo000001', null]
  const rows = ids.flatMap((id) => {
    if (chance.is(0.4)) return []
    const status = chance.is(0.66) ? 'closed' : chance.is(0.1) ? 'waiting' : 'open'
    const verdict = chance.is(0.6) ? 'confirmed' : chance.is(0.8) ? 'refuted' : 'open'
    const hold =
      status === 'open' ? null : { why: 'planned', owner: 'person_ada00001', until: null }
    return [{ id, status, verdict, hold, assignee_id: people[zipf(chance, 3)] ?? null }]
  })
  await sql`
    update parley.vulnerability_case c set status = n.status, verdict = n.verdict, hold = n.hold,
      assignee_id = n.assignee_id
    from json_populate_recordset(null::parley.vulnerability_case, ${JSON.stringify(rows)}::json) n
    where c.id = n.id`.execute(tx)
}

/** Suggestions between neighbours, and a history for every tenth case. */
async function suggest(app: Pool): Promise<void> {
  await asActor(app, systemActor, async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx)
    await sql`
      insert into parley.suggestion (id, kind, report_a, report_b, probability, because, model,
        made_at)
      select 'suggestion_' || r.no,
        case when o.label_id = r.label_id then 'merge' else 'link' end, r.no, o.no,
        0.3 + (r.no % 650) / 1000.0,
        '[{"says": "Both name the same file", "marks": ["src"], "supports": true}]', 'bench', now()
      from parley.report r join parley.report o on o.no = r.no + 7
      where r.no % 12 = 0 and (o.label_id = r.label_id or r.no % 240 = 0)
      on conflict do nothing`.execute(tx)
    await sql`
      insert into parley.case_event (case_id, at, by_person, kind, told)
      select c.id, now(), 'person_ada00001', 'changed', jsonb_build_object('says', 'took the case',
        'why', null, 'version', 1, 'cases', jsonb_build_array(c.id), 'touches', '[]'::jsonb)
      from parley.vulnerability_case c where c.no % 10 = 0`.execute(tx)
    await sql`
      update parley.finder f set confirmed = n.confirmed, refuted = n.refuted
      from (select r.organisation_id, r.finders[1] as name,
          count(*) filter (where c.verdict = 'confirmed') as confirmed,
          count(*) filter (where c.verdict = 'refuted') as refuted
        from parley.vulnerability_case c join parley.case_report cr on cr.case_id = c.id
        join parley.report r on r.no = cr.report_no group by 1, 2) n
      where f.organisation_id = n.organisation_id and f.name = n.name`.execute(tx)
  })
}
