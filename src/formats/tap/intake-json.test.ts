import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  problemOf,
  readBytes,
  readJson,
  readText,
  verdictOf,
} from '../../../test/formats/tap-report.ts'

const malformed: readonly (readonly [what: string, text: string, told: RegExp])[] = [
  ['nothing', '', /empty/],
  ['white space', ' \n', /empty/],
  ['no JSON', '{"purl":}', /not exactly one JSON document/],
  ['half a document', '{"purl":"pkg:npm/x"', /not exactly one JSON document/],
  ['two documents', '{"purl":"pkg:npm/x"} {}', /not exactly one JSON document/],
  ['a byte order mark', '\ufeff{"purl":"pkg:npm/x"}', /not exactly one JSON document/],
  ['a comment', '{"purl":"pkg:npm/x"} // x', /not exactly one JSON document/],
  ['a text', '"pkg:npm/x"', /must be a JSON object/],
  ['null', 'null', /must be a JSON object/],
  ['a list of reports', '[{"purl":"pkg:npm/x"}]', /must be a JSON object/],
  ['an unknown field', '{"purl":"pkg:npm/x","license":"MIT"}', /`license` is not a field/],
  ['__proto__', '{"purl":"pkg:npm/x","__proto__":{}}', /`__proto__` is not a field/],
  ['a field of Object', '{"purl":"pkg:npm/x","constructor":1}', /`constructor` is not a field/],
  ['a name to break logs', '{"a\\nb\\u202e":1}', /`a\?b\?` is not a field/],
  ['an unknown member of a symbol', '{"affected_symbol":{"class":"A"}}', /`affected_symbol.class`/],
  ['an unknown member of a file', '{"attachments":[{"size":1}]}', /`attachments\[0\].size`/],
  ['a number for a text', '{"purl":1}', /`purl` must be a string, not a number/],
  [
    'a text for a list',
    '{"versions":"1.0"}',
    /`versions` must be an array of strings, not a string/,
  ],
  ['a number in a list', '{"versions":["1",2]}', /`versions\[1\]` must be a string, not a number/],
  ['null in a list', '{"references":[null]}', /`references\[0\]` must be a string, not null/],
  [
    'a list for a symbol',
    '{"affected_symbol":[]}',
    /`affected_symbol` must be an object, not an array/,
  ],
  [
    'a text for a line',
    '{"affected_symbol":{"line":"88"}}',
    /`affected_symbol.line` must be an integer/,
  ],
  ['a list for an enrichment', '{"enrichment":[]}', /`enrichment` must be an object, not an array/],
  ['an object for the files', '{"attachments":{}}', /`attachments` must be an array of objects/],
  ['a text for a file', '{"attachments":["x"]}', /`attachments\[0\]` must be an object/],
  ['null for a file', '{"attachments":[null]}', /`attachments\[0\]` must be an object, not null/],
  ['a number for data', '{"attachments":[{"data":1}]}', /`attachments\[0\].data` must be a string/],
  ['an object for a payload', '{"exploit":{}}', /`exploit` must be a string, not an object/],
  ['a boolean for a type', '{"raw_content_type":true}', /`raw_content_type` must be a string/],
  ['a repeated key', '{"purl":"pkg:npm/x","purl":"pkg:npm/x"}', /key `purl` stands there more/],
  ['a repeated key, once escaped', '{"purl":"pkg:npm/x","p\\u0075rl":"y"}', /key `purl` stands/],
  ['a repeated unknown key', '{"a":1,"a":1}', /key `a` stands/],
  [
    'a repeated key in an attachment',
    '{"attachments":[{},{"data":"a","type":"other","data":"b"}]}',
    /key `attachments\[1\].data` stands/,
  ],
  [
    'a repeated key in a symbol',
    '{"affected_symbol":{"file":"a","file":"b"}}',
    /key `affected_symbol.file` stands/,
  ],
  ['half a surrogate pair', '{"software":"\\ud800"}', /`software` holds half a surrogate pair/],
  ['one in a list', '{"versions":["\\udc00"]}', /`versions\[0\]` holds half a surrogate pair/],
  ['one in a file name', '{"attachments":[{"filename":"\\ud800"}]}', /`attachments\[0\].filename`/],
  ['one in an enrichment', '{"enrichment":{"a":["\\ud800"]}}', /`enrichment` holds half/],
  ['one in a key of it', '{"enrichment":{"\\ud800":1}}', /`enrichment` holds half/],
  ['a number out of range', '{"enrichment":{"epss":1e999}}', /`enrichment` holds a number/],
]
for (const [what, text, told] of malformed) {
  test(`${what} is malformed-json and says so`, () => {
    const reading = readText(text)
    assert.equal(verdictOf(reading), '400 malformed-json')
    const { type, title, detail, errors } = problemOf(reading)
    assert.equal(type, 'tag:akrites.dev,2026-07:problem/malformed-json')
    assert.equal(title, 'Malformed JSON')
    assert.match(detail, told)
    assert.equal(errors, undefined)
  })
}

