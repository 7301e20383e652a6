import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isObject } from '#formats/json/reader.ts'
import { buildPurl, canonicalPurl, parsePurl } from '#formats/purl/parse.ts'
import { formatPurl, type Purl, type PurlParts } from '#formats/purl/purl.ts'
import { sharedPath, skipWithout } from './shared.ts'

type Case = {
  readonly test_type: 'parse' | 'build' | 'validate'
  readonly input: string | PurlParts
  readonly expected_output?: string | Purl | null
  readonly expected_failure: boolean
}

const isCase = (value: unknown): value is Case => isObject(value) && 'test_type' in value

/** The members that are there: the corpus writes null for what a purl has not. */
const given = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))

function run({ test_type: kind, input, expected_output: expected, expected_failure }: Case): void {
  if (kind === 'validate') {
    assert.ok(typeof input === 'string')
    assert.equal(canonicalPurl(input), expected_failure ? null : expected)
    return
  }
  const found = typeof input === 'string' ? parsePurl(input) : buildPurl(input)
  assert.equal(found.ok, !expected_failure)
  if (!found.ok) return
  if (kind === 'build') assert.equal(formatPurl(found.value), expected)
  else assert.deepEqual(found.value, isObject(expected) ? given(expected) : expected)
}

const folder = sharedPath('fixtures', 'purl')

test('every case of the purl specification holds', { skip: skipWithout(folder) }, () => {
  if (!folder) return
  const files = globSync('**/*.json', { cwd: folder }).sort()
  const failed: string[] = []
  const counts = { parse: 0, build: 0, validate: 0 }
  for (const file of files) {
    const { tests } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    assert.ok(Array.isArray(tests), file)
    for (const one of tests) {
      assert.ok(isCase(one), file)
      counts[one.test_type]++
      try {
        run(one)
      } catch (why) {
        failed.push(`${file}: ${one.test_type} ${JSON.stringify(one.input)}: ${why}`)
      }
    }
  }
  assert.deepEqual(failed, [], failed.join('\n'))
  assert.deepEqual(
    { files: files.length, ...counts },
    { files: 43, parse: 206, build: 176, validate: 204 },
  )
  console.log(`purl corpus ${files.length} files`, counts)
})
