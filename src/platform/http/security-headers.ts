/** A page of our own: everything from this host, no script or style in the page itself. */
const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Everything else is no page: should a browser show it as one, nothing in it may act. */
const documentPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'x-frame-options': 'DENY',
} as const

/** Half a year. Only over https, where a browser listens to it (RFC 6797 section 8.1). */
const transport = { 'strict-transport-security': 'max-age=15552000' } as const

/** The headers that every answer carries. */
export const securityHeaders = (isSecure: boolean): Readonly<Record<string, string>> => ({
  ...always,
  'content-security-policy': documentPolicy,
  'cache-control': 'no-store',
  ...(isSecure ? transport : {}),
})

/** What a page of the web app carries instead. */
export const pageHeaders = { 'content-security-policy': pagePolicy } as const
