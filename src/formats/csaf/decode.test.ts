import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { assertTotal, json, rows } from '../../../test/formats/total.ts'
import { csafDecoder } from './decode.ts'
import { parseRange } from './product.ts'

const tree = {
  full_product_names: [{ product_id: 'P0', name: 'Loose Product' }],
  branches: [
    {
      category: 'vendor',
      name: 'Example',
      branches: [
        {
          category: 'product_name',
          name: 'Gateway',
          branches: [
            {
              category: 'product_version_range',
              name: 'vers:generic/>=1.0|<1.4',
              product: {
                product_id: 'P1',
                name: 'Example Gateway >=1.0|<1.4',
                product_identification_helper: { cpe: 'cpe:/a:example:gateway' },
              },
            },
            {
              category: 'product_version',
              name: '2.0',
              product: { product_id: 'P2', name: 'Example Gateway 2.0' },
            },
            {
              category: 'product_version',
              name: '1.4',
              product: { product_id: 'P3', name: 'Example Gateway 1.4' },
            },
          ],
        },
        {
          category: 'product_family',
          name: 'OS',
          product: { product_id: 'P4', name: 'Example OS' },
        },
      ],
    },
  ],
  relationships: [
    {
      category: 'default_component_of',
      product_reference: 'P0',
      relates_to_product_reference: 'P4',
      full_product_name: {
        product_id: 'P5',
        name: 'Loose Product as a component of Example OS',
        product_identification_helper: { purls: ['pkg:rpm/loose@1'] },
      },
    },
  ],
}

const vulnerability = {
  cve: 'CVE-2024-0001',
  ids: [
    { system_name: 'Tracker', text: 'BUG-7' },
    { system_name: 'GitHub', text: 'GHSA-aaaa-bbbb-cccc' },
  ],
  cwes: [{ id: 'CWE-22', name: 'Path traversal', version: '4.13' }],
  notes: [
    { category: 'description', text: 'A crafted archive escapes its folder.' },
    { category: 'details', title: 'SSVC', text: 'SSVCv2/E:A/A:Y/T:T/2024-07-11T21:26:33Z/' },
    { category: 'legal_disclaimer', text: 'As is.' },
  ],
  metrics: [
    {
      products: ['P1'],
      content: {
        cvss_v3: { vectorString: 'CVSS:3.1/AV:N', baseScore: 7.5, baseSeverity: 'HIGH' },
        epss: { probability: '0.25', percentile: '0.9' },
      },
    },
  ],
  product_status: { known_affected: ['P1', 'P2', 'P5'], fixed: ['P3'], known_not_affected: ['P4'] },
  remediations: [
    { category: 'workaround', details: 'Do not unpack.' },
    {
      category: 'vendor_fix',
      details: 'Update to 1.4.',
      url: 'https://github.com/example/gateway/commit/abcdef1234',
    },
    { category: 'none_available', details: 'Nothing.' },
  ],
  references: [{ summary: 'Write-up', url: 'https://example.org/writeup' }],
  first_known_exploitation_dates: [{ date: '2024-03-01T00:00:00Z' }],
  acknowledgments: [{ names: ['Ada', 'Bea'] }, { organization: 'Lab' }],
  release_date: '2024-02-01T00:00:00Z',
}

const advisory = {
  document: {
    category: 'csaf_security_advisory',
    csaf_version: '2.1',
    title: 'Two flaws in Gateway',
    tracking: { id: 'EX-1', initial_release_date: '2024-02-02T00:00:00Z' },
    acknowledgments: [{ names: ['Cyd'] }],
    references: [{ category: 'self', url: 'https://example.org/EX-1.json' }],
  },
  product_tree: tree,
  vulnerabilities: [vulnerability, { product_status: { known_not_affected: ['P0'] } }],
}

const one = (fields: object): ReturnType<typeof csafDecoder.decode> =>
  csafDecoder.decode(json({ ...advisory, vulnerabilities: [{ cve: 'CVE-2024-2', ...fields }] }))

test('what is no CSAF document is not taken for one', () => {
  for (const value of [{}, { document: 'x' }, { document: {} }, { document: { category: 'a' } }]) {
    assert.equal(csafDecoder.recognise(json(value)), 0)
  }
  assert.equal(csafDecoder.recognise(json(advisory)), 3)
  assert.equal(csafDecoder.recognise(rows(advisory)), 3)
  assert.equal(csafDecoder.recognise(json({ document: { category: 'csaf_vex' } })), 2)
})

test('a product id without a product is a problem, the others are kept', () => {
  const { findings, problems } = one({ product_status: { known_affected: ['none', 'P2'] } })
  assert.deepEqual(findings[0]?.components, [
    { name: 'Gateway', vendor: 'Example', versions: ['2.0'] },
  ])
  assert.deepEqual(
    problems.map(({ code, pointer, lost }) => [code, pointer, lost]),
    [['bad-value', '/vulnerabilities/0/product_status', true]],
  )
})

