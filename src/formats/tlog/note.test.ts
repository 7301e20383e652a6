import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkpointText, parseCheckpoint } from './checkpoint.ts'
import { cosigned, cosignedAt } from './cosignature.ts'
import { emptyRoot, leafHash } from './hash.ts'
import {
  isSignedBy,
  type Note,
  noteText,
  parseNote,
  parseSigner,
  parseVerifier,
  signedNote,
  signerOf,
  signerText,
  verifierText,
} from './note.ts'

const signer = signerOf('example.org/log', Buffer.alloc(32, 7))
const witness = signerOf('witness.example.org', Buffer.alloc(32, 9), 4)
const at = new Date('2026-03-01T10:00:00Z')
const checkpoint = {
  ...{ origin: 'example.org/log', size: 70_000, root: leafHash(Buffer.from('x')) },
  extensions: [],
}
const note = signedNote(checkpointText(checkpoint), signer)

function parsed(text: string | Uint8Array): Note | null {
  const found = parseNote(typeof text === 'string' ? Buffer.from(text) : text)
  return found.ok ? found.value : null
}

// The example of Go's package golang.org/x/mod/sumdb/note.
const neumann = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  note:
    'If you think cryptography is the answer to your problem,\n' +
    "then you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot' +
    'pRZb6KE6RyyBwJnAM=\n',
}

describe('a note', () => {
  for (const [why, text] of [
    ['nothing', ''],
    ['no signatures', 'text\n'],
    ['no empty line', 'text\n— a AAAAAAAA\n'],
    ['no text', '\n— a AAAAAAAA\n'],
    ['no line below', 'text\n\n'],
    ['an end that is missing', noteText(note).slice(0, -1)],
    ['a hyphen for the dash', noteText(note).replace('—', '-')],
    ['a name with a plus', noteText(note).replace('— example', '— ex+ample')],
    ['two spaces', noteText(note).replace('— ', '—  ')],
    ['base64 without padding', noteText(note).replace(/=+\n$/, '\n')],
    ['a key id alone', 'text\n\n— a AAAAAA==\n'],
    ['a carriage return', noteText(note).replace('\n', '\r\n')],
    ['a control character', noteText(note).replace('example', 'ex\u0001ample')],
    ['too many signatures', `text\n\n${'— a AAAAAAAA\n'.repeat(101)}`],
  ] as const) {
    test(`is refused with ${why}`, () => assert.equal(parsed(text), null))
  }

  test('is refused where it is no UTF-8 or too large', () => {
    assert.equal(parsed(Buffer.concat([Buffer.of(0xff), Buffer.from(noteText(note))])), null)
    assert.equal(parsed(Buffer.concat([Buffer.alloc(1_000_000, 65), Buffer.from('\n')])), null)
  })

  test('no longer verifies with any bit flipped', () => {
    const bytes = Buffer.from(noteText(note))
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const found = parsed(changed)
      assert.equal(found !== null && isSignedBy(found, signer), false, `bit ${bit}`)
    }
  })

  test('is not signed by another key, another name, or by a wrong line beside a good one', () => {
    assert.equal(isSignedBy(note, signerOf('example.org/log', Buffer.alloc(32, 8))), false)
    assert.equal(isSignedBy(note, signerOf('other', Buffer.alloc(32, 7))), false)
    const [good] = note.signatures
    assert.ok(good)
    const bad = { ...good, signature: Buffer.alloc(64) }
    assert.equal(isSignedBy({ ...note, signatures: [good, bad] }, signer), false)
    assert.equal(isSignedBy({ ...note, signatures: [] }, signer), false)
  })

  test('of Go verifies here', () => {
    const key = parseVerifier(neumann.key)
    const found = parsed(neumann.note)
    assert.ok(key.ok && found !== null)
    assert.ok(isSignedBy(found, key.value))
    assert.equal(verifierText(key.value), neumann.key)
    assert.equal(noteText(found), neumann.note)
  })

  test('that was signed is read back and verifies', () => {
    const lines = fc
      .array(fc.string({ unit: 'grapheme' }), { minLength: 1 })
      .map((some) => some.map((line) => `${line.replaceAll(/\p{Cc}/gu, '')}.\n`).join(''))
    fc.assert(
      fc.property(lines, (text) => {
        const found = parsed(noteText(signedNote(text, signer)))
        assert.ok(found !== null && isSignedBy(found, signer))
        assert.equal(found.text, text)
      }),
    )
  })
})

