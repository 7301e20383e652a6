import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gatewayRefusals, presentRefusal } from '#features/engagement/gateway/refusal.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'
import { type Arrived, afterMsOf, replyOf } from './reply.ts'

const asked = { textBytes: 4_000, outputTokensMax: 100 }
const arrived = (status: number, body: unknown, headers: Arrived['headers'] = {}): Arrived => ({
  ...{ status, headers },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})
const chat = (message: object, more: object = {}, finish_reason = 'stop') => ({
  choices: [{ index: 0, message, finish_reason }],
  usage: { prompt_tokens: 1_000, completion_tokens: 20 },
  ...more,
})
const error = (message: string, code: string | null = null) => ({ error: { message, code } })

for (const [name, given, expected] of [
  ['a body that is no JSON', arrived(200, '{"choices": ['), { is: 'again', isSpent: true }],
  ['a page', arrived(200, '<html>'), { is: 'again', isSpent: true }],
  ['an answer of another API', arrived(200, { content: [] }), { is: 'again', isSpent: true }],
  ['an answer without a choice', arrived(200, { choices: [] }), { is: 'again', isSpent: true }],
  ['a list', arrived(200, []), { is: 'again', isSpent: true }],
  ['too much at once', arrived(429, error('slow down')), { is: 'again', isOverload: true }],
  ['an overload of 529', arrived(529, ''), { is: 'again', isOverload: true, isDown: true }],
  ['a fault', arrived(500, 'oops'), { is: 'again', isOverload: false, isSpent: false }],
  ['a fault not to be retried', arrived(500, '', { 'x-should-retry': 'false' }), { is: 'failed' }],
  ['a bad request to be retried', arrived(400, '', { 'x-should-retry': 'true' }), { is: 'again' }],
  ['a bad request', arrived(400, error('no such parameter')), { is: 'failed', isSpent: false }],
  ['a key that is not taken', arrived(401, error('who?')), { is: 'halted' }],
  ['a model that is not there', arrived(404, error('no model')), { is: 'halted' }],
  ['a redirection', arrived(302, '', { location: 'http://other' }), { is: 'halted' }],
  [
    'a block that looks like a bad request',
    arrived(400, error('stopped', 'content_policy_violation')),
    { is: 'blocked', code: 'content_policy_violation' },
  ],
  [
    'a block that only its words tell',
    arrived(400, error('Output blocked by content filtering policy')),
    { is: 'blocked' },
  ],
  ['a block with a good status', arrived(200, error('x', 'cyber_policy')), { is: 'blocked' }],
  [
    'a conversation that is too long',
    arrived(400, error('too long', 'context_length_exceeded')),
    { is: 'full' },
  ],
  ['the same in words', arrived(400, error('prompt is too long: 9 tokens')), { is: 'full' }],
] as const) {
  test(`${name} is no answer, and typed`, () => {
    const reply = replyOf(given, openaiChat, asked)
    for (const [member, value] of Object.entries(expected)) {
      assert.equal(Reflect.get(reply, member), value, `${member} of ${JSON.stringify(reply)}`)
    }
  })
}

test('every refusal of the gateway has one meaning, whatever API it is told in', () => {
  const found = new Map<string, string[]>()
  for (const code of Object.keys(gatewayRefusals)) {
    for (const manner of ['openai', 'anthropic'] as const) {
      const refused = presentRefusal({ code: codeOf(code), why: 'Because.' }, manner)
      const codec = manner === 'openai' ? openaiChat : anthropicMessages
      const { is } = replyOf({ ...refused, headers: { ...refused.headers } }, codec, asked)
      found.set(is, [...(found.get(is) ?? []), `${code} ${manner}`])
    }
  }
  const both = (...codes: string[]) => codes.flatMap((one) => [`${one} openai`, `${one} anthropic`])
  assert.deepEqual(found.get('ended'), both('no-window', 'window-closed'))
  const again = ['request-in-flight', 'budget-at-once', 'gateway-full', 'gateway-unready']
  assert.deepEqual(found.get('again'), both(...again, 'endpoint-unreachable', 'endpoint-too-slow'))
  assert.ok(found.get('halted')?.includes('window-paused openai'))
  assert.ok(found.get('halted')?.includes('budget-tokens anthropic'))
  assert.ok(found.get('halted')?.includes('label-too-high openai'))
  assert.equal(found.has('answer'), false)
})