test('an advisory without vulnerabilities is remarked on', () => {
  const { findings, problems } = csafDecoder.decode(json({ ...advisory, vulnerabilities: [] }))
  assert.deepEqual(findings, [])
  assert.deepEqual(
    problems.map(({ code, lost }) => [code, lost]),
    [['missing-field', false]],
  )
})

test('a vulnerability says everything it knows', () => {
  const { spec, findings, problems } = csafDecoder.decode(json(advisory))
  assert.equal(spec, '2.1')
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '/vulnerabilities/0' },
    title: 'A crafted archive escapes its folder',
    details: 'A crafted archive escapes its folder.',
    nativeId: 'BUG-7',
    aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
    severity: 'high',
    cvss: ['CVSS:3.1/AV:N'],
    ssvc: { Exploitation: 'active', Automatable: 'yes', 'Technical Impact': 'total' },
    epss: 0.25,
    cwe: [22],
    components: [
      {
        name: 'Gateway',
        vendor: 'Example',
        cpes: ['cpe:/a:example:gateway'],
        ranges: [{ introduced: '1.0', fixed: '1.4' }],
        versions: ['2.0'],
      },
      { name: 'Loose Product', vendor: 'Example', purl: 'pkg:rpm/loose@1' },
    ],
    finders: ['Ada', 'Bea', 'Lab'],
    references: [
      'https://example.org/writeup',
      'https://github.com/example/gateway/commit/abcdef1234',
    ],
    fixCommits: ['https://github.com/example/gateway/commit/abcdef1234'],
    fix: 'Update to 1.4.\n\nDo not unpack.',
    published: '2024-02-01T00:00:00Z',
    exploited: true,
    original: vulnerability,
  })
  assert.equal(findings[1]?.title, 'Two flaws in Gateway')
  assert.deepEqual(findings[1]?.finders, ['Cyd'])
})

const standings: readonly [string, object, object | undefined][] = [
  ['nothing', {}, undefined],
  ['an affected product', { known_affected: ['P1'], known_not_affected: ['P2'] }, undefined],
  ['an investigation', { under_investigation: ['P1'], fixed: ['P3'] }, undefined],
  ['products that are not affected', { known_not_affected: ['P1'] }, { is: 'not-affected' }],
  ['fixed products', { fixed: ['P3'], known_not_affected: ['P1'] }, { is: 'fixed' }],
]

for (const [name, product_status, expected] of standings) {
  test(`the standing after ${name}`, () => {
    const [found] = one({ product_status }).findings
    assert.deepEqual(found?.standing, expected)
  })
}

test('VEX says why a product is not affected', () => {
  const [found] = one({
    product_status: { known_not_affected: ['P1'] },
    flags: [{ label: 'component_not_present', product_ids: ['P1'] }],
    threats: [{ category: 'impact', details: 'Removed\nbefore shipping.' }],
  }).findings
  assert.equal(found?.standing?.why, 'component_not_present; Removed before shipping.')
})

test('severity is read from scores, ratings and impact words', () => {
  const said = (fields: object): unknown => {
    const { severity, score, ssvc } = one(fields).findings[0] ?? {}
    return [severity, score, ssvc]
  }
  assert.deepEqual(said({ scores: [{ cvss_v2: { baseScore: 4 } }] }), [undefined, 4, undefined])
  assert.deepEqual(said({ threats: [{ category: 'impact', details: 'Important' }] }), [
    'high',
    undefined,
    undefined,
  ])
  const selections = [{ name: 'Mission Impact', values: [{ name: 'Degraded' }, { key: 'X' }] }]
  const content = { qualitative_severity_rating: 'low', ssvc_v2: { selections } }
  assert.deepEqual(said({ metrics: [{ content }] }), [
    'low',
    undefined,
    { 'Mission Impact': 'Degraded, X' },
  ])
})

const ranges: readonly [string, object[], string[]][] = [
  ['No version', [], []],
  ['All versions with Ethernet', [], []],
  ['NMC2 <= 6.9.6', [], []],
  ['4.2.0', [], ['4.2.0']],
  ['All versions', [{ introduced: '0' }], []],
  ['vers:all/*', [{ introduced: '0' }], []],
  ['all versions < 4.2.0', [{ fixed: '4.2.0' }], []],
  ['All BIOS versions < V1.0', [{ fixed: 'V1.0' }], []],
  ['<= 2024.04', [{ lastAffected: '2024.04' }], []],
  ['>= V7.80 < V9.30', [{ introduced: 'V7.80', fixed: 'V9.30' }], []],
  ['vers:all/>=V7.80<V9.40', [{ introduced: 'V7.80', fixed: 'V9.40' }], []],
  ['> abc and <= def', [{ introduced: 'abc', lastAffected: 'def' }], []],
  ['<1.2|>=4.2', [{ fixed: '1.2' }, { introduced: '4.2' }], []],
]

for (const [text, expected, versions] of ranges) {
  test(`the range "${text}"`, () =>
    assert.deepEqual(parseRange(text), { ranges: expected, versions }))
}

test('no range makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.ok(parseRange(text))))
})

test('nothing makes it throw, and a broken document costs itself only', () => {
  assertTotal(csafDecoder, [advisory])
})
