import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { reportKeysOf } from '#features/report/incoming.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { openPool } from '#platform/db/connection.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, finder, peopleOf, storeReports } from '../../../test/db/reports.ts'
import { countStatements } from '../../../test/db/statements.ts'
import { createCases } from './case.store.ts'
import { facetsOf, listCases } from './case-list.store.ts'
import { casePage } from './case-page.store.ts'
import { type CaseQuery, parseQuery, placeOf, placeText } from './case-query.ts'

const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
const now = new Date('2026-11-21T12:00:00Z')

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  await asActor(database.app, systemActor, fillQueue)
})
after(async () => database[Symbol.asyncDispose]())

const severities = ['critical', 'high', 'medium', 'low'] as const
const titles = [
  'Heap overflow in tf_read_chunk',
  'SQL injection through the sort parameter',
  'Path traversal in kestrel-http',
  'Überlauf in der Kodierung',
  '整数溢出导致越界',
]

/** Two hundred cases of all kinds, from one to three reports each. */
async function fillQueue(tx: Tx): Promise<void> {
  const reports = await storeReports(
    tx,
    Array.from({ length: 400 }, (_, at) => ({
      title: `${titles[at % 5]} (${at >> 1})`,
      finders: [`Finder ${at % 9}`],
      finding: {
        severity: severities[at % 4] ?? 'low',
        components: [{ name: at % 3 ? 'kestrel-http' : 'marmot-zip' }],
        ...(at % 7 === 0 && { aliases: [`CVE-2031-${1000 + at}`] }),
        ...(at % 5 === 0 && { proofs: [{ text: 'x' }], exploited: at % 10 === 0 }),
        published: `2026-10-${String(1 + (at % 28)).padStart(2, '0')}`,
      },
    })),
  )
  const groups = []
  for (let at = 0; at < 400; ) {
    const size = 1 + (at % 3)
    groups.push({ reports: reports.slice(at, at + size), ties: [] })
    at += size
  }
  await createCases(tx, groups, { clock: { now: () => now } })
  await sql`update parley.vulnerability_case set
    status = (array['open', 'open', 'waiting', 'closed'])[1 + no % 4],
    verdict = (array['open', 'confirmed', 'refuted'])[1 + no % 3],
    assignee_id = case when no % 5 = 0 then 'person_ada00001' end,
    gone_at = case when no % 11 = 0 then now() end`.execute(tx)
  const { rows } = await sql<{ id: string; no: number }>`
    select id, no from parley.vulnerability_case`.execute(tx)
  numbers = new Map(rows.map(({ id, no }) => [id, no]))
}

const asStaff = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, coordinator, work)

/** As a route asks that was given the place itself. */
const asking = { person: 'person_ada00001', opened: (after: string) => after }

function wantedOf(query: CaseQuery) {
  const wanted = parseQuery(query, asking)
  assert.ok(wanted.ok, JSON.stringify(wanted))
  return wanted.value
}

for (const [query, field] of [
  [{ status: 'opened' }, 'status'],
  [{ severity: "critical'; drop table x; --" }, 'severity'],
  [{ after: 'x' }, 'after'],
  [{ after: '{"sort":"priority","no":"1"}' }, 'after'],
  [{ after: '{"sort":"newest","no":"1 or 1=1"}' }, 'after'],
  [{ sort: 'relevance' }, 'sort'],
] satisfies readonly (readonly [CaseQuery, string])[]) {
  test(`${JSON.stringify(query)} is refused`, () => {
    const wanted = parseQuery(query, asking)
    assert.equal(!wanted.ok && wanted.refusal.field, field)
  })
}

test('no text is a place but those that were given out', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(placeOf(text), null)))
  const place = { sort: 'priority', no: '000000000000012', rank: 'c000' } as const
  assert.deepEqual(placeOf(placeText(place)), place)
})

