import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clusterFuzzCrash, type RunFacts } from './clusterfuzz.ts'

const asan = (first: string, names: readonly string[], access = ''): string =>
  [
    `==7==ERROR: AddressSanitizer: ${first}`,
    ...(access === '' ? [] : [access]),
    ...names.map((name, at) => `    #${at} 0x4f1a2${at} in ${name} /src/pear.cc:${at + 4}:9`),
    '',
  ].join('\n')

const overflow = 'heap-buffer-overflow on address 0x602000000014 at pc 0x4f bp 0x7f sp 0x7e'
const read = 'READ of size 4 at 0x602000000014 thread T0'
const abort = asan('ABRT on unknown address 0x0539 (pc 0x7f bp 0x7e sp 0x7d T0)', [
  'gsignal',
  'abort',
  'pear::fatal(char const*)',
  'pear::row(int)',
])
const check = '[7:7:0101/010101.1:FATAL:row.cc(12)] Check failed: rows < max (7 vs. 4).\n'

type Row = readonly [
  title: string,
  text: string,
  wanted: readonly [type: string, address: string, ...state: string[]] | null,
  facts?: RunFacts,
]

const rows: readonly Row[] = [
  ['a log about nothing', 'all is well\n', null],
  ['an exception that was only logged', 'java.io.IOException: x\n\tat a.B.c(B.java:4)\n', null],
  [
    'memory that ran out where that is not asked for',
    'ERROR: libFuzzer: out-of-memory (used: 2049Mb)\n',
    null,
    { reportsLimits: false },
  ],
  [
    'a read past the heap: three frames, without arguments',
    asan(overflow, ['__asan_memcpy', 'pear::row(int, char)', 'pear::page()', 'fig', 'plum'], read),
    ['Heap-buffer-overflow\nREAD 4', '0x602000000014', 'pear::row', 'pear::page', 'fig'],
  ],
  [
    'a large access goes without its size',
    asan(overflow, ['pear::row(int)'], 'WRITE of size 4096 at 0x602000000014 thread T0'),
    ['Heap-buffer-overflow\nWRITE {*}', '0x602000000014', 'pear::row'],
  ],
  [
    'a check and the abort that follows from it',
    check + abort,
    ['CHECK failure', '', 'rows < max in row.cc', 'pear::fatal', 'pear::row'],
  ],
  [
    'a check and a fault of its own after it',
    check + asan('SEGV on unknown address 0x6110009fff (pc 0x4f bp 0x7f sp 0x7e T0)', ['fig(int)']),
    ['UNKNOWN', '0x6110009fff', 'fig'],
  ],
  [
    'a fault near null',
    asan('SEGV on unknown address 0x000000000010 (pc 0x4f bp 0x7f sp 0x7e T0)', ['fig(int)']),
    ['Null-dereference', '0x000000000010', 'fig'],
  ],
  [
    'numbers and addresses that change from run to run',
    "pear.cc:4: int row(int): Assertion `row #17 of 1234 at 0xdeadbeef == 2 && x 44' failed.\n",
    ['ASSERT', '', 'row #NUMBER of NUMBER at ADDRESS == 2 && x NUMBER'],
  ],
  [
    'a timeout goes by its target',
    `==7== ERROR: libFuzzer: timeout after 25 seconds\n${abort.split('\n').slice(1).join('\n')}`,
    ['Timeout', '', 'pear_fuzzer'],
    { target: 'pear_fuzzer' },
  ],
  [
    'the entry of a fuzz target goes by its file',
    asan(overflow, ['LLVMFuzzerTestOneInput'], read),
    ['Heap-buffer-overflow\nREAD 4', '0x602000000014', 'pear.cc'],
  ],
  [
    'frames that the project passes over',
    asan(overflow, ['pear::fatal(int)', 'fig(int)'], read),
    ['Heap-buffer-overflow\nREAD 4', '0x602000000014', 'fig'],
    { passedOver: /fatal/ },
  ],
  [
    'a stack that ran over shows its cycle',
    asan('stack-overflow on address 0x7ffe00000ff8 (pc 0x4f bp 0x7f sp 0x7e T0)', [
      'pear::last(int)',
      ...Array.from({ length: 6 }, () => ['pear::a(int)', 'pear::b(int)']).flat(),
    ]),
    ['Stack-overflow', '0x7ffe00000ff8', 'pear::a', 'pear::b'],
  ],
  [
    'the first of two values that broke a rule',
    'a.c:1:2: runtime error: signed integer overflow: 1 + 2 cannot be represented\n' +
      '    #0 0x1 in fig(int) /src/a.c:1:2\n' +
      'b.c:1:2: runtime error: division by zero\n',
    ['Integer-overflow', '', 'fig'],
  ],
]

for (const [title, text, wanted, facts] of rows) {
  test(`${title}: ${wanted === null ? 'no crash' : wanted[0].replace('\n', ' ')}`, () => {
    const crash = clusterFuzzCrash(text, facts)
    assert.deepEqual(crash === null ? null : [crash.type, crash.address, ...crash.state], wanted)
  })
}

test('any lines, in any order, are read without throwing', () => {
  const line = fc.constantFrom(
    ...rows.flatMap(([, text]) => text.split('\n')),
    'Kernel panic - not syncing: Fatal exception',
    'BUG: KASAN: use-after-free in f+0x1/0x2 at addr ffff880012345678',
    '## V8 sandbox violation detected!',
    'Traceback (most recent call last):',
    '  File "a.py", line 4, in fig',
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const crash = clusterFuzzCrash(lines.join('\n'))
      if (crash) assert.ok(crash.type !== '' && crash.state.every((one) => one.length <= 80))
    }),
  )
})
