import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { gitlabDecoder } from './decode.ts'

const code = {
  id: 'f1',
  category: 'sast',
  name: 'Weak hash',
  message: 'Weak hash in Digest',
  description: 'MD5 is used.',
  severity: 'Medium',
  solution: 'No solution provided',
  location: {
    file: 'src\\Digest.java',
    start_line: 5,
    end_line: 6,
    class: 'a.Digest',
    method: 'of',
  },
  identifiers: [
    { type: 'find_sec_bugs_type', name: 'Find Security Bugs-WEAK', value: 'WEAK' },
    { type: 'cwe', name: 'CWE-327', value: '327' },
    { type: 'owasp', name: 'A6', value: 'A6' },
  ],
  links: [{ url: 'https://example.org/md5' }],
  flags: [{ type: 'flagged-as-likely-false-positive', description: 'a test' }],
}
const dependency = {
  id: 'd1',
  name: 'Endless padding',
  severity: 'High',
  solution: 'Upgrade to 1.0.3',
  cvss_vectors: [{ vendor: 'x', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
  location: {
    file: 'yarn.lock',
    dependency: { package: { name: 'leftpad' }, version: '1.0.0' },
  },
  identifiers: [
    { type: 'gemnasium', name: 'Gemnasium-1', value: 'g-1' },
    { type: 'cve', name: 'CVE-2024-0001', value: 'CVE-2024-0001' },
    { type: 'ghsa', name: 'GHSA-aaaa-bbbb-cccc', value: 'GHSA-aaaa-bbbb-cccc' },
    { type: 'rhsa', name: 'RHSA-2024:1', value: 'RHSA-2024:1' },
  ],
}
const image = {
  id: 'c1',
  description: 'Overflow in resolver. More.',
  location: {
    image: 'shop:1',
    operating_system: 'debian 12',
    dependency: { package: { name: 'libc6' }, version: '2.28' },
  },
  identifiers: [{ type: 'cve', name: 'CVE-2024-0002', value: 'CVE-2024-0002' }],
}
const running = {
  id: 'r1',
  name: 'Reflected input',
  location: { hostname: 'https://shop.example.org/', path: '/q', method: 'GET' },
  identifiers: [{ type: 'ZAProxy_PluginId', name: 'x', value: '40012' }],
  evidence: {
    request: { method: 'GET', url: 'https://shop.example.org/q?x=1', body: '' },
    response: { status_code: 200, reason_phrase: 'OK', body: '<b>1</b>' },
  },
}
const fuzzed = {
  id: 'z1',
  cve: '',
  location: {
    crash_type: 'Index-out-of-range',
    crash_state: 'Parse.func6\nParse\n',
    crash_address: '0x10',
    stacktrace_snippet: 'nothing of use',
  },
  identifiers: [{ type: 'cwe', name: 'Index out of range', value: 129 }],
}
const document = {
  version: '15.0.6',
  scan: { scanner: { id: 'checker', name: 'Checker', version: '1.2' }, type: 'sast' },
  vulnerabilities: [code, dependency, image, running, fuzzed],
}

test('what is no GitLab report is not taken for one', () => {
  const others = [
    {},
    { version: '15.0.0' },
    { version: '15.0.0', vulnerabilities: [] },
    { version: 1, vulnerabilities: [], scan: { scanner: {} } },
    { version: '1', vulnerabilities: [{ id: 'x' }], scan: { scanner: {} } },
  ]
  for (const value of others) assert.equal(gitlabDecoder.recognise(json(value)), 0)
  assert.equal(gitlabDecoder.recognise(json(document)), 3)
  const empty = { version: '3.0.0', vulnerabilities: [], remediations: [] }
  assert.equal(gitlabDecoder.recognise(json(empty)), 2)
})

test('a flaw in code says everything the report says of it', () => {
  const { spec, findings, problems } = gitlabDecoder.decode(json(document))
  assert.equal(spec, '15.0.6')
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '/vulnerabilities/0' },
    title: 'Weak hash',
    details: 'Weak hash in Digest\n\nMD5 is used.',
    tool: { name: 'checker', version: '1.2' },
    nativeId: 'f1',
    rule: { id: 'WEAK', name: 'Find Security Bugs-WEAK' },
    severity: 'medium',
    cwe: [327],
    locations: [{ file: 'src/Digest.java', line: 5, endLine: 6, function: 'a.Digest.of' }],
    references: ['https://example.org/md5'],
    standing: { is: 'false-positive', why: 'a test' },
    original: code,
  })
})

test('dependencies, images, running applications and crashes read as well', () => {
  const [, second, third, fourth, fifth] = gitlabDecoder.decode(json(document)).findings
  assert.deepEqual(second?.aliases, ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'])
  assert.deepEqual(second?.related, ['RHSA-2024:1'])
  assert.deepEqual(second?.components, [{ name: 'leftpad', version: '1.0.0' }])
  assert.deepEqual(second?.locations, [{ file: 'yarn.lock', role: 'related' }])
  assert.equal(second?.cvss?.length, 1)
  assert.equal(second?.fix, 'Upgrade to 1.0.3')
  assert.equal(third?.title, 'Overflow in resolver')
  assert.equal(third?.components?.[0]?.ecosystem, 'debian 12')
  assert.deepEqual(third?.locations, [{ file: 'shop:1', role: 'related' }])
  assert.deepEqual(fourth?.endpoints, ['https://shop.example.org/q'])
  assert.deepEqual(
    fourth?.proofs?.map(({ text }) => text),
    ['GET https://shop.example.org/q?x=1', '200 OK\n\n<b>1</b>'],
  )
  assert.equal(fifth?.title, 'Index out of range')
  assert.deepEqual(fifth?.crash, {
    kind: 'Index-out-of-range',
    address: '0x10',
    frames: [{ function: 'Parse.func6' }, { function: 'Parse' }],
  })
})

test('a flaw of an old report names its own scanner, and confidence "Ignore" takes it back', () => {
  const old = {
    version: '3.0.0',
    vulnerabilities: [{ ...code, flags: [], confidence: 'Ignore', scanner: { id: 'trufflehog' } }],
  }
  const [found] = gitlabDecoder.decode(json(old)).findings
  assert.deepEqual(found?.tool, { name: 'trufflehog' })
  assert.equal(found?.standing?.is, 'suppressed')
})

test('any broken member costs itself only', () => {
  assertTotal(gitlabDecoder, [document])
  assertIndependent(gitlabDecoder, document, '/vulnerabilities')
})
