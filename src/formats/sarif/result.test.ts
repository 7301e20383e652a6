import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#formats/finding/finding.ts'
import { sarifDecoder } from './sarif.ts'

/** The finding of one result in a run. */
function findingOf(result: object, run: object = {}): Finding {
  const tool = { driver: { name: 'Finder', semanticVersion: '1.2.3', version: '1' } }
  const whole = { message: { text: 'Broken' }, ...result }
  const value = { version: '2.1.0', runs: [{ tool, results: [whole], ...run }] }
  const { findings, problems } = sarifDecoder.decode({ kind: 'json', value, text: '' })
  assert.deepEqual(problems, [])
  return findings[0] ?? { at: {}, title: '', original: null }
}

const at = (artifactLocation: object, more: object = {}) => ({
  locations: [{ physicalLocation: { artifactLocation, ...more } }],
})

const bases = {
  originalUriBaseIds: {
    ROOT: { uri: 'file:///home/me/project/' },
    SRC: { uri: 'src', uriBaseId: 'ROOT' },
    LOOP: { uri: 'x/', uriBaseId: 'LOOP' },
    TEXT: 'lib/',
  },
  artifacts: [{ location: { uri: 'main.c', uriBaseId: 'SRC' } }],
}
const files: readonly [artifact: object, file: string | undefined][] = [
  [{}, undefined],
  [{ uri: '' }, undefined],
  [{ index: 7 }, undefined],
  [{ uri: 'a/b%20c.c' }, 'a/b c.c'],
  [{ uri: 'a/100%.c' }, 'a/100%.c'],
  [{ uri: './a.c', uriBaseId: 'ROOT' }, 'a.c'],
  [{ uri: 'a.c', uriBaseId: 'SRC' }, 'src/a.c'],
  [{ uri: 'a.c', uriBaseId: 'TEXT' }, 'lib/a.c'],
  [{ uri: 'a.c', uriBaseId: 'NONE' }, 'a.c'],
  [{ index: 0 }, 'src/main.c'],
  [{ uri: 'file:///home/me/project/deep/a.c' }, 'deep/a.c'],
  [{ uri: 'file:///other/a.c' }, '/other/a.c'],
  [{ uri: 'file:///C:/code/a.c' }, 'C:/code/a.c'],
  [{ uri: 'C:\\code\\a.c' }, 'C:/code/a.c'],
  [{ uri: 'dir\\a.c' }, 'dir/a.c'],
]
for (const [artifact, file] of files) {
  test(`${JSON.stringify(artifact)} is the file ${file}`, () => {
    assert.equal(findingOf(at(artifact), bases).locations?.[0]?.file, file)
  })
}

test('a base that stands on itself ends', () => {
  const { locations } = findingOf(at({ uri: 'a.c', uriBaseId: 'LOOP' }), bases)
  assert.match(locations?.[0]?.file ?? '', /^(x\/)+a\.c$/)
})

test('addresses on a network are endpoints, package addresses are components', () => {
  assert.deepEqual(findingOf(at({ uri: 'https://example.org/a?b=c' })).endpoints, [
    'https://example.org/a?b=c',
  ])
  assert.deepEqual(findingOf(at({ uri: 'pkg:npm/%40a/b@1.0' })).components, [
    { name: '@a/b', version: '1.0', purl: 'pkg:npm/%40a/b@1.0' },
  ])
})

test('a location has its lines, its function and its source text', () => {
  const region = { startLine: 3, endLine: 5, snippet: { text: 'free(p);' } }
  const logicalLocations = [
    { name: 'K', kind: 'type' },
    { name: 'f', fullyQualifiedName: 'K::f', kind: 'function' },
  ]
  const physicalLocation = { artifactLocation: { uri: 'a.c' }, region }
  const found = findingOf({ locations: [{ physicalLocation, logicalLocations }] })
  assert.deepEqual(found.locations, [
    { file: 'a.c', line: 3, endLine: 5, function: 'K::f', snippet: 'free(p);' },
  ])
  assert.deepEqual(found.symbols, ['K', 'K::f'])
})

test('flows and related places come after the place of the flaw, each once', () => {
  const place = (uri: string, startLine: number) => ({
    physicalLocation: { artifactLocation: { uri }, region: { startLine } },
  })
  const found = findingOf(
    {
      locations: [place('a.c', 9)],
      codeFlows: [
        { threadFlows: [{ locations: [{ index: 0 }, { location: place('b.c', 2) }] }] },
        { threadFlows: [{ locations: [{ location: place('a.c', 9) }] }] },
      ],
      relatedLocations: [place('c.c', 3), place('b.c', 2), { message: { text: 'no place' } }],
    },
    { threadFlowLocations: [{ location: place('b.c', 1) }] },
  )
  assert.deepEqual(found.locations, [
    { file: 'a.c', line: 9 },
    { file: 'b.c', line: 1, role: 'flow' },
    { file: 'b.c', line: 2, role: 'flow' },
    { file: 'c.c', line: 3, role: 'related' },
  ])
})

test('a result tells its tool, rule, identifiers and fingerprints', () => {
  const found = findingOf({
    ruleId: 'CVE-2024-12345-libx',
    guid: 'g-1',
    correlationGuid: 'c-1',
    properties: { cve: ['cve-2024-22222'], aliases: 'none' },
    partialFingerprints: { 'line/v1': 'abc', odd: { inner: 5 } },
    fingerprints: { 'line/v1': 'def' },
  })
  assert.deepEqual(found.tool, { name: 'Finder', version: '1.2.3' })
  assert.deepEqual(found.rule, { id: 'CVE-2024-12345-libx' })
  assert.equal(found.nativeId, 'g-1')
  assert.deepEqual(found.aliases, ['CVE-2024-12345', 'CVE-2024-22222'])
  assert.deepEqual(found.fingerprints, {
    ...{ 'line/v1': 'def', 'odd/inner': '5', correlationGuid: 'c-1' },
  })
})

