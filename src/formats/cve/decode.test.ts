import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTotal, json, rows } from '../../../test/formats/total.ts'
import { cveDecoder } from './decode.ts'

const record = {
  dataType: 'CVE_RECORD',
  dataVersion: '5.1',
  cveMetadata: {
    cveId: 'CVE-2024-0001',
    state: 'PUBLISHED',
    datePublished: '2024-02-01T00:00:00Z',
  },
  containers: {
    cna: {
      title: 'Overflow in\nthe widget parser',
      descriptions: [
        { lang: 'es', value: 'Desbordamiento.' },
        { lang: 'en-US', value: 'A crafted widget overflows a buffer.' },
      ],
      affected: [
        {
          vendor: 'Example',
          product: 'Widgets',
          packageName: 'widgets',
          collectionURL: 'https://npmjs.example',
          repo: 'https://git.example.org/widgets.git',
          cpes: ['cpe:2.3:a:example:widgets:*:*:*:*:*:*:*:*'],
          programFiles: ['src\\parse.c'],
          programRoutines: [{ name: 'parse_widget' }],
          versions: [
            { status: 'affected', version: '1.0', lessThan: '1.4.2', versionType: 'semver' },
            { status: 'affected', version: 'aaaaaaa1', lessThan: 'bbbbbbb2', versionType: 'git' },
            { status: 'unaffected', version: '2.0' },
          ],
        },
        { vendor: 'n/a', product: 'n/a', versions: [{ status: 'affected', version: 'n/a' }] },
      ],
      problemTypes: [
        { descriptions: [{ lang: 'en', cweId: 'CWE-787', description: 'CWE-787 Write' }] },
        { descriptions: [{ lang: 'en', description: 'CWE-120 in words' }] },
      ],
      metrics: [
        { cvssV3_1: { vectorString: 'CVSS:3.1/AV:N', baseSeverity: 'HIGH', baseScore: 8.1 } },
        { cvssV4_0: { vectorString: 'CVSS:4.0/AV:N', baseSeverity: 'CRITICAL', baseScore: 9.1 } },
      ],
      references: [
        { url: 'https://git.example.org/c/widgets/commit/?id=bbbbbbb2', tags: ['patch'] },
        { url: 'https://example.org/advisory' },
      ],
      credits: [
        { lang: 'en', value: 'Ada', type: 'finder' },
        { lang: 'en', value: 'Bea' },
        { lang: 'en', value: 'Cyd', type: 'coordinator' },
        { lang: 'en', value: 'fuzzer', type: 'tool' },
      ],
      solutions: [{ lang: 'en', value: 'Upgrade to 1.4.2.' }],
      source: { advisory: 'GHSA-aaaa-bbbb-cccc' },
    },
    adp: [
      {
        title: 'CISA ADP Vulnrichment',
        metrics: [
          {
            other: {
              type: 'ssvc',
              content: { options: [{ Exploitation: 'active' }, { 'Technical Impact': 'total' }] },
            },
          },
          { other: { type: 'kev', content: { dateAdded: '2024-03-01' } } },
        ],
        references: [{ url: 'https://example.org/advisory' }],
        problemTypes: [{ descriptions: [{ cweId: 'CWE-787' }, { cweId: 'CWE-20' }] }],
        affected: [{ vendor: 'example', product: 'widgets', cpes: ['cpe:2.3:a:example:widgets'] }],
      },
    ],
  },
}

/** The components of a record with this one entry under `affected`. */
function componentOf(affected: object): unknown {
  const one = {
    cveMetadata: { cveId: 'CVE-2024-1' },
    containers: { cna: { affected: [affected] } },
  }
  return cveDecoder.decode(json(one)).findings[0]?.components
}

const spans = (affected: object): unknown => {
  const found = componentOf({ product: 'p', ...affected })
  return Array.isArray(found) ? [found[0].ranges ?? [], found[0].versions ?? []] : found
}

