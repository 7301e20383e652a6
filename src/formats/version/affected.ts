import type { VersionRange } from '#formats/finding/finding.ts'
import { compareVersions, isRegularVersion } from './compare.ts'
import type { Sign } from './order.ts'
import type { VersionScheme } from './scheme.ts'
import { intersect, mergeIntervals, sameIntervals } from './union.ts'
import type { Interval } from './vers.ts'

/** What a document says about the affected versions of a component: intervals, a list, or both. */
export type Affected = {
  readonly ranges?: readonly VersionRange[]
  readonly versions?: readonly string[]
}

/**
 * The version that OSV writes for "from the beginning" (schema, "affected[].ranges[].events").
 * RustSec means the same by the lowest pre-release there is.
 */
const isBeginning = (version: string): boolean => version === '0' || version === '0.0.0-0'

/** A commit, as ranges over a git history name it: it has no place in an order of versions. */
const isCommit = (version: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(version)

/**
 * Whether a text names a version about which something can be concluded: words such as `unknown`
 * do not, nor do commits, nor what the scheme only tolerates (`8.3.0-11.1` on PyPI).
 */
const isComparable = (scheme: VersionScheme, version: string): boolean =>
  /\d/.test(version) && !isCommit(version) && isRegularVersion(scheme, version)

/**
 * Whether `version` is affected. True where a list names it or an interval holds it; false where
 * everything that is said speaks of other versions; null where that cannot be known: nothing is
 * said, the scheme is unknown, or a version that matters has no place in its order. Unknown is
 * never taken for unaffected.
 */
export function isAffected(
  affected: Affected,
  version: string,
  scheme: VersionScheme | null,
): boolean | null {
  const { ranges = [], versions = [] } = affected
  if (versions.includes(version)) return true
  if (ranges.length === 0 && versions.length === 0) return null
  if (scheme === null || !isComparable(scheme, version)) return null
  let unknown = false
  for (const listed of versions) {
    const sign = isComparable(scheme, listed) ? compareVersions(scheme, version, listed) : null
    if (sign === 0) return true
    unknown ||= sign === null
  }
  for (const range of ranges) {
    const inside = isInside(range, version, scheme)
    if (inside) return true
    unknown ||= inside === null
  }
  return unknown ? null : false
}

/** Whether one interval holds a version; a single bound that excludes it decides. */
function isInside(range: VersionRange, version: string, scheme: VersionScheme): boolean | null {
  const { introduced, fixed, lastAffected } = range
  if (introduced === undefined && fixed === undefined && lastAffected === undefined) return null
  const compare = (bound: string): Sign | null =>
    isComparable(scheme, bound) ? compareVersions(scheme, version, bound) : null
  const low = introduced === undefined || isBeginning(introduced) ? 1 : compare(introduced)
  const high = fixed === undefined ? -1 : compare(fixed)
  const last = lastAffected === undefined ? -1 : compare(lastAffected)
  if (low === -1 || (high !== null && high >= 0) || last === 1) return false
  return low === null || high === null || last === null ? null : true
}

/** How what two documents say about affected versions fits together. */
export type Agreement = 'same' | 'overlap' | 'contradict' | 'unknown'

/**
 * Compares the affected intervals of two documents: `same` versions, some in common (`overlap`),
 * or none (`contradict`). Where a document has intervals its list of versions is passed over, for
 * it enumerates them; `unknown` where one says nothing or names what the scheme cannot order.
 */
export function rangesAgree(a: Affected, b: Affected, scheme: VersionScheme | null): Agreement {
  if (scheme === null) return 'unknown'
  const left = spanOf(a, scheme)
  const right = spanOf(b, scheme)
  if (!left || !right) return 'unknown'
  if (sameIntervals(scheme, left, right)) return 'same'
  return intersect(scheme, left, right).length > 0 ? 'overlap' : 'contradict'
}

/** The affected versions as merged intervals, or null where they cannot be known. */
function spanOf({ ranges = [], versions = [] }: Affected, scheme: VersionScheme): Span | null {
  const found =
    ranges.length > 0
      ? ranges.map((range) => intervalOf(range, scheme))
      : versions.map((version) => point(version, scheme))
  const known = found.filter((interval) => interval !== null)
  if (known.length < found.length || known.length === 0) return null
  const merged = mergeIntervals(scheme, known)
  return merged.length > 0 ? merged : null
}

type Span = readonly Interval[]

function point(version: string, scheme: VersionScheme): Interval | null {
  const bound = { version, included: true }
  return isComparable(scheme, version) ? { from: bound, to: bound } : null
}

function intervalOf(range: VersionRange, scheme: VersionScheme): Interval | null {
  const { introduced, fixed, lastAffected } = range
  const bounds = [introduced, fixed, lastAffected].filter((bound) => bound !== undefined)
  if (bounds.length === 0) return null
  if (!bounds.every((bound) => isBeginning(bound) || isComparable(scheme, bound))) return null
  const from = introduced === undefined || isBeginning(introduced) ? undefined : introduced
  // A document that gives both ends means the narrower of them.
  const last = lastAffected !== undefined && !isBefore(scheme, fixed, lastAffected)
  const to = last ? lastAffected : fixed
  return {
    ...(from !== undefined && { from: { version: from, included: true } }),
    ...(to !== undefined && { to: { version: to, included: last } }),
  }
}

/** Whether the fixed version ends an interval before its last affected version does. */
const isBefore = (scheme: VersionScheme, fixed: string | undefined, last: string): boolean =>
  fixed !== undefined && (compareVersions(scheme, fixed, last) ?? 1) <= 0
