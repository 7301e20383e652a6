import assert from 'node:assert/strict'
import { hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { signerOf, verifierText } from '#formats/tlog/note.ts'
import { type Keys, keyOf, randomKey } from '#platform/crypto/keys.ts'
import { ledgerSignerOf } from './ledger-key.ts'

const key = keyOf(Buffer.alloc(32, 7)) ?? randomKey()
const keys: Keys = { is: 'root', all: [key] }

test('another key file signs as another log', () => {
  const other = ledgerSignerOf({ is: 'root', all: [randomKey()] })
  assert.notEqual(other.name, ledgerSignerOf(keys).name)
})

test('a key that is added changes neither the log nor its name', () => {
  const more: Keys = { is: 'root', all: [key, randomKey()] }
  assert.equal(verifierText(ledgerSignerOf(more)), verifierText(ledgerSignerOf(keys)))
})

test('the key follows from the key file as written down', () => {
  const seed = hkdfSync('sha256', Buffer.alloc(32, 7), '', 'parley/v1/seed/ledger/ed25519', 32)
  const signer = ledgerSignerOf(keys)
  assert.equal(verifierText(signer), verifierText(signerOf(signer.name, Buffer.from(seed))))
  assert.match(signer.name, /^parley-ledger\/[0-9a-f]{16}$/)
})
