import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { Client } from 'pg'
import { deposit, importById, listImported, requeueUnread } from '#features/report/import.store.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Jobs } from '#platform/jobs/jobs.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { finder, peopleOf } from '../../../test/db/reports.ts'
import { jobsOn } from '../../../test/e2e/intake-desk.ts'
import { readImport } from './import.jobs.ts'
import { decodeImport } from './import-decode.ts'
import type { ProcessOptions } from './import-process.ts'

const keys: Keys = { is: 'root', all: [randomKey()] }
let database: TestDatabase
let jobs: Jobs
let folder: string
let blobs: Blobs
/** Reports whose cases would be brought up to date. */
const refreshed: number[] = []

before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  jobs = await jobsOn(database)
  folder = mkdtempSync(join(tmpdir(), 'parley-import-'))
  const opened = await openFolderBlobs({ folder, keys, clock: systemClock })
  assert.ok(opened.ok)
  blobs = opened.value
})
after(async () => {
  await jobs.close()
  await database[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function* buffers(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of content) yield Buffer.from(piece)
}

type Broken = { readonly breakAt?: number }

/** Reads in this process; `breakAt` stops as a kill would, after so many items. */
const reader = ({ breakAt = Number.POSITIVE_INFINITY }: Broken = {}) =>
  readImport({
    ...{ pool: database.app, clock: systemClock, blobs, keys: reportKeysOf(keys) },
    reportsChanged: async (_tx, reports) => void refreshed.push(...reports),
    decode: async function* ({ content, ...options }: ProcessOptions) {
      let count = 0
      for await (const item of decodeImport(buffers(content), options)) {
        if (count++ === breakAt) throw new Error('killed')
        yield item
      }
    },
  })

type Wish = { readonly name?: string; readonly series?: string; readonly format?: string }

async function put(text: string | Buffer, { name = 'a.sarif', series, format }: Wish = {}) {
  const kept = await blobs.put(Buffer.from(text), {
    sealed: true,
    associatedData: 'org_finder01',
  })
  assert.ok(kept.ok)
  const document = { name, series: series ?? null, format: format ?? null, blob: kept.value }
  const asked = { document, once: null, now: new Date(), keys: reportKeysOf(keys) }
  const put = await deposit(database.app, finder, asked)
  assert.ok(put)
  return put
}

const never = new AbortController().signal

async function imported(text: string | Buffer, wish: Wish = {}) {
  const { id, isKnown } = await put(text, wish)
  await reader()(id, never)
  return { id, isKnown, ...(await seen(id)) }
}

const seen = (id: string) =>
  asActor(database.app, finder, async (tx) => {
    const told = await importById(tx, id)
    assert.ok(told)
    const rows = await listImported(tx, id, { after: null, limit: 1_000 })
    const { problems, ...counts } = told.told
    return { state: told.state, format: told.format, counts, problems, rows }
  })

async function queried<T extends object>(query: string): Promise<readonly T[]> {
  return asActor(database.app, systemActor, async (tx) => {
    const { rows } = await sql<T>`${sql.raw(query)}`.execute(tx)
    return rows
  })
}

type Flaw = { readonly file: string; readonly level?: string; readonly line?: number }

const sarif = (flaws: readonly Flaw[], tool = 'Probe'): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool } },
        results: flaws.map(({ file, level = 'error', line = 7 }) => ({
          ...{ ruleId: 'R1', level, message: { text: `Overflow in ${file}` } },
          locations: [
            { physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line } } },
          ],
        })),
      },
    ],
  })

const tapLine = (more: object = {}): string =>
  JSON.stringify({ purl: 'pkg:npm/frames@2.3.1', upstream_ids: ['CVE-2026-1000'], ...more })

test('what is in no format is refused, says why, and is read again when it returns', async () => {
  const first = await imported('{"hello": 1}', { name: 'hello.json' })
  assert.equal(first.state, 'refused')
  assert.equal(first.problems[0]?.code, 'unknown-format')
  assert.ok(first.problems[0]?.lost)
  assert.equal((await put('{"hello": 1}', { name: 'hello.json' })).isKnown, false)
})

