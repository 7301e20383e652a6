import { sql } from 'kysely'
import { facetsOf, listCases } from '../src/features/case/case-list.store.ts'
import { casePage } from '../src/features/case/case-page.store.ts'
import { type CaseQuery, parseQuery } from '../src/features/case/case-query.ts'
import { listFinders } from '../src/features/case/finder-list.store.ts'
import { overviewOf } from '../src/features/case/overview.store.ts'
import { listSuggestions } from '../src/features/case/suggestion-list.store.ts'
import { reportKeysOf } from '../src/features/report/incoming.ts'
import { randomKey } from '../src/platform/crypto/keys.ts'
import type { Tx } from '../src/platform/db/as-actor.ts'

/** One thing that a page asks of the server, and the time that it may take. */
export type Asked = {
  readonly name: string
  readonly limitMs: number
  /** Answers how many rows came back. */
  readonly run: (tx: Tx, round: number) => Promise<number>
}

const page = 50
const search = 300
const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
const now = new Date('2026-11-20T12:00:00Z')

const asking = { person: 'person_ada00001', opened: (after: string) => after }

const listed =
  (query: CaseQuery) =>
  async (tx: Tx): Promise<number> => {
    const wanted = parseQuery(query, asking)
    if (!wanted.ok) throw new Error(wanted.refusal.why)
    return (await listCases(tx, wanted.value)).items.length
  }

/** The page that follows `pages` others. */
const deep =
  (query: CaseQuery, pages: number) =>
  async (tx: Tx, round: number): Promise<number> => {
    const key = `${JSON.stringify(query)} ${pages}`
    if (round === 0) {
      let after: string | undefined
      for (let at = 0; at < pages; at++) {
        const wanted = parseQuery({ ...query, limit: 200, ...(after && { after }) }, asking)
        if (!wanted.ok) throw new Error(wanted.refusal.why)
        after = (await listCases(tx, wanted.value)).next ?? after
      }
      places.set(key, after ?? '')
    }
    const after = places.get(key)
    return listed({ ...query, ...(after && { after }) })(tx)
  }
const places = new Map<string, string>()

const shown =
  (where: string) =>
  async (tx: Tx, round: number): Promise<number> => {
    if (round === 0) {
      const { rows } = await sql<{ id: string }>`
        select id from parley.vulnerability_case c where ${sql.raw(where)} limit 40`.execute(tx)
      ids.set(
        where,
        rows.map(({ id }) => id),
      )
    }
    const own = ids.get(where) ?? []
    const found = await casePage(tx, own[round % own.length] ?? '', keys)
    return found?.reportList.length ?? 0
  }
const ids = new Map<string, readonly string[]>()

const lists: readonly (readonly [string, CaseQuery])[] = [
  ['queue: open, by priority', { status: 'open' }],
  ['queue: everything', {}],
  ['queue: open and waiting', { status: 'open,waiting' }],
  ['queue: mine', { assignee: 'me', status: 'open' }],
  ["queue: nobody's", { assignee: 'nobody', status: 'open' }],
  ['queue: confirmed, closed', { verdict: 'confirmed', status: 'closed' }],
  ['queue: the last band', { band: 'planned', status: 'open' }],
  [
    'queue: critical, refuted, waiting',
    { severity: 'critical', verdict: 'refuted', status: 'waiting' },
  ],
  ['queue: E2, low', { evidence: 'E2', severity: 'low' }],
  ['queue: gone', { seen: 'gone' }],
  ['queue: newest', { sort: 'newest', status: 'open' }],
  ['queue: oldest closed', { sort: 'oldest', status: 'closed' }],
  ['queue: most reports', { sort: 'reports' }],
  ['queue: by severity', { sort: 'severity', status: 'open' }],
  ['queue: of a busy finder', { finder: 'lab-0' }],
  ['queue: of a rare finder', { finder: 'agent-700' }],
  ['queue: of a common package', { package: 'kestrel-http-core' }],
  ['queue: of a rare package', { package: 'gantry-codec120' }],
]
const searches: readonly (readonly [string, CaseQuery])[] = [
  ['search: two words', { q: 'overflow tile' }],
  ['search: a word of hundreds of thousands', { q: 'in' }],
  ['search: a common word', { q: 'injection' }],
  ['search: two common words', { q: 'sql injection' }],
  ['search: the beginning of a word', { q: 'overfl' }],
  ['search: a function', { q: 'cache77' }],
  ['search: an identifier', { q: 'CVE-2027-111' }],
  ['search: a package and a word', { q: 'kestrel-http traversal' }],
  ['search: a finder', { q: 'lab-7' }],
  ['search: a word, open, critical', { q: 'script', status: 'open', severity: 'critical' }],
  ['search: a word, by age', { q: 'session', sort: 'oldest' }],
  ['search: nothing is found', { q: 'zebrafish' }],
]