test('a finder finds no case, no count and no facet, whatever is asked', async () => {
  for (const query of [{}, { q: 'overflow' }, { finder: 'Finder 1' }, { assignee: 'me' }]) {
    const [list, facets] = await asActor(database.app, finder, async (tx) => [
      await listCases(tx, wantedOf(query)),
      await facetsOf(tx, wantedOf(query)),
    ])
    assert.deepEqual([list.items, list.count, list.next], [[], 0, null])
    assert.ok(Object.values(facets.facets).every((values) => values.length === 0))
  }
  const id = await asStaff(async (tx) => (await listCases(tx, wantedOf({ limit: 1 }))).items[0]?.id)
  assert.equal(await asActor(database.app, finder, (tx) => casePage(tx, id ?? '', keys)), null)
})

test('what is asked for is a value and never a statement', async () => {
  for (const text of ["x' or true --", '%L', '\\', "'; delete from parley.report; --", '$none$']) {
    for (const name of ['q', 'finder', 'package', 'import', 'assignee']) {
      const list = await asStaff((tx) => listCases(tx, wantedOf({ [name]: text })))
      assert.deepEqual(list.items, [], `${name}=${text}`)
    }
  }
})

type Row = Awaited<ReturnType<typeof listCases>>['items'][number]

/** What each filter lets through, as a person would check it row by row. */
const matches = (row: Row, query: CaseQuery): boolean => {
  const within = (list: string | undefined, value: string): boolean =>
    list === undefined || list.split(',').includes(value)
  return (
    within(query.status, row.status) &&
    within(query.severity, row.severity) &&
    within(query.band, row.band) &&
    within(query.verdict, row.verdict) &&
    within(query.evidence, row.evidence) &&
    (query.assignee === undefined ||
      (query.assignee === 'me') === (row.assignee?.id === 'person_ada00001')) &&
    (query.seen === undefined || (query.seen === 'gone') === (row.goneAt !== null)) &&
    (query.package === undefined || row.packages.includes(query.package))
  )
}

async function everyPage(tx: Tx, query: CaseQuery): Promise<Row[]> {
  const found: Row[] = []
  let after: string | undefined
  do {
    const list = await listCases(tx, wantedOf({ ...query, ...(after && { after }) }))
    found.push(...list.items)
    after = list.next ?? undefined
  } while (after)
  return found
}

const some = (words: readonly string[]) =>
  fc.subarray([...words], { minLength: 1 }).map((list) => list.join(','))

const queries = fc.record(
  {
    status: some(['open', 'waiting', 'closed']),
    severity: some(['critical', 'high', 'medium', 'low']),
    band: some(['now', 'soon', 'planned', 'later']),
    verdict: some(['open', 'confirmed', 'refuted']),
    evidence: some(['E0', 'E2']),
    assignee: fc.constantFrom('me', 'nobody'),
    seen: fc.constantFrom('yes' as const, 'gone' as const),
    package: fc.constantFrom('kestrel-http', 'marmot-zip'),
    sort: fc.constantFrom(...(['priority', 'newest', 'oldest', 'reports', 'severity'] as const)),
    limit: fc.integer({ min: 7, max: 60 }),
  },
  { requiredKeys: ['limit'] },
)

test('page by page, a list holds each case that matches once and in order', async () => {
  const all = await asStaff((tx) => everyPage(tx, { limit: 200 }))
  assert.ok(all.length > 190)
  await fc.assert(
    fc.asyncProperty(queries, async (query) => {
      await asStaff(async (tx) => {
        const found = await everyPage(tx, query)
        const expected = all.filter((row) => matches(row, query))
        assert.deepEqual(found.map(({ id }) => id).sort(), expected.map(({ id }) => id).sort())
        const { count, isMore } = await listCases(tx, wantedOf(query))
        assert.deepEqual([count, isMore], [expected.length, false])
        assertOrder(found, query, all)
        const { facets } = await facetsOf(tx, wantedOf(query))
        const { status: _status, ...others } = query
        for (const { value, count: own } of facets['status'] ?? []) {
          const left = all.filter((row) => row.status === value && matches(row, others))
          assert.equal(own, left.length, `status ${value}`)
        }
      })
    }),
    { numRuns: 40 },
  )
})

