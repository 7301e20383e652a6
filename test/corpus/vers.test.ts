import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isArray, isObject, Reader } from '#formats/json/reader.ts'
import { compareVersions } from '#formats/version/compare.ts'
import { rangeFromNative } from '#formats/version/native.ts'
import { isVersionScheme, type VersionScheme } from '#formats/version/scheme.ts'
import {
  canonicalVers,
  formatVers,
  parseVers,
  readVers,
  versContains,
} from '#formats/version/vers.ts'
import { sharedPath, skipWithout } from './shared.ts'

/** What a case gives us to do, and what has to come out. */
type Given = { readonly input: Reader; readonly text: string; readonly expected: unknown }

const schemeOf = (input: Reader, key: string): VersionScheme => {
  const name = input.text(key) ?? ''
  assert.ok(isVersionScheme(name), `no scheme ${name}`)
  return name
}

const runs: Readonly<Record<string, (given: Given) => void>> = {
  comparison({ input, expected }) {
    const scheme = schemeOf(input, 'input_scheme')
    assert.ok(isArray(expected))
    const sorted = input.texts('versions').toSorted((a, b) => compareVersions(scheme, a, b) ?? 0)
    // The NuGet cases expect the words of a pre-release in lower case; its order ignores case.
    const form = (text: unknown): unknown =>
      scheme === 'nuget' ? String(text).toLowerCase() : text
    assert.deepEqual(sorted.map(form), expected.map(form))
    for (const [index, one] of sorted.entries())
      for (const other of sorted.slice(index + 1))
        assert.equal(compareVersions(scheme, one, other), one === other ? 0 : -1)
  },
  equality({ input, expected }) {
    const [a = '', b = ''] = input.texts('versions')
    const sign = compareVersions(schemeOf(input, 'input_scheme'), a, b)
    assert.notEqual(sign, null)
    assert.equal(sign === 0, expected)
  },
  from_native({ input, expected }) {
    const native = input.raw('native_range')
    assert.ok(typeof native === 'string')
    const found = rangeFromNative(schemeOf(input, 'scheme'), native)
    assert.equal(found && formatVers(found), expected)
  },
  containment({ input, expected }) {
    const range = readVers(input.text('vers') ?? '')
    assert.equal(range && versContains(range, input.text('version') ?? ''), expected)
  },
  validate({ text, expected }) {
    assert.equal(canonicalVers(text), expected)
  },
  parse({ text, expected }) {
    const found = parseVers(text)
    assert.equal(found.ok, expected !== null)
    if (!found.ok) return
    const { type: scheme, constraints } = found.value
    const pairs = constraints.map(({ comparator, version }) => [comparator, version])
    assert.deepEqual({ scheme, version_constraints: pairs }, expected)
  },
}

const folder = sharedPath('fixtures', 'versions', 'package-url__vers-spec', 'tests')

test('every case of the vers specification holds', { skip: skipWithout(folder) }, () => {
  if (!folder) return
  const failed: string[] = []
  const counts: Record<string, number> = {}
  for (const file of readdirSync(folder).sort()) {
    const document: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    for (const one of new Reader(document).objects('tests')) {
      const kind = one.text('test_type') ?? ''
      counts[kind] = (counts[kind] ?? 0) + 1
      const expected = one.raw('expected_output') ?? null
      assert.equal(one.boolean('expected_failure') ?? false, expected === null)
      const value = one.raw('input')
      const input = isObject(value) ? one.object('input') : one
      const text = typeof value === 'string' ? value : ''
      try {
        const run = runs[kind]
        assert.ok(run, `no such kind ${kind}`)
        run({ input, text, expected })
      } catch (why) {
        failed.push(`${file}: ${kind} ${JSON.stringify(value)}: ${why}`)
      }
    }
  }
  assert.deepEqual(failed, [], failed.slice(0, 30).join('\n'))
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  assert.equal(total, 2701)
  console.log(`vers cases ${total}`, counts)
})
