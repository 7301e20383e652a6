import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collectEnds } from './ends.ts'
import { Unreadable } from './input.ts'

async function* inPieces(text: string, pieceBytes: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

test('a document within the bound stays whole', async () => {
  const { bytes, gap } = await collectEnds(inPieces('a\nb\nc', 2), 5)
  assert.deepEqual([bytes.toString(), gap], ['a\nb\nc', null])
})

test('lines of a longer one keep their numbers, given the gap', async () => {
  const text = Array.from({ length: 1000 }, (_, at) => `line ${at + 1}`).join('\n')
  const { bytes, gap } = await collectEnds(inPieces(text, 37), 200)
  const lines = bytes.toString().split('\n')
  assert.ok(gap && bytes.length <= 201)
  for (const [at, line] of lines.entries()) {
    if (line === '') continue
    const number: number = at + 1 <= gap.afterLines ? at + 1 : at + 1 + gap.lines
    assert.equal(line, `line ${number}`)
  }
  assert.equal(lines.at(-1), 'line 1000')
})

test('what came before a stream broke is kept, and why it broke', async () => {
  async function* breaking(): AsyncGenerator<Buffer> {
    yield Buffer.from('a\n')
    throw new Unreadable({ code: 'not-readable', why: 'broke' })
  }
  const { bytes, brokenBy } = await collectEnds(breaking(), 100)
  assert.deepEqual([bytes.toString(), brokenBy?.refusal.why], ['a\n', 'broke'])
})

test('both ends are there, whatever the pieces, and never more than was asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 2, max: 200 }),
      async (text, pieceBytes, keptBytes) => {
        const { bytes, gap, sizeBytes } = await collectEnds(inPieces(text, pieceBytes), keptBytes)
        const whole = Buffer.from(text)
        assert.equal(sizeBytes, whole.length)
        assert.equal(gap === null, whole.length <= keptBytes)
        if (gap === null) assert.deepEqual(bytes, whole)
        else {
          assert.ok(bytes.length <= keptBytes + 1)
          assert.equal(gap.bytes + bytes.length - 1, whole.length)
        }
      },
    ),
  )
})
