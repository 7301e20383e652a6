import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ExamplePart,
  filePart,
  problemOf,
  readBytes,
  readParts,
  reportPart,
  submissionOf,
  verdictOf,
} from '../../../test/formats/tap-report.ts'

const report = reportPart()
const part = (disposition: string, ...more: readonly string[]): ExamplePart => ({
  headers: [`Content-Disposition: ${disposition}`, ...more],
  content: 'x',
})
const typed = (disposition: string): ExamplePart => part(disposition, 'Content-Type: text/plain')
const malformed = '400 about:blank'

/** One row a sentence; what breaks the frame of the parts is `about:blank`. */
const rows: readonly (readonly [what: string, parts: readonly ExamplePart[], verdict: string])[] = [
  ['no report', [filePart()], malformed],
  ['a report without Content-Type', [part('attachment; name=report')], malformed],
  ['a report that is text', [typed('attachment; name=report')], malformed],
  ['two reports', [report, report], malformed],
  [
    'two exploits',
    [report, filePart({ name: 'exploit' }), filePart({ name: 'exploit' })],
    malformed,
  ],
  [
    'two raws, one empty',
    [report, filePart({ name: 'raw' }), filePart({ name: 'raw', content: '' })],
    malformed,
  ],
  ['an unknown part', [report, filePart({ name: 'patch' })], malformed],
  ['an unknown part in capitals', [report, filePart({ name: 'Attachment' })], malformed],
  [
    'no Content-Disposition',
    [report, { headers: ['Content-Type: text/plain'], content: 'x' }],
    malformed,
  ],
  ['no name', [report, typed('attachment; filename="a"')], malformed],
  ['an empty name', [report, typed('attachment; name=""; filename="a"')], malformed],
  ['base64', [report, filePart({ more: ['Content-Transfer-Encoding: base64'] })], malformed],
  [
    'quoted-printable',
    [report, filePart({ more: ['Content-Transfer-Encoding: quoted-printable'] })],
    malformed,
  ],
  ['an empty encoding', [report, filePart({ more: ['Content-Transfer-Encoding:'] })], malformed],
  ...['binary', '8bit', '7bit', 'BINARY'].map(
    (encoding) =>
      [
        `the encoding ${encoding}`,
        [report, filePart({ more: [`Content-Transfer-Encoding: ${encoding}`] })],
        '202',
      ] as const,
  ),
  ...[
    ...['Content-Type: text/plain', 'Content-Disposition: attachment; name=attachment'],
    ...['Content-Transfer-Encoding: 8bit', 'Content-Description: a', 'Content-Akrites-Type: patch'],
  ].map(
    (header) =>
      [`${header}, twice`, [report, filePart({ more: [header, header] })], malformed] as const,
  ),
  ...['Content-ID: <a>', 'Content-Language: en', 'Content-MD5: x', 'content-encoding: gzip'].map(
    (header) => [header, [report, filePart({ more: [header] })], malformed] as const,
  ),
  [
    'Content-Length',
    [report, filePart({ more: ['Content-Length: 1', 'Content-Length: 1'] })],
    '202',
  ],
  [
    'another header',
    [report, filePart({ more: ['X-Scanner: a', 'X-Scanner: b', 'Date: x'] })],
    '202',
  ],
  ...['report', 'exploit', 'raw'].flatMap((name) =>
    ['Content-Description: a', 'Content-Akrites-Type: other'].map((header) => {
      const bare = name === 'report' ? [] : [report]
      const of = name === 'report' ? report : filePart({ name })
      const parts = [...bare, { ...of, headers: [...of.headers, header] }]
      return [`${header} on ${name}`, parts, malformed] as const
    }),
  ),
  [
    'no Content-Type',
    [report, filePart({ type: null })],
    '400 missing_field attachments[0].content_type',
  ],
  [
    'exploit without one',
    [report, filePart({ name: 'exploit', type: null })],
    '400 missing_field exploit_content_type',
  ],
  [
    'raw without one',
    [report, filePart({ name: 'raw', type: null })],
    '400 missing_field raw_content_type',
  ],
  [
    'an empty attachment',
    [report, filePart({ content: '' })],
    '400 missing_field attachments[0].data',
  ],
  ['an empty exploit', [report, filePart({ name: 'exploit', content: '' })], '202'],
  [
    'an empty raw of no type',
    [report, filePart({ name: 'raw', content: '', type: 'what?' })],
    '202',
  ],
  ['charset=utf-8 on text', [report, filePart({ type: 'text/plain; charset=UTF-8' })], '202'],
  ['it on Markdown', [report, filePart({ type: 'text/markdown;charset="utf-8"' })], '202'],
  [
    'it on JSON',
    [report, filePart({ type: 'application/json; charset=utf-8', content: '{}' })],
    '202',
  ],
  [
    'it on a deprecated payload',
    [report, filePart({ name: 'raw', type: 'text/plain; charset=utf-8' })],
    '202',
  ],
  [
    'it on bytes',
    [report, filePart({ type: 'application/zip; charset=utf-8' })],
    '400 invalid_content_type attachments[0].content_type',
  ],
  [
    'it twice',
    [report, filePart({ type: 'text/plain; charset=utf-8; charset=utf-8' })],
    '400 invalid_content_type attachments[0].content_type',
  ],
  [
    'another charset',
    [report, filePart({ type: 'text/plain; charset=latin1' })],
    '400 invalid_content_type attachments[0].content_type',
  ],
  [
    'another parameter',
    [report, filePart({ type: 'text/plain; format=flowed' })],
    '400 invalid_content_type attachments[0].content_type',
  ],
  [
    'parts within a part',
    [report, filePart({ type: 'multipart/mixed; boundary=b' })],
    '400 invalid_content_type attachments[0].content_type',
  ],
  [
    'a message within a part',
    [report, filePart({ type: 'message/rfc822' })],
    '400 invalid_content_type attachments[0].content_type',
  ],
  [
    'a type of raw that is none',
    [report, filePart({ name: 'raw', type: 'text/html' })],
    '400 invalid_content_type raw_content_type',
  ],
  [
    'an unknown Akrites type',
    [report, filePart({ more: ['Content-Akrites-Type: fix'] })],
    '400 invalid_attachment_type attachments[0].type',
  ],
  [
    'a tab in a description',
    [report, filePart({ more: ['Content-Description: a\tb'] })],
    '400 control_characters attachments[0].description',
  ],
  [
    'a bidi override in one',
    [report, filePart({ more: ['Content-Description: a\u202eb'] })],
    '400 control_characters attachments[0].description',
  ],
  [
    'a long description',
    [report, filePart({ more: [`Content-Description: ${'a'.repeat(1025)}`] })],
    '413 field_too_large attachments[0].description',
  ],
  [
    'text that is not UTF-8',
    [report, filePart({ content: Uint8Array.of(0xff) })],
    '400 invalid_utf8 attachments[0].data',
  ],
  [
    'JSON that is not UTF-8',
    [report, filePart({ name: 'raw', type: 'application/json', content: Uint8Array.of(0xff) })],
    '400 invalid_utf8 raw',
  ],
  [
    'bytes that are not UTF-8',
    [report, filePart({ type: 'application/zip', content: Uint8Array.of(0xff) })],
    '202',
  ],
  [
    'a mebibyte of bytes',
    [report, filePart({ type: 'application/zip', content: Buffer.alloc(1024 * 1024) })],
    '202',
  ],
  [
    'a byte more',
    [report, filePart({ type: 'application/zip', content: Buffer.alloc(1024 * 1024 + 1) })],
    '413 field_too_large attachments[0].data',
  ],
  [
    'a byte more of exploit',
    [report, filePart({ name: 'exploit', content: Buffer.alloc(1024 * 1024 + 1) })],
    '413 field_too_large exploit',
  ],
  [
    '16 attachments',
    [report, ...Array.from({ length: 16 }, (_, at) => filePart({ filename: `f${at}` }))],
    '202',
  ],
  [
    '17 attachments',
    [report, ...Array<ExamplePart>(17).fill(filePart())],
    '413 too_many_items attachments',
  ],
  [
    '16 and raw',
    [report, filePart({ name: 'raw' }), ...Array<ExamplePart>(16).fill(filePart())],
    '413 too_many_items attachments',
  ],
  [
    '16 and an empty raw',
    [
      report,
      filePart({ name: 'raw', content: '' }),
      ...Array.from({ length: 16 }, (_, at) => filePart({ filename: `f${at}` })),
    ],
    '202',
  ],
  [
    '10,000 parts',
    [report, ...Array<ExamplePart>(10_000).fill(filePart())],
    '413 too_many_items attachments',
  ],
  [
    'two attachments of one name',
    [report, filePart(), filePart({ filename: 'CRASH.txt' })],
    '400 invalid_filename attachments[1].filename+attachments[0].filename',
  ],
  [
    'an attachment with the name of raw',
    [report, filePart({ filename: 'raw' }), filePart({ name: 'raw' })],
    '400 invalid_filename attachments[0].filename+raw',
  ],
  ['a report that is no JSON', [{ ...report, content: '{' }], '400 malformed-json'],
  [
    'a report that is not UTF-8',
    [{ ...report, content: Uint8Array.of(0x22, 0xff, 0x22) }],
    '400 malformed-json',
  ],
  ['an empty report', [{ ...report, content: '' }], '400 malformed-json'],
  [
    'a repeated key',
    [{ ...report, content: '{"purl":"pkg:npm/a","purl":"pkg:npm/a"}' }],
    '400 malformed-json',
  ],
  ['an unknown field', [reportPart({ licence: 1 })], '400 malformed-json'],
  ['a wrong field', [reportPart({ notify: 'final' })], '400 missing_field email'],
  ...['attachments', 'exploit', 'exploit_content_type', 'raw', 'raw_content_type'].flatMap(
    (field) =>
      [null, '', [], 'x', 1].map(
        (value) =>
          [
            `${field} ${JSON.stringify(value)} in the report`,
            [reportPart({ [field]: value })],
            `400 field_not_allowed ${field}`,
          ] as const,
      ),
  ),
  ['the report alone', [report], '202'],
  [
    'the report last',
    [filePart({ name: 'raw' }), filePart(), filePart({ name: 'exploit' }), report],
    '202',
  ],
  [
    'a report with a file name and a charset',
    [
      {
        ...report,
        headers: [
          'Content-Disposition: attachment; name="report"; filename="../r.json"',
          'content-type: application/json; charset=utf-8',
        ],
      },
    ],
    '202',
  ],
  [
    'a disposition in capitals',
    [report, typed('ATTACHMENT;NAME="attachment" ; FILENAME="a"')],
    '202',
  ],
  [
    'a plain name without quotes',
    [report, typed('attachment; name=attachment; filename=a.c')],
    '202',
  ],
  [
    'a parameter that nobody asked for',
    [report, typed('attachment; name=attachment; filename="a"; size=1')],
    '202',
  ],
]
for (const [what, parts, verdict] of rows) {
  test(`multipart, ${what}: ${verdict}`, () => assert.equal(verdictOf(readParts(parts)), verdict))
}

