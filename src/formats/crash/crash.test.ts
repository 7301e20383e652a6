import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crashesIn, parseCrash } from './crash.ts'

/** Texts that talk about crashes without being one. */
const noCrash: readonly string[] = [
  '',
  'The parser reads past the end of the buffer.',
  'AddressSanitizer is enabled in CI; see the README.',
  'We compile with -fsanitize=address and run under Valgrind.',
  'ERROR: AddressSanitizer: detected memory leaks',
  'a message "==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1" in quotes',
  'SUMMARY: AddressSanitizer: SEGV (/lib/libc.so.6+0x1)',
  'AddressSanitizer:DEADLYSIGNAL',
  'The signal is caused by a READ memory access.',
  'READ of size 4 at 0x602000000014 thread T0',
  'Segmentation fault (core dumped)',
  'Traceback (most recent call last):',
  'panic: this is not Go output',
  'fatal error: file.h: No such file or directory',
  'throws java.lang.IllegalStateException when closed',
  'TypeError: x is not a function',
  'WARNING: CPU: 0 PID: 1 at kernel/x.c:12',
  '#0 is the first element and #1 the second',
  '#1 READ units: 413\n#2 INITED cov: 5 ft: 5\n#3 NEW cov: 6 ft: 6',
  'at the end (of file.txt:12)',
]

