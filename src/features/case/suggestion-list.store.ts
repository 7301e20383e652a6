import { sql } from 'kysely'
import type { z } from 'zod'
import { digestOf, type LedgerEntry } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { SuggestionListWire, SuggestionWire } from './case.wire.ts'
import { caseRows } from './case-row.store.ts'
import { caseReports, reasonsOf } from './report-row.store.ts'

export type SuggestionList = z.infer<typeof SuggestionListWire>
type Suggestion = z.infer<typeof SuggestionWire>

type Row = {
  readonly no: number
  readonly id: string
  readonly kind: string
  readonly probability: number
  readonly because: unknown
  readonly model: string
  readonly state: string
  readonly made_at: Date
  readonly report_a: number
  readonly report_b: number
  readonly a: string
  readonly b: string
  readonly id_a: string
  readonly id_b: string
}

export const suggestionStates = ['open', 'unsure', 'accepted', 'rejected', 'void'] as const
export type SuggestionState = (typeof suggestionStates)[number]

export type SuggestionQuery = {
  /** Open ones first, then those of which somebody was not sure, when absent. */
  readonly state: SuggestionState | null
  readonly after: Place | null
  readonly limit: number
}

type Place = { readonly state: string; readonly probability: string; readonly no: string }

/** Where a list ended, as a text; null for what is none. */
function placeOf(text: string): Place | null {
  const [, state = '', probability = '', no = ''] =
    /^(open|unsure|accepted|rejected|void)~(\d(?:\.\d{1,20})?(?:e-\d{1,2})?)~(\d{1,15})$/.exec(
      text,
    ) ?? []
  return state === '' ? null : { state, probability, no }
}

export function queryOf(
  asked: { readonly state?: SuggestionState | undefined; readonly after?: string | undefined },
  limit: number,
): Result<SuggestionQuery, string> {
  const after = asked.after === undefined ? null : placeOf(asked.after)
  if (asked.after !== undefined && after === null) return no('/after')
  return yes({ state: asked.state ?? null, after, limit })
}

/** Suggestions as whoever acts sees them, which is recorded for every report that is shown. */
export async function readSuggestions(
  tx: Tx,
  query: SuggestionQuery,
  with_: { readonly now: Date; readonly keys: ReportKeys },
): Promise<SuggestionList> {
  const list = await listSuggestions(tx, query, with_)
  await record(tx, readingsOf(list.items, with_.now))
  return list
}

/**
 * What is written down of suggestions that are shown. Of cases of unlike labels each is taken for
 * opened: who may see one alone and is told who saw it must not learn that there is another beside.
 */
function readingsOf(items: readonly Suggestion[], now: Date): readonly LedgerEntry[] {
  const isApart = ({ kind, a, b }: Suggestion): boolean =>
    kind === 'link' || JSON.stringify(a.case.label) !== JSON.stringify(b.case.label)
  const sidesOf = (some: readonly Suggestion[]) => some.flatMap(({ a, b }) => [a, b])
  const beside = reportsIn(sidesOf(items.filter((one) => !isApart(one))))
  const apart = Map.groupBy(sidesOf(items.filter(isApart)), (side) => side.case.id)
  const opened = [...apart].map(([of, sides]): LedgerEntry => {
    const about = reportsIn(sides)
    const digest = digestOf(about)
    return { at: now, action: 'case.read', kind: 'case', record: of, digest, about }
  })
  if (beside.length === 0) return opened
  const of = { kind: 'suggestions', record: 'list', digest: digestOf(beside) } as const
  return [...opened, { at: now, action: 'suggestion.read', ...of, about: beside }]
}

const reportsIn = (sides: readonly Suggestion['a'][]): readonly string[] => [
  ...new Set(sides.map(({ report }) => report.id)),
]

/** Suggestions with both sides as a person compares them, the most probable first. */
export async function listSuggestions(
  tx: Tx,
  query: SuggestionQuery,
  { now, keys }: { readonly now: Date; readonly keys: ReportKeys },
): Promise<SuggestionList> {
  const rows = await rowsOf(tx, query)
  const page = rows.slice(0, query.limit)
  const cases = await caseRows(tx, [...new Set(page.flatMap(({ a, b }) => [a, b]))])
  const numbers = [...new Set(page.flatMap((row) => [row.report_a, row.report_b]))]
  const reports = await caseReports(tx, { reports: numbers }, keys)
  const caseById = new Map(cases.map((one) => [one.id, one]))
  const reportById = new Map(reports.map(({ report }) => [report.id, report]))
  const items = page.flatMap((row): Suggestion[] => {
    const [one, other] = [caseById.get(row.a), caseById.get(row.b)]
    const [left, right] = [reportById.get(row.id_a), reportById.get(row.id_b)]
    if (!one || !other || !left || !right) return []
    return [
      {
        ...{ id: row.id, probability: row.probability, model: row.model },
        ...{ because: reasonsOf(row.because), madeAt: row.made_at.toISOString() },
        kind: row.kind === 'split' || row.kind === 'link' ? row.kind : 'merge',
        state: suggestionStates.find((state) => state === row.state) ?? 'void',
        ...{ a: { case: one, report: left }, b: { case: other, report: right } },
      },
    ]
  })
  const last = rows.length > query.limit ? page.at(-1) : undefined
  const next = last
    ? `${last.state}~${last.probability}~${String(last.no).padStart(15, '0')}`
    : null
  return { items, next, ...(await countsOf(tx, now)) }
}

async function rowsOf(tx: Tx, { state, after, limit }: SuggestionQuery): Promise<readonly Row[]> {
  const states = state === null ? ['open', 'unsure'] : [state]
  const rest = after ? states.slice(Math.max(0, states.indexOf(after.state))) : states
  const found: Row[] = []
  for (const one of rest) {
    const place = after?.state === one ? after : null
    const { rows } = await sql<Row>`
      select s.no, s.id, s.kind, s.probability, s.because, s.model, s.state, s.made_at, s.report_a,
        s.report_b, a.case_id as a, b.case_id as b, x.id as id_a, y.id as id_b
      from parley.suggestion s
      join parley.case_report a on a.report_no = s.report_a
      join parley.case_report b on b.report_no = s.report_b
      join parley.report x on x.no = s.report_a join parley.report y on y.no = s.report_b
      where ${isState(one)}
        and (${place === null} or s.probability < ${place?.probability ?? 0}::real
        or (s.probability = ${place?.probability ?? 0}::real and s.no > ${place?.no ?? 0}::bigint))
      order by s.probability desc, s.no limit ${limit + 1 - found.length}`.execute(tx)
    found.push(...rows)
    if (found.length > limit) break
  }
  return found
}

/** Spelled out, so that the partial indexes of the states that are asked for are used. */
function isState(state: string) {
  if (state === 'open') return sql`s.state = 'open'`
  return state === 'unsure' ? sql`s.state = 'unsure'` : sql`s.state = ${state}`
}

/** How many wait for a decision, and how many were decided since midnight (UTC). */
export async function countsOf(
  tx: Tx,
  now: Date,
): Promise<{ readonly open: number; readonly decidedToday: number }> {
  const midnight = new Date(Math.floor(now.getTime() / dayMs) * dayMs)
  const { rows } = await sql<{ open: number; today: number }>`
    select (select coalesce(sum(count), 0)::bigint from parley.suggestion_count
        where state = 'open') as open,
      (select count(*) from parley.suggestion
        where decided_at >= ${midnight}) as today
  `.execute(tx)
  return { open: rows[0]?.open ?? 0, decidedToday: rows[0]?.today ?? 0 }
}

const dayMs = 86_400_000
