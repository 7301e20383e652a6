import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { reportKeysOf } from '#features/report/incoming.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, finder, peopleOf, storeReports } from '../../../test/db/reports.ts'
import { saveAdvisories } from './advisory.store.ts'
import { recheckCases, recheckRef, reopenEnded } from './case.jobs.ts'
import { createCases } from './case.store.ts'
import { casePage } from './case-page.store.ts'
import { changeCases } from './change.store.ts'
import { listFinders } from './finder-list.store.ts'
import { overviewOf } from './overview.store.ts'
import { decideSuggestion } from './suggestion.store.ts'
import { countsOf, listSuggestions, queryOf, type SuggestionList } from './suggestion-list.store.ts'
import { undoEvent } from './undo.store.ts'

const now = new Date('2026-11-21T12:00:00Z')
const clock = { now: () => now }
const by = { person: 'person_ada00001', now }
const keys = reportKeysOf({ is: 'root', all: [randomKey()] })

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
})
after(async () => database[Symbol.asyncDispose]())

const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, systemActor, work)
const asStaff = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, coordinator, work)

type Pair = { readonly suggestion: string; readonly cases: readonly [string, string] }

/** Two cases, of one and of two reports, with a suggestion to merge them. */
async function suggested(probability = 0.7): Promise<Pair> {
  return asSystem(async (tx) => {
    const [a = 0, b = 0, c = 0] = await storeReports(tx, [{}, {}, {}])
    const [one = '', other = ''] = await createCases(
      tx,
      [
        { reports: [a], ties: [] },
        { reports: [b, c], ties: [] },
      ],
      { clock },
    )
    await sql`insert into parley.suggestion (id, kind, report_a, report_b, probability, because,
      model, made_at) values (${`suggestion_${a}`}, 'merge', ${a}, ${b}, ${probability},
      '[{"says": "Both name f", "marks": ["f"], "supports": true}]', 'm', ${now})`.execute(tx)
    return { suggestion: `suggestion_${a}`, cases: [one, other] as const }
  })
}

const decide = (id: string, answer: 'yes' | 'no' | 'unsure') =>
  asStaff(async (tx) => {
    const carried = await decideSuggestion(tx, { id, answer }, by)
    assert.ok(carried.ok, JSON.stringify(carried))
    return carried.value
  })

const stateOf = (id: string): Promise<string | undefined> =>
  asStaff(async (tx) => {
    const { rows } = await sql<{ state: string }>`
      select state from parley.suggestion where id = ${id}`.execute(tx)
    return rows[0]?.state
  })

const listed = () =>
  asStaff((tx) => listSuggestions(tx, { state: null, after: null, limit: 50 }, { now, keys }))

test('a finder sees no suggestion and no count of them', async () => {
  await suggested()
  const query = { state: null, after: null, limit: 5 }
  const found = await asActor(database.app, finder, (tx) =>
    listSuggestions(tx, query, { now, keys }),
  )
  assert.deepEqual(found, { items: [], next: null, open: 0, decidedToday: 0 })
})

test('what was decided is not decided again', async () => {
  const { suggestion } = await suggested()
  await decide(suggestion, 'no')
  const again = await asStaff((tx) => decideSuggestion(tx, { id: suggestion, answer: 'yes' }, by))
  assert.match(!again.ok && again.refusal.is === 'state' ? again.refusal.why : '', /Ada decided/)
})

test('yes merges into the case of more reports, and undone everything is open again', async () => {
  const { suggestion, cases } = await suggested()
  const { event, case: kept } = await decide(suggestion, 'yes')
  assert.equal(kept, cases[1])
  assert.equal(await stateOf(suggestion), 'accepted')
  const page = await asStaff((tx) => casePage(tx, kept, keys))
  assert.deepEqual([page?.reports, page?.openSuggestions], [3, []])
  await asStaff((tx) => undoEvent(tx, event ?? 0, by))
  assert.equal(await stateOf(suggestion), 'open')
})

