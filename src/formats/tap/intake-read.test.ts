import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  filePart,
  least,
  multipartBody,
  problemOf,
  readBytes,
  readJson,
  readParts,
  readText,
  reportPart,
  submissionOf,
  verdictOf,
} from '../../../test/formats/tap-report.ts'
import type { IntakeReading } from './intake.ts'
import { bodyBytesMax, bodyTooLarge, tokenNotRecognised } from './intake-problem.ts'
import { tapDecoder } from './tap.ts'

const mebibyte = 1024 * 1024
const notes = { filename: 'notes', content_type: 'text/plain', data: 'x' }
const crash = {
  ...{ filename: 'crash', content_type: 'application/octet-stream', data: 'AAEC/w==' },
  type: 'reproducer',
}
const example = {
  purl: 'pkg:npm/example-parser@2.3.1',
  affected_symbol: { file: 'lib/read.js', function: 'readFrame', line: 88 },
  enrichment: { cwe: 'CWE-787', verified: 'confirmed' },
  attachments: [crash],
  email: 'lab@example.org',
  notify: 'final',
}

test('a refusal is the problem document of the contract, member by member', () => {
  const { email: _, ...nameless } = example
  const problem = problemOf(readText(JSON.stringify(nameless)))
  assert.deepEqual(problem, {
    status: 400,
    type: 'tag:akrites.dev,2026-07:problem/validation',
    title: 'Report failed validation',
    detail: '1 violation; see errors',
    errors: [{ code: 'missing_field', field: 'email', reason: 'notify needs an address' }],
  })
})

/** Each code with a report that earns it: a code that nothing earns would be a rule that is not. */
const codes: Readonly<Record<string, object>> = {
  missing_field: { purl: null },
  field_too_large: { software: 'a'.repeat(257) },
  too_many_items: { references: Array(17).fill('') },
  invalid_utf8: { raw: '\ud800', raw_content_type: 'text/plain' },
  control_characters: { software: '\n' },
  degenerate_value: { software: '?' },
  unknown_ecosystem: { ecosystem: 'Frobnicator' },
  invalid_purl: { purl: 'x' },
  purl_ecosystem_mismatch: { ecosystem: 'PyPI' },
  invalid_reference: { references: ['x'] },
  invalid_commit: { fixed_commit: 'x' },
  invalid_upstream_id: { upstream_ids: ['x'] },
  invalid_symbol_line: { affected_symbol: { line: -1 } },
  invalid_notify: { notify: 'x' },
  invalid_email: { email: 'x' },
  invalid_repo_url: { package_repo_url: 'x' },
  invalid_content_type: { raw: 'x', raw_content_type: 'x' },
  structure_too_deep: { enrichment: { a: [[[[[[[[]]]]]]]] } },
  invalid_filename: { attachments: [{ ...notes, filename: '..' }] },
  invalid_attachment_type: { attachments: [{ ...notes, type: 'x' }] },
  invalid_base64: { raw: 'x', raw_content_type: 'application/zip' },
}
const sizeCodes = ['field_too_large', 'too_many_items', 'structure_too_deep']
for (const [code, report] of Object.entries(codes)) {
  const status = sizeCodes.includes(code) ? 413 : 400
  test(`${code} makes a ${status}`, () => {
    const problem = problemOf(readJson(report))
    assert.equal(problem.status, status)
    assert.deepEqual(
      problem.errors?.map((error) => error.code),
      [code],
    )
  })
}

const file = { filename: 'poc', content_type: 'text/plain', data: 'x' }
const base64 = { ...crash, data: 'AAEC/w==' }
const others = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({ ...notes, filename: `f${at}` }))
const oldRaw = { raw: 'x', raw_content_type: 'text/plain' }
const charset = 'text/plain; charset=utf-8'

