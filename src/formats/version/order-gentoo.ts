import { compareDigits, compareText, ordering, type Sign, signOf } from './order.ts'

type GentooVersion = {
  readonly numbers: readonly string[]
  readonly letter: string
  /** Rank and number of each suffix. */
  readonly suffixes: readonly (readonly [rank: number, number: string])[]
  readonly revision: string
}

const form = /^(\d+(?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|p)\d*)*)(?:-r(\d+))?$/
const ranks = ['alpha', 'beta', 'pre', 'rc', '', 'p']

function readGentoo(given: string): GentooVersion | null {
  const found = form.exec(given.trim())
  if (!found) return null
  const [, numbers = '', letter = '', suffixes = '', revision = ''] = found
  const pairs = suffixes.split('_').slice(1)
  return {
    numbers: numbers.split('.'),
    letter,
    suffixes: pairs.map((pair): [number, string] => {
      const word = pair.replace(/\d+$/, '')
      return [ranks.indexOf(word), pair.slice(word.length)]
    }),
    revision,
  }
}

function withoutZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return digits.slice(0, end)
}

/** PMS 3.3: after the first number, one with a leading zero compares as a fraction does. */
function compareComponents(a: readonly string[], b: readonly string[]): Sign {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [one = '', other = ''] = [a[index], b[index]]
    const fraction = index > 0 && (one.startsWith('0') || other.startsWith('0'))
    const sign = fraction
      ? compareText(withoutZeros(one), withoutZeros(other))
      : compareDigits(one, other)
    if (sign !== 0) return sign
  }
  return signOf(a.length - b.length)
}

function compareSuffixes(a: GentooVersion['suffixes'], b: GentooVersion['suffixes']): Sign {
  const length = Math.max(a.length, b.length)
  const absent = [ranks.indexOf(''), ''] as const
  for (let index = 0; index < length; index++) {
    const [rank, number] = a[index] ?? absent
    const [otherRank, otherNumber] = b[index] ?? absent
    const sign = signOf(rank - otherRank) || compareDigits(number, otherNumber)
    if (sign !== 0) return sign
  }
  return 0
}

/** Gentoo: the Package Manager Specification, section 3.3. */
export const gentooOrder = ordering(
  readGentoo,
  (a, b) =>
    compareComponents(a.numbers, b.numbers) ||
    compareText(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareDigits(a.revision, b.revision),
)
