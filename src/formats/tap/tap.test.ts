import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decoded } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { tapDecoder } from './tap.ts'

const decode = (value: unknown): Decoded => tapDecoder.decode({ kind: 'json', value, text: '' })
const findingOf = (report: object): Finding => {
  const { findings, problems } = decode({ purl: 'pkg:npm/frames@2.3.1', ...report })
  assert.deepEqual(problems, [])
  return findings[0] ?? { at: {}, title: '', original: null }
}

const recognised: readonly [report: unknown, sure: number][] = [
  [null, 0],
  [{}, 0],
  [{ upstream_ids: [], enrichment: {} }, 0],
  [{ purl: 'x', licenses: [] }, 0],
  [{ software: 'x', code_path: 'y' }, 0],
  [{ purl: 'pkg:npm/x' }, 1],
  [{ purl: 'pkg:npm/x', enrichment: {} }, 2],
  [{ software: 'x', ecosystem: 'npm', affected_symbol: {}, notify: 'off' }, 3],
  [[{ purl: 'pkg:npm/x', affected_symbol: {}, upstream_ids: [] }], 3],
]
for (const [report, sure] of recognised) {
  test(`${JSON.stringify(report)} is recognised ${sure}`, () => {
    assert.equal(tapDecoder.recognise({ kind: 'json', value: report, text: '' }), sure)
  })
}

test('what the intake would refuse is a problem here, and the report survives', () => {
  const { findings, problems } = decode({
    purl: 'not a purl',
    versions: 'x',
    affected_symbol: 7,
    upstream_ids: [1, 'CVE-2024-11111'],
    enrichment: { cwe: 'buffer', vex_status: 'maybe', epss: 7 },
    attachments: [{ filename: 'x' }, { data: '%%%', content_type: 'application/zip' }],
  })
  assert.equal(findings.length, 1)
  assert.equal(findings[0]?.title, 'Flaw in not a purl')
  assert.deepEqual(findings[0]?.aliases, ['CVE-2024-11111'])
  assert.deepEqual(problems.map(({ code, pointer }) => `${code} ${pointer}`).sort(), [
    'bad-value /attachments/1/data',
    'bad-value /enrichment/cwe',
    'bad-value /enrichment/epss',
    'bad-value /enrichment/vex_status',
    'bad-value /purl',
    'missing-field /attachments/0/data',
    'wrong-type /affected_symbol',
    'wrong-type /upstream_ids/0',
    'wrong-type /versions',
  ])
})

test('a report without anything affected says so', () => {
  assert.deepEqual(
    decode({ code_path: 'a' }).problems.map(({ code }) => code),
    ['missing-field'],
  )
})

const titles: readonly [report: object, title: string][] = [
  [{}, 'Flaw in frames'],
  [{ enrichment: { cwe: 'CWE-787' } }, 'CWE-787 in frames'],
  [{ affected_symbol: { function: 'readFrame' } }, 'Flaw in readFrame of frames'],
  [
    { affected_symbol: { file: 'lib/read.js' }, enrichment: { cwe: ['CWE-125: read'] } },
    'CWE-125 in lib/read.js of frames',
  ],
  [{ enrichment: { title: 'Frames\nleak' } }, 'Frames leak'],
  [
    { enrichment: { description: 'Lengths of frames are trusted. Always.' } },
    'Lengths of frames are trusted',
  ],
]
for (const [report, title] of titles) {
  test(`the title of ${JSON.stringify(report)} is "${title}"`, () => {
    assert.equal(findingOf(report).title, title)
  })
}

test('everything that the contract names is taken over', () => {
  const found = findingOf({
    versions: ['2.3.0', '2.3.1'],
    affected_symbol: { file: 'lib\\read.js', function: 'readFrame', line: 88 },
    code_path: 'lib/loop.js:12',
    references: ['https://example.org/a'],
    upstream_ids: ['cve-2024-11111', 'GHSA-AAAA-BBBB-CCCC'],
    introduced_commit: 'abcdef1',
    fixed_commit: 'abcdef2',
    package_repo_url: 'https://forge.example/frames',
    discovery_method: 'ai-discovered',
    discovery_tooling: 'model-x harness-y',
    email: 'lab@example.org',
    enrichment: {
      cvss_vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
      ...{ cwe: 'CWE-787 write', ssvc: 'Act', vex_status: 'affected', severity: 'High' },
      ...{ verified: 'confirmed', epss: 0.25 },
    },
  })
  const { original, ...rest } = found
  assert.ok(original)
  assert.deepEqual(rest, {
    at: { pointer: '' },
    title: 'CWE-787 in readFrame of frames',
    tool: { name: 'model-x harness-y' },
    severity: 'high',
    cvss: ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'],
    cwe: [787],
    aliases: ['CVE-2024-11111', 'GHSA-aaaa-bbbb-cccc'],
    components: [
      {
        name: 'frames',
        purl: 'pkg:npm/frames@2.3.1',
        version: '2.3.1',
        versions: ['2.3.0', '2.3.1'],
      },
    ],
    locations: [
      { file: 'lib/read.js', line: 88, function: 'readFrame' },
      { file: 'lib/loop.js', line: 12 },
    ],
    symbols: ['readFrame'],
    references: ['https://example.org/a', 'https://forge.example/frames'],
    fixCommits: ['abcdef2'],
    ssvc: { Decision: 'Act' },
    epss: 0.25,
  })
})