/** The cases that the contract's readers found worth a test. */
const deserving: readonly (readonly [what: string, read: () => IntakeReading, verdict: string])[] =
  [
    [
      'purl and ecosystem disagree',
      () => readJson({ ecosystem: 'PyPI' }),
      '400 purl_ecosystem_mismatch purl+ecosystem',
    ],
    ['ecosystem Linux beside a purl', () => readJson({ ecosystem: 'Linux' }), '202'],
    [
      'poc and poc.txt both text/plain',
      () => readJson({ attachments: [file, { ...file, filename: 'poc.txt' }] }),
      '400 invalid_filename attachments[1].filename+attachments[0].filename',
    ],
    ['wrapped base64', () => readJson({ attachments: [{ ...base64, data: 'AAEC\n/w==' }] }), '202'],
    [
      'base64 of nothing',
      () => readJson({ attachments: [{ ...base64, data: '' }] }),
      '400 invalid_base64 attachments[0].data',
    ],
    [
      'a charset in JSON',
      () => readJson({ attachments: [{ ...notes, content_type: charset }] }),
      '400 invalid_content_type attachments[0].content_type',
    ],
    ['a charset in multipart', () => readParts([reportPart(), filePart({ type: charset })]), '202'],
    [
      'a repeated key inside an attachment',
      () => readText('{"purl":"pkg:npm/a","attachments":[{"data":"a","data":"a"}]}'),
      '400 malformed-json',
    ],
    [
      'attachments: null inside a multipart report',
      () => readParts([reportPart({ attachments: null })]),
      '400 field_not_allowed attachments',
    ],
    [
      'a size error and a format error together',
      () => readJson({ software: 'a'.repeat(257), email: 'x' }),
      '413 field_too_large software; invalid_email email',
    ],
    [
      '17 files of which one is raw',
      () => readJson({ attachments: others(16), ...oldRaw }),
      '413 too_many_items attachments',
    ],
  ]
for (const [what, read, verdict] of deserving) {
  test(`${what} answers ${verdict}`, () => assert.equal(verdictOf(read()), verdict))
}

test('expired and unknown tokens have one answer, which is the 401 of no token at all', () => {
  assert.deepEqual(tokenNotRecognised, {
    ...{ status: 401, type: 'about:blank', title: 'Unauthorized' },
    detail: 'The submission token is not recognised.',
  })
})

test('a body of 3 MiB is read, a byte more is a 413 of no type', () => {
  const text = JSON.stringify(least)
  const full = text + ' '.repeat(bodyBytesMax - text.length)
  assert.equal(bodyBytesMax, 3 * mebibyte)
  assert.equal(verdictOf(readText(full)), '202')
  assert.deepEqual(problemOf(readText(`${full} `)), bodyTooLarge)
  assert.deepEqual([bodyTooLarge.status, bodyTooLarge.type], [413, 'about:blank'])
})

test('the limit of the body binds all payloads together', () => {
  const full = (filename: string) => filePart({ filename, content: Buffer.alloc(mebibyte, 97) })
  const two = [reportPart(), full('a'), full('b')]
  assert.equal(verdictOf(readParts(two)), '202')
  assert.equal(verdictOf(readParts([...two, full('c')])), '413 about:blank')
})

test('768 KiB of bytes fit into JSON, the full mebibyte into a part', () => {
  const data = Buffer.alloc((3 * mebibyte) / 4).toString('base64')
  assert.equal(verdictOf(readJson({ attachments: [{ ...crash, data }] })), '202')
  const more = Buffer.alloc((3 * mebibyte) / 4 + 1).toString('base64')
  const tooLarge = '413 field_too_large attachments[0].data'
  assert.equal(verdictOf(readJson({ attachments: [{ ...crash, data: more }] })), tooLarge)
  const part = filePart({ type: 'application/zip', content: Buffer.alloc(mebibyte) })
  assert.equal(verdictOf(readParts([reportPart(), part])), '202')
})

