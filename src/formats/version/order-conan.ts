import { compareDigits, compareText, endOfDigits, ordering, type Sign, signOf } from './order.ts'

type ConanVersion = {
  readonly main: readonly string[]
  /** Undefined for a release; an empty list, as of `1.0-`, comes before every other one. */
  readonly prerelease?: readonly string[]
  readonly build: readonly string[]
}

function readConan(given: string): ConanVersion | null {
  const text = given.trim()
  if (text === '') return null
  const plus = text.indexOf('+')
  const body = plus < 0 ? text : text.slice(0, plus)
  const dash = body.indexOf('-')
  return {
    main: items(dash < 0 ? body : body.slice(0, dash)),
    ...(dash >= 0 && { prerelease: items(body.slice(dash + 1)) }),
    build: plus < 0 ? [] : items(text.slice(plus + 1)),
  }
}

/** The parts between dots, without zeros at the end: `1` and `1.0.0` are one version. */
function items(text: string): readonly string[] {
  const found = text === '' ? [] : text.split('.')
  while (/^0+$/.test(found.at(-1) ?? '')) found.pop()
  return found
}

function compareItems(a: readonly string[], b: readonly string[]): Sign {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const sign = compareItem(a[index] ?? '', b[index] ?? '')
    if (sign !== 0) return sign
  }
  return signOf(a.length - b.length)
}

/**
 * By the number in front, then by the rest as text; what has no number in front comes last. Conan
 * itself compares a number with a word as texts, which is not transitive (`2`, `10`, `10a`).
 */
function compareItem(a: string, b: string): Sign {
  const left = endOfDigits(a, 0)
  const right = endOfDigits(b, 0)
  if (left === 0 || right === 0) {
    if (left !== right) return left === 0 ? 1 : -1
    return compareText(a, b)
  }
  return (
    compareDigits(a.slice(0, left), b.slice(0, right)) || compareText(a.slice(left), b.slice(right))
  )
}

/** Conan 2: a version with a pre-release is older than without, one with a build is newer. */
export const conanOrder = ordering(readConan, (a, b) => {
  const main = compareItems(a.main, b.main)
  if (main !== 0) return main
  if (a.prerelease === undefined || b.prerelease === undefined) {
    if (a.prerelease !== b.prerelease) return a.prerelease ? -1 : 1
  } else {
    const prerelease = compareItems(a.prerelease, b.prerelease)
    if (prerelease !== 0) return prerelease
  }
  return compareItems(a.build, b.build)
})
