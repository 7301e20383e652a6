import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { recordOf, shareOf } from './finder.ts'

// The last four are those of Newcombe (1998), table I, method 3.
for (const [successes, trials, low, high] of [
  [0, 0, 0, 1],
  [0, 10, 0, 0.2775],
  [1, 10, 0.0179, 0.4042],
  [5, 10, 0.2366, 0.7634],
  [10, 10, 0.7225, 1],
  [2, 2, 0.3424, 1],
  [15, 20, 0.5313, 0.8881],
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
] as const) {
  test(`${successes} of ${trials} is ${low} to ${high}`, () => {
    const share = shareOf(successes, trials)
    assert.ok(Math.abs(share.low - low) < 5e-5, `low ${share.low}`)
    assert.ok(Math.abs(share.high - high) < 5e-5, `high ${share.high}`)
    assert.equal(share.value, trials === 0 ? null : successes / trials)
  })
}

test('an interval holds its share, lies in 0 to 1, and narrows as counts grow', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), (successes, failures) => {
      const trials = successes + failures
      const { value, low, high } = shareOf(successes, trials)
      assert.ok(low >= 0 && high <= 1 && low <= high)
      if (value === null) return
      assert.ok(low <= value && value <= high)
      const wider = high - low
      const { low: lower, high: higher } = shareOf(successes * 4, trials * 4)
      assert.ok(higher - lower <= wider)
    }),
  )
})

for (const [confirmed, refuted, record] of [
  [0, 0, 0],
  [0, 100, 0],
  [1, 0, 2],
  [2, 0, 3],
  [10, 0, 7],
  [10, 10, 2],
  [100, 0, 9],
] as const) {
  test(`${confirmed} confirmed and ${refuted} refuted count ${record}`, () => {
    assert.equal(recordOf(confirmed, refuted), record)
  })
}
