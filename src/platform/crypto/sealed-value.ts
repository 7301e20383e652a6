import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { no, type Result, yes } from '#kernel/result.ts'
import type { PurposeKeys } from './keys.ts'

const version = 1
const idBytes = 4
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + idBytes
const fixedBytes = headBytes + nonceBytes + tagBytes

/** How many bytes `seal` adds. */
export const sealOverheadBytes = fixedBytes

/**
 * Seals a small value with AES-256-GCM (NIST SP 800-38D): version, key id, random nonce of 96 bits,
 * ciphertext, tag. `associatedData` is not part of the result but is needed to open it: name there
 * what the value belongs to, so that it cannot be moved elsewhere. One key is good for 2^32 values.
 */
export function seal(
  keys: PurposeKeys,
  plaintext: Uint8Array | string,
  associatedData: Uint8Array | string,
): Buffer {
  const { id, secret } = keys.newest
  const head = Buffer.concat([Buffer.of(version), Buffer.from(id, 'hex')])
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', secret, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.concat([head, Buffer.from(associatedData)]))
  const body = cipher.update(Buffer.from(plaintext))
  cipher.final()
  return Buffer.concat([head, nonce, body, cipher.getAuthTag()])
}

/**
 * Opens what `seal` made. Refused as `malformed`: other associated data, any bit that differs, a
 * key that is not there, another version.
 */
export function unseal(
  keys: PurposeKeys,
  sealed: Uint8Array,
  associatedData: Uint8Array | string,
): Result<Buffer> {
  const bytes = Buffer.from(sealed)
  if (bytes.length < fixedBytes || bytes[0] !== version) {
    return no({ code: 'malformed', why: 'is not sealed content of this version' })
  }
  const secret = keys.byId.get(bytes.toString('hex', 1, headBytes))
  if (secret === undefined) {
    const hint = 'the key file of this instance lacks a key that it once had'
    return no({ code: 'malformed', why: 'is sealed with an unknown key', hint })
  }
  const nonce = bytes.subarray(headBytes, headBytes + nonceBytes)
  const cipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.concat([bytes.subarray(0, headBytes), Buffer.from(associatedData)]))
  cipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
  const plaintext = cipher.update(bytes.subarray(headBytes + nonceBytes, bytes.length - tagBytes))
  try {
    cipher.final()
  } catch {
    return no({ code: 'malformed', why: 'was changed since it was sealed, or belongs elsewhere' })
  }
  return yes(plaintext)
}
