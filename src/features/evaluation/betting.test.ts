import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { betAlong, blocksOf, Wager } from './betting.ts'
import { branchOf } from './branch.ts'
import { below, seededRandom } from './random.ts'

const score = fc.oneof(fc.constantFrom(0, 0.2, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }))
const scores = fc.array(score, { minLength: 1, maxLength: 60 })
const threshold = fc.double({ min: 0.02, max: 0.98, noNaN: true })
const alpha = 0.05

/** Numbers that a seed decides: 1 with the chance p, else 0. */
const coins = (p: number, count: number, seed: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => Number(random() < p))
}

describe('evidence by betting', () => {
  test('the wealth is never negative, whatever comes', () => {
    fc.assert(
      fc.property(scores, threshold, (found, theta) => {
        const { above, below: under } = betAlong(found, { threshold: theta, alpha })
        for (const logWealth of [...above, ...under]) assert.ok(Math.exp(logWealth) >= 0)
      }),
    )
  })

  test('the wealth is expected to stay at 1 at most where the mean is the threshold', () => {
    for (const [mean, count] of [
      [0.5, 40],
      [0.2, 40],
      [0.8, 25],
    ] as const) {
      const wealths = Array.from({ length: 20_000 }, (_, seed) => {
        const wager = new Wager({ threshold: mean, alpha })
        for (const coin of coins(mean, count, seed)) wager.take(coin)
        return Math.exp(wager.logWealth)
      })
      const average = wealths.reduce((sum, wealth) => sum + wealth, 0) / wealths.length
      assert.ok(average < 1.25 && average > 0.6, `${average} at ${mean}`)
    }
  })

  test('of a finite bank the wealth is expected to stay at 1, drawn without replacement', () => {
    const bank = [1, 1, 1, 0.5, 0.5, 0, 0, 0, 0, 1]
    const mean = bank.reduce((sum, one) => sum + one, 0) / bank.length
    const wealths = Array.from({ length: 20_000 }, (_, seed) => {
      const random = seededRandom(seed)
      const left = [...bank]
      const wager = new Wager({ threshold: mean, alpha, bankTasks: bank.length })
      for (let task = 0; task < 7; task++) {
        wager.take(left.splice(below(random, left.length), 1)[0] ?? 0)
      }
      return Math.exp(wager.logWealth)
    })
    const average = wealths.reduce((sum, wealth) => sum + wealth, 0) / wealths.length
    assert.ok(Math.abs(average - 1) < 0.1, `${average}`)
  })

  test('looking after every task errs in at most alpha of all cases, in each direction', () => {
    const runs = Array.from({ length: 4_000 }, (_, seed) =>
      betAlong(coins(0.4, 200, seed + 5), { threshold: 0.4, alpha }),
    )
    const share = (word: string): number =>
      runs.filter(({ verdict }) => verdict === word).length / runs.length
    assert.ok(share('COVERED') <= 0.055, `${share('COVERED')}`)
    assert.ok(share('NOT SHOWN') <= 0.055, `${share('NOT SHOWN')}`)
  })

  test('a finite bank is settled once what is left cannot change its mean enough', () => {
    const enough = betAlong([1, 1, 1, 1, 1, 1], { threshold: 0.5, alpha, bankTasks: 10 })
    assert.equal(enough.verdict, 'COVERED')
    assert.equal(enough.above.at(-1), Number.POSITIVE_INFINITY)
    const none = betAlong([0, 0, 0, 0, 0, 0], { threshold: 0.5, alpha, bankTasks: 10 })
    assert.equal(none.verdict, 'NOT SHOWN')
    const even = betAlong([1, 0, 1, 0, 1, 0, 1, 0, 1, 0], { threshold: 0.5, alpha, bankTasks: 10 })
    assert.equal(even.verdict, 'UNDETERMINED')
  })

  test('where a finite bank has made the hypothesis certain, nothing speaks against it', () => {
    const wager = new Wager({ threshold: 0.6, alpha, bankTasks: 10 })
    const early = [0, 0, 0, 0, 0].map((score) => wager.take(score)).at(-1) ?? 0
    // Five tasks are left, and even five successes would not bring the mean to the threshold.
    const late = [1, 1, 1, 1, 1].map((score) => wager.take(score))
    assert.deepEqual(new Set(late), new Set([early]))
  })

  test('regression: a bank whose mean is the threshold is not above it by a rounding', () => {
    const bank = [...coins(0.29, 0, 1), ...Array(29).fill(1), ...Array(71).fill(0)]
    const { above } = betAlong(bank, { threshold: 0.29, alpha, bankTasks: 100 })
    assert.ok(above.every(Number.isFinite))
  })

  test('scores turned over and the threshold too swap both sides', () => {
    fc.assert(
      fc.property(scores, threshold, (found, theta) => {
        const one = betAlong(found, { threshold: theta, alpha })
        const turned = betAlong(
          found.map((value) => 1 - value),
          { threshold: 1 - theta, alpha },
        )
        one.above.forEach((value, index) => {
          assert.ok(Math.abs(value - (turned.below[index] ?? Number.NaN)) < 1e-6)
        })
      }),
    )
  })

  test('strata are bet on by blocks, for as long as each has a task', () => {
    const strata = [
      { weight: 0.25, values: [1, 0, 1] },
      { weight: 0.75, values: [1, 1] },
    ]
    assert.deepEqual(blocksOf(strata), [1, 0.75])
    assert.deepEqual(blocksOf([]), [])
  })

  test('limits at any time are where the rule turns', () => {
    const declaration = {
      rule: { is: 'sequential', population: 'large-bank' },
      strata: [{ name: 'all', weight: 1, tasksMax: 200 }],
      alpha,
    } as const
    const samples = [{ weight: 1, values: coins(0.7, 120, 3) }]
    const { lower, upper } = branchOf(samples, { ...declaration, threshold: 0.5 })
    const at = (theta: number): string =>
      branchOf(samples, { ...declaration, threshold: theta }).verdict
    assert.deepEqual([at(lower - 1e-6), at(lower + 1e-6)], ['COVERED', 'UNDETERMINED'])
    assert.deepEqual([at(upper - 1e-6), at(upper + 1e-6)], ['UNDETERMINED', 'NOT SHOWN'])
  })
})
