import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Interner } from './interner.ts'
import { Sketch } from './sketch.ts'
import { Bags } from './views.ts'

const none = new Uint32Array()

function counted(reports: readonly (readonly string[])[]): Sketch {
  const interner = new Interner()
  const sketch = new Sketch()
  for (const words of reports) {
    const bags = Bags.builder(interner.intern)
    for (const word of words) bags.add('words', word)
    sketch.add(bags.done(), { interner, pairs: none })
  }
  return sketch
}

test('a text that nobody wrote is in no report', () => {
  assert.equal(new Sketch().countOf('words', 'overflow'), 0)
  assert.equal(counted([['overflow']]).countOf('title', 'overflow'), 0)
})

test('counts are never too low, and right while there are few texts', () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/)
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(word, { maxLength: 8 }), { maxLength: 30 }), (reports) => {
      const sketch = counted(reports)
      assert.equal(sketch.reports, reports.length)
      for (const one of new Set(reports.flat())) {
        const true_ = reports.filter((words) => words.includes(one)).length
        assert.equal(sketch.countOf('words', one), true_)
      }
    }),
    { numRuns: 25 },
  )
})

test('what was saved counts on where it was', () => {
  const sketch = counted([['a', 'b'], ['a']])
  const again = Sketch.decode(sketch.encode(), sketch.reports)
  assert.deepEqual(
    ['a', 'b', 'c'].map((word) => again.countOf('words', word)),
    [2, 1, 0],
  )
  assert.equal(again.reports, 2)
})

test('bytes that are longer than a sketch are refused', () => {
  assert.throws(() => Sketch.decode(Buffer.from('not a sketch'), 1))
})
