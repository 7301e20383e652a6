import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#formats/finding/finding.ts'
import { assertTotal, json, rows } from '../../../test/formats/total.ts'
import { githubDecoder } from './decode.ts'

const advisory = {
  ghsa_id: 'GHSA-aaaa-bbbb-cccc',
  cve_id: 'CVE-2024-0001',
  html_url: 'https://github.com/e/unzip/security/advisories/GHSA-aaaa-bbbb-cccc',
  summary: 'Archives escape\ntheir folder',
  description: 'The join is not checked.',
  severity: 'high',
  state: 'triage',
  author: { login: 'ada' },
  submission: { accepted: false },
  identifiers: [
    { type: 'GHSA', value: 'GHSA-aaaa-bbbb-cccc' },
    { type: 'CVE', value: 'CVE-2024-0001' },
    { type: 'OTHER', value: 'X-1' },
  ],
  cvss: { vector_string: null, score: null },
  cvss_severities: {
    cvss_v3: { vector_string: 'CVSS:3.1/AV:N', score: 7.5 },
    cvss_v4: { vector_string: 'CVSS:4.0/AV:N', score: 8.1 },
  },
  cwes: [{ cwe_id: 'CWE-22', name: 'Path Traversal' }],
  cwe_ids: ['CWE-22'],
  epss: [{ percentage: 0.25, percentile: '0.9' }],
  vulnerabilities: [
    {
      package: { ecosystem: 'npm', name: 'unzip' },
      vulnerable_version_range: '>= 1.0, < 1.4.2',
      patched_versions: '1.4.2',
      vulnerable_functions: ['extract'],
    },
    {
      package: { ecosystem: 'other', name: '' },
      vulnerable_version_range: 'all',
      first_patched_version: { identifier: '9' },
    },
    {
      package: { ecosystem: 'pip', name: 'unzip-py' },
      vulnerable_version_range: '= 0.2.0',
      first_patched_version: '0.2.1',
    },
  ],
  created_at: '2024-01-01T00:00:00Z',
}

const alert = {
  number: 7,
  state: 'dismissed',
  html_url: 'https://github.com/e/app/security/dependabot/7',
  dependency: { package: { ecosystem: 'npm', name: 'unzip' }, manifest_path: 'app/package.json' },
  security_advisory: {
    ...advisory,
    severity: 'critical',
    references: [{ url: 'https://a.example' }],
  },
  security_vulnerability: {
    package: { ecosystem: 'npm', name: 'unzip' },
    severity: 'low',
    vulnerable_version_range: '< 1.4.2',
    first_patched_version: { identifier: '1.4.2' },
  },
  dismissed_reason: 'inaccurate',
  dismissed_comment: 'Never\ncalled.',
}

const scanning = {
  number: 35,
  state: 'open',
  fixed_at: 'None',
  dismissed_at: 'None',
  html_url: 'https://github.com/e/app/security/code-scanning/35',
  created_at: '2024-01-19T14:11:18Z',
  rule: {
    id: 'py/clear-text',
    name: 'py/clear-text',
    description: 'Clear-text storage',
    severity: 'error',
    security_severity_level: 'medium',
    tags: ['external/cwe/cwe-312', 'security'],
  },
  tool: { name: 'CodeQL', version: '2.16.2', guid: null },
  most_recent_instance: {
    message: { text: 'This stores a secret.' },
    location: { path: 'src\\store.py', start_line: 42, end_line: 0 },
  },
}

