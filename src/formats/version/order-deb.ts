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

type DebVersion = {
  readonly epoch: string
  readonly upstream: string
  readonly revision: string
}

/** `[epoch:]upstream[-revision]`; a colon after anything but digits belongs to the version. */
function readDeb(given: string): DebVersion | null {
  const text = given.trim()
  if (text === '') return null
  const colon = text.indexOf(':')
  const hasEpoch = colon > 0 && isNumeric(text.slice(0, colon))
  const rest = hasEpoch ? text.slice(colon + 1) : text
  const dash = rest.lastIndexOf('-')
  return {
    epoch: hasEpoch ? text.slice(0, colon) : '',
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  }
}

/** Tilde before the end, the end before letters, letters before all else (Policy 5.6.12). */
function weight(code: number): number {
  if (code === 126) return -1
  // The end of the text, or a digit, which ends a run of other characters as the end does.
  if (Number.isNaN(code) || isDigit(code)) return 0
  return isLetter(code) ? code : code + 0x10000
}

/** Debian Policy 5.6.12: runs of other characters and runs of digits in turn. */
function compareDebText(a: string, b: string): Sign {
  let left = 0
  let right = 0
  while (left < a.length || right < b.length) {
    for (;;) {
      const one = weight(a.charCodeAt(left))
      const other = weight(b.charCodeAt(right))
      if (one !== other) return signOf(one - other)
      if (one === 0) break
      left++
      right++
    }
    const leftEnd = endOfDigits(a, left)
    const rightEnd = endOfDigits(b, right)
    const sign = compareDigits(a.slice(left, leftEnd), b.slice(right, rightEnd))
    if (sign !== 0) return sign
    left = leftEnd
    right = rightEnd
  }
  return 0
}

/** Debian and Ubuntu: deb-version(7), Debian Policy 5.6.12. */
export const debOrder = ordering(
  readDeb,
  (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    compareDebText(a.upstream, b.upstream) ||
    compareDebText(a.revision, b.revision),
)

/** opam: Debian's comparison over the whole text, without epoch and revision. */
export const opamOrder = ordering(
  (text) => text.trim() || null,
  (a, b) => compareDebText(a, b),
)

/** The vers type `lexicographic`: by the bytes of UTF-8, which is by code points. */
export const lexicographicOrder = ordering(
  (text) => text,
  (a, b) => compareText(liftSurrogates(a), liftSurrogates(b)),
)

/**
 * Swaps the block of surrogates, which UTF-16 puts before U+E000, with the block behind it, so
 * that code units sort like the code points that they stand for.
 */
function liftSurrogates(text: string): string {
  if (!/[\ud800-\uffff]/.test(text)) return text
  return text.replace(/[\ud800-\uffff]/g, (unit) => {
    const code = unit.charCodeAt(0)
    return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800)
  })
}
