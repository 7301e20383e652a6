import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Crash } from '#formats/finding/finding.ts'
import { CrashClusters, clusterTraces, signatureOf } from './cluster.ts'

const crash = (names: readonly string[], more: Partial<Crash> = {}): Crash => ({
  kind: 'SEGV',
  frames: names.map((name, at) => ({ function: name, file: 'a.c', line: at + 1 })),
  ...more,
})

const together = (a: Crash, b: Crash, acrossBuilds = false): boolean => {
  const clusters = new CrashClusters({ acrossBuilds })
  return clusters.add(a) === clusters.add(b)
}

const deep = ['pear_copy', 'pear_row', 'pear_page', 'pear_file', 'pear_open']
const moved = (by: number): Crash => {
  const { frames, kind } = crash(deep)
  return { kind, frames: frames.map((frame) => ({ ...frame, line: (frame.line ?? 0) + by })) }
}

test('crashes of which nothing is known are never one', () => {
  assert.ok(!together(crash([]), crash([])))
})

test('crashes through other functions are not one', () => {
  assert.ok(!together(crash(deep), crash(['fig_a', 'fig_b', 'fig_c'])))
})

test('a common way out does not make two faults one', () => {
  const shared = ['run_one', 'run_all', 'start_up']
  assert.ok(!together(crash(['pear_copy', ...shared]), crash(['fig_read', 'fig_next', ...shared])))
})

test('two places on one way are two faults, but for a call that was inlined', () => {
  const way = ['pear_open', ...Array.from({ length: 12 }, (_, at) => `run_${at}`)]
  assert.ok(!together(crash(['pear_row', ...way]), crash(['pear_page', ...way])))
  assert.ok(together(crash(way), crash(['pear_inlined', ...way]), true))
})

test('nor does a long one, where the innermost functions are others', () => {
  const shared = Array.from({ length: 30 }, (_, at) => `run_${at}`)
  const first = ['pear_copy', 'pear_row', 'pear_page', ...shared]
  assert.ok(!together(crash(first), crash(['fig_read', 'fig_next', 'fig_open', ...shared])))
})

test('lines that differ tell crashes of one build apart, not of two', () => {
  assert.ok(!together(crash(deep), moved(100)))
  assert.ok(together(crash(deep), moved(100), true))
})

test('a deeper way to the same place is the same crash', () => {
  assert.ok(together(crash(deep), crash([...deep, 'pear_again', 'pear_more'])))
})

test('the same fault seen by another detector is the same crash', () => {
  assert.ok(together(crash(deep), crash(deep, { kind: 'heap-buffer-overflow' })))
})

const traces = fc.array(
  fc.array(fc.constantFrom('a1', 'b2', 'c3', 'd4', 'e5', 'f6', 'g7'), {
    minLength: 1,
    maxLength: 6,
  }),
  { minLength: 1, maxLength: 25 },
)

/** Which of them are together, however clusters are numbered. */
const pairsOf = (numbers: readonly number[]): boolean[] =>
  numbers.flatMap((a) => numbers.map((b) => a === b))

test('which traces are together does not depend on their order', () => {
  fc.assert(
    fc.property(traces, fc.infiniteStream(fc.nat()), (names, random) => {
      const seen = [...new Map(names.map((one) => [one.join(' '), one])).values()].map((one) => {
        const found = crash(one)
        return { crash: found, signature: signatureOf(found), times: one.length }
      })
      const keys = seen.map(() => random.next().value ?? 0)
      const order = [...seen.keys()].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b)
      const straight = clusterTraces(seen)
      const mixed = clusterTraces(order.flatMap((at) => seen[at] ?? []))
      const back = seen.map((_, at) => mixed[order.indexOf(at)] ?? -1)
      assert.deepEqual(pairsOf(back), pairsOf(straight))
    }),
  )
})

test('a trace that comes again joins its own cluster, whatever came between', () => {
  fc.assert(
    fc.property(traces, (names) => {
      const clusters = new CrashClusters()
      const first = names.map((one) => clusters.add(crash(one)))
      assert.deepEqual(
        names.map((one) => clusters.add(crash(one))),
        first,
      )
    }),
  )
})

test('one more crash is compared with a bounded number of others', () => {
  const clusters = new CrashClusters()
  const looked = new Set<number>()
  const watched = (at: number): Crash => ({
    ...crash(['shared', `own_${at}`, `other_${at}`, `last_${at}`]),
    get kind() {
      looked.add(at)
      return 'SEGV'
    },
  })
  for (let at = 0; at < 500; at++) clusters.add(watched(at))
  looked.clear()
  clusters.add(crash(['shared', 'fresh']))
  assert.ok(looked.size <= 12, `${looked.size} leaders were looked at`)
})
