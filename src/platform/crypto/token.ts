import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Digits to base 62 that hold 256 bits, and those that hold a CRC-32. */
const bodyDigits = 43
const checkDigits = 6

/**
 * A secret that is shown once: `prefix_`, 256 random bits to base 62, and a checksum by which a
 * scanner for leaked secrets (and a typing error) is told from a true one without asking us.
 */
export function randomToken(prefix: string): string {
  const body = `${prefix}_${base62(BigInt(`0x${randomBytes(32).toString('hex')}`), bodyDigits)}`
  return body + checkOf(body)
}

/** Whether a text can be a token of `randomToken`; says nothing about whether it is valid. */
export function isTokenShaped(text: string, prefix: string): boolean {
  if (text.length !== prefix.length + 1 + bodyDigits + checkDigits) return false
  if (!text.startsWith(`${prefix}_`) || !/^[0-9A-Za-z]+$/.test(text.slice(prefix.length + 1))) {
    return false
  }
  return checkOf(text.slice(0, -checkDigits)) === text.slice(-checkDigits)
}

/**
 * What is stored in place of a token: SHA-256, 32 bytes. Nothing slower is needed, because 256
 * random bits cannot be tried out.
 */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Compares two secrets in a time that depends on neither of them, nor on where they differ. */
export const isSameSecret = (one: string | Uint8Array, other: string | Uint8Array): boolean =>
  timingSafeEqual(
    createHash('sha256').update(one).digest(),
    createHash('sha256').update(other).digest(),
  )

const checkOf = (body: string): string => base62(BigInt(crc32(body)), checkDigits)

function base62(value: bigint, digits: number): string {
  let text = ''
  for (let rest = value; text.length < digits; rest /= 62n) {
    text = (alphabet[Number(rest % 62n)] ?? '') + text
  }
  return text
}
