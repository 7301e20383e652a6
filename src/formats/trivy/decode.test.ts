import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { trivyDecoder } from './decode.ts'

const flaw = {
  VulnerabilityID: 'CVE-2024-1111',
  VendorIDs: ['GHSA-aaaa-bbbb-cccc', 'DSA-1234-1'],
  PkgName: 'leftpad',
  PkgPath: 'app\\node_modules\\leftpad\\package.json',
  PkgIdentifier: { PURL: 'pkg:npm/leftpad@1.0.0' },
  InstalledVersion: '1.0.0',
  FixedVersion: '1.0.3, 2.0.1',
  Status: 'fixed',
  SeveritySource: 'ghsa',
  PrimaryURL: 'https://avd.example.org/cve-2024-1111',
  Title: 'leftpad: padding goes on for ...',
  Description: 'Padding goes on for ever when the width is negative. Callers hang.',
  Severity: 'HIGH',
  CweIDs: ['CWE-835'],
  CVSS: {
    nvd: {
      V2Vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:P',
      V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L',
    },
    ghsa: { V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', V3Score: 7.5 },
  },
  References: ['https://example.org/1', 'https://avd.example.org/cve-2024-1111'],
  PublishedDate: '2024-02-01T00:00:00Z',
  Fingerprint: 'sha256:00',
}
const bare = {
  VulnerabilityID: 'CVE-2024-2222',
  PkgName: 'libx',
  FixedVersion: '>=1.2',
  Severity: 'UNKNOWN',
}
const check = {
  ID: 'DS002',
  AVDID: 'AVD-DS-0002',
  Title: 'Image user should not be root',
  Description: 'Containers of root can escape.',
  Message: 'Specify a USER',
  Resolution: 'Add a USER line',
  Severity: 'HIGH',
  PrimaryURL: 'https://avd.example.org/ds002',
  Status: 'FAIL',
  CauseMetadata: {
    StartLine: 3,
    EndLine: 4,
    Code: {
      Lines: [
        { Number: 2, Content: 'FROM x', IsCause: false },
        { Number: 3, Content: 'RUN a', IsCause: true },
        { Number: 4, Content: 'RUN b', IsCause: true },
      ],
    },
    Occurrences: [{ Filename: 'main.tf', Location: { StartLine: 9, EndLine: 9 } }],
  },
}
const secret = {
  RuleID: 'github-pat',
  Title: 'GitHub token',
  Severity: 'CRITICAL',
  StartLine: 7,
  EndLine: 7,
  Match: 'T=***',
}
const licence = {
  Name: 'GPL-2.0',
  PkgName: 'basics',
  Severity: 'HIGH',
  Category: 'restricted',
  Link: 'https://spdx.example.org/g',
}

const document = {
  SchemaVersion: 2,
  ArtifactName: 'shop:1',
  ArtifactType: 'container_image',
  Trivy: { Version: '0.69.1' },
  Results: [
    { Target: 'package-lock.json', Class: 'lang-pkgs', Type: 'npm', Vulnerabilities: [flaw, bare] },
    {
      Target: 'Dockerfile',
      Class: 'config',
      Type: 'dockerfile',
      Misconfigurations: [
        check,
        { ...check, ID: 'DS003', Status: 'PASS' },
        { ...check, ID: 'DS004', Status: 'EXCEPTION' },
      ],
    },
    { Target: 'Dockerfile', Class: 'secret', Secrets: [secret, { ...secret, StartLine: 8 }] },
    {
      Target: 'OS Packages',
      Class: 'license',
      Licenses: [licence, { Name: 'MIT', FilePath: 'a.c' }],
    },
    {
      Target: 'go.mod',
      Type: 'gomod',
      ExperimentalModifiedFindings: [
        { Type: 'vulnerability', Status: 'not_affected', Statement: 'not reached', Finding: bare },
        { Type: 'secret', Status: 'ignored', Source: '.trivyignore', Finding: secret },
      ],
    },
  ],
}

test('what is no Trivy report is not taken for one', () => {
  const others: unknown[] = [
    null,
    {},
    { SchemaVersion: 2 },
    { ClusterName: 'x' },
    { Target: 'x' },
    { Target: 'x', Vulnerabilities: [{ id: 'CVE-2024-1' }] },
    { Results: [] },
    { schema_version: '1.6.0', id: 'x', modified: 'y' },
  ]
  for (const value of others) assert.equal(trivyDecoder.recognise(json(value)), 0)
  assert.equal(trivyDecoder.recognise(json(document)), 3)
  assert.equal(trivyDecoder.recognise(json([{ Target: 'a', Vulnerabilities: [bare] }])), 3)
  assert.equal(
    trivyDecoder.recognise(json([{ Target: 'a', Type: 'npm', Vulnerabilities: null }])),
    2,
  )
  assert.equal(trivyDecoder.recognise(json({ ClusterName: 'x', Resources: [] })), 3)
})

test('a vulnerability says everything the report says of it', () => {
  const { spec, findings, problems } = trivyDecoder.decode(json(document))
  assert.equal(spec, '2')
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '/Results/0/Vulnerabilities/0' },
    title: 'Padding goes on for ever when the width is negative',
    details: flaw.Description,
    tool: { name: 'trivy', version: '0.69.1' },
    severity: 'high',
    cvss: [flaw.CVSS.ghsa.V3Vector, flaw.CVSS.nvd.V3Vector, flaw.CVSS.nvd.V2Vector],
    cwe: [835],
    aliases: ['CVE-2024-1111', 'GHSA-aaaa-bbbb-cccc'],
    related: ['DSA-1234-1'],
    components: [
      { name: 'leftpad', ecosystem: 'npm', purl: 'pkg:npm/leftpad@1.0.0', version: '1.0.0' },
    ],
    locations: [
      { file: 'app/node_modules/leftpad/package.json', role: 'related' },
      { file: 'package-lock.json', role: 'related' },
    ],
    references: ['https://avd.example.org/cve-2024-1111', 'https://example.org/1'],
    fix: 'Upgrade leftpad to 1.0.3 or 2.0.1',
    published: '2024-02-01T00:00:00Z',
    fingerprints: { trivy: 'sha256:00' },
    original: flaw,
  })
  assert.equal(findings[1]?.severity, undefined, 'unknown is not the same as low')
  assert.equal(findings[1]?.title, 'CVE-2024-2222 in libx')
  assert.deepEqual(findings[1]?.components?.[0]?.ranges, [{ fixed: '1.2' }])
})

