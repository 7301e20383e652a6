import { type RawBuilder, sql } from 'kysely'
import type { Reason } from '#features/correlate/explain.ts'
import { randomName } from '#features/org/org.ts'
import { type ReportKeys, wholeFinding } from '#features/report/incoming.ts'
import { storedJson } from '#features/report/stored-json.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'
import type { Tx } from '#platform/db/as-actor.ts'

/** A stored report as correlation needs it. */
export type StoredFinding = {
  readonly no: number
  readonly format: string
  readonly source: string
  readonly finding: Finding
  /** All that it says openly, in small letters; null where nothing of it is sealed. */
  readonly openText: string | null
  /** Null while it waits to be placed. */
  readonly case: string | null
}

/**
 * Reports of one label that wait and are to be placed together: single ones, or those of an import.
 */
export type Waiting = {
  readonly importNo: number | null
  readonly label: number
  readonly reports: readonly number[]
}

export type WaitingBounds = { readonly singlesMax: number; readonly importMax: number }

/**
 * The reports to be placed next, single ones before imports; null when nothing waits but what is
 * left out. They are of one label: what comes first decides whose turn it is.
 */
export async function nextWaiting(
  tx: Tx,
  bounds: WaitingBounds,
  leftOut: readonly number[] = [],
): Promise<Waiting | null> {
  const isWanted = sql<boolean>`a.report_no <> all (${[...leftOut]}::bigint[])`
  const singles = await waitingOf(tx, sql`a.import_no is null and ${isWanted}`, bounds.singlesMax)
  if (singles) return { importNo: null, ...singles }
  const read = await tx
    .selectFrom('parley.bulk_import')
    .select(['no', 'label_id'])
    .where('state', '=', 'read')
    .where(
      sql<boolean>`(cardinality(${[...leftOut]}::bigint[]) = 0
        or not exists (select 1 from parley.arrival where import_no = bulk_import.no)
        or exists (
          select 1 from parley.arrival a where a.import_no = bulk_import.no and ${isWanted}))`,
    )
    .orderBy('no')
    .limit(1)
    .executeTakeFirst()
  if (!read) return null
  const ofImport = sql`a.import_no = ${read.no} and ${isWanted}`
  const found = await waitingOf(tx, ofImport, bounds.importMax)
  return { importNo: read.no, ...(found ?? { label: read.label_id, reports: [] }) }
}

/** The first that wait of those that are asked for, with all that follow of the same label. */
async function waitingOf(
  tx: Tx,
  isAsked: RawBuilder<unknown>,
  atMost: number,
): Promise<Omit<Waiting, 'importNo'> | null> {
  const { rows } = await sql<{ report_no: number; label_id: number }>`
    with first as materialized (
      select r.label_id from parley.arrival a join parley.report r on r.no = a.report_no
      where ${isAsked} order by a.report_no limit 1)
    select a.report_no, r.label_id
    from first f, parley.arrival a join parley.report r on r.no = a.report_no
    where ${isAsked} and r.label_id = f.label_id
    order by a.report_no limit ${atMost}`.execute(tx)
  const [first] = rows
  return first ? { label: first.label_id, reports: rows.map(({ report_no }) => report_no) } : null
}

type FindingRow = Omit<StoredFinding, 'finding' | 'openText'> & {
  readonly id: string
  readonly finding: unknown
  readonly sealed: Buffer | null
  readonly salt: Buffer | null
}

/** Reports by number, in ascending order, with what their payloads say. */
export async function findingsOf(
  tx: Tx,
  numbers: readonly number[],
  keys: ReportKeys,
): Promise<StoredFinding[]> {
  if (numbers.length === 0) return []
  const { rows } = await sql<FindingRow>`
    select r.no, r.id, r.format, r.source, r.finding, p.sealed, p.salt, c.case_id as case
    from parley.report r left join parley.case_report c on c.report_no = r.no
    left join parley.sealed_of(${[...numbers]}::bigint[]) p on p.report_no = r.no
    where r.no = any(${[...numbers]}::bigint[]) order by r.no`.execute(tx)
  return rows.map(({ id, sealed, salt, ...row }) => {
    const open = findingIn(row.finding)
    const finding = wholeFinding(keys, id, { finding: open, sealed, salt })
    return { ...row, finding, openText: sealed && JSON.stringify(open).toLowerCase() }
  })
}

/** What stands in the column was a finding when it was written; anything else is a defect. */
function findingIn(value: unknown): Finding {
  if (isFinding(value)) return value
  throw new TypeError('a stored report holds no finding')
}

const isFinding = (value: unknown): value is Finding =>
  isObject(value) && typeof value['title'] === 'string'

/** A case may begin with copies; among so many for each that is wanted they are passed over. */
const copiesPerReport = 20

/** The first reports of cases that are no copies of others: a bounded number each. */
export async function membersOf(
  tx: Tx,
  cases: readonly string[],
  atMost: number,
): Promise<number[]> {
  if (cases.length === 0) return []
  const { rows } = await sql<{ report_no: number }>`
    select m.report_no from unnest(${[...cases]}::text[]) as c (id)
    cross join lateral (
      select report_no from (
        select report_no from parley.case_report where case_id = c.id
        order by report_no limit ${atMost * copiesPerReport}) first
      where exists (
        select 1 from parley.correlation_profile p where p.report_no = first.report_no)
      limit ${atMost}) m`.execute(tx)
  return rows.map(({ report_no }) => report_no)
}

/**
 * Pairs of these cases of which a person said, by any of their reports, that they are never one.
 */
