import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ExamplePart,
  filePart,
  readParts,
  reportPart,
  verdictOf,
} from '../../../test/formats/tap-report.ts'

const report = reportPart()
const part = (disposition: string, ...more: readonly string[]): ExamplePart => ({
  headers: [`Content-Disposition: ${disposition}`, ...more],
  content: 'x',
})
const typed = (disposition: string): ExamplePart => part(disposition, 'Content-Type: text/plain')
const malformed = '400 about:blank'

/** What is taken of `Content-Disposition`, and of the file name in it. */
const rows: readonly (readonly [what: string, parts: readonly ExamplePart[], verdict: string])[] = [
  ['form-data', [report, typed('form-data; name=attachment; filename="a"')], malformed],
  ['inline', [report, typed('inline; name=attachment; filename="a"')], malformed],
  ['name*', [report, typed("attachment; name*=UTF-8''attachment; filename=a")], malformed],
  ['name beside name*', [report, typed("attachment; name=attachment; name*=UTF-8''a")], malformed],
  ['two names', [report, typed('attachment; name=attachment; name=raw')], malformed],
  ['filename*', [report, typed("attachment; name=attachment; filename*=UTF-8''a")], malformed],
  [
    'filename* of the report',
    [part("attachment; name=report; filename*=UTF-8''a", 'Content-Type: application/json')],
    malformed,
  ],
  [
    'two file names',
    [report, typed('attachment; name=attachment; filename="a"; filename="b"')],
    malformed,
  ],
  [
    'two file names of raw',
    [report, typed('attachment; name=raw; filename="a"; FileName="b"')],
    malformed,
  ],
  ['a garbled disposition', [report, typed('attachment; name=attachment; filename="a')], malformed],
  [
    'a raw name without quotes',
    [report, typed('attachment; name=attachment; filename=pocé')],
    malformed,
  ],
  [
    'no file name',
    [report, typed('attachment; name=attachment')],
    '400 missing_field attachments[0].filename',
  ],
  [
    'an empty file name',
    [report, filePart({ filename: '' })],
    '400 missing_field attachments[0].filename',
  ],
  [
    'a path',
    [report, filePart({ filename: 'a/b' })],
    '400 invalid_filename attachments[0].filename',
  ],
  [
    'a path with a backslash',
    [report, filePart({ filename: 'a\\b' })],
    '400 invalid_filename attachments[0].filename',
  ],
  [
    'a tab in a file name',
    [report, filePart({ filename: 'a\tb' })],
    '400 control_characters attachments[0].filename',
  ],
  [
    'an invisible character in it',
    [report, filePart({ filename: 'a\u202eb' })],
    '400 invalid_filename attachments[0].filename',
  ],
]
for (const [what, parts, verdict] of rows) {
  test(`disposition, ${what}: ${verdict}`, () => assert.equal(verdictOf(readParts(parts)), verdict))
}