const graph = {
  data: {
    organization: {
      topics: ['a', 'b'],
      repositories: {
        nodes: [
          {
            vulnerabilityAlerts: {
              edges: [
                {
                  node: {
                    id: 'RVA_1',
                    state: 'FIXED',
                    vulnerableManifestPath: 'pom.xml',
                    vulnerableRequirements: '= 1.5.0',
                    securityVulnerability: {
                      severity: 'MODERATE',
                      package: { ecosystem: 'MAVEN', name: 'org.e:core' },
                      vulnerableVersionRange: '<= 2.0.0',
                      firstPatchedVersion: null,
                      advisory: {
                        summary: 'Pollution',
                        identifiers: [{ type: 'CVE', value: 'CVE-2024-9' }],
                        cvss: { score: 9.8, vectorString: 'CVSS:3.1/AV:N' },
                        cwes: { nodes: [{ cweId: 'CWE-1321' }] },
                        references: [{ url: 'https://b.example' }],
                      },
                    },
                  },
                },
              ],
            },
          },
          { vulnerabilityAlerts: { nodes: [] } },
        ],
      },
    },
  },
}

const only = (value: unknown): Finding | undefined => {
  const { findings, problems } = githubDecoder.decode(json(value))
  assert.deepEqual(problems, [])
  assert.equal(findings.length, 1)
  return findings[0]
}

test('what GitHub did not say is not taken for its word', () => {
  for (const value of [{}, { data: {} }, { data: { a: [] } }, { ghsa_id: 1 }, { summary: 'a' }]) {
    assert.equal(githubDecoder.recognise(json(value)), 0)
  }
  assert.equal(githubDecoder.recognise(json({ summary: 'a', description: 'b' })), 0)
})

test('every shape is recognised, and pages of them', () => {
  const event = { action: 'reported', repository_advisory: advisory }
  for (const value of [advisory, alert, scanning, graph, event, { security_advisory: advisory }]) {
    for (const material of [json(value), json([value]), json([[value]]), rows(value)]) {
      assert.equal(githubDecoder.recognise(material), 3)
      assert.equal(githubDecoder.decode(material).findings.length, 1)
    }
  }
})

test('something else among the alerts is a problem and costs no other', () => {
  const { findings, problems } = githubDecoder.decode(json([scanning, { a: 1 }, alert]))
  assert.equal(findings.length, 2)
  assert.deepEqual(
    problems.map(({ code, pointer, lost }) => [code, pointer, lost]),
    [['unknown-format', '/1', true]],
  )
})

test('an advisory says everything it knows; its author found what was reported privately', () => {
  assert.deepEqual(only(advisory), {
    at: { pointer: '' },
    title: 'Archives escape their folder',
    details: 'The join is not checked.',
    nativeId: 'GHSA-aaaa-bbbb-cccc',
    aliases: ['GHSA-aaaa-bbbb-cccc', 'CVE-2024-0001'],
    severity: 'high',
    cvss: ['CVSS:4.0/AV:N', 'CVSS:3.1/AV:N'],
    epss: 0.25,
    cwe: [22],
    components: [
      { name: 'unzip', ecosystem: 'npm', ranges: [{ introduced: '1.0', fixed: '1.4.2' }] },
      { name: 'unzip-py', ecosystem: 'pip', versions: ['0.2.0'] },
    ],
    symbols: ['extract'],
    finders: ['ada'],
    references: ['https://github.com/e/unzip/security/advisories/GHSA-aaaa-bbbb-cccc'],
    fix: 'Upgrade unzip to 1.4.2. Upgrade unzip-py to 0.2.1.',
    published: '2024-01-01T00:00:00Z',
    original: advisory,
  })
})

test('those who are credited with the find come before the author', () => {
  const credits = [
    { login: 'bea', type: 'finder' },
    { login: 'cyd', type: 'remediation_developer' },
    { user: { login: 'dan' }, type: 'reporter' },
  ]
  assert.deepEqual(only({ ...advisory, credits })?.finders, ['bea', 'dan'])
  assert.equal(only({ ...advisory, submission: null })?.finders, undefined)
})

test('the request of a private report is an advisory without an identifier', () => {
  const request = {
    summary: 'Overflow',
    description: 'Long names overflow.',
    cwe_ids: ['CWE-120'],
    cvss_vector_string: 'CVSS:3.1/AV:L',
    vulnerabilities: null,
    severity: null,
  }
  assert.equal(githubDecoder.recognise(json(request)), 2)
  assert.deepEqual(only(request), {
    at: { pointer: '' },
    title: 'Overflow',
    details: 'Long names overflow.',
    cvss: ['CVSS:3.1/AV:L'],
    cwe: [120],
    original: request,
  })
})