test('the type of the body is judged whatever the body is', () => {
  const body = Buffer.from(JSON.stringify(least))
  assert.equal(verdictOf(readBytes(body, null)), '415 about:blank')
  assert.equal(verdictOf(readBytes(body, 'text/plain')), '415 about:blank')
  assert.equal(verdictOf(readBytes(body, 'multipart/form-data; boundary=edge')), '415 about:blank')
  assert.equal(verdictOf(readBytes(body, 'application/json; charset=utf-16')), '400 about:blank')
  assert.equal(verdictOf(readBytes(body, 'multipart/mixed')), '400 about:blank')
  assert.equal(verdictOf(readBytes(body, 'multipart/mixed; boundary=edge')), '400 about:blank')
  assert.equal(verdictOf(readBytes(multipartBody([reportPart()]))), '400 malformed-json')
})

test('a refusal never repeats what was sent', () => {
  const secret = 'hunter2'
  const report = {
    ...{ purl: secret, ecosystem: secret, fixed_commit: secret, package_repo_url: secret },
    ...{ references: [secret], upstream_ids: [secret], email: secret, notify: secret },
    attachments: [{ filename: `${secret}/`, data: secret, content_type: secret, type: secret }],
    ...{ exploit: `${secret}!`, exploit_content_type: 'application/zip', raw: secret },
  }
  for (const reading of [
    readJson(report),
    readJson({ ...report, email: { address: secret }, raw: [secret] }),
    readText(`{"email":"${secret}" "x"}`),
  ]) {
    const problem = problemOf(reading)
    assert.equal(problem.status, 400)
    assert.doesNotMatch(JSON.stringify(problem), RegExp(secret))
  }
})

test('the record is the report with markers for payloads and canonical metadata', () => {
  const report = {
    ...{ ...example, software: null, fixed_commit: 'ABCDEF1' },
    attachments: [{ ...crash, content_type: 'Application/Octet-Stream', description: 'Boom' }],
    ...{ raw: 'It crashed.', raw_content_type: 'TEXT/plain', exploit: '' },
  }
  const { record } = submissionOf(readText(JSON.stringify(report)))
  assert.deepEqual(record, {
    purl: 'pkg:npm/example-parser@2.3.1',
    affected_symbol: { file: 'lib/read.js', function: 'readFrame', line: 88 },
    enrichment: { cwe: 'CWE-787', verified: 'confirmed' },
    email: 'lab@example.org',
    notify: 'final',
    software: null,
    fixed_commit: 'ABCDEF1',
    attachments: [
      {
        ...{ filename: 'crash', content_type: 'application/octet-stream', type: 'reproducer' },
        ...{ description: 'Boom', data: '[payload of 4 bytes]' },
      },
    ],
    raw: '[payload of 11 bytes]',
    raw_content_type: 'text/plain',
  })
})

test('the document becomes a finding that shows texts, marks bytes and hides the address', () => {
  const { document } = submissionOf(
    readJson({
      ...example,
      attachments: [
        crash,
        { ...crash, filename: 'poc.py', data: 'cHJpbnQoMSk=' },
        { ...crash, filename: 'disk.img', type: 'patch' },
        { ...notes, filename: 'fix.diff', type: 'patch', data: '--- a\n+++ b' },
        {
          ...notes,
          filename: 'model',
          content_type: 'text/markdown',
          data: 'Who sends\u0000 frames?',
        },
      ],
      ...{ exploit: 'curl -d @x', exploit_content_type: 'text/plain' },
      ...{ raw: 'It crashed.', raw_content_type: 'text/markdown' },
    }),
  )
  assert.doesNotMatch(JSON.stringify(document), /lab@example|notify/)
  const { findings, problems } = tapDecoder.decode({ kind: 'json', value: document, text: '' })
  assert.deepEqual(problems, [])
  const [found] = findings
  assert.equal(found?.title, 'CWE-787 in readFrame of example-parser')
  assert.deepEqual(
    found?.proofs?.map(({ text }) => text),
    ['[file crash.bin, 4 bytes, not shown]', 'print(1)', 'curl -d @x'],
  )
  assert.equal(found?.fix, '--- a\n+++ b')
  assert.equal(found?.details, 'Who sends\ufffd frames?\n\nIt crashed.')
})
