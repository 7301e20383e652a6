import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { parley, scratch } from './parley.ts'

const { folder, put } = scratch()

const overflow = {
  summary: 'Heap overflow in tf_read_frame of tinyframe',
  details: 'tf_read_frame copies `length` bytes of the frame into a heap buffer of 64 bytes.',
}
const reports = [
  { report_id: 'a-1', source: 'north', ...overflow },
  { report_id: 'b-1', source: 'south', ...overflow },
  {
    ...{ report_id: 'a-2', source: 'north', summary: 'SQL injection in the invoice search' },
    details: 'The parameter `customer` of /invoices is pasted into the WHERE clause.',
  },
]
const lines = (rows: readonly unknown[]): string =>
  rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('')

function rowsIn(out: string): JsonObject[] {
  assert.ok(out === '' || out.endsWith('\n'))
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const row: unknown = JSON.parse(line)
      assert.ok(isObject(row))
      return row
    })
}

/** Groups the rows of standard input. */
async function correlated(rows: readonly unknown[], ...more: string[]) {
  const args = ['correlate', '--in', '-', ...more]
  const { code, out, err } = await parley(args, { input: lines(rows) })
  return { code, err, rows: rowsIn(out) }
}

test('each row has an answer of exactly six fields, in the order of the rows', async () => {
  const { code, err, rows } = await correlated(reports, '--accept-suggestions')
  assert.deepEqual([code, err], [0, ''])
  const fields = ['report_id', 'cluster_id', 'decision', 'with', 'probability', 'because']
  for (const row of rows) {
    assert.deepEqual(Object.keys(row), fields)
    assert.ok(isArray(row['because']) && row['because'].length <= 5)
    assert.ok(row['because'].every((reason) => typeof reason === 'string' && reason !== ''))
    const probability = Number(row['probability'])
    assert.ok(probability >= 0 && probability <= 1)
    assert.equal(row['decision'] === 'alone', row['with'] === null)
  }
  assert.deepEqual(
    rows.map((row) => row['report_id']),
    ['a-1', 'b-1', 'a-2'],
  )
  const [one, twin, other] = rows
  assert.notEqual(one?.['decision'], 'alone')
  assert.equal(one?.['with'], 'b-1')
  assert.equal(one?.['cluster_id'], twin?.['cluster_id'])
  assert.notEqual(one?.['cluster_id'], other?.['cluster_id'])
})

test('the same rows in another order, place and language are grouped alike', async () => {
  const before = (await correlated(reports)).rows
  const input = lines([...reports].reverse())
  const env = { TZ: 'Pacific/Apia', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }
  const after = rowsIn((await parley(['correlate', '--in', '-'], { input, env })).out)
  assert.deepEqual(after.reverse(), before)
})

test('what a row is called is no evidence', async () => {
  const renamed = reports.map((row, at) => ({ ...row, report_id: `tinyframe-${9 - at}` }))
  const shape = (rows: readonly JsonObject[]) =>
    rows.map((row) => [row['decision'], row['probability'], row['because']])
  assert.deepEqual(shape((await correlated(renamed)).rows), shape((await correlated(reports)).rows))
  const bare = [{ report_id: 'tinyframe overflow 1' }, { report_id: 'tinyframe overflow 2' }]
  for (const row of (await correlated(bare)).rows) assert.equal(row['decision'], 'alone')
})

test('gzip is read and written by its name, and a file appears whole', async () => {
  const path = put('in.jsonl.gz', gzipSync(lines(reports)))
  const to = join(folder, 'made/on/the/way/out.jsonl.gz')
  assert.equal((await parley(['correlate', '--in', path, '--out', to])).code, 0)
  const direct = await parley(['correlate', '--in', path])
  assert.equal(String(gunzipSync(readFileSync(to))), direct.out)
})

