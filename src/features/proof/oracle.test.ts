import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Oracle } from '#formats/proof/bundle.ts'
import type { Ending } from '#platform/sandbox/sandbox.ts'
import { addedFailures, failuresIn } from './failure.ts'
import { judge } from './oracle.ts'
import { outcomeOf } from './scripted-sandbox.test.ts'
import { answerOf, endingOfCode, type Seen, seenOf } from './seen.ts'

const exit = (code: number): Ending => ({ kind: 'exit', code })
const limit = (name: 'wall' | 'memory' | 'cpu'): Ending => ({ kind: 'limit', limit: name })

const seen = (fields: Partial<Seen> & { readonly says?: string }): Seen => ({
  ...seenOf(
    outcomeOf({ ending: fields.ending ?? exit(fields.says ? 1 : 0), stderr: fields.says ?? '' }),
  ),
  ...fields,
})

const overflow = [
  '==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000018 at pc 0x1 bp 0x2',
  'WRITE of size 1 at 0x602000000018 thread T0',
  '    #0 0x401234 in copy_name /work/greet.c:12',
  '    #1 0x401299 in main /work/greet.c:30',
  'SUMMARY: AddressSanitizer: heap-buffer-overflow /work/greet.c:12 in copy_name',
].join('\n')

const asan: Oracle = {
  kind: 'sanitizer',
  tool: 'address',
  error: 'heap-buffer-overflow',
  function: null,
}

describe('what was seen does not meet the oracle', () => {
  const cases: readonly (readonly [
    string,
    Oracle,
    Partial<Seen> & { says?: string },
    string,
    RegExp,
  ])[] = [
    [
      'a report that was only printed',
      asan,
      { says: overflow, ending: exit(0) },
      'not-met',
      /nothing was ended/,
    ],
    ['no report', asan, { ending: exit(1) }, 'not-met', /reported nothing/],
    [
      'another error',
      { ...asan, error: 'heap-use-after-free' },
      { says: overflow },
      'not-met',
      /not heap-use-after-free/,
    ],
    [
      'another tool',
      { ...asan, tool: 'memory', error: null },
      { says: overflow },
      'not-met',
      /reported nothing/,
    ],
    [
      'another function',
      { ...asan, function: 'parse' },
      { says: overflow },
      'not-met',
      /not reported in parse but in copy_name/,
    ],
    [
      'another signal',
      { kind: 'signal', signal: 'SIGSEGV' },
      { ending: { kind: 'signal', signal: 'SIGABRT' } },
      'not-met',
      /died of SIGABRT/,
    ],
    [
      'another code',
      { kind: 'exit', code: 3, says: null },
      { ending: exit(1) },
      'not-met',
      /exited with 1/,
    ],
    [
      'another text',
      { kind: 'exit', code: 3, says: 'boom' },
      { ending: exit(3) },
      'not-met',
      /did not say/,
    ],
    [
      'a canary of another run',
      { kind: 'canary-read', path: 'k', text: 'key' },
      { canary: 'key-2', says: 'key-1' },
      'not-met',
      /in nothing/,
    ],
    [
      'nothing written',
      { kind: 'canary-written', path: 'k', text: null },
      {},
      'not-met',
      /nothing wrote/,
    ],
    [
      'another text written',
      { kind: 'canary-written', path: 'k', text: 'a' },
      { written: 'b' },
      'not-met',
      /not with the text/,
    ],
    [
      'a refusal',
      { kind: 'http', status: 200, says: null },
      { answers: [{ status: 403, head: '', body: '' }] },
      'not-met',
      /403, not 200/,
    ],
    [
      'no leak',
      { kind: 'http', status: null, says: 'x' },
      { answers: [{ status: 200, head: '', body: '' }] },
      'not-met',
      /must not leak/,
    ],
    [
      'an assertion that fails',
      { kind: 'assertion', command: [] },
      { assertion: 1 },
      'not-met',
      /answers 1/,
    ],
    ['no exhaustion', { kind: 'exhaustion', of: 'memory' }, {}, 'not-met', /limit of memory/],
    [
      'an end at another limit',
      { kind: 'exhaustion', of: 'memory' },
      { ending: limit('cpu') },
      'unclear',
      /limit of cpu/,
    ],
    ['a hang', asan, { ending: limit('wall') }, 'unclear', /limit of wall before/],
    ['a stop', asan, { ending: { kind: 'stopped' } }, 'unclear', /stopped/],
    ['output that is cut', asan, { isCut: true }, 'unclear', /more than is kept/],
    [
      'a late service',
      { kind: 'http', status: 200, says: null },
      { service: { is: 'late' } },
      'unclear',
      /not answered/,
    ],
    ['no assertion', { kind: 'assertion', command: [] }, {}, 'unclear', /did not run/],
    [
      'an assertion that cannot start',
      { kind: 'assertion', command: [] },
      { assertion: 127 },
      'unclear',
      /not be started/,
    ],
    [
      'no canary',
      { kind: 'canary-read', path: 'k', text: 'key' },
      { says: 'key' },
      'unclear',
      /no canary/,
    ],
  ]
  for (const [name, oracle, fields, is, why] of cases) {
    test(name, () => {
      const found = judge(oracle, seen(fields))
      assert.equal(found.is, is, found.why)
      assert.match(found.why, why)
    })
  }
})