test('no keeps the two apart, for correlation as for people', async () => {
  const { suggestion, cases } = await suggested()
  await decide(suggestion, 'no')
  assert.equal(await stateOf(suggestion), 'rejected')
  const { rows } = await asStaff((tx) =>
    sql`select x.case_id as a, y.case_id as b from parley.apart p
      join parley.case_report x on x.report_no = p.report_a
      join parley.case_report y on y.report_no = p.report_b
      where x.case_id = ${cases[0]}`.execute(tx),
  )
  assert.deepEqual(rows, [{ a: cases[0], b: cases[1] }])
})

test('not sure leaves it for somebody else, behind those that nobody looked at', async () => {
  const { suggestion } = await suggested(0.99)
  const { suggestion: other } = await suggested(0.31)
  const before = await listed()
  assert.equal(before.items[0]?.id, suggestion)
  await decide(suggestion, 'unsure')
  const { items, open } = await listed()
  const places = [suggestion, other].map((id) => items.findIndex((one) => one.id === id))
  assert.ok((places[0] ?? 0) > (places[1] ?? 0), `${places}`)
  assert.equal(open, before.open - 1)
  assert.equal(items[places[1] ?? 0]?.because[0]?.says, 'Both name f')
})

test('suggestions go on where the page before ended, open ones before unsure ones', async () => {
  const all = await listed()
  const seen: string[] = []
  let after: string | undefined
  do {
    const query = queryOf(after === undefined ? {} : { after }, 1)
    assert.ok(query.ok)
    const page: SuggestionList = await asStaff((tx) =>
      listSuggestions(tx, query.value, { now, keys }),
    )
    seen.push(...page.items.map(({ id }) => id))
    after = page.next ?? undefined
  } while (after)
  assert.deepEqual(
    seen,
    all.items.map(({ id }) => id),
  )
})

test('the counters of finders are what counting would say, whatever was decided', async () => {
  const { suggestion, cases } = await suggested()
  await decide(suggestion, 'yes')
  await asStaff(async (tx) => {
    const { rows } = await sql<{ id: string; version: number }>`
      select id, version from parley.vulnerability_case where merged_into is null
      order by no limit 3`.execute(tx)
    await changeCases(tx, { cases: rows, change: { verdict: 'confirmed' } }, by)
    assert.ok(cases.length)
    const { rows: counted } = await sql`select organisation_id, name, submitted, duplicates,
      confirmed, refuted from parley.finder order by 1, 2`.execute(tx)
    const { rows: exact } = await sql`
      select r.organisation_id, f.name, count(*) as submitted,
        count(*) filter (where exists (select 1 from parley.case_report o
          where o.case_id = cr.case_id and o.report_no < cr.report_no)) as duplicates,
        count(*) filter (where c.verdict = 'confirmed') as confirmed,
        count(*) filter (where c.verdict = 'refuted') as refuted
      from parley.case_report cr join parley.report r on r.no = cr.report_no
      join parley.vulnerability_case c on c.id = cr.case_id
      cross join lateral unnest(r.finders) as f (name) group by 1, 2 order by 1, 2`.execute(tx)
    assert.deepEqual(counted, exact)
  })
})

test('a finder sees the track records of its own organisation alone', async () => {
  await asSystem(async (tx) => {
    const [no = 0] = await storeReports(tx, [{ organisation: 'org_finder02', finders: ['Basalt'] }])
    await createCases(tx, [{ reports: [no], ties: [] }], { clock })
  })
  const listedBy = (actor: typeof finder) =>
    asActor(database.app, actor, (tx) => listFinders(tx, { sort: 'name', limit: 50 }))
  const [own, all] = [await listedBy(finder), await listedBy(coordinator)]
  assert.deepEqual(own.ok && own.value.items.map(({ organisation }) => organisation), ['Heron Lab'])
  assert.deepEqual(all.ok && all.value.items.map(({ name }) => name), ['Basalt', 'Heron'])
})

