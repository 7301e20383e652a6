import {
  compareDigits,
  compareNumbers,
  compareText,
  endOfDigits,
  isNumeric,
  ordering,
  type Sign,
  signOf,
} from './order.ts'

/** A version in the form of Semantic Versioning 2.0.0, read leniently. */
export type Semver = {
  /** All leading numbers; three by the book, though many write fewer or more. */
  readonly numbers: readonly string[]
  /** Without its hyphen; empty for a release. */
  readonly prerelease: string
  /** Without its plus sign. */
  readonly build: string
}

/**
 * Reads numbers, pre-release and build. A leading `v`, `V` or `=` is dropped, and what follows
 * the numbers without a hyphen (`1.0rc1`) is taken for a pre-release, as node-semver does when
 * loose. Null for a text without a leading number.
 */
function readSemver(given: string): Semver | null {
  const text = given.trim()
  let at = 0
  while ('vV='.includes(text[at] ?? ' ')) at++
  const numbers: string[] = []
  let end = endOfDigits(text, at)
  if (end === at) return null
  while (end > at) {
    numbers.push(text.slice(at, end))
    if (text[end] !== '.') break
    at = end + 1
    end = endOfDigits(text, at)
  }
  const rest = text.slice(end)
  const plus = rest.indexOf('+')
  const before = plus < 0 ? rest : rest.slice(0, plus)
  const prerelease = '-.'.includes(before[0] ?? ' ') ? before.slice(1) : before
  return { numbers, prerelease, build: plus < 0 ? '' : rest.slice(plus + 1) }
}

/** Compares dotted identifiers: SemVer 2.0.0 clause 11.4. */
export function compareIdentifiers(a: string, b: string): Sign {
  if (a === b) return 0
  const left = a.split('.')
  const right = b.split('.')
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const sign = compareIdentifier(left[index] ?? '', right[index] ?? '')
    if (sign !== 0) return sign
  }
  return signOf(left.length - right.length)
}

function compareIdentifier(a: string, b: string): Sign {
  const numeric = isNumeric(a)
  if (numeric !== isNumeric(b)) return numeric ? -1 : 1
  return numeric ? compareDigits(a, b) : compareText(a, b)
}

/** A version without pre-release is newer than one with: SemVer 2.0.0 clause 11.3. */
function comparePrerelease(a: string, b: string): Sign {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1
  return compareIdentifiers(a, b)
}

function compareSemver(a: Semver, b: Semver): Sign {
  return compareNumbers(a.numbers, b.numbers) || comparePrerelease(a.prerelease, b.prerelease)
}

/** SemVer 2.0.0 clause 11; numbers past the third count too, since packages have them. */
export const semverOrder = ordering(readSemver, compareSemver)

/** Go modules (go.dev/ref/mod#versions), with the names of Go's own releases, `go1.22rc1`. */
export const golangOrder = ordering(
  (text) => readSemver(text.startsWith('go') ? text.slice(2) : text),
  compareSemver,
)

/** NuGet: SemVer with four numbers, in which the pre-release ignores case. */
export const nugetOrder = ordering((text) => {
  const found = readSemver(text)
  return found && { ...found, prerelease: found.prerelease.toLowerCase() }
}, compareSemver)

/** Dart's pub: SemVer in which the build counts as well, absent before present. */
export const pubOrder = ordering(
  readSemver,
  (a, b) => compareSemver(a, b) || compareBuild(a.build, b.build),
)

function compareBuild(a: string, b: string): Sign {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? -1 : 1
  return compareIdentifiers(a, b)
}
