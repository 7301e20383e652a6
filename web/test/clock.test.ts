import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { correctionOf, heardAhead } from '../ui/clock.ts'

const nothing = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }
const clock = fc.integer({ min: -3_000_000, max: 3_000_000 })
const answer = fc.record({
  after: fc.integer({ min: 0, max: 60_000 }),
  there: fc.integer({ min: 0, max: 3_000 }),
  back: fc.integer({ min: 0, max: 3_000 }),
})

/** What a browser hears over some answers of a server whose clock is so much ahead. */
function heard(
  aheadMs: number,
  answers: readonly { after: number; there: number; back: number }[],
) {
  let [now, known] = [1_800_000_000_000, nothing]
  for (const { after, there, back } of answers) {
    const askedAt = now + after
    const saidAt = Math.floor((askedAt + there + aheadMs) / 1_000) * 1_000
    now = askedAt + there + back
    known = heardAhead(known, { askedAt, cameAt: now, saidAt })
  }
  return known
}

test('whatever answers take, what is heard holds the truth and is at most two seconds and they wide', () => {
  fc.assert(
    fc.property(clock, fc.array(answer, { minLength: 1, maxLength: 20 }), (aheadMs, answers) => {
      const { least, most } = heard(aheadMs, answers)
      assert.ok(least <= aheadMs && aheadMs <= most, `${least} ${aheadMs} ${most}`)
      const quickest = Math.min(...answers.map(({ there, back }) => there + back))
      assert.ok(most - least <= 1_000 + quickest)
      const off = Math.abs(correctionOf({ least, most }) - aheadMs)
      assert.ok(off <= 1_000 + quickest, `off by ${off}`)
    }),
  )
})

test('a clock that may be right is not corrected, and nothing heard corrects nothing', () => {
  assert.equal(correctionOf(nothing), 0)
  assert.equal(correctionOf(heard(0, [{ after: 0, there: 20, back: 20 }])), 0)
})

test('when a clock is set meanwhile, what was heard last holds', () => {
  const before = heard(0, [{ after: 0, there: 5, back: 5 }])
  const askedAt = 1_800_000_100_000
  const after = heardAhead(before, { askedAt, cameAt: askedAt + 10, saidAt: askedAt + 3_600_000 })
  assert.ok(Math.abs(correctionOf(after) - 3_600_000) < 1_000)
})
