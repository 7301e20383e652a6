import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { gosecDecoder } from './decode.ts'

const issue = {
  severity: 'MEDIUM',
  confidence: 'HIGH',
  cwe: { id: '327', url: 'https://example.org/327' },
  rule_id: 'G401',
  details: 'Use of weak cryptographic primitive',
  file: '/src/hash.go',
  code: '12: h := md5.New()\n',
  line: '12-14',
}
const silenced = {
  ...issue,
  cwe: { ID: '295' },
  line: 7,
  nosec: true,
  suppressions: [{ kind: 'inSource', justification: 'test only' }],
}
const document = {
  'Golang errors': { '/src/bad.go': [{ line: 1, error: 'expected }' }] },
  Issues: [issue, silenced],
  Stats: { files: 2, lines: 20, nosec: 1, found: 2 },
  GosecVersion: '2.21.0',
}

test('what is no gosec report is not taken for one', () => {
  const others = [{}, { Issues: [] }, { Issues: [{ code: 1 }] }, { Stats: { nosec: 0 } }]
  for (const value of others) assert.equal(gosecDecoder.recognise(json(value)), 0)
  assert.equal(gosecDecoder.recognise(json(document)), 3)
  assert.equal(gosecDecoder.recognise(json({ Issues: [], Stats: { nosec: 0 } })), 3)
  assert.equal(gosecDecoder.recognise(json({ Issues: [issue] })), 3)
})

test('an issue says everything the report says of it', () => {
  const { findings, problems } = gosecDecoder.decode(json(document))
  assert.deepEqual(findings[0], {
    at: { pointer: '/Issues/0' },
    title: 'Use of weak cryptographic primitive',
    details: 'Use of weak cryptographic primitive\n\nConfidence: high',
    tool: { name: 'gosec', version: '2.21.0' },
    rule: { id: 'G401' },
    severity: 'medium',
    cwe: [327],
    locations: [{ file: '/src/hash.go', line: 12, endLine: 14, snippet: issue.code }],
    original: issue,
  })
  assert.deepEqual(findings[1]?.standing, { is: 'suppressed', why: 'test only' })
  assert.deepEqual(findings[1]?.cwe, [295])
  assert.equal(findings[1]?.locations?.[0]?.line, 7)
  assert.deepEqual(
    problems.map(({ why, lost }) => [why, lost]),
    [['the scan could not read /src/bad.go', false]],
  )
})

test('any broken member costs itself only', () => {
  assertTotal(gosecDecoder, [document])
  assertIndependent(gosecDecoder, document, '/Issues')
})
