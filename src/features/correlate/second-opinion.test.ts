import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instruction, opinionOf, questionOf, reasonOf } from './second-opinion.ts'

const refused = [
  '',
  'same',
  '{}',
  '{"answer":"yes"}',
  '{"answer":1}',
  '[]',
  '{"answer":"same"',
  'null',
]

for (const answer of refused) {
  test(`${answer || 'silence'} is no opinion`, () => assert.equal(opinionOf(answer), null))
}

test('an answer may be wrapped in prose, and its reason is cut', () => {
  const long = 'x'.repeat(1_000)
  assert.deepEqual(opinionOf(`Sure: {"answer":"same","why":"${long}"} as asked`), {
    answer: 'same',
    why: 'x'.repeat(300),
  })
})

test('a model that is unsure adds nothing, and one that disagrees is evidence against', () => {
  assert.equal(reasonOf('m', { answer: 'unsure', why: '' }), null)
  assert.equal(reasonOf('m', { answer: 'different', why: 'other file' })?.supports, false)
})

test('no report can end its quote or change the instruction', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (title, text) => {
      const question = questionOf({ title, text }, { title: 'b', text: '' })
      assert.deepEqual(Object.keys(JSON.parse(question)), ['first', 'second'])
      assert.ok(!instruction.includes(title) || title.trim().length < 40)
    }),
  )
})

test('whatever a model says, reading it does not throw', () => {
  fc.assert(fc.property(fc.string(), (answer) => void opinionOf(answer)))
})
