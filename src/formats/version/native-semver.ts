import { isNumeric } from './order.ts'
import type { Constraint } from './vers.ts'

/** A version of up to three numbers as ranges write it, where some may be left open. */
type Partial = {
  readonly numbers: readonly number[]
  /** Whether an `x` or `*` stands where a number could, rather than nothing. */
  readonly wild: boolean
  /** Pre-release with its hyphen, or empty. */
  readonly prerelease: string
}

const wildcard = /^[xX*]$/

const isPart = (text: string): boolean => wildcard.test(text) || isNumeric(text)

function readPartial(text: string): Partial | null {
  const start = /^[vV]?/.exec(text)?.[0].length ?? 0
  let end = start
  while (/[\dxX*.]/.test(text[end] ?? '')) end++
  const parts = text.slice(start, end).split('.')
  const open = parts.findIndex((part) => wildcard.test(part))
  const numbers = (open < 0 ? parts : parts.slice(0, open)).map(Number)
  const tail = /^(-?[0-9A-Za-z.-]*)(?:\+.*)?$/.exec(text.slice(end))
  if (!tail || parts.length > 3 || !parts.every(isPart)) return null
  const [, prerelease = ''] = tail
  if (!numbers.every(Number.isSafeInteger) || (open >= 0 && prerelease !== '')) return null
  return {
    numbers,
    wild: open >= 0,
    prerelease: prerelease === '' || prerelease[0] === '-' ? prerelease : `-${prerelease}`,
  }
}

const full = ({ numbers, prerelease }: Partial): string =>
  `${numbers[0] ?? 0}.${numbers[1] ?? 0}.${numbers[2] ?? 0}${prerelease}`

/** The first version past all that share the numbers up to and including `index`. */
function after(numbers: readonly number[], index: number): string {
  const kept = [0, 1, 2].map((place) => (place > index ? 0 : (numbers[place] ?? 0)))
  return kept.map((number, place) => (place === index ? number + 1 : number)).join('.')
}

const between = (from: string, to: string): Constraint[] => [
  { comparator: '>=', version: from },
  { comparator: '<', version: to },
]

/** Everything that starts with the numbers that are given: `1.2.x`. */
function xRange(found: Partial): Constraint[] {
  const last = found.numbers.length - 1
  if (last < 0) return [{ comparator: '*', version: '' }]
  return between(full(found), after(found.numbers, last))
}

/** Up to the next version that may break: the first number that is not zero stays. */
function caret(found: Partial): Constraint[] {
  const { numbers } = found
  const firstUsed = numbers.findIndex((number) => number > 0)
  const index = firstUsed < 0 ? Math.max(0, numbers.length - 1) : firstUsed
  return between(full(found), after(numbers, index))
}

/**
 * Up to the next minor version, or the next major one where no minor is given. A pre-release of a
 * `.0` stands for that release alone, as the conformance suite of vers reads it.
 */
function tilde(found: Partial): Constraint[] {
  const { numbers, prerelease } = found
  if (prerelease !== '' && numbers[2] === 0) {
    const release = full({ ...found, prerelease: '' })
    return [...between(full(found), release), ...between(release, after(numbers, 2))]
  }
  return between(full(found), after(numbers, Math.min(1, numbers.length - 1)))
}

/** One comparator of an npm-like range, `>=1.2`, `~1.2.3`, `1.x`; null where it is none. */
export function semverConstraint(operator: string, text: string): Constraint[] | null {
  const found = readPartial(text)
  if (!found) return null
  if (found.numbers.length === 0) return [{ comparator: '*', version: '' }]
  const version = full(found)
  switch (operator) {
    case '^':
      return caret(found)
    case '~':
    case '~>':
      return tilde(found)
    case '':
    case '=':
    case '>=':
      if (found.wild) return xRange(found)
      return [{ comparator: operator === '>=' ? '>=' : '=', version }]
    case '<=':
      if (!found.wild) return [{ comparator: '<=', version }]
      return [{ comparator: '<', version: after(found.numbers, found.numbers.length - 1) }]
    case '>':
      if (!found.wild) return [{ comparator: '>', version }]
      return [{ comparator: '>=', version: after(found.numbers, found.numbers.length - 1) }]
    case '<':
      return [{ comparator: '<', version }]
    case '!=':
      return [{ comparator: '!=', version }]
    default:
      return null
  }
}

