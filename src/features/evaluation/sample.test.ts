import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { attemptOf } from './attempt.ts'
import { decodeSample, encodeSample, keyOfSample, type Sample } from './sample.ts'

const sample: Sample = {
  ...{ task: 'flaw-label', epoch: 1, family: 'find-flaw', difficulty: 1 },
  ...{ outcome: 'success', reward: 1, why: null, tokens: { input: 900, output: 100 } },
  ...{ tokenLimit: 50_000, turns: 3, microUsd: 0, startedAt: '2026-11-22T10:00:00.000Z' },
  ...{ endedAt: '2026-11-22T10:00:09.000Z', workingMs: 8_000, contaminations: [] },
  ...{ transcriptSha256: 'a'.repeat(64), events: 12 },
}

for (const [name, changes, expected] of [
  ['a success that earned nothing', { reward: 0 }, /a success has the reward 1/],
  ['a success without a reward', { reward: null }, /a success has the reward 1/],
  ['a failure that earned all', { outcome: 'failure' }, /a failure has a reward below 1/],
  ['a failure that nobody judged', { outcome: 'failure', reward: null }, /reward below 1/],
  ['a crashed verifier with a reward', { outcome: 'grader_error', reward: 0 }, /no reward/],
  ['a block with a reward', { outcome: 'safeguard_block', reward: 0 }, /no reward/],
  ['an outcome that is none', { outcome: 'error' }, /\/outcome/],
  ['a way out of its folder', { task: '../flaw' }, /\/task is no name of a task/],
  ['the epoch 0', { epoch: 0 }, /\/epoch/],
  ['tokens below 0', { tokens: { input: -1, output: 0 } }, /\/tokens\/input/],
  ['a digest of another kind', { transcriptSha256: 'ABC' }, /\/transcriptSha256/],
  ['a time of no zone', { endedAt: '2026-11-22T10:00:09' }, /\/endedAt/],
  ['a member that is not known', { score: 1 }, /score/],
] as const) {
  test(`${name} is no sample`, () => {
    const read = decodeSample(JSON.stringify({ ...sample, ...changes }))
    assert.match(read.ok ? '' : read.refusal, expected)
  })
}

test('what is no JSON is no sample', () => {
  for (const line of ['', '{', 'null', '[]', '{"task":"a"'])
    assert.equal(decodeSample(line).ok, false)
})

type Judged = Pick<Sample, 'outcome' | 'reward'>
const below = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const rewarded = fc.tuple(fc.constantFrom(...outcomes), below).map(
  ([outcome, part]): Judged => ({
    outcome,
    reward: outcome === 'success' ? 1 : outcome === 'failure' ? part : null,
  }),
)
const anySample = fc
  .record({
    ...{ epoch: fc.integer({ min: 1, max: 10_000 }), why: fc.option(fc.string()) },
    judged: rewarded,
  })
  .map(({ judged, ...some }): Sample => ({ ...sample, ...some, ...judged }))

test('a sample survives its line, and statistics take it as it is', () => {
  fc.assert(
    fc.property(anySample, (one) => {
      const line = encodeSample(one)
      assert.ok(!line.includes('\n'))
      const read = decodeSample(line)
      // Minus zero is not told apart in JSON.
      const reward = one.reward === 0 ? 0 : one.reward
      assert.deepEqual(read.ok && read.value, { ...one, reward })
      const { outcome } = one
      const claim = { model: 'm', task: one.task, attempt: '1', at: { name: 'f', line: 1 } }
      const attempt = attemptOf({ ...claim, outcome, ...(reward !== null && { score: reward }) })
      assert.ok(attempt.ok)
    }),
  )
})

test('a name tells attempts apart', () => {
  assert.notEqual(keyOfSample({ task: 'a', epoch: 11 }), keyOfSample({ task: 'a-1', epoch: 1 }))
})
