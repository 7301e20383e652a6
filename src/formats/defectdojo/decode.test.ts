import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCsv } from '#formats/csv/parse.ts'
import type { Material } from '#formats/finding/decoder.ts'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { defectdojoDecoder } from './decode.ts'
import { isoDate } from './state.ts'

const whole = {
  title: 'SQL injection in basket',
  description: 'The id is not bound.',
  severity: 'High',
  date: '2024-02-01',
  cve: 'CVE-2024-0001',
  vulnerability_ids: ['GHSA-AAAA-bbbb-cccc'],
  cwe: 89,
  cwes: ['CWE-564', 89],
  cvssv3: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
  cvssv4: '(CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N)',
  cvssv4_score: 8.7,
  mitigation: 'Bind it.',
  fix_version: '2.0',
  impact: 'All rows leak.',
  steps_to_reproduce: '1. Send a quote.',
  param: 'id',
  payload: "1'",
  references: 'https://example.org/a\nand https://example.org/b.',
  file_path: 'src\\basket.ts',
  line: '12',
  sast_sink_object: 'query',
  sast_source_object: 'params',
  sast_source_file_path: 'src/route.ts',
  sast_source_line: 3,
  endpoints: [
    'https://shop.example.org',
    { protocol: 'https', host: 'a.example.org', port: 8443, path: '/b', query: 'c=1' },
  ],
  component_name: 'shop',
  component_version: '1.0',
  unique_id_from_tool: 'u-1',
  vuln_id_from_tool: 'SQLI',
  epss_score: '0.5',
  known_exploited: true,
}
const closed = (mark: object): object => ({
  title: 'x',
  description: 'y',
  severity: 'Low',
  ...mark,
})
const document = {
  name: 'Nightly',
  type: 'Prober (Generic Findings Import)',
  version: '3.1',
  findings: [whole, closed({ active: true, line: 'N/A', epss_score: 'N/A' })],
}

test('what is no report for DefectDojo is not taken for one', () => {
  const others: unknown[] = [
    {},
    { findings: [] },
    { findings: [{}] },
    { findings: [{ title: 'x', severity: 'Low' }] },
    { results: [{ title: 'x', severity: 'Low', description: 'y' }] },
    { findings: [{ rule_name: 'x', severity: 'low', triage_state: 'y' }] },
  ]
  for (const value of others) assert.equal(defectdojoDecoder.recognise(json(value)), 0)
  const foreign = { findings: [{ title: 'x', severity: 'l', description: 'y', repository: 'z' }] }
  assert.equal(defectdojoDecoder.recognise(json(foreign)), 1)
  assert.equal(defectdojoDecoder.recognise(json({ findings: [closed({})] })), 2)
  assert.equal(defectdojoDecoder.recognise(json(document)), 3)
  const answer = {
    title: 'x',
    severity: 'Low',
    test: 1,
    found_by: [7],
    hash_code: 'h',
    reporter: 2,
  }
  assert.equal(defectdojoDecoder.recognise(json({ count: 1, results: [answer] })), 3)
})

test('a finding says everything the report says of it', () => {
  const { findings, problems } = defectdojoDecoder.decode(json(document))
  assert.deepEqual(findings[0], {
    at: { pointer: '/findings/0' },
    title: 'SQL injection in basket',
    details: 'The id is not bound.\n\nImpact: All rows leak.',
    tool: { name: 'Prober', version: '3.1' },
    nativeId: 'u-1',
    rule: { id: 'SQLI' },
    severity: 'high',
    cvss: [whole.cvssv4.slice(1, -1), whole.cvssv3],
    cwe: [89, 564],
    aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
    components: [{ name: 'shop', version: '1.0' }],
    locations: [
      { file: 'src/basket.ts', line: 12, function: 'query' },
      { file: 'src/route.ts', line: 3, function: 'params', role: 'flow' },
    ],
    endpoints: ['https://shop.example.org', 'https://a.example.org:8443/b?c=1'],
    proofs: [{ text: '1. Send a quote.' }, { text: "id = 1'" }],
    references: ['https://example.org/a', 'https://example.org/b'],
    fix: 'Bind it.\n\nUpgrade shop to 2.0',
    published: '2024-02-01',
    epss: 0.5,
    exploited: true,
    original: whole,
  })
  assert.ok(problems.length > 0 && problems.every(({ lost }) => !lost), 'N/A is odd, and no loss')
})

