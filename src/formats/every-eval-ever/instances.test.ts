import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptsOf } from '#formats/inspect/attempts.ts'
import { isObject, type JsonObject } from '#formats/json/reader.ts'
import { allOf, archiveOf, opened, sampleOf, specOf } from '../../../test/formats/inspect-log.ts'
import { instancesOf } from './instances.ts'

const link = {
  evaluationId: 'e/m/1',
  model: 'mockllm/model',
  task: 'flaws',
  resultId: 'flaws/match/x',
}
const header = { version: 2, status: 'success', eval: specOf(['a', 'b', 'c', 'd']), plan: {} }
const usage = { input_tokens: 7, output_tokens: 3, total_tokens: 10 }
const answered = (content: unknown): JsonObject => ({ role: 'assistant', content })

const single = sampleOf('a', 'C', {
  target: ['In line 3', 3],
  choices: ['x', 'y'],
  model_usage: { one: usage, two: usage },
  total_time: 1.5,
  messages: [{ role: 'user', content: 'é?' }, answered('line 3')],
  output: {
    choices: [
      {
        message: answered([
          { type: 'reasoning', reasoning: 'hm' },
          { type: 'text', text: 'line 3' },
        ]),
      },
    ],
  },
})
const call = { id: 'c1', function: 'shell', arguments: { cmd: 'ls', n: 2 } }
const agentic = sampleOf('b', 'I', {
  input: [
    { role: 'system', content: 'Be brief' },
    { role: 'assistant', content: 'the answer' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Go' },
        { type: 'image', image: 'data:' },
      ],
    },
  ],
  messages: [
    { role: 'user', content: 'Go' },
    { ...answered(''), tool_calls: [call] },
    { role: 'tool', content: 'a.c', tool_call_id: 'c1' },
    answered('attachment://beef'),
    'no message',
  ],
  attachments: { beef: 'line 4' },
})
const noisy = sampleOf('c', Number.NaN, { messages: [answered('one'), answered('two')] })

async function recordsOf(members: readonly (readonly [string, unknown])[]): Promise<{
  readonly records: readonly JsonObject[]
  readonly remarks: readonly string[]
}> {
  const log = await opened(await archiveOf([['header.json', header], ...members]))
  const pieces = await allOf(instancesOf(log, await attemptsOf(log), link))
  const text = pieces.filter((piece) => typeof piece === 'string').join('')
  assert.ok(text.endsWith('\n'))
  const lines = text.trimEnd().split('\n')
  const records = lines.map((line): JsonObject => {
    const value: unknown = JSON.parse(line)
    assert.ok(isObject(value))
    return value
  })
  const remarks = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.why]))
  return { records, remarks }
}

const whole = [
  ['samples/a_epoch_1.json', single],
  ['samples/b_epoch_1.json', agentic],
  ['samples/c_epoch_1.json', noisy],
] as const

test('what is missing has a record that says so, and no score of its own', async () => {
  const { records, remarks } = await recordsOf([
    ...whole.slice(0, 2),
    ['samples/c_epoch_1.json', 5],
  ])
  assert.deepEqual([records.length, remarks], [4, []])
  const [, , unreadable, absent] = records
  assert.match(String(unreadable?.['error']), /^infra_error: the sample cannot be read/)
  assert.equal(absent?.['error'], 'not_run: planned, but not in the log')
  for (const record of [unreadable, absent]) {
    assert.deepEqual(record?.['evaluation'], { score: 0, is_correct: false })
    assert.deepEqual(record?.['output'], { raw: [] })
  }
  assert.deepEqual(absent?.['metadata'], { outcome: 'not_run', has_score: 'false', epoch: '1' })
})

test('a conversation that cannot be read costs itself only, and is told', async () => {
  const broken = JSON.stringify(single).replace('"events"', '"x"').slice(0, -1)
  const deep = `${broken},"events":[${'['.repeat(1_500)}${']'.repeat(1_500)}]}`
  const text: unknown = JSON.parse(deep)
  const { records, remarks } = await recordsOf([
    ['samples/a_epoch_1.json', text],
    ...whole.slice(1),
  ])
  assert.equal(records.length, 4)
  assert.match(remarks.join(), /sample a of epoch 1: .*nests too deep/)
})

test('one question and one answer are a single turn, with what was scored', async () => {
  const { records } = await recordsOf(whole)
  const { sample_hash: hash, ...rest } = records[0] ?? {}
  assert.match(String(hash), /^[0-9a-f]{64}$/)
  assert.deepEqual(rest, {
    schema_version: '0.3.0',
    evaluation_id: 'e/m/1',
    model_id: 'mockllm/model',
    evaluation_name: 'flaws',
    evaluation_result_id: 'flaws/match/x',
    sample_id: 'a',
    input: { raw: 'Where is the flaw?', reference: ['In line 3', '3'], choices: ['x', 'y'] },
    interaction_type: 'single_turn',
    answer_attribution: [
      {
        turn_idx: 0,
        source: 'output.raw',
        extracted_value: 'line 3',
        extraction_method: 'match',
        is_terminal: true,
      },
    ],
    evaluation: { score: 1, is_correct: true, num_turns: 1, tool_calls_count: 0 },
    metadata: { outcome: 'success', has_score: 'true', epoch: '1' },
    token_usage: { input_tokens: 14, output_tokens: 6, total_tokens: 20 },
    performance: { latency_ms: 1_500 },
    output: { raw: ['line 3'], reasoning_trace: ['hm'] },
  })
})

test('an agent has all turns, its calls, and nothing of its answers in the input', async () => {
  const { records } = await recordsOf(whole)
  const record = records[1] ?? {}
  assert.equal(record['interaction_type'], 'agentic')
  assert.deepEqual(record['input'], { raw: 'Be brief\nGo', reference: ['In line 3'] })
  assert.ok(!('output' in record))
  assert.deepEqual(record['messages'], [
    { turn_idx: 0, role: 'user', content: 'Go' },
    {
      turn_idx: 1,
      role: 'assistant',
      content: '',
      tool_calls: [{ id: 'c1', name: 'shell', arguments: { cmd: 'ls', n: '2' } }],
    },
    { turn_idx: 2, role: 'tool', content: 'a.c', tool_call_id: ['c1'] },
    { turn_idx: 3, role: 'assistant', content: 'line 4' },
  ])
})

test('several answers without tools are several turns; NaN is no score', async () => {
  const { records } = await recordsOf(whole)
  const { interaction_type: type, evaluation, error } = records[2] ?? {}
  assert.equal(type, 'multi_turn')
  assert.deepEqual(evaluation, { score: 0, is_correct: false, num_turns: 2, tool_calls_count: 0 })
  assert.match(String(error), /^grader_error: match gave NaN/)
})

test('the hash is that of other writers, whatever the letters', async () => {
  const asked = sampleOf('a', 'C', { input: 'é "\u0007\u007f\u{1f600}', target: 'ü' })
  const { records } = await recordsOf([['samples/a_epoch_1.json', asked]])
  // sha256 of '{"raw":"\\u00e9 \\"\\u0007\x7f\\ud83d\\ude00","reference":["\\u00fc"]}'
  assert.equal(records[0]?.['sample_hash'], hashOfPython)
})

const hashOfPython = 'ae383338cf71d441fdc82923e96b99c9d8180c92c8c1814e143ce06f3db00d2a'
