import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCsv } from '#formats/csv/parse.ts'
import type { Material } from '#formats/finding/decoder.ts'
import { assertSound, assertTotal, json, rows } from '../../../test/formats/total.ts'
import { hackeroneDecoder } from './decode.ts'

const resource = {
  id: '1337',
  type: 'report',
  attributes: {
    title: 'Login form\nreflects its input',
    state: 'triaged',
    created_at: '2024-02-02T04:05:06.000Z',
    vulnerability_information: '## Steps To Reproduce\n```\n<script>\n```',
    impact: 'Takeover.',
    cve_ids: ['CVE-2024-0001'],
    issue_tracker_reference_url: 'https://tracker.example/1',
  },
  relationships: {
    reporter: { data: { type: 'user', attributes: { username: 'ada', name: 'Ada' } } },
    program: { data: { type: 'program', attributes: { handle: 'acme' } } },
    severity: { data: { type: 'severity', attributes: { rating: 'high', score: 8.7 } } },
    weakness: { data: { type: 'weakness', attributes: { name: 'CSRF', external_id: 'cwe-352' } } },
    structured_scope: {
      data: { attributes: { asset_identifier: 'api.example.com', asset_type: 'url' } },
    },
    bounties: { data: [] },
  },
}

const header = [
  ...['id', 'title', 'severity_rating', 'severity_score', 'state', 'substate', 'weakness'],
  ...['reported_at', 'reporter', 'reference_url', 'structured_scope', 'cve_ids'],
  'collaborating_users',
]
const line = [
  ...['7', 'Open door', 'medium', '5.5', 'closed', 'resolved', 'Open Redirect'],
  ...['2024-05-12 04:05:27 UTC', 'bea', '', 'shop.example.com', '"CVE-2024-1, CVE-2024-2"', 'cyd'],
]
const row = {
  ...Object.fromEntries(header.map((name, index) => [name, line[index] ?? ''])),
  cve_ids: 'CVE-2024-1, CVE-2024-2',
}

function table(...lines: readonly (readonly string[])[]): Material {
  const text = lines.map((cells) => cells.join(',')).join('\n')
  const found = parseCsv(text).table
  assert.ok(found)
  return { kind: 'table', table: found, text }
}

const fromRow = {
  title: 'Open door',
  nativeId: '7',
  aliases: ['CVE-2024-1', 'CVE-2024-2'],
  severity: 'medium',
  score: 5.5,
  cwe: [601],
  endpoints: ['shop.example.com'],
  finders: ['bea', 'cyd'],
  published: '2024-05-12 04:05:27 UTC',
  standing: { is: 'fixed', why: 'resolved' },
}

test('what is no report is not taken for one', () => {
  for (const value of [{}, { data: [] }, { type: 'report' }, { title: 'a', substate: 'b' }]) {
    assert.equal(hackeroneDecoder.recognise(json(value)), 0)
  }
  assert.equal(hackeroneDecoder.recognise(table(['id', 'title', 'severity'], ['1', 'a', 'b'])), 0)
})

test('every shape is recognised', () => {
  const shapes = [resource, { data: resource }, { data: [resource] }, row, { findings: [row] }]
  for (const value of shapes) {
    assert.equal(hackeroneDecoder.recognise(json(value)), 3)
    assert.equal(hackeroneDecoder.decode(json(value)).findings.length, 1)
  }
  assert.equal(hackeroneDecoder.recognise(rows(resource)), 3)
  assert.equal(hackeroneDecoder.recognise(table(header, line)), 3)
})

test('a report of the API says everything it knows', () => {
  const { findings, problems } = hackeroneDecoder.decode(json({ data: [resource] }))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings, [
    {
      at: { pointer: '/data/0' },
      title: 'Login form reflects its input',
      details: '## Steps To Reproduce\n```\n<script>\n```\n\nTakeover.',
      nativeId: '1337',
      aliases: ['CVE-2024-0001'],
      severity: 'high',
      score: 8.7,
      cwe: [352],
      endpoints: ['api.example.com'],
      finders: ['ada'],
      proofs: [{ text: '<script>' }],
      references: ['https://tracker.example/1'],
      published: '2024-02-02T04:05:06.000Z',
      original: resource,
    },
  ])
})

test('a row of the export says the same in JSON and in CSV', () => {
  const [inJson] = hackeroneDecoder.decode(json({ findings: [row] })).findings
  assert.deepEqual(inJson, { at: { pointer: '/findings/0' }, ...fromRow, original: row })
  const [inTable] = hackeroneDecoder.decode(table(header, line)).findings
  assert.deepEqual(inTable, { at: { line: 2 }, ...fromRow, original: row })
})

test('a disclosed report has its parts as objects', () => {
  const disclosed = {
    id: 807448,
    url: 'https://hackerone.com/reports/807448',
    title: 'Disclosure of addresses',
    state: 'Closed',
    substate: 'informative',
    severity_rating: 'none',
    reporter: { username: 'dan' },
    team: { handle: 'acme' },
    weakness: { name: 'Information Disclosure' },
    structured_scope: { asset_type: 'SOURCE_CODE', asset_identifier: 'acme/shop' },
    vulnerability_information: 'Addresses leak.',
  }
  const [found] = hackeroneDecoder.decode(json(disclosed)).findings
  assert.deepEqual(found, {
    at: { pointer: '' },
    title: 'Disclosure of addresses',
    details: 'Addresses leak.',
    nativeId: '807448',
    severity: 'info',
    cwe: [200],
    components: [{ name: 'acme/shop', vendor: 'acme' }],
    finders: ['dan'],
    references: ['https://hackerone.com/reports/807448'],
    standing: { is: 'accepted', why: 'informative' },
    original: disclosed,
  })
})

const states: readonly [string, string | undefined][] = [
  ['new', undefined],
  ['duplicate', undefined],
  ['needs-more-info', undefined],
  ['Not applicable', 'false-positive'],
  ['spam', 'false-positive'],
  ['constructor', undefined],
]

for (const [substate, expected] of states) {
  test(`a report that is ${substate} is ${expected ?? 'open'}`, () => {
    const [found] = hackeroneDecoder.decode(json({ ...row, substate })).findings
    assert.equal(found?.standing?.is, expected)
  })
}

test('a report without words is a problem and costs no other', () => {
  const bad = { ...resource, attributes: { state: 'new' } }
  const api = hackeroneDecoder.decode(json({ data: [bad, resource] }))
  assert.equal(api.findings.length, 1)
  assert.deepEqual(
    api.problems.map(({ code, pointer, lost }) => [code, pointer, lost]),
    [['missing-field', '/data/0', true]],
  )
  const blank = line.map((cell, index) => (index === 1 ? '' : cell))
  const sheet = hackeroneDecoder.decode(table(header, blank, line))
  assert.equal(sheet.findings[0]?.at.line, 3)
  assert.deepEqual(
    sheet.problems.map((problem) => [problem.code, problem.line]),
    [['missing-field', 2]],
  )
})

test('nothing makes it throw, and a broken report costs itself only', () => {
  assertTotal(hackeroneDecoder, [resource, row])
  assertSound(hackeroneDecoder.decode(table(header, ['x'], [...line, ...line])))
})
