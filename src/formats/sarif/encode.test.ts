import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeSarif, type SarifFinding, type SarifReport } from './encode.ts'
import { sarifDecoder } from './sarif.ts'

const finding: SarifFinding = {
  id: 'f-1',
  title: 'Use after free in close',
  text: 'The handle is used after it was freed.',
  severity: 'critical',
  cwe: [416, 825],
  score: 9.1,
  locations: [
    { file: 'src/my file.c', line: 7, endLine: 9, function: 'close_all', snippet: 'use(h);' },
    { file: '/abs/b.c', line: 1, role: 'flow' },
    { file: 'C:\\win\\c.c', role: 'related' },
  ],
  related: [{ message: 'Also reported by B', location: { file: 'src/my file.c', line: 8 } }],
  properties: { reports: 2 },
}
const reportOf = (...results: SarifFinding[]): SarifReport => ({
  tool: { name: 'Parley', version: '1.0.0' },
  results,
})

const decoded = (report: SarifReport) => {
  const text = encodeSarif(report)
  return sarifDecoder.decode({ kind: 'json', value: JSON.parse(text), text })
}

test('a log has the members that the standard requires, and nothing twice', () => {
  const milder: SarifFinding = { ...finding, id: 'f-2', severity: 'low', score: 2, cwe: [] }
  const log = JSON.parse(encodeSarif(reportOf(finding, { ...finding, id: 'f-3' }, milder)))
  assert.equal(log.version, '2.1.0')
  const [run] = log.runs
  assert.equal(run.tool.driver.name, 'Parley')
  assert.deepEqual(
    run.tool.driver.rules.map((rule: { id: string }) => rule.id),
    ['CWE-416/critical', 'unclassified/low'],
  )
  assert.equal(run.tool.driver.rules[0].properties['security-severity'], '9.1')
  assert.deepEqual(
    run.results.map((result: { ruleIndex: number }) => result.ruleIndex),
    [0, 0, 1],
  )
  assert.deepEqual(
    run.results.map(({ level }: { level: string }) => level),
    ['error', 'error', 'note'],
  )
  assert.deepEqual(
    run.taxonomies[0].taxa.map((taxon: { id: string }) => taxon.id),
    ['416', '825'],
  )
  for (const result of run.results) assert.ok(result.message.text.length > 0)
})

test('places are escaped addresses; duplicates stand in relatedLocations', () => {
  const [result] = JSON.parse(encodeSarif(reportOf(finding))).runs[0].results
  const uris = (places: { physicalLocation: { artifactLocation: { uri: string } } }[]) =>
    places.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri)
  assert.deepEqual(uris(result.locations), ['src/my%20file.c'])
  assert.deepEqual(uris(result.relatedLocations), ['src/my%20file.c', 'file:///C:/win/c.c'])
  assert.equal(result.relatedLocations[0].message.text, 'Also reported by B')
  assert.deepEqual(result.partialFingerprints, { 'parley/v1': 'f-1' })
  assert.equal(result.properties.reports, 2)
})

test('what is written reads back the same', () => {
  const { findings, problems } = decoded(reportOf(finding))
  assert.deepEqual(problems, [])
  const [{ severity, score, cwe, locations, details } = { severity: undefined }] = findings
  assert.deepEqual([severity, score, cwe], ['critical', 9.1, [416, 825]])
  assert.equal(details, finding.text)
  assert.deepEqual(locations, [
    finding.locations[0],
    finding.locations[1],
    { file: 'src/my file.c', line: 8, role: 'related' },
    { file: 'C:/win/c.c', role: 'related' },
  ])
})

test('the same report gives the same bytes, an empty one a log without results', () => {
  assert.equal(encodeSarif(reportOf(finding)), encodeSarif(structuredClone(reportOf(finding))))
  assert.deepEqual(decoded(reportOf()), {
    spec: '2.1.0',
    findings: [],
    components: [],
    problems: [],
  })
})

test('any text whatever is carried, and severities survive', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 })
  const severity = fc.constantFrom('critical', 'high', 'medium', 'low', 'info')
  const any = fc.record({ title: text, text, file: text, severity, score: fc.float({ max: 10 }) })
  const property = fc.property(any, ({ title, text: words, file, severity: grade, score }) => {
    const one = { ...finding, title, text: words, severity: grade, locations: [{ file }] }
    const { findings, problems } = decoded(reportOf(score >= 0 ? { ...one, score } : one))
    assert.deepEqual(problems, [])
    assert.equal(findings[0]?.severity, grade)
  })
  fc.assert(property, { numRuns: 500 })
})
