import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomKey } from '#platform/crypto/keys.ts'
import { type CursorOf, cursorsOf } from './cursor.ts'

const cursors = cursorsOf({ is: 'root', all: [randomKey()] })
const of: CursorOf = { list: 'cases', person: 'person_ada00001', query: { status: 'open' } }

for (const [what, other] of [
  ['another list', { ...of, list: 'imports' }],
  ['another person', { ...of, person: 'person_bo000001' }],
  ['another query', { ...of, query: { status: 'closed' } }],
  ['a query with more', { ...of, query: { status: 'open', q: 'x' } }],
] as const) {
  test(`a cursor is nothing to ${what}`, () => {
    assert.equal(cursors.open(cursors.seal('12', of), other), null)
  })
}

test('no text is a cursor but those that were given out, to the last character', () => {
  const given = cursors.seal('12', of)
  fc.assert(fc.property(fc.string(), (text) => assert.equal(cursors.open(text, of), null)))
  fc.assert(
    fc.property(fc.nat(given.length - 1), fc.constantFrom(...'AZaz09-_= '), (at, letter) => {
      fc.pre(given[at] !== letter)
      const changed = given.slice(0, at) + letter + given.slice(at + 1)
      assert.equal(cursors.open(changed, of), null)
    }),
  )
  const elsewhere = cursorsOf({ is: 'root', all: [randomKey()] })
  assert.equal(elsewhere.open(given, of), null)
})

test('what was given out opens to the place, whatever page and size are asked for', () => {
  const place = fc.string({ unit: 'binary' }).map((text) => text.trimEnd())
  fc.assert(
    fc.property(place, (text) => {
      const asked = { ...of, query: { after: 'x', limit: 5, status: 'open' } }
      assert.equal(cursors.open(cursors.seal(text, of), asked), Buffer.from(text).toString())
    }),
  )
})

test('neither the text nor its length tells a number', () => {
  const made = ['1', '999999', '123456789012'].map((no) => cursors.seal(no, of))
  assert.equal(new Set(made.map(({ length }) => length)).size, 1)
  assert.notEqual(cursors.seal('1', of), cursors.seal('1', of))
})
