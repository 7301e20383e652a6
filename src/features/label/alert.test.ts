import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { goesOn, type HourCount, medianOf, unusualIn, type Watched } from './alert.ts'

const hourMs = 3_600_000
/** A Wednesday. */
const at = new Date('2026-11-18T10:00:00Z')
const hourAt = (hoursBefore: number, count: number): HourCount => ({
  ...{ hour: new Date(at.getTime() - hoursBefore * hourMs), count },
})
/** Ten openings each weekday hour at this time, for four weeks. */
const steady = (count: number): HourCount[] =>
  Array.from({ length: 28 }, (_, day) => hourAt((day + 1) * 24, count))
const judged = (count: number, before: readonly HourCount[], usualOfRole = 0): string[] =>
  unusualIn({ now: hourAt(0, count), before, usualOfRole }).map(({ kind }) => kind)

const cases: readonly (readonly [string, string[], string[]])[] = [
  ['the usual', judged(10, steady(10)), []],
  ['four times the usual', judged(40, steady(10)), []],
  ['more than that', judged(41, steady(10)), ['volume']],
  ['much more than next to nothing, but little', judged(29, steady(1)), []],
  [
    'one busy week among four is not usual',
    judged(41, [hourAt(168, 400), ...steady(2)]),
    ['volume'],
  ],
  ['somebody new, against the role', judged(80, [], 20), []],
  ['somebody new, beyond the role', judged(81, [], 20), ['volume']],
  ['somebody new is never at an odd hour', judged(20, []), []],
  ['an hour at which they never are', judged(10, steady(5).map(shift(-6))), ['hour']],
  ['an hour beside one at which they are', judged(10, steady(5).map(shift(-1))), []],
  ['few at an odd hour', judged(9, steady(5).map(shift(-6))), []],
  ['many at an odd hour', judged(100, steady(5).map(shift(-6))), ['volume', 'hour']],
  [
    'what lies further back is forgotten',
    judged(41, [hourAt(35 * 24, 500), ...steady(2)]),
    ['volume'],
  ],
]
function shift(hours: number): (one: HourCount) => HourCount {
  return ({ hour, count }) => ({ hour: new Date(hour.getTime() + hours * hourMs), count })
}
for (const [what, found, wanted] of cases) {
  test(`${what}: ${wanted.join(' and ') || 'nothing unusual'}`, () => {
    assert.deepEqual(found, wanted)
  })
}

const history = fc.array(fc.record({ back: fc.integer({ min: 1, max: 671 }), count: fc.nat(300) }))
const watched = fc
  .record({ count: fc.nat(1_000), history, usualOfRole: fc.nat(100) })
  .map((given): Watched => {
    const before = given.history.map(({ back, count }) => hourAt(back, count))
    return { now: hourAt(0, given.count), before, usualOfRole: given.usualOfRole }
  })

test('more openings are never less unusual, and none are never unusual', () => {
  fc.assert(
    fc.property(watched, fc.nat(1_000), (one, more) => {
      const kinds = unusualIn(one).map(({ kind }) => kind)
      const now = { ...one.now, count: one.now.count + more }
      const after = unusualIn({ ...one, now }).map(({ kind }) => kind)
      for (const kind of kinds) assert.ok(after.includes(kind))
      assert.deepEqual(unusualIn({ ...one, now: { ...one.now, count: 0 } }), [])
    }),
  )
})

test('the median lies among the counts, and half of them are not above it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (counts) => {
      const median = medianOf(counts)
      assert.ok(counts.includes(median))
      assert.ok(counts.filter((one) => one > median).length <= counts.length / 2)
    }),
  )
  assert.equal(medianOf([]), 0)
})

test('a spell goes on over one quiet hour, and not over two', () => {
  const after = (hours: number): Date => new Date(at.getTime() + hours * hourMs)
  assert.deepEqual(
    [0, 1, 2, 3].map((hours) => goesOn(at, after(hours))),
    [true, true, true, false],
  )
})
