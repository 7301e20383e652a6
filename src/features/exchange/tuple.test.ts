import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TupleSet } from './tuple.ts'

test('no tuple is taken for another, and each is known by its first number', () => {
  const tuples = fc.array(fc.array(fc.integer({ min: -2, max: 3 }), { maxLength: 5 }))
  fc.assert(
    fc.property(tuples, (added) => {
      const set = new TupleSet()
      const known = new Map<string, number>()
      added.forEach((tuple, fresh) => {
        const first = known.get(tuple.join()) ?? fresh
        known.set(tuple.join(), first)
        assert.equal(set.add(tuple, fresh), first)
      })
    }),
  )
})

test('growing keeps every tuple, long ones included', () => {
  const set = new TupleSet()
  const tupleOf = (at: number): number[] =>
    at % 1000 === 0 ? Array.from({ length: 5000 }, (_, index) => index + at) : [at >> 8, at & 255]
  for (let at = 0; at < 20_000; at++) assert.equal(set.add(tupleOf(at), at), at)
  for (let at = 0; at < 20_000; at++) assert.equal(set.add(tupleOf(at), -1), at)
})
