/** How two versions stand: the first is older, the same, or newer. */
export type Sign = -1 | 0 | 1

/**
 * The order of one version scheme. Comparing never throws and takes time linear in the texts;
 * null where a text is no version of the scheme, so that it has no place in the order.
 */
export type VersionOrder = {
  readonly compare: (a: string, b: string) => Sign | null
  /** Whether the text has a place in the order. */
  readonly has: (text: string) => boolean
  /**
   * Whether the text is a version by the rules of the scheme, and not one that merely gets a place
   * at an end of the order because nobody knows a better one.
   */
  readonly isRegular: (text: string) => boolean
}

/** Makes an order of a reader of versions and a comparison of what it read. */
export const ordering = <V>(
  read: (text: string) => V | null,
  compare: (a: V, b: V) => Sign,
  isRegular: (version: V) => boolean = () => true,
): VersionOrder => ({
  compare: (a, b) => {
    const left = read(a)
    if (left === null) return null
    const right = read(b)
    return right === null ? null : compare(left, right)
  },
  has: (text) => read(text) !== null,
  isRegular: (text) => {
    const version = read(text)
    return version !== null && isRegular(version)
  },
})

export const signOf = (difference: number): Sign => (difference < 0 ? -1 : difference > 0 ? 1 : 0)

/** By code units; for ASCII, the order of every standard that says "lexical". */
export const compareText = (a: string, b: string): Sign => (a === b ? 0 : a < b ? -1 : 1)

export const isDigit = (code: number): boolean => code >= 48 && code <= 57
export const isLower = (code: number): boolean => code >= 97 && code <= 122
export const isLetter = (code: number): boolean => isLower(code) || (code >= 65 && code <= 90)

export const isNumeric = (text: string): boolean =>
  text !== '' && endOfDigits(text, 0) === text.length

/** Where the run of digits that starts at `from` ends. */
export function endOfDigits(text: string, from: number): number {
  let end = from
  while (isDigit(text.charCodeAt(end))) end++
  return end
}

/** Digits that a double holds exactly. */
const exactDigits = 15

/**
 * Compares two runs of digits by value, of any length: leading zeros do not count, then the
 * longer one is the greater. The empty run is zero.
 */
export function compareDigits(a: string, b: string): Sign {
  if (a.length <= exactDigits && b.length <= exactDigits) return signOf(Number(a) - Number(b))
  const left = stripZeros(a)
  const right = stripZeros(b)
  return left.length === right.length
    ? compareText(left, right)
    : signOf(left.length - right.length)
}

function stripZeros(digits: string): string {
  let start = 0
  while (digits.charCodeAt(start) === 48) start++
  return digits.slice(start)
}

/** Compares lists of runs of digits, where what is missing counts as zero. */
export function compareNumbers(a: readonly string[], b: readonly string[]): Sign {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const sign = compareDigits(a[index] ?? '', b[index] ?? '')
    if (sign !== 0) return sign
  }
  return 0
}
