import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Decoder, Material } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isArray } from '#formats/json/reader.ts'
import { assertSound, json } from './total.ts'

/** The members below a value, as paths of keys from it. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...pathsOf(inner).map((path) => [key, ...path]),
  ])
}

/** A copy in which the member at a path is another one; the value itself for an empty path. */
function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return by
  if (typeof value !== 'object' || value === null) return value
  const copy = structuredClone(value)
  Reflect.set(copy, key, replaced(Reflect.get(value, key), rest, by))
  return copy
}

/** A copy of a value in which up to three members, deep inside or the whole, are random. */
function brokenLike(value: unknown): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom('', '\0', 'a\nb', 'constructor', '__proto__', -1, 1e308, [[]], null)
  const change = fc.record({
    path: fc.constantFrom([], ...pathsOf(value)),
    by: fc.oneof(fc.jsonValue({ maxDepth: 2 }), odd),
  })
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((now, { path, by }) => replaced(now, path, by), value))
}

const below = (finding: Finding, pointer: string): boolean =>
  finding.at.pointer === pointer || finding.at.pointer?.startsWith(`${pointer}/`) === true

/**
 * Breaks one record of a list inside a good document (`list` is its JSON pointer) in many ways:
 * what is decoded stays sound, and the findings of all other records stay as they were.
 */
export function assertIndependent(decoder: Decoder, document: unknown, list: string): void {
  const path = list.split('/').slice(1)
  const records = path.reduce<unknown>((value, key) => Object(value)[key], document)
  assert.ok(isArray(records) && records.length >= 2, 'at least two records to tell apart')
  const material = (value: unknown): Material => json(value)
  const whole = decoder.decode(material(document)).findings
  records.forEach((record, index) => {
    const own = `${list}/${index}`
    const others = whole.filter((finding) => !below(finding, own))
    assert.ok(others.length > 0 && others.length < whole.length, `a finding at ${own}`)
    fc.assert(
      fc.property(brokenLike(record), (bad) => {
        const broken = replaced(document, [...path, String(index)], bad)
        const decoded = decoder.decode(material(broken))
        assertSound(decoded)
        assert.deepEqual(
          decoded.findings.filter((finding) => !below(finding, own)),
          others,
        )
      }),
      { numRuns: 150 },
    )
  })
}
