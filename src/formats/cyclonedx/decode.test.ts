import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decoded, Material } from '#formats/finding/decoder.ts'
import { parseXml } from '#formats/xml/parse.ts'
import { assertSound, assertTotal, json } from '../../../test/formats/total.ts'
import { cyclonedxDecoder } from './decode.ts'

const vulnerability = {
  'bom-ref': 'v1',
  id: 'CVE-2024-0001',
  source: { name: 'NVD', url: 'https://example.org/CVE-2024-0001' },
  references: [{ id: 'ghsa-AAAA-bbbb-cccc', source: { url: 'https://example.org/ghsa' } }],
  ratings: [
    { method: 'other', severity: 'unknown', score: 3 },
    { method: 'CVSSv31', severity: 'high', score: 7.5, vector: 'AV:N/AC:L/PR:N' },
    { method: 'SSVC', vector: 'SSVCv2/E:N' },
  ],
  cwes: [22, '79', 'x', 0],
  description: 'Crafted archives escape.',
  detail: 'The join is not checked.',
  recommendation: 'Upgrade.',
  workaround: 'Do not unpack.',
  advisories: [{ title: 'Fix', url: 'https://github.com/e/u/commit/abcdef1234' }],
  created: '2024-01-01T00:00:00Z',
  credits: { individuals: [{ name: 'Ada' }], organizations: [{ name: 'Lab' }] },
  tools: { components: [{ name: 'grind', version: '2' }] },
  proofOfConcept: {
    reproductionSteps: 'Unpack evil.zip.',
    supportingMaterial: [{ content: 'print(1)' }, { content: 'AAAA', encoding: 'base64' }],
  },
  analysis: {
    state: 'not_affected',
    justification: 'code_not_reachable',
    detail: 'Never\ncalled.',
  },
  affects: [
    {
      ref: 'c2',
      versions: [{ range: 'vers:npm/>=1|<2' }, { version: '2.1', status: 'unaffected' }],
    },
    { ref: 'urn:cdx:00000000-0000-0000-0000-000000000000/1#pkg%3Anpm%2Fother%401.0' },
  ],
}

const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { component: { type: 'application', name: 'shop', version: '1' } },
  components: [
    {
      'bom-ref': 'c1',
      group: 'org.example',
      name: 'core',
      publisher: 'Example',
      purl: 'pkg:maven/org.example/core@1.0',
      cpe: 'cpe:2.3:a:example:core:1.0:*:*:*:*:*:*:*',
      version: '1.0',
      components: [{ 'bom-ref': 'c2', group: '@e', name: 'ui', purl: 'pkg:npm/%40e/ui@1' }],
      pedigree: { ancestors: [{ name: 'old' }] },
    },
    { group: 'com.acme', name: 'lib' },
    { name: 'plain' },
  ],
  vulnerabilities: [vulnerability],
}

const xmlOf = (body: string, version = '1.4'): Material => {
  const text = `<bom xmlns="http://cyclonedx.org/schema/bom/${version}">\n${body}</bom>`
  const { root } = parseXml(text)
  assert.ok(root)
  return { kind: 'xml', root, text }
}

const one = (fields: object): Decoded['findings'][number] | undefined => {
  const vulnerabilities = [{ id: 'X-1', ...fields }]
  return cyclonedxDecoder.decode(json({ ...bom, vulnerabilities })).findings[0]
}

test('what is no BOM is not taken for one', () => {
  for (const value of [{}, { specVersion: '1' }, { components: [] }, { bomFormat: 'x' }]) {
    assert.equal(cyclonedxDecoder.recognise(json(value)), 0)
  }
  const { root } = parseXml('<bom/>')
  assert.ok(root)
  assert.equal(cyclonedxDecoder.recognise({ kind: 'xml', root, text: '' }), 0)
  assert.equal(cyclonedxDecoder.recognise(json(bom)), 3)
  assert.equal(cyclonedxDecoder.recognise(xmlOf('<components/>')), 3)
})

