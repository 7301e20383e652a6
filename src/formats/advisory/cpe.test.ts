import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCpe } from './cpe.ts'

for (const text of [
  '',
  'pkg:npm/a',
  'cpe:2.3:',
  'cpe:2.3:a:v',
  'cpe:2.3:a:v:*',
  'cpe:/',
  'cpe:/a:v:',
]) {
  test(`"${text}" names no product`, () => assert.equal(parseCpe(text), null))
}

const names: readonly [string, object][] = [
  ['cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*', { vendor: 'v', product: 'p', version: '1.0' }],
  ['cpe:2.3:a:*:p:-:*:*:*:*:*:*:*', { product: 'p' }],
  ['cpe:2.3:a:a\\:b:c\\+\\+:1\\.0:rc1', { vendor: 'a:b', product: 'c++', version: '1.0:rc1' }],
  ['cpe:/a:v:p:1.0', { vendor: 'v', product: 'p', version: '1.0' }],
  ['cpe:/a:v:c%2b%2b', { vendor: 'v', product: 'c++' }],
  ['CPE:/o:v:p%zz', { vendor: 'v', product: 'p%zz' }],
]

for (const [text, expected] of names) {
  test(`${text} is read`, () => assert.deepEqual(parseCpe(text), expected))
}

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, isUri) => {
      const found = parseCpe(`${isUri ? 'cpe:/a:' : 'cpe:2.3:a:'}${text}`)
      assert.ok(found === null || found.product !== '')
    }),
  )
})
