import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decoded } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { rowsDecoder } from './rows.ts'

const decode = (...values: unknown[]): Decoded => {
  const rows = values.map((value, index) => ({ line: index + 1, value }))
  return rowsDecoder.decode({ kind: 'rows', rows, text: '' })
}
const findingOf = (row: object): Finding => {
  const { findings, problems } = decode({ report_id: 'r1', summary: 'Broken', ...row })
  assert.deepEqual(problems, [])
  return findings[0] ?? { at: {}, title: '', original: null }
}

test('rows are recognised by their report_id, in rows or in an array, and nothing else is', () => {
  const row = { report_id: 'r1', summary: 'x', details: '' }
  const sure = (value: unknown) => rowsDecoder.recognise({ kind: 'json', value, text: '' })
  assert.deepEqual(
    [null, [], {}, { id: 'x', summary: 'y' }, { report_id: 1 }, row, [row], [3, row]].map(sure),
    [0, 0, 0, 0, 1, 3, 3, 3],
  )
  const rows = [{ line: 1, value: row }]
  assert.equal(rowsDecoder.recognise({ kind: 'rows', rows, text: '' }), 3)
  assert.equal(rowsDecoder.recognise({ kind: 'text', text: 'report_id' }), 0)
})

test('a row that is none, or has no id, costs itself only and says its line', () => {
  const { findings, problems } = decode({ report_id: 'a', summary: 'A' }, 7, { summary: 'B' })
  assert.deepEqual(
    findings.map(({ title, nativeId, at }) => [title, nativeId, at.line]),
    [
      ['A', 'a', 1],
      ['B', undefined, 3],
    ],
  )
  assert.deepEqual(
    problems.map(({ code, line, lost }) => [code, line, lost]),
    [
      ['wrong-type', 2, true],
      ['missing-field', 3, false],
    ],
  )
})

test('every field may be null, blank, or absent', () => {
  const keys = ['source', 'ecosystem', 'vendor', 'package', 'packages', 'details', 'references']
  const more = ['affected_ranges', 'cwe', 'cvss', 'symbols', 'published', 'severity', 'aliases']
  for (const blank of [null, '', '  ', [], [null], ['']]) {
    const row = Object.fromEntries([...keys, ...more].map((key) => [key, blank]))
    const { original, ...found } = findingOf({ ...row, published: null, source: null })
    assert.deepEqual(found, { at: { pointer: '', line: 1 }, title: 'Broken', nativeId: 'r1' })
    assert.ok(original)
  }
})

const titles: readonly [row: object, title: string, details: string | undefined][] = [
  [{ summary: 'A\n  flaw ' }, 'A flaw', undefined],
  [
    { summary: '', details: '# Details\n\nIt overflows. Badly.' },
    'It overflows. Badly',
    '# Details\n\nIt overflows. Badly.',
  ],
  [{ summary: null, package: 'p' }, 'Flaw in p', undefined],
  [{ summary: null }, 'Report r1', undefined],
  [{ summary: 'S', details: ['one', 'two'] }, 'S', 'one\n\ntwo'],
]
for (const [row, title, details] of titles) {
  test(`the title of ${JSON.stringify(row)} is "${title}"`, () => {
    const found = findingOf(row)
    assert.deepEqual([found.title, found.details], [title, details])
  })
}

test('a source is credited as finder and as tool', () => {
  const { tool, finders } = findingOf({ source: 'lab' })
  assert.deepEqual([tool, finders], [{ name: 'lab' }, ['lab']])
})