for (const [what, row, said] of [
  ['no JSON', 'hello', /not JSON/],
  ['a row that breaks off', '{"report_id":"c","summary":', /ends inside/],
  ['an array', [1, 2, 3], /-:2: a row is a JSON object/],
  ['a text', '"report"', /-:2: a row is a JSON object/],
  ['null', 'null', /-:2: a row is a JSON object/],
  ['a row without report_id', { summary: 'no name' }, /-:2: .*report_id/],
  ['a report_id that is used', { ...reports[2], report_id: 'a-1' }, /"a-1" stands in line 1/],
  ['a key given twice', '{"report_id":"c","summary":"x","summary":"y"}', /-:2: .*given twice/],
  ['a weakness that is none', { report_id: 'c', summary: 'x', cwe: 'much' }, /-:2: no CWE number/],
  [
    'versions of nothing',
    { report_id: 'c', affected_ranges: [{ introduced: '1' }] },
    /-:2: versions are given, but no package/,
  ],
] as const) {
  test(`${what} is told with its line and costs no other row`, async () => {
    const { err, rows } = await correlated([reports[0], row, reports[1]], '--accept-suggestions')
    assert.match(err, said)
    const named = rows.map((found) => found['report_id'])
    assert.deepEqual([named[0], named.at(-1)], ['a-1', 'b-1'])
    assert.equal(rows[0]?.['cluster_id'], rows.at(-1)?.['cluster_id'])
  })
}

test('two rows of one name are two reports, and their clusters are told apart', async () => {
  const [first, , third] = reports
  const { code, rows } = await correlated([first, { ...third, report_id: 'a-1' }])
  assert.equal(code, 0)
  assert.equal(new Set(rows.map((row) => row['cluster_id'])).size, 2)
})

test('sources that are free of duplicates are taken at their word', async () => {
  const own = reports.slice(0, 2).map((row) => ({ ...row, source: 'north' }))
  const together = (await correlated(own, '--accept-suggestions')).rows
  assert.equal(together[0]?.['cluster_id'], together[1]?.['cluster_id'])
  for (const row of (await correlated(own, '--distinct-within-source')).rows) {
    assert.equal(row['decision'], 'alone')
  }
})

test('clusters reflect merges, and with --accept-suggestions what is suggested too', async () => {
  const near = {
    ...{ report_id: 'c-1', source: 'west', summary: 'tinyframe: frame length is not checked' },
    details: 'A long frame makes tf_read_frame write behind the heap buffer.',
  }
  const all = [...reports, near]
  const strict = (await correlated(all)).rows
  const loose = (await correlated(all, '--accept-suggestions')).rows
  assert.deepEqual(
    loose.map((row) => row['decision']),
    strict.map((row) => row['decision']),
  )
  for (const rows of [strict, loose]) {
    const clusters = Map.groupBy(rows, (row) => row['cluster_id'])
    for (const row of rows) {
      const size = clusters.get(row['cluster_id'])?.length ?? 0
      if (row['decision'] === 'alone') assert.equal(size, 1)
      if (row['decision'] === 'merged' || rows === loose) {
        assert.equal(size > 1, row['decision'] !== 'alone')
      }
    }
  }
})

test('--explain gives each reason with the texts to look for', async () => {
  const { rows } = await correlated(reports, '--explain')
  const because = rows[0]?.['because']
  assert.ok(isArray(because) && because.length > 0)
  for (const reason of because) {
    assert.deepEqual(Object.keys(Object(reason)).sort(), ['marks', 'says', 'supports'])
  }
})

test('nothing to read and nowhere to write are told, and leave nothing behind', async () => {
  const to = join(folder, 'never.jsonl')
  const empty = await parley(['correlate', '--in', put('empty.jsonl', ''), '--out', to])
  assert.equal(empty.code, 4)
  assert.match(empty.err, /empty\.jsonl: is empty/)
  const missing = await parley(['correlate', '--in', join(folder, 'no.jsonl'), '--out', to])
  assert.equal(missing.code, 3)
  assert.ok(!existsSync(to))
  const ran = await parley(['correlate', '--in', '-', '--out', folder], { input: lines(reports) })
  assert.equal(ran.code, 5)
  assert.match(ran.err, /cannot be written: it is a folder/)
})
