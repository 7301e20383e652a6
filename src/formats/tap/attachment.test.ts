import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemOf, readJson, submissionOf, verdictOf } from '../../../test/formats/tap-report.ts'

const text = { filename: 'notes', content_type: 'text/plain', data: 'x' }
const binary = { filename: 'crash', content_type: 'application/octet-stream', data: 'AAEC/w==' }
const mebibyte = 1024 * 1024
/** How many files with names of their own. */
const files = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({ ...text, filename: `file-${at}` }))
const raw = { raw: 'It crashed.', raw_content_type: 'text/plain' }
const exploit = { exploit: 'curl -d @x', exploit_content_type: 'text/plain' }

type Row = readonly [attachment: object, verdict: string]

/** What becomes of one attachment; `of` is the field at fault. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  filename: [
    [{ ...text, filename: null }, '400 missing_field attachments[0].filename'],
    [{ ...text, filename: '' }, '400 missing_field attachments[0].filename'],
    [{ ...text, filename: 'a'.repeat(255) }, '202'],
    [{ ...text, filename: 'a'.repeat(256) }, '413 field_too_large attachments[0].filename'],
    [{ ...text, filename: 'ü'.repeat(128) }, '413 field_too_large attachments[0].filename'],
    [{ ...text, filename: 'a/b' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: 'a\\b' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: '.' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: '..' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: ' ' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: 'a\u202eb' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: 'a\u200bb' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: 'a\u2028b' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: 'a\ufe0fb' }, '400 invalid_filename attachments[0].filename'],
    [{ ...text, filename: 'a\nb' }, '400 control_characters attachments[0].filename'],
    [{ ...text, filename: '...' }, '202'],
    [{ ...text, filename: '.hidden' }, '202'],
    [{ ...text, filename: 'Prüfung nr. 1.txt' }, '202'],
  ],
  data: [
    [{ ...text, data: null }, '400 missing_field attachments[0].data'],
    [{ ...text, data: '' }, '400 missing_field attachments[0].data'],
    [{ ...text, data: 'a\u0000\tb\r\n\u001b' }, '202'],
    [{ ...text, data: 'a'.repeat(mebibyte) }, '202'],
    [{ ...text, data: 'a'.repeat(mebibyte + 1) }, '413 field_too_large attachments[0].data'],
    [{ ...text, data: 'ü'.repeat(mebibyte / 2) }, '202'],
    [{ ...text, data: 'ü'.repeat(mebibyte / 2 + 1) }, '413 field_too_large attachments[0].data'],
    [{ ...text, data: 'a\ud800' }, '400 invalid_utf8 attachments[0].data'],
    [{ ...binary, data: 'A'.repeat(mebibyte) }, '202'],
    [{ ...binary, data: 'A'.repeat(mebibyte + 4) }, '413 field_too_large attachments[0].data'],
    [{ ...binary, data: `${'A'.repeat(mebibyte)}\n` }, '413 field_too_large attachments[0].data'],
  ],
  base64: [
    [{ ...binary, data: 'AAEC\n/w==\r\n' }, '202'],
    [{ ...binary, data: '' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: '\n' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: '====' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: 'AAEC/w' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: 'AAEC/w=' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: 'AAEC_w==' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: 'AAEC /w==' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: 'AAEC\t/w==' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: 'AA==AA==' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: 'AAEC/x==' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, data: '\ud800' }, '400 invalid_base64 attachments[0].data'],
    [{ ...binary, content_type: 'text/plain' }, '202'],
  ],
  content_type: [
    [{ ...text, content_type: null }, '400 missing_field attachments[0].content_type'],
    [{ ...text, content_type: '' }, '400 missing_field attachments[0].content_type'],
    ...['text/plain', 'text/markdown', 'application/json', 'TEXT/Plain'].map(
      (content_type): Row => [{ ...text, content_type }, '202'],
    ),
    ...['application/pdf', 'application/zip', 'application/gzip', 'application/x-bzip2'].map(
      (content_type): Row => [{ ...binary, content_type }, '202'],
    ),
    ...[
      ...['text/plain; charset=utf-8', 'text/plain;', 'application/zip; a=b', 'text/html', 'text'],
      ...['image/png', ' text/plain', 'text/plain ', 'application/x-gzip', 'multipart/mixed'],
    ].map(
      (content_type): Row => [
        { ...text, content_type },
        '400 invalid_content_type attachments[0].content_type',
      ],
    ),
    [
      { ...text, content_type: 'text/plain\n' },
      '400 control_characters attachments[0].content_type',
    ],
  ],
  description: [
    [{ ...text, description: 'a'.repeat(1024) }, '202'],
    [{ ...text, description: 'a'.repeat(1025) }, '413 field_too_large attachments[0].description'],
    [{ ...text, description: 'a\nb' }, '400 control_characters attachments[0].description'],
    [{ ...text, description: 'a\tb' }, '400 control_characters attachments[0].description'],
    [{ ...text, description: 'a\u2028b' }, '400 control_characters attachments[0].description'],
    [{ ...text, description: 'a\u202eb' }, '400 control_characters attachments[0].description'],
    [{ ...text, description: ' ' }, '400 degenerate_value attachments[0].description'],
    [{ ...text, description: 'Crashes ⚠️ the reader' }, '202'],
    [{ ...text, description: '' }, '202'],
  ],
  type: [
    ...['patch', 'exploit-proof-of-concept', 'reproducer', 'threat-model', 'other'].map(
      (type): Row => [{ ...text, type }, '202'],
    ),
    [{ ...text, type: 'Patch' }, '400 invalid_attachment_type attachments[0].type'],
    [{ ...text, type: 'osv' }, '400 invalid_attachment_type attachments[0].type'],
    [{ ...text, content_type: 'application/json', data: '{"id":"x"}', type: 'other' }, '202'],
  ],
}
for (const [field, cases] of Object.entries(rows)) {
  for (const [attachment, verdict] of cases) {
    const shown = JSON.stringify(attachment)
    const named = shown.length > 110 ? `${shown.slice(0, 50)}...${shown.slice(-57)}` : shown
    test(`${field}: ${named} answers ${verdict}`, () => {
      assert.equal(verdictOf(readJson({ attachments: [attachment] })), verdict)
    })
  }
}

const clash = '400 invalid_filename attachments[1].filename+attachments[0].filename'
/** Two text files by their names: which pairs would be downloaded under one. */
const pairs: readonly (readonly [one: string, other: string, verdict: string])[] = [
  ['poc', 'poc', clash],
  ['poc', 'poc.txt', clash],
  ['poc.txt', 'poc', clash],
  ['poc', 'POC', clash],
  ['poc.txt', 'poc.TXT', clash],
  ['stra\u00dfe', 'STRASSE', clash],
  ['poc\u00e9', 'poce\u0301', clash],
  ['poc', 'poc.md', '202'],
  ['poc', 'poc.txt.txt', '202'],
]
for (const [one, other, verdict] of pairs) {
  test(`${one} beside ${other} answers ${verdict}`, () => {
    const attachments = [one, other].map((filename) => ({ ...text, filename }))
    assert.equal(verdictOf(readJson({ attachments })), verdict)
  })
}

