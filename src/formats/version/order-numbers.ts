import { compareDigits, compareNumbers, isNumeric, ordering, type Sign, signOf } from './order.ts'

/** Numbers between separators; null where anything else stands between them. */
const readNumbers =
  (separator: RegExp) =>
  (given: string): readonly string[] | null => {
    const numbers = given.trim().split(separator)
    return numbers.every(isNumeric) ? numbers : null
  }

/** Compares number by number; what is equal so far and goes on is newer. */
function compareLists(a: readonly string[], b: readonly string[]): Sign {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const sign = compareDigits(a[index] ?? '', b[index] ?? '')
    if (sign !== 0) return sign
  }
  return signOf(a.length - b.length)
}

/** R: `numeric_version` holds numbers between dots or dashes. */
export const cranOrder = ordering(readNumbers(/[.-]/), compareLists)

/** Haskell: `Data.Version` compares the branches as lists of numbers; `1.0` is before `1.0.0`. */
export const hackageOrder = ordering(readNumbers(/\./), compareLists)

/**
 * The vers type `intdot`: numbers between dots, read up to the first other character, leading
 * zeros ignored. The type leaves open how `1` and `1.0` stand; they are taken for the same.
 */
export const intdotOrder = ordering((text) => {
  const numbers = /^\d+(?:\.\d+)*/.exec(text.trim())?.[0].split('.')
  return numbers ?? null
}, compareNumbers)

/**
 * Perl (version.pm): with a leading `v` or two dots, numbers between dots; otherwise a decimal
 * fraction, whose digits after the point are numbers of three digits each.
 */
export const cpanOrder = ordering((given) => {
  const text = given.trim().replaceAll('_', '')
  const found = /^(v?)(\d*)((?:\.\d+)*)\.?(?:-TRIAL)?$/.exec(text)
  if (!found) return null
  const [, mark = '', whole = '', tail = ''] = found
  if (whole === '' && tail === '') return null
  const parts = tail.split('.').slice(1)
  if (mark !== '' || parts.length > 1) return [whole, ...parts]
  const [fraction = ''] = parts
  return [whole, ...(fraction.match(/\d{1,3}/g) ?? []).map((digits) => digits.padEnd(3, '0'))]
}, compareNumbers)
