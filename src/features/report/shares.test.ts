import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Shares } from './shares.ts'

test('one who takes all that it may leaves room for others, and all together have an end', () => {
  const shares = new Shares(4, 2)
  const leave = [shares.enter('a', 1), shares.enter('a', 1)]
  assert.deepEqual([shares.hasRoom('a'), shares.hasRoom('b')], [false, true])
  shares.enter('b', 1)
  shares.enter('c', 1)
  assert.equal(shares.hasRoom('d'), false)
  for (const one of leave) one()
  assert.deepEqual([shares.hasRoom('a'), shares.hasRoom('d')], [true, true])
})

test('when all have left everything is as it was', () => {
  const visits = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat({ max: 9 })))
  fc.assert(
    fc.property(visits, (all) => {
      const shares = new Shares(1, 1)
      const leave = all.map(([who, amount]) => shares.enter(who, amount))
      for (const one of leave) one()
      for (const who of ['a', 'b', 'c']) assert.equal(shares.hasRoom(who), true)
    }),
  )
})