test('names with extensions of different types stand beside each other', () => {
  const attachments = [
    { ...text, filename: 'poc' },
    { ...binary, filename: 'poc' },
  ]
  const found = submissionOf(readJson({ attachments })).attachments
  assert.deepEqual(
    found.map(({ downloadName }) => downloadName),
    ['poc.txt', 'poc.bin'],
  )
})

const extensions: readonly (readonly [contentType: string, downloadName: string])[] = [
  ['text/plain', 'a.txt'],
  ['text/markdown', 'a.md'],
  ['application/json', 'a.json'],
  ['application/pdf', 'a.pdf'],
  ['application/zip', 'a.zip'],
  ['application/gzip', 'a.tar.gz'],
  ['application/x-bzip2', 'a.tar.bz2'],
  ['application/octet-stream', 'a.bin'],
]
for (const [content_type, downloadName] of extensions) {
  test(`${content_type} is downloaded as ${downloadName}, however often it says so`, () => {
    for (const filename of ['a', downloadName]) {
      const attachments = [{ filename, content_type, data: 'AAAA' }]
      assert.equal(
        submissionOf(readJson({ attachments })).attachments[0]?.downloadName,
        downloadName,
      )
    }
  })
}

const deprecated: readonly (readonly [report: object, verdict: string])[] = [
  [{ exploit: 'x' }, '400 missing_field exploit_content_type'],
  [{ raw: 'x' }, '400 missing_field raw_content_type'],
  [{ exploit_content_type: 'text/plain' }, '400 missing_field exploit'],
  [{ raw_content_type: 'application/zip' }, '400 missing_field raw'],
  [{ exploit: '', exploit_content_type: 'text/plain' }, '400 missing_field exploit'],
  [{ exploit: '', exploit_content_type: 'application/zip' }, '400 invalid_base64 exploit'],
  [{ raw: '\n', raw_content_type: 'application/zip' }, '400 invalid_base64 raw'],
  [{ raw: '%', raw_content_type: 'application/pdf' }, '400 invalid_base64 raw'],
  [{ raw: 'x', raw_content_type: 'text/html' }, '400 invalid_content_type raw_content_type'],
  [
    { raw: 'x', raw_content_type: 'text/plain; charset=utf-8' },
    '400 invalid_content_type raw_content_type',
  ],
  [{ raw: '\ud800', raw_content_type: 'text/plain' }, '400 invalid_utf8 raw'],
  [{ ...exploit, exploit: 'a'.repeat(mebibyte + 1) }, '413 field_too_large exploit'],
  [{ ...raw, raw: 'a'.repeat(mebibyte) }, '202'],
  [{ ...raw, raw: 'a\u0000\n' }, '202'],
  [{ exploit: '', raw: null }, '202'],
  [{ ...exploit, ...raw }, '202'],
  [{ attachments: files(16) }, '202'],
  [{ attachments: files(17) }, '413 too_many_items attachments'],
  [{ attachments: files(15), ...raw }, '202'],
  [{ attachments: files(16), ...raw }, '413 too_many_items attachments'],
  [{ attachments: files(15), ...raw, ...exploit }, '413 too_many_items attachments'],
  [{ attachments: Array(10_000).fill({}) }, '413 too_many_items attachments'],
  [
    { attachments: [{ ...text, filename: 'RAW.txt' }], ...raw },
    '400 invalid_filename attachments[0].filename+raw',
  ],
  [
    { attachments: [text, { ...text, filename: 'exploit' }], ...exploit },
    '400 invalid_filename attachments[1].filename+exploit',
  ],
  [{ attachments: [{ ...text, filename: 'raw' }], ...exploit }, '202'],
  [{ attachments: [{ ...binary, filename: 'raw' }], ...raw }, '202'],
]
for (const [report, verdict] of deprecated) {
  const shown = JSON.stringify(report)
  const named = shown.length > 90 ? `${shown.slice(0, 40)}...${shown.slice(-47)}` : shown
  test(`deprecated payloads: ${named} answers ${verdict}`, () => {
    assert.equal(verdictOf(readJson(report)), verdict)
  })
}

