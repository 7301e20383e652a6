import { compareVersions, isVersion } from './compare.ts'
import type { Sign } from './order.ts'
import type { VersionScheme } from './scheme.ts'
import {
  type Constraint,
  type Interval,
  intervalsOf,
  sortConstraints,
  type VersRange,
} from './vers.ts'

type Bound = NonNullable<Interval['from']>

/** Compares two lower bounds; a missing one is before every other. */
function compareFrom(scheme: VersionScheme, a?: Bound, b?: Bound): number {
  if (!a || !b) return Number(a !== undefined) - Number(b !== undefined)
  return (
    (compareVersions(scheme, a.version, b.version) ?? 0) || Number(b.included) - Number(a.included)
  )
}

/** Compares two upper bounds; a missing one is after every other. */
function compareTo(scheme: VersionScheme, a?: Bound, b?: Bound): number {
  if (!a || !b) return Number(a === undefined) - Number(b === undefined)
  return (
    (compareVersions(scheme, a.version, b.version) ?? 0) || Number(a.included) - Number(b.included)
  )
}

/** How the end of one interval stands to the start of the next: 0 where they just touch. */
function compareGap(scheme: VersionScheme, to?: Bound, from?: Bound): Sign {
  if (!to || !from) return 1
  const sign = compareVersions(scheme, to.version, from.version) ?? 0
  if (sign !== 0) return sign
  return to.included && from.included ? 1 : to.included || from.included ? 0 : -1
}

/** Whether an interval holds anything: its ends do not cross. */
const holds = (scheme: VersionScheme, { from, to }: Interval): boolean =>
  !from || !to || compareGap(scheme, to, from) > 0

/** The same versions in intervals that are sorted and neither overlap nor touch. */
export function mergeIntervals(
  scheme: VersionScheme,
  intervals: readonly Interval[],
): readonly Interval[] {
  const found: Interval[] = []
  const sorted = intervals
    .filter((interval) => holds(scheme, interval))
    .toSorted((a, b) => compareFrom(scheme, a.from, b.from))
  for (const next of sorted) {
    const last = found.at(-1)
    if (!last || compareGap(scheme, last.to, next.from) < 0) found.push(next)
    else if (compareTo(scheme, last.to, next.to) < 0) {
      const { to: _, ...rest } = last
      found[found.length - 1] = { ...rest, ...(next.to && { to: next.to }) }
    }
  }
  return found
}

/** Whether two merged lists of intervals hold the same versions. */
export const sameIntervals = (
  scheme: VersionScheme,
  a: readonly Interval[],
  b: readonly Interval[],
): boolean =>
  a.length === b.length &&
  a.every((one, index) => {
    const other = b[index]
    return (
      other !== undefined &&
      compareFrom(scheme, one.from, other.from) === 0 &&
      compareTo(scheme, one.to, other.to) === 0
    )
  })

/** The versions that lie in both of two lists of intervals; linear over merged lists. */
export function intersect(
  scheme: VersionScheme,
  a: readonly Interval[],
  b: readonly Interval[],
): readonly Interval[] {
  const found: Interval[] = []
  let left = 0
  let right = 0
  for (;;) {
    const [one, other] = [a[left], b[right]]
    if (!one || !other) return found
    const { from } = compareFrom(scheme, one.from, other.from) < 0 ? other : one
    const ends = compareTo(scheme, one.to, other.to)
    const { to } = ends < 0 ? one : other
    const both = { ...(from && { from }), ...(to && { to }) }
    if (holds(scheme, both)) found.push(both)
    if (ends < 0) left++
    else right++
  }
}

const constraintsOf = ({ from, to }: Interval): readonly Constraint[] => {
  if (from && to && from.version === to.version) return [{ comparator: '=', version: to.version }]
  const low = from && ({ comparator: from.included ? '>=' : '>', version: from.version } as const)
  const high = to && ({ comparator: to.included ? '<=' : '<', version: to.version } as const)
  return [low, high].filter((bound) => bound !== undefined)
}

/** Single versions count as intervals of their own. */
const spanOf = (alternative: readonly Constraint[]): readonly Interval[] =>
  alternative.flatMap(({ comparator, version }) => {
    const bound = { version, included: true }
    return comparator === '=' ? [{ from: bound, to: bound }] : []
  })

/**
 * The range that holds what any of the alternatives holds. The bounds stand side by side, sorted;
 * where that would mean something else than the alternatives do, they are merged.
 */
export function unionOf(
  scheme: VersionScheme,
  alternatives: readonly (readonly Constraint[])[],
): VersRange | null {
  const all = alternatives.flat()
  if (all.some(({ comparator }) => comparator === '*'))
    return { type: scheme, constraints: [{ comparator: '*', version: '' }] }
  if (!all.every(({ version }) => isVersion(scheme, version))) return null
  const flat = sortConstraints({ type: scheme, constraints: all })
  const meant = mergeIntervals(
    scheme,
    alternatives.flatMap((one) => intervals(scheme, one)),
  )
  if (sameIntervals(scheme, meant, mergeIntervals(scheme, intervals(scheme, all)))) return flat
  const exclusions = all.filter(({ comparator }) => comparator === '!=')
  return sortConstraints({
    type: scheme,
    constraints: [...meant.flatMap(constraintsOf), ...exclusions],
  })
}

function intervals(scheme: VersionScheme, given: readonly Constraint[]): readonly Interval[] {
  const { constraints } = sortConstraints({ type: scheme, constraints: given })
  return [...intervalsOf(constraints), ...spanOf(constraints)]
}