test('the same bytes again are the same import, and nothing doubles', async () => {
  const text = sarif([{ file: 'same.c' }])
  const first = await imported(text)
  const again = await imported(text, { name: 'renamed.sarif' })
  assert.deepEqual([again.id, again.isKnown], [first.id, true])
  assert.deepEqual(again.rows, first.rows)
  assert.equal(first.counts.reports, 1)
})

test('each finding gets a receipt, in the order of the document', async () => {
  const { state, format, counts, rows } = await imported(
    sarif([{ file: 'one.c' }, { file: 'two.c' }, { file: 'one.c' }]),
    { name: 'order.sarif' },
  )
  assert.deepEqual([state, format, counts.findings, counts.reports], ['read', 'sarif', 3, 3])
  assert.deepEqual(
    rows.map(({ ordinal, title, outcome }) => [ordinal, title, outcome]),
    [
      [0, 'Overflow in one.c', 'waiting'],
      [1, 'Overflow in two.c', 'waiting'],
      [2, 'Overflow in one.c', 'waiting'],
    ],
  )
  assert.ok(rows.every(({ receipt }) => /^SUB-[a-z2-7]{18}$/.test(receipt)))
})

test('a changed finding is refreshed, a missing one is gone until it returns', async () => {
  const name = 'series.sarif'
  const first = await imported(sarif([{ file: 'a.c' }, { file: 'b.c' }]), { name })
  const second = await imported(sarif([{ file: 'a.c', level: 'note' }, { file: 'c.c' }]), { name })
  const { reports, unchanged, refreshed: fresh, gone } = second.counts
  assert.deepEqual(
    { reports, unchanged, fresh, gone },
    { reports: 1, unchanged: 0, fresh: 1, gone: 1 },
  )
  assert.equal(second.rows[0]?.receipt, first.rows[0]?.receipt)
  const [revised] = await queried(`select r.revision, r.severity, v.finding ->> 'severity' as was
    from parley.report r join parley.report_revision v on v.report_no = r.no
    where r.receipt = '${first.rows[0]?.receipt}'`)
  assert.deepEqual(revised, { revision: 2, severity: 'info', was: 'high' })
  const third = await imported(sarif([{ file: 'b.c' }, { file: 'c.c' }]), { name })
  assert.deepEqual([third.counts.unchanged, third.counts.gone], [2, 1])
  assert.ok(refreshed.length >= 4)
})

test('another tool, another document and what was cut off call nothing gone', async () => {
  const name = 'fixed.sarif'
  await imported(sarif([{ file: 'a.c' }], 'One'), { name })
  assert.equal((await imported(sarif([{ file: 'z.c' }], 'Two'), { name })).counts.gone, 0)
  assert.equal((await imported(sarif([{ file: 'y.c' }], 'One'), { name: 'x' })).counts.gone, 0)
  const cut = await imported(sarif([{ file: 'b.c' }, { file: 'c.c' }], 'One').slice(0, -40), {
    name,
  })
  assert.ok(cut.problems.some(({ lost }) => lost))
  assert.equal(cut.counts.gone, 0)
})

test('a tool that finds nothing any more closes what it had found', async () => {
  const name = 'clean.sarif'
  await imported(sarif([{ file: 'a.c' }]), { name })
  const clean = await imported(sarif([]), { name })
  assert.deepEqual([clean.state, clean.counts.gone], ['read', 1])
})

test('reports of the contract come by lines, as strict as alone, beside others', async () => {
  const osv = (id: string) =>
    JSON.stringify({ id, modified: '2026-01-01T00:00:00Z', affected: [{ package: frames }] })
  const frames = { ecosystem: 'npm', name: 'frames' }
  const payload = { filename: 'a.txt', content_type: 'text/plain', data: 'canary-lines' }
  const lines = [
    tapLine({ attachments: [payload], email: 'a@example.org' }),
    osv('GHSA-aaaa-bbbb-cccc'),
    '',
    tapLine({ notify: 'final' }),
    '{"purl": broken',
    osv('GHSA-aaaa-bbbb-dddd'),
  ]
  const found = await imported(lines.join('\n'), { name: 'mixed.ndjson' })
  assert.deepEqual([found.state, found.format, found.counts.reports], ['read', 'osv+tap', 3])
  assert.deepEqual(
    found.problems.filter(({ lost }) => lost).map(({ at, code }) => [at, code]),
    [
      ['mixed.ndjson:4', 'not-taken'],
      ['mixed.ndjson:5', 'malformed'],
    ],
  )
  const rows = await queried<{ text: string; files: number; notify: string; at: object }>(`
    select concat_ws(' ', r.finding, r.record, r.title) as text,
      (select count(*)::int from parley.attachment a where a.report_no = r.no)
      as files, r.notify, r.finding -> 'at' as at
    from parley.report r join parley.bulk_import i on i.no = r.import_no where i.id = '${found.id}'
    order by r.ordinal`)
  assert.deepEqual(
    rows.map(({ files }) => files),
    [1, 0, 0],
  )
  assert.deepEqual(
    rows.map(({ at }) => Object(at).line),
    [1, 2, 6],
  )
  assert.equal(rows[0]?.notify, 'milestones')
  assert.ok(rows.every(({ text }) => !/canary|example\.org/.test(text)))
})

