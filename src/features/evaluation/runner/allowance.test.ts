import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { charged, isByLoss, nextAnswer, nothingUsed, totalOf } from './allowance.ts'

const price = { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000 }
const limits = { tokens: 1_000, turns: 3, ms: 60_000, microUsd: null }

for (const [name, used, bounds, expected] of [
  ['turns', { turns: 3 }, {}, 'turns'],
  ['time', { ms: 60_000 }, {}, 'time'],
  ['tokens', { tokens: { input: 880, output: 10 } }, {}, 'tokens'],
  ['money', { microUsd: 990 }, { microUsd: 1_000 }, 'cost'],
] as const) {
  test(`without ${name} there is no next answer`, () => {
    const next = { input: 100, outputMax: 500, price }
    const found = nextAnswer({ ...nothingUsed, ...used }, { ...limits, ...bounds }, next)
    assert.equal(found.is === 'reached' && found.limit, expected)
  })
}

test('whoever uses all that was allowed never uses more than the limits', () => {
  const asked = fc.record({
    input: fc.nat(400),
    outputMax: fc.integer({ min: 16, max: 600 }),
    isLost: fc.boolean(),
  })
  const money = fc.option(fc.integer({ min: 1, max: 40_000 }))
  fc.assert(
    fc.property(
      fc.array(asked, { maxLength: 40 }),
      money,
      fc.integer({ min: 1, max: 5_000 }),
      (turns, microUsd, tokens) => {
        const bounds = { ...limits, tokens, microUsd, turns: 100 }
        let used = nothingUsed
        for (const { input, outputMax, isLost } of turns) {
          const room = nextAnswer(used, bounds, { input, outputMax, price })
          if (room.is === 'reached') continue
          used = charged(used, { input, output: room.output }, { price, isLost })
          assert.ok(totalOf(used.tokens) <= tokens)
          // Rounding up is a millionth of a dollar for each request.
          assert.ok(microUsd === null || used.microUsd <= microUsd + turns.length)
        }
      },
    ),
  )
})

test('a limit that only lost answers reached says nothing of the model', () => {
  const lost = { ...nothingUsed, tokens: { input: 900, output: 90 }, lost: 600 }
  assert.equal(isByLoss(lost, limits, { limit: 'tokens', most: 1_000 }), true)
  assert.equal(isByLoss({ ...lost, lost: 0 }, limits, { limit: 'tokens', most: 1_000 }), false)
  assert.equal(isByLoss(lost, limits, { limit: 'turns', most: 3 }), false)
  const slow = { ...nothingUsed, ms: 60_000, lostMs: 59_000 }
  assert.equal(isByLoss(slow, limits, { limit: 'time', most: 60_000 }), true)
  assert.equal(isByLoss({ ...slow, lostMs: 0 }, limits, { limit: 'time', most: 60_000 }), false)
})
