import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SecretCover, SecretForms } from './secret-cover.ts'

const secret = Buffer.from('key-of/the+developer=0123456789')
const forms = new SecretForms(secret)

const shown = (pieces: readonly Buffer[]): Buffer => {
  const cover = new SecretCover(forms)
  return Buffer.concat([...pieces.map((piece) => cover.cover(piece)), cover.end()])
}
/** The same bytes in pieces that end at the given places. */
const cut = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const ends = [...at.map((one) => one % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}
const around = fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }))

test('a secret too short to be told from chance is a bug', () => {
  assert.throws(() => new SecretForms(Buffer.from('short')), /at least 16 bytes/)
})

for (const [what, spelled] of [
  ['as it is', secret],
  ['percent-encoded', Buffer.from(encodeURIComponent(secret.toString()))],
] as const) {
  test(`a secret ${what} does not show, wherever its pieces end, and the length stays`, () => {
    fc.assert(
      fc.property(around, fc.array(fc.nat(), { maxLength: 8 }), ([before, after], at) => {
        const bytes = Buffer.concat([before, spelled, after])
        const out = shown(cut(bytes, at))
        assert.equal(out.length, bytes.length)
        assert.ok(!out.includes(spelled))
        assert.deepEqual(out.subarray(0, before.length), Buffer.from(before))
      }),
    )
  })
}

test('a secret in base64 among other bytes does not show', () => {
  fc.assert(
    fc.property(around, fc.array(fc.nat(), { maxLength: 8 }), ([before, after], at) => {
      const bytes = Buffer.from(Buffer.concat([before, secret, after]).toString('base64'))
      const out = Buffer.from(shown(cut(bytes, at)).toString().replaceAll('*', 'A'), 'base64')
      assert.ok(!out.includes(secret.subarray(3, -3)))
    }),
  )
})

test('a secret that comes twice or in one piece with others does not show', () => {
  const bytes = Buffer.concat([secret, secret, Buffer.from('-'), secret])
  assert.equal(shown([bytes]).toString().replace(/\*+/g, '*'), '*-*')
  assert.equal(bytes.toString(), `${secret}${secret}-${secret}`, 'what came is left as it is')
})

test('any other bytes come out as they went in, and only a beginning is held', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(fc.nat(), { maxLength: 5 }), (bytes, at) => {
      assert.deepEqual(shown(cut(Buffer.from(bytes), at)), Buffer.from(bytes))
    }),
  )
  const cover = new SecretCover(forms)
  assert.equal(cover.cover(Buffer.from('one key')).toString(), 'one ')
  assert.ok(cover.isHolding)
  assert.equal(cover.cover(Buffer.from('s\n')).toString(), 'keys\n')
})

test('what is destroyed finds nothing', () => {
  const gone = new SecretForms(secret)
  assert.ok(gone.isIn(`x ${secret}`))
  gone.destroy()
  assert.ok(!gone.isIn(`x ${secret}`))
})
