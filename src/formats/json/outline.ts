/** Character codes of JSON's punctuation (RFC 8259 section 2). */
export const chars = {
  quote: 0x22,
  apostrophe: 0x27,
  comma: 0x2c,
  slash: 0x2f,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

/** What one pass over the characters of a document says about it, before any parsing. */
export type Outline = {
  /** Offset behind the bracket that closes the document; null when none does. */
  readonly end: number | null
  /** How deep its brackets nest. */
  readonly depth: number
  /** How many members its objects have together, duplicates counted. */
  readonly members: number
  /** Offsets of integers of 16 digits and more, which a double may not hold; the first few. */
  readonly longNumbers: readonly number[]
}

const longNumbersMax = 20
/** Every integer of at most so many digits fits a double. */
const doubleDigits = 15
/** Longer than any double: not worth the arithmetic. */
const exactDigitsMax = 309

/**
 * Measures the document that starts with a bracket at `from`. Strings are stepped over, so that
 * brackets and colons in them do not count. Stops as soon as `depthMax` is passed.
 */
export function outlineOf(text: string, from: number, depthMax: number): Outline {
  const longNumbers: number[] = []
  let depth = 0
  let deepest = 0
  let members = 0
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === chars.quote) {
      at = closingQuote(text, at)
      if (at < 0) break
    } else if (code === chars.colon) members++
    else if (code === chars.openBrace || code === chars.openBracket) {
      if (++depth > deepest) deepest = depth
      if (depth > depthMax) break
    } else if (code === chars.closeBrace || code === chars.closeBracket) {
      if (--depth <= 0) return { end: at + 1, depth: deepest, members, longNumbers }
    } else if (code > 0x30 && code <= 0x39) {
      const end = digitsEnd(text, at)
      if (end - at > doubleDigits && longNumbers.length < longNumbersMax) longNumbers.push(at)
      at = end - 1
    }
    at++
  }
  return { end: null, depth: deepest, members, longNumbers }
}

function digitsEnd(text: string, from: number): number {
  let at = from + 1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) break
  }
  return at
}

/** The offset of the quote that closes the string opened at `open`, or -1. */
export function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1)
  while (at > 0 && text.charCodeAt(at - 1) === chars.backslash) {
    let first = at - 1
    while (text.charCodeAt(first - 1) === chars.backslash) first--
    if ((at - first) % 2 === 0) break
    at = text.indexOf('"', at + 1)
  }
  return at
}

/** How many members the objects of a parsed value have together. */
export function membersOf(value: object): number {
  const inside: unknown[] = Array.isArray(value) ? value : Object.values(value)
  let count = Array.isArray(value) ? 0 : inside.length
  for (let at = 0; at < inside.length; at++) {
    const found = inside[at]
    if (typeof found === 'object' && found !== null) count += membersOf(found)
  }
  return count
}

/** Whether the integer whose digits start at `at` changes when it is read as a double. */
export function losesDigits(text: string, at: number): boolean {
  const end = digitsEnd(text, at)
  let first = at
  while (text[first - 1] === '0') first--
  const next = text[end]
  if (next === '.' || next === 'e' || next === 'E' || text[first - 1] === '.') return false
  if (end - at >= exactDigitsMax) return true
  const digits = text.slice(at, end)
  const read = Number(digits)
  return String(read) !== digits && BigInt(read) !== BigInt(digits)
}

/** Answers the one-based line of an offset; all answers together cost one pass over the text. */
export function linesOf(text: string, firstLine = 1): (offset: number) => number {
  const starts = [0]
  let next = text.indexOf('\n')
  return (offset) => {
    while (next >= 0 && next < offset) {
      starts.push(next + 1)
      next = text.indexOf('\n', next + 1)
    }
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return firstLine + low
  }
}