test('what is no CVE record is not taken for one', () => {
  for (const value of [null, {}, { dataType: 'CVE_RECORD' }, { cveMetadata: {} }, { cve: {} }]) {
    assert.equal(cveDecoder.recognise(json(value)), 0)
  }
})

test('a record without any words is a problem and costs no other', () => {
  const { findings, problems } = cveDecoder.decode(rows({ cveMetadata: {} }, record))
  assert.equal(findings[0]?.at.line, 2)
  assert.deepEqual(problems[0], {
    code: 'missing-field',
    why: 'neither identifier nor title nor description: this is no CVE record',
    pointer: '',
    line: 1,
    lost: true,
  })
})

test('a record says everything it knows', () => {
  const { spec, findings, problems } = cveDecoder.decode(json(record))
  assert.equal(spec, '5.1')
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '' },
    title: 'Overflow in the widget parser',
    details: 'A crafted widget overflows a buffer.',
    nativeId: 'CVE-2024-0001',
    aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
    severity: 'critical',
    cvss: ['CVSS:4.0/AV:N', 'CVSS:3.1/AV:N'],
    ssvc: { Exploitation: 'active', 'Technical Impact': 'total' },
    exploited: true,
    cwe: [787, 120, 20],
    components: [
      {
        name: 'widgets',
        vendor: 'Example',
        ecosystem: 'npm',
        cpes: ['cpe:2.3:a:example:widgets:*:*:*:*:*:*:*:*'],
        ranges: [{ introduced: '1.0', fixed: '1.4.2' }],
      },
      {
        name: 'git.example.org/widgets',
        ecosystem: 'GIT',
        ranges: [{ introduced: 'aaaaaaa1', fixed: 'bbbbbbb2' }],
      },
      { name: 'widgets', vendor: 'example', cpes: ['cpe:2.3:a:example:widgets'] },
    ],
    locations: [{ file: 'src/parse.c' }],
    symbols: ['parse_widget'],
    finders: ['Ada', 'Bea'],
    tool: { name: 'fuzzer' },
    references: [
      'https://git.example.org/c/widgets/commit/?id=bbbbbbb2',
      'https://example.org/advisory',
    ],
    fixCommits: ['https://git.example.org/c/widgets/commit/?id=bbbbbbb2', 'bbbbbbb2'],
    fix: 'Upgrade to 1.4.2.',
    published: '2024-02-01T00:00:00Z',
    original: record,
  })
})

test('a rejected record takes itself back with its reason', () => {
  const rejected = {
    dataType: 'CVE_RECORD',
    cveMetadata: { cveId: 'CVE-2024-0002', state: 'REJECTED' },
    containers: {
      cna: {
        rejectedReasons: [{ lang: 'en', value: 'A duplicate.' }],
        replacedBy: ['CVE-2024-0001'],
      },
    },
  }
  const [found] = cveDecoder.decode(json(rejected)).findings
  assert.deepEqual(found?.standing, { is: 'suppressed', why: 'rejected: A duplicate.' })
  assert.deepEqual(found?.related, ['CVE-2024-0001'])
})

test('a score counts only where no vector explains it, and words of vendors are read', () => {
  const said = (...metrics: object[]): unknown => {
    const one = { cveMetadata: { cveId: 'CVE-2024-1' }, containers: { cna: { metrics } } }
    const { severity, cvss, score } = cveDecoder.decode(json(one)).findings[0] ?? {}
    return { severity, cvss, score }
  }
  assert.deepEqual(said({ cvssV2_0: { baseScore: 11 } }, { cvssV2_0: { baseScore: 5 } }), {
    severity: undefined,
    cvss: undefined,
    score: 5,
  })
  const redHat = { other: { type: 'Red Hat severity rating', content: { value: 'Moderate' } } }
  assert.deepEqual(said(redHat), { severity: 'medium', cvss: undefined, score: undefined })
})

