import { compareDigits, compareText, isNumeric, ordering, type Sign } from './order.ts'

/** Numbers and words in turn; trailing zeros of each half dropped. */
type GemVersion = readonly string[]

/** Gem::Version: a dash means `.pre.`, and digits and letters part without a dot. */
function readGem(given: string): GemVersion | null {
  const text = given.trim().replaceAll('-', '.pre.')
  const segments = text.match(/\d+|[a-z]+/gi)
  if (!segments) return null
  const word = segments.findIndex((segment) => !isNumeric(segment))
  const numbers = word < 0 ? segments : segments.slice(0, word)
  return [...dropZeros(numbers), ...(word < 0 ? [] : dropZeros(segments.slice(word)))]
}

function dropZeros(segments: readonly string[]): readonly string[] {
  let length = segments.length
  while (/^0+$/.test(segments[length - 1] ?? '')) length--
  return segments.slice(0, length)
}

function compareGem(a: GemVersion, b: GemVersion): Sign {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [one = '0', other = '0'] = [a[index], b[index]]
    const numeric = isNumeric(one)
    // A word is a pre-release, so it is older than any number and than the end.
    if (numeric !== isNumeric(other)) return numeric ? 1 : -1
    const sign = numeric ? compareDigits(one, other) : compareText(one, other)
    if (sign !== 0) return sign
  }
  return 0
}

/** RubyGems: Gem::Version#<=>. */
export const gemOrder = ordering(readGem, compareGem)