const packages: readonly [why: string, result: object, component: object][] = [
  [
    'properties',
    { properties: { packageName: 'x', installedVersion: '1', fixedVersion: '2, 3' } },
    { name: 'x', version: '1', ranges: [{ fixed: '2' }, { fixed: '3' }] },
  ],
  [
    'a purl, with what is said of the same package',
    { properties: { purls: ['pkg:pypi/x@1'], package: 'x', 'fix-version': '2' } },
    { name: 'x', version: '1', purl: 'pkg:pypi/x@1', ranges: [{ fixed: '2' }] },
  ],
  [
    'labelled lines of a message',
    { message: { text: 'Package: libx\nInstalled Version: 1.0\nFixed Version: 1.1' } },
    { name: 'libx', version: '1.0', ranges: [{ fixed: '1.1' }] },
  ],
]
const provenance = {
  versionControlProvenance: [
    { repositoryUri: 'https://github.com/Some/Thing.git', revisionId: 'abc1234' },
  ],
}
for (const [why, result, component] of packages) {
  test(`a component is read from ${why}, before the repository`, () => {
    assert.deepEqual(findingOf(result, provenance).components, [component])
  })
}

test('the repository that was scanned is the component of what names no package', () => {
  const found = findingOf({}, provenance)
  assert.deepEqual(found.components, [
    {
      name: 'github.com/Some/Thing',
      purl: 'pkg:github/some/thing@abc1234',
      version: 'abc1234',
    },
  ])
  assert.deepEqual(found.references, ['https://github.com/Some/Thing.git'])
})

test('web requests and responses are endpoints and proofs', () => {
  const found = findingOf({
    webRequest: {
      ...{ protocol: 'HTTP', version: '1.1', method: 'POST', target: '/login' },
      headers: { Host: 'example.org' },
      body: { text: 'user=x' },
    },
    webResponse: { statusCode: 500, reasonPhrase: 'Oops', body: { text: 'trace' } },
  })
  assert.deepEqual(found.endpoints, ['example.org/login'])
  assert.deepEqual(found.proofs, [
    { language: 'http', text: 'POST /login HTTP/1.1\nHost: example.org\n\nuser=x' },
    { language: 'http', text: 'HTTP/1.1 500 Oops\n\ntrace' },
  ])
})

test('a stack trace in the message is the crash of the result', () => {
  const frames = ['read_frame src/read.c:88', 'main src/main.c:9', '_start a.c:1']
  const text = frames.map((frame, index) => `#${index} 0x55d0 in ${frame}`).join('\n')
  const { crash } = findingOf({ message: { text } })
  assert.deepEqual(
    crash?.frames.map(({ function: name, file, line }) => [name, file, line]),
    [
      ['read_frame', 'src/read.c', 88],
      ['main', 'src/main.c', 9],
      ['_start', 'a.c', 1],
    ],
  )
  assert.equal(findingOf({ message: { text: 'See #1 in the list' } }).crash, undefined)
})

test('fixes are told in words, or by what they insert', () => {
  const artifactChanges = [
    {
      artifactLocation: { uri: 'a.c' },
      replacements: [{ insertedContent: { text: 'free(p); p = NULL;' } }],
    },
  ]
  const found = findingOf({
    fixes: [{ description: { text: 'Clear it' }, artifactChanges }, { artifactChanges }],
    hostedViewerUri: 'https://viewer.example/1',
    workItemUris: ['https://tracker.example/2', 'not-an-address'],
  })
  assert.equal(found.fix, 'Clear it\n\na.c:\nfree(p); p = NULL;')
  assert.deepEqual(found.references, ['https://viewer.example/1', 'https://tracker.example/2'])
})

test('SARIF 1 and 2.0 are read as far as they mean the same', () => {
  const one = {
    version: '1.0.0',
    runs: [
      {
        tool: { name: 'Old', version: '3' },
        rules: { R1: { id: 'R1', messageFormats: { m: 'Bad {0}' }, defaultLevel: 'error' } },
        results: [
          {
            ruleId: 'R1',
            formattedRuleMessage: { formatId: 'm', arguments: ['call'] },
            locations: [
              {
                resultFile: { uri: 'file:///c:/a.c', region: { startLine: 4 } },
                fullyQualifiedLogicalName: 'f',
              },
            ],
            suppressionStates: ['suppressedInSource'],
          },
        ],
      },
    ],
  }
  const [found] = sarifDecoder.decode({ kind: 'json', value: one, text: '' }).findings
  const { title, severity, locations, standing, tool } = found ?? {}
  assert.deepEqual(
    { title, severity, locations, standing, tool },
    {
      ...{ title: 'Bad call', severity: 'high', tool: { name: 'Old', version: '3' } },
      locations: [{ file: 'c:/a.c', line: 4, function: 'f' }],
      standing: { is: 'suppressed', why: 'suppressed: suppressedInSource' },
    },
  )
})

test('the original of a finding is its whole result, unknown members included', () => {
  const result = { message: { text: 'x' }, unheard: { of: [1, null] } }
  assert.deepEqual(findingOf(result).original, result)
})
