import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HourlyLimit } from './rate-limit.ts'

test('a token has its number in each hour of the clock, and no other token pays for it', () => {
  let at = '2026-11-21T10:59:00Z'
  const limit = new HourlyLimit({ now: () => new Date(at) }, 2)
  assert.deepEqual([limit.spend('a'), limit.spend('a')], [null, null])
  assert.equal(limit.spend('a'), 60)
  assert.equal(limit.spend('b'), null)
  at = '2026-11-21T10:59:59.900Z'
  assert.equal(limit.spend('a'), 1)
  at = '2026-11-21T11:00:00Z'
  assert.equal(limit.spend('a'), null)
})

test('a clock that is set back does not lock anybody out', () => {
  let at = '2026-11-21T10:30:00Z'
  const limit = new HourlyLimit({ now: () => new Date(at) }, 1)
  assert.equal(limit.spend('a'), null)
  at = '2026-11-20T10:30:00Z'
  assert.equal(limit.spend('a'), null)
})
