import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isLoopback } from './address.ts'
import { type Problem, problem } from './problem.ts'

/**
 * What a browser must send beside its cookie to change anything. A page of another site cannot set
 * it without being asked first (CORS), and this server never says yes.
 */
export const ownRequestHeader = 'x-requested-by'

/** Where the server can be reached, as far as it knows. */
export type Place = {
  /** Only this machine can connect. */
  readonly isLoopback: boolean
  /** What people put in their browser; null when nobody said. */
  readonly publicUrl: URL | null
}

/** Headers of which a second one means that somebody in between may read another than we do. */
const onceOnly = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'content-type', 'content-encoding'],
  ...['authorization', 'origin', 'cookie', 'expect', 'sec-fetch-site'],
])

/** Refuses requests of which two readers could think differently (RFC 9112 section 11.2). */
export function ambiguity({ rawHeaders, url, headers }: IncomingMessage): Problem | null {
  const seen = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    if (!onceOnly.has(name)) continue
    if (seen.has(name)) return problem('malformed', `There is more than one ${name} header.`)
    seen.add(name)
  }
  if (headers.host === undefined) return problem('malformed', 'There is no Host header.')
  if (!url?.startsWith('/')) return problem('malformed', 'The request target is no path.')
  const coding = headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return problem('malformed', 'The only transfer coding that is taken is chunked.')
  }
  return null
}

/**
 * Refuses names that this server does not have. A page whose name was rebound to this machine
 * (DNS rebinding) is of the same origin to its browser, and is told only by the name it uses.
 */
export function foreignHost(host: string | undefined, place: Place): Problem | null {
  const name = URL.parse(`http://${host ?? ''}/`)
  const refused = problem('wrong-host', 'This server has no such name; see PARLEY_PUBLIC_URL.')
  if (host === undefined || !/^[\w.:[\]-]{1,255}$/.test(host) || name === null) return refused
  if (!place.isLoopback) return null
  if (isLoopback(name.hostname)) return null
  return place.publicUrl?.hostname === name.hostname ? null : refused
}

export type Caller = {
  readonly method: string
  readonly headers: IncomingMessage['headers']
  readonly place: Place
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Whether a method changes nothing (RFC 9110 section 9.2.1). */
const isSafe = (method: string): boolean => safeMethods.has(method)

/** What a browser says of the page that sends a request. */
export type Origin = 'same' | 'other' | 'unsaid'

/** `Sec-Fetch-Site` cannot be set by a page; older browsers send `Origin` alone. */
function originOf({ headers, place }: Omit<Caller, 'method'>): Origin {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'same' : 'other'
  const { origin, host } = headers
  if (origin === undefined) return 'unsaid'
  const page = URL.parse(origin)
  if (page === null || !/^https?:$/.test(page.protocol)) return 'other'
  if (place.publicUrl !== null && page.origin === place.publicUrl.origin) return 'same'
  return page.host === withoutDefaultPort(host ?? '', page.protocol) ? 'same' : 'other'
}

const withoutDefaultPort = (host: string, protocol: string): string =>
  URL.parse(`${protocol}//${host}/`)?.host ?? ''

/** Refuses what a page of another origin sends, whoever it speaks for. */
export function crossOrigin(caller: Caller): Problem | null {
  if (isSafe(caller.method) || originOf(caller) !== 'other') return null
  return problem('cross-origin', 'A page of another origin may not do this.')
}

/** Refuses a change for which a cookie alone speaks: the browser sends it for any page. */
export function forgeable(caller: Caller): Problem | null {
  if (isSafe(caller.method)) return null
  const isOurs = originOf(caller) === 'same' && Boolean(caller.headers[ownRequestHeader])
  if (isOurs) return null
  const says = `the header ${ownRequestHeader}, and Sec-Fetch-Site or Origin of this service`
  return problem('cross-origin', `A change with a cookie needs ${says}.`)
}

/** Whether a server that listens on `host` can be reached from this machine only. */
export const bindsLoopback = (host: string): boolean =>
  isLoopback(host) && (host === 'localhost' || isIP(host.replace(/^\[|\]$/g, '')) > 0)
