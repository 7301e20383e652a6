import assert from 'node:assert/strict'
import { createDecipheriv, hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { derivePassword, type Keys, keyOf, keysFor, randomKey } from './keys.ts'
import { seal, sealOverheadBytes, unseal } from './sealed-value.ts'

const keys: Keys = { is: 'root', all: [randomKey()] }
const purpose = keysFor(keys, 'test')
const bytes = (): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: 300 })

test('any bit that is flipped is refused', () => {
  const sealed = seal(purpose, 'what nobody else may read', 'owner')
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(unseal(purpose, changed, 'owner').ok, false, `bit ${bit}`)
  }
})

test('what is cut off anywhere, or longer, is refused', () => {
  const sealed = seal(purpose, 'short', '')
  for (let length = 0; length < sealed.length; length++) {
    assert.equal(unseal(purpose, sealed.subarray(0, length), '').ok, false, `${length} bytes`)
  }
  assert.equal(unseal(purpose, Buffer.concat([sealed, Buffer.of(0)]), '').ok, false)
})

test('other associated data is refused', () => {
  fc.assert(
    fc.property(bytes(), fc.string(), fc.string(), (plaintext, data, other) => {
      fc.pre(!Buffer.from(data).equals(Buffer.from(other)))
      assert.equal(unseal(purpose, seal(purpose, plaintext, data), other).ok, false)
    }),
  )
})

test('keys of another purpose or another file open nothing', () => {
  const sealed = seal(purpose, 'x', '')
  assert.equal(unseal(keysFor(keys, 'other'), sealed, '').ok, false)
  const stranger = keysFor({ is: 'root', all: [randomKey()] }, 'test')
  const refused = unseal(stranger, sealed, '')
  assert.match(refused.ok ? '' : refused.refusal.why, /unknown key/)
})

test('what was sealed is opened, and never sealed alike twice', () => {
  fc.assert(
    fc.property(bytes(), bytes(), (plaintext, data) => {
      const sealed = seal(purpose, plaintext, data)
      const opened = unseal(purpose, sealed, data)
      assert.ok(opened.ok && opened.value.equals(plaintext))
      assert.equal(sealed.length, plaintext.length + sealOverheadBytes)
      assert.notDeepEqual(seal(purpose, plaintext, data), sealed)
    }),
  )
})

test('a value that was sealed before a key was added is opened after', () => {
  const more: Keys = { is: 'root', all: [keys.all[0], randomKey(), randomKey()] }
  const opened = unseal(keysFor(more, 'test'), seal(purpose, 'old', 'd'), 'd')
  assert.equal(opened.ok && opened.value.toString(), 'old')
  const sealed = seal(keysFor(more, 'test'), 'new', 'd')
  assert.equal(sealed.toString('hex', 1, 5), more.all[2]?.id)
  assert.equal(unseal(purpose, sealed, 'd').ok, false)
})

test('the format is AES-256-GCM under a key from HKDF-SHA-256, as written down', () => {
  const secret = Buffer.alloc(32, 7)
  const key = keyOf(secret)
  assert.ok(key)
  const sealed = seal(keysFor({ is: 'root', all: [key] }, 'p'), 'text', 'data')
  const derived = hkdfSync('sha256', secret, '', 'parley/v1/purpose/p', 32)
  const opened = createDecipheriv('aes-256-gcm', Buffer.from(derived), sealed.subarray(5, 17))
  opened.setAAD(Buffer.concat([sealed.subarray(0, 5), Buffer.from('data')]))
  opened.setAuthTag(sealed.subarray(-16))
  const text = opened.update(sealed.subarray(17, -16), undefined, 'utf8') + opened.final('utf8')
  assert.equal(text, 'text')
})

test('keys show themselves neither in logs nor in JSON', () => {
  const secret = Buffer.alloc(32, 0x41)
  const key = keyOf(secret)
  assert.ok(key)
  const root: Keys = { is: 'root', all: [key] }
  const shown = [root, keysFor(root, 'p')].map(
    (given) => inspect(given, { depth: 9, showHidden: true }) + JSON.stringify(given),
  )
  assert.doesNotMatch(shown.join(), /AAAA|41 ?41|QUFB|65, ?65/)
})

test('a derived password depends on name and oldest key only', () => {
  const password = derivePassword(keys, 'database')
  assert.match(password, /^[A-Za-z0-9_-]{43}$/)
  const more: Keys = { is: 'root', all: [keys.all[0], randomKey()] }
  assert.equal(derivePassword(more, 'database'), password)
  assert.notEqual(derivePassword(keys, 'other'), password)
  assert.notEqual(derivePassword({ is: 'root', all: [randomKey()] }, 'database'), password)
})

test('a key has 32 bytes', () => {
  assert.equal(keyOf(Buffer.alloc(31)), null)
  assert.equal(keyOf(Buffer.alloc(33)), null)
})
