import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { bundleFromJSON } from '@sigstore/bundle'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import fc from 'fast-check'
import {
  decodeEnvelope,
  type Envelope,
  keyIdOf,
  openEnvelope,
  parsePrivateKey,
  parsePublicKey,
  seal,
  signedBytes,
} from './dsse.ts'
import { sigstoreBundle } from './sigstore-bundle.ts'
import {
  decodeStatement,
  encodeStatement,
  type Statement,
  statementPayloadType,
  statementType,
} from './statement.ts'

const ours = generateKeyPairSync('ed25519')
const theirs = generateKeyPairSync('ed25519')
const statement: Statement = {
  _type: statementType,
  subject: [{ name: 'proof', digest: { sha256: 'ab'.repeat(32) } }],
  predicateType: 'urn:parley:attestation:proof-run:v1',
  predicate: { level: 'E3' },
}
const sealed = (): Envelope => seal(ours.privateKey, encodeStatement(statement))
const flipped = (text: string, at: number): string => {
  const bytes = Buffer.from(text, 'base64')
  const place = at % bytes.length
  bytes[place] = (bytes[place] ?? 0) ^ 1
  return bytes.toString('base64')
}

const broken: readonly [name: string, text: string, says: RegExp][] = [
  ['nothing', '', /is not JSON/],
  ['a list', '[]', /no DSSE envelope/],
  ['no signature', JSON.stringify({ ...sealed(), signatures: [] }), /at \/signatures/],
  ['a payload that is no base64', JSON.stringify({ ...sealed(), payload: '%' }), /at \/payload/],
  [
    'a bundle of a message',
    '{"dsseEnvelope":{"messageSignature":1}}',
    /at \/dsseEnvelope\/payload/,
  ],
  ['too much', `"${'x'.repeat(9 * 2 ** 20)}"`, /larger than any attestation/],
]
for (const [name, text, says] of broken) {
  test(`${name} is refused as an envelope, with its place`, () => {
    const read = decodeEnvelope(text)
    assert.match(read.ok ? 'read' : read.refusal.why, says)
  })
}

test('a changed byte of the payload or of the signature is refused', () => {
  fc.assert(
    fc.property(fc.nat(), fc.boolean(), (at, ofPayload) => {
      const whole = sealed()
      const [first] = whole.signatures
      assert.ok(first)
      const envelope = ofPayload
        ? { ...whole, payload: flipped(whole.payload, at) }
        : { ...whole, signatures: [{ ...first, sig: flipped(first.sig, at) }] }
      assert.equal(openEnvelope(envelope, [ours.publicKey]).ok, false)
    }),
  )
})

test('another key, another payload type and a key that only names itself ours are refused', () => {
  const envelope = sealed()
  assert.equal(openEnvelope(envelope, [theirs.publicKey]).ok, false)
  assert.equal(openEnvelope(envelope, []).ok, false)
  const retyped = { ...envelope, payloadType: 'text/plain' }
  assert.equal(openEnvelope(retyped, [ours.publicKey]).ok, false)
  const forged = seal(theirs.privateKey, encodeStatement(statement))
  const claims = forged.signatures.map(({ sig }) => ({ sig, keyid: keyIdOf(ours.publicKey) }))
  const read = openEnvelope({ ...forged, signatures: claims }, [ours.publicKey])
  assert.match(read.ok ? '' : read.refusal.why, /signed by none of the given keys/)
})

test('any statement survives, bare and in a bundle, and one good signature is enough', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (predicate) => {
      const said = { ...statement, predicate: JSON.parse(JSON.stringify(predicate)) }
      const envelope = seal(ours.privateKey, encodeStatement(said))
      const [other] = seal(theirs.privateKey, encodeStatement(said)).signatures
      assert.ok(other)
      const both = { ...envelope, signatures: [other, ...envelope.signatures] }
      for (const text of [JSON.stringify(both), JSON.stringify(sigstoreBundle(both))]) {
        const read = decodeEnvelope(text)
        assert.ok(read.ok)
        const opened = openEnvelope(read.value, [ours.publicKey])
        assert.ok(opened.ok)
        assert.deepEqual(decodeStatement(opened.value), { ok: true, value: said })
      }
    }),
  )
})

test('regression: a member called __proto__ is not lost from a predicate', () => {
  const predicate = JSON.parse('{"__proto__":[1]}')
  const read = decodeStatement(encodeStatement({ ...statement, predicate }))
  assert.ok(read.ok)
  assert.equal(JSON.stringify(read.value.predicate), '{"__proto__":[1]}')
})

test('what is signed but is no statement is told', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['text/plain', 'x', /holds text\/plain/],
    [statementPayloadType, '{', /not JSON/],
    [statementPayloadType, JSON.stringify({ ...statement, _type: 'x' }), /at \/_type/],
    [statementPayloadType, JSON.stringify({ ...statement, predicate: [] }), /at \/predicate/],
    [
      statementPayloadType,
      JSON.stringify({ ...statement, subject: [{ name: 'a', digest: { sha256: 'AB' } }] }),
      /no SHA-256 .* at \/subject\/0\/digest\/sha256/,
    ],
  ]
  for (const [payloadType, text, says] of cases) {
    const read = decodeStatement({ payloadType, payload: Buffer.from(text) })
    assert.match(read.ok ? '' : read.refusal.why, says)
  }
})

test('the bytes that are signed are those of the protocol', () => {
  // The example of the protocol's own text.
  const bytes = signedBytes('http://example.com/HelloWorld', Buffer.from('hello world'))
  assert.equal(bytes.toString(), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world')
})

test('keys of other kinds are refused', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const read = parsePublicKey(pem)
  assert.match(read.ok ? '' : read.refusal.why, /another kind than Ed25519/)
  assert.equal(parsePublicKey('nothing').ok, false)
  const secret = ours.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  assert.ok(parsePrivateKey(secret).ok)
})

/** Verifies a bundle with the libraries of the sigstore project, which know nothing of ours. */
function verifiedByTheirs(envelope: Envelope): void {
  const root = { mediaType: '', tlogs: [], certificateAuthorities: [], timestampAuthorities: [] }
  const trust = toTrustMaterial({ ...root, ctlogs: [] }, (hint) => {
    assert.equal(hint, keyIdOf(ours.publicKey))
    return { publicKey: ours.publicKey, validFor: () => true }
  })
  const verifier = new Verifier(trust, {
    tlogThreshold: 0,
    ctlogThreshold: 0,
    timestampThreshold: 0,
  })
  const text = JSON.stringify(sigstoreBundle(envelope))
  verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text))))
}

test("sigstore's own library verifies what we sign, and refuses a changed byte", () => {
  const envelope = sealed()
  verifiedByTheirs(envelope)
  const changed = { ...envelope, payload: flipped(envelope.payload, 40) }
  assert.throws(() => verifiedByTheirs(changed), /signature verification failed/)
})
