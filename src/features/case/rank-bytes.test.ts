import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rankBytes } from './rank-bytes.ts'

const height = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, Number.MIN_SAFE_INTEGER, -1_700_000_000_000, Number.MIN_VALUE),
)

const compareKeys = (one: readonly number[], other: readonly number[]): number => {
  for (const [at, own] of one.entries()) {
    const against = other[at] ?? 0
    if (own !== against) return own < against ? -1 : 1
  }
  return 0
}

test('bytes compare as the heights do, rung by rung', () => {
  const keys = fc.array(height, { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      assert.equal(Buffer.compare(rankBytes(one), rankBytes(other)), compareKeys(one, other))
    }),
    { numRuns: 2000 },
  )
})

test('what is no number stands below every number', () => {
  assert.equal(Buffer.compare(rankBytes([Number.NaN]), rankBytes([-Number.MAX_VALUE])), -1)
})

test('the two zeros are one height', () => {
  assert.deepEqual(rankBytes([-0]), rankBytes([0]))
})
