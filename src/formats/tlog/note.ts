import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import { no, type Result, yes } from '#kernel/result.ts'
import { sha256 } from './hash.ts'

/**
 * What a key signs: the text of a note as it is (0x01), or a statement that a checkpoint was seen
 * to be consistent, with the time (0x04, `cosignature.ts`). c2sp.org/signed-note, tlog-cosignature.
 */
export type NoteAlgorithm = 1 | 4

/** Whom a signature is believed to be of. */
export type NoteVerifier = {
  readonly name: string
  readonly algorithm: NoteAlgorithm
  /** 32 bytes of Ed25519. */
  readonly publicKey: Buffer
}

export type NoteSigner = NoteVerifier & { readonly privateKey: KeyObject }

/** One line below a note: whose it says it is, four bytes that hint at the key, and the rest. */
export type NoteSignature = {
  readonly name: string
  readonly keyId: Buffer
  readonly signature: Buffer
}

/** A text that ends in a line feed, and the signatures below it. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] }

const keyBytes = 32
/** A key of Ed25519 in DER is these bytes and then its own (RFC 8410). */
const publicHead = Buffer.from('302a300506032b6570032100', 'hex')
const privateHead = Buffer.from('302e020100300506032b657004220420', 'hex')

const noteBytesMax = 1_000_000
const signaturesMax = 100
const namePattern = /^[^\s+\p{Cc}]{1,200}$/u

/** Four bytes that tell apart keys of one name: of SHA-256(name, line feed, algorithm, key). */
export const keyIdOf = ({ name, algorithm, publicKey }: NoteVerifier): Buffer =>
  sha256(Buffer.from(`${name}\n`), Buffer.of(algorithm), publicKey).subarray(0, 4)

/** `name+id+key`, as a verifier is handed on. */
export const verifierText = (verifier: NoteVerifier): string => {
  const key = Buffer.concat([Buffer.of(verifier.algorithm), verifier.publicKey])
  return `${verifier.name}+${keyIdOf(verifier).toString('hex')}+${key.toString('base64')}`
}

const malformed = (why: string): Result<never> => no({ code: 'malformed', why })

export function parseVerifier(text: string): Result<NoteVerifier> {
  const [name = '', id = '', ...rest] = text.split('+')
  const bytes = exactBase64(rest.join('+'))
  const algorithm = bytes?.[0]
  if (!namePattern.test(name) || bytes?.length !== keyBytes + 1) {
    return malformed('is no verifier key of the form name+id+key')
  }
  if (algorithm !== 1 && algorithm !== 4) return malformed('is a key of an unknown algorithm')
  const verifier: NoteVerifier = { name, algorithm, publicKey: bytes.subarray(1) }
  if (keyIdOf(verifier).toString('hex') !== id) return malformed('is a key with a wrong id')
  return yes(verifier)
}

/**
 * The signer whose secret is these 32 bytes.
 *
 * @throws TypeError for a name with spaces or a plus sign, or another number of bytes
 */
export function signerOf(name: string, seed: Uint8Array, algorithm: NoteAlgorithm = 1): NoteSigner {
  if (!namePattern.test(name) || seed.length !== keyBytes) throw new TypeError('not a signer')
  const key = Buffer.concat([privateHead, seed])
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return { name, algorithm, privateKey, publicKey: der.subarray(publicHead.length) }
}

/** `PRIVATE+KEY+name+id+key`, as Go's note package keeps a signer. */
export const signerText = (signer: NoteSigner): string => {
  const der = signer.privateKey.export({ format: 'der', type: 'pkcs8' })
  const key = Buffer.concat([Buffer.of(signer.algorithm), der.subarray(privateHead.length)])
  const id = keyIdOf(signer).toString('hex')
  return `PRIVATE+KEY+${signer.name}+${id}+${key.toString('base64')}`
}

