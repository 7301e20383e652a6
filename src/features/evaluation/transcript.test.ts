import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeEvent,
  decodeTranscript,
  encodeEvent,
  limitNames,
  type TranscriptEvent,
} from './transcript.ts'

const at = '2026-11-22T10:00:00.000Z'

for (const [name, line, expected] of [
  ['what is no JSON', '{"is":"note"', /no JSON/],
  ['an event of no kind', { is: 'thought', n: 0, at, text: '' }, /\/is/],
  ['an event without its time', { is: 'note', n: 0, text: '' }, /\/at/],
  ['an event in another place', { is: 'note', n: 1, at, text: '' }, /has the place 1, not 0/],
  ['a member that is not known', { is: 'note', n: 0, at, text: '', more: 1 }, /more/],
  ['arguments that are no text', call({ input: { a: 1 } }), /\/calls\/0\/input/],
  ['a reward beyond 1', { is: 'verifier', n: 0, at, reward: 2, why: null }, /\/reward/],
  ['a limit of no name', { is: 'limit', n: 0, at, limit: 'memory', most: 1 }, /\/limit/],
] as const) {
  test(`${name} is refused`, () => {
    const read = decodeEvent(typeof line === 'string' ? line : JSON.stringify(line), 0)
    assert.match(read.ok ? '' : read.refusal, expected)
  })
}

function call(changes: object): object {
  const one = { id: 'c1', tool: 'shell', input: '{}', ...changes }
  return { is: 'assistant', n: 0, at, text: '', calls: [one] }
}

test('a transcript that is cut off, or lacks an event, is refused with its line', () => {
  const lines = [0, 1, 2].map((n) => encodeEvent({ is: 'note', n, at, text: `${n}` }))
  const cut = decodeTranscript(lines.join('\n'))
  assert.deepEqual(cut.ok || cut.refusal, { line: 3, why: 'has no end' })
  const lacking = decodeTranscript(`${lines[0]}\n${lines[2]}\n`)
  assert.deepEqual(lacking.ok || lacking.refusal, { line: 2, why: 'has the place 2, not 1' })
})

const text = fc.string({ unit: 'binary' })
const count = fc.nat()
const asked = fc.record({ id: text, tool: text, input: text }, { noNullPrototype: true })
const bodies = fc.oneof(
  fc.record({ is: fc.constantFrom('system', 'user', 'note'), text }),
  fc.record(
    {
      is: fc.constant('assistant' as const),
      text,
      reasoning: text,
      calls: fc.array(asked, { maxLength: 3 }),
    },
    { requiredKeys: ['is', 'text', 'calls'] },
  ),
  fc.record({
    ...{ is: fc.constant('tool' as const), call: text, tool: text, output: text },
    truncated: fc.boolean(),
  }),
  fc.record({
    ...{ is: fc.constant('usage' as const), request: fc.constant('r.1'), input: count },
    ...{ output: count, microUsd: count, stop: fc.option(text) },
    doubt: fc.constantFrom(null, 'missing', 'too-low'),
  }),
  fc.record({
    ...{ is: fc.constant('limit' as const), limit: fc.constantFrom(...limitNames), most: count },
  }),
  fc.record({ is: fc.constant('error' as const), code: fc.constant('garbled'), why: text }),
  fc.record({
    ...{ is: fc.constant('retry' as const), request: fc.constant('r.1'), waitMs: count, why: text },
  }),
  fc.record({
    ...{ is: fc.constant('verifier' as const), why: fc.option(text) },
    reward: fc.option(fc.constantFrom(0, 0.25, 1)),
  }),
)

test('events survive their lines, whatever texts hold', () => {
  fc.assert(
    fc.property(fc.array(bodies, { maxLength: 8 }), (some) => {
      const events = some.map((body, n): TranscriptEvent => ({ ...body, n, at }))
      const lines = events.map((event) => `${encodeEvent(event)}\n`).join('')
      assert.equal(lines.split('\n').length, events.length + 1)
      const read = decodeTranscript(lines)
      assert.deepEqual(read.ok ? read.value : read.refusal, events)
    }),
  )
})
