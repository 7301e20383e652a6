import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decoder, Material } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { readText } from './recognise.ts'

type Sure = 0 | 1 | 2 | 3

/** A format whose documents are objects with the member `key`; each gives one finding. */
const keyed = (name: string, key: string, sure: Sure = 3): Decoder => ({
  ...{ name, title: name, source: 'this test' },
  recognise: (material) =>
    material.kind === 'json' && isObject(material.value) && key in material.value ? sure : 0,
  decode: (material) => ({
    findings: [{ at: { pointer: '/found' }, title: name, original: material }],
    components: [],
    problems: [{ code: 'bad-value', why: 'odd', pointer: '/odd', lost: false }],
  }),
})
const ofKind = (name: string, kind: Material['kind'], sure: Sure = 1): Decoder => ({
  ...keyed(name, ''),
  recognise: (material) => (material.kind === kind ? sure : 0),
})
const one = keyed('one', 'a')
const two = keyed('two', 'b')
const lists = { ...keyed('lists', ''), recognise: listOf('l') }
const prose = ofKind('prose', 'text')
const decoders = [one, two, lists, prose]

function listOf(key: string) {
  return (material: Material): Sure =>
    material.kind === 'json' && isArray(material.value) && key in Object(material.value[0]) ? 3 : 0
}
const outcome = (text: string, options: Partial<Parameters<typeof readText>[1]> = {}) => {
  const { format, decoded } = readText(text, { decoders, ...options })
  const codes = decoded.problems.filter(({ lost }) => lost).map(({ code }) => code)
  return [format, decoded.findings.length, ...codes]
}
const whyOf = (text: string): string =>
  readText(text, { decoders }).decoded.problems[0]?.why ?? 'no problem'

test('a document in two formats at once is not decoded, and both are named', () => {
  const { format, decoded } = readText('{"a":1,"b":2}', { decoders })
  assert.equal(format, null)
  assert.deepEqual(decoded.findings, [])
  const [problem] = decoded.problems
  assert.equal(problem?.code, 'ambiguous-format')
  assert.match(problem?.why ?? '', /one and two/)
  assert.match(problem?.hint ?? '', /--format one/)
  assert.deepEqual(outcome('{"a":1,"b":2}', { format: 'two' }), ['two', 1])
})

test('two formats that are merely possible are no ambiguity: the earlier one reads', () => {
  const unsure = [keyed('x', 'a', 1), keyed('y', 'a', 1)]
  assert.deepEqual(outcome('{"a":1}', { decoders: unsure }), ['x', 1])
  const likely = [keyed('x', 'a', 2), keyed('y', 'a', 2)]
  assert.deepEqual(outcome('{"a":1}', { decoders: likely }), [null, 0, 'ambiguous-format'])
  assert.deepEqual(outcome('{"a":1}', { decoders: [keyed('z', 'a', 3), ...likely] }), ['z', 1])
})

for (const [text, code, why] of [
  ['', 'malformed', /is empty/],
  [' \n\t', 'malformed', /is empty/],
  ['{"c":1}', 'unknown-format', /JSON, an object with "c"/],
  ['[{"c":1},2]', 'unknown-format', /an array of 2, the first an object with "c"/],
  ['{"c":1}\n{"d":1}\n', 'unknown-format', /2 JSON documents/],
  ['{"c":', 'unknown-format', /JSON/],
  ['<a><b/></a>', 'unknown-format', /XML with the root element <a>/],
  ['<?xml version="1.0"?><a', 'unknown-format', /XML/],
  ['%PDF-1.7 ...', 'unknown-format', /a PDF/],
  ['\x7fELF\x02\x01', 'unknown-format', /an ELF program/],
  ['id,name,score\n1,x,3\n2,y,4\n', 'unknown-format', /the columns "id", "name", "score"/],
  ['<!DOCTYPE html><p>x</p>', 'unknown-format', /an HTML page/],
  ['ab\x01\x02\x03\x04\ufffd\ufffd', 'unknown-format', /a binary file/],
  ['r\0e\0p\0o\0r\0t\0', 'unknown-format', /UTF-16 without a byte order mark/],
] as const) {
  test(`${JSON.stringify(text)} is said to be what it looks like`, () => {
    const onlyStructured = text.startsWith('<a') ? [one, two] : decoders
    const { format, decoded } = readText(text, { decoders: onlyStructured })
    assert.deepEqual([format, decoded.findings.length], [null, 0])
    assert.equal(decoded.problems[0]?.code, code)
    assert.match(decoded.problems[0]?.why ?? '', why)
    assert.equal(decoded.problems[0]?.lost, true)
  })
}

