import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { isBoring } from '#formats/crash/boring.ts'
import { CrashClusters, clusterTraces, signatureOf } from '#formats/crash/cluster.ts'
import { type CrashReport, parseCrash } from '#formats/crash/crash.ts'
import { exploitabilityOf } from '#formats/crash/exploitability.ts'
import type { Crash } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'
import { type Agreement, agreement, completeLinkage } from './groups.ts'
import { sharedPath, skipWithout } from './shared.ts'

const casr = sharedPath('crash', 'casr_reports.jsonl.gz')

type Row = {
  readonly set: string
  readonly crashLine: string
  readonly severity: string
  readonly report: CrashReport
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function rows(): Row[] {
  const lines = gunzipSync(readFileSync(casr ?? ''))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
  return lines.map((line, at) => {
    const row: unknown = JSON.parse(line)
    assert.ok(isObject(row))
    const parts = [row['asan_report'], row['python_report'], row['stacktrace']]
    const printed = parts.filter(Array.isArray).find((part) => part.length > 0) ?? []
    const report = parseCrash(printed.map(textOf).join('\n'))
    assert.ok(report)
    return {
      set: textOf(row['set']).replace('test_clustering_', ''),
      crashLine: textOf(row['crash_line']) || `${at}`,
      severity: `${textOf(row['severity_type'])} ${textOf(row['severity'])}`,
      report,
    }
  })
}

const places = ({ frames }: Crash): string[] =>
  frames
    .filter((frame) => !isBoring(frame) && frame.function !== 'LLVMFuzzerTestOneInput')
    .map(({ function: name, file, line }) => (file === undefined ? name : `${file}:${line}`))

const asNumbers = (texts: readonly string[]): number[] => {
  const known = [...new Set(texts)]
  return texts.map((text) => known.indexOf(text))
}

/** The groups of CASR's method: complete linkage of distinct traces up to a diameter of 0.3. */
function byCasr(crashes: readonly Crash[]): number[] {
  const traces = crashes.map((crash) => places(crash).join('\n'))
  const distinct = [...new Set(traces)]
  const groups = completeLinkage(
    distinct.map((trace) => trace.split('\n')),
    0.3,
  )
  return traces.map((trace) => groups[distinct.indexOf(trace)] ?? -1)
}

function byParley(crashes: readonly Crash[]): number[] {
  const bySignature = new Map<string, { crash: Crash; signature: string; times: number }>()
  const keys = crashes.map((crash) => signatureOf(crash) ?? '')
  for (const [at, crash] of crashes.entries()) {
    const signature = keys[at] ?? ''
    const seen = bySignature.get(signature)
    if (seen) seen.times++
    else bySignature.set(signature, { crash, signature, times: 1 })
  }
  const seen = [...bySignature.values()]
  const numbers = clusterTraces(seen)
  return keys.map((key) => numbers[seen.findIndex(({ signature }) => signature === key)] ?? -1)
}

const count = (groups: readonly number[]): number => new Set(groups).size
const shown = ({ precision, recall, bcubed }: Agreement): string =>
  `pairs ${precision.toFixed(3)}/${recall.toFixed(3)}, B-cubed ${bcubed.toFixed(3)}`

type Wanted = {
  readonly published: number
  readonly reworked: number
  readonly ours: number
  /** What pair precision and recall, and B-cubed, must reach against each reference. */
  readonly casr: readonly [number, number, number]
  readonly line: readonly [number, number, number]
}

const wanted: Readonly<Record<string, Wanted>> = {
  san: {
    ...{ published: 12, reworked: 12, ours: 13 },
    ...{ casr: [0.97, 0.84, 0.88], line: [1, 0.99, 0.97] },
  },
  gdb: {
    ...{ published: 12, reworked: 12, ours: 11 },
    ...{ casr: [0.97, 0.84, 0.87], line: [0.99, 0.98, 0.97] },
  },
  python: {
    ...{ published: 2, reworked: 3, ours: 2 },
    ...{ casr: [0.49, 1, 0.67], line: [1, 1, 1] },
  },
  small: { published: 9, reworked: 9, ours: 9, casr: [1, 1, 1], line: [0.33, 1, 0.9] },
}

test('groups of CASR: as many clusters, and nearly the same', { skip: skipWithout(casr) }, (t) => {
  const all = rows()
  for (const [set, goal] of Object.entries(wanted)) {
    const mine = all.filter((row) => row.set === set)
    const crashes = mine.map(({ report }) => report.crash)
    const groups = byParley(crashes)
    const reference = byCasr(crashes)
    const toCasr = agreement(reference, groups)
    const toLine = agreement(asNumbers(mine.map(({ crashLine }) => crashLine)), groups)
    t.diagnostic(
      `${set}: ${mine.length} traces, ${count(groups)} clusters (CASR ${goal.published})` +
        `; to CASR ${shown(toCasr)}; to crash lines ${shown(toLine)}`,
    )
    assert.deepEqual([count(groups), count(reference)], [goal.ours, goal.reworked], set)
    for (const [got, floor] of [
      [toCasr, goal.casr],
      [toLine, goal.line],
    ] as const) {
      assert.ok(got.precision >= floor[0] - 0.001, `${set}: precision ${got.precision}`)
      assert.ok(got.recall >= floor[1] - 0.001, `${set}: recall ${got.recall}`)
      assert.ok(got.bcubed >= floor[2] - 0.001, `${set}: B-cubed ${got.bcubed}`)
    }
  }
})

test('one by one, traces fall together as they do at once', { skip: skipWithout(casr) }, () => {
  for (const set of Object.keys(wanted)) {
    const crashes = rows()
      .filter((row) => row.set === set)
      .map(({ report }) => report.crash)
    const clusters = new CrashClusters()
    const oneByOne = crashes.map((crash) => clusters.add(crash))
    const { precision, recall } = agreement(byParley(crashes), oneByOne)
    assert.ok(precision >= 0.97 && recall >= 0.92, `${set}: ${precision} ${recall}`)
  }
})

/** What CASR read from registers and instructions is not in a trace of gdb: that is undefined. */
test('severities of CASR: agreed where the trace tells them', { skip: skipWithout(casr) }, (t) => {
  const all = rows()
  const tally = new Map<string, number>()
  const ranks: Readonly<Record<string, string>> = {
    EXPLOITABLE: 'exploitable',
    PROBABLY_EXPLOITABLE: 'probably-exploitable',
    NOT_EXPLOITABLE: 'not-exploitable',
  }
  for (const { set, severity, report } of all) {
    const expected = ranks[severity.split(' ', 1)[0] ?? '']
    if (expected === undefined) continue
    const { is } = exploitabilityOf(report)
    const key = is === expected ? 'agrees' : is === 'undefined' ? 'undefined' : `${severity} ${is}`
    const kind = set === 'gdb' || set === 'similarity_test' ? 'gdb' : 'others'
    tally.set(`${kind}: ${key}`, (tally.get(`${kind}: ${key}`) ?? 0) + 1)
  }
  const found = Object.fromEntries([...tally].sort())
  t.diagnostic(JSON.stringify(found))
  assert.deepEqual(found, {
    'gdb: NOT_EXPLOITABLE AbortSignal probably-exploitable': 1,
    'gdb: agrees': 10,
    'gdb: undefined': 367,
    'others: agrees': 503,
  })
})