test('bytes that are not UTF-8 are malformed-json', () => {
  for (const bytes of [[0x22, 0xff, 0x22], [0xc3], [0xed, 0xa0, 0x80], [0xff, 0xfe, 0x7b, 0]]) {
    const { type, detail } = problemOf(readBytes(Uint8Array.from(bytes)))
    assert.match(type, /malformed-json$/)
    assert.match(detail, /not UTF-8/)
  }
})

test('all fields of a wrong type are told at once, up to a bound', () => {
  const { detail } = problemOf(readText('{"purl":1,"versions":2,"notify":[],"x":0}'))
  for (const field of ['purl', 'versions', 'notify', 'x'])
    assert.match(detail, RegExp(`\`${field}\``))
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, 0]))
  const bounded = problemOf(readJson(many)).detail
  assert.match(bounded, /and 980 more/)
  assert.ok(bounded.length < 2_000)
})

test('a syntax error tells its place and nothing of the text', () => {
  const { detail } = problemOf(readText('{"exploit":"secret payload" "raw"}'))
  assert.match(detail, /near character 2\d/)
  assert.doesNotMatch(detail, /secret|payload/)
})

test('keys may repeat in an enrichment, where the last one counts', () => {
  const reading = readText(
    '{"purl":"pkg:npm/x","enrichment":{"a":1,"b":{"c":1,"c":2},"a":{"x":1,"x":2}}}',
  )
  assert.equal(verdictOf(reading), '202')
  assert.deepEqual(reading.ok && reading.submission.enrichment, { a: { x: 2 }, b: { c: 2 } })
})

test('equal keys of different objects repeat nothing', () => {
  const file = (filename: string) => ({ filename, data: 'x', content_type: 'text/plain' })
  const report = { attachments: [file('a'), file('b')], enrichment: { purl: { purl: ['purl'] } } }
  assert.equal(verdictOf(readJson(report)), '202')
})

test('null and the empty text are absence', () => {
  const names = [
    ...['software', 'ecosystem', 'code_path', 'introduced_commit', 'fixed_commit', 'email'],
    ...['package_repo_url', 'discovery_method', 'discovery_tooling', 'notify'],
  ]
  for (const nothing of [null, '']) {
    const report = Object.fromEntries(names.map((name) => [name, nothing]))
    assert.equal(verdictOf(readJson(report)), '202')
  }
  const lists = { versions: null, references: null, upstream_ids: [], attachments: null }
  const objects = { affected_symbol: null, enrichment: null, exploit: null, raw_content_type: null }
  assert.equal(verdictOf(readJson({ ...lists, ...objects })), '202')
  assert.equal(verdictOf(readJson({ affected_symbol: { file: null, line: null } })), '202')
})

test('nesting without end is refused before it is parsed', () => {
  const deep = (open: string, close: string) =>
    readText(`{"enrichment":${open.repeat(500_000)}1${close.repeat(500_000)}}`)
  const begin = performance.now()
  assert.equal(verdictOf(deep('[', ']')), '413 structure_too_deep enrichment')
  assert.equal(verdictOf(deep('{"a":', '}')), '413 structure_too_deep enrichment')
  assert.equal(
    verdictOf(readText('['.repeat(3 * 1024 * 1024))),
    '413 structure_too_deep enrichment',
  )
  assert.ok(performance.now() - begin < 1_000)
})
