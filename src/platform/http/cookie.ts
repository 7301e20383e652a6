import { assert } from '#kernel/assert.ts'

/** A cookie that is to be set. */
export type Cookie = {
  readonly name: string
  /** Base64url or like it: no white space, quote, comma, semicolon or backslash. */
  readonly value: string
  /** 0 takes the cookie away. */
  readonly maxAgeS: number
  /** Whether the client came by https. Browsers refuse `Secure` cookies over http. */
  readonly isSecure: boolean
}

const cookiesMax = 50

/**
 * The name under which a cookie is kept. Over https it starts with `__Host-`: such a cookie cannot
 * be set by a neighbouring host or over http (RFC 6265bis section 4.1.3.2).
 */
export const cookieName = (name: string, isSecure: boolean): string =>
  isSecure ? `__Host-${name}` : name

/** A `Set-Cookie` value: out of reach for scripts and for other sites. */
export function cookieHeader({ name, value, maxAgeS, isSecure }: Cookie): string {
  assert(/^[A-Za-z0-9_-]{1,64}$/.test(name), `a cookie cannot be called ${name}`)
  assert(/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{0,4000}$/.test(value), 'a bad cookie value')
  const base = `${cookieName(name, isSecure)}=${value}; Path=/; Max-Age=${Math.trunc(maxAgeS)}`
  return `${base}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
}

/** The cookies of a request. Of a name that is there twice neither counts: one may be planted. */
export function cookiesOf(header: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const twice = new Set<string>()
  for (const pair of (header ?? '').split(';', cookiesMax)) {
    const at = pair.indexOf('=')
    if (at < 0) continue
    const name = pair.slice(0, at).trim()
    if (found.has(name)) twice.add(name)
    found.set(name, pair.slice(at + 1).trim())
  }
  for (const name of twice) found.delete(name)
  return found
}
