import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { Result } from '#kernel/result.ts'
import type { Chunks } from './bytes.ts'
import { defaultLimits } from './input.ts'
import { type Line, linesOf } from './lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-lines-'))
after(() => rmSync(folder, { recursive: true }))

async function* pieces(parts: readonly Buffer[]): Chunks {
  yield* parts
}
async function read(...of: Parameters<typeof linesOf>): Promise<Result<Line>[]> {
  const lines: Result<Line>[] = []
  for await (const line of linesOf(...of)) lines.push(line)
  return lines
}
async function sketches(parts: readonly Buffer[], limits = defaultLimits): Promise<string[]> {
  const lines = await read('-', { stdin: pieces(parts), limits })
  return lines.map((line) => (line.ok ? line.value.text : `!${line.refusal.code}`))
}
const parts = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text))

test('a file that is not there gives one refusal', async () => {
  const [line, ...rest] = await read(join(folder, 'none'))
  assert.equal(line?.ok === false && line.refusal.code, 'not-found')
  assert.deepEqual(rest, [])
})

test('a line over the bound costs itself only', async () => {
  const limits = { ...defaultLimits, lineBytesMax: 4 }
  const long = parts('ab\nabc', 'def', 'ghi\ncd\n', 'abcde', '\nabcd\nabcdef')
  assert.deepEqual(await sketches(long, limits), [
    ...['ab', '!too-large', 'cd', '!too-large', 'abcd', '!too-large'],
  ])
})

test('a packed file that breaks off gives its whole lines and then a refusal', async () => {
  const text = Array.from({ length: 60_000 }, (_, n) => `line ${n}`).join('\n')
  const path = join(folder, 'cut.gz')
  writeFileSync(path, gzipSync(text).subarray(0, -9000))
  const lines = await read(path)
  const last = lines.at(-1)
  assert.ok(lines.length > 1000)
  assert.match(last?.ok === false ? last.refusal.why : '', /ends in the middle/)
  assert.ok(lines.slice(0, -1).every((line, at) => line.ok && line.value.text === `line ${at}`))
})

test('lines that are no UTF-8 say so', async () => {
  const [good, bad] = await read('-', {
    stdin: pieces([Buffer.from('a\n\xff\n', 'latin1')]),
  })
  assert.deepEqual(good?.ok && good.value, { number: 1, text: 'a', isUtf8: true })
  assert.deepEqual(bad?.ok && bad.value, { number: 2, text: '\ufffd', isUtf8: false })
})

test('marks, carriage returns, UTF-16 and a missing last line end make no difference', async () => {
  for (const text of ['a\nb\n', '\ufeffa\r\nb', 'a\nb']) {
    assert.deepEqual(await sketches(parts(text)), ['a', 'b'])
  }
  const wide = Buffer.from('\ufeffa\nb', 'utf16le')
  assert.deepEqual(await sketches([wide]), ['a', 'b'])
  assert.deepEqual(await sketches([Buffer.from(wide).swap16()]), ['a', 'b'])
})

test('lines do not depend on how their bytes arrive, packed or not', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '😀', '"') })
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (body, size) => {
      const expected = body.split('\n')
      if (expected.at(-1) === '') expected.pop()
      for (const bytes of [Buffer.from(body), gzipSync(body)]) {
        const cut: Buffer[] = []
        for (let at = 0; at < bytes.length; at += size) cut.push(bytes.subarray(at, at + size))
        assert.deepEqual(await sketches(cut), expected)
      }
    }),
    { numRuns: 60 },
  )
})
