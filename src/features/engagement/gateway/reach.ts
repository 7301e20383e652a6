import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from '#platform/webhook/public-address.ts'

/** Where endpoints may be: in the public network, and where the operator says so. */
export type ReachRule = {
  /** Hosts (`host` or `host:port`) inside the own network; only to these may it go by http. */
  readonly allowHosts: readonly string[]
}

const isListed = (base: URL, { allowHosts }: ReachRule): boolean =>
  allowHosts.some((host) => host === base.hostname || host === base.host)

/**
 * Whether an endpoint may be at an address, as far as its text tells. A developer names the
 * address, and the gateway stands in a network of which the developer may be shown nothing.
 */
export function mayReach(base: URL, rule: ReachRule): boolean {
  if (isListed(base, rule)) return base.protocol === 'https:' || base.protocol === 'http:'
  if (base.protocol !== 'https:') return false
  const host = bare(base.hostname)
  return isIP(host) === 0 ? host !== 'localhost' : isPublicAddress(host)
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

/**
 * A resolver for connections to endpoints: a name that stands for a number inside our network is
 * refused when it is connected to, whatever it stood for before. Hosts that are listed with or
 * without a port are let pass, because `mayReach` has judged the port.
 */
export function lookupWithin({ allowHosts }: ReachRule): LookupFunction {
  const listed = new Set(allowHosts.map((one) => bare(one.replace(/:\d+$/, ''))))
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      const isFine = listed.has(host) || found?.every(({ address }) => isPublicAddress(address))
      const [first] = found ?? []
      if (error !== null) done(error, [])
      else if (!isFine || first === undefined) done(new Error('not allowed'), [])
      else if (options.all) done(null, found)
      else done(null, first.address, first.family)
    })
  }
}
