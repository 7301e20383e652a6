import { setImmediate as othersTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Catalog } from '#features/catalog/catalog.ts'
import { randomName } from '#features/org/org.ts'
import { highest } from '#features/proof/proof-level.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import { storedJson } from '#features/report/stored-json.ts'
import { assert } from '#kernel/assert.ts'
import { bothEnded } from '#kernel/both-ended.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { catalogFor } from './advisory.store.ts'
import { CaseId, substanceOf } from './case.ts'
import { countDays } from './day.store.ts'
import { derive, lookedAtMax, totalsOf } from './derived.ts'
import { type PlacedReport, recordsFor } from './finder.store.ts'
import { insertMembers, membersOf, type Tie } from './member.store.ts'
import { type Arriving, reportsByNo, saveKin } from './refresh.store.ts'
import { foldedInto } from './rest.ts'
import type { StoredReport } from './stored-report.ts'
import { tellCases } from './tell.store.ts'

/** A case to be opened: the reports of one vulnerability, by number, and what ties them. */
export type NewCase = { readonly reports: readonly number[]; readonly ties: readonly Tie[] }

export type StoreOptions = {
  readonly clock: Clock
  /** What is public; looked up by the identifiers of the reports when absent. */
  readonly catalog?: Catalog | null
  /** Opens the payloads of reports; without them a sealed proof does not count as one. */
  readonly keys?: ReportKeys
}

export type OpenedCases = {
  /** In the order given. */
  readonly cases: readonly string[]
  readonly placed: readonly PlacedReport[]
}

const casesAtOnce = 1_000

/** Opens cases a thousand at a time: while the database writes some, the next are worked out. */
export async function openCases(
  tx: Tx,
  opened: readonly NewCase[],
  options: StoreOptions,
): Promise<OpenedCases> {
  const named = opened.map((group) => ({ ...group, id: CaseId.of(randomName()) }))
  const partAt = async (at: number): Promise<Part | null> =>
    at < named.length ? partOf(tx, named.slice(at, at + casesAtOnce), options) : null
  const placed: PlacedReport[] = []
  let part = await partAt(0)
  let rows = part && (await rowsOf(part))
  for (let at = casesAtOnce; part && rows; at += casesAtOnce) {
    const next = await partAt(at)
    const [nextRows] = await bothEnded(next ? rowsOf(next) : null, writeRows(tx, part, rows))
    placed.push(...placedIn(part))
    part = next
    rows = nextRows
  }
  return { cases: named.map(({ id }) => id), placed }
}

type Opened = NewCase & { readonly id: CaseId }

/** Cases that are opened together, with everything that is asked of the database for them. */
type Part = {
  readonly opened: readonly Opened[]
  readonly arriving: ReadonlyMap<number, Arriving>
  readonly catalog: Catalog | null
  readonly recordFor: (report: StoredReport) => number
  readonly now: Date
}

async function partOf(tx: Tx, opened: readonly Opened[], options: StoreOptions): Promise<Part> {
  const numbers = opened.flatMap(({ reports }) => reports)
  const arriving = await reportsByNo(tx, numbers, options.keys ?? null)
  assert(arriving.size === numbers.length, 'a report to be placed does not exist or stands twice')
  const stored = [...arriving.values()].map(({ report }) => report)
  const aliases = stored.flatMap(({ finding }) => finding.aliases ?? [])
  const { catalog = await catalogFor(tx, aliases) } = options
  const recordFor = await recordsFor(tx, stored)
  return { opened, arriving, catalog, recordFor, now: options.clock.now() }
}

type CaseRow = ReturnType<typeof derive> & { readonly id: CaseId }

/** Others have their turn after so many, some milliseconds each time. */
const derivedAtOnce = 50

async function rowsOf({ opened, arriving, catalog, recordFor }: Part): Promise<readonly CaseRow[]> {
  const rows: CaseRow[] = []
  for (const { id, reports } of opened) {
    if (rows.length % derivedAtOnce === 0) await othersTurn()
    const all = reports.flatMap((no) => arriving.get(no)?.report ?? [])
    const best = all.length > lookedAtMax ? all.toSorted(bySubstance) : all
    const rest =
      best.length > lookedAtMax &&
      foldedInto(
        undefined,
        best.map(({ finding }) => finding),
      )
    const material = { id, reports: best.slice(0, lookedAtMax), totals: totalsOf(all), edits: {} }
    const record = Math.max(0, ...all.map(recordFor))
    const shown = highest(reports.flatMap((no) => arriving.get(no)?.shown ?? []))
    rows.push({ id, ...derive({ ...material, catalog, record, shown, ...(rest && { rest }) }) })
  }
  return rows
}

const bySubstance = (x: StoredReport, y: StoredReport): number =>
  substanceOf(y.finding) - substanceOf(x.finding) || x.no - y.no

async function writeRows(
  tx: Tx,
  { opened, arriving, now }: Part,
  derived: readonly CaseRow[],
): Promise<void> {
  const labels = new Map(opened.map((one) => [one.id, labelOf(one, arriving)]))
  const rows = derived.map(({ id, row }) => ({ id, ...row, label_id: labels.get(id) }))
  await sql`
    insert into parley.vulnerability_case (id, title, severity, evidence, band, rank_key,
      rank, told,
      aliases, packages, finders, report_count, finder_count, first_reported_at, last_reported_at,
      gone_at, search, label_id, changed_at)
    select id, title, severity, evidence, band, rank_key, rank, told, aliases, packages, finders,
      report_count, finder_count, first_reported_at, last_reported_at, gone_at, search,
      label_id, ${now}
    from json_populate_recordset(null::parley.vulnerability_case, ${storedJson(rows)}::json)
  `.execute(tx)
  await saveKin(tx, derived)
  const members = opened.flatMap(({ id, reports, ties }) => membersOf(id, reports, ties))
  await insertMembers(tx, members, { arriving, now })
  const stored = [...arriving.values()].map(({ report }) => report)
  const firsts = opened.map(({ reports }) => Math.min(...reports))
  await countDays(tx, stored, firsts)
  const ids = opened.map(({ id }) => id)
  await tellCases(tx, ids, now)
}

/** A case has the label of its reports, which is one. */
function labelOf({ reports }: NewCase, arriving: ReadonlyMap<number, Arriving>): number {
  const labels = new Set(reports.map((no) => arriving.get(no)?.report.label))
  const [label] = labels
  assert(labels.size === 1 && label !== undefined, 'reports of unlike labels are in no one case')
  return label
}

const placedIn = ({ opened, arriving }: Part): readonly PlacedReport[] =>
  opened.flatMap(({ id, reports }) =>
    reports.flatMap((no) => {
      const report = arriving.get(no)?.report
      return report ? [{ report, case: id, before: null }] : []
    }),
  )
