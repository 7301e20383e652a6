import {
  compareDigits,
  compareText,
  endOfDigits,
  isDigit,
  isLetter,
  isNumeric,
  ordering,
  type Sign,
  signOf,
} from './order.ts'

type RpmVersion = {
  readonly epoch: string
  readonly version: string
  /** With its dash, so that an absent release differs from an empty one. */
  readonly release: string
}

/** `[epoch:]version[-release]`; a colon after anything but digits belongs to the version. */
function readRpm(given: string): RpmVersion | null {
  const text = given.trim()
  if (text === '') return null
  const colon = text.indexOf(':')
  const hasEpoch = colon > 0 && isNumeric(text.slice(0, colon))
  const rest = hasEpoch ? text.slice(colon + 1) : text
  const dash = rest.indexOf('-')
  return {
    epoch: hasEpoch ? text.slice(0, colon) : '0',
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? '' : rest.slice(dash),
  }
}

const tilde = 126
const caret = 94

function endOfLetters(text: string, from: number): number {
  let end = from
  while (isLetter(text.charCodeAt(end))) end++
  return end
}

/** Skips what neither counts nor marks anything. */
function skip(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isDigit(code) || isLetter(code) || code === tilde || code === caret) break
  }
  return at
}

/**
 * What a tilde or a caret at the present place decides: the one sorts before even the end, the
 * other after the end and before everything else. Zero where both or neither have the mark.
 */
function compareMarks(a: number, b: number): Sign {
  const rank = (code: number): number =>
    code === tilde ? 0 : Number.isNaN(code) ? 1 : code === caret ? 2 : 3
  const left = rank(a)
  const right = rank(b)
  return left === right || (left !== 0 && left !== 2 && right !== 0 && right !== 2)
    ? 0
    : signOf(left - right)
}

/** rpm's own comparison of a version or a release (rpmvercmp; rpm-version(7)). */
function compareRpmText(a: string, b: string): Sign {
  if (a === b) return 0
  if (a === '' || b === '') return a === '' ? -1 : 1
  let left = 0
  let right = 0
  for (;;) {
    left = skip(a, left)
    right = skip(b, right)
    const one = a.charCodeAt(left)
    const other = b.charCodeAt(right)
    const marks = compareMarks(one, other)
    if (marks !== 0) return marks
    if (one === tilde || one === caret) {
      left++
      right++
      continue
    }
    if (Number.isNaN(one) || Number.isNaN(other)) return signOf(a.length - left - b.length + right)
    // Numbers are newer than letters.
    if (isDigit(one) !== isDigit(other)) return isDigit(one) ? 1 : -1
    const endOf = isDigit(one) ? endOfDigits : endOfLetters
    const leftEnd = endOf(a, left)
    const rightEnd = endOf(b, right)
    const sign = (isDigit(one) ? compareDigits : compareText)(
      a.slice(left, leftEnd),
      b.slice(right, rightEnd),
    )
    if (sign !== 0) return sign
    left = leftEnd
    right = rightEnd
  }
}

/** Red Hat, SUSE and the other users of rpm. */
export const rpmOrder = ordering(
  readRpm,
  (a, b) =>
    compareRpmText(a.epoch, b.epoch) ||
    compareRpmText(a.version, b.version) ||
    compareRpmText(a.release, b.release),
)

/**
 * Arch's form of rpmvercmp (vercmp(8)): no tilde or caret, the width of separators counts, and
 * letters that follow a number without separator make it older: `1.0rc` before `1.0`.
 */
function compareAlpmText(a: string, b: string): Sign {
  let left = 0
  let right = 0
  while (left < a.length && right < b.length) {
    const one = skipSeparators(a, left)
    const other = skipSeparators(b, right)
    if (one === a.length || other === b.length) {
      left = one
      right = other
      break
    }
    if (one - left !== other - right) return signOf(one - left - other + right)
    const digits = isDigit(a.charCodeAt(one))
    if (digits !== isDigit(b.charCodeAt(other))) return digits ? 1 : -1
    left = (digits ? endOfDigits : endOfLetters)(a, one)
    right = (digits ? endOfDigits : endOfLetters)(b, other)
    const sign = (digits ? compareDigits : compareText)(a.slice(one, left), b.slice(other, right))
    if (sign !== 0) return sign
  }
  if (left === a.length && right === b.length) return 0
  const longer = left < a.length ? a.charCodeAt(left) : b.charCodeAt(right)
  return isLetter(longer) === left < a.length ? -1 : 1
}

function skipSeparators(text: string, from: number): number {
  let at = from
  while (at < text.length && !isDigit(text.charCodeAt(at)) && !isLetter(text.charCodeAt(at))) at++
  return at
}

/**
 * Arch Linux. The release counts only where both versions have one, so that `1.5` equals `1.5-1`
 * and `1.5-2` alike: this order is not transitive, and Arch means it so.
 */
export const alpmOrder = ordering(readRpm, (a, b) => {
  const sign = compareDigits(a.epoch, b.epoch) || compareAlpmText(a.version, b.version)
  if (sign !== 0 || a.release === '' || b.release === '') return sign
  return compareAlpmText(a.release.slice(1), b.release.slice(1))
})
