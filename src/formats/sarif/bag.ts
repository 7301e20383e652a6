import { isArray, isObject, Reader } from '#formats/json/reader.ts'

/**
 * A SARIF property bag (section 3.8): names and values are the tool's own, so nothing in it can
 * be of the wrong type, and `cwe_id`, `cweId` and `CWE-ID` are one name.
 */
export type Bag = ReadonlyMap<string, unknown>

const keyOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** The bag of a result, rule or other object; empty where there is none. */
export function bagOf(owner: Reader): Bag {
  const found = owner.raw('properties')
  if (!isObject(found)) return new Map()
  return new Map(Object.entries(found).map(([name, value]) => [keyOf(name), value]))
}

/** Every text (or number, written out) under the first of these names that has one. */
export function textsIn(bag: Bag, ...names: readonly string[]): string[] {
  for (const name of names) {
    const found = textsOf(bag.get(name))
    if (found.length > 0) return found
  }
  return []
}

/** The first text under these names. */
export const textIn = (bag: Bag, ...names: readonly string[]): string | undefined =>
  textsIn(bag, ...names)[0]

/** The first number under these names, also where it is written as a text. */
export function numberIn(bag: Bag, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = Number(textsOf(bag.get(name))[0] ?? Number.NaN)
    if (Number.isFinite(value)) return value
  }
  return undefined
}

/** Every text anywhere directly in the bag or in one of its lists. */
export const allTextsIn = (bag: Bag): string[] => [...bag.values()].flatMap(textsOf)

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()]
  if (typeof value === 'number') return [String(value)]
  if (!isArray(value)) return []
  return value.flatMap((one) => (typeof one === 'object' ? [] : textsOf(one)))
}

/** The element of an array by its number, as SARIF refers to cached objects; null if none. */
export function elementAt(owner: Reader, key: string, index: number | undefined): Reader | null {
  const found = owner.raw(key)
  if (index === undefined || !isArray(found) || !isObject(found[index])) return null
  return new Reader(found[index], `${owner.pointer}/${key}/${index}`, owner.problems)
}
