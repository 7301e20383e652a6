import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { typedCrashesIn } from './typed-crash.ts'

const asan = (first: string, access: string): string => `==7==ERROR: AddressSanitizer: ${first}
${access}
    #0 0x4f1a2b in pear_copy /src/pear.c:41:9
    #1 0x4f2000 in main /src/main.c:9:3
`

const gdb = (frames: readonly string[], signal = 'SIGABRT, Aborted'): string =>
  `Program received signal ${signal}.
${frames.map((name, at) => `#${at}  0x00007fff${at} in ${name} (x=1) at a.c:${at + 1}`).join('\n')}
`

const fault = (address: string, pc: string): string =>
  `SEGV on unknown address ${address} (pc ${pc} bp 0x7ffe sp 0x7ffd T0)`
const reads = 'The signal is caused by a READ memory access.'
const writes = 'The signal is caused by a WRITE memory access.'

type Row = readonly [title: string, text: string, is: string, condition: string]

const rows: readonly Row[] = [
  [
    'a stack alone',
    '#0  0x00007ffff7c6b859 in fig (x=1) at a.c:1\n#1  0x1 in pear (x=1) at a.c:2\n' +
      '#2  0x2 in main (x=1) at a.c:3\n',
    'undefined',
    'no-cause-named',
  ],
  [
    'a fault without its access',
    asan(fault('0x611000', '0x4f'), ''),
    'undefined',
    'AccessViolation',
  ],
  ['a wild read', asan(fault('0x6110009fff', '0x4f1a2b'), reads), 'not-exploitable', 'SourceAv'],
  ['a read at null', asan(fault('0x10', '0x4f1a2b'), reads), 'not-exploitable', 'SourceAvNearNull'],
  ['a wild write', asan(fault('0x6110009fff', '0x4f1a2b'), writes), 'exploitable', 'DestAv'],
  [
    'a write at null',
    asan(fault('0x10', '0x4f1a2b'), writes),
    'probably-exploitable',
    'DestAvNearNull',
  ],
  [
    'a jump that went astray',
    asan(fault('0x0000414141414', '0x0000414141414'), reads),
    'exploitable',
    'SegFaultOnPc',
  ],
  [
    'a call of null',
    asan(fault('0x000000000000', '0x000000000000'), reads),
    'probably-exploitable',
    'SegFaultOnPcNearNull',
  ],
  [
    'a write past the heap',
    asan('heap-buffer-overflow on address 0x602000000014 at pc 0x4f', 'WRITE of size 1 at 0x60'),
    'exploitable',
    'heap-buffer-overflow(write)',
  ],
  [
    'a read past the heap',
    asan('heap-buffer-overflow on address 0x602000000014 at pc 0x4f', 'READ of size 1 at 0x60'),
    'not-exploitable',
    'heap-buffer-overflow(read)',
  ],
  [
    'an overflow whose access was cut off',
    asan('heap-buffer-overflow on address 0x602000000014 at pc 0x4f', ''),
    'probably-exploitable',
    'heap-buffer-overflow',
  ],
  [
    'a second free',
    asan('attempting double-free on 0x60200000', ''),
    'probably-exploitable',
    'bad-free',
  ],
  ['an abort', gdb(['__GI_raise', '__GI_abort', 'fig']), 'not-exploitable', 'AbortSignal'],
  [
    'an abort by the allocator',
    gdb(['__GI_raise', '__GI_abort', 'malloc_printerr', 'fig']),
    'probably-exploitable',
    'HeapError',
  ],
  [
    'an abort by the guard of a stack frame',
    gdb(['__GI_raise', '__GI_abort', '__stack_chk_fail', 'fig']),
    'probably-exploitable',
    'StackGuard',
  ],
  [
    'an abort by a checked function',
    gdb(['__GI_raise', '__GI_abort', '__GI___fortify_fail', '__memcpy_chk', 'fig']),
    'not-exploitable',
    'SafeFunctionCheck',
  ],
  [
    'a panic of Go',
    'panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\n' +
      'main.fig()\n\t/src/fig.go:3 +0x1\n',
    'not-exploitable',
    'uncaught-exception',
  ],
]

for (const [title, text, is, condition] of rows) {
  test(`${title} is ${is}, as ${condition}`, () => {
    const [found] = typedCrashesIn(text)
    assert.deepEqual(
      [found?.exploitability.is, found?.exploitability.condition],
      [is, condition],
      JSON.stringify(found),
    )
    assert.ok(found?.exploitability.why)
  })
}

test('an exception that was only logged is no crash', () => {
  const text = 'java.io.IOException: gone\n\tat fig.Pear.read(Pear.java:4)\n'
  assert.deepEqual(typedCrashesIn(text), [])
})

test('the place is the innermost frame that tells something', () => {
  const [found] = typedCrashesIn(
    asan(
      'heap-buffer-overflow on address 0x602000000014 at pc 0x4f',
      'READ of size 1 at 0x60',
    ).replace('in pear_copy', 'in __asan_memcpy'),
  )
  assert.equal(found?.place, undefined)
  const [other] = typedCrashesIn(asan(fault('0x10', '0x1'), reads))
  assert.deepEqual(other?.place, { function: 'pear_copy', file: '/src/pear.c', line: 41 })
})

test('the class never rests on nothing: every kind gets one with a reason', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z]{1,12}-[a-z]{1,12}$/),
      fc.constantFrom('READ of size 4 at 0x60', 'WRITE of size 4 at 0x60', ''),
      (kind, access) => {
        for (const { exploitability } of typedCrashesIn(asan(`${kind} on address 0x60`, access))) {
          assert.ok(exploitability.why.length > 10 && exploitability.condition !== '')
        }
      },
    ),
  )
})
