import { isIPv4 } from 'node:net'
import { no, type Result, yes } from '#kernel/result.ts'

/** Whether a host can only be this machine (RFC 1122 section 3.2.1.3, RFC 4291, RFC 6761). */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true
  return isIPv4(host) && host.startsWith('127.')
}

/**
 * Where people open the pages of a server that listens at `host`: its public name where it has one,
 * else `localhost` where it is for this machine alone, for passkeys are bound to names only.
 */
export function pagesAddress(
  publicUrl: URL | null,
  { host, port }: { readonly host: string; readonly port: number },
): string {
  if (publicUrl !== null) return publicUrl.href.replace(/\/$/, '')
  const name = isLoopback(host) ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/**
 * An address that may be fetched from: https anywhere, http only on this machine, where tests and
 * mirrors stand. What follows a redirect from elsewhere may not lead back to this machine.
 */
export function fetchable(address: string, from?: URL): Result<URL> {
  const url = URL.parse(address, from?.href)
  const refuse = (why: string): Result<never> => no({ code: 'bad-usage', why, at: shown(address) })
  if (url === null) return refuse('is no address')
  const isLocal = isLoopback(url.hostname)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('is not https')
  if (url.protocol === 'http:' && !isLocal) {
    return refuse('is http, which anyone on the way can change: only https is fetched')
  }
  if (from !== undefined && isLocal && !isLoopback(from.hostname)) {
    return refuse('is this machine itself, where another host may not lead')
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('holds a user name or password, which is not sent')
  }
  return yes(url)
}

/** An address as messages show it: short, and without what stands before an @ sign. */
export const shown = (address: string): string =>
  address.slice(0, 300).replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1')
