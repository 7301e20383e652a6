import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fixedLook, fixedLookAt } from './fixed-look.ts'
import { leastMargin, type StratumRanges } from './missing.ts'

const demand = { threshold: 0.5, alpha: 0.05 }
const score = fc.constantFrom(0, 1 / 3, 0.5, 1)
const range = fc.oneof(
  score.map((low) => ({ low, high: low })),
  fc.constantFrom({ low: 0, high: 1 }, { low: 1 / 3, high: 1 }),
)
const ranges = fc.array(range, { minLength: 2, maxLength: 7 })

/** Every completion of the scores, written out. */
function completions(strata: readonly StratumRanges[]): (readonly number[])[][] {
  return strata.reduce<(readonly number[])[][]>(
    (all, stratum) =>
      all.flatMap((before) => valuesOf(stratum.ranges).map((values) => [...before, values])),
    [[]],
  )
}
const valuesOf = (all: StratumRanges['ranges']): (readonly number[])[] =>
  all.reduce<(readonly number[])[]>(
    (found, { low, high }) =>
      found.flatMap((before) =>
        (low === high ? [low] : [low, high]).map((value) => [...before, value]),
      ),
    [[]],
  )

test('the margin of sums is that of the scores written out, and never below the least', () => {
  const lowerOf = ({ lower }: { readonly lower: number }): number => lower - demand.threshold
  fc.assert(
    fc.property(ranges, ranges, (one, other) => {
      const strata = [
        { weight: 0.4, ranges: one },
        { weight: 0.6, ranges: other },
      ]
      const found = leastMargin(strata, (moments) => lowerOf(fixedLookAt(moments, demand)))
      const written = completions(strata).map((all) => {
        const samples = all.map((values, at) => ({ weight: strata[at]?.weight ?? 0, values }))
        return lowerOf(fixedLook(samples, demand))
      })
      const least = Math.min(...written)
      assert.ok(found >= least - 1e-9, `${found} is below ${least}`)
      assert.ok(written.some((margin) => Math.abs(margin - found) < 1e-9))
      const isOpen = strata.some((stratum) => stratum.ranges.some(({ low, high }) => low !== high))
      if (!isOpen) assert.ok(Math.abs(found - least) < 1e-9)
    }),
  )
})

test('tasks that all scored alike have no spread, whatever rounding leaves of sums', () => {
  const all = Array.from({ length: 999 }, () => ({ low: 1 / 3, high: 1 / 3 }))
  const errors: number[] = []
  leastMargin([{ weight: 1, ranges: all }], (moments) => {
    const { estimate } = fixedLookAt(moments, demand)
    errors.push(estimate.error)
    return estimate.mean
  })
  assert.deepEqual(errors, [0, 0])
})
