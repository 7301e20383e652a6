import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { grypeDecoder } from './decode.ts'

const recent = {
  vulnerability: {
    id: 'GHSA-aaaa-bbbb-cccc',
    dataSource: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    namespace: 'github:language:javascript',
    severity: 'High',
    urls: ['https://example.org/a'],
    description: 'Archives escape the target folder. More follows here.',
    cvss: [
      {
        version: '3.1',
        vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
        metrics: { baseScore: 7.5 },
      },
    ],
    cwes: [{ cve: 'CVE-2024-0001', cwe: 'CWE-22', source: 'nvd@nist.gov', type: 'Primary' }],
    epss: [{ cve: 'CVE-2024-0001', epss: 0.25, percentile: 0.9, date: '2025-01-01' }],
    knownExploited: [{ cve: 'CVE-2024-0001', dateAdded: '2025-01-02' }],
    fix: { versions: ['1.4.2', '2.0.1'], state: 'fixed' },
    advisories: [{ id: 'A-1', link: 'https://example.org/advisory' }],
  },
  relatedVulnerabilities: [
    {
      id: 'CVE-2024-0001',
      dataSource: 'https://nvd.nist.gov/vuln/detail/CVE-2024-0001',
      severity: 'Critical',
      urls: ['https://example.org/a', 'https://example.org/b'],
      cvss: [{ version: '2.0', vector: 'AV:N/AC:L/Au:N/C:P/I:N/A:N', metrics: {} }],
    },
  ],
  matchDetails: [
    {
      type: 'exact-direct-match',
      matcher: 'javascript-matcher',
      found: { versionConstraint: '<1.4.2 || >=2.0.0,<2.0.1 (unknown)' },
    },
  ],
  artifact: {
    name: 'unzip-all',
    version: '1.3.0',
    type: 'npm',
    locations: [{ path: '/app/package-lock.json' }, { path: '/app/package-lock.json' }],
    cpes: ['cpe:2.3:a:unzip-all:unzip-all:1.3.0:*:*:*:*:*:*:*'],
    purl: 'pkg:npm/unzip-all@1.3.0',
  },
}

const old = {
  vulnerability: {
    id: 'CVE-2011-0001',
    severity: 'Unknown',
    links: ['https://example.org/old'],
    fixedInVersion: '2.4+b1',
  },
  matchDetails: { matcher: 'dpkg-matcher', matchedOn: { constraint: 'none (deb)' } },
  artifact: {
    name: 'libold',
    version: '2.3',
    type: 'deb',
    cpes: [{ Part: 'a', Vendor: '', Product: 'libold', Version: '2.3+b1' }],
    purl: '',
    locations: null,
  },
}

const document = {
  matches: [recent, old],
  ignoredMatches: [
    { ...recent, appliedIgnoreRules: [{ reason: 'not reachable' }] },
    { ...recent, appliedIgnoreRules: [{ 'vex-status': 'not_affected', namespace: 'vex' }] },
  ],
  source: { type: 'image' },
  distro: { name: 'debian' },
  descriptor: { name: 'grype', version: '0.90.0' },
}

test('what is no Grype report is not taken for one', () => {
  const others = [
    {},
    { matches: {} },
    { matches: [{ vulnerability: {} }] },
    { matches: [] },
    { descriptor: { name: 'grype' } },
    { descriptor: { name: 'syft' }, artifacts: [], source: {}, distro: {} },
  ]
  for (const value of others) assert.equal(grypeDecoder.recognise(json(value)), 0)
  assert.equal(grypeDecoder.recognise(json(document)), 3)
  assert.equal(grypeDecoder.recognise(json({ matches: [old] })), 3)
  assert.equal(grypeDecoder.recognise(json({ matches: [], source: {}, distro: {} })), 2)
})

test('a match says everything the report says of it', () => {
  const { findings, problems } = grypeDecoder.decode(json(document))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '/matches/0' },
    title: 'Archives escape the target folder',
    details: 'Archives escape the target folder. More follows here.',
    tool: { name: 'grype', version: '0.90.0' },
    severity: 'high',
    cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 'AV:N/AC:L/Au:N/C:P/I:N/A:N'],
    cwe: [22],
    aliases: ['GHSA-aaaa-bbbb-cccc', 'CVE-2024-0001'],
    components: [
      {
        name: 'unzip-all',
        ecosystem: 'npm',
        purl: 'pkg:npm/unzip-all@1.3.0',
        cpes: ['cpe:2.3:a:unzip-all:unzip-all:1.3.0:*:*:*:*:*:*:*'],
        version: '1.3.0',
        ranges: [{ fixed: '1.4.2' }, { introduced: '2.0.0', fixed: '2.0.1' }],
      },
    ],
    locations: [{ file: '/app/package-lock.json', role: 'related' }],
    references: [
      'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
      'https://example.org/advisory',
      'https://example.org/a',
      'https://nvd.nist.gov/vuln/detail/CVE-2024-0001',
      'https://example.org/b',
    ],
    fix: 'Upgrade unzip-all to 1.4.2 or 2.0.1',
    epss: 0.25,
    exploited: true,
    original: recent,
  })
})

test('reports of before 0.13 read as well, and nothing is made up for them', () => {
  assert.deepEqual(grypeDecoder.decode(json({ matches: [old] })).findings, [
    {
      at: { pointer: '/matches/0' },
      title: 'CVE-2011-0001 in libold',
      tool: { name: 'grype' },
      aliases: ['CVE-2011-0001'],
      components: [
        {
          name: 'libold',
          ecosystem: 'deb',
          cpes: ['cpe:2.3:a:*:libold:2.3\\+b1:*:*:*:*:*:*:*'],
          version: '2.3',
          ranges: [{ fixed: '2.4+b1' }],
        },
      ],
      references: ['https://example.org/old'],
      fix: 'Upgrade libold to 2.4+b1',
      original: old,
    },
  ])
})

test('ignored matches are kept with the reason for ignoring them', () => {
  const { findings } = grypeDecoder.decode(json(document))
  assert.deepEqual(
    findings.map(({ at, standing }) => [at.pointer, standing]),
    [
      ['/matches/0', undefined],
      ['/matches/1', undefined],
      ['/ignoredMatches/0', { is: 'suppressed', why: 'not reachable' }],
      ['/ignoredMatches/1', { is: 'not-affected', why: 'ignored by a rule of the scan' }],
    ],
  )
})

test('a bulletin is no name of a single flaw', () => {
  const bulletin = (...cves: string[]): unknown => ({
    vulnerability: { id: 'ELSA-2021-4587' },
    relatedVulnerabilities: cves.map((id) => ({ id })),
    artifact: { name: 'gcc' },
  })
  const both = { matches: [bulletin('CVE-2021-1', 'CVE-2021-2'), bulletin('CVE-2021-3')] }
  const found = grypeDecoder.decode(json(both)).findings
  assert.deepEqual(found[0]?.aliases, ['ELSA-2021-4587'])
  assert.deepEqual(found[0]?.related, ['CVE-2021-1', 'CVE-2021-2'])
  assert.deepEqual(found[1]?.aliases, ['CVE-2021-3'])
  assert.deepEqual(found[1]?.related, ['ELSA-2021-4587'])
})

test('any broken member costs itself only', () => {
  assertTotal(grypeDecoder, [document])
  assertIndependent(grypeDecoder, document, '/matches')
  assertIndependent(grypeDecoder, document, '/ignoredMatches')
})
