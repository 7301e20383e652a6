import { compareVersions } from './compare.ts'
import type { VersionScheme } from './scheme.ts'
import type { Constraint } from './vers.ts'

const notation = /([[(])([^,[\]()]*)(?:(,)([^,[\]()]*))?([\])])/y

/**
 * Maven's and NuGet's interval notation, `[1.0,2.0),[3.0,)`: an alternative for each interval.
 * Null where the text is anything else.
 */
export function readIntervals(text: string): Constraint[][] | null {
  const found: Constraint[][] = []
  let at = 0
  while (at < text.length) {
    while (/[\s,]/.test(text[at] ?? '')) at++
    if (at === text.length) break
    notation.lastIndex = at
    const match = notation.exec(text)
    if (!match) return null
    at = notation.lastIndex
    const [, open, low = '', comma, high = '', close] = match
    const [from, to] = [low.trim(), high.trim()]
    if (comma === undefined) {
      if (from === '' || open !== '[' || close !== ']') return null
      found.push([{ comparator: '=', version: from }])
      continue
    }
    const both: Constraint[] = [
      { comparator: open === '[' ? '>=' : '>', version: from },
      { comparator: close === ']' ? '<=' : '<', version: to },
    ]
    const bounds = both.filter(({ version }) => version !== '')
    found.push(bounds.length > 0 ? bounds : [{ comparator: '*', version: '' }])
  }
  return found.length > 0 ? found : null
}

/**
 * nginx's advisories: `0.7.52-0.8.39`, single versions, and `1.4.1+`, which on a stable branch
 * (even minor number) goes up to the next minor version and on a mainline branch has no end.
 */
export function readNginx(text: string): Constraint[][] | null {
  const found = text.split(',').map((part): Constraint[] | null => {
    const entry = part.trim()
    if (entry === 'all') return [{ comparator: '*', version: '' }]
    const [, from = '', plus, to] = /^(\d[\d.]*)(?:(\+)|\s*-\s*(\d[\d.]*))?$/.exec(entry) ?? []
    if (from === '') return null
    if (to !== undefined)
      return [
        { comparator: '>=', version: from },
        { comparator: '<=', version: to },
      ]
    if (plus === undefined) return [{ comparator: '=', version: from }]
    const [major = 0, minor = 0] = from.split('.').map(Number)
    const low: Constraint = { comparator: '>=', version: from }
    return minor % 2 === 0 ? [low, { comparator: '<', version: `${major}.${minor + 1}.0` }] : [low]
  })
  return everyFound(found)
}

/** Versions one by one, between commas: OpenSSL's advisories. */
export function readVersions(scheme: VersionScheme, text: string): Constraint[][] | null {
  const found = text.split(',').map((part): Constraint[] | null => {
    const version = part.trim()
    return compareVersions(scheme, version, version) === null
      ? null
      : [{ comparator: '=', version }]
  })
  return everyFound(found)
}

/** All alternatives, or null when one could not be read. */
export function everyFound(found: readonly (Constraint[] | null)[]): Constraint[][] | null {
  const kept = found.filter((one) => one !== null)
  return kept.length === found.length ? kept : null
}
