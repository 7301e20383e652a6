import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodePack, decodeTask } from '#formats/pack/decode.ts'
import { convertDataset } from './convert.ts'
import { type DatasetKind, rowsOf } from './rows.ts'
import { normalised } from './verifier.ts'

const canary = '8d5c2f0e-7a43-4f1e-9b6d-2c1a0f3e4d5b'
const given = { name: 'quiz', label: 'TLP:RED', canary: () => canary }

function madeOf(kind: DatasetKind, text: string) {
  const rows = rowsOf(kind, text)
  return rows.ok ? convertDataset(rows.value, given) : rows
}

function refusalOf(kind: DatasetKind, text: string): string {
  const made = madeOf(kind, text)
  if (made.ok) return 'was converted'
  return made.refusal.map(({ line, key, why }) => `${line} ${key}: ${why}`).join('; ')
}

const good = { input: 'What is 6 x 7?', target: '42' }
const choice = { input: 'Which?', choices: ['red', 'green', 'blue'], target: 'B' }
const line = (change: object): string => JSON.stringify({ ...good, ...change })

describe('what cannot be isolated, asked or scored as it says is refused with line and key', () => {
  const lines: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', ' \n', /^1 : holds no samples/],
    ['no JSON', '{"input": ', /^1 : is no JSON object/],
    ['a line that is cut off', `${line({})}\n{"input": "x", "tar`, /^2 : is no JSON object/],
    ['bare NaN', '{"input": "x", "target": NaN}', /^1 : is no JSON object/],
    ['a sandbox', line({ sandbox: ['docker', 'compose.yaml'] }), /^1 sandbox: asks for a sandbox/],
    ['a script', line({ setup: '#!/bin/sh' }), /^1 setup: is a script/],
    ['no question', line({ input: ' ' }), /^1 input: is no question/],
    ['a long question', line({ input: 'x'.repeat(25_000) }), /^1 input: is too long/],
    ['an answer in the talk', line({ input: [{ role: 'assistant', content: 'x' }] }), /input\/0: /],
    [
      'a picture',
      line({ input: [{ role: 'user', content: [{ type: 'image', image: 'x' }] }] }),
      /input\/0\/content: holds more than text/,
    ],
    ['no target', line({ target: [] }), /^1 target: names no answer/],
    ['a target that is none', line({ target: ['a', null] }), /^1 target: names no answer/],
    ['half a character', line({ target: '\ud800' }), /^1 target: is no text/],
    ['one choice', line({ choices: ['x'], target: 'A' }), /^1 choices: is 1 of them/],
    ['choices that are none', line({ choices: [{}, {}] }), /^1 choices: is no list of texts/],
    ['a letter of no choice', line({ ...choice, target: 'D' }), /^1 target: .*A to C/],
    ['a choice by its text', line({ ...choice, target: 'green' }), /^1 target: .*A to C/],
    ['a way out', line({ files: { '../x': 'a b' } }), /^1 files\/\.\.\/x: is no plain/],
    ['another machine', line({ files: { 'victim:/x': 'a b' } }), /is no plain relative path/],
    ['the answer', line({ files: { 'Answer.txt': 'a b' } }), /is where the answer/],
    ['an address', line({ files: { x: 'https://x.example/y' } }), /is to be had from elsewhere/],
    ['a name of a file', line({ files: { x: 'data/x.txt' } }), /may be the name of a file/],
    ['no content', line({ files: { x: 5 } }), /^1 files\/x: is no text/],
    ['no files', line({ files: ['x'] }), /^1 files: is no object/],
    ['file and folder', line({ files: { a: 'x y', 'A/b': 'x y' } }), /lies where another file is/],
    ['one id twice', [{ id: 1 }, { id: '1' }].map(line).join('\n'), /^2 id: was there before/],
    ['too many', `${line({})}\n`.repeat(1_001), /^1001 : is one sample too many/],
  ]
  for (const [what, text, why] of lines) {
    test(what, () => assert.match(refusalOf('jsonl', text), why))
  }

  test('in a list the line is that of the sample', () => {
    const list = JSON.stringify([good, { ...good, setup: 'x' }, 5], null, 2)
    assert.match(refusalOf('json', list), /^11 \/2: is no object$/)
    const two = JSON.stringify([good, { ...good, setup: 'x' }], null, 2)
    assert.match(refusalOf('json', two), /^6 setup: /)
    assert.match(refusalOf('json', list.slice(0, -3)), /is no JSON/)
    assert.match(refusalOf('json', '{}'), /is no list of samples/)
    assert.match(refusalOf('json', '['.repeat(100_000)), /is no JSON/)
  })

  test('in a table it is that of the row', () => {
    assert.match(refusalOf('csv', 'input,target,files\nx,y,{"a\n'), /^\d+ /)
    assert.match(refusalOf('csv', 'input,target,files\nx,y,\nx,y,{a}\n'), /^3 files: is no JSON/)
    assert.match(refusalOf('csv', ''), /^1 : no column is set off/)
  })
})

