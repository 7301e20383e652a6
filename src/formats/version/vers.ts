import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { compareVersions, isVersion } from './compare.ts'
import type { Sign } from './order.ts'
import { isVersionScheme, type VersionScheme } from './scheme.ts'

/** How a version stands to the one of a constraint; `*` stands alone and means every version. */
export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '*'

export type Constraint = {
  readonly comparator: Comparator
  /** Decoded; empty for `*`. */
  readonly version: string
}

/**
 * A version range of the vers specification: signposts along the order of the versions. `type` is
 * lower case and mostly a `VersionScheme`; others are kept, but nothing is known of their order.
 */
export type VersRange = { readonly type: string; readonly constraints: readonly Constraint[] }

/** `none` holds no version, `all` every one; both are written `vers:<type>/*`. */
const bare = new Set(['all', 'none'])

const schemeOfRange = (range: VersRange): VersionScheme | null =>
  isVersionScheme(range.type) ? range.type : null

/** Characters that a version in a range escapes, and those it may not hold bare at all. */
const escaped = /[><=!*|%\s]|[^\x21-\x7e]/gu

const encode = (version: string): string =>
  version.toWellFormed().replace(escaped, (found) =>
    // What encodeURIComponent leaves alone of the ASCII set is escaped by hand.
    found === '!' || found === '*'
      ? `%${found.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeURIComponent(found),
  )

const formatConstraint = ({ comparator, version }: Constraint): string =>
  comparator === '*' ? '*' : `${comparator === '=' ? '' : comparator}${encode(version)}`

/** The text of a range as it is, `vers:npm/>=1.0.0|<2.0.0`. */
export const formatVers = (range: VersRange): string =>
  `vers:${range.type}/${range.constraints.map(formatConstraint).join('|')}`

/** Which comes first of two signposts at one version: what ends there, what is there, the rest. */
const comparators: readonly Comparator[] = ['*', '<', '<=', '=', '!=', '>=', '>']

const compareConstraints =
  (scheme: VersionScheme) =>
  (a: Constraint, b: Constraint): number =>
    (compareVersions(scheme, a.version, b.version) ?? 0) ||
    comparators.indexOf(a.comparator) - comparators.indexOf(b.comparator)

/** The constraints in the order of their versions, as the scheme of the range has it. */
export function sortConstraints(range: VersRange): VersRange {
  const scheme = schemeOfRange(range)
  if (!scheme) return range
  return { ...range, constraints: range.constraints.toSorted(compareConstraints(scheme)) }
}

const refuse = (why: string): Result<never> => no<Refusal>({ code: 'malformed', why })

/**
 * Reads a range in canonical form and refuses every other: white space, empty constraints,
 * versions that are out of order or stand twice, escapes that need not be, comparators that
 * contradict each other (vers core specification, "Normalized, canonical representation").
 */
export function parseVers(text: string): Result<VersRange> {
  const found = read(text, 'strict')
  if (!found.ok) return found
  const { type, constraints } = found.value
  if (type !== type.toLowerCase() || !text.startsWith('vers:'))
    return refuse('scheme and type are lower case')
  const why = constraints.map(spellingProblem(type)).find(Boolean) ?? sequenceProblem(found.value)
  return why ? refuse(why) : found
}

/** Reads a range as it may be written: any order, any case of scheme and type, white space. */
export function readVers(text: string): VersRange | null {
  const found = read(text.replace(/\s+/g, ''), 'lenient')
  return found.ok ? sortConstraints(found.value) : null
}

/** The text of a range with its constraints in order; null for a text that is no range. */
export function canonicalVers(text: string): string | null {
  const found = readVers(text)
  return found && formatVers(found)
}

type Reading = 'strict' | 'lenient'

function read(text: string, reading: Reading): Result<VersRange> {
  const found = /^vers:([a-z][a-z0-9.-]*)\/([\s\S]+)$/i.exec(text)
  if (!found) return refuse('a range is vers:, a type, a slash and constraints')
  const [, written = '', list = ''] = found
  const type = reading === 'strict' ? written : written.toLowerCase()
  if (reading === 'strict' && /[^\x21-\x7e]/.test(list))
    return refuse('a range holds printable ASCII only, and no white space')
  const constraints: Constraint[] = []
  for (const part of list.split('|')) {
    if (part === '' && reading === 'lenient') continue
    const constraint = readConstraint(part, reading)
    if (!constraint.ok) return constraint
    constraints.push(constraint.value)
  }
  if (constraints.length === 0) return refuse('a range has a constraint')
  const hasStar = constraints.some(({ comparator }) => comparator === '*')
  if (hasStar && constraints.length > 1) return refuse('an asterisk stands alone')
  if (!hasStar && bare.has(type)) return refuse(`the type ${type} takes an asterisk only`)
  return yes({ type, constraints })
}

function readConstraint(text: string, reading: Reading): Result<Constraint> {
  if (text === '') return refuse('a constraint is empty: a pipe too many')
  if (text === '*') return yes({ comparator: '*', version: '' })
  const mark = /^(?:[<>!]=|[<>=])/.exec(text)?.[0] ?? ''
  const comparator = mark === '' ? '=' : asComparator(mark)
  if (!comparator || (mark === '=' && reading === 'strict'))
    return refuse('equality is written without a sign')
  const body = text.slice(mark.length)
  if (body === '') return refuse('a comparator without a version')
  if (reading === 'strict' && /[<>=!*]/.test(body)) return refuse('a sign that is not escaped')
  const version = decode(body, reading)
  return version === null
    ? refuse('percent-encoding that is not canonical')
    : yes({ comparator, version })
}

const asComparator = (text: string): Comparator | undefined =>
  comparators.find((comparator) => comparator === text)

/** Undoes the escapes once; strictly, only what has to be escaped may be, in upper case. */
function decode(text: string, reading: Reading): string | null {
  if (!text.includes('%')) return text
  try {
    const version = decodeURIComponent(text)
    return reading === 'lenient' || encode(version) === text ? version : null
  } catch {
    return reading === 'lenient' ? text : null
  }
}

/** What a scheme demands of the spelling of its versions. */
const spellingProblem =
  (type: string) =>
  ({ version }: Constraint): string | undefined =>
    type === 'datetime' && /[tz]/.test(version) ? 'T and Z are upper case' : undefined

/** Why the constraints are not the signposts of a range, or undefined when they are. */
function sequenceProblem({ type, constraints }: VersRange): string | undefined {
  if (isVersionScheme(type)) {
    for (const [index, { version, comparator }] of constraints.entries()) {
      if (comparator !== '*' && !isVersion(type, version)) return `not a version of ${type}`
      const next = constraints[index + 1]
      if (next && compareVersions(type, version, next.version) !== -1)
        return 'constraints are sorted by version, and each version stands once'
    }
  }
  const signs = constraints.map(({ comparator }) => comparator[0]).filter((sign) => sign !== '!')
  for (const [index, sign] of signs.entries()) {
    const pair = `${sign}${signs[index + 1] ?? ''}`
    if (pair === '=<' || pair === '>=') return 'a version inside a range stands for itself'
  }
  const bounds = signs.filter((sign) => sign !== '=')
  return bounds.some((sign, index) => sign === bounds[index + 1])
    ? 'lower and upper bounds take turns'
    : undefined
}

/** One stretch of versions; a bound that is missing is open. */
export type Interval = {
  readonly from?: { readonly version: string; readonly included: boolean }
  readonly to?: { readonly version: string; readonly included: boolean }
}

/**
 * The stretches between the bounds of a sorted range. Bounds that say nothing new are passed
 * over, as the specification's "constraints simplification" does: of two lower bounds the first
 * counts, of two upper ones the last.
 */
export function intervalsOf(constraints: readonly Constraint[]): readonly Interval[] {
  const found: Interval[] = []
  let from: Interval['from']
  let open = false
  for (const { comparator, version } of constraints) {
    const bound = { version, included: comparator.endsWith('=') }
    if (comparator.startsWith('>') && !open) {
      from = bound
      open = true
    } else if (comparator.startsWith('<')) {
      const last = found.at(-1)
      if (open || !last) found.push({ ...(from && { from }), to: bound })
      else found[found.length - 1] = { ...last, to: bound }
      from = undefined
      open = false
    }
  }
  if (open && from) found.push({ from })
  return found
}

/**
 * Whether a version lies in a range whose constraints are in order, as every reader here leaves
 * them. Null where the scheme of the range is not known, or where the version or one of the range
 * is none of the scheme.
 */
export function versContains(range: VersRange, version: string): boolean | null {
  if (bare.has(range.type)) return range.type === 'all'
  const { constraints } = range
  if (constraints[0]?.comparator === '*') return true
  const scheme = schemeOfRange(range)
  if (!scheme) return null
  const signs = new Map<string, Sign>()
  for (const bound of constraints) {
    const sign = compareVersions(scheme, version, bound.version)
    if (sign === null) return null
    signs.set(bound.version, sign)
  }
  const equal = constraints.filter((constraint) => signs.get(constraint.version) === 0)
  if (equal.some(({ comparator }) => comparator !== '!=' && comparator.endsWith('='))) return true
  if (equal.some(({ comparator }) => comparator === '!=')) return false
  const inside = intervalsOf(constraints).some((interval) => isInside(interval, signs))
  return inside || isExclusion(constraints)
}

/** A range of nothing but exclusions holds every other version. */
const isExclusion = (constraints: readonly Constraint[]): boolean =>
  constraints.every(({ comparator }) => comparator === '!=')

/** Equality with a bound that is included is decided before this. */
const isInside = ({ from, to }: Interval, signs: ReadonlyMap<string, Sign>): boolean =>
  (!from || signs.get(from.version) === 1) && (!to || signs.get(to.version) === -1)
