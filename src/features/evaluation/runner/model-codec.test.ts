import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropicMessages } from './anthropic-messages.ts'
import type { Ask, Message } from './model.ts'
import { openaiChat } from './openai-chat.ts'

const ask = (messages: readonly Message[]): Ask => ({
  ...{ request: 'a.1.1', task: 'a', epoch: 1, messages, outputTokensMax: 64, temperature: null },
  tools: [{ name: 'shell', description: 'Runs.', parameters: { type: 'object' } }],
})
const begun: readonly Message[] = [
  { role: 'system', text: 'S' },
  { role: 'user', text: 'U' },
]

test('a chat completion is told again with its calls and what they came to', () => {
  const call = {
    id: 'c1',
    type: 'function',
    function: { name: 'shell', arguments: '{"command":"ls"' },
  }
  const message = { role: 'assistant', content: null, reasoning_content: 'Hm.', tool_calls: [call] }
  const read = openaiChat.saidIn({ choices: [{ message, finish_reason: 'tool_calls' }] })
  assert.ok(read !== null)
  const { said } = read
  assert.deepEqual(said.calls, [{ id: 'c1', tool: 'shell', input: '{"command":"ls"' }])
  assert.equal(said.reasoning, 'Hm.')
  const all: Message[] = [
    ...begun,
    { role: 'assistant', said },
    { role: 'tool', call: 'c1', text: 'x' },
  ]
  const body = openaiChat.bodyOf(ask(all), 'larch')
  assert.deepEqual(body['messages'], [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'U' },
    { role: 'assistant', content: '', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c1', content: 'x' },
  ])
  assert.equal(body['max_completion_tokens'], 64)
})

test('blocks of a message are told again unchanged, signatures of thinking among them', () => {
  const content = [
    { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
    { type: 'redacted_thinking', data: 'ZW5j' },
    { type: 'text', text: 'Look.' },
    { type: 'tool_use', id: 't1', name: 'shell', input: { command: 'ls' } },
    { type: 'tool_use', id: 't2', name: 'shell', input: {} },
  ]
  const read = anthropicMessages.saidIn({ content, stop_reason: 'tool_use' })
  assert.ok(read !== null)
  const { said } = read
  assert.deepEqual([said.text, said.reasoning, said.calls.length], ['Look.', 'Hm.', 2])
  const results: Message[] = ['t1', 't2'].map((call) => ({
    role: 'tool',
    call,
    text: `of ${call}`,
  }))
  const all: Message[] = [
    ...begun,
    { role: 'assistant', said },
    ...results,
    { role: 'user', text: 'On.' },
  ]
  const body = anthropicMessages.bodyOf(ask(all), 'larch')
  assert.equal(body['system'], 'S')
  assert.deepEqual(body['messages'], [
    { role: 'user', content: [{ type: 'text', text: 'U' }] },
    { role: 'assistant', content },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 't1', content: 'of t1' },
        { type: 'tool_result', tool_use_id: 't2', content: 'of t2' },
        { type: 'text', text: 'On.' },
      ],
    },
  ])
})

test('calls without a name or an id are told with some, so that they can be answered', () => {
  const message = { content: 'x', tool_calls: [{ function: { arguments: { a: 1 } } }, 'no call'] }
  const read = openaiChat.saidIn({ choices: [{ message }] })
  assert.deepEqual(read?.said.calls, [{ id: 'call-1', tool: '', input: '{"a":1}' }])
})
