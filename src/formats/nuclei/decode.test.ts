import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTotal, json, rows } from '../../../test/formats/total.ts'
import { nucleiDecoder } from './decode.ts'

const recent = {
  template: 'http/cves/2024/CVE-2024-0001.yaml',
  'template-url': 'https://templates.example.org/CVE-2024-0001',
  'template-id': 'CVE-2024-0001',
  info: {
    name: 'Padder - Path Traversal',
    author: ['ada'],
    description: 'Padder serves files from outside its folder.',
    impact: 'Secrets leak.',
    reference: ['https://example.org/a', 'see https://example.org/b.'],
    severity: 'high',
    metadata: { vendor: 'padco', product: 'padder', verified: true },
    classification: {
      'cve-id': ['cve-2024-0001'],
      'cwe-id': ['cwe-22'],
      'cvss-metrics': 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
      'cvss-score': 7.5,
      'epss-score': 0.2,
      cpe: 'cpe:2.3:a:padco:padder:*:*:*:*:*:*:*:*',
    },
    remediation: 'Upgrade to 2.0.',
  },
  'matcher-name': 'linux',
  type: 'http',
  host: 'https://shop.example.org',
  'matched-at': 'https://shop.example.org/..%2fetc/passwd',
  'extracted-results': ['root:x:0:0', 'root:x:0:0'],
  request: 'GET /..%2fetc/passwd HTTP/1.1\r\n\r\n',
  response: 'HTTP/1.1 200 OK\r\n\r\nroot:x:0:0',
  'curl-command': "curl 'https://shop.example.org/..%2fetc/passwd'",
  timestamp: '2024-02-01T00:00:00Z',
  'matcher-status': true,
}
const old = {
  templateID: 'nginx-version',
  info: {
    name: 'nginx version',
    severity: 'unknown',
    reference: '- https://example.org/1\n- https://example.org/2',
    classification: { 'cve-id': null, 'cwe-id': ['nvd-cve-other'], 'cvss-score': 0 },
  },
  matcher_name: 'v1',
  host: 'https://shop.example.org',
  matched: 'shop.example.org:443',
  extracted_results: ['nginx/1.14'],
}

test('what is no Nuclei event is not taken for one', () => {
  const others = [
    {},
    { 'template-id': 'x' },
    { 'template-id': 7, info: {}, host: 'x' },
    { info: { name: 'x', severity: 'low' } },
    { 'template-id': 'x', info: { title: 'y' } },
  ]
  for (const value of others) assert.equal(nucleiDecoder.recognise(json(value)), 0)
  for (const value of [recent, old, [recent]]) assert.equal(nucleiDecoder.recognise(json(value)), 3)
  assert.equal(nucleiDecoder.recognise(rows(recent, old)), 3)
  assert.equal(nucleiDecoder.recognise(json({ 'template-id': 'x', info: {}, host: 'y' })), 2)
})

test('an event says everything the report says of it', () => {
  const { findings, problems } = nucleiDecoder.decode(json([recent]))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings, [
    {
      at: { pointer: '/0' },
      title: 'Padder - Path Traversal (linux)',
      details:
        'Padder serves files from outside its folder.\n\nSecrets leak.\n\nExtracted: root:x:0:0',
      tool: { name: 'nuclei' },
      rule: { id: 'CVE-2024-0001:linux', name: 'Padder - Path Traversal' },
      severity: 'high',
      cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N'],
      cwe: [22],
      aliases: ['CVE-2024-0001'],
      components: [
        {
          name: 'padder',
          vendor: 'padco',
          cpes: ['cpe:2.3:a:padco:padder:*:*:*:*:*:*:*:*'],
        },
      ],
      endpoints: ['https://shop.example.org/..%2fetc/passwd'],
      proofs: [
        { language: 'shell', text: recent['curl-command'] },
        { language: 'http', text: recent.request },
        { language: 'http', text: recent.response },
      ],
      references: [
        'https://example.org/a',
        'https://example.org/b',
        'https://templates.example.org/CVE-2024-0001',
      ],
      fix: 'Upgrade to 2.0.',
      epss: 0.2,
      original: recent,
    },
  ])
})

test('events of before 2.4 read as well, and unknown stays unknown', () => {
  const [found] = nucleiDecoder.decode(rows(old)).findings
  assert.deepEqual(found, {
    at: { pointer: '', line: 1 },
    title: 'nginx version (v1)',
    details: 'Extracted: nginx/1.14',
    tool: { name: 'nuclei' },
    rule: { id: 'nginx-version:v1', name: 'nginx version' },
    endpoints: ['shop.example.org:443'],
    references: ['https://example.org/1', 'https://example.org/2'],
    original: old,
  })
})

test('templates that did not match are no findings, entries without a name problems', () => {
  const missed = { ...recent, 'matcher-status': false }
  assert.deepEqual(nucleiDecoder.decode(json([missed])), {
    findings: [],
    components: [],
    problems: [],
  })
  const { findings, problems } = nucleiDecoder.decode(rows({ host: 'x' }, recent))
  assert.equal(findings.length, 1)
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [['missing-field', 1]],
  )
})

test('very long messages are cut in the proof and whole in the original', () => {
  const long = { ...recent, response: 'x'.repeat(50_000) }
  const [found] = nucleiDecoder.decode(json(long)).findings
  assert.ok((found?.proofs?.[2]?.text.length ?? 0) < 21_000)
  assert.equal(found?.original, long)
})

test('any broken member costs itself only', () => {
  assertTotal(nucleiDecoder, [recent, old])
})
