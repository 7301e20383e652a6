import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTotal, json, rows } from '../../../test/formats/total.ts'
import { osvDecoder } from './decode.ts'

const record = {
  schema_version: '1.7.0',
  id: 'GHSA-AAAA-bbbb-cccc',
  modified: '2024-03-01T00:00:00Z',
  published: '2024-02-01T00:00:00Z',
  aliases: ['cve-2024-0001', 'CVE-2024-0001'],
  related: ['CVE-2023-0009'],
  upstream: ['CVE-2024-0002'],
  summary: 'Path traversal\nin archive extraction',
  details: 'Archives with `..` escape.',
  severity: [
    { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' },
    { type: 'Ubuntu', score: 'medium' },
  ],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'unzip-all', purl: 'pkg:npm/unzip-all' },
      ranges: [
        { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.4.2' }] },
        {
          type: 'GIT',
          repo: 'https://github.com/example/unzip-all.git',
          events: [{ introduced: '0' }, { fixed: 'a1b2c3d4e5' }, { limit: 'ffff' }],
        },
      ],
      versions: ['1.0.0', '1.4.1'],
      ecosystem_specific: {
        imports: [{ path: 'unzip-all', symbols: ['extract', 'Entry.path'] }],
        affected_functions: ['unzip.extract'],
      },
    },
    {
      package: { ecosystem: 'npm', name: 'unzip-all', purl: 'pkg:npm/unzip-all' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '2.0.0' }, { last_affected: '2.0.3' }] }],
      versions: ['2.0.0', '1.0.0'],
    },
  ],
  references: [
    { type: 'FIX', url: 'https://github.com/example/unzip-all/commit/a1b2c3d4e5f60718' },
    { type: 'FIX', url: 'https://github.com/example/unzip-all/pull/7' },
    { type: 'EVIDENCE', url: 'https://example.org/poc' },
  ],
  credits: [
    { name: 'Ada', type: 'FINDER' },
    { name: 'Bea' },
    { name: 'Cyd', type: 'REMEDIATION_DEVELOPER' },
    { name: 'grind', type: 'TOOL' },
  ],
  database_specific: { cwe_ids: ['CWE-22', 'CWE-22', 'none'], severity: 'MODERATE' },
}

test('what is no OSV record is not taken for one', () => {
  for (const value of [null, 'x', [], {}, { id: 1, modified: 2 }, { id: 'a' }, { vulns: [] }]) {
    assert.equal(osvDecoder.recognise(json(value)), 0)
  }
  assert.equal(osvDecoder.recognise({ kind: 'text', text: '' }), 0)
})

test('a record is recognised alone, in an array, in rows and in an answer of the API', () => {
  for (const material of [json(record), json([record]), rows(record), json({ vulns: [record] })]) {
    assert.equal(osvDecoder.recognise(material), 3)
    assert.equal(osvDecoder.decode(material).findings[0]?.nativeId, 'GHSA-AAAA-bbbb-cccc')
  }
})

test('a record without any words is a problem and costs no other', () => {
  const { findings, problems } = osvDecoder.decode(rows({ modified: 'x' }, record, 7))
  assert.equal(findings.length, 1)
  assert.deepEqual(
    problems.map(({ code, line, lost }) => [code, line, lost]),
    [
      ['missing-field', 1, true],
      ['wrong-type', 3, true],
    ],
  )
})

test('a record says everything it knows', () => {
  const { spec, findings, problems } = osvDecoder.decode(json(record))
  assert.equal(spec, '1.7.0')
  assert.deepEqual(problems, [])
  const [found] = findings
  assert.deepEqual(found, {
    at: { pointer: '' },
    title: 'Path traversal in archive extraction',
    details: 'Archives with `..` escape.',
    nativeId: 'GHSA-AAAA-bbbb-cccc',
    aliases: ['GHSA-aaaa-bbbb-cccc', 'CVE-2024-0001'],
    related: ['CVE-2023-0009', 'CVE-2024-0002'],
    severity: 'medium',
    cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N'],
    cwe: [22],
    components: [
      {
        name: 'unzip-all',
        ecosystem: 'npm',
        purl: 'pkg:npm/unzip-all',
        ranges: [
          { introduced: '0', fixed: '1.4.2' },
          { introduced: '2.0.0', lastAffected: '2.0.3' },
        ],
        versions: ['1.0.0', '1.4.1', '2.0.0'],
      },
      {
        name: 'github.com/example/unzip-all',
        ecosystem: 'GIT',
        ranges: [{ introduced: '0', fixed: 'a1b2c3d4e5' }],
      },
    ],
    symbols: ['extract', 'Entry.path', 'unzip.extract'],
    finders: ['Ada', 'Bea'],
    tool: { name: 'grind' },
    references: [
      'https://github.com/example/unzip-all/commit/a1b2c3d4e5f60718',
      'https://github.com/example/unzip-all/pull/7',
      'https://example.org/poc',
    ],
    fixCommits: ['https://github.com/example/unzip-all/commit/a1b2c3d4e5f60718', 'a1b2c3d4e5'],
    published: '2024-02-01T00:00:00Z',
    original: record,
  })
})

test('a withdrawn record takes itself back, and a zero date is no date', () => {
  const old = { ...record, withdrawn: '2024-05-01T00:00:00Z', published: '0001-01-01T00:00:00Z' }
  const [found] = osvDecoder.decode(json(old)).findings
  assert.deepEqual(found?.standing, { is: 'suppressed', why: 'withdrawn 2024-05-01T00:00:00Z' })
  assert.equal(found?.published, undefined)
})

test('a record of OSS-Fuzz carries its crash', () => {
  const details = [
    ...[
      'OSS-Fuzz report: https://example.org/1',
      '',
      '```',
      'Crash type: Heap-buffer-overflow READ 4',
    ],
    ...['Crash state:', 'parse_box', 'read_file', '```', ''],
  ].join('\n')
  const crash = (text: string): unknown =>
    osvDecoder.decode(json({ id: 'OSV-2024-1', modified: 'x', details: text })).findings[0]?.crash
  const frames = [{ function: 'parse_box' }, { function: 'read_file' }]
  assert.deepEqual(crash(details), {
    kind: 'heap-buffer-overflow',
    access: 'read',
    sizeBytes: 4,
    frames,
  })
  assert.deepEqual(crash('Crash type: UNKNOWN WRITE {*}'), {
    kind: 'UNKNOWN',
    access: 'write',
    frames: [],
  })
  assert.equal(crash('Crash type:'), undefined)
})

test('RustSec and malicious packages say some things their own way', () => {
  const affected = [
    {
      package: { ecosystem: 'crates.io', name: 'c' },
      ecosystem_specific: { affects: { functions: { 'c::f': ['< 1'] } }, affected_functions: null },
      database_specific: { informational: 'unmaintained', cwes: [{ cweId: 'CWE-506' }] },
    },
  ]
  const [found] = osvDecoder.decode(json({ id: 'RUSTSEC-1', modified: 'x', affected })).findings
  assert.deepEqual(found?.symbols, ['c::f'])
  assert.deepEqual(found?.cwe, [506])
  assert.equal(found?.severity, 'info')
  assert.equal(found?.title, 'RUSTSEC-1')
})

test('nothing makes it throw, and a broken record costs itself only', () => {
  assertTotal(osvDecoder, [record])
})