test('what breaks the frame says which part and which header', () => {
  const detail = (...parts: readonly ExamplePart[]) =>
    problemOf(readParts([report, ...parts])).detail
  assert.match(
    detail(filePart({ more: ['Content-Transfer-Encoding: base64'] })),
    /part 2: .*Encoding/,
  )
  assert.match(
    detail(filePart(), filePart({ more: ['Content-Type: a'] })),
    /part 3: .*Content-Type/,
  )
  assert.match(detail(typed("attachment; name=raw; filename*=''a")), /part 2: .*filename\*/)
})

test('a fault in the metadata of an attachment names the field, its reason the header', () => {
  const bad = filePart({
    ...{ filename: 'a/b', type: 'text/html', content: '' },
    more: ['Content-Description: a\tb', 'Content-Akrites-Type: fix'],
  })
  const { errors = [] } = problemOf(readParts([filePart(), report, bad]))
  assert.deepEqual(
    errors.map(({ field, reason }) => `${field} ${/^Content-[A-Za-z-]+:/.exec(reason)?.[0]}`),
    [
      'attachments[1].filename Content-Disposition:',
      'attachments[1].content_type Content-Type:',
      'attachments[1].data undefined',
      'attachments[1].description Content-Description:',
      'attachments[1].type Content-Akrites-Type:',
    ],
  )
})