/** Everything that is measured at the size of a large clearinghouse. */
export const asked: readonly Asked[] = [
  ...lists.map(([name, query]) => ({ name, limitMs: page, run: listed(query) })),
  { name: 'queue: page 100', limitMs: page, run: deep({ status: 'open' }, 25) },
  ...searches.map(([name, query]) => ({ name, limitMs: search, run: listed(query) })),
  { name: 'search: page 5', limitMs: search, run: deep({ q: 'overflow tile' }, 2) },
  { name: 'case: one report', limitMs: page, run: shown('report_count = 1') },
  { name: 'case: a few reports', limitMs: page, run: shown('report_count between 3 and 20') },
  { name: 'case: 121 reports', limitMs: page, run: shown('report_count = 121') },
  { name: 'case: 10,000 reports', limitMs: page, run: shown('report_count > 9000') },
  {
    name: 'facets of everything',
    limitMs: page,
    run: async (tx) => {
      const wanted = parseQuery({ status: 'open' }, asking)
      return wanted.ok ? Object.keys((await facetsOf(tx, wanted.value)).facets).length : 0
    },
  },
  {
    name: 'facets of a search',
    limitMs: search,
    run: async (tx) => {
      const wanted = parseQuery({ q: 'injection' }, asking)
      return wanted.ok ? Object.keys((await facetsOf(tx, wanted.value)).facets).length : 0
    },
  },
  {
    name: 'suggestions: 20 with both sides',
    limitMs: page,
    run: async (tx) => {
      const query = { state: null, after: null, limit: 20 }
      return (await listSuggestions(tx, query, { now, keys })).items.length
    },
  },
  {
    name: 'overview',
    limitMs: page,
    run: async (tx) => (await overviewOf(tx, { days: 30, now })).days.length,
  },
  {
    name: 'finders',
    limitMs: page,
    run: async (tx) => {
      const found = await listFinders(tx, { sort: 'confirmed', limit: 100 })
      return found.ok ? found.value.items.length : 0
    },
  },
]

/** What is asked again for each of several people, with and without the policies. */
export const askedOfPeople: readonly Asked[] = asked.filter(({ name }) =>
  [
    ...['queue: open, by priority', 'queue: everything', "queue: nobody's", 'queue: newest'],
    ...['queue: most reports', 'queue: by severity', 'queue: E2, low', 'queue: page 100'],
    ...['queue: of a busy finder', 'search: a common word', 'search: a word, open, critical'],
    ...['case: one report', 'case: a few reports', 'case: 121 reports', 'case: 10,000 reports'],
    ...['facets of everything', 'suggestions: 20 with both sides', 'overview', 'finders'],
  ].includes(name),
)

/** For whoever is read in to cases that they are not cleared for. */
export const askedOfReadIns: Asked = {
  name: 'case: by a read-in alone',
  limitMs: page,
  run: shown('id in (select r.case_id from parley.read_in r)'),
}
