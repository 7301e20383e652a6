import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Anomaly, anomalies, type HourCount } from './anomalies.ts'

const now = new Date('2026-03-20T15:30:00Z')
const hourMs = 3_600_000

/** So many opens or exports in the hour that began so many days and hours before 15:00 today. */
const count = (
  person: string,
  [days, hours]: readonly [number, number],
  { opens = 0, exports = 0 }: { readonly opens?: number; readonly exports?: number },
): HourCount => {
  const hour = new Date(Date.parse('2026-03-20T15:00:00Z') - (days * 24 + hours) * hourMs)
  return { person, hour, opens, exports }
}

/** Twenty working days of so much in each of two hours. */
const usual = (person: string, opens: number, exports = 0): HourCount[] =>
  Array.from({ length: 20 }, (_, day) => [
    count(person, [day + 2, 0], { opens, exports }),
    count(person, [day + 2, 1], { opens, exports }),
  ]).flat()

const said = (found: readonly Anomaly[]): string[] =>
  found.map(({ person, kind, span, what, count: of }) => `${person} ${kind} ${span} ${what} ${of}`)

describe('nothing is out of the ordinary', () => {
  for (const [why, counts] of [
    ['where nobody did anything', []],
    [
      'where somebody does what they always do',
      [...usual('a', 30), count('a', [0, 0], { opens: 31 })],
    ],
    ['where a little is many times nothing', [...usual('a', 1), count('a', [0, 0], { opens: 20 })]],
    ['where it was long ago', [...usual('a', 5), count('a', [9, 0], { opens: 900 })]],
    ['where it has not happened yet', [...usual('a', 5), count('a', [-1, 0], { opens: 900 })]],
    ['where nothing is known of their hours', [count('a', [0, 12], { opens: 3 })]],
  ] as const) {
    test(why, () => assert.deepEqual(anomalies(counts, now), []))
  }
})

describe('it is out of the ordinary', () => {
  test('when somebody opens far more than they do in an hour, and in a day', () => {
    const found = anomalies([...usual('a', 30), count('a', [0, 0], { opens: 200 })], now)
    assert.deepEqual(said(found), ['a volume hour opens 200', 'a volume day opens 200'])
    assert.deepEqual([found[0]?.own, found[1]?.own], [30, 60])
  })

  test('when somebody takes far more out', () => {
    const found = anomalies([...usual('a', 30, 1), count('a', [0, 0], { exports: 11 })], now)
    assert.deepEqual(said(found), ['a volume hour exports 11', 'a volume day exports 11'])
  })

  test('when a newcomer does what nobody does', () => {
    const counts = [...usual('a', 10), ...usual('b', 14), count('new', [0, 0], { opens: 49 })]
    const [found] = anomalies(counts, now)
    assert.deepEqual([found?.person, found?.own, found?.all], ['new', null, 12])
  })

  test('not for who always does so much, though nobody else does', () => {
    const counts = [...usual('a', 2), ...usual('b', 2), ...usual('much', 300)]
    assert.deepEqual(anomalies([...counts, count('much', [0, 0], { opens: 400 })], now), [])
  })

  test('when somebody looks at an hour at which they are never seen', () => {
    const found = anomalies([...usual('a', 3), count('a', [0, 12], { opens: 1 })], now)
    assert.deepEqual(said(found), ['a hour hour null 1'])
    assert.equal(found[0]?.from.getUTCHours(), 3)
  })

  test('not an hour beside a usual one, over midnight too', () => {
    const late = usual('a', 3).map((one) => ({ ...one, hour: new Date(+one.hour + 8 * hourMs) }))
    assert.deepEqual(anomalies([...late, count('a', [0, 15], { opens: 1 })], now), [])
  })
})

test('the order of the counts changes nothing, and each is of the last day and a half', () => {
  const one = fc
    .tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 23 })),
      fc.record({ opens: fc.nat(300), exports: fc.nat(30) }),
    )
    .map(([person, at, of]) => count(person, at, of))
  fc.assert(
    fc.property(fc.array(one, { maxLength: 200 }), (counts) => {
      const found = anomalies(counts, now)
      const sorted = (of: readonly Anomaly[]) => of.map((each) => JSON.stringify(each)).sort()
      assert.deepEqual(sorted(anomalies(counts.toReversed(), now)), sorted(found))
      for (const { from } of found) assert.ok(+now - +from < 48 * hourMs && +from <= +now)
    }),
  )
})