describe('what was seen meets the oracle', () => {
  const cases: readonly (readonly [string, Oracle, Partial<Seen> & { says?: string }])[] = [
    ['the error', asan, { says: overflow, ending: exit(1) }],
    [
      'any error in the function',
      { ...asan, error: null, function: 'ns::copy_name(char*)' },
      { says: overflow },
    ],
    ['the error of a service', asan, { says: overflow, service: { is: 'ended', ending: exit(1) } }],
    [
      'the signal, by either name',
      { kind: 'signal', signal: 'segv' },
      { ending: { kind: 'signal', signal: 'SIGSEGV' } },
    ],
    [
      'a signal by its exit code',
      { kind: 'exit', code: 139, says: null },
      { ending: endingOfCode(139) },
    ],
    [
      'the code and the text',
      { kind: 'exit', code: 3, says: 'boom' },
      { ending: exit(3), says: 'a boom b' },
    ],
    [
      'the canary in an answer',
      { kind: 'canary-read', path: 'k', text: 'key' },
      { canary: 'key-1', answers: [{ status: 200, head: '', body: 'key-1' }] },
    ],
    [
      'a file that is written',
      { kind: 'canary-written', path: 'k', text: 'a' },
      { written: 'cat' },
    ],
    [
      'a leak in the head of an answer',
      { kind: 'http', status: 200, says: 'x' },
      { answers: [{ status: 200, head: 'a: x', body: '' }] },
    ],
    ['an assertion', { kind: 'assertion', command: [] }, { assertion: 0 }],
    ['an exhaustion', { kind: 'exhaustion', of: 'memory' }, { ending: limit('memory') }],
  ]
  for (const [name, oracle, fields] of cases) {
    test(name, () => assert.equal(judge(oracle, seen(fields)).is, 'met'))
  }

  test('a crash is told whatever the oracle is', () => {
    const { crash } = judge({ kind: 'exit', code: 9, says: null }, seen({ says: overflow }))
    assert.equal(crash?.kind, 'heap-buffer-overflow')
  })
})

describe('failures that were not there before', () => {
  test('another detected error, a signal and a limit are added; the same ones are not', () => {
    const quiet = failuresIn(asan, seen({}))
    const loud = failuresIn(
      asan,
      seen({ says: overflow, ending: { kind: 'signal', signal: 'SIGABRT' } }),
    )
    assert.deepEqual(
      addedFailures(quiet, loud).map(({ key }) => key),
      ['asan heap-buffer-overflow in copy_name', 'signal SIGABRT', 'oracle'],
    )
    assert.deepEqual(addedFailures(loud, loud), [])
    const slow = failuresIn(asan, seen({ ending: limit('wall') }))
    assert.deepEqual(
      addedFailures(quiet, slow).map(({ key }) => key),
      ['limit wall'],
    )
  })

  test('an uncaught error of a runtime counts only where the oracle is such an end', () => {
    const says =
      'Traceback (most recent call last):\n  File "/work/a.py", line 3, in f\nValueError: no'
    const ended = seen({ says, ending: exit(1) })
    assert.deepEqual(failuresIn({ kind: 'canary-written', path: 'k', text: null }, ended), [])
    const [first] = failuresIn({ kind: 'exit', code: 1, says: 'KeyError' }, ended)
    assert.equal(first?.key, 'python ValueError in f')
  })
})

test('any text judged by any oracle gives a judgement', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (stdout, body) => {
      const found = seen({ says: stdout, answers: [answerOf(new TextEncoder().encode(body))] })
      assert.ok(judge(asan, found).why !== '')
      assert.ok(judge({ kind: 'http', status: null, says: 'x' }, found).why !== '')
    }),
  )
})

test('a chunked answer is joined, whatever its characters', () => {
  const text =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nä1\r\n2;x=y\r\n23\r\n0\r\n\r\n'
  assert.equal(answerOf(new TextEncoder().encode(text)).body, 'ä123')
})
