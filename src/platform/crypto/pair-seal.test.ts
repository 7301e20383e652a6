import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import {
  decryptWith,
  encryptTo,
  type Holder,
  holdersMax,
  openPair,
  pairKeys,
  recipientOf,
} from './pair-seal.ts'

const identities = await Promise.all(
  Array.from({ length: holdersMax + 1 }, () => generateX25519Identity()),
)
const holders: readonly Holder[] = await Promise.all(
  identities.map(async (identity, index) => ({
    name: `holder ${index}`,
    recipient: await identityToRecipient(identity),
  })),
)
const [one, other] = holders
assert.ok(one && other)
const secret = Buffer.from('what nobody sees alone')

const refused: readonly (readonly [string, readonly Holder[], RegExp])[] = [
  ['nobody', [], /two holders are needed/],
  ['one holder', [one], /two holders are needed/],
  ['nine holders', holders, /more than 8 holders/],
  ['one name twice', [one, { ...other, name: one.name }], /names the holder holder 0 twice/],
  ['one key twice', [one, { ...one, name: 'b' }], /gives holder 0 and b one key/],
  ['a text as a key', [one, { name: 'b', recipient: 'age1abc' }], /gives b a recipient/],
  ['a secret as a key', [one, { name: 'b', recipient: identities[1] ?? '' }], /gives b a recipi/],
]
for (const [what, given, expected] of refused) {
  test(`no key is made for ${what}`, async () => {
    const made = await pairKeys(given)
    assert.match(made.ok ? '' : made.refusal, expected)
  })
}

test('any two holders open, and no one alone', async () => {
  for (const count of [2, 3, holdersMax]) {
    const made = await pairKeys(holders.slice(0, count))
    assert.ok(made.ok)
    const { pairs, recipient } = made.value
    assert.equal(pairs.length, (count * (count - 1)) / 2)
    const sealed = await encryptTo(recipient, secret)
    for (const pair of pairs) {
      const [first, second] = [identities[pair.first] ?? '', identities[pair.second] ?? '']
      const key = await openPair(pair, first, second)
      assert.ok(key.ok)
      const opened = await decryptWith(key.value, sealed)
      assert.deepEqual(opened.ok && Buffer.from(opened.value), secret)
      for (const [a, b] of [
        [first, first],
        [second, second],
        [second, first],
      ] as const) {
        assert.equal((await openPair(pair, a, b)).ok, false)
      }
    }
  }
})

test('what one holder decrypts alone is never the key or the contents', async () => {
  const made = await pairKeys(holders.slice(0, 4))
  assert.ok(made.ok)
  const sealed = await encryptTo(made.value.recipient, secret)
  for (const identity of identities.slice(0, 4)) {
    let reach: Uint8Array[] = [sealed, ...made.value.pairs.map((pair) => pair.sealed)]
    for (let round = 0; round < 3; round++) {
      const next: Uint8Array[] = []
      for (const bytes of reach) {
        const opened = await decryptWith(identity, bytes)
        if (opened.ok) next.push(opened.value)
      }
      for (const bytes of next) {
        const text = Buffer.from(bytes).toString('latin1')
        assert.ok(!text.includes('AGE-SECRET-KEY') && !text.includes('nobody sees'))
      }
      reach = next
    }
    assert.deepEqual(reach, [])
  }
})

test('a changed byte is noticed, wherever it is', async () => {
  const made = await pairKeys([one, other])
  assert.ok(made.ok)
  const [pair] = made.value.pairs
  assert.ok(pair)
  const [first, second] = [identities[0] ?? '', identities[1] ?? '']
  await fc.assert(
    fc.asyncProperty(
      fc.nat(pair.sealed.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, bit) => {
        const sealed = Uint8Array.from(pair.sealed)
        sealed[at] = (sealed[at] ?? 0) ^ bit
        assert.equal((await openPair({ ...pair, sealed }, first, second)).ok, false)
      },
    ),
    { numRuns: 50 },
  )
})

test('an identity is told from other texts', async () => {
  assert.equal(await recipientOf(identities[0] ?? ''), one.recipient)
  for (const text of ['', 'AGE-SECRET-KEY-1', one.recipient, `AGE-SECRET-KEY-1${'Q'.repeat(58)}`]) {
    assert.equal(await recipientOf(text), null)
  }
})
