import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assetIn, cveSource, osvSource, sources } from './source.ts'

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
  const all = [...sources, cveSource]
  assert.ok(all.every(({ address }) => new URL(address).protocol === 'https:'))
  assert.equal(new Set(all.map(({ file }) => file)).size, all.length)
})

test('of a release the best file is taken, and of what is no listing none', () => {
  const ends = ['_all.zip.zip', '_all.zip']
  const asset = (name: string) => ({ name, browser_download_url: `https://a.example/${name}` })
  for (const value of [null, 3, [], {}, { assets: 1 }, { assets: [1, {}, asset('notes.txt')] }]) {
    assert.equal(assetIn(value, ends), null)
  }
  const [delta, plain, best] = ['1_delta.zip', '1_all.zip', '1_all.zip.zip'].map(asset)
  assert.equal(assetIn({ assets: [delta, plain] }, ends), 'https://a.example/1_all.zip')
  assert.equal(assetIn({ assets: [delta, plain, best] }, ends), 'https://a.example/1_all.zip.zip')
})
