import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { osvScannerDecoder } from './decode.ts'

const reviewed = {
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2024-01-01T00:00:00Z',
  aliases: ['CVE-2024-0001'],
  summary: 'Headers leak on redirect',
  details: 'Credentials go to the next host.',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' }],
  affected: [
    {
      package: { name: 'Fetcher', ecosystem: 'PyPI', purl: 'pkg:pypi/fetcher' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.1' }] }],
      versions: ['2.0'],
    },
    { package: { name: 'fetcher', ecosystem: 'npm' }, versions: ['9'] },
  ],
  database_specific: { severity: 'HIGH', cwe_ids: ['CWE-200'] },
  references: [{ type: 'WEB', url: 'https://example.org/a' }],
}
const plain = {
  id: 'PYSEC-2024-1',
  modified: '2024-01-01T00:00:00Z',
  details: 'Credentials go to the next host. See elsewhere.',
  affected: [
    {
      package: { name: 'fetcher', ecosystem: 'PyPI' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.1' }] }],
      ecosystem_specific: { affected_functions: ['fetcher.get'] },
    },
  ],
  references: [{ type: 'WEB', url: 'https://example.org/b' }],
}
const lone = { id: 'OSV-2024-9', modified: '2024-01-01T00:00:00Z', summary: 'Overflow in parse' }
const unused = { id: 'GO-2024-3', modified: '2024-01-01T00:00:00Z', summary: 'Panic in Decode' }

const groups = [
  { ids: ['GHSA-aaaa-bbbb-cccc', 'PYSEC-2024-1'], aliases: ['CVE-2024-0001'], max_severity: '7.5' },
]
const document = {
  results: [
    {
      source: { path: 'C:\\src\\requirements.txt', type: 'lockfile' },
      packages: [
        {
          package: { name: 'fetcher', version: '2.0', ecosystem: 'PyPI' },
          vulnerabilities: [plain, reviewed, lone],
          groups,
        },
        {
          package: { name: 'example.org/codec', version: '1.0.0', ecosystem: 'Go' },
          vulnerabilities: [unused],
          groups: [
            {
              ids: ['GO-2024-3'],
              max_severity: '5.3',
              experimentalAnalysis: { 'GO-2024-3': { called: false } },
            },
          ],
        },
      ],
    },
  ],
  experimental_config: { licenses: { summary: false } },
}

test('what is no OSV-Scanner report is not taken for one', () => {
  const others = [
    {},
    { results: [] },
    { results: [], errors: [] },
    { results: [{ source: {} }] },
    { vulns: [reviewed] },
    reviewed,
  ]
  for (const value of others) assert.equal(osvScannerDecoder.recognise(json(value)), 0)
  assert.equal(osvScannerDecoder.recognise(json(document)), 3)
  assert.equal(osvScannerDecoder.recognise(json({ ...document, results: [] })), 3)
})

test('a group of records is one finding, a record in no group another', () => {
  const { findings, problems } = osvScannerDecoder.decode(json(document))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '/results/0/packages/0/groups/0' },
    title: 'Headers leak on redirect',
    details: 'Credentials go to the next host.',
    tool: { name: 'osv-scanner' },
    severity: 'high',
    cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N'],
    cwe: [200],
    aliases: ['GHSA-aaaa-bbbb-cccc', 'PYSEC-2024-1', 'CVE-2024-0001'],
    components: [
      {
        name: 'fetcher',
        ecosystem: 'PyPI',
        purl: 'pkg:pypi/fetcher',
        version: '2.0',
        ranges: [{ introduced: '0', fixed: '2.1' }],
        versions: ['2.0'],
      },
    ],
    locations: [{ file: 'C:/src/requirements.txt', role: 'related' }],
    symbols: ['fetcher.get'],
    references: ['https://example.org/a', 'https://example.org/b'],
    original: {
      source: { path: 'C:\\src\\requirements.txt', type: 'lockfile' },
      package: { name: 'fetcher', version: '2.0', ecosystem: 'PyPI' },
      group: groups[0],
      vulnerabilities: [reviewed, plain],
    },
  })
  assert.deepEqual(
    findings.map(({ at, aliases, standing }) => [at.pointer, aliases?.[0], standing?.is]),
    [
      ['/results/0/packages/0/groups/0', 'GHSA-aaaa-bbbb-cccc', undefined],
      ['/results/0/packages/0/vulnerabilities/2', 'OSV-2024-9', undefined],
      ['/results/0/packages/1/groups/0', 'GO-2024-3', 'not-affected'],
    ],
  )
  assert.equal(findings[2]?.score, 5.3)
})

test('a group without its records still names the flaw', () => {
  const short = { results: [{ source: {}, packages: [{ package: { name: 'x' }, groups }] }] }
  const { findings } = osvScannerDecoder.decode(json(short))
  assert.equal(findings.length, 1)
  assert.equal(findings[0]?.title, 'GHSA-aaaa-bbbb-cccc')
  assert.equal(findings[0]?.score, 7.5)
})

test('problems inside a record are told at their place in the report', () => {
  const bad = structuredClone(document)
  Reflect.set(bad.results[0]?.packages[0]?.vulnerabilities[2] ?? {}, 'summary', 7)
  const { problems } = osvScannerDecoder.decode(json(bad))
  assert.deepEqual(
    problems.map(({ pointer }) => pointer),
    ['/results/0/packages/0/vulnerabilities/2/summary'],
  )
})

test('any broken member costs itself only', () => {
  assertTotal(osvScannerDecoder, [document])
  assertIndependent(osvScannerDecoder, document, '/results/0/packages')
})
