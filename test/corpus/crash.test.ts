import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { isBoring } from '#formats/crash/boring.ts'
import { clusterFuzzCrash, type RunFacts } from '#formats/crash/clusterfuzz.ts'
import { crashesIn, parseCrash } from '#formats/crash/crash.ts'
import { exploitabilityOf } from '#formats/crash/exploitability.ts'
import { similarStates } from '#formats/crash/similarity.ts'
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

/** What the tests of ClusterFuzz are told besides the trace, by the names of the tests. */
const targets = new Map([
  ['test_v8_process_oom_with_asan_abrt', 'mock-fuzz-target'],
  ['test_v8_generic_segfault', 'mock-fuzz-target'],
  ['test_sanitizer_signal_abrt_fuzz_target', 'mock-fuzz-target'],
  ['test_oom4', 'pdf_jpx_fuzzer'],
  ['test_centipede_timeout_with_abrt', 'foo'],
  ['test_libfuzzer_timeout_enabled', 'pdfium_fuzzer'],
  ['test_libfuzzer_oom_without_redzone', 'freetype2_fuzzer'],
  ['test_libfuzzer_oom_with_small_redzone', 'freetype2_fuzzer'],
  ['test_libfuzzer_overwrites_const_input', 'ap-mgmt'],
])
const reportLimits = new Set([
  ...['test_v8_oom', 'test_v8_process_oom', 'test_v8_process_oom_with_asan_abrt', 'test_oom4'],
  ...['test_centipede_uaf', 'test_centipede_oom', 'test_centipede_timeout', 'test_rust_oom'],
  ...['test_centipede_timeout_old', 'test_centipede_timeout_with_abrt'],
  ...['test_libfuzzer_timeout_enabled', 'test_libfuzzer_oom_without_redzone'],
  ...['test_libfuzzer_oom_with_small_redzone', 'test_sanitizer_out_of_memory'],
  'test_crash_signal_and_timeout_stacktrace',
])
const reportRuntimeChecks = new Set([
  ...['test_v8_check', 'test_v8_runtime_error', 'test_v8_runtime_error_analyze_task'],
])
const unsymbolised = new Set(['test_stack_filtering', 'test_keep_libc_if_unsymbolized'])
const projectPassesOver = new Map([
  ['test_ignore_regex', /Envoy::Upstream::ClusterManagerImpl::ClusterManagerImpl/],
])

function factsOf(name: string): RunFacts {
  const target = targets.get(name)
  const passedOver = projectPassesOver.get(name)
  return {
    reportsLimits: reportLimits.has(name),
    reportsRuntimeChecks: reportRuntimeChecks.has(name),
    isSymbolised: !unsymbolised.has(name),
    ...(target === undefined ? {} : { target }),
    ...(passedOver === undefined ? {} : { passedOver }),
  }
}

test('ClusterFuzz traces: all types, addresses and states agree', {
  skip: skipWithout(traces),
}, (t) => {
  const rows = rowsOf(traces ?? '')
  const asked = { type: 0, address: 0, state: 0 }
  const wrong: string[] = []
  for (const row of rows) {
    const name = textOf(row['test'])
    const expected = isObject(row['expected']) ? row['expected'] : {}
    const crash = clusterFuzzCrash(textOf(row['raw']), factsOf(name))
    const { type = '', address = '', state = null } = crash ?? {}
    const said = state === null ? '' : state.length === 0 ? 'NULL' : `${state.join('\n')}\n`
    for (const [what, got] of [
      ...([
        ['type', type],
        ['address', address],
        ['state', said],
      ] as const),
    ]) {
      const wanted = expected[what]
      if (wanted === undefined) continue
      asked[what]++
      if (wanted !== got) wrong.push(`${name}: ${what} ${JSON.stringify(got)}, not ${wanted}`)
    }
  }
  t.diagnostic(`${rows.length} traces; ${JSON.stringify(asked)}; ${wrong.length} wrong`)
  assert.deepEqual(wrong, [])
  assert.deepEqual([rows.length, asked], [263, { type: 258, address: 258, state: 263 }])
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
      const mutated = raw.slice(0, at) + piece + raw.slice(at + cut)
      clusterFuzzCrash(mutated)
      for (const report of crashesIn(mutated)) exploitabilityOf(report)
    }
  }
})