const grades: readonly [row: object, expected: object][] = [
  [{ cwe: 'CWE-79' }, { cwe: [79] }],
  [{ cwe: ['CWE-79: title', '80', 81, { id: 'cwe-82' }] }, { cwe: [79, 80, 81, 82] }],
  [{ cwe: 'CWE-22, CWE-23 and CWE-22' }, { cwe: [22, 23] }],
  [{ cwe: ['NVD-CWE-noinfo', 'NVD-CWE-Other'] }, {}],
  [{ cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }, { cvss: 1 }],
  [{ cvss: ['AV:N/AC:L/Au:N/C:P/I:P/A:P', { score: 7.5 }] }, { cvss: 1, score: 7.5 }],
  [{ cvss: '9.8' }, { score: 9.8 }],
  [
    { cvss: 9.8, severity: 'CRITICAL' },
    { score: 9.8, severity: 'critical' },
  ],
  [{ severity: 'Moderate' }, { severity: 'medium' }],
  [{ cvss: 99 }, {}],
]
for (const [row, expected] of grades) {
  test(`${JSON.stringify(row)} grades as ${JSON.stringify(expected)}`, () => {
    const { cwe, cvss, score, severity } = findingOf(row)
    const found = { cwe, cvss: cvss?.length, score, severity }
    assert.deepEqual(JSON.parse(JSON.stringify(found)), expected)
  })
}

const ranges: readonly [given: unknown, component: object][] = [
  [[{ introduced: '0', fixed: '1.2' }], { ranges: [{ introduced: '0', fixed: '1.2' }] }],
  [[{ last_affected: 3 }], { ranges: [{ lastAffected: '3' }] }],
  [[{ affected: '1.0' }, { affected: '1.1-rc1' }], { versions: ['1.0', '1.1-rc1'] }],
  [[{ affected: '5G modem' }], { versions: ['5G modem'] }],
  [[{ affected: '< 2.0' }], { ranges: [{ fixed: '2.0' }] }],
  [
    [{ raw: '>= 1.0 <= 1.9 || 3.0' }],
    { ranges: [{ introduced: '1.0', lastAffected: '1.9' }], versions: ['3.0'] },
  ],
  ['*', { ranges: [{ introduced: '0' }] }],
  [
    ['1.0 to 1.5', 'before 0.9', '0.5 and prior'],
    {
      ranges: [
        { introduced: '1.0', lastAffected: '1.5' },
        { fixed: '0.9' },
        { lastAffected: '0.5' },
      ],
    },
  ],
  ['vers:npm/>=1.0.0|<1.4.0', { ranges: [{ introduced: '1.0.0', fixed: '1.4.0' }] }],
  [{ introduced: '1' }, { ranges: [{ introduced: '1' }] }],
]
for (const [given, component] of ranges) {
  test(`affected_ranges ${JSON.stringify(given)}`, () => {
    const { components } = findingOf({ package: 'p', affected_ranges: given })
    assert.deepEqual(components, [{ name: 'p', ...component }])
  })
}

test('packages share vendor, ecosystem and versions; versions of nothing are a problem', () => {
  const shared = { vendor: 'v', ecosystem: 'npm' }
  const { components } = findingOf({ package: 'a', packages: ['a', 'b'], ...shared })
  assert.deepEqual(components, [
    { name: 'a', ...shared },
    { name: 'b', ...shared },
  ])
  assert.deepEqual(findingOf(shared).components, [{ name: 'v', ...shared }])
  const { problems } = decode({ report_id: 'x', affected_ranges: ['1.0'] })
  assert.deepEqual(
    problems.map(({ code, pointer, lost }) => [code, pointer, lost]),
    [['missing-field', '/package', true]],
  )
})

test('what cannot be read is told with its place, and the row survives', () => {
  const { findings, problems } = decode({
    ...{ report_id: 'x', package: 'p', cwe: ['weird'], symbols: [{ odd: 1 }] },
    affected_ranges: [{ nothing: 1 }, 'no ~ version >'],
  })
  assert.equal(findings.length, 1)
  assert.deepEqual(problems.map(({ code, pointer }) => `${code} ${pointer}`).sort(), [
    'bad-value /affected_ranges/1',
    'bad-value /cwe',
    'wrong-type /affected_ranges/0',
    'wrong-type /symbols/0',
  ])
})

test('no row whatever makes it throw, and each gives one finding that keeps all of it', () => {
  const key = fc.constantFrom('report_id', 'summary', 'package', 'cwe', 'cvss', 'affected_ranges')
  const property = fc.property(fc.dictionary(key, fc.jsonValue()), (row) => {
    const { findings } = decode(row)
    assert.equal(findings.length, 1)
    assert.equal(findings[0]?.original, row)
    assert.match(findings[0]?.title ?? '', /\S/)
  })
  fc.assert(property, { numRuns: 1_000 })
})