const fileOf = (kind: DatasetKind, text: string) => {
  const made = madeOf(kind, text)
  assert.ok(made.ok, made.ok ? '' : JSON.stringify(made.refusal))
  const { files } = made.value
  const read = (path: string): string => Buffer.from(files.get(path) ?? '?').toString('utf8')
  return { ...made.value, read, paths: [...files.keys()] }
}

test('a question becomes a task with its files, its answer and a wrong one', () => {
  const files = { 'in/notes.txt': 'two words', 'x.bin': 'data:;base64,AAH/' }
  const sample = line({ id: 'Q 1', files, metadata: { category: 'Sums', difficulty: 'hard' } })
  const { read, paths, notes, files: all } = fileOf('jsonl', sample)
  assert.deepEqual(paths, [
    'tasks/q-1/task.yaml',
    'tasks/q-1/files/in/notes.txt',
    'tasks/q-1/files/x.bin',
    'tasks/q-1/verifier/verify.py',
    'tasks/q-1/verifier/expected.json',
    'tasks/q-1/solution/answer.txt',
    'tasks/q-1/wrong/answer.txt',
    'pack.yaml',
  ])
  assert.deepEqual(all.get('tasks/q-1/files/x.bin'), Buffer.from([0, 1, 255]))
  assert.equal(read('tasks/q-1/verifier/expected.json'), '{"is":"exact","answers":["42"]}\n')
  const task = decodeTask(read('tasks/q-1/task.yaml'))
  assert.ok(task.ok)
  assert.deepEqual(task.value.said.stratum, { family: 'sums', difficulty: 4 })
  assert.match(task.value.said.instruction, /^What is 6 x 7\?\n\nLeave your answer in `answer/)
  assert.match(notes[0] ?? '', /"metadata" of 1 samples is not kept, but for category/)
})

test('choices are asked by letters, from a table too', () => {
  const csv = 'input,choices,target,metadata\nWhich?,"red,green,blue",B,"{""difficulty"": 1}"\n'
  const list = JSON.stringify([{ ...choice, metadata: { difficulty: 1 } }])
  const [table, json] = [fileOf('csv', csv), fileOf('json', list)]
  assert.deepEqual([...table.files], [...json.files])
  const task = decodeTask(table.read('tasks/1/task.yaml'))
  assert.ok(task.ok)
  assert.match(task.value.said.instruction, /\n\nA\) red\nB\) green\nC\) blue\n\n.*the letter of/)
  assert.equal(table.read('tasks/1/wrong/answer.txt'), 'A\n')
  const both = fileOf('json', JSON.stringify([{ ...choice, target: ['c', 'A'] }]))
  assert.equal(both.read('tasks/1/solution/answer.txt'), 'C, A\n')
})

test('whatever is asked, what comes out is a pack, or a refusal with a line', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 })
  const target = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant('no answer 1'))
  const sample = fc.record(
    {
      input: text,
      target,
      id: fc.oneof(text, fc.nat()),
      choices: fc.array(text, { maxLength: 3 }),
    },
    { requiredKeys: ['input', 'target'] },
  )
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 4 }), (samples) => {
      const made = madeOf('json', JSON.stringify(samples))
      if (!made.ok) return assert.ok(made.refusal.every(({ line: at }) => at >= 1))
      const { files } = made.value
      const read = (path: string): string => Buffer.from(files.get(path) ?? '').toString('utf8')
      const pack = decodePack(read('pack.yaml'))
      assert.ok(pack.ok)
      for (const id of pack.value.said.tasks) {
        const task = decodeTask(read(`tasks/${id}/task.yaml`))
        assert.ok(task.ok, task.ok ? '' : JSON.stringify(task.refusal))
        const answers = ['solution', 'wrong'].map((each) => read(`tasks/${id}/${each}/answer.txt`))
        assert.notEqual(normalised(answers[0] ?? ''), normalised(answers[1] ?? ''))
      }
    }),
  )
})
