import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Crash } from '#formats/finding/finding.ts'
import { whyBoring } from './boring.ts'
import { parseCrash } from './crash.ts'
import { crashTypeOf, isNearNull } from './crash-type.ts'
import { crashSimilarity, editDistance, similarStates } from './similarity.ts'
import { stateOf } from './state.ts'

const crashOf = (kind: string, ...names: readonly string[]): Crash => ({
  kind,
  frames: names.map((name) => ({ function: name })),
})

test('frames that stand in every trace name the rule by which they are left out', () => {
  const cases: readonly (readonly [string, string | undefined, string | null])[] = [
    ['pear::Reader::row', 'src/read.cc', null],
    ['reallocate_buffers', undefined, null],
    ['string_append', undefined, null],
    ['main_loop', undefined, null],
    ['panic_button', undefined, null],
    ['my_memcpy_wrapper', undefined, null],
    ['__interceptor_memcpy', undefined, 'sanitizer runtime'],
    ['operator new[]', undefined, 'memory allocator'],
    ['malloc', undefined, 'memory allocator'],
    ['__memcpy_avx_unaligned_erms', undefined, 'memory and string functions of libc'],
    ['strlen', undefined, 'memory and string functions of libc'],
    ['__assert_fail', undefined, 'abort and signals of libc'],
    ['raise', undefined, 'abort and signals of libc'],
    ['logging::LogMessage::~LogMessage', undefined, 'assertion and fatal log machinery'],
    ['void std::__1::forward<int>', undefined, 'C++ standard library'],
    ['push_back', '/usr/include/c++/v1/vector', 'C++ standard library'],
    ['fuzzer::Fuzzer::Loop', undefined, 'fuzzing engine'],
    ['__libc_start_main', undefined, 'start of a process or thread'],
    ['kasan_report', undefined, 'reporting of kernel faults'],
    ['runtime.gopanic', undefined, 'runtime of Go'],
    ['core::panicking::panic_fmt', undefined, 'runtime of Rust'],
    ['/lib/x86_64-linux-gnu/libc.so.6+0x29d8f', undefined, 'system library without symbols'],
  ]
  for (const [name, file, wanted] of cases) {
    assert.equal(whyBoring({ function: name, ...(file ? { file } : {}) }), wanted, name)
  }
})

test('a state is the assertion and the innermost telling frames, three lines in all', () => {
  const cases: readonly (readonly [Crash, readonly string[]])[] = [
    [crashOf('SEGV'), []],
    [crashOf('SEGV', 'abort', 'raise'), []],
    [crashOf('SEGV', 'malloc', 'a', 'b', 'c', 'd'), ['a', 'b', 'c']],
    [crashOf('SEGV', '/a/x.so+0x12', 'b'), ['b']],
    [crashOf('SEGV', '/a/x.so+0x12', '/a/x.so+0x34'), ['/a/x.so+0x12', '/a/x.so+0x34']],
    [
      { ...crashOf('assertion', 'abort', 'a', 'b', 'c'), message: 'left == 1234' },
      ['left == NUMBER', 'a', 'b'],
    ],
    [crashOf('stack-overflow', 'tail', 'x', 'y', 'x', 'y', 'x', 'y'), ['x', 'y', 'x']],
    [crashOf('stack-overflow', 'walk', 'walk', 'walk', 'open'), ['walk', 'open']],
  ]
  for (const [crash, wanted] of cases) assert.deepEqual(stateOf(crash), wanted)
})

test('a fuzz target goes by its file and ends the state', () => {
  const crash: Crash = {
    kind: 'SEGV',
    frames: [
      { function: 'parse', file: 'p.c' },
      { function: 'LLVMFuzzerTestOneInput', file: 'fuzz/pear_fuzzer.cc' },
      { function: 'caller' },
    ],
  }
  assert.deepEqual(stateOf(crash), ['parse', 'pear_fuzzer.cc'])
})

test('types follow the names of ClusterFuzz', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['==1==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000010', 'Null-dereference'],
    ['==1==ERROR: AddressSanitizer: SEGV on unknown address 0x000041414141', 'UNKNOWN'],
    ['a.c:1:2: runtime error: division by zero', 'Divide-by-zero'],
    ['==1== ERROR: libFuzzer: out-of-memory (used: 2561Mb)', 'Out-of-memory'],
    ['==1==ERROR: AddressSanitizer: attempting double-free on 0x1234567', 'Heap-double-free'],
  ]
  for (const [text, wanted] of cases) {
    const report = parseCrash(text)
    assert.equal(report ? crashTypeOf(report) : null, wanted)
  }
})

test('near null means the first page', () => {
  for (const address of ['0x0', '0x000000000fff', '0x10']) assert.ok(isNearNull(address), address)
  for (const address of [undefined, '0x1000', '0x7fff00000010']) assert.ok(!isNearNull(address))
})

test('states are alike when equal, when two lines agree in order, or when they read alike', () => {
  const cases: readonly (readonly [readonly string[], readonly string[], boolean])[] = [
    [[], ['a'], false],
    [['NULL'], ['a', 'b'], false],
    [['NULL'], ['NULL'], true],
    [['a', 'b', 'c'], ['b', 'a', 'c'], true],
    [['a', 'b', 'c'], ['c', 'b', 'a'], false],
    [['a', 'b', 'c'], ['x', 'a', 'y'], false],
    [['open_pear_file', 'x'], ['open_pear_files', 'x'], true],
  ]
  for (const [a, b, wanted] of cases) assert.equal(similarStates(a, b), wanted, `${a} ~ ${b}`)
})

test('similarity falls with depth, with shift and with contradiction', () => {
  const whole = crashOf('SEGV', 'a', 'b', 'c', 'd')
  const topDiffers = crashOf('SEGV', 'z', 'b', 'c', 'd')
  const endDiffers = crashOf('SEGV', 'a', 'b', 'c', 'z')
  const shifted = crashOf('SEGV', 'z', 'y', 'a', 'b', 'c', 'd')
  assert.equal(crashSimilarity(whole, whole), 1)
  assert.ok(crashSimilarity(whole, endDiffers) > crashSimilarity(whole, topDiffers))
  assert.ok(crashSimilarity(whole, shifted) < 1)
  assert.ok(crashSimilarity(whole, shifted) > 0.6)
  assert.equal(crashSimilarity(whole, crashOf('SEGV', 'x', 'y')), 0)
  assert.equal(crashSimilarity(crashOf('SEGV'), crashOf('SEGV')), 0)
  assert.ok(crashSimilarity(whole, { ...whole, kind: 'timeout' }) < 0.8)
})

const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'malloc', 'x.so+0x1'), { maxLength: 12 })

test('similarity lies between 0 and 1 and does not ask which crash came first', () => {
  fc.assert(
    fc.property(names, names, (first, second) => {
      const a = crashOf('SEGV', ...first)
      const b = crashOf('heap-use-after-free', ...second)
      const value = crashSimilarity(a, b)
      assert.ok(value >= 0 && value <= 1)
      assert.ok(Math.abs(value - crashSimilarity(b, a)) < 1e-9)
      assert.equal(similarStates(first, second), similarStates(second, first))
    }),
  )
})

test('the edit distance is a distance', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 12 }),
      fc.string({ maxLength: 12 }),
      fc.string({ maxLength: 12 }),
      (a, b, c) => {
        assert.equal(editDistance(a, a), 0)
        assert.equal(editDistance(a, b), editDistance(b, a))
        assert.ok(editDistance(a, c) <= editDistance(a, b) + editDistance(b, c))
      },
    ),
  )
})