/** Cargo: a version without operator is a caret. */
export const cargoConstraint = (operator: string, text: string): Constraint[] | null =>
  semverConstraint(operator === '' && !/[xX*]/.test(text) ? '^' : operator, text)

/** Composer: a tilde lets the last number but one grow, `~1.2` up to `2.0.0`. */
export function composerConstraint(operator: string, text: string): Constraint[] | null {
  if (operator !== '~') return semverConstraint(operator === '<>' ? '!=' : operator, text)
  const found = readPartial(text)
  if (!found || found.numbers.length === 0) return null
  return between(full(found), after(found.numbers, Math.max(0, found.numbers.length - 2)))
}

/** Both ends of `1.2.3 - 2.3.4`, inclusive. */
export function hyphenRange(from: string, to: string): Constraint[] | null {
  const low = semverConstraint('>=', from)
  const high = semverConstraint('<=', to)
  return low && high && [...low, ...high]
}

/** Conan: as npm, but versions stay as short as they are and an upper bound ends in a hyphen. */
export function conanConstraint(operator: string, text: string): Constraint[] | null {
  const version = text.replace(/-$/, '')
  if (version === '' || version === '*') return [{ comparator: '>=', version: '0.0.0' }]
  if (operator !== '~' && operator !== '^') return plainConstraint(operator, version)
  const numbers = (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number)
  if (!numbers.every(Number.isSafeInteger) || version === '' || !/^\d/.test(version)) return null
  const used = numbers.findIndex((number) => number > 0)
  const last = numbers.length - 1
  const index = operator === '~' ? Math.min(1, last) : used < 0 ? last : used
  const bumped = numbers.slice(0, index + 1)
  bumped[index] = (bumped[index] ?? 0) + 1
  return between(version, `${bumped.join('.')}-`)
}

const plain: Readonly<Record<string, Constraint['comparator']>> = {
  '': '=',
  '=': '=',
  '==': '=',
  '===': '=',
  '!=': '!=',
  '<': '<',
  '<<': '<',
  '<=': '<=',
  '>': '>',
  '>>': '>',
  '>=': '>=',
}

/** A comparator of a notation without abbreviations, Debian's doubled signs included. */
export function plainConstraint(operator: string, version: string): Constraint[] | null {
  if (version === '*' && operator === '') return [{ comparator: '*', version: '' }]
  const comparator = Object.hasOwn(plain, operator) ? plain[operator] : undefined
  return comparator && version !== '' ? [{ comparator, version }] : null
}

/** RubyGems and Hex: `~> 2.0.8` lets the last number but one stay, up to `2.1`. */
export function gemConstraint(operator: string, version: string): Constraint[] | null {
  if (operator !== '~>') return plainConstraint(operator, version)
  return between(version, nextButOne(version))
}

/** PEP 440: `~=` is RubyGems' pessimistic operator; `==1.4.*` is all that starts so. */
export function pypiConstraint(operator: string, version: string): Constraint[] | null {
  if (operator === '~=') return between(version, nextButOne(version))
  if (!version.endsWith('.*')) return plainConstraint(operator, version)
  const prefix = version.slice(0, -2)
  const next = nextButOne(`${prefix}.0`)
  if (operator === '==') return between(prefix, next)
  if (operator !== '!=') return null
  return [
    { comparator: '<', version: prefix },
    { comparator: '>=', version: next },
  ]
}

/** `2.0.8` to `2.1`: the leading numbers without the last one, and the last of those raised. */
function nextButOne(version: string): string {
  const numbers = (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0').split('.')
  const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers
  return [...kept.slice(0, -1), BigInt(kept.at(-1) ?? 0) + 1n].join('.')
}
