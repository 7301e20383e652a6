import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { searchQuery, searchVector } from './search-words.ts'

for (const [typed, query] of [
  ['', null],
  ['  ', null],
  ['--', "'∅'"],
  ["'", "'∅'"],
  ['\\', "'∅'"],
  ['-b', "!(('b'))"],
  ["o'brien", "(('o')) & (('brien') | ('brien':*))"],
  ['overflows', "(('overflow') | ('overflows':*))"],
  ['the', "(('the':*))"],
  ['the overflow', "(('overflow') | ('overflow':*))"],
  ['a:* | b', "(('b'))"],
  [
    'CVE-2031-1234',
    "(('cve' & '2031' & '1234') | ('cve-2031-1234') | ('cve' & '2031' & '1234':*))",
  ],
  ['tf_read', "(('tf' & 'read') | ('tf_read') | ('tf' & 'read':*))"],
] as const) {
  test(`${JSON.stringify(typed)} asks for ${query}`, () => assert.equal(searchQuery(typed), query))
}

test('words are stemmed, identifiers are kept whole and in parts', () => {
  assert.equal(
    searchVector([
      { weight: 'A', texts: ['Overflows in tf_read'] },
      { weight: 'B', texts: ['readFrame'] },
    ]),
    "'overflow':1A 'tf_read':3A 'tf':3A 'read':3A,4B 'readframe':4B 'frame':4B",
  )
})

test('whatever is written, only letters, digits and what joins them become words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const vector = searchVector([{ weight: 'C', texts: [text] }])
      const whole = vector === '' || /^('[^'\\\s]+':[\dC,]+ ?)+$/u.test(vector)
      assert.ok(whole, JSON.stringify(vector))
    }),
  )
})

test('a long text costs no more than its first words', () => {
  const vector = searchVector([
    { weight: 'A', texts: ['word'.repeat(20_000), 'a_b '.repeat(20_000)] },
  ])
  assert.ok(vector.length < 20_000, `${vector.length}`)
})