test('the overview adds up', async () => {
  const overview = await asStaff((tx) => overviewOf(tx, { days: 7, now }))
  const { rows } = await asStaff((tx) =>
    sql<{ reports: number; cases: number }>`select (select count(*) from parley.case_report)
      as reports, (select count(*) from parley.vulnerability_case where merged_into is null)
      as cases`.execute(tx),
  )
  const counts = new Map(overview.funnel.map(({ name, count }) => [name, count]))
  assert.equal(counts.get('Reports'), rows[0]?.reports)
  assert.equal(counts.get('Distinct vulnerabilities'), rows[0]?.cases)
  assert.equal(overview.days.length, 7)
  assert.equal(overview.days.at(-1)?.day, '2026-11-21')
  assert.ok((overview.days.at(-1)?.decisions ?? 0) > 0)
  const { open } = await asStaff((tx) => countsOf(tx, now))
  assert.equal(overview.open.suggestions, open)
})

test('a case whose time to wait is over is open again, and its history says so', async () => {
  const id = await asSystem(async (tx) => {
    const [no = 0] = await storeReports(tx, [{}])
    return (await createCases(tx, [{ reports: [no], ties: [] }], { clock }))[0] ?? ''
  })
  const until = '2026-12-01T00:00:00Z'
  const change = { status: 'waiting' as const, why: 'for the vendor', until }
  await asStaff((tx) => changeCases(tx, { cases: [{ id, version: 1 }], change }, by))
  assert.equal(await reopenEnded({ pool: database.app, clock }), 0)
  const later = { now: () => new Date('2026-12-01T00:00:01Z') }
  assert.equal(await reopenEnded({ pool: database.app, clock: later }), 1)
  const page = await asStaff((tx) => casePage(tx, id, keys))
  assert.deepEqual([page?.status, page?.hold], ['open', null])
  const last = page?.history.at(-1)
  assert.equal(last?.says, 'Parley reopened the case: its time to wait is over.')
  assert.equal(last?.by, null)
})

const listing = {
  ...{ version: '1', problems: [] },
  entries: [{ cveId: 'CVE-2031-7777', dateAdded: '2026-11-01', ransomware: 'known' as const }],
}
const record = {
  ...{ at: {}, title: 'GHSA-cccc-dddd-eeee', nativeId: 'GHSA-cccc-dddd-eeee', original: null },
  aliases: ['GHSA-cccc-dddd-eeee', 'CVE-2031-7777'],
  published: '2026-10-30T00:00:00Z',
}

test('public records rank the cases that they touch, also through each other', async () => {
  const id = await asSystem(async (tx) => {
    const wish = { finding: { aliases: ['GHSA-cccc-dddd-eeee'], severity: 'low' as const } }
    const [no = 0] = await storeReports(tx, [wish])
    return (await createCases(tx, [{ reports: [no], ties: [] }], { clock }))[0] ?? ''
  })
  const save = async () => [
    await asSystem((tx) => saveAdvisories(tx, { name: 'osv.json', findings: [record] }, now)),
    await asSystem((tx) => saveAdvisories(tx, { name: 'kev.json', kev: listing }, now)),
  ]
  assert.deepEqual(
    (await save()).map(({ changed }) => changed),
    [1, 2],
  )
  assert.deepEqual(
    (await save()).map(({ changed }) => changed),
    [0, 0],
  )
  const signal = new AbortController().signal
  const done = await recheckCases({ pool: database.app, clock }, recheckRef(now), signal)
  assert.equal(done.cases, 1)
  const page = await asStaff((tx) => casePage(tx, id, keys))
  assert.deepEqual([page?.band, page?.isExploited, page?.isPublic], ['soon', true, true])
  assert.ok(
    page?.known.some((says) => says.includes('KEV catalogue')),
    `${page?.known}`,
  )
  assert.ok(page?.relations.some(({ with: other }) => other === 'CVE-2031-7777'))
})
