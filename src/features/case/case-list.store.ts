import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import { askedOf, type Place, placeText, type Sort, type Wanted } from './case-query.ts'
import { type CaseRow, caseRows } from './case-row.store.ts'

export type CaseList = {
  readonly items: readonly CaseRow[]
  readonly next: string | null
  readonly count: number
  readonly isMore: boolean
}

/** So many matches can be put in the order of relevance. */
const rankedMax = 5_000
/** Where the counters do not know, matches are counted one by one up to here. */
const countedMax = 2_000

type Found = {
  readonly id: string
  readonly no: number
  readonly rank: Buffer
  readonly severity: string
  readonly reports: number
  readonly score: number
  readonly matched: number | null
}

/** A page of the queue: three statements, whatever is asked. */
export async function listCases(tx: Tx, wanted: Wanted): Promise<CaseList> {
  const { rows } = await sql<Found>`
    select * from parley.find_cases(${JSON.stringify(askedOf(wanted))}::jsonb, ${wanted.limit + 1},
      ${rankedMax})`.execute(tx)
  const page = rows.slice(0, wanted.limit)
  const items = await caseRows(
    tx,
    page.map(({ id }) => id),
  )
  const counted = await countOf(tx, wanted)
  const last = rows.length > wanted.limit ? page.at(-1) : undefined
  const sort = wanted.sort === 'relevance' && (page[0]?.score ?? 0) === 0 ? 'priority' : wanted.sort
  return { items, next: last ? placeText(placeAt(last, sort)) : null, ...counted }
}

const placeAt = (row: Found, sort: Sort): Place => ({
  ...{ sort, no: String(row.no) },
  ...((sort === 'priority' || sort === 'severity') && { rank: row.rank.toString('hex') }),
  ...(sort === 'severity' && { severity: row.severity }),
  ...(sort === 'reports' && { reports: String(row.reports) }),
  ...(sort === 'relevance' && { score: String(row.score) }),
})

type Counted = { readonly count: number; readonly isMore: boolean }

/** Exact where the counters know it; otherwise counted among the first that match. */
async function countOf(tx: Tx, wanted: Wanted): Promise<Counted> {
  if (areCounted(wanted)) return { count: await sumOf(tx, wanted), isMore: false }
  const kinds = await kindsOf(tx, wanted)
  const count = kinds.cells
    .filter((cell) => facetNames.every((name) => isWithin(cell, wanted, name)))
    .reduce((sum, cell) => sum + cell.count, 0)
  return { count, isMore: kinds.isMore }
}

/** Whether the counters know how many cases there are of what is wanted. */
const areCounted = ({ words, finder, package: name, import: from }: Wanted): boolean =>
  words === undefined && !finder && !name && !from

/** The sum of the counters: there are as many as kinds of cases times labels, so none is sent. */
async function sumOf(tx: Tx, wanted: Wanted): Promise<number> {
  const isAny = (column: string, texts: readonly string[] | undefined) =>
    texts === undefined ? sql`true` : sql`${sql.ref(column)} = any (${texts}::text[])`
  const { assignee, seen } = wanted
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(count), 0)::bigint as count from parley.case_count
    where ${isAny('status', wanted.status)} and ${isAny('verdict', wanted.verdict)}
      and ${isAny('severity', wanted.severity)} and ${isAny('band', wanted.band)}
      and ${isAny('evidence', wanted.evidence)}
      and ${isAny('assignee_id', assignee === undefined ? undefined : [assignee])}
      and ${seen === undefined ? sql`true` : sql`is_gone = ${seen === 'gone'}`}`.execute(tx)
  return rows[0]?.count ?? 0
}

/** How many cases there are of one kind. */
export type Cell = {
  readonly status: string
  readonly verdict: string
  readonly severity: string
  readonly band: string
  readonly evidence: string
  readonly assignee_id: string
  readonly is_gone: boolean
  readonly count: number
}

/** Every kind of case with its number: of all cases, or of the first that are searched for. */
export async function kindsOf(
  tx: Tx,
  wanted: Wanted,
): Promise<{ readonly cells: readonly Cell[]; readonly isMore: boolean }> {
  if (areCounted(wanted)) {
    const { rows } = await sql<Cell>`
      select status, verdict, severity, band, evidence, assignee_id, is_gone,
        sum(count)::bigint as count
      from parley.case_count group by 1, 2, 3, 4, 5, 6, 7 having sum(count) > 0`.execute(tx)
    return { cells: rows, isMore: false }
  }
  const { rows } = await sql<Cell>`
    select * from parley.case_kinds(${JSON.stringify(askedOf(wanted))}::jsonb, ${countedMax + 1})
  `.execute(tx)
  const seen = rows.reduce((sum, { count }) => sum + count, 0)
  return { cells: rows, isMore: seen > countedMax }
}

const facetNames = [
  ...(['status', 'severity', 'band', 'verdict', 'evidence', 'assignee', 'seen'] as const),
] as const
type FacetName = (typeof facetNames)[number]

function facetValue(cell: Cell, name: FacetName): string {
  if (name === 'assignee') return cell.assignee_id === '' ? 'nobody' : cell.assignee_id
  if (name === 'seen') return cell.is_gone ? 'gone' : 'yes'
  return cell[name]
}

function isWithin(cell: Cell, wanted: Wanted, name: FacetName): boolean {
  const value = facetValue(cell, name)
  if (name === 'assignee') {
    return wanted.assignee === undefined || wanted.assignee === cell.assignee_id
  }
  const asked = name === 'seen' ? wanted.seen && [wanted.seen] : wanted[name]
  return asked === undefined || asked.some((one) => one === value)
}

export type Facets = {
  readonly facets: Record<string, { value: string; count: number }[]>
  readonly isMore: boolean
}

/** For each filter how many cases each of its values would leave, the other filters applied. */
export async function facetsOf(tx: Tx, wanted: Wanted): Promise<Facets> {
  const { cells, isMore } = await kindsOf(tx, wanted)
  const facets = facetNames.map((name) => {
    const others = facetNames.filter((other) => other !== name)
    const counts = new Map<string, number>()
    for (const cell of cells) {
      if (!others.every((other) => isWithin(cell, wanted, other))) continue
      const value = facetValue(cell, name)
      counts.set(value, (counts.get(value) ?? 0) + cell.count)
    }
    const values = [...counts].map(([value, count]) => ({ value, count }))
    return [name, values.sort((x, y) => y.count - x.count || (x.value < y.value ? -1 : 1))] as const
  })
  return { facets: Object.fromEntries(facets), isMore }
}
