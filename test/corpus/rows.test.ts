import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isObject } from '#formats/json/reader.ts'
import { rowsDecoder } from '#formats/rows/rows.ts'
import { rowsOf } from './records.ts'
import { sharedPath, skipWithout } from './shared.ts'

const path = sharedPath('dedup', 'dev', 'reports.jsonl.gz')

test('real rows of reports are read without a problem', { skip: skipWithout(path) }, (context) => {
  const rows = rowsOf(path ?? '')
  const material = { kind: 'rows', rows, text: '' } as const
  assert.equal(rowsDecoder.recognise(material), 3)
  const { findings, problems } = rowsDecoder.decode(material)
  assert.deepEqual(problems, [])
  assert.equal(findings.length, rows.length)
  const totals = { rows: rows.length, components: 0, ranges: 0, weak: 0 }
  for (const [index, { value }] of rows.entries()) {
    if (!isObject(value)) continue
    const { nativeId, components, cwe, original } = findings[index] ?? {}
    assert.equal(nativeId, value['report_id'])
    assert.equal(original, value)
    if (components) totals.components++
    if (components?.some(({ ranges, versions }) => ranges ?? versions)) totals.ranges++
    if (cwe) totals.weak++
    const given = value['affected_ranges']
    const hasRanges = Array.isArray(given) && given.length > 0
    assert.equal(components?.some(({ ranges, versions }) => ranges ?? versions) ?? false, hasRanges)
  }
  context.diagnostic(JSON.stringify(totals))
})