for (const text of noCrash) {
  test(`no crash in ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.deepEqual(crashesIn(text), [])
  })
}

type Wanted = { kind: string; family: string; top?: string } & Record<string, unknown>

const samples: readonly (readonly [string, string, Wanted])[] = [
  [
    'AddressSanitizer with access, size and inlined frames',
    `==77==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000014 at pc 0x4f
READ of size 4 at 0x602000000014 thread T0 (reader)
    #0 0x4f1a2b in next(std::vector<int>&) /src/pear/read.cc:41:9
    #1 0x4f1a2b in pear::Reader::row() const /src/pear/read.cc:88
    #2 0x4f2000 in main /src/pear/main.cc:9:3
freed by thread T0 here:
    #0 0x4c0000 in free (/usr/bin/pear+0x4c0000)
SUMMARY: AddressSanitizer: heap-buffer-overflow /src/pear/read.cc:41:9 in next`,
    {
      kind: 'heap-buffer-overflow',
      family: 'asan',
      access: 'read',
      sizeBytes: 4,
      address: '0x602000000014',
      top: 'next',
      frames: 3,
    },
  ],
  [
    'a wild read near null',
    `==9==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000010 (pc 0x5 bp 0x6 sp 0x7 T0)
==9==The signal is caused by a WRITE memory access.
    #0 0x5 in plum_set /src/plum.c:7:1`,
    { kind: 'SEGV', family: 'asan', access: 'write', address: '0x000000000010', top: 'plum_set' },
  ],
  [
    'UndefinedBehaviorSanitizer without a stack',
    'lib/size.c:12:7: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented',
    { kind: 'signed-integer-overflow', family: 'ubsan', frames: 0, file: 'lib/size.c', line: 12 },
  ],
  [
    'a leak',
    `==3==ERROR: LeakSanitizer: detected memory leaks

Direct leak of 64 byte(s) in 1 object(s) allocated from:
    #0 0x4a in malloc (/usr/bin/fig+0x4a)
    #1 0x4b in fig_open /src/fig.c:20:5`,
    { kind: 'direct-leak', family: 'lsan', sizeBytes: 64, top: 'malloc' },
  ],
  [
    'ThreadSanitizer, whose frames have no address',
    `WARNING: ThreadSanitizer: data race (pid=5)
  Write of size 8 at 0x7b0400000010 by thread T1:
    #0 count_up src/count.c:9:3 (counter+0x4a)
  Previous write of size 8 at 0x7b0400000010 by main thread:
    #0 main src/count.c:30:3 (counter+0x5b)`,
    {
      kind: 'data-race',
      family: 'tsan',
      access: 'write',
      sizeBytes: 8,
      top: 'count_up',
      frames: 1,
    },
  ],
  [
    'an assertion and the abort that it raised',
    `quince: tree.c:86: int insert(node *): Assertion \`node->left == NULL' failed.
==8==ERROR: AddressSanitizer: ABRT on unknown address 0x03e900000008 (pc 0x1 bp 0x2 sp 0x3 T0)
    #0 0x7f in raise (/lib/x86_64-linux-gnu/libc.so.6+0x3e)
    #1 0x7e in abort (/lib/x86_64-linux-gnu/libc.so.6+0x28)
    #2 0x4f in insert /src/quince/tree.c:86:3`,
    {
      kind: 'assertion',
      family: 'native',
      message: 'node->left == NULL',
      file: 'tree.c',
      line: 86,
      frames: 3,
    },
  ],
  [
    'Valgrind',
    `==12== Invalid write of size 1
==12==    at 0x109201: fill (lemon.c:14)
==12==    by 0x10922B: main (lemon.c:22)
==12==  Address 0x4a91050 is 0 bytes after a block of size 16 alloc'd`,
    { kind: 'invalid-write', family: 'valgrind', access: 'write', sizeBytes: 1, top: 'fill' },
  ],
  [
    'gdb',
    `Program received signal SIGSEGV, Segmentation fault.
0x00005555555551b1 in peel (fruit=0x0) at peel.c:31
31\t  fruit->skin = 0;
(gdb) bt
#0  0x00005555555551b1 in peel (fruit=0x0) at peel.c:31
#1  0x00005555555551f0 in wash (n=3) at wash.c:8
#2  main () at main.c:5`,
    { kind: 'SEGV', family: 'debugger', address: '0x5555555551b1', top: 'peel', frames: 3 },
  ],
  [
    'a bare backtrace',
    '#0  peel (fruit=0x0) at peel.c:31\n#1  wash (n=3) at wash.c:8\n#2  main () at main.c:5',
    { kind: 'stack-trace', family: 'debugger', top: 'peel', frames: 3 },
  ],
  [
    'the kernel, with the frames that its unwinder doubts left out',
    `[   91.000001] BUG: KASAN: slab-out-of-bounds in melon_read+0x1a4/0x300 [melon]
[   91.000002] Read of size 8 at addr ffff888012345678 by task cat/311
[   91.000003] Call Trace:
[   91.000004]  dump_stack_lvl+0x34/0x44
[   91.000005]  kasan_report+0xab/0x120
[   91.000006]  ? melon_seek+0x10/0x20
[   91.000007]  melon_read+0x1a4/0x300 drivers/melon/main.c:77
[   91.000008]  vfs_read+0x100/0x500 fs/read_write.c:4`,
    {
      kind: 'slab-out-of-bounds',
      family: 'kernel',
      access: 'read',
      sizeBytes: 8,
      address: '0xffff888012345678',
      frames: 4,
    },
  ],
  [
    'a Go panic',
    `panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
example.org/orchard/pick.(*Basket).At(0xc0000140a0, 0x5)
\t/home/me/orchard/pick/basket.go:19 +0x1d
main.main()
\t/home/me/orchard/main.go:7 +0x2a
exit status 2`,
    { kind: 'index-out-of-range', family: 'go', top: 'pick.(*Basket).At', frames: 2 },
  ],
  [
    'a Rust panic in the present form',
    `thread 'main' panicked at src/grape.rs:14:21:
called \`Option::unwrap()\` on a \`None\` value
stack backtrace:
   0: rust_begin_unwind
             at /rustc/1234/library/std/src/panicking.rs:647:5
   1: grape::stem::h0123456789abcdef
             at ./src/grape.rs:14:21
   2: grape::main
             at ./src/main.rs:4:5`,
    {
      kind: 'panic',
      family: 'rust',
      message: 'called `Option::unwrap()` on a `None` value',
      file: 'src/grape.rs',
      line: 14,
      frames: 3,
    },
  ],
  [
    'a Rust panic in the older form',
    `thread '<unnamed>' panicked at 'no seeds', src/grape.rs:3:9
note: run with \`RUST_BACKTRACE=1\``,
    { kind: 'panic', family: 'rust', message: 'no seeds', file: 'src/grape.rs', line: 3 },
  ],
  [
    'a Python traceback, turned innermost first',
    `Traceback (most recent call last):
  File "run.py", line 9, in <module>
    load("x")
  File "lib/load.py", line 4, in load
    return parse(text)[0]
KeyError: 0`,
    { kind: 'KeyError', family: 'python', message: '0', top: 'load', frames: 2 },
  ],
  [
    'a Java exception',
    `Exception in thread "main" java.lang.NullPointerException: tree is null
\tat org.example.orchard.Tree.shake(Tree.java:31)
\tat java.base/java.lang.Thread.run(Thread.java:840)`,
    {
      kind: 'java.lang.NullPointerException',
      family: 'java',
      message: 'tree is null',
      top: 'org.example.orchard.Tree.shake',
      frames: 2,
    },
  ],
  [
    'a JavaScript exception',
    `TypeError: Cannot read properties of undefined (reading 'core')
    at new Apple (/srv/app/apple.js:12:17)
    at async Object.bite [as handler] (/srv/app/index.js:3:5)
    at file:///srv/app/main.mjs:1:1`,
    { kind: 'TypeError', family: 'javascript', top: 'Apple', frames: 3 },
  ],
  [
    'a C# exception',
    `Unhandled exception. System.NullReferenceException: Object reference not set
   at Orchard.Tree.Shake(Int32 times) in /src/Tree.cs:line 31
   at Orchard.Program.Main(String[] args)`,
    {
      kind: 'System.NullReferenceException',
      family: 'dotnet',
      top: 'Orchard.Tree.Shake',
      frames: 2,
    },
  ],
  [
    'an Android tombstone',
    `signal 11 (SIGSEGV), code 1 (SEGV_MAPERR), fault addr 0x18
    x0  0000000000000000  x1  0000007fc0
backtrace:
      #00 pc 0000000000012af4  /data/app/lib/arm64/libkiwi.so (kiwi_open+68)
      #01 pc 0000000000013000  /data/app/lib/arm64/libkiwi.so`,
    { kind: 'SEGV', family: 'android', address: '0x18', top: 'kiwi_open', frames: 2 },
  ],
  [
    'a Windows debugger',
    `(1a2c.b14): Access violation - code c0000005 (!!! second chance !!!)
Attempt to read from address 0000000000000010
STACK_TEXT:
002df7e4 00fd1423 00fd1078 00fd1078 pear!Reader::Row+0x1e [c:\\src\\read.cpp @ 41]
002df8b8 00fd1969 00000001 00328df8 pear!wmain+0x23`,
    {
      kind: 'access-violation',
      family: 'windows',
      access: 'read',
      address: '0x000000000010',
      top: 'Reader::Row',
      frames: 2,
    },
  ],
]

