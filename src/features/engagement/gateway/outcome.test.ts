import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  chatAnswer,
  chatStream,
  chatUsage,
  messageStream,
  responseStream,
} from '../../../../test/engagement/scripted-endpoint.ts'
import { AnswerReader } from './answer-reader.ts'
import { outcomeOfError } from './outcome.ts'

const read = (type: string, pieces: readonly string[]) => {
  const reader = new AnswerReader(type)
  for (const piece of pieces) reader.push(Buffer.from(piece))
  return { ...reader.end(), isPartial: reader.isPartial }
}
const readJson = (value: unknown) => read('application/json', [JSON.stringify(value)])
const readStream = (pieces: readonly string[]) => read('text/event-stream; charset=utf-8', pieces)

const error = (more: object) => ({
  ...{ type: null, code: null, innerCode: null, message: null },
  ...more,
})

const cyber =
  'This request triggered restrictions on violative cyber content and was blocked under the ' +
  'Usage Policy.'
for (const [status, told, expected, why] of [
  [400, error({ code: 'content_policy_violation' }), 'safeguard-block', 'content_policy_violation'],
  [
    400,
    error({ code: 'cyber_policy', type: 'invalid_request' }),
    'safeguard-block',
    'cyber_policy',
  ],
  [400, error({ code: 'invalid_prompt' }), 'safeguard-block', 'invalid_prompt'],
  [
    ...[400, error({ code: '400', innerCode: 'ResponsibleAIPolicyViolation' }), 'safeguard-block'],
    'ResponsibleAIPolicyViolation',
  ],
  [
    ...[400, error({ type: 'invalid_request_error', message: cyber }), 'safeguard-block'],
    'by-its-words',
  ],
  [
    ...[400, error({ message: 'Output blocked by content filtering policy' }), 'safeguard-block'],
    'by-its-words',
  ],
  [403, error({ type: 'safeguard_block' }), 'safeguard-block', 'safeguard_block'],
  [400, error({ type: 'invalid_request_error', message: 'max_tokens: too large' }), 'error', null],
  [401, error({ message: 'Output blocked by content filtering policy' }), 'error', 'status-401'],
  [500, error({ code: 'content_filter' }), 'error', 'content_filter'],
  [429, error({ type: 'rate_limit_error' }), 'overload', 'rate_limit_error'],
  [529, error({ type: 'overloaded_error' }), 'overload', 'overloaded_error'],
  [503, null, 'overload', 'status-503'],
  [200, error({ type: 'overloaded_error' }), 'overload', 'overloaded_error'],
  [200, error({ type: 'api_error' }), 'error', 'api_error'],
  [404, null, 'error', 'status-404'],
] as const) {
  const said = told?.code ?? told?.type ?? told?.message ?? 'nothing'
  test(`${status} with ${said} is ${expected}`, () => {
    const found = outcomeOfError(Number(status), typeof told === 'object' ? told : null)
    assert.equal(found.is, expected)
    if (why !== null) assert.equal(found.why, why)
  })
}

for (const [what, reading] of [
  ['a finish by a filter', readJson({ choices: [{ finish_reason: 'content_filter' }] })],
  ['a refusal in the message', readJson({ choices: [{ message: { refusal: 'No.' } }] })],
  ['a stop by refusal', readJson({ content: [], stop_reason: 'refusal' })],
  [
    'a part that refuses',
    readJson({ output: [{ content: [{ type: 'refusal', refusal: 'No' }] }] }),
  ],
  ['an end by a filter', readJson({ incomplete_details: { reason: 'content_filter' } })],
  ['a streamed refusal', readStream(['data: {"choices":[{"delta":{"refusal":"No"}}]}\n\n'])],
  [
    'a streamed stop by refusal',
    readStream(['data: {"type":"message_delta","delta":{"stop_reason":"refusal"}}\n\n']),
  ],
  ['a refusal event', readStream(['data: {"type":"response.refusal.delta","delta":"N"}\n\n'])],
] as const) {
  test(`${what} is read as one`, () => {
    assert.ok(reading.hasRefused)
  })
}

test('an answer without a refusal has none', () => {
  assert.ok(
    !readJson({ choices: [{ message: { refusal: null }, finish_reason: 'stop' }] }).hasRefused,
  )
  for (const stream of [chatStream, messageStream, responseStream]) {
    const { hasRefused, isDone, isMalformed, error: told } = readStream(stream)
    assert.deepEqual([hasRefused, isDone, isMalformed, told], [false, true, false, null])
  }
})

test('usage is read in either API, streamed or not, with what the cache gave', () => {
  assert.deepEqual(readStream(chatStream).told, { input: 9, output: 12 })
  assert.deepEqual(readStream(messageStream).told, { input: 15, output: 17 })
  assert.deepEqual(readStream(responseStream).told, { input: 5, output: 8 })
  assert.deepEqual(readJson(chatAnswer).told, {
    ...{ input: chatUsage.prompt_tokens, output: chatUsage.completion_tokens },
  })
})

test('words are counted, encodings and signatures are not', () => {
  const words = 'Let me see … Grüßeshell{"c":"ls"}'
  assert.equal(readStream(chatStream).textBytes, Buffer.byteLength(words))
  const done = 'Step by step. Done — 完了{"command":"ls"}'
  assert.equal(readStream(messageStream).textBytes, Buffer.byteLength(done))
  assert.equal(readStream(responseStream).textBytes, Buffer.byteLength('Thinking it over. Hello'))
})

for (const [what, usage] of [
  ['negative', { prompt_tokens: -1, completion_tokens: 1 }],
  ['a text', { prompt_tokens: '5', completion_tokens: 1 }],
  ['endless', { prompt_tokens: 1e300, completion_tokens: 1 }],
  ['a fraction', { prompt_tokens: 0.5, completion_tokens: 1 }],
] as const) {
  test(`a count that is ${what} is malformed, and not taken`, () => {
    const { isMalformed, told } = readJson({ usage })
    assert.deepEqual([isMalformed, told], [true, { input: null, output: 1 }])
  })
}

test('where pieces end changes nothing of what is read', () => {
  const bytes = Buffer.from(messageStream.join('').replaceAll('\n', '\r\n'))
  const whole = readStream(messageStream)
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (at) => {
      const reader = new AnswerReader('text/event-stream')
      const ends = [...at, bytes.length].sort((a, b) => a - b)
      ends.forEach((end, index) => {
        reader.push(bytes.subarray(ends[index - 1] ?? 0, end))
      })
      assert.deepEqual({ ...reader.end(), isPartial: reader.isPartial }, whole)
    }),
  )
})

test('a line without end is skipped, and what follows is read', () => {
  const { told, isPartial } = readStream([
    ...[`data: {"x":"${'x'.repeat(600_000)}`, `${'x'.repeat(600_000)}"}\n`],
    'data: {"usage":{"input_tokens":1,"output_tokens":2}}\n\n',
  ])
  assert.deepEqual([told, isPartial], [{ input: 1, output: 2 }, true])
})

test('random bytes are read without anything being thrown', () => {
  const part = fc.constantFrom(
    ...['data:', '\n', '{', '}', '"usage":', '[DONE]', ':', '[1]', 'null', '"choices":', '\r', ','],
    ...['"error":', '"delta":', '"x"', ' '],
  )
  fc.assert(
    fc.property(fc.array(part), fc.boolean(), (parts, isStream) => {
      read(isStream ? 'text/event-stream' : 'application/json', [parts.join('')])
    }),
    { numRuns: 1_000 },
  )
})
