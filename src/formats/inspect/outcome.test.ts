import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { sampleOf } from '../../../test/formats/inspect-log.ts'
import { outcomeOf } from './outcome.ts'
import { factsOf } from './sample-facts.ts'

const choice = { scorer: 'match', key: null }

function judged(value: unknown, more = {}) {
  const facts = factsOf(sampleOf('a', value, more))
  assert.ok(facts)
  const { outcome, score } = outcomeOf(facts, choice)
  return [outcome, score]
}

const stop = (stop_reason: string, type?: string) => ({
  output: { choices: [{ stop_reason, ...(type && { stop_details: { type } }) }] },
})
const limit = (type: string) => ({ limit: { type, limit: 5 } })
const error = (message: string, traceback = '') => ({ error: { message, traceback } })
const scorerFrame = 'File "/x/inspect_ai/scorer/_model.py", line 3, in score'

const table: readonly (readonly [string, unknown, object, string, number | null])[] = [
  ['an error', 'C', error('docker is gone'), 'infra_error', null],
  ['an error in a scorer', undefined, error('no verdict', scorerFrame), 'grader_error', null],
  ['a block with HTTP 400', 'I', error('400: content_policy_violation'), 'safeguard_block', null],
  ['a sample that was withdrawn', 'C', { invalidation: { reason: 'leak' } }, 'infra_error', null],
  ['no scores', undefined, { scores: null }, 'grader_error', null],
  ['no scores after a limit', 0, { scores: {}, ...limit('token') }, 'budget_exhausted', null],
  ['NaN', Number.NaN, {}, 'grader_error', null],
  ['a number over one', 7, {}, 'grader_error', null],
  ['a negative number', -0.1, {}, 'grader_error', null],
  ['a word that is none', 'maybe', {}, 'grader_error', null],
  ['a text that begins like a number', '1 of 3', {}, 'grader_error', null],
  ['a list', [1, 0], {}, 'grader_error', null],
  ['an object of several', { a: 1, b: 0 }, {}, 'grader_error', null],
  ['an object of one', { a: 1 }, {}, 'success', 1],
  ['C', 'C', {}, 'success', 1],
  ['I', 'I', {}, 'failure', 0],
  ['P', 'P', {}, 'failure', 0.5],
  ['N', 'N', {}, 'model_refusal', 0],
  ['true', true, {}, 'success', 1],
  ['"0.25"', '0.25', {}, 'failure', 0.25],
  ['one', 1, {}, 'success', 1],
  ['a success at its limit', 'C', limit('token'), 'success', 1],
  ['a part at its limit', 0.5, limit('time'), 'budget_exhausted', 0.5],
  ['an operator who ended it', 'I', limit('operator'), 'infra_error', null],
  ['a filtered answer', 'I', stop('content_filter'), 'safeguard_block', 0],
  ['a refusal', 'I', stop('content_filter', 'refusal'), 'model_refusal', 0],
  ['a success that ends filtered', 'C', stop('content_filter'), 'success', 1],
  ['a stop', 'I', stop('stop'), 'failure', 0],
]
for (const [what, value, more, outcome, score] of table) {
  test(`${what} is ${outcome}`, () => assert.deepEqual(judged(value, more), [outcome, score]))
}

const reasons = [
  ['refusal', 'model_refusal', 0],
  ['grader_failed', 'grader_error', null],
  ['scoring_failed', 'grader_error', null],
  ['invalid_response_format', 'failure', 0],
  ['no_response', 'failure', 0],
] as const
for (const [reason, outcome, score] of reasons) {
  test(`NaN for the reason ${reason} is ${outcome}`, () => {
    const scores = { match: { value: Number.NaN, reason } }
    assert.deepEqual(judged(0, { scores }), [outcome, score])
  })
}

test('of several scores the one that was chosen counts', () => {
  const scores = { other: { value: 'C' }, match: { value: 'I' } }
  assert.deepEqual(judged(0, { scores }), ['failure', 0])
  const strangers = { one: { value: 'C' }, two: { value: 'C' } }
  assert.deepEqual(judged(0, { scores: strangers }), ['grader_error', null])
})

test('whatever a sample holds, it comes to one of the outcomes, and a score is from 0 to 1', () => {
  const some = fc.oneof(fc.jsonValue(), fc.constantFrom('C', 'I', 'P', 'N', Number.NaN, 1, 0.5))
  const sample = fc.record({
    id: fc.oneof(fc.string(), fc.integer()),
    epoch: some,
    scores: fc.oneof(some, fc.dictionary(fc.string(), fc.record({ value: some, reason: some }))),
    error: some,
    limit: some,
    output: some,
    invalidation: some,
    model_usage: some,
  })
  fc.assert(
    fc.property(sample, (json) => {
      const facts = factsOf(json)
      assert.ok(facts)
      const { outcome, score } = outcomeOf(facts, choice)
      assert.ok(outcomes.includes(outcome))
      assert.ok(score === null || (score >= 0 && score <= 1))
      if (outcome === 'success') assert.equal(score, 1)
    }),
  )
})