test('attachments are numbered in the order of the body, whatever stands between them', () => {
  const parts = [
    filePart({ filename: 'a' }),
    filePart({ name: 'raw' }),
    filePart({ filename: 'b' }),
    report,
  ]
  const { attachments } = submissionOf(readParts(parts))
  assert.deepEqual(
    attachments.map(({ filename }) => filename),
    ['a', 'b', 'raw'],
  )
})

test('names and descriptions are raw UTF-8; encodings of words are left as they are', () => {
  const encoded = '=?UTF-8?B?w7w=?='
  const parts = [
    filePart({ filename: 'pocé \\"1\\".c', more: ['Content-Description: Prüft ⚠️'] }),
    filePart({ filename: encoded, more: [`Content-Description: ${encoded}`] }),
  ]
  const { attachments } = submissionOf(readParts([report, ...parts]))
  assert.deepEqual(
    attachments.map(({ filename, description }) => [filename, description]),
    [
      ['pocé "1".c', 'Prüft ⚠️'],
      [encoded, encoded],
    ],
  )
})

test('a part is the file itself, to the byte, never base64', () => {
  for (const content of [
    Buffer.from('AAEC/w=='),
    Uint8Array.of(0, 13, 10, 255, 13, 10),
    '\r\n--edg\r\n',
  ]) {
    const parts = [report, filePart({ type: 'application/octet-stream', content })]
    const [file] = submissionOf(readParts(parts)).attachments
    assert.deepEqual(Buffer.from(file?.bytes ?? []), Buffer.from(content))
  }
})

test('a body without its end, or with bare line feeds, is refused as a whole', () => {
  const header = 'multipart/mixed; boundary=edge'
  const cut = '--edge\r\nContent-Disposition: attachment; name=report\r\n\r\n{}'
  for (const body of ['', cut, `${cut}\r\n--edge\r\n`, cut.replaceAll('\r', '')]) {
    assert.equal(verdictOf(readBytes(Buffer.from(body), header)), malformed)
  }
})