test('failed checks, secrets and licences are findings, passed checks are not', () => {
  const { findings } = trivyDecoder.decode(json(document))
  const [failed, excepted, ...rest] = findings.slice(2)
  assert.equal(failed?.rule?.id, 'DS002')
  assert.deepEqual(failed?.locations, [
    { file: 'Dockerfile', line: 3, endLine: 4, snippet: 'RUN a\nRUN b' },
    { file: 'main.tf', line: 9, endLine: 9, role: 'related' },
  ])
  assert.equal(failed?.fix, 'Add a USER line')
  assert.deepEqual(excepted?.standing, { is: 'suppressed', why: 'excepted from the check' })
  assert.deepEqual(
    rest.slice(0, 4).map(({ title, severity }) => [title, severity]),
    [
      ['GitHub token', 'critical'],
      ['GitHub token', 'critical'],
      ['Licence GPL-2.0 in basics', 'high'],
      ['Licence MIT in a.c', undefined],
    ],
  )
})

test('what VEX or an ignore file took out is kept with its reason', () => {
  const { findings } = trivyDecoder.decode(json(document))
  assert.deepEqual(
    findings.slice(-2).map(({ at, standing }) => [at.pointer, standing]),
    [
      ['/Results/4/ExperimentalModifiedFindings/0', { is: 'not-affected', why: 'not reached' }],
      ['/Results/4/ExperimentalModifiedFindings/1', { is: 'suppressed', why: '.trivyignore' }],
    ],
  )
})

test('reports of a cluster and lists of results read as well', () => {
  const resource = { Namespace: 'default', Kind: 'Deployment', Name: 'web' }
  const cluster = {
    ClusterName: 'test',
    Vulnerabilities: [
      {
        ...resource,
        Results: [{ Target: 'web:1 (debian 12)', Type: 'debian', Vulnerabilities: [bare] }],
      },
    ],
    Misconfigurations: [
      {
        ...resource,
        Results: [{ Target: 'Deployment/web', Type: 'kubernetes', Misconfigurations: [check] }],
      },
    ],
  }
  const [first, second] = trivyDecoder.decode(json(cluster)).findings
  assert.deepEqual(
    first?.locations?.map(({ file }) => file),
    ['web:1 (debian 12)', 'default/Deployment/web'],
  )
  assert.deepEqual(second?.components, [
    { name: 'default/Deployment/web', ecosystem: 'kubernetes' },
  ])
  assert.deepEqual(
    second?.locations?.map(({ file }) => file),
    ['main.tf'],
  )
  const list = [
    { Target: 'a', Vulnerabilities: null },
    { Target: 'b', Vulnerabilities: [bare] },
  ]
  assert.deepEqual(
    trivyDecoder.decode(json(list)).findings.map(({ at }) => at.pointer),
    ['/1/Vulnerabilities/0'],
  )
})

test('an entry that says nothing is a problem, not a finding', () => {
  const empty = {
    SchemaVersion: 2,
    Results: [{ Vulnerabilities: [{}], Secrets: [{ Severity: 'LOW' }] }],
  }
  const { findings, problems } = trivyDecoder.decode(json(empty))
  assert.deepEqual(findings, [])
  assert.deepEqual(
    problems.map(({ code, pointer, lost }) => [code, pointer, lost]),
    [
      ['missing-field', '/Results/0/Vulnerabilities/0', true],
      ['missing-field', '/Results/0/Secrets/0', true],
    ],
  )
})

test('any broken member costs itself only', () => {
  assertTotal(trivyDecoder, [document])
  assertIndependent(trivyDecoder, document, '/Results/0/Vulnerabilities')
  assertIndependent(trivyDecoder, document, '/Results/2/Secrets')
  assertIndependent(trivyDecoder, document, '/Results')
})
