import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { outlineOf, stringOf } from './json-members.ts'

const namesOf = (text: string | Buffer): readonly string[] | null =>
  outlineOf(Buffer.from(text))?.members.map(({ name }) => name) ?? null

for (const [what, text] of [
  ['nothing', ''],
  ['a list', '[{"model":"a"}]'],
  ['a text', '"model"'],
  ['two objects', '{}{}'],
  ['an object that does not end', '{"a":1'],
  ['a string that does not end', '{"a":"b\\"}'],
  ['a nested one that does not end', '{"a":{"b":1}'],
  ['brackets that do not match', '{"a":[1}}'],
  ['brackets that cross', '{"a":[{]}}'],
  ['a comment', '{"a":1/*,"model":"x"*/}'],
  ['a comment inside', '{"a":[1 //"\n]}'],
  ['other quotes', '{\'model\':"x"}'],
  ['other quotes inside', '{"a":[\'"\'],"model":"x"}'],
  ['a name without quotes', '{model:"x"}'],
  ['NaN', '{"a":NaN}'],
  ['a number of another spelling', '{"a":0x10}'],
  ['a comma too many', '{"a":1,}'],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le').toString('latin1')],
  ['a byte order mark', '\ufeff{"a":1}'],
  ['too deep', `{"a":${'['.repeat(600)}${']'.repeat(600)}}`],
] as const) {
  test(`${what} has no outline`, () => {
    assert.equal(namesOf(text), null)
  })
}

test('a name that is no UTF-8 has no outline', () => {
  assert.equal(namesOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), null)
})

test('a name is read as JSON spells it, twice where it stands twice', () => {
  assert.deepEqual(namesOf('{"mod\\u0065l":"a", "model" : {"model":1} }'), ['model', 'model'])
})

test('words are told from encodings', () => {
  const data = 'A'.repeat(5_000)
  const words = 'word '.repeat(1_000)
  assert.equal(outlineOf(Buffer.from(JSON.stringify({ a: [data, words, 'b'] })))?.textBytes, 5_001)
})

test('the members of any object are those that JSON.parse finds, with the same values', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (value, by) => {
      const bytes = Buffer.from(JSON.stringify(value, null, by))
      const outline = outlineOf(bytes)
      const found = (outline?.members ?? []).map(({ name, start, end }) => [
        name,
        JSON.parse(bytes.toString('utf8', start, end)),
      ])
      assert.deepEqual(found, Object.entries(JSON.parse(bytes.toString())))
    }),
  )
})

test('what JSON.parse refuses has no outline at the outermost level; nothing is thrown', () => {
  const part = fc.constantFrom('{', '}', '"', '\\', ':', ',', 'a', '1', '[', ']', ' ', 'true')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const bytes = Buffer.from(`{${parts.join('')}}`)
      for (const { start, end } of outlineOf(bytes)?.members ?? []) assert.ok(start < end)
    }),
    { numRuns: 2_000 },
  )
})

test('a string is read whole or not at all', () => {
  assert.equal(stringOf(Buffer.from('"a\\n"')), 'a\n')
  for (const text of ['a', '1', '"a', '""x']) assert.equal(stringOf(Buffer.from(text)), null)
})