test('a report of the contract is known by all that it says', async () => {
  const name = 'lab.ndjson'
  const first = await imported([tapLine(), tapLine({ code_path: 'x' })].join('\n'), { name })
  const more = [tapLine(), tapLine({ code_path: 'x' }), tapLine({ code_path: 'y' })]
  const second = await imported(more.join('\n'), { name })
  assert.deepEqual([second.counts.unchanged, second.counts.reports, second.counts.gone], [2, 1, 0])
  assert.deepEqual(
    second.rows.slice(0, 2).map(({ receipt }) => receipt),
    first.rows.map(({ receipt }) => receipt),
  )
})

test('imports of one series are read in the order in which they came', async () => {
  const name = 'queue.sarif'
  const first = await put(sarif([{ file: 'q.c' }]), { name })
  const second = await put(sarif([{ file: 'q.c' }, { file: 'r.c' }]), { name })
  await reader()(second.id, never)
  assert.equal((await seen(second.id)).state, 'stored')
  await reader()(first.id, never)
  await reader()(second.id, never)
  assert.deepEqual((await seen(second.id)).counts.unchanged, 1)
  const asked = await queried<{ n: number }>(
    'select 1 as n from parley.job_counts() where waiting > 0',
  )
  assert.equal(asked.length, 1)
})

test('an import whose job is gone is asked for again, once; one that waits is not', async () => {
  const { id } = await put(sarif([{ file: 'asked.c' }]), { name: 'asked.sarif' })
  assert.equal(await requeueUnread(database.app), 0)
  const queue = new Client({ connectionString: database.queueUrl })
  await queue.connect()
  await queue.query("update pgboss.job set state = 'active' where data ->> 'ref' = $1", [id])
  await queue.end()
  assert.equal(await requeueUnread(database.app), 1)
  assert.equal(await requeueUnread(database.app), 0)
  await reader()(id, never)
})

test('one import read twice at once gives each finding once', async () => {
  const flaws = Array.from({ length: 2_500 }, (_, at) => ({ file: `f${at}.c` }))
  const { id } = await put(sarif(flaws), { name: 'twice.sarif' })
  // Whoever is behind looks again later: the other may die before it is done.
  const both = await Promise.allSettled([reader()(id, never), reader()(id, never)])
  for (const { status, ...one } of both) {
    if (status === 'rejected') assert.match(String(Object(one).reason), /ahead in reading/)
  }
  await reader()(id, never)
  const { state, counts } = await seen(id)
  assert.deepEqual([state, counts.findings, counts.reports], ['read', 2_500, 2_500])
})

test('whatever it takes to read an import, nothing is lost and nothing doubles', async () => {
  const flaws = Array.from({ length: 3_300 }, (_, at) => ({ file: `k${at}.c` }))
  const { id } = await put(sarif(flaws), { name: 'killed.sarif' })
  for (const breakAt of [0, 700, 1_001, 1_500, 2_100, 3_200, 3_299]) {
    await assert.rejects(reader({ breakAt })(id, never), /killed/)
  }
  await reader()(id, never)
  const { state, counts } = await seen(id)
  assert.deepEqual([state, counts.findings, counts.reports], ['read', 3_300, 3_300])
  const [row] = await queried(`select count(distinct receipt)::int as receipts,
    count(distinct ordinal)::int as ordinals, max(ordinal)::int as last from parley.report r
    join parley.bulk_import i on i.no = r.import_no where i.id = '${id}'`)
  assert.deepEqual(row, { receipts: 3_300, ordinals: 3_300, last: 3_299 })
})

