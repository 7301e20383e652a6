const form = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * The bytes of standard base64 with padding (RFC 4648 section 4), line breaks skipped; null for
 * any other text, also for one whose last bits belong to no byte. The empty text gives no bytes.
 */
export function decodeBase64(text: string): Uint8Array | null {
  const body = /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, '') : text
  if (body.length % 4 !== 0 || !form.test(body)) return null
  const bytes = Buffer.from(body, 'base64')
  return bytes.toString('base64') === body ? bytes : null
}
