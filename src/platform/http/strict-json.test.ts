import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson } from './strict-json.ts'

const read = (text: string) => parseJson(Buffer.from(text))
const nested = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`

for (const [what, text, why] of [
  ['nothing', '', 'is empty'],
  ['white space', ' \n', 'is empty'],
  ['a word', 'hello', 'is not JSON'],
  ['arrays 10,000 deep', nested(10_000, '[', ']'), 'is nested more than 64 deep'],
  ['objects 10,000 deep', nested(10_000, '{"a":', '}'), 'is nested more than 64 deep'],
  ['arrays 65 deep', nested(65, '[', ']'), 'is nested more than 64 deep'],
  ['an endless string', `"${'\\'.repeat(9)}`, 'is not JSON'],
  ['a control character in a string', '"\u0001"', 'is not JSON'],
  ['a trailing comma', '{"a":1,}', 'is not JSON'],
] as const) {
  test(`${what} is refused: it ${why}`, () => {
    const found = read(text)
    assert.deepEqual(found.ok ? null : found.refusal, { why })
  })
}

test('nesting of 64 and a byte order mark are taken', () => {
  assert.equal(read(nested(64, '[', ']')).ok, true)
  assert.deepEqual(read('\ufeff{"a":1}'), { ok: true, value: { a: 1 } })
})

test('brackets and commas inside strings are no structure', () => {
  const text = '{"a":"[[[{{{,\\"","b":["},{",{"a":1}],"c":{"a":2}}'
  assert.deepEqual(read(text), { ok: true, value: JSON.parse(text) })
})

const plainValue = fc.jsonValue({ maxDepth: 5 }).filter((value) => {
  const text = JSON.stringify(value)
  return !text.includes('__proto__') && !/\\u(0000|d[89a-f])/i.test(text)
})

test('whatever JSON.stringify writes of plain values is read alike', () => {
  fc.assert(
    fc.property(plainValue, fc.constantFrom(0, 1, 4), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      assert.deepEqual(read(text), { ok: true, value: JSON.parse(text) })
    }),
  )
})

test('no text makes it throw, and it takes nothing that JSON.parse refuses', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0a1 \n') }),
  )
  fc.assert(
    fc.property(text, (given) => {
      if (!read(given).ok) return
      JSON.parse(given.replace(/^\ufeff/, ''))
    }),
    { numRuns: 2_000 },
  )
})

test('a key that is there twice is found, wherever and however it is written', () => {
  const key = fc.string({ minLength: 1, maxLength: 8 })
  const escaped = (text: string): string =>
    [
      ...Buffer.from(text, 'utf16le')
        .toString('hex')
        .matchAll(/(..)(..)/g),
    ]
      .map(([, low, high]) => `\\u${high}${low}`)
      .join('')
  fc.assert(
    fc.property(key, fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }), (name, rest) => {
      const between = rest.map((value, i) => `"other${i}":${JSON.stringify(value)},`).join('')
      const twice = `[{${JSON.stringify(name)}:1,${between}"${escaped(name)}":2}]`
      assert.equal(read(twice).ok, false, twice)
    }),
  )
})
