import { sql } from 'kysely'
import type { Catalog } from '#features/catalog/catalog.ts'
import type { Level } from '#features/proof/evidence.ts'
import { levelOf } from '#features/proof/proof-level.ts'
import { type ReportKeys, wholeFinding } from '#features/report/incoming.ts'
import { storedJson } from '#features/report/stored-json.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { assert } from '#kernel/assert.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { catalogFor } from './advisory.store.ts'
import { CaseId, substanceOf } from './case.ts'
import { creditsMax, derive, editsOf, lookedAtMax, type Totals, totalsOf } from './derived.ts'
import { recordsFor } from './finder.store.ts'
import { levelsOfCases } from './proof-level.store.ts'
import { foldedInto } from './rest.ts'
import {
  findingOf,
  type ReportRow,
  type StoredReport,
  storedReport,
  type Weight,
  weightOf,
} from './stored-report.ts'
import type { Credit } from './told.ts'
import { toldOf } from './told.ts'

/** How the cases are brought up to date. */
export type RefreshOptions = {
  /** What is public; looked up by the identifiers of the cases when absent. */
  readonly catalog?: Catalog | null
  /**
   * `looked-up`: the finders' record as it is now. Otherwise what the case had, so that a person's
   * decision changes nothing but what was decided; a case can be given the one it had before.
   */
  readonly records: 'looked-up' | 'kept' | ReadonlyMap<string, number>
  /**
   * The reports that joined, when nothing else changed: a case with more reports than are looked at
   * takes these in without reading all others again.
   */
  readonly joined?: readonly number[]
}

const casesAtOnce = 1_000

/**
 * Works out again everything in the rows of these cases that follows from their reports: title,
 * severity, evidence, rank, words to search for and so on. What people set stays. A case without
 * reports (merged away) is left as it is.
 */
export async function refreshRows(
  tx: Tx,
  cases: readonly string[],
  options: RefreshOptions,
): Promise<void> {
  const wanted = [...new Set(cases)].sort()
  for (let at = 0; at < wanted.length; at += casesAtOnce) {
    await refreshPart(tx, wanted.slice(at, at + casesAtOnce), options)
  }
}

type CaseRow = { readonly id: string; readonly edits: unknown; readonly told: unknown }

async function refreshPart(tx: Tx, ids: readonly string[], options: RefreshOptions): Promise<void> {
  const { rows } = await sql<CaseRow>`
    select id, edits, told from parley.vulnerability_case where id = any (${ids}::text[])
    order by id for update`.execute(tx)
  const reports = await reportsOf(tx, ids)
  const catalog = options.catalog !== undefined ? options.catalog : await catalogOf(tx, reports)
  const lookedUp =
    options.records === 'looked-up' ? await recordsFor(tx, [...reports.values()].flat()) : null
  const levels = await levelsOfCases(tx, ids)
  const saved = []
  for (const row of rows) {
    const own = reports.get(row.id) ?? []
    if (own.length === 0) continue
    const told = toldOf(row.told)
    const given = typeof options.records === 'string' ? undefined : options.records.get(row.id)
    const shown = levels.get(row.id)
    const record = lookedUp ? Math.max(0, ...own.map(lookedUp)) : (given ?? told.record)
    const more =
      own.length > lookedAtMax ? await beyond(tx, row.id, { rest: told.rest, ...options }) : null
    const material = {
      ...{ id: idOf(row.id), reports: own.slice(0, lookedAtMax), edits: editsOf(row.edits) },
      ...{ totals: more?.totals ?? totalsOf(own), catalog, record },
      ...(shown !== undefined && { shown }),
      ...(more && { rest: more.rest }),
    }
    saved.push({ id: row.id, ...derive(material) })
  }
  await saveRows(tx, saved)
}

function idOf(text: string): CaseId {
  const id = CaseId.parse(text)
  assert(id !== null, 'a case has no id of a case')
  return id
}

const catalogOf = (
  tx: Tx,
  reports: ReadonlyMap<string, readonly StoredReport[]>,
): Promise<Catalog | null> =>
  catalogFor(
    tx,
    [...reports.values()].flat().flatMap(({ finding }) => finding.aliases ?? []),
  )

