import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SteadyClock } from './steady-clock.ts'

const clockOf = (now: { wall: number; monotonic: number }): SteadyClock =>
  new SteadyClock({ wall: () => now.wall, monotonic: () => now.monotonic })

test('a wall clock that is set back is not followed', () => {
  const now = { wall: 1_000_000, monotonic: 0 }
  const clock = clockOf(now)
  now.wall -= 500_000
  now.monotonic += 3_000
  assert.equal(clock.ms(), 1_003_000)
})

test('a machine that slept is not late', () => {
  const now = { wall: 1_000_000, monotonic: 0 }
  const clock = clockOf(now)
  now.wall += 60_000
  assert.equal(clock.ms(), 1_060_000)
})

test('whatever is done to the wall clock, time does not go back, nor behind either clock', () => {
  const step = fc.record({ wall: fc.integer({ min: -1e6, max: 1e6 }), passes: fc.nat(10_000) })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const now = { wall: 1e12, monotonic: 5 }
      const clock = clockOf(now)
      let before = clock.ms()
      for (const { wall, passes } of steps) {
        now.wall += wall + passes
        now.monotonic += passes
        const after = clock.ms()
        assert.ok(after >= before + passes && after >= now.wall)
        before = after
      }
    }),
  )
})