test('a name with its ecosystem does without a purl; prose of a code path is kept', () => {
  const value = { software: 'Thing', ecosystem: 'Hardware', code_path: 'the reset handler' }
  const [found] = decode(value).findings
  assert.deepEqual(found?.components, [{ name: 'Thing', ecosystem: 'Hardware' }])
  assert.equal(found?.details, 'Code path: the reset handler')
})

test('a report may be taken back', () => {
  const standing = (vex_status: string) => findingOf({ enrichment: { vex_status } }).standing?.is
  assert.equal(standing('not_affected'), 'not-affected')
  assert.equal(standing('fixed'), 'fixed')
  assert.equal(standing('affected'), undefined)
})

const attach = (attachment: object) => findingOf({ attachments: [attachment] })

test('attachments become proofs, patches or prose, decoded as their type says', () => {
  const wrapped = 'cHJpbnQo\nMSk='
  assert.deepEqual(
    attach({
      ...{ filename: 'poc.py', data: wrapped, content_type: 'application/octet-stream' },
      type: 'reproducer',
    }).proofs,
    [{ text: 'print(1)', language: 'python' }],
  )
  assert.deepEqual(
    attach({
      ...{ filename: 'crash', data: 'AAEC/w==', content_type: 'application/octet-stream' },
      type: 'exploit-proof-of-concept',
    }).proofs,
    [{ text: 'AAEC/w==', language: 'base64' }],
  )
  const patch = '--- a/x\n+++ b/x'
  assert.equal(attach({ data: patch, content_type: 'text/plain', type: 'patch' }).fix, patch)
  const model = { data: 'Who may send frames?', content_type: 'text/markdown' }
  assert.equal(attach({ ...model, type: 'threat-model' }).details, model.data)
  const osv = attach({ data: '{"id":"x"}', content_type: 'application/json' })
  assert.deepEqual([osv.proofs, osv.details, osv.fix], [undefined, undefined, undefined])
})

test('a stack trace among the attachments is the crash of the report', () => {
  const frames = ['read_frame src/read.c:88', 'main src/main.c:9', '_start a.c:1']
  const data = frames.map((frame, index) => `#${index} 0x55d0 in ${frame}`).join('\n')
  const { crash } = attach({ data, content_type: 'text/plain', filename: 'asan.txt' })
  assert.equal(crash?.frames[0]?.function, 'read_frame')
})

test('the deprecated payloads are read too', () => {
  const found = findingOf({
    ...{ exploit: 'curl -d @x', exploit_content_type: 'text/plain' },
    ...{ raw: 'It crashed.', raw_content_type: 'text/plain' },
  })
  assert.deepEqual(found.proofs, [{ text: 'curl -d @x' }])
  assert.equal(found.details, 'It crashed.')
})

test('no report whatever makes it throw, and each gives one finding that keeps all of it', () => {
  const keys = ['purl', 'software', 'versions', 'affected_symbol', 'enrichment', 'attachments']
  const report = fc.dictionary(fc.constantFrom(...keys, 'exploit', 'raw'), fc.jsonValue())
  const attachments = fc.array(
    fc.dictionary(fc.constantFrom('data', 'type', 'content_type', 'filename'), fc.jsonValue()),
  )
  const property = fc.property(report, attachments, (one, attached) => {
    for (const value of [one, { ...one, attachments: attached }]) {
      const { findings } = decode(value)
      assert.equal(findings.length, 1)
      assert.equal(findings[0]?.original, value)
      assert.match(findings[0]?.title ?? '', /\S/)
    }
  })
  fc.assert(property, { numRuns: 1_000 })
})
