import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { isBoring } from '#formats/crash/boring.ts'
import { crashesIn, parseCrash } from '#formats/crash/crash.ts'
import { crashTypeOf } from '#formats/crash/crash-type.ts'
import { similarStates } from '#formats/crash/similarity.ts'
import { stateOf } from '#formats/crash/state.ts'
import { isObject, type JsonObject } from '#formats/json/reader.ts'
import { sharedPath, skipWithout } from './shared.ts'

const traces = sharedPath('crash', 'clusterfuzz_parse.jsonl.gz')
const pairs = sharedPath('crash', 'clusterfuzz_similarity.json')
const casr = sharedPath('crash', 'casr_reports.jsonl.gz')

const rowsOf = (path: string): JsonObject[] =>
  gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))
    .filter(isObject)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * Eleven traces expect nothing or less because their test switches a detection off or names the
 * fuzz target from outside the text: these can only disagree. The floors may only rise.
 */
const floors = { types: 235, addresses: 249, states: 192 }

test('ClusterFuzz traces: types, addresses and states agree', {
  skip: skipWithout(traces),
}, (t) => {
  const agree = { types: 0, addresses: 0, states: 0 }
  const asked = { types: 0, addresses: 0, states: 0 }
  for (const row of rowsOf(traces ?? '')) {
    const expected = isObject(row['expected']) ? row['expected'] : {}
    const report = parseCrash(textOf(row['raw']))
    const state = report ? stateOf(report.crash, report.file) : null
    const said = state === null ? '' : state.length === 0 ? 'NULL' : `${state.join('\n')}\n`
    const pairsOf = [
      ['types', expected['type'], report ? crashTypeOf(report) : ''],
      ['addresses', expected['address'], report?.crash.address ?? ''],
      ['states', expected['state'], said],
    ] as const
    for (const [name, wanted, got] of pairsOf) {
      if (wanted === undefined) continue
      asked[name]++
      if (wanted === got) agree[name]++
    }
  }
  t.diagnostic(
    `types ${agree.types}/${asked.types}, addresses ${agree.addresses}/${asked.addresses}`,
  )
  t.diagnostic(`states ${agree.states}/${asked.states}`)
  assert.equal(asked.states, 263)
  for (const name of ['types', 'addresses', 'states'] as const) {
    assert.ok(agree[name] >= floors[name], `${name}: ${agree[name]} of ${asked[name]}`)
  }
})

test('ClusterFuzz similarity pairs all agree', { skip: skipWithout(pairs) }, () => {
  const found: unknown = JSON.parse(readFileSync(pairs ?? '', 'utf8'))
  assert.ok(Array.isArray(found) && found.length === 15)
  for (const pair of found.filter(isObject)) {
    const [a, b] = [pair['a'], pair['b']].map((text) => textOf(text).split('\n'))
    assert.equal(similarStates(a ?? [], b ?? []), pair['similar'], textOf(pair['test']))
  }
})

test('CASR reports: each is read and its crash line is found', { skip: skipWithout(casr) }, () => {
  const rows = rowsOf(casr ?? '')
  let located = 0
  let lines = 0
  for (const row of rows) {
    const parts = [row['asan_report'], row['python_report'], row['stacktrace']]
    const report = parts.filter(Array.isArray).find((part) => part.length > 0) ?? []
    const crash = parseCrash(report.map(textOf).join('\n'))?.crash
    assert.ok(crash, textOf(row['file']))
    const wanted = textOf(row['crash_line'])
    if (!wanted.includes(':')) continue
    lines++
    const place = crash.frames.find((frame) => frame.file !== undefined && !isBoring(frame))
    const got = `${place?.file}:${place?.line}`
    if (wanted === got || wanted.startsWith(`${got}:`)) located++
  }
  assert.equal(rows.length, 902)
  assert.deepEqual([located, lines], [883, 883])
})

test('mutated real traces never throw', { skip: skipWithout(traces) }, () => {
  let seed = 7
  const random = (limit: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 1
    return limit === 0 ? 0 : seed % limit
  }
  for (const row of rowsOf(traces ?? '')) {
    const raw = textOf(row['raw']).slice(0, 20_000)
    for (let round = 0; round < 6; round++) {
      const at = random(raw.length)
      const cut = random(400)
      const piece = raw.slice(random(raw.length)).slice(0, random(200))
      crashesIn(raw.slice(0, at) + piece + raw.slice(at + cut))
    }
  }
})
