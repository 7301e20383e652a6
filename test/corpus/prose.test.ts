import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { cweName } from '#formats/cwe/cwe.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { proseDecoder } from '#formats/prose/decode.ts'
import { versionsIn } from '#formats/prose/versions.ts'
import { sharedPath, skipWithout } from './shared.ts'

const path = sharedPath('dedup', 'dev', 'reports.jsonl.gz')

const rows = (): JsonObject[] =>
  gunzipSync(readFileSync(path ?? ''))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))
    .filter(isObject)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const plain = (version: string): string => version.replace(/^v/i, '').replace(/(?:\.0)+$/, '')

/** Every fixed version that a row gives, wherever in its ranges it stands. */
function fixedIn(value: unknown, found = new Set<string>()): Set<string> {
  if (isArray(value)) for (const one of value) fixedIn(one, found)
  else if (isObject(value)) {
    const fixed = value['fixed']
    if (typeof fixed === 'string') for (const one of fixed.split(', ')) found.add(plain(one))
    for (const one of Object.values(value)) if (typeof one === 'object') fixedIn(one, found)
  }
  return found
}

/** May only rise. Most of the rest are texts and ranges of one record that differ. */
const precisionMin = 0.89

test('fixed versions read from prose are those of the record', { skip: skipWithout(path) }, (t) => {
  let said = 0
  let right = 0
  let withFix = 0
  for (const row of rows()) {
    const known = fixedIn(row['affected_ranges'])
    if (known.size === 0) continue
    withFix++
    const { ranges } = versionsIn(`${textOf(row['summary'])}\n${textOf(row['details'])}`)
    for (const { fixed } of ranges) {
      if (fixed === undefined) continue
      said++
      if (known.has(plain(fixed))) right++
    }
  }
  t.diagnostic(`${right} of ${said} fixed versions, in ${withFix} records that have one`)
  assert.ok(right / said >= precisionMin, `${right} of ${said}`)
})

test('every advisory as a text is one finding under its own title', {
  skip: skipWithout(path),
}, () => {
  for (const row of rows()) {
    const summary = textOf(row['summary']).replace(/\s+/g, ' ').trim()
    const details = textOf(row['details'])
    if (summary === '' || summary.length > 250) continue
    const text = `# ${summary}\n\n${details}`
    const { findings, problems } = proseDecoder.decode({ kind: 'text', text })
    assert.deepEqual(problems, [])
    assert.ok(findings.length >= 1)
    assert.equal(findings.map(({ original }) => original).join(''), text)
    for (const { title, cwe = [] } of findings) {
      assert.notEqual(title, '')
      for (const id of cwe) assert.ok(id < 10_000 && (cweName(id) ?? 'unknown') !== '')
    }
  }
})
