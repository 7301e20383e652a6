import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type ExamplePart,
  filePart,
  json,
  least,
  multipartBody,
  readBytes,
  readJson,
  readParts,
  readText,
  reportPart,
  submissionOf,
} from '../../../test/formats/tap-report.ts'
import type { IntakeReading } from './intake.ts'
import { tapDecoder } from './tap.ts'

/** Faults that hide nothing of each other: what a report with some of them must be told. */
const faults: readonly (readonly [members: object, violation: string])[] = [
  [{ software: '?' }, 'degenerate_value software'],
  [{ ecosystem: 'Frobnicator' }, 'unknown_ecosystem ecosystem'],
  [{ versions: ['1', ' '] }, 'degenerate_value versions[1]'],
  [{ code_path: 'a\tb' }, 'control_characters code_path'],
  [{ affected_symbol: { line: -1 } }, 'invalid_symbol_line affected_symbol.line'],
  [{ references: ['x'] }, 'invalid_reference references[0]'],
  [{ upstream_ids: ['x'] }, 'invalid_upstream_id upstream_ids[0]'],
  [{ introduced_commit: 'x' }, 'invalid_commit introduced_commit'],
  [{ fixed_commit: 'y' }, 'invalid_commit fixed_commit'],
  [{ package_repo_url: 'x' }, 'invalid_repo_url package_repo_url'],
  [{ discovery_method: 'a'.repeat(33) }, 'field_too_large discovery_method'],
  [{ discovery_tooling: '\n' }, 'control_characters discovery_tooling'],
  [{ email: 'x' }, 'invalid_email email'],
  [{ notify: 'x' }, 'invalid_notify notify'],
  [{ enrichment: { a: '\n' } }, 'control_characters enrichment'],
  [{ exploit: 'x' }, 'missing_field exploit_content_type'],
  [{ raw_content_type: 'text/plain' }, 'missing_field raw'],
  [{ attachments: Array(17).fill({}) }, 'too_many_items attachments'],
  [{ purl: 'x' }, 'invalid_purl purl'],
]

test('however many things are wrong, each is told and nothing else', () => {
  const property = fc.property(fc.subarray([...faults]), (chosen) => {
    const reading = readJson(Object.assign({}, ...chosen.map(([members]) => members)))
    const told = reading.ok
      ? []
      : reading.problem.errors?.map(({ code, field }) => `${code} ${field}`)
    assert.deepEqual(told?.toSorted(), chosen.map(([, violation]) => violation).toSorted())
    if (reading.ok) return
    const isLarge = chosen.some(([, violation]) => /^(field_too_large|too_many)/.test(violation))
    assert.equal(reading.problem.status, isLarge ? 413 : 400)
    const count = chosen.length === 1 ? '1 violation' : `${chosen.length} violations`
    assert.equal(reading.problem.detail, `${count}; see errors`)
  })
  fc.assert(property, { numRuns: 1_000 })
})

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
/** Text of one line that says something and keeps its ends through a header. */
const line = fc.stringMatching(/^[a-zéß字][\w "'éß字.,-]{0,30}[\w"é字]$/)
const metadata = fc.record({
  purl: fc.constantFrom('pkg:npm/frames@2.3.1', 'pkg:NPM/frames', 'pkg:npm/frames@1'),
  ecosystem: optional(fc.constantFrom('npm', 'NPM', 'Linux', 'Hardware')),
  software: optional(line),
  versions: optional(fc.array(fc.stringMatching(/^\d\.\d{1,3}$/), { maxLength: 9 })),
  code_path: optional(line),
  affected_symbol: optional(fc.record({ file: optional(line), line: optional(fc.nat()) })),
  references: optional(fc.array(fc.webUrl(), { maxLength: 3 })),
  fixed_commit: optional(fc.stringMatching(/^[0-9a-fA-F]{7,64}$/)),
  email: optional(fc.constant('lab@example.org')),
  notify: optional(fc.constant('off')),
  enrichment: optional(
    fc.dictionary(
      fc.stringMatching(/^\w{1,9}$/),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
  ),
})
const file = fc.record({
  filename: line,
  type: optional(fc.constantFrom('patch', 'reproducer', 'threat-model', 'other')),
  description: optional(line),
  content: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => ({ isText: false, bytes })),
    fc
      .string({ minLength: 1, unit: 'binary' })
      .map((text) => ({ isText: true, bytes: Buffer.from(text) })),
  ),
})
type ExampleFile = typeof file extends fc.Arbitrary<infer T> ? T : never
const report = fc.record({
  metadata,
  files: fc.uniqueArray(file, {
    maxLength: 5,
    selector: ({ filename }) => filename.toUpperCase(),
  }),
  raw: optional(fc.string({ minLength: 1, unit: 'binary' })),
})

const typeOf = ({ content }: ExampleFile): string =>
  content.isText ? 'text/plain' : 'application/octet-stream'

const inJson = ({ content, ...rest }: ExampleFile, at: number): object => ({
  ...{ ...rest, filename: `${at} ${rest.filename}`, content_type: typeOf({ content, ...rest }) },
  data: Buffer.from(content.bytes).toString(content.isText ? 'utf8' : 'base64'),
})

const inPart = (found: ExampleFile, at: number): ExamplePart =>
  filePart({
    filename: `${at} ${found.filename}`.replaceAll('"', '\\"'),
    type: typeOf(found),
    content: found.content.bytes,
    more: [
      ...(found.type === undefined ? [] : [`Content-Akrites-Type: ${found.type}`]),
      ...(found.description === undefined ? [] : [`Content-Description: ${found.description}`]),
    ],
  })

