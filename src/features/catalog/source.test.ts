import assert from 'node:assert/strict'
import { test } from 'node:test'
import { osvSource, sources } from './source.ts'

for (const name of ['', '../etc', 'a/b', 'npm?x', '-x', 'n'.repeat(99)]) {
  test(`"${name}" is no ecosystem`, () => assert.equal(osvSource(name), null))
}

for (const [name, end, file] of [
  ['npm', '/npm/all.zip', 'osv-npm.zip'],
  ['Debian:12', '/Debian%3A12/all.zip', 'osv-Debian_12.zip'],
  ['GitHub Actions', '/GitHub%20Actions/all.zip', 'osv-GitHub_Actions.zip'],
] as const) {
  test(`the records of ${name} have an address and a file`, () => {
    const source = osvSource(name)
    assert.equal(source?.address.endsWith(end), true)
    assert.equal(source?.file, file)
  })
}

test('every list comes over a secure connection into a file of its own', () => {
  assert.ok(sources.every(({ address }) => new URL(address).protocol === 'https:'))
  assert.equal(new Set(sources.map(({ file }) => file)).size, sources.length)
})
