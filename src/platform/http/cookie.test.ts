import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookieHeader, cookieName, cookiesOf } from './cookie.ts'

for (const value of ['a;b', 'a b', 'a,b', 'a"b', 'a\\b', 'a\r\nset-cookie: x=y', 'ä', '\0']) {
  test(`the value ${JSON.stringify(value)} is a bug, not a header`, () =>
    assert.throws(() => cookieHeader({ name: 's', value, maxAgeS: 1, isSecure: true })))
}

test('cookies are out of reach of scripts and other sites, over https bound to the host', () => {
  const base = { name: 'session', value: 'abc_-=.', maxAgeS: 60 }
  assert.equal(
    cookieHeader({ ...base, isSecure: true }),
    '__Host-session=abc_-=.; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
  )
  assert.equal(
    cookieHeader({ ...base, isSecure: false }),
    'session=abc_-=.; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
  )
  assert.equal(cookieName('session', true), '__Host-session')
})

test('cookies are read by name; one that is there twice counts as none', () => {
  const found = cookiesOf('a=1; b = 2;c=x=y; a=3; d; =e; ;')
  assert.deepEqual(
    [...found],
    [
      ['b', '2'],
      ['c', 'x=y'],
      ['', 'e'],
    ],
  )
  assert.equal(cookiesOf(undefined).size, 0)
  assert.ok(cookiesOf('x=1;'.repeat(10_000)).size <= 50)
})