test('a component without a name and a reference to nothing are problems, the rest is kept', () => {
  const broken = {
    ...bom,
    components: [{ version: '1' }, { name: 'kept' }],
    vulnerabilities: [{ ratings: [] }, { id: 'X-1', affects: [{ ref: 'gone' }] }],
  }
  const { findings, components, problems } = cyclonedxDecoder.decode(json(broken))
  assert.deepEqual(
    components.map(({ name }) => name),
    ['shop', 'kept'],
  )
  assert.deepEqual(
    findings.map(({ title }) => title),
    ['X-1'],
  )
  assert.deepEqual(
    problems.map(({ code, pointer, lost }) => [code, pointer, lost]),
    [
      ['missing-field', '/components/0', true],
      ['missing-field', '/vulnerabilities/0', true],
      ['bad-value', '/vulnerabilities/1/affects/0/ref', false],
    ],
  )
})

test('the inventory is the subject and all components, nested ones in their place', () => {
  const { spec, components } = cyclonedxDecoder.decode(json(bom))
  assert.equal(spec, '1.6')
  assert.deepEqual(components, [
    { name: 'shop', version: '1' },
    {
      name: 'org.example:core',
      vendor: 'Example',
      ecosystem: 'Maven',
      purl: 'pkg:maven/org.example/core@1.0',
      cpes: ['cpe:2.3:a:example:core:1.0:*:*:*:*:*:*:*'],
      version: '1.0',
    },
    { name: '@e/ui', ecosystem: 'npm', purl: 'pkg:npm/%40e/ui@1' },
    { name: 'com.acme:lib' },
    { name: 'plain' },
  ])
})

test('a vulnerability says everything it knows', () => {
  const { findings, problems } = cyclonedxDecoder.decode(json(bom))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings, [
    {
      at: { pointer: '/vulnerabilities/0' },
      title: 'Crafted archives escape',
      details: 'Crafted archives escape.\n\nThe join is not checked.',
      nativeId: 'CVE-2024-0001',
      aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
      severity: 'high',
      cvss: ['CVSS:3.1/AV:N/AC:L/PR:N'],
      cwe: [22, 79],
      components: [
        {
          name: '@e/ui',
          ecosystem: 'npm',
          purl: 'pkg:npm/%40e/ui@1',
          ranges: [{ introduced: '1', fixed: '2' }],
        },
        { name: 'other', ecosystem: 'npm', purl: 'pkg:npm/other@1.0', version: '1.0' },
      ],
      finders: ['Ada', 'Lab'],
      tool: { name: 'grind', version: '2' },
      proofs: [{ text: 'Unpack evil.zip.' }, { text: 'print(1)' }],
      references: [
        'https://github.com/e/u/commit/abcdef1234',
        'https://example.org/CVE-2024-0001',
        'https://example.org/ghsa',
      ],
      fixCommits: ['https://github.com/e/u/commit/abcdef1234'],
      fix: 'Upgrade.\n\nDo not unpack.',
      published: '2024-01-01T00:00:00Z',
      standing: { is: 'not-affected', why: 'code_not_reachable: Never called.' },
      original: vulnerability,
    },
  ])
})

const standings: readonly [object, object | undefined][] = [
  [{}, undefined],
  [{ analysis: { state: 'exploitable' } }, undefined],
  [{ analysis: { state: 'in_triage' } }, undefined],
  [{ analysis: { state: 'constructor' } }, undefined],
  [{ analysis: { state: 'resolved_with_pedigree' } }, { is: 'fixed' }],
  [{ analysis: { state: 'false_positive', detail: 'No.' } }, { is: 'false-positive', why: 'No.' }],
  [{ rejected: '2024-01-01' }, { is: 'suppressed', why: 'rejected 2024-01-01' }],
]

for (const [fields, expected] of standings) {
  test(`the standing by ${JSON.stringify(fields)}`, () =>
    assert.deepEqual(one(fields)?.standing, expected))
}

test('a score counts without a vector, and only on the scale of CVSS', () => {
  assert.equal(
    one({ ratings: [{ method: 'OWASP', score: 9 }, { score: 40 }, { score: 4 }] })?.score,
    4,
  )
  assert.deepEqual(one({ ratings: [{ method: 'CVSSv2', vector: 'AV:N/AC:L/Au:N' }] })?.cvss, [
    'AV:N/AC:L/Au:N',
  ])
})

