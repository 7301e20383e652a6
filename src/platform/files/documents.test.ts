import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { zipOf } from '../../../test/archive.ts'
import type { Chunks } from './bytes.ts'
import { documentsIn, documentsOf, type ReadOptions } from './documents.ts'
import { defaultLimits, type Input } from './input.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley files '))
after(() => rmSync(folder, { recursive: true }))

const put = (name: string, content: Buffer | string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
async function gather(inputs: AsyncIterable<Input>): Promise<Input[]> {
  const gathered: Input[] = []
  for await (const input of inputs) gathered.push(input)
  return gathered
}
const read = (names: string[], options: ReadOptions = {}): Promise<Input[]> =>
  gather(documentsOf(names, options))
const sketch = (input: Input): string =>
  input.is === 'document'
    ? `${input.name.replace(`${folder}/`, '')}: ${input.text}`
    : `${input.name.replace(`${folder}/`, '')}: ${input.refusal.code}`
const sketches = async (...names: string[]): Promise<string[]> => (await read(names)).map(sketch)

async function* pieces(...parts: (string | Buffer)[]): Chunks {
  for (const part of parts) yield Buffer.from(part)
}
async function* endless(piece: Buffer, count: number): Chunks {
  for (let at = 0; at < count; at++) yield piece
}

test('a name that is not there is refused in its turn and the rest is read', async () => {
  const good = put('good.txt', 'good')
  const found = await read([join(folder, 'none.txt'), good, join(folder, '*.none')])
  assert.deepEqual(found.map(sketch), [
    'none.txt: not-found',
    'good.txt: good',
    '*.none: not-found',
  ])
  assert.ok(found.every((input) => input.is === 'document' || input.isNamed))
})

test('folders are read in the order of names, links once, hidden names if given', async () => {
  const top = join(folder, 'tree')
  mkdirSync(join(top, 'b/deep'), { recursive: true })
  mkdirSync(join(top, '.git'))
  for (const name of ['b/deep/2', 'b/1', 'a', 'c', '.git/x', '.z']) put(`tree/${name}`, name)
  symlinkSync(top, join(top, 'b/loop'))
  symlinkSync(join(top, 'a'), join(top, 'd'))
  symlinkSync(join(top, 'gone'), join(top, 'e'))
  assert.deepEqual(await sketches(`${top}/`, join(top, 'a'), join(top, '.z')), [
    ...['tree/a: a', 'tree/b/1: b/1', 'tree/b/deep/2: b/deep/2', 'tree/c: c'],
    ...['tree/e: not-found', 'tree/.z: .z'],
  ])
})

test('patterns are expanded here where the shell did not, unless a file is called so', async () => {
  mkdirSync(join(folder, 'glob'))
  for (const name of ['b.json', 'a.json', 'c.txt', '[x].json']) put(`glob/${name}`, name)
  assert.deepEqual(await sketches(join(folder, 'glob/[a-b].json')), [
    'glob/a.json: a.json',
    'glob/b.json: b.json',
  ])
  assert.deepEqual(await sketches(join(folder, 'glob/[x].json')), ['glob/[x].json: [x].json'])
})

test('a document carries the digest of its unpacked bytes and its size', async () => {
  const bytes = Buffer.from('\ufeffgrün')
  const [plain, packed] = await read([put('d.txt', bytes), put('d.txt.gz', gzipSync(bytes))])
  const bytesSha256 = createHash('sha256').update(bytes).digest('hex')
  for (const input of [plain, packed]) {
    assert.ok(input?.is === 'document')
    assert.equal(input.text, 'grün')
    assert.deepEqual([input.bytesSha256, input.sizeBytes], [bytesSha256, bytes.length])
  }
})

test('standard input is read once, packed or not, even an archive', async () => {
  const stdin = pieces('on', 'e')
  assert.deepEqual((await read(['-', '-'], { stdin })).map(sketch), ['-: one'])
  const zip = zipOf([{ name: 'in.txt', content: 'x' }])
  const packed = pieces(zip.subarray(0, 3), zip.subarray(3))
  assert.deepEqual((await read(['-'], { stdin: packed })).map(sketch), ['-!in.txt: x'])
})

test('gzip members follow each other; what is broken off is kept and said', async () => {
  const whole = Buffer.concat([gzipSync('one '), gzipSync('two')])
  assert.deepEqual(await sketches(put('two.gz', whole)), ['two.gz: one two'])
  const big = gzipSync(Buffer.from(Array.from({ length: 99_999 }, (_, n) => n).join('\n')))
  const [cut] = await read([put('cut.gz', big.subarray(0, -9999))])
  assert.ok(cut?.is === 'document' && cut.text.startsWith('0\n1\n2\n'))
  assert.deepEqual(
    cut.problems.map(({ code, lost }) => [code, lost]),
    [['truncated', true]],
  )
  big[big.length - 6] = (big.at(-6) ?? 0) ^ 1
  const [wrong] = await read([put('wrong.gz', big)])
  assert.match(wrong?.is === 'document' ? (wrong.problems[0]?.why ?? '') : '', /incorrect data/)
  assert.deepEqual(await sketches(put('bad.gz', Buffer.from('\x1f\x8bnonsense', 'latin1'))), [
    'bad.gz: malformed',
  ])
})

test('one odd entry of an archive does not cost the others', async () => {
  const archive = zipOf([
    { name: 'dir/', content: '' },
    { name: 'ok.txt', content: 'ok' },
    { name: '../../up.txt', content: 'only a name' },
    { name: 'secret.txt', content: 'x', isEncrypted: true },
    { name: 'odd.txt', content: 'x', method: 99 },
    { name: 'sum.txt', content: 'sum', claims: { crc: 7 } },
    { name: 'inner.gz', content: gzipSync('inner') },
    { name: 'inner.zip', content: zipOf([{ name: 'deep.txt', content: 'deep' }]) },
    { name: 'back\\slash.txt', content: 'b', method: 0 },
    { name: '__MACOSX/._x', content: 'x' },
    { name: 'last.txt', content: 'last' },
  ])
  assert.deepEqual(
    (await sketches(put('all.zip', archive))).map((line) => line.replace('all.zip!', '')),
    [
      ...['ok.txt: ok', '../../up.txt: only a name', 'secret.txt: not-readable'],
      ...['odd.txt: not-readable', 'sum.txt: sum', 'inner.gz: inner', 'inner.zip!deep.txt: deep'],
      ...['back/slash.txt: b', 'last.txt: last'],
    ],
  )
})

test('a wrong checksum is told with the entry that has it', async () => {
  const archive = zipOf([{ name: 'sum.txt', content: 'sum', claims: { crc: 7 } }])
  const [input] = await read([put('sum.zip', archive)])
  assert.ok(input?.is === 'document')
  assert.match(input.problems[0]?.why ?? '', /checksum/)
})

test('archives more than one inside the other, cut or empty ones are told', async () => {
  const inner = zipOf([{ name: 'x.gz', content: gzipSync('x') }])
  const deep = zipOf([{ name: 'in.zip', content: inner }])
  assert.deepEqual(await sketches(put('deep.zip', deep)), ['deep.zip!in.zip!x.gz: not-readable'])
  assert.deepEqual(await sketches(put('cut.zip', deep.subarray(0, -30))), ['cut.zip: malformed'])
  assert.deepEqual(await sketches(put('none.zip', zipOf([]))), [])
})

test('bytes inside a document are read like a file, and are nobody’s named input', async () => {
  const zip = zipOf([{ name: 'in.txt', content: 'x' }])
  const [inner] = await gather(documentsIn('mail!a.zip', zip))
  assert.equal(inner && sketch(inner), 'mail!a.zip!in.txt: x')
  const [empty] = await gather(documentsIn('mail!e', new Uint8Array()))
  assert.equal(empty && sketch(empty), 'mail!e: ')
  const [cut] = await gather(documentsIn('mail!a.zip', zip.subarray(0, -9)))
  assert.ok(cut?.is === 'refused' && !cut.isNamed)
})

const small = { ...defaultLimits, documentBytesMax: 2 ** 22, blankBytesMax: 2 ** 26 }

test('bombs stop at their bound: gzip, zip, many entries, an entry that lies', async () => {
  const limits = { ...small, ratioFreeBytes: 2 ** 16, entriesMax: 2 }
  const zeros = Buffer.alloc(2 ** 21, 'a')
  const bomb = put('bomb.gz', gzipSync(zeros))
  const zip = put('bomb.zip', zipOf([{ name: 'z', content: zeros }]))
  const many = Array.from({ length: 3 }, (_, n) => ({ name: `${n}`, content: 'x' }))
  const liar = { name: 'z', content: zeros, claims: { size: 10 } }
  const found = await read(
    [bomb, zip, put('many.zip', zipOf(many)), put('lies.zip', zipOf([liar]))],
    { limits },
  )
  assert.deepEqual(found.map(sketch), [
    ...['bomb.gz: too-large', 'bomb.zip!z: too-large', 'many.zip: too-large'],
    'lies.zip!z: malformed',
  ])
})

test('a document over the bound is refused, and only after as much was read', async () => {
  const stdin = endless(Buffer.alloc(2 ** 20, 'x'), Number.POSITIVE_INFINITY)
  assert.deepEqual((await read(['-'], { stdin, limits: small })).map(sketch), ['-: too-large'])
})

test('blanks without end are refused at their bound, with an end they are empty', async () => {
  const blank = Buffer.alloc(2 ** 20, ' ')
  const over = endless(blank, Number.POSITIVE_INFINITY)
  assert.deepEqual((await read(['-'], { stdin: over, limits: small })).map(sketch), [
    '-: too-large',
  ])
  const [empty] = await read(['-'], { stdin: endless(blank, 60), limits: small })
  assert.deepEqual(empty?.is === 'document' && [empty.text, empty.sizeBytes], ['', 60 * 2 ** 20])
})

test('text after many blanks keeps its line number', async () => {
  const blank = Buffer.from(`${' '.repeat(2 ** 21 - 2)}\n\n`)
  async function* stdin(): Chunks {
    yield blank
    yield Buffer.from('text')
  }
  const [late] = await read(['-'], { stdin: stdin() })
  assert.deepEqual(late?.is === 'document' && late.text, '\n\ntext')
})
