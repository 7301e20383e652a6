import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Evidence } from '#features/correlate/evidence.ts'
import { scanRuleOf } from '#features/correlate/scan-rule.ts'
import { seenOf } from '#features/correlate/scan-seen.ts'
import { decoders } from './decoders.ts'
import { evidenceIn } from './domain.ts'
import { readText } from './recognise.ts'

function read(value: unknown): Evidence {
  const { format, decoded } = readText(JSON.stringify(value), { decoders })
  const [finding] = decoded.findings
  assert.ok(finding, `nothing read as ${format}`)
  return evidenceIn(format ?? '', finding, finding.tool?.name)
}

const ruleOf = (a: unknown, b: unknown): string | null =>
  scanRuleOf(seenOf(read(a)), seenOf(read(b)))

const tap = (more: object = {}): object => ({
  purl: 'pkg:generic/chunky@1.4.0',
  affected_symbol: { file: 'src/chunk.c', function: 'read_chunk', line: 41 },
  discovery_tooling: 'reviewer',
  enrichment: { title: 'Length of a chunk is not checked', cwe: 'CWE-787' },
  ...more,
})

const sarif = (uri: string, name: string, line?: number): object => ({
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'analyser',
          rules: [{ id: 'an/oob', properties: { tags: ['external/cwe/cwe-122'] } }],
        },
      },
      results: [
        {
          ruleId: 'an/oob',
          message: { text: 'Write past the end of a buffer' },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri },
                ...(line !== undefined && { region: { startLine: line, startColumn: 5 } }),
              },
              logicalLocations: [{ fullyQualifiedName: name, kind: 'function' }],
            },
          ],
        },
      ],
    },
  ],
})

const symbols: readonly [string, object, string | null][] = [
  ['another function', sarif('src/chunk.c', 'write_chunk', 44), null],
  ['another file', sarif('src/other.c', 'read_chunk', 44), null],
  ['a far line', sarif('src/chunk.c', 'read_chunk', 400), 'same-function-and-class'],
  ['a bare file name', sarif('chunk.c', 'read_chunk', 44), 'perhaps-same-place'],
  ['the function', sarif('src/chunk.c', 'read_chunk', 44), 'same-file-function-and-class'],
  ['no line', sarif('src/chunk.c', 'read_chunk'), 'same-file-function-and-class'],
  [
    'its qualified name and an absolute path',
    sarif('file:///build/x/src/chunk.c', 'chunky::Reader::read_chunk(char const*)', 44),
    'same-file-function-and-class',
  ],
  [
    'a Windows path',
    sarif('file:///C:/build/x/src/chunk.c', 'chunky::read_chunk', 44),
    'same-file-function-and-class',
  ],
]

for (const [name, log, rule] of symbols) {
  test(`an affected symbol of a TAP report against a SARIF result, ${name}: ${rule}`, () => {
    assert.equal(ruleOf(tap(), log), rule)
    assert.equal(ruleOf(log, tap()), rule)
  })
}

const match = (id: string, name: string): object => ({
  descriptor: { name: 'grype' },
  matches: [{ vulnerability: { id }, artifact: { name, version: '1.0', type: 'deb' } }],
})

test('identifiers of a look-up are facts, those of a report are claims', () => {
  const claim = tap({ purl: 'pkg:deb/debian/libchunk1@1.0', upstream_ids: ['CVE-2031-1'] })
  assert.equal(ruleOf(match('CVE-2031-1', 'libchunk1'), claim), 'same-identifier')
  assert.equal(
    ruleOf(match('CVE-2031-1', 'libchunk1'), match('CVE-2031-1', 'libchunk-dev')),
    'same-listed-identifier',
  )
  assert.equal(ruleOf(match('CVE-2031-1', 'libchunk1'), match('CVE-2031-2', 'libchunk1')), null)
})