test('the deprecated payloads are filed last, under their names, with a warning each', () => {
  const reading = readJson({ ...raw, ...exploit, attachments: [binary] })
  assert.deepEqual(
    submissionOf(reading).attachments.map(({ bytes, ...rest }) => ({
      ...rest,
      size: bytes.length,
    })),
    [
      {
        ...{ filename: 'crash', downloadName: 'crash.bin', size: 4 },
        ...{ contentType: 'application/octet-stream', type: 'other' },
      },
      {
        ...{ filename: 'exploit', downloadName: 'exploit.txt', size: 10 },
        ...{ contentType: 'text/plain', type: 'exploit-proof-of-concept' },
      },
      {
        ...{ filename: 'raw', downloadName: 'raw.txt', size: 11 },
        ...{ contentType: 'text/plain', type: 'other' },
      },
    ],
  )
  const warnings = reading.ok ? reading.warnings : []
  assert.deepEqual(
    warnings.map(({ code, field }) => `${code} ${field}`),
    ['deprecated_field exploit', 'deprecated_field raw'],
  )
  const clean = readJson({ attachments: [binary] })
  assert.deepEqual(clean.ok && clean.warnings, [])
})

test('what is filed is the file itself, with canonical metadata', () => {
  const odd = { ...binary, content_type: 'Application/Octet-Stream', data: 'AAEC\r\n/w==\n' }
  const attachments = [
    { ...odd, description: 'Crashes it' },
    { ...text, data: 'ü\u0000' },
  ]
  const [file, notes] = submissionOf(readJson({ attachments })).attachments
  assert.deepEqual(
    { ...file, bytes: [...(file?.bytes ?? [])] },
    {
      ...{ filename: 'crash', downloadName: 'crash.bin', type: 'other', description: 'Crashes it' },
      ...{ contentType: 'application/octet-stream', bytes: [0, 1, 2, 255] },
    },
  )
  assert.deepEqual([...(notes?.bytes ?? [])], [0xc3, 0xbc, 0])
  assert.equal(notes !== undefined && 'description' in notes, false)
})

test('each fault of an attachment is told, and none repeats what was sent', () => {
  const attachments = [
    {
      filename: 'secret/name',
      content_type: 'secret/type',
      data: 'x',
      type: 'secret',
      description: 'secret\n',
    },
    { data: 'secret' },
  ]
  const problem = problemOf(readJson({ attachments }))
  assert.deepEqual(
    problem.errors?.map(({ code, field }) => `${code} ${field}`),
    [
      'invalid_filename attachments[0].filename',
      'invalid_content_type attachments[0].content_type',
      'control_characters attachments[0].description',
      'invalid_attachment_type attachments[0].type',
      'missing_field attachments[1].filename',
      'missing_field attachments[1].content_type',
    ],
  )
  assert.doesNotMatch(JSON.stringify(problem), /secret/)
})