test('a product is known by its package, its name or its purl; n/a is none', () => {
  assert.equal(componentOf({ vendor: 'v', product: 'n/a' }), undefined)
  assert.deepEqual(componentOf({ packageURL: 'pkg:npm/p' }), [
    { name: 'pkg:npm/p', purl: 'pkg:npm/p' },
  ])
  assert.deepEqual(componentOf({ vendor: 'Unknown', product: ' p ' }), [{ name: 'p' }])
})

const aff = { status: 'affected' }
const una = { status: 'unaffected' }
const kernel = {
  defaultStatus: 'affected',
  versions: [
    { ...aff, version: '5.6' },
    { ...una, version: '0', lessThan: '5.6' },
    { ...una, version: '5.10.37', lessThanOrEqual: '5.10.*' },
    { ...una, version: '5.13', lessThanOrEqual: '*' },
  ],
}
const until = [{ at: '6.0.15', status: 'unaffected' }]

const versions: readonly [string, object, object[], string[]][] = [
  ['nothing', { versions: [] }, [], []],
  ['a placeholder', { versions: [{ ...aff, version: 'unspecified' }] }, [], []],
  ['one version', { versions: [{ ...aff, version: '1.2' }] }, [], ['1.2']],
  ['only what is not affected', { versions: [{ ...una, version: '1.2' }] }, [], []],
  [
    'an inclusive end',
    { versions: [{ ...aff, version: 'n/a', lessThanOrEqual: '2' }] },
    [{ lastAffected: '2' }],
    [],
  ],
  [
    'an open end',
    { versions: [{ ...aff, version: '2', lessThan: '*' }] },
    [{ introduced: '2' }],
    [],
  ],
  [
    'comparators in words',
    { versions: [{ ...aff, version: '>= 1, < 2' }] },
    [{ introduced: '1', fixed: '2' }],
    [],
  ],
  ['before', { versions: [{ ...aff, version: 'prior to 2.1' }] }, [{ fixed: '2.1' }], []],
  [
    'and earlier',
    { versions: [{ ...aff, version: '2.1 and earlier' }] },
    [{ lastAffected: '2.1' }],
    [],
  ],
  [
    'a change inside',
    { versions: [{ ...aff, version: '6.0', lessThanOrEqual: '6.0.14', changes: until }] },
    [{ introduced: '6.0', fixed: '6.0.15' }],
    [],
  ],
  [
    'a change without a beginning',
    {
      versions: [
        { ...aff, version: '-', lessThan: '7', changes: [...until, { at: '6.5', ...aff }] },
      ],
    },
    [{ fixed: '6.0.15' }, { introduced: '6.5', fixed: '7' }],
    [],
  ],
  [
    'what is left beside the unaffected branches',
    kernel,
    [
      { introduced: '5.6', fixed: '5.10.37' },
      { introduced: '5.11', fixed: '5.13' },
    ],
    [],
  ],
  [
    'a fixed build',
    { defaultStatus: 'affected', versions: [{ ...una, version: '0:1.2-3.el8', lessThan: '*' }] },
    [{ introduced: '0', fixed: '0:1.2-3.el8' }],
    [],
  ],
  [
    'everything but one release line',
    { defaultStatus: 'affected', versions: [{ ...una, version: '3.0', lessThan: '3.2' }] },
    [{ introduced: '0', fixed: '3.0' }, { introduced: '3.2' }],
    [],
  ],
  [
    'a fix in each of two lines',
    {
      defaultStatus: 'affected',
      versions: [
        { ...una, version: '1.5' },
        { ...una, version: '2.5' },
      ],
    },
    [{ introduced: '0', fixed: '2.5' }],
    [],
  ],
]

for (const [name, affected, ranges, listed] of versions) {
  test(`affected versions: ${name}`, () => assert.deepEqual(spans(affected), [ranges, listed]))
}

test('nothing makes it throw, and a broken record costs itself only', () => {
  assertTotal(cveDecoder, [record, { ...record, containers: { cna: { affected: [kernel] } } }])
})