test('an alert of Dependabot is its advisory in one manifest', () => {
  const found = only(alert)
  assert.equal(found?.nativeId, '7')
  assert.equal(found?.severity, 'low')
  assert.deepEqual(found?.components, [
    { name: 'unzip', ecosystem: 'npm', ranges: [{ fixed: '1.4.2' }] },
  ])
  assert.deepEqual(found?.locations, [{ file: 'app/package.json' }])
  assert.equal(found?.fix, 'Upgrade unzip to 1.4.2.')
  assert.deepEqual(found?.standing, { is: 'false-positive', why: 'inaccurate: Never called.' })
  assert.equal(found?.references?.length, 3)
})

test('an alert of GraphQL is read wherever the query put it', () => {
  const found = only(graph)
  assert.equal(
    found?.at.pointer,
    '/data/organization/repositories/nodes/0/vulnerabilityAlerts/edges/0/node',
  )
  const { at: _, original: __, ...said } = found ?? { at: {}, original: null }
  assert.deepEqual(said, {
    title: 'Pollution',
    nativeId: 'RVA_1',
    aliases: ['CVE-2024-9'],
    severity: 'medium',
    cvss: ['CVSS:3.1/AV:N'],
    cwe: [1321],
    components: [
      {
        name: 'org.e:core',
        ecosystem: 'MAVEN',
        ranges: [{ lastAffected: '2.0.0' }],
        version: '1.5.0',
      },
    ],
    locations: [{ file: 'pom.xml' }],
    references: ['https://b.example'],
    standing: { is: 'fixed' },
  })
})

test('an alert of code scanning is a result in a file', () => {
  const found = only(scanning)
  const { at: _, original: __, ...said } = found ?? { at: {}, original: null }
  assert.deepEqual(said, {
    title: 'Clear-text storage',
    details: 'This stores a secret.',
    tool: { name: 'CodeQL', version: '2.16.2' },
    nativeId: '35',
    rule: { id: 'py/clear-text', name: 'py/clear-text' },
    severity: 'medium',
    cwe: [312],
    locations: [{ file: 'src/store.py', line: 42 }],
    references: ['https://github.com/e/app/security/code-scanning/35'],
    published: '2024-01-19T14:11:18Z',
  })
})

const dismissals: readonly [object, object | undefined][] = [
  [{ state: 'open' }, undefined],
  [{ state: 'open', dismissed_at: '2024' }, undefined],
  [{ state: 'auto_dismissed' }, { is: 'suppressed', why: 'dismissed by a rule' }],
  [
    { state: 'DISMISSED', dismissReason: 'tolerable_risk' },
    { is: 'accepted', why: 'tolerable_risk' },
  ],
  [
    { state: undefined, dismissedAt: '2019-10-22' },
    { is: 'suppressed', why: 'dismissed' },
  ],
  [
    { state: 'dismissed', dismissed_reason: 'not_used' },
    { is: 'not-affected', why: 'not_used' },
  ],
  [
    { state: 'dismissed', dismissed_reason: 'constructor' },
    { is: 'suppressed', why: 'constructor' },
  ],
]

for (const [fields, expected] of dismissals) {
  test(`the standing of an alert with ${JSON.stringify(fields)}`, () =>
    assert.deepEqual(only({ ...scanning, ...fields })?.standing, expected))
}

test('a withdrawn or closed advisory takes itself back', () => {
  const standing = (fields: object): unknown => only({ ...advisory, ...fields })?.standing
  assert.deepEqual(standing({ withdrawn_at: '2024' }), { is: 'suppressed', why: 'withdrawn 2024' })
  assert.deepEqual(standing({ state: 'closed' }), { is: 'suppressed', why: 'closed' })
})

test('nothing makes it throw, and a broken document costs itself only', () => {
  assertTotal(githubDecoder, [advisory, alert, scanning, graph])
})
