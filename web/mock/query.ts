import type { CaseRow, Facets } from '../api/types.ts'
import { noOf } from './rows.ts'

/** The filters of the queue over rows in memory, as the server applies them. */

type Query = Readonly<Record<string, string>>

const listed = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : text.split(',')

const isIn = (wanted: string | undefined, value: string): boolean => {
  const values = listed(wanted)
  return values.length === 0 || values.includes(value)
}

export const me = 'person_ada'

type Test = (row: CaseRow, query: Query) => boolean

const tests: Readonly<Record<string, Test>> = {
  q: (row, { q }) => hasWords(row, q ?? ''),
  status: (row, query) => isIn(query['status'], row.status),
  severity: (row, query) => isIn(query['severity'], row.severity),
  band: (row, query) => isIn(query['band'], row.band),
  verdict: (row, query) => isIn(query['verdict'], row.verdict),
  evidence: (row, query) => isIn(query['evidence'], row.evidence),
  assignee: (row, query) => isAssigned(row, query['assignee']),
  package: (row, query) => !query['package'] || row.packages.includes(query['package']),
  seen: (row, query) => !query['seen'] || (query['seen'] === 'gone') === (row.goneAt !== null),
}

function hasWords(row: CaseRow, q: string): boolean {
  const text = `${row.title} ${row.packages} ${row.aliases}`.toLowerCase()
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function isAssigned(row: CaseRow, wanted: string | undefined): boolean {
  if (!wanted) return true
  const who = row.assignee?.id ?? 'nobody'
  return listed(wanted).some((one) => (one === 'me' ? me : one) === who)
}

export function matching(rows: readonly CaseRow[], query: Query, but = ''): CaseRow[] {
  const wanted = Object.keys(tests).filter((name) => name !== but && query[name])
  return rows.filter((row) => wanted.every((name) => tests[name]?.(row, query)))
}

const bandOrder = ['now', 'soon', 'planned', 'later']
const severityOrder = ['critical', 'high', 'medium', 'low', 'info', 'unknown']

const orders: Readonly<Record<string, (one: CaseRow, other: CaseRow) => number>> = {
  priority: (one, other) =>
    bandOrder.indexOf(one.band) - bandOrder.indexOf(other.band) ||
    Number(other.isExploited) - Number(one.isExploited) ||
    severityOrder.indexOf(one.severity) - severityOrder.indexOf(other.severity) ||
    noOf(one) - noOf(other),
  severity: (one, other) =>
    severityOrder.indexOf(one.severity) - severityOrder.indexOf(other.severity) ||
    noOf(one) - noOf(other),
  newest: (one, other) => (one.lastReportedAt < other.lastReportedAt ? 1 : -1),
  oldest: (one, other) => (one.firstReportedAt > other.firstReportedAt ? 1 : -1),
  reports: (one, other) => other.reports - one.reports || noOf(one) - noOf(other),
}

export const ordered = (rows: CaseRow[], sort: string | undefined): CaseRow[] =>
  rows.sort(orders[sort ?? 'priority'] ?? orders['priority'])

const facetOf: Readonly<Record<string, (row: CaseRow) => string>> = {
  band: ({ band }) => band,
  severity: ({ severity }) => severity,
  status: ({ status }) => status,
  verdict: ({ verdict }) => verdict,
  evidence: ({ evidence }) => evidence,
  assignee: ({ assignee }) => assignee?.id ?? 'nobody',
  package: ({ packages }) => packages[0] ?? '',
}

/** How many cases each value would show, with every other filter applied. */
export function facetsOf(rows: readonly CaseRow[], query: Query): Facets {
  const facets: Record<string, { value: string; count: number }[]> = {}
  for (const [name, readFrom] of Object.entries(facetOf)) {
    const counts = new Map<string, number>()
    for (const row of matching(rows, query, name)) {
      const value = readFrom(row)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    facets[name] = [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((one, other) => other.count - one.count)
      .slice(0, 20)
  }
  return { facets, isMore: false }
}