test('an empty list is told, and no loss', () => {
  const { format, decoded } = readText(' [ ] ', { decoders })
  assert.equal(format, null)
  assert.deepEqual(
    decoded.problems.map(({ why, lost }) => [why, lost]),
    [['is an empty list; there is nothing to read', false]],
  )
})

test('an unknown document is told which formats are read', () => {
  const [problem] = readText('{"c":1}', { decoders }).decoded.problems
  assert.match(problem?.hint ?? '', /"parley formats" lists what is read; --format NAME forces one/)
})

test('a format that does not exist is told, and nothing is read', () => {
  assert.deepEqual(outcome('{"a":1}', { format: 'none' }), [null, 0, 'unknown-format'])
})

test('damaged structure is never taken for prose, prose that begins like it is', () => {
  assert.deepEqual(outcome('{"a":1,"x":"cut'), ['one', 1, 'truncated'])
  assert.equal(outcome('{"c":1,"x":"cut')[0], null)
  assert.equal(outcome('<?xml version="1.0"?><a><b>')[0], null)
  assert.equal(outcome('[Security] Overflow in tf_read')[0], 'prose')
  assert.equal(outcome('[  12.5] BUG: KASAN: use-after-free')[0], 'prose')
  assert.equal(outcome('<details>Overflow in tf_read')[0], 'prose')
})

test('prose with commas is no table; a table is judged by its start, read to its end', () => {
  assert.equal(outcome('Hello, team,\n\nwe found, today, a bug, it is bad.\n')[0], 'prose')
  const header: Decoder = {
    ...keyed('header', ''),
    recognise: (material) => (material.kind === 'table' ? 2 : 0),
    decode: ({ kind, ...rest }) => ({
      findings: 'table' in rest ? rest.table.rows.map(rowFinding) : [],
      ...{ components: [], problems: [] },
    }),
  }
  const text = `id,name,note\n${'1,x,"a, b"\n'.repeat(20_000)}`
  assert.deepEqual(outcome(text, { decoders: [header, prose] }), ['header', 20_000])
})

const rowFinding = ({ line }: { line: number }): Finding => ({
  ...{ at: { line }, title: 'row', original: null },
})

test('structure wins over the text it quotes', () => {
  const quoted = [ofKind('log', 'text', 3), keyed('weak', 'a', 1)]
  assert.deepEqual(outcome('{"a":"==1==ERROR: AddressSanitizer"}', { decoders: quoted }), [
    'weak',
    1,
  ])
})

test('documents of several formats in one file are read one by one, in their places', () => {
  for (const text of ['[{"a":1},{"b":1},{"c":1}]', '{"a":1}\n{"b":1}\n{"c":1}']) {
    assert.deepEqual(outcome(text), ['one+two', 2, 'unknown-format'])
  }
  const { decoded } = readText('[{"a":1},{"b":1}]', { decoders })
  assert.deepEqual(
    decoded.findings.map(({ at }) => at.pointer),
    ['/0/found', '/1/found'],
  )
  const rows = readText('{"a":1}\n\n{"b":1}', { decoders }).decoded
  assert.deepEqual(
    rows.findings.map(({ at }) => at.line),
    [1, 3],
  )
  assert.deepEqual(
    rows.problems.map(({ line, pointer }) => [line, pointer]),
    [
      [1, '/odd'],
      [3, '/odd'],
    ],
  )
  assert.deepEqual(outcome('[{"l":1,"a":1}]'), ['lists', 1])
})

test('ten thousand unknown documents beside a known one are not told ten thousand times', () => {
  const text = `{"a":1}\n${'{"c":1}\n'.repeat(10_000)}`
  const { format, decoded } = readText(text, { decoders })
  assert.deepEqual([format, decoded.findings.length], ['one', 1])
  assert.equal(decoded.problems.length, 22)
  assert.match(decoded.problems[20]?.why ?? '', /9980 more/)
})

test('a decoder with a defect costs its document only, and says whose fault it is', () => {
  const broken = keyed('broken', 'c')
  const bad: Decoder = {
    ...broken,
    decode: () => {
      throw new RangeError('too deep')
    },
  }
  const worse: Decoder = {
    ...keyed('worse', 'c'),
    recognise: () => {
      throw new RangeError('too deep')
    },
  }
  assert.deepEqual(outcome('[{"a":1},{"c":1}]', { decoders: [one, bad, worse] }), [
    ...['broken+one', 1, 'malformed'],
  ])
})

test('any text gets an answer, and a text without findings says why', () => {
  const json = fc.json().map(String)
  const cut = fc.tuple(json, fc.nat(40)).map(([text, at]) => text.slice(0, at))
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), json, cut), (text) => {
      const { decoded } = readText(text, { decoders })
      assert.ok(decoded.findings.length > 0 || decoded.problems.length > 0, whyOf(text))
    }),
  )
})
