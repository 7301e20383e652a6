import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTotal, json, rows } from '../../../test/formats/total.ts'
import { nvdDecoder } from './nvd.ts'

const entry = {
  cve: {
    id: 'CVE-2024-0001',
    published: '2024-02-01T00:00:00.000',
    vulnStatus: 'Analyzed',
    cisaExploitAdd: '2024-03-01',
    cisaVulnerabilityName: 'Example Widgets Overflow',
    descriptions: [
      { lang: 'es', value: 'Desbordamiento.' },
      { lang: 'en', value: 'A crafted widget overflows a buffer.' },
    ],
    metrics: {
      cvssMetricV31: [{ cvssData: { vectorString: 'CVSS:3.1/AV:N', baseSeverity: 'HIGH' } }],
      cvssMetricV2: [{ cvssData: { vectorString: 'AV:N/AC:L' }, baseSeverity: 'MEDIUM' }],
    },
    weaknesses: [
      { description: [{ lang: 'en', value: 'NVD-CWE-noinfo' }] },
      { description: [{ lang: 'en', value: 'CWE-787' }] },
    ],
    configurations: [
      {
        operator: 'AND',
        nodes: [
          {
            cpeMatch: [
              {
                vulnerable: true,
                criteria: 'cpe:2.3:a:example:wid\\:gets:*:*:*:*:*:*:*:*',
                versionStartExcluding: '1.0',
                versionEndExcluding: '1.4.2',
              },
              { vulnerable: true, criteria: 'cpe:2.3:a:example:wid\\:gets:2.0:beta:*:*:*:*:*:*' },
            ],
          },
          { cpeMatch: [{ vulnerable: false, criteria: 'cpe:2.3:o:example:os:-:*:*:*:*:*:*:*' }] },
        ],
      },
    ],
    references: [
      { url: 'https://github.com/e/w/commit/abcdef1234', tags: ['Patch'] },
      { url: 'https://example.org' },
    ],
  },
}

const feed = {
  cve: {
    CVE_data_meta: { ID: 'CVE-2019-0001' },
    description: { description_data: [{ lang: 'en', value: '** REJECT ** Not a flaw.' }] },
    problemtype: { problemtype_data: [{ description: [{ value: 'CWE-79' }] }] },
    references: { reference_data: [{ url: 'https://example.org', tags: [] }] },
  },
  configurations: {
    nodes: [
      {
        operator: 'AND',
        children: [
          { cpe_match: [{ vulnerable: true, cpe23Uri: 'cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*' }] },
          { cpe_match: [{ vulnerable: true, cpe23Uri: 'no cpe' }] },
        ],
      },
    ],
  },
  impact: {
    baseMetricV3: { cvssV3: { vectorString: 'CVSS:3.0/AV:L', baseSeverity: 'LOW' } },
    baseMetricV2: { cvssV2: { vectorString: 'AV:L' }, severity: 'MEDIUM' },
  },
  publishedDate: '2019-01-01T00:00Z',
}

test('what is no NVD entry is not taken for one', () => {
  for (const value of [
    {},
    { vulnerabilities: [] },
    { vulnerabilities: [{ cve: 'CVE-1' }] },
    { cve: {} },
  ]) {
    assert.equal(nvdDecoder.recognise(json(value)), 0)
  }
})

test('answers, feeds, entries and rows are recognised', () => {
  const answer = { format: 'NVD_CVE', version: '2.0', vulnerabilities: [entry] }
  for (const value of [answer, { CVE_Items: [feed] }, entry, feed]) {
    assert.equal(nvdDecoder.recognise(json(value)), 3)
    assert.equal(nvdDecoder.decode(json(value)).findings.length, 1)
  }
  assert.equal(nvdDecoder.recognise(json(entry.cve)), 2)
  assert.equal(nvdDecoder.decode(json(answer)).spec, '2.0')
})

test('an entry without words is a problem and costs no other', () => {
  const { findings, problems } = nvdDecoder.decode(
    json({ vulnerabilities: [{ cve: { vulnStatus: 'x' } }, entry] }),
  )
  assert.equal(findings[0]?.at.pointer, '/vulnerabilities/1')
  assert.deepEqual(
    problems.map(({ code, pointer, lost }) => [code, pointer, lost]),
    [['missing-field', '/vulnerabilities/0', true]],
  )
})

test('an entry of the API says everything it knows', () => {
  const [found] = nvdDecoder.decode(json(entry)).findings
  assert.deepEqual(found, {
    at: { pointer: '' },
    title: 'Example Widgets Overflow',
    details: 'A crafted widget overflows a buffer.',
    nativeId: 'CVE-2024-0001',
    aliases: ['CVE-2024-0001'],
    severity: 'high',
    cvss: ['CVSS:3.1/AV:N', 'AV:N/AC:L'],
    cwe: [787],
    components: [
      {
        name: 'wid:gets',
        vendor: 'example',
        cpes: ['cpe:2.3:a:example:wid\\:gets:*:*:*:*:*:*:*:*'],
        ranges: [{ introduced: '1.0', fixed: '1.4.2' }],
        versions: ['2.0:beta'],
      },
    ],
    references: ['https://github.com/e/w/commit/abcdef1234', 'https://example.org'],
    fixCommits: ['https://github.com/e/w/commit/abcdef1234'],
    published: '2024-02-01T00:00:00.000',
    exploited: true,
    original: entry,
  })
})

test('an entry of the old feed says everything it knows', () => {
  const [found] = nvdDecoder.decode(rows(feed)).findings
  assert.deepEqual(found, {
    at: { pointer: '', line: 1 },
    title: 'REJECT Not a flaw',
    details: '** REJECT ** Not a flaw.',
    nativeId: 'CVE-2019-0001',
    aliases: ['CVE-2019-0001'],
    severity: 'low',
    cvss: ['CVSS:3.0/AV:L', 'AV:L'],
    cwe: [79],
    components: [
      {
        name: 'p',
        vendor: 'v',
        cpes: ['cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*'],
        versions: ['1.0'],
      },
    ],
    references: ['https://example.org'],
    published: '2019-01-01T00:00Z',
    standing: { is: 'suppressed', why: 'rejected' },
    original: feed,
  })
})

test('nothing makes it throw, and a broken entry costs itself only', () => {
  assertTotal(nvdDecoder, [entry, feed])
})
