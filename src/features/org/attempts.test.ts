import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Attempts, clientOf } from './attempts.ts'

const bounds = { windowMs: 60_000, perClient: 2, together: 4, waitMs: 30 }

/** A clock that a test moves. */
const clockFrom = (start: string) => {
  let at = Date.parse(start)
  return { now: () => new Date(at), pass: (ms: number) => (at += ms) }
}

describe('attempts', () => {
  test('a client that tried too often waits for the window to end, others do not', () => {
    const clock = clockFrom('2026-03-01T10:00:30Z')
    const attempts = new Attempts(clock, bounds)
    attempts.count('192.0.2.1')
    assert.equal(attempts.refusedFor('192.0.2.1'), null)
    attempts.count('192.0.2.1')
    assert.equal(attempts.refusedFor('192.0.2.1'), 30)
    assert.equal(attempts.refusedFor('192.0.2.2'), null)
    clock.pass(30_000)
    assert.equal(attempts.refusedFor('192.0.2.1'), null)
  })

  test('many clients together are slowed down and none is refused', async () => {
    const attempts = new Attempts(clockFrom('2026-03-01T10:00:00Z'), bounds)
    const { signal } = new AbortController()
    for (const last of [1, 2, 3]) attempts.count(`192.0.2.${last}`)
    const before = performance.now()
    await attempts.slowedDown(signal)
    assert.ok(performance.now() - before < 20)
    attempts.count('192.0.2.4')
    const then = performance.now()
    await attempts.slowedDown(signal)
    assert.ok(performance.now() - then >= 25)
    assert.equal(attempts.refusedFor('192.0.2.9'), null)
  })
})

const clients: readonly (readonly [address: string, client: string])[] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
]
for (const [address, client] of clients) {
  test(`${address} counts as ${client}`, () => assert.equal(clientOf(address), client))
}