/** The best evidenced reports of each case, one more than are looked at where there are more. */
async function reportsOf(
  tx: Tx,
  cases: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredReport[]>> {
  const { rows } = await sql<ReportRow & { case_id: string }>`
    select wanted.id as case_id, r.no, r.id, r.organisation_id, r.label_id, r.received_at,
      r.document, r.finders, r.source, r.finding - 'original' as finding, s.gone_at,
      own.artifacts, own.severity
    from unnest(${cases}::text[]) as wanted (id)
    cross join lateral (select cr.report_no, cr.artifacts, cr.severity from parley.case_report cr
      where cr.case_id = wanted.id order by cr.substance desc, cr.report_no
      limit ${lookedAtMax + 1}) own
    join parley.report r on r.no = own.report_no
    left join parley.sighting s on s.report_no = r.no`.execute(tx)
  const all = Map.groupBy(rows, ({ case_id }) => case_id)
  return new Map([...all].map(([id, own]) => [id, own.map(storedReport)]))
}

/** A report that is to be placed, and what it counts for with its payloads. */
export type Arriving = {
  readonly report: StoredReport
  readonly weight: Weight
  readonly substance: number
  /** What its proofs showed; null where it has none. */
  readonly shown: Level | null
}

type Sealed = { readonly sealed: Buffer | null; readonly salt: Buffer | null }

/** Reports by their numbers; without the keys their payloads count for nothing. */
export async function reportsByNo(
  tx: Tx,
  numbers: readonly number[],
  keys: ReportKeys | null,
): Promise<ReadonlyMap<number, Arriving>> {
  const { rows } = await sql<ReportRow & Sealed & { level: string | null }>`
    select r.no, r.id, r.organisation_id, r.label_id, r.received_at, r.document, r.finders,
      r.source, r.finding - 'original' as finding, p.sealed, p.salt, s.gone_at, l.level
    from parley.report r left join parley.sighting s on s.report_no = r.no
    left join parley.sealed_of(${numbers}::bigint[]) p on p.report_no = r.no
    left join parley.proof_levels(${numbers}::bigint[]) l on l.report_no = r.no
    where r.no = any (${numbers}::bigint[])`.execute(tx)
  return new Map(
    rows.map(({ sealed, salt, level, ...row }) => {
      const open = findingOf(row.finding)
      const whole =
        keys === null ? open : wholeFinding(keys, row.id, { finding: open, sealed, salt })
      const weight = weightOf(whole)
      const report = storedReport({ ...row, ...weight })
      const shown = level === null ? null : levelOf(level)
      return [row.no, { report, weight, substance: substanceOf(whole), shown }]
    }),
  )
}

type Beyond = { readonly totals: Totals; readonly rest: Finding }

/** What a case with very many reports is known by besides the best evidenced of them. */
async function beyond(
  tx: Tx,
  id: string,
  { rest, joined }: { readonly rest?: Finding | undefined; readonly joined?: readonly number[] },
): Promise<Beyond> {
  const totals = await countedTotals(tx, id)
  if (rest && joined) {
    const { rows } = await sql<{ finding: unknown }>`
      select r.finding - 'original' as finding from parley.case_report cr
      join parley.report r on r.no = cr.report_no
      where cr.case_id = ${id} and cr.report_no = any (${joined}::bigint[])`.execute(tx)
    return {
      totals,
      rest: foldedInto(
        rest,
        rows.map(({ finding }) => findingOf(finding)),
      ),
    }
  }
  let folded: Finding | undefined
  for (let after = 0; ; ) {
    const { rows } = await sql<{ no: number; finding: unknown }>`
      select r.no, r.finding - array['original', 'details'] as finding from parley.case_report cr
      join parley.report r on r.no = cr.report_no
      where cr.case_id = ${id} and cr.report_no > ${after}
      order by cr.report_no limit ${lookedAtMax}`.execute(tx)
    folded = foldedInto(
      folded,
      rows.map(({ finding }) => findingOf(finding)),
    )
    const last = rows.at(-1)
    if (!last || rows.length < lookedAtMax) return { totals, rest: folded }
    after = last.no
  }
}

async function countedTotals(tx: Tx, id: string): Promise<Totals> {
  const { rows: all } = await sql<{ reports: number; first: Date; last: Date; gone: Date | null }>`
    select count(*) as reports, min(r.received_at) as first, max(r.received_at) as last,
      case when count(s.gone_at) = count(*) then max(s.gone_at) end as gone
    from parley.case_report cr join parley.report r on r.no = cr.report_no
    left join parley.sighting s on s.report_no = r.no where cr.case_id = ${id}`.execute(tx)
  const { rows: names } = await sql<{ name: string; reports: number; first: Date; all: number }>`
    select f.name, count(*) as reports, min(r.received_at) as first, count(*) over () as all
    from parley.case_report cr join parley.report r on r.no = cr.report_no
    cross join lateral unnest(r.finders) as f (name) where cr.case_id = ${id}
    group by 1 order by 3, 1 limit ${creditsMax}`.execute(tx)
  const [counted] = all
  assert(counted !== undefined, 'a count has a row')
  return {
    ...{ reports: counted.reports, finders: names[0]?.all ?? 0 },
    credits: names.map(
      ({ name, reports, first }): Credit => ({ name, reports, firstAt: first.toISOString() }),
    ),
    ...{ firstAt: counted.first, lastAt: counted.last, goneAt: counted.gone },
  }
}

type Saved = { readonly id: string } & ReturnType<typeof derive>

async function saveRows(tx: Tx, saved: readonly Saved[]): Promise<void> {
  if (saved.length === 0) return
  const rows = storedJson(saved.map(({ id, row }) => ({ id, ...row })))
  await sql`
    update parley.vulnerability_case c set title = n.title, severity = n.severity,
      evidence = n.evidence, band = n.band, rank_key = n.rank_key, rank = n.rank, told = n.told,
      aliases = n.aliases, packages = n.packages, finders = n.finders,
      report_count = n.report_count, finder_count = n.finder_count,
      first_reported_at = n.first_reported_at, last_reported_at = n.last_reported_at,
      gone_at = n.gone_at, search = n.search
    from json_populate_recordset(null::parley.vulnerability_case, ${rows}::json) n
    where c.id = n.id`.execute(tx)
  const ids = saved.map(({ id }) => id)
  await sql`delete from parley.case_kin where case_id = any (${ids}::text[])`.execute(tx)
  await saveKin(tx, saved)
}

/** Keeps what cases share with others, by which they are found as kin. */
export async function saveKin(tx: Tx, saved: readonly Pick<Saved, 'id' | 'kin'>[]): Promise<void> {
  const kin = saved.flatMap(({ id, kin: own }) => own.map((one) => ({ case_id: id, ...one })))
  if (kin.length === 0) return
  await sql`
    insert into parley.case_kin (key, case_id, kind, because)
    select key, case_id, kind, because from json_populate_recordset(null::parley.case_kin,
      ${storedJson(kin)}::json) on conflict do nothing`.execute(tx)
}
