import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { betaCdf, betaQuantile, logGamma } from './beta.ts'
import { clopperPearson, wilson } from './binomial.ts'
import { studentQuantile, studentTail } from './student-t.ts'

const near = (found: number, expected: number, within = 1e-9): void =>
  assert.ok(
    Math.abs(found - expected) <= within * Math.max(1, Math.abs(expected)),
    `${found} is not ${expected}`,
  )

describe('quantiles', () => {
  test('of Student are those of SciPy 1.17', () => {
    const known = [
      [0.95, 79, 1.6643714091365505],
      [0.975, 4, 2.7764451051977934],
      [0.975, 1.5, 6.016663104427929],
      [0.999, 3, 10.214531852407383],
      [0.55, 30, 0.1267296131320737],
      [0.51, 1e6, 0.02506891452987755],
      [0.9999, 1e5, 3.7191543826413724],
      [0.975, 290, 1.9681778964022145],
    ] as const
    for (const [p, df, t] of known) near(studentQuantile(p, df), t, 1e-11)
  })

  test('of Student with 1, 2 and 4 degrees of freedom have closed forms', () => {
    for (const p of [0.501, 0.6, 0.9, 0.975, 0.9999]) {
      near(studentQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)), 1e-11)
      const product = 4 * p * (1 - p)
      near(studentQuantile(p, 2), 2 * (p - 0.5) * Math.sqrt(2 / product), 1e-11)
      const cosine = Math.cos(Math.acos(Math.sqrt(product)) / 3) / Math.sqrt(product)
      near(studentQuantile(p, 4), 2 * Math.sqrt(cosine - 1), 1e-9)
    }
  })

  test('of beta distributions are those of SciPy 1.17', () => {
    const known = [
      [0.025, 3, 8, 0.06673951117773447],
      [0.975, 4, 7, 0.6524528500599973],
      [0.5, 0.5, 0.5, 0.5],
      [0.01, 217, 75, 0.6814630905032251],
      [0.999, 1000, 3, 0.9998096750132276],
      [0.025, 0.3, 5, 6.839008380175732e-7],
    ] as const
    for (const [p, a, b, x] of known) near(betaQuantile(p, a, b) / x, 1, 1e-11)
  })

  test('of the gamma function, logarithms are those of SciPy 1.17', () => {
    const known = [
      [0.1, 2.252712651734206],
      [0.5, 0.5723649429247],
      [1, 0],
      [3.7, 1.428072326665388],
      [14.9, 24.924132002217277],
      [100, 359.1342053695754],
      [1e5, 1051287.7089736569],
    ] as const
    for (const [x, value] of known) near(logGamma(x), value, 1e-13)
  })

  const chance = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true })
  const freedom = fc.double({ min: 0.6, max: 1e5, noNaN: true })

  test('of Student undo the distribution, and mirror at the middle', () => {
    fc.assert(
      fc.property(chance, freedom, (p, df) => {
        const t = studentQuantile(p, df)
        near(1 - studentTail(t, df), p)
        near(studentQuantile(1 - p, df), -t, 1e-8)
      }),
    )
  })

  const shape = fc.double({ min: 1, max: 3_000, noNaN: true })
  test('of beta distributions undo the distribution', () => {
    fc.assert(
      fc.property(chance, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b)
        assert.ok(x >= 0 && x <= 1)
        near(betaCdf(x, a, b), p, 1e-8)
      }),
    )
  })

  test('intervals of counts hold the share and stay between 0 and 1', () => {
    const counts = fc
      .integer({ min: 1, max: 400 })
      .chain((trials) => fc.record({ trials: fc.constant(trials), successes: fc.nat(trials) }))
    fc.assert(
      fc.property(counts, (count) => {
        const share = count.successes / count.trials
        for (const { lower, upper } of [clopperPearson(count), wilson(count)]) {
          assert.ok(0 <= lower && lower <= share + 1e-12, `${lower}`)
          assert.ok(share - 1e-12 <= upper && upper <= 1, `${upper}`)
        }
      }),
    )
  })
})
