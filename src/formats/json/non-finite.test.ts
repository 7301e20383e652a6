import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeNonFinite, parseNonFinite } from './non-finite.ts'

test('what is no JSON even with NaN allowed is refused', () => {
  for (const text of ['', 'NaNs', '{"a": NaN', '{NaN: 1}', '[--Infinity]', '"NaN', '[1NaN]']) {
    assert.throws(() => parseNonFinite(text), SyntaxError, text)
  }
})

test('NaN and the infinities are numbers where they stand bare, and text in quotes', () => {
  const text = '{"a": NaN, "b": [Infinity,-Infinity], "c": "NaN, \\"NaN", "~0~NaN": 1}'
  assert.deepEqual(parseNonFinite(text), {
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    c: 'NaN, "NaN',
    '~0~NaN': 1,
  })
})

test('a long text beside a NaN is read', () => {
  const long = 'x"\\'.repeat(1_000_000)
  assert.deepEqual(parseNonFinite(`[NaN, ${JSON.stringify(long)}]`), [Number.NaN, long])
})

test('what is written is read back, numbers of any kind included', () => {
  const leaf = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree')),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      // Minus zero is written as zero.
      const wanted = JSON.parse(JSON.stringify(value))
      const read = parseNonFinite(encodeNonFinite(value))
      assert.deepEqual(JSON.parse(JSON.stringify(read)), wanted)
      assert.equal(encodeNonFinite(read), encodeNonFinite(value))
    }),
  )
})
