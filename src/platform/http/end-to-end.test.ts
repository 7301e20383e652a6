import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endToEnd } from './end-to-end.ts'

for (const name of [
  ...['Connection', 'keep-alive', 'Proxy-Connection', 'proxy-authorization'],
  ...['TE', 'Trailer', 'Transfer-Encoding', 'Upgrade', 'Proxy-Authenticate'],
]) {
  test(`${name} is not passed on`, () => {
    assert.deepEqual(endToEnd([name, 'x', 'Accept', '*/*']), ['Accept', '*/*'])
  })
}

test('what Connection names is not passed on, in any spelling', () => {
  const raw = ['X-One', '1', 'connection', 'close, x-ONE', 'Connection', 'X-Two', 'x-two', '2']
  assert.deepEqual(endToEnd(raw), [])
})

test('Connection takes neither the length nor the type of a message away', () => {
  const raw = ['Content-Length', '5', 'Content-Type', 'a/b', 'Connection', 'content-length']
  assert.deepEqual(endToEnd(raw), ['Content-Length', '5', 'Content-Type', 'a/b'])
})

test('all others keep order, spelling and number', () => {
  const name = fc.stringMatching(/^x-[A-Za-z0-9]{1,12}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 20 }), (pairs) => {
      assert.deepEqual(endToEnd(pairs.flat()), pairs.flat())
    }),
  )
})