/** What must hold after each import of a series, whatever came before. */
class Model {
  /** By what a finding is known by: how many reports there are of it. */
  readonly reports = new Map<string, number>()
  seen = new Map<string, number>()

  expect(flaws: readonly Flaw[]) {
    const counts = Map.groupBy(flaws, ({ file }) => file)
    const now = new Map([...counts].map(([file, all]) => [file, all.length]))
    let [fresh, known] = [0, 0]
    for (const [file, count] of now) {
      const had = this.reports.get(file) ?? 0
      known += Math.min(had, count)
      fresh += Math.max(0, count - had)
      this.reports.set(file, Math.max(had, count))
    }
    let gone = 0
    for (const [file, count] of this.seen) gone += Math.max(0, count - (now.get(file) ?? 0))
    this.seen = now
    return { fresh, known, gone }
  }
}

const flaw = fc.record({
  file: fc.constantFrom('a.c', 'b.c', 'c.c', 'd.c'),
  level: fc.constantFrom('error', 'warning'),
  line: fc.integer({ min: 1, max: 3 }),
})

test('random series, interrupted: counts add up, nothing doubles, nothing is lost', async () => {
  let series = 0
  const steps = fc.array(
    fc.record({ flaws: fc.array(flaw, { maxLength: 6 }), breakAt: fc.integer({ min: 0, max: 9 }) }),
    { minLength: 1, maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const name = `random-${series++}.sarif`
      const model = new Model()
      for (const [at, { flaws, breakAt }] of all.entries()) {
        // The version keeps equal lists from being the same bytes.
        const text = sarif(flaws).replace(
          '"2.1.0"',
          `"2.1.0","properties":{"at":${series * 10 + at}}`,
        )
        const { id, isKnown } = await put(text, { name })
        assert.ok(!isKnown)
        await reader({ breakAt })(id, never).catch(() => undefined)
        await reader()(id, never)
        const { counts, rows, state } = await seen(id)
        assert.equal(state, 'read')
        const { fresh, known, gone } = model.expect(flaws)
        assert.equal(counts.findings, flaws.length)
        assert.equal(counts.reports, fresh)
        assert.equal(counts.unchanged + counts.refreshed, known)
        // Of like reports the one that says the same is seen, so others may be gone instead.
        assert.ok(counts.gone >= gone)
        assert.deepEqual(
          rows.map(({ ordinal }) => ordinal),
          flaws.map((_, index) => index),
        )
        assert.equal(new Set(rows.map(({ receipt }) => receipt)).size, flaws.length)
        const stored = await queried<{ file: string; all: number; seen: number }>(`
          select r.finding #>> '{locations,0,file}' as file, count(*)::int as all,
            count(*) filter (where s.gone_at is null)::int as seen
          from parley.report r join parley.sighting s on s.report_no = r.no
          where s.series = '${name} · sarif · Probe' group by 1`)
        assert.deepEqual(
          new Map(stored.map((row) => [row.file, row.all])),
          sorted(model.reports, stored),
        )
        for (const row of stored) assert.equal(row.seen, model.seen.get(row.file) ?? 0)
      }
    }),
    { numRuns: 25 },
  )
})

/** The model in the order of the rows, so that the two compare. */
const sorted = (model: ReadonlyMap<string, number>, rows: readonly { file: string }[]) =>
  new Map([...rows.map(({ file }) => [file, model.get(file) ?? 0] as const), ...model])

test('regression: a reader that breaks off for a while costs no document', async () => {
  // XML is read in a process of its own, and with this heap none begins.
  const { id } = await put('<?xml version="1.0"?><results/>', { name: 'later.xml' })
  const read = readImport({
    ...{ pool: database.app, clock: systemClock, blobs, keys: reportKeysOf(keys) },
    ...{ reportsChanged: async () => undefined, memoryMiB: 1.5 },
  })
  for (let time = 0; time < 3; time++) await assert.rejects(read(id, never), /process that reads/)
  assert.equal((await seen(id)).state, 'stored')
  await read(id, never)
  assert.equal((await seen(id)).state, 'refused')
})
