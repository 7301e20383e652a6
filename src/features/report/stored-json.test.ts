import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { storedJson, storedName, storedText } from './stored-json.ts'

const half = '\ud83d'

for (const [value, stored] of [
  ['a\0b', '"a\ufffdb"'],
  [half, '"\ufffd"'],
  [{ [`a\0${half}`]: [`${half}x`, 1, null] }, '{"a\ufffd\ufffd":["\ufffdx",1,null]}'],
  [undefined, 'null'],
  ['\\u0000 in words', '"\\\\u0000 in words"'],
  ['😀', '"😀"'],
] as const) {
  test(`${JSON.stringify(value)} is stored as ${stored}`, () => {
    assert.equal(storedJson(value), stored)
  })
}

test('whatever is stored has no NUL and no half of a pair, and what had none is unchanged', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\0', half, '\ude00', '😀', '"', '\\') })
  const value = fc.dictionary(text, fc.oneof(text, fc.array(text), fc.dictionary(text, text)))
  fc.assert(
    fc.property(value, (one) => {
      const stored = storedJson(one)
      assert.doesNotMatch(stored, /(^|[^\\])(\\\\)*\\u(0000|d[89a-f])/)
      const clean = JSON.parse(stored)
      assert.equal(storedJson(clean), JSON.stringify(clean))
      assert.equal(storedText(storedText(JSON.stringify(one))), storedText(JSON.stringify(one)))
    }),
  )
})

test('a name is kept as it is, or cut so that an index takes it and no two become one', () => {
  assert.equal(storedName('Kestrel Lab'), 'Kestrel Lab')
  const long = '𝕏'.repeat(3_000)
  assert.notEqual(storedName(long), storedName(`${long}.`))
  assert.ok(Buffer.byteLength(storedName(long)) <= 1_200)
  const text = fc.string({
    unit: fc.constantFrom('a', '\0', half, '😀'),
    maxLength: 900,
    size: 'max',
  })
  fc.assert(
    fc.property(text, (name) => {
      const stored = storedName(name)
      assert.ok(Buffer.byteLength(stored) <= 1_200 && stored.isWellFormed())
      assert.ok(!stored.includes('\0'))
      assert.equal(storedName(stored), stored)
    }),
  )
})
