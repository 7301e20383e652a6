import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cweCount, cweDistance, cweName, cweNumbersIn, cweParents } from './cwe.ts'

test('what the catalogue does not hold has no name, no parents and no distance', () => {
  for (const id of [0, -1, 3, 9999, Number.NaN, 1.5]) {
    assert.equal(cweName(id), undefined)
    assert.deepEqual(cweParents(id), [])
    assert.equal(cweDistance(id, 79), null)
  }
})

test('weaknesses have their names and parents', () => {
  assert.equal(cweCount, 962)
  assert.equal(cweName(352), 'Cross-Site Request Forgery (CSRF)')
  assert.match(cweName(79) ?? '', /Cross-site Scripting/)
  assert.equal(cweName(310), 'Cryptographic Issues')
  assert.deepEqual(cweParents(79), [74])
  assert.deepEqual(cweParents(122), [788, 787])
  assert.deepEqual(cweParents(664), [])
})

test('every parent is in the catalogue and no weakness is its own ancestor', () => {
  for (let id = 1; id < 1500; id++) {
    for (const parent of cweParents(id)) assert.ok(cweName(parent), `${id} under ${parent}`)
    const seen = new Set<number>()
    const walk = (at: number): void => {
      for (const parent of cweParents(at)) {
        assert.notEqual(parent, id)
        if (!seen.has(parent)) {
          seen.add(parent)
          walk(parent)
        }
      }
    }
    walk(id)
  }
})

test('the distance goes through the nearest common ancestor below the pillars', () => {
  const cases: readonly (readonly [number, number, number | null])[] = [
    [79, 79, 0],
    [79, 80, 1],
    [79, 89, 3],
    [78, 88, 2],
    [121, 122, 2],
    [787, 125, 2],
    [79, 787, null],
    [664, 404, null],
    [310, 327, null],
  ]
  for (const [a, b, wanted] of cases) assert.equal(cweDistance(a, b), wanted, `${a} to ${b}`)
})

const ids = fc.integer({ min: 1, max: 1430 })

test('the distance is the same both ways and zero only for one and the same', () => {
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      const there = cweDistance(a, b)
      assert.equal(there, cweDistance(b, a))
      if (there === 0) assert.equal(a, b)
    }),
  )
})

test('numbers are read as people write them, and nothing else', () => {
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['', []],
    ['CWE', []],
    ['see CWE for 79 reasons', []],
    ['CWE-2021-12345', []],
    ['CVE-2021-79', []],
    ['CWE-12345', []],
    ['SCWE-79', []],
    ['CWE-79', [79]],
    ['cwe-79: Cross-site', [79]],
    ['CWE 79, CWE_89 and CWE:22', [79, 89, 22]],
    ['CWE ID: 125', [125]],
    ['**CWE:** 787', [787]],
    ['CWE-20, 79 and 89', [20, 79, 89]],
    ['CWE-20, 79 bytes', [20, 79]],
    ['CWE-20/CWE-22', [20, 22]],
    ['CWE-79-89', []],
    ['CWE-79 again CWE-79', [79]],
    ['https://cwe.mitre.org/data/definitions/416.html', [416]],
    ['CWE-0', []],
  ]
  for (const [text, wanted] of cases) assert.deepEqual(cweNumbersIn(text), wanted, text)
})

test('long texts are read in linear time', () => {
  for (const unit of ['CWE-', 'CWE-79, ', 'CWE-20, 79 and 89 ', 'CWE - - - ', '1']) {
    const text = unit.repeat(400_000 / unit.length)
    const start = performance.now()
    cweNumbersIn(text)
    assert.ok(performance.now() - start < 3000, unit)
  }
})
