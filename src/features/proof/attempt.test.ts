import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Oracle, Run } from '#formats/proof/bundle.ts'
import { type AttemptPlan, attemptRun, seenOfAttempt } from './attempt.ts'
import { judge } from './oracle.ts'
import { outcomeOf } from './scripted-sandbox.test.ts'

const limits = {
  ...{ buildSeconds: 9, runSeconds: 5, memoryMiB: 64, processes: 8, diskMiB: 8, outputMiB: 1 },
}
const service: Run = {
  ...{ kind: 'service', command: ['./serve', "it's"], port: 8080, readyWithinMs: 1000 },
  exchange: [],
}
const leak: Oracle = { kind: 'http', status: 200, says: 'secret' }
const plan = (changes: Partial<AttemptPlan> = {}): AttemptPlan => ({
  ...{ run: service, oracle: leak, assertion: null, limits },
  ...changes,
})
const step = { method: 'GET', path: '/', headers: {}, body: null }
const feed = { input: null, exchange: [step, step] }
const answer = 'HTTP/1.1 200 OK\r\n\r\nsecret'
const seen = (collected: Readonly<Record<string, string>>) =>
  seenOfAttempt(plan(), { canary: null, steps: 2 }, outcomeOf({ collected }))

describe('an exchange', () => {
  test('is judged by its last request, also where that was not answered', () => {
    const ready = { '.parley/service': 'ready\n' }
    const first = seen({ ...ready, '.parley/answer-1': answer })
    assert.equal(judge(leak, first).is, 'unclear')
    const both = seen({ ...ready, '.parley/answer-1': '', '.parley/answer-2': answer })
    assert.equal(judge(leak, both).is, 'met')
  })
  test('knows a service that was late, and one that died', () => {
    assert.equal(seen({ '.parley/service': 'late\n' }).service?.is, 'late')
    const died = seen({ '.parley/service': 'ready\nended 139\n' })
    assert.deepEqual(died.ending, { kind: 'signal', signal: 'SIGSEGV' })
  })
  test('is one run with every request, reached on the loopback alone', () => {
    const { command, given, collect } = attemptRun(plan(), feed, 'n')
    assert.deepEqual(command, ['bash', '/parley/in/attempt', './serve', "it's"])
    assert.deepEqual(given.map(({ name }) => name).sort(), ['attempt', 'request-1', 'request-2'])
    assert.ok(collect.includes('.parley/answer-2'))
    const script = new TextDecoder().decode(given.find(({ name }) => name === 'attempt')?.bytes)
    assert.deepEqual(new Set(script.match(/\/dev\/tcp\/[^/]+/g)), new Set(['/dev/tcp/127.0.0.1']))
  })
})

describe('a command', () => {
  const run: Run = {
    ...{ kind: 'command', command: ['./a', '--in={input}'] },
    input: { kind: 'file', path: 'inputs/bad.json' },
  }
  const input = { input: new TextEncoder().encode('x'), exchange: [] }
  test('finds its input under a name with the ending of its own', () => {
    const { command, stdin } = attemptRun(plan({ run }), input, 'n')
    assert.deepEqual(command, ['sh', '/parley/in/attempt', './a', '--in=/parley/in/input.json'])
    assert.equal(stdin, null)
  })
  test('has a canary that ends in what nobody knew, whatever its path holds', () => {
    const oracle: Oracle = { kind: 'canary-read', path: "a 'b/key", text: 'key-of-it' }
    const { canary, given } = attemptRun(plan({ run, oracle }), input, 'n1')
    assert.equal(canary, 'key-of-it-n1')
    const script = new TextDecoder().decode(given.find(({ name }) => name === 'attempt')?.bytes)
    assert.ok(script.includes("'a '\\''b/key'"))
  })
  test('is followed by its assertion, which is told the exit code', () => {
    const assertion = { command: ['/parley/in/assert-0'], files: [] }
    const oracle: Oracle = { kind: 'assertion', command: ['./check'] }
    const { given, collect } = attemptRun(plan({ run, oracle, assertion }), input, 'n')
    const script = new TextDecoder().decode(given.find(({ name }) => name === 'attempt')?.bytes)
    assert.match(script, /PARLEY_EXIT=\$code '\/parley\/in\/assert-0'/)
    assert.deepEqual(collect, ['.parley/reports/', '.parley/assertion'])
  })
})

describe('a report of a sanitizer', () => {
  const run: Run = { kind: 'command', command: ['./a'], input: { kind: 'none' } }
  const oracle: Oracle = { kind: 'sanitizer', tool: 'address', error: null, function: null }
  const report =
    '==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1\n    #0 0x1 in f a.c:1\n'
  const judged = (reports: string, stderr: string) => {
    const outcome = outcomeOf({
      ...{ ending: { kind: 'exit', code: 1 }, stderr, stdout: stderr },
      collected: { '.parley/reports/': reports },
    })
    return judge(oracle, seenOfAttempt(plan({ run, oracle }), { canary: null, steps: 0 }, outcome))
  }
  test('is none where the program printed it and no sanitizer wrote it', () => {
    assert.deepEqual(
      [judged('', report).is, judged('', '').is, judged(report, '').is],
      ['not-met', 'not-met', 'met'],
    )
  })
  test('is written to a file by each runtime, in the folder that is collected', () => {
    const { environment, collect } = attemptRun(plan({ run, oracle }), feed, 'n')
    for (const name of ['ASAN', 'UBSAN', 'TSAN', 'MSAN', 'LSAN']) {
      assert.match(
        environment[`${name}_OPTIONS`] ?? '',
        /:log_path=\/work\/\.parley\/reports\/report$/,
      )
    }
    assert.ok(collect.includes('.parley/reports/'))
  })
})