/** Never says what the text holds: a damaged secret is a secret no less. */
export function parseSigner(text: string): Result<NoteSigner> {
  const [first, second, name = '', id, ...rest] = text.split('+')
  const bytes = exactBase64(rest.join('+'))
  const algorithm = bytes?.[0]
  if (first !== 'PRIVATE' || second !== 'KEY' || !namePattern.test(name)) {
    return malformed('is no signer key of the form PRIVATE+KEY+name+id+key')
  }
  if (bytes?.length !== keyBytes + 1) return malformed('is a signer key of another length')
  if (algorithm !== 1 && algorithm !== 4) return malformed('is a key of an unknown algorithm')
  const signer = signerOf(name, bytes.subarray(1), algorithm)
  if (keyIdOf(signer).toString('hex') !== id) return malformed('is a signer key with a wrong id')
  return yes(signer)
}

export const signEd25519 = ({ privateKey }: NoteSigner, message: Uint8Array): Buffer =>
  signBytes(null, message, privateKey)

export const isSignedEd25519 = (
  { publicKey }: NoteVerifier,
  message: Uint8Array,
  signature: Uint8Array,
): boolean => {
  const key = Buffer.concat([publicHead, publicKey])
  const keyObject = createPublicKey({ key, format: 'der', type: 'spki' })
  return verifyBytes(null, message, keyObject, signature)
}

/** Signs a text, which is lines, each ended by a line feed. */
export function signedNote(text: string, signer: NoteSigner): Note {
  if (!isNoteText(text)) throw new TypeError('not the text of a note')
  const signature = signEd25519(signer, Buffer.from(text))
  return { text, signatures: [{ name: signer.name, keyId: keyIdOf(signer), signature }] }
}

export const noteText = ({ text, signatures }: Note): string => {
  const lines = signatures.map(
    ({ name, keyId, signature }) =>
      `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`,
  )
  return `${text}\n${lines.join('')}`
}

/** Reads a note; says nothing yet about whether its signatures are any good. */
export function parseNote(bytes: Uint8Array): Result<Note> {
  if (bytes.length > noteBytesMax) return no({ code: 'too-large', why: 'is too large for a note' })
  const whole = utf8Of(bytes)
  if (whole === null) return malformed('is no UTF-8')
  const end = whole.lastIndexOf('\n\n')
  const text = whole.slice(0, end + 1)
  const below = whole.slice(end + 2)
  if (end < 0 || !isNoteText(text) || !below.endsWith('\n')) {
    return malformed('is no signed note: lines, an empty line, lines of signatures')
  }
  const lines = below.slice(0, -1).split('\n')
  if (lines.length > signaturesMax) return malformed(`has more than ${signaturesMax} signatures`)
  const signatures: NoteSignature[] = []
  for (const [at, line] of lines.entries()) {
    const [, name = '', key = ''] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? []
    const signed = exactBase64(key)
    if (!namePattern.test(name) || signed === null || signed.length < 5) {
      return malformed(`has a line ${at + 1} below its text that is no signature`)
    }
    signatures.push({ name, keyId: signed.subarray(0, 4), signature: signed.subarray(4) })
  }
  return yes({ text, signatures })
}

/**
 * Whether a key of kind 0x01 signed the note. Signatures of other keys are passed over, as the
 * format asks; one that says it is of this key and is wrong is never made good by another.
 */
export function isSignedBy({ text, signatures }: Note, verifier: NoteVerifier): boolean {
  if (verifier.algorithm !== 1) return false
  const own = signaturesOf(signatures, verifier)
  const message = Buffer.from(text)
  return (
    own.length > 0 && own.every(({ signature }) => isSignedEd25519(verifier, message, signature))
  )
}

/** The signatures that say they are of this key. */
export function signaturesOf(
  signatures: readonly NoteSignature[],
  verifier: NoteVerifier,
): readonly NoteSignature[] {
  const id = keyIdOf(verifier)
  return signatures.filter(({ name, keyId }) => name === verifier.name && keyId.equals(id))
}

/** No control character but the line feed that ends each line. */
const isNoteText = (text: string): boolean =>
  text.endsWith('\n') && !/[\0-\x09\x0b-\x1f\x7f]/.test(text) && text.isWellFormed()

function utf8Of(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The bytes of base64 with its padding, in the one spelling that they have. */
export function exactBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}
