import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json, rows } from '../../../test/formats/total.ts'
import { npmAuditDecoder } from './decode.ts'

const advisory = {
  id: 12,
  title: 'Endless padding',
  module_name: 'leftpad',
  overview: 'Padding goes on for ever.',
  recommendation: 'Upgrade to version 1.0.3 or later',
  severity: 'moderate',
  vulnerable_versions: '>=1.0.0 <1.0.3',
  patched_versions: '>=1.0.3',
  findings: [
    { version: '1.0.0', paths: ['a>leftpad'] },
    { version: '1.0.1', paths: [] },
  ],
  cves: ['CVE-2024-0001'],
  cwe: ['CWE-835'],
  cvss: { score: 0, vectorString: null },
  references: '- https://example.org/1\n- https://example.org/2',
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  created: '2024-02-01T00:00:00Z',
}
const first = {
  advisories: {
    12: advisory,
    13: { ...advisory, id: 13, cwe: 'CWE-113, CWE-444', cvss: { score: 7.5 } },
  },
  metadata: { vulnerabilities: { high: 1 } },
}

const via = {
  source: 1094219,
  name: 'debug',
  dependency: 'debug',
  title: 'Slow pattern in debug',
  url: 'https://github.com/advisories/GHSA-dddd-eeee-ffff',
  severity: 'high',
  cwe: ['CWE-1333'],
  cvss: { score: 7.5, vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' },
  range: '<2.6.9',
}
const second = {
  auditReportVersion: 2,
  vulnerabilities: {
    debug: {
      name: 'debug',
      via: ['ms', via, { ...via, url: 'https://example.org/other' }],
      nodes: ['node_modules\\debug'],
      fixAvailable: { name: 'express', version: '5.0.0', isSemVerMajor: true },
    },
    express: { name: 'express', via: ['debug'], nodes: [], fixAvailable: true },
  },
}

const yarn = [
  { type: 'auditAdvisory', data: { resolution: { id: 12 }, advisory } },
  { type: 'auditSummary', data: { vulnerabilities: { high: 1 } } },
]
const berry = {
  value: 'leftpad',
  children: {
    ID: 1,
    Issue: 'Endless padding',
    URL: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    Severity: 'high',
    'Vulnerable Versions': '<1.0.3',
    'Tree Versions': ['1.0.0'],
  },
}

test('what is no audit report is not taken for one', () => {
  const others = [
    {},
    { advisories: {} },
    { advisories: { 1: { title: 'x' } } },
    { auditReportVersion: 2 },
    { type: 'auditAdvisory' },
    { value: 'x', children: { Issue: 'y' } },
    { vulnerabilities: {} },
  ]
  for (const value of others) assert.equal(npmAuditDecoder.recognise(json(value)), 0)
  for (const value of [first, second, berry]) {
    assert.equal(npmAuditDecoder.recognise(json(value)), 3)
  }
  assert.equal(npmAuditDecoder.recognise(rows(...yarn)), 3)
  const none = { advisories: {}, metadata: { vulnerabilities: {} } }
  assert.equal(npmAuditDecoder.recognise(json(none)), 3)
})

test('an advisory says everything the report says of it', () => {
  const { findings, problems } = npmAuditDecoder.decode(json(first))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '/advisories/12' },
    title: 'Endless padding',
    details: 'Padding goes on for ever.',
    tool: { name: 'npm-audit' },
    severity: 'medium',
    cwe: [835],
    aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
    components: [
      {
        name: 'leftpad',
        ecosystem: 'npm',
        version: '1.0.0',
        ranges: [{ introduced: '1.0.0', fixed: '1.0.3' }],
      },
    ],
    references: [advisory.url, 'https://example.org/1', 'https://example.org/2'],
    fix: 'Upgrade to version 1.0.3 or later',
    published: '2024-02-01T00:00:00Z',
    original: advisory,
  })
  assert.deepEqual(findings[1]?.cwe, [113, 444])
  assert.equal(findings[1]?.score, 7.5)
})

test('report version 2 gives one finding an advisory, none for what only depends on it', () => {
  const { spec, findings, problems } = npmAuditDecoder.decode(json(second))
  assert.equal(spec, '2')
  assert.deepEqual(problems, [])
  assert.equal(findings.length, 2)
  assert.deepEqual(findings[0], {
    at: { pointer: '/vulnerabilities/debug/via/1' },
    title: 'Slow pattern in debug',
    tool: { name: 'npm-audit' },
    severity: 'high',
    cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H'],
    cwe: [1333],
    aliases: ['GHSA-dddd-eeee-ffff'],
    components: [{ name: 'debug', ecosystem: 'npm', ranges: [{ fixed: '2.6.9' }] }],
    locations: [{ file: 'node_modules/debug', role: 'related' }],
    references: [via.url],
    fix: 'Upgrade express to 5.0.0 (a new major version)',
    original: via,
  })
})

test('both forms of Yarn read as well', () => {
  const [found] = npmAuditDecoder.decode(rows(...yarn)).findings
  assert.deepEqual(found?.at, { pointer: '/data/advisory', line: 1 })
  assert.equal(found?.title, 'Endless padding')
  assert.deepEqual(npmAuditDecoder.decode(json(berry)).findings, [
    {
      at: { pointer: '' },
      title: 'Endless padding',
      tool: { name: 'npm-audit' },
      severity: 'high',
      aliases: ['GHSA-aaaa-bbbb-cccc'],
      components: [
        { name: 'leftpad', ecosystem: 'npm', version: '1.0.0', ranges: [{ fixed: '1.0.3' }] },
      ],
      references: ['https://github.com/advisories/GHSA-aaaa-bbbb-cccc'],
      original: berry,
    },
  ])
})

test('any broken member costs itself only', () => {
  assertTotal(npmAuditDecoder, [first, second, yarn[0], berry])
  const list = { auditReportVersion: 2, vulnerabilities: { debug: { via: [via, via] } } }
  assertIndependent(npmAuditDecoder, list, '/vulnerabilities/debug/via')
})
