import {
  compareDigits,
  compareText,
  endOfDigits,
  isDigit,
  isLower,
  ordering,
  type Sign,
  signOf,
} from './order.ts'

type Suffix = { readonly rank: number; readonly number: string }

type ApkVersion = {
  /** Whether all of it could be read. */
  readonly valid: boolean
  /** What could not be read of the version proper; what could not behind its revision is lost. */
  readonly rest: string
  readonly numbers: readonly string[]
  readonly letter: string
  readonly suffixes: readonly Suffix[]
  readonly revision: string
}

/** The suffixes in order; the empty place is that of a version without one. */
const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p']
const noSuffix: Suffix = { rank: suffixes.indexOf(''), number: '' }
const suffixForm = /_(alpha|beta|pre|rc|cvs|svn|git|hg|p)(\d*)/y

/** `number{.number}{letter}{_suffix{number}}{~hash}{-r{number}}`: apk-package(5). */
function readApk(given: string): ApkVersion | null {
  const text = given.trim()
  if (text === '') return null
  const numbers: string[] = []
  let at = 0
  for (let end = endOfDigits(text, at); end > at; end = endOfDigits(text, end + 1)) {
    numbers.push(text.slice(at, end))
    at = end
    if (text[end] !== '.' || !isDigit(text.charCodeAt(end + 1))) break
    at = end + 1
  }
  const letter = isLower(text.charCodeAt(at)) ? text.charAt(at) : ''
  at += letter.length
  const found: Suffix[] = []
  for (;;) {
    suffixForm.lastIndex = at
    const match = suffixForm.exec(text)
    if (!match) break
    found.push({ rank: suffixes.indexOf(match[1] ?? ''), number: match[2] ?? '' })
    at = suffixForm.lastIndex
  }
  const [tail = '', revision] = /^(?:~[0-9a-f]+)?(?:-r(\d*))?/.exec(text.slice(at)) ?? []
  const left = text.slice(at + tail.length)
  const rest = revision === undefined && left[0] !== '-' ? left : ''
  return { valid: left === '', rest, numbers, letter, suffixes: found, revision: revision ?? '' }
}

/**
 * The first number compares by value; later ones by text where either has a leading zero, as
 * digits of a fraction do.
 */
function compareNumbers(a: readonly string[], b: readonly string[]): Sign {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [one = '', other = ''] = [a[index], b[index]]
    const fraction = index > 0 && (one[0] === '0' || other[0] === '0')
    const sign = fraction ? compareText(one, other) : compareDigits(one, other)
    if (sign !== 0) return sign
  }
  return signOf(a.length - b.length)
}

function compareSuffixes(a: readonly Suffix[], b: readonly Suffix[]): Sign {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const one = a[index] ?? noSuffix
    const other = b[index] ?? noSuffix
    const sign = signOf(one.rank - other.rank) || compareDigits(one.number, other.number)
    if (sign !== 0) return sign
  }
  return 0
}

function compareApk(a: ApkVersion, b: ApkVersion): Sign {
  return (
    compareNumbers(a.numbers, b.numbers) ||
    compareText(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareDigits(a.revision, b.revision) ||
    signOf(Number(a.valid) - Number(b.valid)) ||
    compareText(a.rest, b.rest)
  )
}

/** Alpine, Wolfi and Chainguard: apk-tools. Hashes of commits do not count. */
export const apkOrder = ordering(readApk, compareApk, ({ valid }) => valid)