test('the XML form says the same as the JSON form', () => {
  const { root } = parseXml(`<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
    <metadata><tools><tool><name>t</name></tool></tools>
      <component type="application"><name>shop</name><version>1</version></component></metadata>
    <components>
      <component bom-ref="c2"><group>@e</group><name>ui</name>
        <purl>pkg:npm/%40e/ui@1</purl></component></components>
    <vulnerabilities><vulnerability bom-ref="v1"><id>CVE-2024-0001</id>
      <ratings><rating><severity>high</severity><method>CVSSv31</method>
        <vector>AV:N/AC:L/PR:N</vector></rating></ratings>
      <cwes><cwe>22</cwe></cwes>
      <description>Crafted &lt;archives&gt; escape.</description>
      <advisories><advisory><url>https://example.org/1</url></advisory></advisories>
      <credits><individuals><individual><name>Ada</name></individual></individuals></credits>
      <tools><components><component><name>grind</name></component></components></tools>
      <analysis><state>resolved</state></analysis>
      <affects><target><ref>c2</ref><versions><version><version>1.2</version></version>
        <version><range>vers:npm/&lt;2</range><status>affected</status></version>
      </versions></target></affects>
    </vulnerability></vulnerabilities></bom>`)
  assert.ok(root)
  const { spec, findings, components, problems } = cyclonedxDecoder.decode({
    kind: 'xml',
    root,
    text: '',
  })
  assert.equal(spec, '1.6')
  assert.deepEqual(problems, [])
  assert.deepEqual(
    components.map(({ name }) => name),
    ['shop', '@e/ui'],
  )
  const [{ original, ...found } = { original: undefined }] = findings
  assert.deepEqual(found, {
    at: { line: 7 },
    title: 'Crafted <archives> escape',
    details: 'Crafted <archives> escape.',
    nativeId: 'CVE-2024-0001',
    aliases: ['CVE-2024-0001'],
    severity: 'high',
    cvss: ['CVSS:3.1/AV:N/AC:L/PR:N'],
    cwe: [22],
    components: [
      {
        name: '@e/ui',
        ecosystem: 'npm',
        purl: 'pkg:npm/%40e/ui@1',
        ranges: [{ fixed: '2' }],
        versions: ['1.2'],
      },
    ],
    finders: ['Ada'],
    tool: { name: 'grind' },
    references: ['https://example.org/1'],
    standing: { is: 'fixed' },
  })
  assert.match(JSON.stringify(original), /"name":"vulnerability".*"text":"CVE-2024-0001"/)
})

test('the extension for old versions puts vulnerabilities into components', () => {
  const material = xmlOf(
    `<components xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0">
      <component><name>a</name><version>1</version><v:vulnerabilities>
        <v:vulnerability ref="urn:1"><v:id>CVE-1</v:id>
          <v:ratings><v:rating><v:score><v:base>5</v:base></v:score>
            <v:severity>High</v:severity></v:rating></v:ratings>
          <v:advisories><v:advisory>https://example.org/1</v:advisory></v:advisories>
          <v:recommendations>
            <v:recommendation>Upgrade.</v:recommendation></v:recommendations>
        </v:vulnerability>
        <v:vulnerability ref="urn:2"><v:id>CVE-2</v:id></v:vulnerability>
      </v:vulnerabilities></component></components>`,
    '1.1',
  )
  const { findings, problems } = cyclonedxDecoder.decode(material)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    findings.map(({ at, title, severity, references, fix, components }) => [
      ...[at.line, title, severity, references, fix, components],
    ]),
    [
      [4, 'CVE-1', 'high', ['https://example.org/1'], 'Upgrade.', [{ name: 'a', version: '1' }]],
      [11, 'CVE-2', undefined, undefined, undefined, [{ name: 'a', version: '1' }]],
    ],
  )
})

test('nothing makes it throw, and a broken document costs itself only', () => {
  assertTotal(cyclonedxDecoder, [bom])
})

test('no XML makes it throw', () => {
  const name = fc.constantFrom(
    ...['components', 'component', 'vulnerabilities', 'vulnerability', 'name', 'id', 'affects'],
    ...['target', 'ref', 'tools', 'tool', 'versions', 'version', '__proto__', 'metadata', 'cwes'],
  )
  const tags = fc.array(fc.tuple(name, fc.constantFrom('open', 'close', 'text', 'ref')))
  fc.assert(
    fc.property(tags, (parts) => {
      const body = parts.map(([tag, kind]) => {
        if (kind === 'close') return `</${tag}>`
        return kind === 'text'
          ? `<${tag}>x</${tag}>`
          : `<${tag}${kind === 'ref' ? ' ref="r"' : ''}>`
      })
      assertSound(cyclonedxDecoder.decode(xmlOf(body.join(''))))
    }),
  )
})