describe('a key', () => {
  const text = verifierText(signer)
  for (const [why, wrong] of [
    ['nothing', ''],
    ['another id', text.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['another name', text.replace('example', 'sample')],
    ['an unknown algorithm', text.replace(/^([^+]*[+][0-9a-f]{8}[+])A/, '$1B')],
    ['a byte less', text.slice(0, -4)],
    ['a name with a space', text.replace('/', ' ')],
  ] as const) {
    test(`of a verifier is refused with ${why}`, () => assert.equal(parseVerifier(wrong).ok, false))
  }

  test('of a signer is refused where it is damaged, without being shown', () => {
    for (const wrong of [
      '',
      signerText(signer).slice(0, -4),
      signerText(signer).replace('+AQ', '+AR'),
    ]) {
      const found = parseSigner(wrong)
      assert.equal(found.ok, false)
      assert.doesNotMatch(JSON.stringify(found), /BwcH/)
    }
    assert.throws(() => signerOf('a b', Buffer.alloc(32)), TypeError)
    assert.throws(() => signerOf('a', Buffer.alloc(31)), TypeError)
  })

  test('goes through its text', () => {
    const [verifier, again] = [parseVerifier(text), parseSigner(signerText(signer))]
    assert.ok(verifier.ok && again.ok)
    assert.equal(verifierText(verifier.value), text)
    assert.equal(verifierText(again.value), text)
    assert.ok(isSignedBy(signedNote('x\n', again.value), verifier.value))
  })
})

describe('a checkpoint', () => {
  const root = emptyRoot().toString('base64')
  for (const text of [
    ...['', '\n', 'origin\n', 'origin\n0\n', `origin\n0\n${root}`, `\n0\n${root}\n`],
    ...[
      `o\n01\n${root}\n`,
      `o\n-1\n${root}\n`,
      `o\n1e3\n${root}\n`,
      `o\n9999999999999999\n${root}\n`,
    ],
    ...[`o\n0\n${root.slice(4)}\n`, `o\n0\n${root.slice(0, -1)}\n`, `o\n0\n${root}\n\nx\n`],
  ]) {
    test(`is refused when it is ${JSON.stringify(text)}`, () => {
      assert.equal(parseCheckpoint(text).ok, false)
    })
  }

  test('goes through its text, with what others add', () => {
    for (const extensions of [[], ['one', 'two 2']]) {
      const found = parseCheckpoint(checkpointText({ ...checkpoint, extensions }))
      assert.deepEqual(found.ok && found.value, { ...checkpoint, extensions })
    }
  })
})

describe('a cosignature', () => {
  const seen = cosigned(note, witness, at)

  test('says nothing with any bit of its line or of the text changed', () => {
    const bytes = Buffer.from(noteText(seen))
    const own = bytes.indexOf('— witness')
    const text = bytes.indexOf('\n\n')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const place = bit >> 3
      if (place > text && place < own) continue
      const changed = Buffer.from(bytes)
      changed[place] = (changed[place] ?? 0) ^ (1 << (bit & 7))
      const found = parsed(changed)
      assert.equal(found && cosignedAt(found, witness), null, `bit ${bit}`)
    }
  })

  test('is no signature of the note, and a signature of the note is no cosignature', () => {
    const asLog = signerOf(witness.name, Buffer.alloc(32, 9))
    assert.equal(isSignedBy(seen, asLog), false)
    assert.equal(isSignedBy(seen, witness), false)
    assert.equal(cosignedAt(seen, asLog), null)
    assert.throws(() => cosigned(note, signer, at), TypeError)
    assert.equal(cosignedAt(note, witness), null)
  })

  test('tells when the checkpoint was seen last, and leaves the log’s signature whole', () => {
    const twice = parsed(noteText(cosigned(seen, witness, new Date('2026-03-02T10:00:00Z'))))
    assert.ok(twice)
    assert.equal(cosignedAt(twice, witness)?.toISOString(), '2026-03-02T10:00:00.000Z')
    assert.ok(isSignedBy(twice, signer))
  })
})