export async function casesApart(tx: Tx, cases: readonly string[]): Promise<CasesApart> {
  if (cases.length < 2) return () => false
  const { rows } = await sql<{ a: string; b: string }>`
    with own as materialized (
      select report_no, case_id from parley.case_report where case_id = any (${[...cases]}::text[])
    )
    select distinct x.case_id as a, y.case_id as b from own x
    join parley.apart p on p.report_a = x.report_no
    join own y on y.report_no = p.report_b`.execute(tx)
  const said = new Set(rows.flatMap(({ a, b }) => [`${a} ${b}`, `${b} ${a}`]))
  return (a, b) => said.has(`${a} ${b}`)
}

export type CasesApart = (a: string, b: string) => boolean

export type NewSuggestion = {
  /** To merge the cases of two reports, or to split the second one off that of the first. */
  readonly kind?: 'merge' | 'split'
  readonly a: number
  readonly b: number
  readonly probability: number
  readonly because: readonly Reason[]
}

/**
 * Keeps suggestions for people, once reports have their cases. A pair that was suggested or decided
 * before is left as it is, and two cases that already wait for a decision wait for no second one.
 */
export async function saveSuggestions(
  tx: Tx,
  suggestions: readonly NewSuggestion[],
  { model, now }: { readonly model: string; readonly now: Date },
): Promise<number> {
  if (suggestions.length === 0) return 0
  const rows = suggestions.map(({ kind = 'merge', a, b, probability, because }) => ({
    ...{ id: `suggestion_${randomName()}`, kind, state: 'open', model },
    // Which report leaves matters to a split, which two they are to a merge.
    ...{ report_a: kind === 'split' ? a : Math.min(a, b) },
    ...{ report_b: kind === 'split' ? b : Math.max(a, b) },
    ...{ probability, because, made_at: now.toISOString() },
  }))
  const { rows: kept } = await sql<{ label_id: number }>`
    with wanted as materialized (
      select distinct on (s.kind, least(a.case_id, b.case_id), greatest(a.case_id, b.case_id),
          case s.kind when 'split' then s.report_b end)
        s.*, a.case_id as home_a, b.case_id as home_b
      from json_populate_recordset(null::parley.suggestion, ${storedJson(rows)}::json) s
      join parley.case_report a on a.report_no = s.report_a
      join parley.case_report b on b.report_no = s.report_b
      where (a.case_id = b.case_id) = (s.kind = 'split')
      order by s.kind, least(a.case_id, b.case_id), greatest(a.case_id, b.case_id),
        case s.kind when 'split' then s.report_b end, s.probability desc
    ), member as materialized (
      select report_no, case_id from parley.case_report
      where case_id in (select home_a from wanted union select home_b from wanted)
    ), waiting as materialized (
      select o.report_b, a.case_id as home_a, b.case_id as home_b, o.kind
      from member a join parley.suggestion o on o.report_a = a.report_no
      join member b on b.report_no = o.report_b
      where o.state in ('open', 'unsure')
    )
    insert into parley.suggestion
      (id, kind, report_a, report_b, probability, because, model, state, made_at)
    select s.id, s.kind, s.report_a, s.report_b, s.probability, s.because, s.model, s.state,
      s.made_at
    from wanted s
    where not exists (
      select 1 from parley.apart p
      where p.report_a = least(s.report_a, s.report_b)
        and p.report_b = greatest(s.report_a, s.report_b) and s.kind = 'merge')
      and not exists (
        select 1 from waiting w
        where w.kind = s.kind and (s.kind = 'merge' or w.report_b = s.report_b)
          and (w.home_a, w.home_b) in ((s.home_a, s.home_b), (s.home_b, s.home_a)))
    on conflict (kind, report_a, report_b) do nothing
    returning label_id`.execute(tx)
  for (const label of new Set(kept.map((row) => row.label_id))) {
    await tellOnce(tx, { topic: 'suggestion', ref: 'many', label, now })
  }
  return kept.length
}

export type PlacedCounts = {
  readonly cases: number
  readonly duplicates: number
  readonly suggestions: number
}

/** Takes placed reports off the list of those that wait, and ends their import with the last. */
export async function endWaiting(
  tx: Tx,
  { importNo, reports }: Waiting,
  { counts, now }: { readonly counts: PlacedCounts; readonly now: Date },
): Promise<void> {
  await sql`delete from parley.arrival where report_no = any(${[...reports]}::bigint[])`.execute(tx)
  if (importNo === null) return
  const { rows } = await sql<{ id: string; organisation_id: string; label_id: number }>`
    update parley.bulk_import i set
      told = told || jsonb_build_object(
        'cases', coalesce((told ->> 'cases')::bigint, 0) + ${counts.cases}::bigint,
        'duplicates', coalesce((told ->> 'duplicates')::bigint, 0) + ${counts.duplicates}::bigint,
        'suggestions', coalesce((told ->> 'suggestions')::bigint,
          0) + ${counts.suggestions}::bigint,
        'placed', coalesce((told ->> 'placed')::bigint, 0) + ${reports.length}::bigint),
      state = case when left_over.is then state else 'placed' end,
      placed_at = case when left_over.is then null else ${now}::timestamptz end
    from (select exists (select 1 from parley.arrival
      where import_no = ${importNo}) as is) left_over
    where no = ${importNo} returning i.id, i.organisation_id, i.label_id`.execute(tx)
  const [row] = rows
  if (row) {
    const told = { topic: 'import', ref: row.id, of: row.organisation_id, label: row.label_id, now }
    await tellOnce(tx, told)
  }
}

type Told = {
  readonly topic: string
  readonly ref: string
  readonly of?: string
  readonly label: number
  readonly now: Date
}

async function tellOnce(tx: Tx, { topic, ref, of, label, now }: Told): Promise<void> {
  await tx
    .insertInto('parley.live_event')
    .values({ at: now, topic, ref, organisation_id: of ?? null, label_id: label })
    .execute()
}
