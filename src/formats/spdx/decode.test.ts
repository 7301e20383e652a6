import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Material } from '#formats/finding/decoder.ts'
import { assertSound, assertTotal, json } from '../../../test/formats/total.ts'
import { spdxDecoder } from './decode.ts'

const document = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  packages: [
    {
      name: 'core',
      versionInfo: '1.0',
      supplier: 'Organization: Example, Inc. (mail@example.org)',
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: 'pkg:maven/org.example/core@1.0',
        },
        {
          referenceCategory: 'SECURITY',
          referenceType: 'cpe23Type',
          referenceLocator: 'cpe:2.3:a:example:core:1.0:*:*:*:*:*:*:*',
        },
        {
          referenceCategory: 'SECURITY',
          referenceType: 'advisory',
          referenceLocator: 'https://example.org/CVE-1',
        },
      ],
    },
    { name: 'plain', versionInfo: 'NOASSERTION', supplier: 'NOASSERTION' },
  ],
}

const core = {
  name: 'core',
  ecosystem: 'Maven',
  vendor: 'Example, Inc.',
  purl: 'pkg:maven/org.example/core@1.0',
  cpes: ['cpe:2.3:a:example:core:1.0:*:*:*:*:*:*:*'],
  version: '1.0',
}

const text = (value: string): Material => ({ kind: 'text', text: value })

test('what is no SPDX document is not taken for one', () => {
  for (const value of [{}, { spdxVersion: 2 }, { '@graph': [] }, { sbom: {} }]) {
    assert.equal(spdxDecoder.recognise(json(value)), 0)
  }
  for (const value of ['', 'The SPDXVersion: SPDX-2.3', 'SPDXVersion: 2.3']) {
    assert.equal(spdxDecoder.recognise(text(value)), 0)
  }
})

test('a package without a name is a problem, the others are kept', () => {
  const broken = { spdxVersion: 'SPDX-2.2', packages: [{ name: 'NONE' }, 7, { name: 'kept' }] }
  const { spec, components, problems } = spdxDecoder.decode(json(broken))
  assert.equal(spec, '2.2')
  assert.deepEqual(components, [{ name: 'kept' }])
  assert.deepEqual(
    problems.map(({ code, pointer }) => [code, pointer]),
    [
      ['wrong-type', '/packages/1'],
      ['missing-field', '/packages/0'],
    ],
  )
})

test('a document without packages says so and names its version', () => {
  const { problems } = spdxDecoder.decode(json({ spdxVersion: 'SPDX-9.9' }))
  assert.match(problems[0]?.why ?? '', /SPDX 9\.9 without packages/)
})

test('packages of JSON are components, alone and as GitHub exports them', () => {
  for (const value of [document, { sbom: document }]) {
    assert.equal(spdxDecoder.recognise(json(value)), 3)
    const { spec, components, findings, problems } = spdxDecoder.decode(json(value))
    assert.equal(spec, '2.3')
    assert.deepEqual(components, [core, { name: 'plain' }])
    assert.deepEqual([...findings, ...problems], [])
  }
})

test('packages of the tag-value form are components', () => {
  const tags = [
    ...['# a comment', 'SPDXVersion: SPDX-2.3', 'DocumentName: d', '', 'PackageName: core\r'],
    ...['PackageVersion: 1.0', 'PackageSupplier: Organization: Example, Inc. (mail@example.org)'],
    ...['PackageComment: <text>several', 'PackageName: not this one', 'lines</text>'],
    ...['ExternalRef: PACKAGE-MANAGER purl pkg:maven/org.example/core@1.0'],
    ...['ExternalRef: SECURITY cpe23Type cpe:2.3:a:example:core:1.0:*:*:*:*:*:*:*'],
    ...['FileName: ./a', 'PackageVersion: 9', 'PackageName: <text>plain</text>'],
    ...['PackageVersion: NOASSERTION', 'PackageName: NONE'],
  ].join('\n')
  assert.equal(spdxDecoder.recognise(text(tags)), 3)
  const { spec, components, problems } = spdxDecoder.decode(text(tags))
  assert.equal(spec, '2.3')
  assert.deepEqual(components, [core, { name: 'plain' }])
  assert.deepEqual(problems, [
    { code: 'missing-field', why: 'a package without a name', line: 17, lost: true },
  ])
})

test('packages of SPDX 3 are components, its security elements are owned up to', () => {
  const graph = {
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      { type: 'CreationInfo', specVersion: '3.0.1' },
      { type: 'Organization', spdxId: 'urn:o', name: 'Example, Inc.' },
      {
        type: 'software_Package',
        spdxId: 'urn:p',
        name: 'core',
        software_packageVersion: '1.0',
        software_packageUrl: 'pkg:maven/org.example/core@1.0',
        suppliedBy: 'urn:o',
        externalIdentifier: [
          {
            externalIdentifierType: 'cpe23',
            identifier: 'cpe:2.3:a:example:core:1.0:*:*:*:*:*:*:*',
          },
        ],
      },
      { type: 'software_File', name: 'a.c' },
      { type: 'security_Vulnerability', name: 'CVE-1' },
    ],
  }
  assert.equal(spdxDecoder.recognise(json(graph)), 3)
  const { spec, components, problems } = spdxDecoder.decode(json(graph))
  assert.equal(spec, '3.0.1')
  assert.deepEqual(components, [core])
  assert.deepEqual(
    problems.map(({ code, lost }) => [code, lost]),
    [['unknown-format', true]],
  )
})

test('nothing makes it throw', () => {
  assertTotal(spdxDecoder, [document])
  const tag = fc.constantFrom('PackageName:', 'ExternalRef: ', '<text>', '</text>', '\n', 'x', ' ')
  fc.assert(
    fc.property(fc.array(tag), (parts) => {
      assertSound(spdxDecoder.decode(text(parts.join(''))))
    }),
  )
})
