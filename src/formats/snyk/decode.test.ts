import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { snykDecoder } from './decode.ts'

const issue = {
  id: 'SNYK-JAVA-PADDER-1',
  title: 'Information Disclosure',
  description: '## Overview\nFiles are readable by all.',
  packageName: 'org.pad:padder',
  name: 'org.pad:padder',
  version: '1.0',
  packageManager: 'maven',
  severity: 'high',
  severityWithCritical: 'critical',
  CVSSv3: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N',
  cvssScore: 5.5,
  identifiers: { CVE: ['CVE-2024-0001'], CWE: ['CWE-200'], GHSA: ['GHSA-aaaa-bbbb-cccc'] },
  credit: ['Ada'],
  fixedIn: ['1.2', '2.0'],
  semver: { vulnerable: ['[1.0,1.2)', '[1.9,2.0)'] },
  functions_new: [{ functionId: { className: 'org.pad.Files', functionName: 'createTempDir' } }],
  references: [{ title: 'a', url: 'https://example.org/a' }],
  from: ['app@1', 'org.pad:padder@1.0'],
  publicationTime: '2024-02-01T00:00:00Z',
  epssDetails: { probability: '0.25' },
}
const again = { ...issue, from: ['app@1', 'mid@2', 'org.pad:padder@1.0'] }
const other = {
  ...issue,
  id: 'snyk:lic:x',
  type: 'license',
  identifiers: {},
  CVSSv3: null,
  from: [],
}
const project = {
  ok: false,
  dependencyCount: 14,
  packageManager: 'maven',
  projectName: 'app',
  displayTargetFile: 'sub\\pom.xml',
  vulnerabilities: [issue, again, other],
  filtered: { ignore: [{ ...issue, filtered: { ignored: [{ reason: 'not used' }] } }], patch: [] },
}

test('what is no Snyk report is not taken for one', () => {
  const others = [
    {},
    { vulnerabilities: [] },
    { vulnerabilities: [{ id: 'x', packageName: 'y', from: [] }] },
    { vulnerabilities: {}, ok: true, dependencyCount: 1, projectName: 'x' },
    { version: '15.0.0', vulnerabilities: [], scan: {} },
  ]
  for (const value of others) assert.equal(snykDecoder.recognise(json(value)), 0)
  for (const value of [project, [project]]) assert.equal(snykDecoder.recognise(json(value)), 3)
  assert.equal(snykDecoder.recognise(json({ ok: true, vulnerabilities: [] })), 2)
})

test('the paths to one flaw are one finding, which says all the report says of it', () => {
  const { findings, problems } = snykDecoder.decode(json(project))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '/vulnerabilities/0' },
    title: 'Information Disclosure in org.pad:padder',
    details: [
      '## Overview\nFiles are readable by all.',
      'Reached by:\n- app@1 > org.pad:padder@1.0\n- app@1 > mid@2 > org.pad:padder@1.0',
    ].join('\n\n'),
    tool: { name: 'snyk' },
    finders: ['Ada'],
    rule: { id: 'SNYK-JAVA-PADDER-1' },
    severity: 'critical',
    cvss: ['CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N'],
    cwe: [200],
    aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
    components: [
      {
        name: 'org.pad:padder',
        ecosystem: 'maven',
        version: '1.0',
        ranges: [
          { introduced: '1.0', fixed: '1.2' },
          { introduced: '1.9', fixed: '2.0' },
        ],
      },
    ],
    locations: [{ file: 'sub/pom.xml', role: 'related' }],
    symbols: ['org.pad.Files.createTempDir'],
    references: ['https://example.org/a'],
    fix: 'Upgrade org.pad:padder to 1.2 or 2.0',
    published: '2024-02-01T00:00:00Z',
    epss: 0.25,
    original: [issue, again],
  })
  assert.equal(findings[1]?.score, 5.5)
})

test('ignored flaws stay with the reason, and containers hold applications', () => {
  const { findings } = snykDecoder.decode(json({ ...project, applications: [project] }))
  assert.deepEqual(
    findings.map(({ at, standing }) => [at.pointer, standing?.why]),
    [
      ['/vulnerabilities/0', undefined],
      ['/vulnerabilities/2', undefined],
      ['/filtered/ignore/0', 'not used'],
      ['/applications/0/vulnerabilities/0', undefined],
      ['/applications/0/vulnerabilities/2', undefined],
      ['/applications/0/filtered/ignore/0', 'not used'],
    ],
  )
})

test('any broken member costs itself only', () => {
  assertTotal(snykDecoder, [project])
  assertIndependent(
    snykDecoder,
    { ...project, vulnerabilities: [issue, other] },
    '/vulnerabilities',
  )
})
