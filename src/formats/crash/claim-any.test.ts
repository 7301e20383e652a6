import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCrash } from './crash.ts'

/** Lines that only look like those that claim something. */
const nothing: readonly string[] = [
  'The GPU process is healthy',
  'V8 sandbox violations are reported as "## V8 sandbox violation detected!"',
  'Internal error: please try again',
  '1) open the file (see below)\nthen close it',
  '# V8 correctness is compared between builds',
  '[7:7:INFO:a.cc(3)] V8 error: none.',
  '#0 is where panic: would stand',
]

for (const text of nothing) {
  test(`nothing is claimed by ${JSON.stringify(text.slice(0, 50))}`, () => {
    assert.equal(parseCrash(text), null)
  })
}

type Wanted = { readonly kind: string; readonly message?: string; readonly access?: string }

const samples: readonly (readonly [title: string, text: string, wanted: Wanted])[] = [
  [
    'a fault on ARM, whose number is the status',
    'Internal error: Oops: 805 [#1] PREEMPT SMP ARM\n[<c0667574>] (fig_open+0xa0/0x124)\n',
    { kind: 'oops', message: 'Translation Fault, Section (5)', access: 'write' },
  ],
  [
    'a process that draws and is gone',
    '[7:7:ERROR:host.cc(9)] GPU process exited unexpectedly: exit_code=11\n',
    { kind: 'gpu-failure' },
  ],
  [
    'an access that left what scripts may corrupt',
    '## V8 sandbox violation detected!\n' +
      '==7==ERROR: AddressSanitizer: SEGV on unknown address 0x414141 (pc 0x1 bp 0x2)\n' +
      '==7==The signal is caused by a WRITE memory access.\n    #0 0x1 in fig /src/fig.cc:1:2\n',
    { kind: 'sandbox-violation', access: 'write' },
  ],
  [
    'an error of an interface of V8',
    '[7:7:0101/1.1:FATAL:v8.cc(16)] V8 error: Empty handle. (pear::Get).\n',
    { kind: 'v8-api-error', message: 'Empty handle. (pear::Get)' },
  ],
  [
    'two builds that disagree about a script',
    '# V8 correctness failure\n# V8 correctness configs: x64,jit\n# V8 correctness sources: ab12\n',
    { kind: 'correctness-failure', message: 'configs: x64,jit\nsources: ab12' },
  ],
  [
    "a check of V8's compiler",
    '# Fatal error in ../src/change.cc, line 17\n' +
      '# RepresentationChangerError: node #81:Add of kWord cannot be changed to kTagged\n',
    { kind: 'check', message: 'Add of kWord cannot be changed to kTagged' },
  ],
  [
    'a fatal log that is no check',
    '[7:7:0101/1.1:FATAL:mutex.h(41)] held by nobody\n',
    { kind: 'fatal-log', message: 'held by nobody' },
  ],
  [
    'memory that ran out, in a fatal log',
    '[7:7:0101/1.1:FATAL:memory.cc(22)] Out of memory. size=4096\n',
    { kind: 'out-of-memory', message: 'Out of memory. size=4096' },
  ],
  [
    'a test that failed',
    '1) readsRows(pear.RowTest)\njava.lang.AssertionError: 3\n\tat pear.RowTest.x(R.java:4)\n',
    { kind: 'test-failure', message: 'readsRows(pear.RowTest)' },
  ],
  [
    'a checker of Python',
    '===BUG DETECTED: PySecSan: Command injection ===\n',
    { kind: 'command-injection', message: 'PySecSan' },
  ],
]

for (const [title, text, wanted] of samples) {
  test(`${title} is ${wanted.kind}`, () => {
    const { kind, message, access } = parseCrash(text)?.crash ?? {}
    assert.deepEqual(
      { kind, message, access },
      { message: undefined, access: undefined, ...wanted },
    )
  })
}