function codeOf(text: string) {
  const [code] = Object.entries(gatewayRefusals).flatMap(([name]) =>
    name === text && isCode(name) ? [name] : [],
  )
  assert.ok(code !== undefined)
  return code
}
const isCode = (name: string): name is keyof typeof gatewayRefusals =>
  Object.hasOwn(gatewayRefusals, name)

for (const [name, usage, charged, doubt] of [
  ['what it told', { prompt_tokens: 900, completion_tokens: 20 }, [900, 20], null],
  ['its own count for nothing told', null, [1_000, 1], 'missing'],
  [
    'its own count for a lie downwards',
    { prompt_tokens: 0, completion_tokens: 0 },
    [1_000, 0],
    'too-low',
  ],
  ['no more than was sent', { prompt_tokens: 1e9, completion_tokens: 20 }, [6_048, 20], 'too-high'],
  [
    'no more than was asked for',
    { prompt_tokens: 900, completion_tokens: 1e9 },
    [900, 100],
    'too-high',
  ],
  [
    'its own count for what is no number',
    { prompt_tokens: -1, completion_tokens: 'x' },
    [1_000, 1],
    'malformed',
  ],
] as const) {
  test(`an endpoint is charged ${name}`, () => {
    const answer = chat({ role: 'assistant', content: 'Hi.' }, { usage })
    const reply = replyOf(arrived(200, answer), openaiChat, asked)
    assert.ok(reply.is === 'answer')
    const { input, output } = reply.usage.charged
    assert.deepEqual([input, output, reply.usage.doubt], [...charged, doubt])
  })
}

test('a refusal and a filter are told apart', () => {
  const ending = (message: object, finish?: string): unknown => {
    const reply = replyOf(arrived(200, chat(message, {}, finish)), openaiChat, asked)
    return reply.is === 'answer' && reply.ending
  }
  assert.equal(ending({ content: null, refusal: 'No.' }), 'refused')
  assert.equal(ending({ content: '' }, 'content_filter'), 'blocked')
  assert.equal(ending({ content: 'No.' }), 'whole')
  const refused = {
    content: [],
    stop_reason: 'refusal',
    usage: { input_tokens: 9, output_tokens: 1 },
  }
  const reply = replyOf(arrived(200, refused), anthropicMessages, asked)
  assert.equal(reply.is === 'answer' && reply.ending, 'refused')
})

test('whatever comes back is a reply', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ choices: fc.jsonValue(), usage: fc.jsonValue(), error: fc.jsonValue() })
      .map((one) => JSON.stringify(one)),
    fc
      .record({ content: fc.jsonValue(), stop_reason: fc.jsonValue() })
      .map((one) => JSON.stringify(one)),
  )
  const codec = fc.constantFrom(openaiChat, anthropicMessages)
  const status = fc.constantFrom(200, 201, 302, 400, 401, 404, 409, 418, 429, 500, 503, 529)
  fc.assert(
    fc.property(status, body, codec, (code, text, one) => {
      const reply = replyOf(arrived(code, text), one, asked)
      if (reply.is !== 'answer') return
      const { input, output } = reply.usage.charged
      assert.ok(output <= asked.outputTokensMax && input <= asked.textBytes + 2_048)
    }),
    { numRuns: 500 },
  )
})

for (const [headers, expected] of [
  [{}, null],
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
  [{ 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' }, 0],
  [{ 'retry-after': '999999999' }, 600_000],
  [{ 'retry-after': 'soon' }, null],
] as const) {
  test(`${JSON.stringify(headers)} is a wait of ${expected} ms`, () => {
    assert.equal(afterMsOf(headers, Date.parse('2026-11-22T10:00:00Z')), expected)
  })
}