/** In which order the cases were opened, which no answer tells. */
const noOf = ({ id }: Row): number => numbers.get(id) ?? 0
let numbers: ReadonlyMap<string, number> = new Map()

function assertOrder(found: readonly Row[], { sort = 'priority' }: CaseQuery, all: readonly Row[]) {
  const place = new Map(all.map(({ id }, at) => [id, at]))
  const byPlace = (x: Row, y: Row): number => (place.get(x.id) ?? 0) - (place.get(y.id) ?? 0)
  const order = ['critical', 'high', 'medium', 'low', 'info', 'unknown']
  const sorted = found.toSorted((x, y) => {
    if (sort === 'newest') return noOf(y) - noOf(x)
    if (sort === 'oldest') return noOf(x) - noOf(y)
    if (sort === 'reports') return y.reports - x.reports || noOf(x) - noOf(y)
    if (sort === 'severity') {
      return order.indexOf(x.severity) - order.indexOf(y.severity) || byPlace(x, y)
    }
    return byPlace(x, y)
  })
  assert.deepEqual(
    found.map(({ id }) => id),
    sorted.map(({ id }) => id),
  )
}

for (const [q, title] of [
  ['tf_read_chunk', 'Heap overflow in tf_read_chunk'],
  ['chunk', 'Heap overflow in tf_read_chunk'],
  ['overflows heap', 'Heap overflow in tf_read_chunk'],
  ['inject', 'SQL injection through the sort parameter'],
  ['SQL injec', 'SQL injection through the sort parameter'],
  ['überlauf', 'Überlauf in der Kodierung'],
  ['整数', '整数溢出导致越界'],
  ['越界', '整数溢出导致越界'],
] as const) {
  test(`"${q}" finds ${title}`, async () => {
    const { items } = await asStaff((tx) => listCases(tx, wantedOf({ q, limit: 200 })))
    assert.ok(items.length > 20, `${items.length} found`)
    // Those with it in a report's title only come after those that are called so.
    const isCalled = items.map((row) => row.title.startsWith(title))
    assert.ok(isCalled[0] && isCalled.lastIndexOf(true) === isCalled.filter(Boolean).length - 1)
  })
}

test('an identifier finds the cases that carry it, and a minus excludes', async () => {
  const found = await asStaff((tx) => listCases(tx, wantedOf({ q: 'cve-2031-1007' })))
  assert.deepEqual(
    found.items.map(({ aliases }) => aliases.includes('CVE-2031-1007')),
    [true],
  )
  const some_ = await asStaff((tx) => listCases(tx, wantedOf({ q: 'kestrel -traversal' })))
  assert.ok(some_.count > 0)
  assert.ok(some_.items.every((row) => !row.title.includes('traversal')))
})

test('what stands in the title comes before what stands among the packages', async () => {
  const found = await asStaff((tx) => everyPage(tx, { q: 'kestrel-http', limit: 30 }))
  const inTitle = found.map(({ title }) => title.includes('kestrel-http'))
  assert.ok(inTitle.includes(true) && inTitle.includes(false))
  assert.equal(inTitle.lastIndexOf(true) < inTitle.indexOf(false), true)
})

test('a list takes at most four statements, a case at most eight', async () => {
  const app = openPool(database.appUrl)
  const seen = countStatements(app)
  for (const query of [
    {},
    { q: 'overflow' },
    { sort: 'severity' },
    { finder: 'Finder 3' },
  ] as const) {
    const before = seen.count
    await asActor(app, coordinator, (tx) => listCases(tx, wantedOf(query)))
    assert.ok(seen.count - before <= 4, seen.texts.join('\n'))
  }
  const { items } = await asActor(app, coordinator, (tx) => listCases(tx, wantedOf({})))
  const before = seen.count
  const page = await asActor(app, coordinator, (tx) => casePage(tx, items[0]?.id ?? '', keys))
  assert.ok(page && page.reportList.length > 0)
  assert.ok(seen.count - before <= 8, seen.texts.join('\n'))
  await app.end()
})