test('what people decided in DefectDojo stays with the finding', () => {
  const marks: readonly (readonly [object, string | undefined])[] = [
    [{ false_p: true, active: false }, 'false-positive'],
    [{ risk_accepted: true, is_mitigated: true }, 'accepted'],
    [{ is_mitigated: true, active: false }, 'fixed'],
    [{ out_of_scope: true }, 'suppressed'],
    [{ duplicate: true }, 'suppressed'],
    [{ active: false }, 'suppressed'],
    [{ active: true, false_p: false, verified: false }, undefined],
    [{}, undefined],
  ]
  for (const [mark, is] of marks) {
    const { findings } = defectdojoDecoder.decode(json({ findings: [closed(mark)] }))
    assert.equal(findings[0]?.standing?.is, is, JSON.stringify(mark))
  }
})

test('answers of the API read as well, whose endpoints are mere numbers', () => {
  const answer = {
    ...{ id: 9, title: 'x', severity: 'Info', test: 1, found_by: [7], hash_code: 'h', reporter: 2 },
    ...{ endpoints: [1, 2], vulnerability_ids: [{ vulnerability_id: 'CVE-2024-7' }], cwe: 0 },
  }
  const { findings, problems } = defectdojoDecoder.decode(json({ count: 1, results: [answer] }))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings, [
    {
      at: { pointer: '/results/0' },
      title: 'x',
      nativeId: '9',
      severity: 'info',
      aliases: ['CVE-2024-7'],
      fingerprints: { defectdojo: 'h' },
      original: answer,
    },
  ])
})

function table(text: string): Material {
  const { table: found } = parseCsv(text)
  assert.ok(found)
  return { kind: 'table', table: found, text }
}

const header = [
  ...['Date', 'Title', 'CweId', 'CweIds', 'Url', 'Severity', 'Description', 'Mitigation'],
  ...['Impact', 'References', 'Active', 'FalsePositive'],
].join(',')

test('tables are recognised by their columns', () => {
  assert.equal(defectdojoDecoder.recognise(table('Name,Severity\n1,2\n')), 0)
  assert.equal(defectdojoDecoder.recognise(table('Title,Severity,Description\n1,2,3\n')), 1)
  assert.equal(defectdojoDecoder.recognise(table('Title,Severity,Description,CweId,Url\n')), 2)
  assert.equal(defectdojoDecoder.recognise(table(`${header}\n`)), 3)
})

test('a row says everything the table says of it', () => {
  const more = 'CVE,Vulnerability Id,CVSSV3,CVSSV4_score,epss_score,known_exploited,fix_version'
  const row = [
    ...['28/02/2024', 'Cookie', '614', '"79, 80"', 'https://a.example.org', 'Low', '"Not, safe"'],
    ...['Set it', 'Theft', 'https://example.org/c', 'TRUE', 'False'],
    ...['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc', '""', '7.3', '.5', 'True', '2.1'],
  ].join(',')
  const { findings, problems } = defectdojoDecoder.decode(table(`${header},${more}\n${row}\n`))
  assert.deepEqual(problems, [])
  const [{ original, ...found } = { original: null }] = findings
  assert.deepEqual(found, {
    at: { line: 2 },
    title: 'Cookie',
    details: 'Not, safe\n\nImpact: Theft',
    severity: 'low',
    score: 7.3,
    cwe: [614, 79, 80],
    aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
    endpoints: ['https://a.example.org'],
    references: ['https://example.org/c'],
    fix: 'Set it\n\nUpgrade to 2.1',
    published: '2024-02-28',
    epss: 0.5,
    exploited: true,
  })
  assert.deepEqual(Object.keys(Object(original)), `${header},${more}`.split(','))
})

test('dates are read where only one reading is possible', () => {
  const dates: readonly (readonly [string, string | undefined])[] = [
    ['2024-01-24T11:02:11Z', '2024-01-24T11:02:11Z'],
    ['28/02/2021', '2021-02-28'],
    ['01/30/2018', '2018-01-30'],
    ['5.5.2020', '2020-05-05'],
    ['03/04/2021', undefined],
    ['31/31/2021', undefined],
    ['yesterday', undefined],
  ]
  for (const [written, expected] of dates) assert.equal(isoDate(written), expected, written)
})

test('any broken member costs itself only', () => {
  assertTotal(defectdojoDecoder, [document])
  assertIndependent(defectdojoDecoder, document, '/findings')
})
