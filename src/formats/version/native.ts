import { everyFound, readIntervals, readNginx, readVersions } from './native-list.ts'
import {
  cargoConstraint,
  composerConstraint,
  conanConstraint,
  gemConstraint,
  hyphenRange,
  plainConstraint,
  pypiConstraint,
  semverConstraint,
} from './native-semver.ts'
import type { VersionScheme } from './scheme.ts'
import { unionOf } from './union.ts'
import type { Constraint, VersRange } from './vers.ts'

/** How a package ecosystem writes ranges: what parts alternatives, and what a comparator means. */
type Notation = {
  readonly or: RegExp
  readonly constraint: (operator: string, version: string) => Constraint[] | null
}

const npm: Notation = { or: /\|\|/, constraint: semverConstraint }

const notations: Readonly<Partial<Record<VersionScheme, Notation>>> = {
  cargo: { or: /\|\|/, constraint: cargoConstraint },
  composer: { or: /\|\|?/, constraint: composerConstraint },
  conan: { or: /\|\|/, constraint: conanConstraint },
  gem: { or: /\|\|/, constraint: gemConstraint },
  hex: { or: /\|\||\bor\b/, constraint: gemConstraint },
  npm,
  pub: npm,
  pypi: { or: /\|\|/, constraint: pypiConstraint },
  semver: npm,
  swift: npm,
}
/** Comparators between commas or spaces, without abbreviations. */
const plain: Notation = { or: /\|\|/, constraint: plainConstraint }

/** An operator, which may stand apart, and its version. */
const comparator = /(~>|~=|<>|===?|!=|<<|>>|<=|>=|[<>=~^])?\s*([^\s,<>=~^!|&()[\]]+)/y
/** What stands between comparators that all have to hold. */
const gap = /[\s,]+|&&|and\b/y

function skipGaps(text: string, from: number): number {
  for (let at = from; ; at = gap.lastIndex) {
    gap.lastIndex = at
    if (!gap.test(text)) return at
  }
}

/** Reads one alternative: comparators that all have to hold. */
function readAlternative(text: string, notation: Notation): Constraint[] | null {
  const hyphen = /^\s*([^\s,]+)\s+-\s+([^\s,]+)\s*$/.exec(text)
  if (hyphen) return hyphenRange(hyphen[1] ?? '', hyphen[2] ?? '')
  const found: Constraint[] = []
  let at = 0
  for (;;) {
    at = skipGaps(text, at)
    if (at === text.length) break
    comparator.lastIndex = at
    const match = comparator.exec(text)
    const read = match && notation.constraint(match[1] ?? '', match[2] ?? '')
    if (!read) return null
    found.push(...read)
    at = comparator.lastIndex
  }
  return found.length > 0 ? found : notation.constraint('', '*')
}

/** The range inside of Conan's brackets, without the options that follow it after a comma. */
function conanRange(text: string): string {
  const inner = /^\s*\[([^[\]]*)\]\s*$/.exec(text)?.[1] ?? text
  const comma = inner.indexOf(',')
  return comma < 0 ? inner : inner.slice(0, comma)
}

function readAlternatives(scheme: VersionScheme, text: string): Constraint[][] | null {
  if (scheme === 'nginx') return readNginx(text)
  if (scheme === 'openssl') return readVersions(scheme, text)
  if (scheme === 'maven' || scheme === 'nuget') {
    const intervals = readIntervals(text)
    if (intervals) return intervals
    // NuGet's plain version is the lowest that will do.
    if (scheme === 'nuget' && /^\s*\d[\w.+-]*\s*$/.test(text))
      return [[{ comparator: '>=', version: text.trim() }]]
  }
  const notation = notations[scheme] ?? plain
  const body = scheme === 'conan' ? conanRange(text) : text
  return everyFound(body.split(notation.or).map((part) => readAlternative(part, notation)))
}

/**
 * The vers range of a range as the ecosystem of `scheme` writes it. Null where the notation is
 * not understood or names what is no version. Bounds are kept one by one, as the conformance
 * suite of vers has it, and only merged where they would read differently side by side.
 *
 * The suite departs from npm's own reading in three forms, and so does this: a version without
 * operator stands for itself (`2.1` is `2.1.0`, not `2.1.x`), `>=1.x` is `1.x`, and `~1.2.0-rc`
 * ends at `1.2.1`. Several lower (or upper) bounds in a row count as the widest of them.
 */
export function rangeFromNative(scheme: VersionScheme, text: string): VersRange | null {
  // Conan's empty range constrains nothing; the suite writes it so, without an asterisk.
  if (scheme === 'conan' && text.trim() === '') return { type: scheme, constraints: [] }
  const alternatives = readAlternatives(scheme, text)
  return alternatives && unionOf(scheme, alternatives)
}
