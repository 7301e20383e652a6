import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decoder } from '#formats/finding/decoder.ts'
import { isArray, Reader } from '#formats/json/reader.ts'
import type { Document, Input } from '#platform/files/input.ts'
import { exitCodeOf, type Import, type ImportOptions, importFrom } from './read.ts'

/** A list of titles. */
const titles: Decoder = {
  ...{ name: 'titles', title: 'Titles', source: 'this test' },
  recognise: (material) => (material.kind === 'json' && isArray(material.value) ? 2 : 0),
  decode: (material) => {
    const list = new Reader({ titles: material.kind === 'json' ? material.value : [] })
    const findings = list.texts('titles').map((title, index) => ({
      ...{ at: { pointer: `/${index}` }, title, original: title },
    }))
    return { findings, components: [], problems: list.problems }
  },
}

const document = (name: string, text: string, more: Partial<Document> = {}): Document => ({
  ...{ is: 'document', name, bytesSha256: `digest of ${text}`, sizeBytes: text.length, text },
  ...{ problems: [], ...more },
})
const refused = (name: string, isNamed: boolean): Input => ({
  ...{ is: 'refused', name, isNamed },
  refusal: { code: 'not-found', why: 'does not exist', at: name },
})
async function* each(inputs: readonly Input[]): AsyncGenerator<Input> {
  yield* inputs
}
const importAll = (inputs: readonly Input[], more: Partial<ImportOptions> = {}): Promise<Import> =>
  importFrom(each(inputs), { decoders: [titles], ...more })
const sketch = ({ files }: Import): string[] =>
  files.map(({ name, findings, problems }) =>
    [name, findings, ...problems.map(({ code }) => code)].join(' '),
  )

test('what cannot be read is said in its place and the rest is read', async () => {
  const inputs = [
    ...[refused('none', true), document('a', '["x","y"]'), document('b', 'neither')],
    ...[refused('dir/shut', false), document('c', '["z",5]')],
  ]
  const found = await importAll(inputs)
  assert.deepEqual(sketch(found), [
    ...['none 0 not-readable', 'a 2', 'b 0 unknown-format', 'dir/shut 0 not-readable'],
    'c 1 wrong-type',
  ])
  assert.deepEqual(
    found.reports.map(({ finding }) => finding.title),
    ['x', 'y', 'z'],
  )
})

for (const [what, inputs, code] of [
  ['a name that was given is not there', [document('b', 'x'), refused('a', true)], 3],
  ['something inside a folder is not readable', [refused('d/a', false)], 4],
  ['a document is in no known format', [document('b', 'x')], 4],
  ['a document is empty', [document('b', '')], 4],
  ['a mere remark was made', [document('b', '[5]')], 0],
  ['all was read', [document('b', '["x"]')], 0],
] as const) {
  test(`the exit code is ${code} when ${what}`, async () =>
    assert.equal(exitCodeOf(await importAll(inputs)), code))
}

test('an empty document is told with its size', async () => {
  const found = await importAll([document('e', ''), document('b', '', { sizeBytes: 2 ** 30 })])
  assert.deepEqual(
    found.files.map(({ problems }) => problems[0]?.why),
    ['is empty', 'holds nothing but 1024 MiB of blanks'],
  )
})

test('copies keep their own reports, and one name means one file', async () => {
  const copies = [
    document('z.zip!a', '["x"]'),
    document('z.zip!a', '["x"]'),
    document('c', '["x"]'),
  ]
  const { files, reports } = await importAll(copies)
  assert.deepEqual(
    files.map(({ name }) => name),
    ['z.zip!a', 'z.zip!a (2)', 'c'],
  )
  assert.equal(new Set(reports.map(({ id }) => id)).size, 3)
  assert.deepEqual(
    reports.map(({ file }) => file),
    ['z.zip!a', 'z.zip!a (2)', 'c'],
  )
})

test('what is wrong with the bytes stands before what is wrong with the content', async () => {
  const problems = [{ code: 'encoding', why: 'odd byte', lost: false }] as const
  const found = await importAll([document('b', '[5]', { problems })])
  assert.deepEqual(sketch(found), ['b 0 encoding wrong-type'])
})

test('documents inside a document are read as documents of their own', async () => {
  const attached: Record<string, string> = {
    'in.json': '["inner"]',
    'shot.png': '\x89PNG',
    'empty.txt': '',
    'deep.json': '["outer"]',
  }
  const files = Object.entries(attached).map(([name, text]) => ({ name, bytes: Buffer.from(text) }))
  const inside: ImportOptions['inside'] = {
    of: (_, text) => (text.includes('outer') ? files : []),
    open: (name, bytes) => each([document(name, Buffer.from(bytes).toString())]),
    decoders: [titles],
  }
  const found = await importAll([document('m', '["outer"]')], { inside })
  // What is in no format is part of what it came with, and nothing is unpacked twice.
  assert.deepEqual(sketch(found), ['m 1', 'm!in.json 1', 'm!deep.json 1'])
})

test('progress counts up', async () => {
  const seen: unknown[] = []
  const onFile: ImportOptions['onFile'] = ({ name }, totals) => seen.push({ name, ...totals })
  await importAll([document('a', '["x","y"]'), refused('b', true)], { onFile })
  assert.deepEqual(seen, [
    { name: 'a', files: 1, reports: 2 },
    { name: 'b', files: 2, reports: 2 },
  ])
})