test('one report sent as JSON and as multipart is one submission', () => {
  const property = fc.property(report, ({ metadata: members, files, raw }) => {
    const old = raw === undefined ? {} : { raw, raw_content_type: 'text/plain' }
    const whole = readJson({ ...members, ...old, attachments: files.map(inJson) })
    const oldPart = raw === undefined ? [] : [filePart({ name: 'raw', content: raw })]
    const apart = readParts([...oldPart, ...files.map(inPart), reportPart(members)])
    assert.deepEqual(plain(apart), plain(whole))
    const { attachments } = submissionOf(whole)
    assert.equal(attachments.length, files.length + oldPart.length)
    for (const [at, { content }] of files.entries()) {
      assert.deepEqual([...(attachments[at]?.bytes ?? [])], [...content.bytes])
    }
  })
  fc.assert(property, { numRuns: 1_000 })
})

/** A reading in which bytes are bytes, whatever holds them. */
const plain = (reading: IntakeReading): unknown =>
  reading.ok
    ? {
        ...reading,
        submission: {
          ...reading.submission,
          attachments: reading.submission.attachments.map(({ bytes, ...rest }) => ({
            ...{ ...rest, bytes: [...bytes] },
          })),
        },
      }
    : reading

test('a submission is canonical: its document read again says the same, to the letter', () => {
  const property = fc.property(report, ({ metadata: members, files }) => {
    const first = submissionOf(readJson({ ...members, attachments: files.map(inJson) }))
    const { attachments: _, ...described } = first.document
    const second = submissionOf(readText(JSON.stringify(described)))
    const { attachments: __, ...expected } = first.document
    assert.deepEqual(second.document, expected)
    const value = first.document
    const { findings, problems } = tapDecoder.decode({ kind: 'json', value, text: '' })
    assert.equal(findings.length, 1)
    assert.deepEqual(problems, [])
  })
  fc.assert(property, { numRuns: 500 })
})

/** Every answer is whole: a submission within its bounds, or a problem that says what is wrong. */
function judge(reading: IntakeReading): void {
  if (reading.ok) {
    const { purl, software, ecosystem, attachments } = reading.submission
    assert.ok(purl !== undefined || (software !== undefined && ecosystem !== undefined))
    assert.ok(attachments.length <= 16 && attachments.every(({ bytes }) => bytes.length > 0))
    const names = attachments.map(({ downloadName }) => downloadName.toLowerCase())
    assert.equal(new Set(names).size, names.length)
    return
  }
  const { status, type, detail, errors } = reading.problem
  assert.ok([400, 413, 415].includes(status) && detail.length > 0 && detail.length < 3_000)
  assert.equal(type.endsWith('/validation'), errors !== undefined)
  assert.ok((errors?.length ?? 1) > 0)
}

test('no bytes whatever make it throw', () => {
  const header = fc.constantFrom(json, 'multipart/mixed; boundary=edge', 'text/plain', null)
  const property = fc.property(fc.uint8Array({ maxLength: 64 }), header, (bytes, type) =>
    judge(readBytes(bytes, type)),
  )
  fc.assert(property, { numRuns: 20_000 })
})

const names = [
  ...['purl', 'software', 'ecosystem', 'versions', 'code_path', 'affected_symbol', 'references'],
  ...['upstream_ids', 'fixed_commit', 'package_repo_url', 'email', 'notify', 'enrichment'],
  ...['attachments', 'exploit', 'exploit_content_type', 'raw', 'raw_content_type', 'licence'],
  ...['file', 'function', 'line', 'filename', 'data', 'content_type', 'description', 'type'],
]
const words = [
  ...['', ' ', 'x', '\ud800', '\n', 'npm', 'off', 'all', 'lab@example.org', 'text/plain', 'AAAA'],
  ...['application/zip', 'pkg:npm/a@1', 'https://a.example', 'CVE-2026-1234', 'patch', 'raw.txt'],
]

test('no JSON whatever makes it throw', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(...words, null, true, -1, 1.5, 88, Number.MAX_VALUE),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
    ),
  }))
  const members = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 })
  const property = fc.property(members, (found) => {
    judge(readText(JSON.stringify(found)))
    judge(readJson({ ...found, licence: undefined }))
    judge(readParts([{ ...reportPart(), content: JSON.stringify({ ...least, ...found }) }]))
  })
  fc.assert(property, { numRuns: 10_000 })
})

test('no damage to a good body makes it throw', () => {
  const parts = [reportPart({ email: 'lab@example.org' }), filePart(), filePart({ name: 'raw' })]
  const bodies = [
    { body: multipartBody(parts), type: 'multipart/mixed; boundary=edge' },
    {
      body: Buffer.from(JSON.stringify({ ...least, versions: ['1'], enrichment: { a: [1] } })),
      type: json,
    },
  ]
  const damage = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 9 }),
    put: fc.uint8Array({ maxLength: 4 }),
  })
  const property = fc.property(
    fc.constantFrom(...bodies),
    damage,
    ({ body, type }, { at, cut, put }) => {
      const from = at % body.length
      judge(
        readBytes(Buffer.concat([body.subarray(0, from), put, body.subarray(from + cut)]), type),
      )
    },
  )
  fc.assert(property, { numRuns: 40_000 })
})
