import type { VersionRange } from '#formats/finding/finding.ts'

/** One end of an interval, in the order in which the document gives them. */
export type RangeEvent = { readonly kind: keyof VersionRange; readonly version: string }

/**
 * Intervals from events. An end closes every beginning that is still open; a further end
 * starts again at the last beginning, as records of several fixed branches mean it. A list
 * that opens with an end is put in order first, since events have no order by themselves
 * (OSV schema 1.7, section affected[].ranges[].events).
 */
export function rangesOfEvents(events: readonly RangeEvent[]): VersionRange[] {
  const ordered = events[0]?.kind === 'introduced' ? events : inOrder(events)
  const ranges: VersionRange[] = []
  let open: string[] = []
  let last: string | undefined
  for (const { kind, version } of ordered) {
    if (kind === 'introduced') {
      open.push(version)
      last = version
      continue
    }
    const starts = open.length > 0 ? open : [last]
    for (const introduced of starts) {
      ranges.push({ ...(introduced === undefined ? {} : { introduced }), [kind]: version })
    }
    open = []
  }
  return [...ranges, ...open.map((introduced) => ({ introduced }))]
}

const inOrder = (events: readonly RangeEvent[]): readonly RangeEvent[] =>
  events.toSorted((a, b) => compareRoughly(a.version, b.version))

/**
 * Orders versions by their numbers, as far as every ecosystem agrees: for putting the parts of
 * one record in order, never for deciding whether a version is affected.
 */
export function compareRoughly(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const numbersOf = (version: string): number[] => (version.match(/\d+/g) ?? []).map(Number)

/** What a range expression says: intervals, and versions named one by one. */
export type Affected = { readonly ranges: VersionRange[]; readonly versions: string[] }

const comparator = /^(>=|<=|==?|!=|<|>)?\s*([^\s<>=!]+)$/

/**
 * Reads comparators such as `>= 1.0, < 1.2`; alternatives stand apart with `||`. An exclusive
 * beginning (`> 1.0`) becomes an inclusive one, and a hole (`!= 1.1`) is filled: too wide
 * rather than too narrow. Text that is no such expression gives null.
 */
export function parseComparators(text: string): Affected | null {
  const found: Affected = { ranges: [], versions: [] }
  for (const alternative of text.split('||')) {
    const parts = alternative.split(',').map((part) => part.trim())
    if (parts.length === 1 && parts[0] === '') return null
    if (!addAlternative(parts, found)) return null
  }
  return found
}

function addAlternative(parts: readonly string[], found: Affected): boolean {
  let range: VersionRange = {}
  for (const part of parts) {
    const [, sign = '=', version] = comparator.exec(part) ?? []
    if (version === undefined) return false
    if (sign.startsWith('=')) found.versions.push(version)
    else if (sign !== '!=') range = { ...range, [memberOf(sign)]: version }
  }
  if (Object.keys(range).length > 0) found.ranges.push(range)
  return true
}

function memberOf(sign: string): keyof VersionRange {
  if (sign.startsWith('>')) return 'introduced'
  return sign === '<' ? 'fixed' : 'lastAffected'
}

/**
 * Reads a `vers:` range (package-url/vers-spec) into the same shape, with the same widening;
 * `*` is everything from `0`. Text that is no vers gives null.
 */
export function parseVers(text: string): Affected | null {
  const body = /^vers:[a-z0-9.+-]+\/(.+)$/i.exec(text.trim())?.[1]
  if (body === undefined) return null
  if (body === '*') return { ranges: [{ introduced: '0' }], versions: [] }
  const found: Affected = { ranges: [], versions: [] }
  let start: string | undefined
  for (const part of body.split('|')) {
    const [, sign = '=', written] = comparator.exec(part.trim()) ?? []
    if (written === undefined) return null
    const version = decoded(written)
    if (sign.startsWith('=')) found.versions.push(version)
    else if (sign.startsWith('>')) start = version
    else if (sign !== '!=') {
      const introduced = start === undefined ? {} : { introduced: start }
      found.ranges.push({ ...introduced, [memberOf(sign)]: version })
      start = undefined
    }
  }
  if (start !== undefined) found.ranges.push({ introduced: start })
  return found
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
