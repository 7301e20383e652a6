import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText, verdictOf } from '../../../test/formats/tap-report.ts'
import { TapReportWire } from './tap.wire.ts'

/** Every field that a report can have, at once. */
const full = {
  ...{ purl: 'pkg:npm/frames@2.3.1', software: 'frames', ecosystem: 'npm', versions: ['2.3.0'] },
  ...{ code_path: 'lib/read.js', references: ['https://example.org/a'] },
  affected_symbol: { file: 'lib/read.js', function: 'readFrame', line: 88 },
  ...{ upstream_ids: ['CVE-2026-12345'], introduced_commit: 'abcdef0', fixed_commit: 'abcdef1' },
  package_repo_url: 'https://example.org/frames.git',
  ...{ discovery_method: 'hybrid', discovery_tooling: 'a model' },
  ...{ email: 'lab@example.org', notify: 'final', enrichment: { cwe: 'CWE-787', own: [1] } },
  attachments: [
    {
      ...{ filename: 'a', content_type: 'text/plain', data: 'x', type: 'other' },
      description: 'A file',
    },
  ],
  ...{ exploit: 'x', exploit_content_type: 'text/plain' },
  ...{ raw: 'y', raw_content_type: 'text/plain' },
}

test('the description of a report has every field of the contract and no other', () => {
  assert.equal(verdictOf(readText(JSON.stringify(full))), '202')
  assert.deepEqual(TapReportWire.parse(full), full)
  assert.deepEqual(Object.keys(TapReportWire.shape).sort(), Object.keys(full).sort())
})

for (const [what, change] of [
  ['an unknown field', { more: 1 }],
  ['an unknown field of an attachment', { attachments: [{ ...full.attachments[0], more: 1 }] }],
  ['an unknown field of the symbol', { affected_symbol: { column: 1 } }],
  ['a text that is too long', { code_path: 'x'.repeat(1025) }],
  ['too many versions', { versions: Array.from({ length: 65 }, (_, at) => `${at}`) }],
  ['17 files', { attachments: Array.from({ length: 17 }, () => full.attachments[0]) }],
  ['an attachment without content', { attachments: [{ ...full.attachments[0], data: '' }] }],
  ['a line below zero', { affected_symbol: { line: -1 } }],
  ['a notice of another kind', { notify: 'never' }],
] as const) {
  test(`${what} is outside the description and refused by the intake`, () => {
    const report = { ...full, ...change }
    assert.notEqual(verdictOf(readText(JSON.stringify(report))), '202')
    assert.equal(TapReportWire.safeParse(report).success, false)
  })
}
