import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cohesionFeatures, writeCohesion } from './cohesion.ts'
import { Provisional } from './provisional.ts'
import type { Surroundings, Tie } from './support.ts'

/** Surroundings of reports with any numbers, from pairs and their probabilities. */
function surroundings(links: readonly (readonly [number, number, number])[]): Surroundings {
  const ties = new Map<number, Tie[]>()
  for (const [a, b, probability] of links) {
    ties.set(a, [...(ties.get(a) ?? []), { to: b, probability }])
    ties.set(b, [...(ties.get(b) ?? []), { to: a, probability }])
  }
  return {
    tiesOf: (report) => ties.get(report) ?? [],
    probability: (a, b) => ties.get(a)?.find(({ to }) => to === b)?.probability ?? 0,
    sourceOf: (report) => report,
    sourcesAreDistinct: false,
    groups: null,
  }
}

const bridge: readonly (readonly [number, number, number])[] = [
  [70, 71, 0.9],
  [71, 72, 0.9],
  [70, 72, 0.9],
  [80, 81, 0.8],
  [72, 80, 0.4],
]

test('one likely pair between two groups is weighed against all pairs across them', () => {
  const { tiesOf } = surroundings(bridge)
  const groups = new Provisional([70, 71, 72, 80, 81], tiesOf)
  const [generous, strict] = groups.standings(72, 80)
  for (const standing of [generous, strict]) {
    assert.ok(Math.abs((standing?.across ?? 0) - 0.4 / 6) < 1e-9)
    assert.equal(standing?.smaller, 2)
    assert.equal(standing?.greater, 3)
  }
  const [inside] = groups.standings(71, 70)
  assert.ok(Math.abs((inside?.across ?? 0) - 0.9) < 1e-9)
  assert.equal(inside?.greater, -1)
})

test('ties that lead out of the reports do not count, and a report alone stands alone', () => {
  const { tiesOf } = surroundings(bridge)
  const [found] = new Provisional([72, 80], tiesOf).standings(80, 72)
  assert.equal(found?.greater, -1)
  const [alone] = new Provisional([71, 81], tiesOf).standings(71, 81)
  assert.deepEqual(alone, { across: 0, smaller: 1, greater: 1 })
})

test('cohesion is the same from either side, and higher inside a group than across', () => {
  const ties = surroundings(bridge)
  const around = { ...ties, groups: new Provisional([70, 71, 72, 80, 81], ties.tiesOf) }
  const of = (a: number, b: number): Float32Array => {
    const row = new Float32Array(cohesionFeatures.length)
    writeCohesion({ a, b, probability: ties.probability(a, b) }, around, { row, at: 0 })
    return row
  }
  for (const [a, b] of bridge) assert.deepEqual(of(a, b), of(b, a))
  const [inside, across] = [of(70, 71), of(72, 80)]
  for (const feature of [0, 1]) {
    assert.ok((inside[feature] ?? 0) > (across[feature] ?? 0), cohesionFeatures[feature] ?? '')
  }
})
