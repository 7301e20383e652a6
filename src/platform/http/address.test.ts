import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fetchable, isLoopback, shown } from './address.ts'

const refused: readonly (readonly [address: string, why: RegExp, from?: string])[] = [
  ['', /is no address/],
  ['list.json', /is no address/],
  ['file:///etc/passwd', /is not https/],
  ['ftp://example.org/x', /is not https/],
  ['http://example.org/x', /only https is fetched/],
  ['http://127.0.0.1.example.org/x', /only https is fetched/],
  ['http://localhost.example.org/x', /only https is fetched/],
  ['https://user:secret@example.org/x', /user name or password/],
  ['http://10.0.0.1/x', /only https is fetched/],
  ['http://example.org/x', /only https is fetched/, 'https://example.org/'],
  ['//other.example/x', /only https is fetched/, 'http://127.0.0.1:8080/'],
  ['https://127.0.0.1/x', /this machine itself/, 'https://example.org/'],
  ['http://localhost/x', /this machine itself/, 'https://example.org/'],
  ['http://[::1]/x', /this machine itself/, 'https://example.org/'],
]

for (const [address, why, from] of refused) {
  test(`not fetched: ${address || 'nothing'}${from ? ` from ${from}` : ''}`, () => {
    const found = fetchable(address, from === undefined ? undefined : new URL(from))
    assert.ok(!found.ok)
    assert.equal(found.refusal.code, 'bad-usage')
    assert.match(found.refusal.why, why)
    assert.doesNotMatch(JSON.stringify(found.refusal), /secret/)
  })
}

test('https anywhere, http on this machine, and what they lead to', () => {
  for (const address of [
    ...['https://example.org/x', 'http://127.0.0.1:8080/x', 'http://127.9.9.9/x'],
    ...['http://localhost:1/x', 'http://[::1]:1/x', 'http://mirror.localhost/x'],
  ]) {
    assert.ok(fetchable(address).ok, address)
  }
  const next = fetchable('../y?z', new URL('https://example.org/a/b'))
  assert.equal(next.ok && next.value.href, 'https://example.org/y?z')
  assert.ok(fetchable('https://example.org/', new URL('http://127.0.0.1/')).ok)
})

test('a host is this machine only by a name or number that can be nothing else', () => {
  for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]', '::1', 'a.localhost']) {
    assert.ok(isLoopback(host), host)
  }
  for (const host of ['128.0.0.1', '127.0.0', 'localhost.org', '::2', '0.0.0.0', '']) {
    assert.ok(!isLoopback(host), host)
  }
})

test('no text makes it throw, and nothing before an @ sign is shown', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(typeof fetchable(text).ok, 'boolean')))
  assert.equal(shown('https://a:b@example.org/x@y'), 'https://example.org/x@y')
  assert.equal(shown('x'.repeat(999)).length, 300)
})