for (const [name, text, wanted] of samples) {
  test(`reads ${name}`, () => {
    const report = parseCrash(text)
    assert.ok(report)
    const { kind, family, top, frames, file, line, ...rest } = wanted
    assert.equal(report.crash.kind, kind)
    assert.equal(report.family, family)
    if (top !== undefined) assert.equal(report.crash.frames[0]?.function, top)
    if (frames !== undefined) assert.equal(report.crash.frames.length, frames)
    if (file !== undefined) assert.deepEqual([report.file, report.line], [file, line])
    const crash: Record<string, unknown> = { ...report.crash }
    for (const [field, value] of Object.entries(rest)) assert.equal(crash[field], value, field)
  })

  test(`reads ${name} when quoted in a mail`, () => {
    const quoted = text.replace(/^/gm, '> ')
    assert.equal(parseCrash(quoted)?.crash.kind, wanted.kind)
  })
}

test('every crash of a log is found, in order and without overlap', () => {
  const log = samples.map(([, text]) => text).join('\n\nnext run\n\n')
  const found = crashesIn(log)
  assert.ok(found.length >= samples.length - 2, `${found.length} of ${samples.length}`)
  for (const [at, { start, end }] of found.entries()) {
    assert.ok(start < end)
    assert.ok(start >= (found[at - 1]?.end ?? 0))
  }
})

test('a fault that recurs through a chain of Python exceptions is one crash', () => {
  const text = `Traceback (most recent call last):
  File "a.py", line 1, in open
    x()
ValueError: first

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "b.py", line 2, in main
    y()
RuntimeError: second`
  const found = crashesIn(text)
  assert.equal(found.length, 1)
  assert.equal(found[0]?.crash.kind, 'ValueError')
})

test('any text is answered without throwing, with offsets inside it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      for (const { start, end } of crashesIn(text)) assert.ok(start >= 0 && end <= text.length)
    }),
    { numRuns: 2000 },
  )
})

test('a trace with a piece cut out, doubled or replaced is still answered', () => {
  const pieces = samples.map(([, text]) => text)
  fc.assert(
    fc.property(
      fc.constantFrom(...pieces),
      fc.tuple(fc.nat(), fc.nat({ max: 60 })),
      fc.string({ unit: 'binary', maxLength: 20 }),
      (text, [at, length], filler) => {
        const from = at % (text.length + 1)
        const mutated = text.slice(0, from) + filler + text.slice(from + length)
        for (const { start, end, crash } of crashesIn(mutated)) {
          assert.ok(start <= end && end <= mutated.length && crash.kind !== '')
        }
      },
    ),
    { numRuns: 3000 },
  )
})

const hostile: readonly string[] = [
  ...['0', '\n', '#0 ', '#0 0x1234567 in f(int) a.c:1\n', 'assertion failed: x\n', '((((', '/a('],
  ...['ERROR: AddressSanitizer: ', 'at a.b(C.java:1)\n', "thread 'x' panicked at 'x', a.rs:1:2\n"],
  ...['A.B.C.', 'BUG: KASAN: ', '[<', '\u001b[', 'Traceback (most recent call last):\n', '> '],
]

test('half a megabyte of anything is read in a moment', () => {
  for (const unit of hostile) {
    const text = unit.repeat(Math.ceil(500_000 / unit.length))
    const start = performance.now()
    crashesIn(text)
    const took = performance.now() - start
    assert.ok(took < 3000, `${JSON.stringify(unit)} took ${Math.round(took)} ms`)
  }
})
