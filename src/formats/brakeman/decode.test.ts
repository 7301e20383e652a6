import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { brakemanDecoder } from './decode.ts'

const warning = {
  warning_type: 'SQL Injection',
  warning_code: 0,
  fingerprint: 'abc',
  check_name: 'SQL',
  message: 'Possible SQL injection (CVE-2024-0001)',
  file: 'app/models/user.rb',
  line: 12,
  link: 'https://example.org/sql',
  code: 'where(params[:id])',
  render_path: [
    { type: 'controller', class: 'UsersController', method: 'show', line: 5, file: 'app/c.rb' },
  ],
  location: { type: 'method', class: 'User', method: 'find_by_name' },
  user_input: 'params[:id]',
  confidence: 'High',
  cwe_id: [89],
}
const bare = { warning_type: 'Other', message: 'Something', line: null, code: null, cwe_id: null }
const document = {
  scan_info: { brakeman_version: '7.0.0' },
  warnings: [warning, bare],
  ignored_warnings: [{ ...warning, note: 'known' }],
  errors: [{ error: 'could not parse app/x.rb', location: 'x' }],
}

test('what is no Brakeman report is not taken for one', () => {
  const others = [
    {},
    { warnings: [] },
    { scan_info: {}, warnings: [] },
    { scan_info: { brakeman_version: '7' } },
  ]
  for (const value of others) assert.equal(brakemanDecoder.recognise(json(value)), 0)
  assert.equal(brakemanDecoder.recognise(json(document)), 3)
})

test('a warning says everything the report says of it, and no severity is made up', () => {
  const { findings, problems } = brakemanDecoder.decode(json(document))
  assert.deepEqual(findings[0], {
    at: { pointer: '/warnings/0' },
    title: 'Possible SQL injection (CVE-2024-0001)',
    details:
      'Possible SQL injection (CVE-2024-0001)\n\nUser input: params[:id]\n\nConfidence: high',
    tool: { name: 'brakeman', version: '7.0.0' },
    rule: { id: 'SQL', name: 'SQL Injection' },
    cwe: [89],
    aliases: ['CVE-2024-0001'],
    locations: [
      {
        file: 'app/models/user.rb',
        line: 12,
        function: 'User#find_by_name',
        snippet: 'where(params[:id])',
      },
      { file: 'app/c.rb', line: 5, function: 'UsersController#show', role: 'flow' },
    ],
    references: ['https://example.org/sql'],
    fingerprints: { brakeman: 'abc' },
    original: warning,
  })
  assert.deepEqual(findings[2]?.standing, { is: 'suppressed', why: 'known' })
  assert.deepEqual(
    problems.map(({ why, lost }) => [why, lost]),
    [['the scan reports: could not parse app/x.rb', false]],
  )
})

test('any broken member costs itself only', () => {
  assertTotal(brakemanDecoder, [document])
  assertIndependent(brakemanDecoder, document, '/warnings')
})
