import { distinct } from '#formats/advisory/identifiers.ts'
import { oneLine } from '#formats/advisory/prose.ts'
import type { Standing } from '#formats/finding/finding.ts'
import type { Reader } from '#formats/json/reader.ts'

/** Product groups of `product_status` under which somebody may still be affected. */
const open = [
  ...['known_affected', 'first_affected', 'last_affected'],
  ...['under_investigation', 'unknown'],
]
const closed = ['known_not_affected', 'fixed', 'first_fixed']

export const isOpen = (status: string): boolean => open.includes(status)

/** The ids of products by their status; only statuses that are given. */
export function statusOf(vulnerability: Reader): Map<string, string[]> {
  const status = vulnerability.object('product_status')
  const found = [...open, ...closed].map((name): [string, string[]] => [name, status.texts(name)])
  return new Map(found.filter(([, ids]) => ids.length > 0))
}

/**
 * A document takes a flaw back when it names no product that is or may be affected, but some
 * that are not, or that are fixed. The flags and impact statements of VEX say why.
 */
export function standingOf(vulnerability: Reader): Standing | undefined {
  const status = statusOf(vulnerability)
  if (status.size === 0 || [...status.keys()].some(isOpen)) return undefined
  const isFixed = status.has('fixed') || status.has('first_fixed')
  const flags = vulnerability.objects('flags').map((flag) => flag.text('label'))
  const impacts = vulnerability
    .objects('threats')
    .filter((threat) => threat.raw('category') === 'impact')
    .map((threat) => threat.text('details'))
  const why = distinct([...flags, ...impacts])
    .map(oneLine)
    .join('; ')
  return { is: isFixed ? 'fixed' : 'not-affected', ...(why === '' ? {} : { why }) }
}
