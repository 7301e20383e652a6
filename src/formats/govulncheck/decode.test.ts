import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#formats/finding/finding.ts'
import { assertSound, assertTotal, json, rows } from '../../../test/formats/total.ts'
import { govulncheckDecoder } from './decode.ts'

const config = {
  config: {
    protocol_version: 'v1.0.0',
    scanner_name: 'govulncheck',
    scanner_version: 'v1.1.4',
    scan_level: 'symbol',
  },
}
const record = (id: string, module: string): object => ({
  osv: {
    schema_version: '1.3.1',
    id,
    modified: '2024-01-01T00:00:00Z',
    published: '2024-01-01T00:00:00Z',
    aliases: ['CVE-2024-0001'],
    summary: `Flaw in ${module}`,
    details: 'It hangs.',
    affected: [
      {
        package: { name: module, ecosystem: 'Go' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.0' }] }],
      },
    ],
  },
})
const module = (id: string): object => ({
  finding: {
    osv: id,
    fixed_version: 'v1.2.0',
    trace: [{ module: 'example.org/m', version: 'v1.0.0' }],
  },
})
const called = {
  finding: {
    osv: 'GO-2024-1',
    fixed_version: 'v1.2.0',
    trace: [
      {
        ...{ module: 'example.org/m', version: 'v1.0.0', package: 'example.org/m/p' },
        ...{ function: 'Decode', receiver: '*Reader' },
        position: { filename: 'p/decode.go', line: 40, column: 2 },
      },
      {
        ...{ module: 'example.org/app', package: 'example.org/app', function: 'main' },
        position: { filename: 'cmd\\main.go', line: 12 },
      },
    ],
  },
}
const stream = [
  config,
  { progress: { message: 'Scanning' } },
  record('GO-2024-1', 'example.org/m'),
  record('GO-2024-2', 'example.org/m'),
  record('GO-2024-3', 'example.org/unused'),
  module('GO-2024-1'),
  called,
  module('GO-2024-2'),
]

const old = {
  Calls: { Functions: {} },
  Modules: [{ Path: 'stdlib', Version: 'v1.19.0' }],
  Vulns: [
    {
      OSV: Object(record('GO-2022-1', 'stdlib')).osv,
      Symbol: 'Listen',
      PkgPath: 'net/http',
      ModPath: 'stdlib',
      CallSink: 9,
    },
    {
      OSV: Object(record('GO-2022-2', 'stdlib')).osv,
      Symbol: 'Read',
      PkgPath: 'os',
      ModPath: 'stdlib',
      CallSink: 0,
    },
    { OSV: null, Symbol: 'x' },
  ],
}

test('what is no output of govulncheck is not taken for one', () => {
  const others = [
    {},
    { config: { scanner_name: 'other' } },
    { finding: { title: 'x' } },
    { Vulns: [] },
    { osv: { id: 'x' }, other: 1 },
  ]
  for (const value of others) assert.equal(govulncheckDecoder.recognise(json(value)), 0)
  assert.equal(govulncheckDecoder.recognise(rows(...stream)), 3)
  assert.equal(govulncheckDecoder.recognise(json(stream)), 3)
  assert.equal(govulncheckDecoder.recognise(json(old)), 3)
  assert.equal(govulncheckDecoder.recognise(json(called)), 3)
  assert.equal(govulncheckDecoder.recognise(json(record('GO-2024-1', 'm'))), 2)
})

test('all messages about one flaw in one module are one finding', () => {
  const { findings, problems } = govulncheckDecoder.decode(rows(...stream))
  assert.deepEqual(problems, [])
  assert.equal(findings.length, 2, 'a record alone is no finding')
  const [{ original, ...first } = { original: null }, second] = findings
  assert.deepEqual(first, {
    at: { pointer: '', line: 6 },
    title: 'Flaw in example.org/m',
    details: 'It hangs.',
    tool: { name: 'govulncheck', version: 'v1.1.4' },
    aliases: ['GO-2024-1', 'CVE-2024-0001'],
    components: [
      {
        name: 'example.org/m',
        ecosystem: 'Go',
        version: 'v1.0.0',
        ranges: [{ introduced: '0', fixed: '1.2.0' }],
      },
    ],
    locations: [
      { file: 'cmd/main.go', line: 12, function: 'example.org/app.main' },
      { file: 'p/decode.go', line: 40, function: 'example.org/m/p.Reader.Decode', role: 'flow' },
    ],
    symbols: ['example.org/m/p.Reader.Decode'],
    fix: 'Upgrade example.org/m to v1.2.0',
    published: '2024-01-01T00:00:00Z',
  })
  assert.equal(Object(original).findings.length, 2)
  assert.deepEqual(second?.standing, { is: 'not-affected', why: 'the flawed code is not called' })
})

test('a scan of modules cannot tell what is called', () => {
  const shallow = { config: { ...config.config, scan_level: 'module' } }
  const { findings } = govulncheckDecoder.decode(json([shallow, module('GO-2024-9')]))
  assert.equal(findings[0]?.standing, undefined)
  assert.equal(findings[0]?.title, 'GO-2024-9')
  assert.deepEqual(findings[0]?.aliases, ['GO-2024-9'])
  assert.deepEqual(findings[0]?.at, { pointer: '/1' })
})

test('reports of before protocol 1.0 read as well', () => {
  const { findings, problems } = govulncheckDecoder.decode(json(old))
  assert.deepEqual(
    findings.map(({ at, symbols, standing, components }) => [
      at.pointer,
      symbols,
      standing?.is,
      components?.[0]?.version,
    ]),
    [
      ['/Vulns/0', ['net/http.Listen'], undefined, 'v1.19.0'],
      ['/Vulns/1', ['os.Read'], 'not-affected', 'v1.19.0'],
    ],
  )
  assert.deepEqual(
    problems.map(({ code, pointer }) => [code, pointer]),
    [['missing-field', '/Vulns/2/OSV']],
  )
})

const plain = (finding: Finding): unknown => ({ ...finding, at: undefined })

test('any broken member costs itself only', () => {
  assertTotal(govulncheckDecoder, [old])
  assertTotal(govulncheckDecoder, [record('GO-2024-1', 'example.org/m'), config])
  for (const odd of [7, null, [[1]], { a: 1 }, 'text']) {
    const wrong = [
      { config: odd },
      { osv: odd },
      { finding: odd },
      { finding: { ...called.finding, trace: odd } },
      { finding: { osv: odd } },
    ]
    const decoded = govulncheckDecoder.decode(rows(...wrong, ...stream))
    assertSound(decoded)
    const good = decoded.findings.filter(({ at }) => at.line === 11 || at.line === 13)
    assert.deepEqual(
      good.map(plain),
      govulncheckDecoder.decode(rows(...stream)).findings.map(plain),
    )
  }
})
