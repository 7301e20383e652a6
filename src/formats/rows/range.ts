import { type Affected, parseComparators, parseVers } from '#formats/advisory/ranges.ts'
import type { VersionRange } from '#formats/finding/finding.ts'
import { isArray, isObject, pointerTo, Reader } from '#formats/json/reader.ts'

const members = ['introduced', 'fixed', 'last_affected', 'affected', 'raw', 'version'] as const

/** The affected versions of a row: `affected_ranges`, as objects or as expressions in words. */
export function rangesOf(row: Reader): Affected {
  const found: Affected = { ranges: [], versions: [] }
  const given = row.raw('affected_ranges')
  if (given === undefined) return found
  const pointer = pointerTo(row.pointer, 'affected_ranges')
  const all = isArray(given) ? given : [given]
  for (const [index, one] of all.entries()) {
    const at = isArray(given) ? pointerTo(pointer, index) : pointer
    addRange(new Reader(one, at, row.problems), found)
  }
  return found
}

function addRange(range: Reader, found: Affected): void {
  const { value } = range
  if (value === null) return
  if (typeof value === 'string' || typeof value === 'number') {
    addExpression(range, String(value), found)
    return
  }
  if (!isObject(value) || !members.some((key) => range.has(key))) {
    range.problem({ code: 'wrong-type', why: 'expected a range of versions', lost: true })
    return
  }
  const introduced = range.textish('introduced')
  const fixed = range.textish('fixed')
  const lastAffected = range.textish('last_affected')
  if (introduced ?? fixed ?? lastAffected) {
    found.ranges.push({
      ...(introduced !== undefined && { introduced }),
      ...(fixed !== undefined && { fixed }),
      ...(lastAffected !== undefined && { lastAffected }),
    } satisfies VersionRange)
  }
  const named = range.textish('affected') ?? range.textish('version')
  if (named !== undefined && !readExpression(named, found)) found.versions.push(named.trim())
  const raw = range.textish('raw')
  if (raw !== undefined) addExpression(range, raw, found)
}

function addExpression(range: Reader, text: string, found: Affected): void {
  if (text.trim() === '' || readExpression(text, found)) return
  const why = `not read as versions: ${text.trim().slice(0, 80)}`
  range.problem({ code: 'bad-value', why, lost: true })
}

/** Reads one expression in any of the usual ways; false when it is in none of them. */
function readExpression(text: string, found: Affected): boolean {
  const written = text.trim()
  if (/^[0-9A-Za-z][0-9A-Za-z.+_-]*$/.test(written)) {
    found.versions.push(written)
    return true
  }
  const inWords = rangeInWords(written)
  if (inWords) {
    found.ranges.push(inWords)
    return true
  }
  // Some write comparators side by side without commas between them.
  const commas = written.replace(/(?<=[^\s,|<>=!~^])\s+(?=[<>=!~^])/g, ', ')
  const read = parseVers(written) ?? parseComparators(commas)
  if (read === null) return false
  found.ranges.push(...read.ranges)
  found.versions.push(...read.versions)
  return true
}

const version = '(v?\\d[^\\s,;]*)'
const words: readonly (readonly [RegExp, (one: string, other: string) => VersionRange])[] = [
  [/^(?:\*|all(?: versions)?)$/i, () => ({ introduced: '0' })],
  [
    new RegExp(`^(?:from )?${version} (?:-|to|through|up to) ${version}$`, 'i'),
    (introduced, lastAffected) => ({ introduced, lastAffected }),
  ],
  [
    new RegExp(`^${version} and (?:all )?(?:prior|earlier|below|older)(?: versions)?$`, 'i'),
    (lastAffected) => ({ lastAffected }),
  ],
  [new RegExp(`^(?:before|prior to|below) ${version}$`, 'i'), (fixed) => ({ fixed })],
]

/** `1.0 to 1.5`, `1.5 and prior`, `before 1.6`, `*`: what people write instead of comparators. */
function rangeInWords(text: string): VersionRange | null {
  for (const [form, rangeOf] of words) {
    const [whole, one = '', other = ''] = form.exec(text) ?? []
    if (whole !== undefined) return rangeOf(one, other)
  }
  return null
}
