import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashToken, isSameSecret, isTokenShaped, randomToken } from './token.ts'

const token = randomToken('parley')

const unshaped: readonly (readonly [why: string, text: string])[] = [
  ['nothing', ''],
  ['only a prefix', 'parley_'],
  ['another prefix', randomToken('barley')],
  ['a longer prefix', randomToken('parley_x')],
  ['a character more', `${token}0`],
  ['a character less', token.slice(0, -1)],
  ['a space', ` ${token.slice(1)}`],
  ['a dash', `${token.slice(0, 20)}-${token.slice(21)}`],
  ['a line end', `${token.slice(0, -1)}\n`],
]

for (const [why, text] of unshaped) {
  test(`no token: ${why}`, () => assert.equal(isTokenShaped(text, 'parley'), false))
}

test('a token with any one character replaced is told by its checksum', () => {
  const characters = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst')
  const places = fc.integer({ min: 'parley_'.length, max: token.length - 1 })
  fc.assert(
    fc.property(places, characters, (at, character) => {
      fc.pre(token[at] !== character)
      const changed = token.slice(0, at) + character + token.slice(at + 1)
      assert.equal(isTokenShaped(changed, 'parley'), false)
    }),
  )
})

test('tokens have one form and never repeat', () => {
  const made = Array.from({ length: 200 }, () => randomToken('p'))
  assert.equal(new Set(made).size, 200)
  for (const text of made) {
    assert.match(text, /^p_[0-9A-Za-z]{49}$/)
    assert.ok(isTokenShaped(text, 'p'))
  }
})

test('what is stored of a token is its SHA-256', () => {
  assert.equal(
    hashToken('abc').toString('hex'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})

test('secrets are the same only when every byte is', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      assert.equal(isSameSecret(one, other), Buffer.from(one).equals(Buffer.from(other)))
      assert.ok(isSameSecret(one, Buffer.from(one)))
    }),
  )
})
