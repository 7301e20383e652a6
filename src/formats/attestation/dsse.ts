import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'

/** DSSE 1.0: a payload, what kind it is, and who signed both. Bytes are standard base64. */
const EnvelopeShape = z.object({
  payload: z.base64(),
  payloadType: z.string().min(1).max(200),
  signatures: z
    .array(z.object({ sig: z.base64().min(1), keyid: z.string().max(200).default('') }))
    .min(1)
    .max(20),
})

export type Envelope = z.infer<typeof EnvelopeShape>

/** What was signed, once a signature of a key held. */
export type Verified = { readonly payload: Buffer; readonly payloadType: string }

const envelopeBytesMax = 8 * 2 ** 20

/**
 * The bytes that a signature is over: the type and the payload, each after its length, so that
 * neither can be read as the other (DSSE protocol, "PAE").
 */
export const signedBytes = (payloadType: string, payload: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `),
    payload,
  ])

/** SHA-256 of the public key in DER, in hexadecimal: how an envelope hints at its key. */
export const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(createPublicKeyOf(key).export({ format: 'der', type: 'spki' }))
    .digest('hex')

const createPublicKeyOf = (key: KeyObject): KeyObject =>
  key.type === 'public' ? key : createPublicKey(key)

/** Signs a payload with a private key of Ed25519. */
export function seal(key: KeyObject, { payload, payloadType }: Verified): Envelope {
  const sig = sign(null, signedBytes(payloadType, payload), key).toString('base64')
  return {
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ sig, keyid: keyIdOf(key) }],
  }
}

const malformed = (why: string, hint?: string): Result<never> =>
  no({ code: 'malformed', why, ...(hint === undefined ? {} : { hint }) })

/** Reads an envelope, or the sigstore bundle (media type `…bundle…v0.3+json`) around one. */
export function decodeEnvelope(text: string): Result<Envelope> {
  if (text.length > envelopeBytesMax) return malformed('is larger than any attestation')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return malformed('is not JSON')
  }
  const bundle = z.looseObject({ dsseEnvelope: z.unknown() }).safeParse(value)
  const inner = bundle.success && bundle.data.dsseEnvelope !== undefined
  const found = EnvelopeShape.safeParse(inner ? bundle.data.dsseEnvelope : value)
  if (found.success) return yes(found.data)
  const [issue] = found.error.issues
  const at = ['', ...(inner ? ['dsseEnvelope'] : []), ...(issue?.path ?? []).map(String)].join('/')
  return malformed(`is no DSSE envelope: ${issue?.message ?? 'another shape'} at ${at || '/'}`)
}

/**
 * The payload, if one of the keys signed it. The hint at the key is not believed: every key is
 * tried. Nothing of the payload is read before.
 */
export function openEnvelope(envelope: Envelope, keys: readonly KeyObject[]): Result<Verified> {
  const payload = Buffer.from(envelope.payload, 'base64')
  const signed = signedBytes(envelope.payloadType, payload)
  for (const { sig } of envelope.signatures) {
    const signature = Buffer.from(sig, 'base64')
    const isGood = keys.some((key) => verify(null, signed, createPublicKeyOf(key), signature))
    if (isGood) return yes({ payload, payloadType: envelope.payloadType })
  }
  const hints = envelope.signatures.map(({ keyid }) => keyid.slice(0, 12) || 'a key without a name')
  return malformed(
    `is signed by none of the given keys (it names ${hints.join(', ')})`,
    'ask whoever ran the proof for the public key of that worker',
  )
}

/** A public key in PEM; refused is everything that is no key of Ed25519. */
export function parsePublicKey(pem: string): Result<KeyObject> {
  return parseKey(pem, createPublicKey)
}

/** A private key in PEM (PKCS #8). */
export function parsePrivateKey(pem: string): Result<KeyObject> {
  return parseKey(pem, createPrivateKey)
}

function parseKey(pem: string, read: (pem: string) => KeyObject): Result<KeyObject> {
  let key: KeyObject
  try {
    key = read(pem)
  } catch {
    return malformed('is no key in PEM')
  }
  if (key.asymmetricKeyType !== 'ed25519') return malformed('is a key of another kind than Ed25519')
  return yes(key)
}
