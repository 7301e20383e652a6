import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Frame, ReportReader } from './report.ts'

function readIn(pieces: readonly Uint8Array[], bytesMax = 1000): Frame[] {
  const frames: Frame[] = []
  const reader = new ReportReader(bytesMax, (frame) => frames.push(frame))
  for (const piece of pieces) reader.add(piece)
  return frames
}

const encode = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(
    frames.flatMap(({ name, bytes }) => [Buffer.from(`${name} ${bytes.length}\n`), bytes]),
  )

const someFrame = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/),
  bytes: fc.uint8Array({ maxLength: 300 }),
})
const cuts = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 20 })

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return pieces
}

test('what is no frame ends the report', () => {
  for (const text of ['\n', 'a\n', 'a -1\n', 'a 1001\n', 'A 0\n', '../x 0\n', 'a 0 0\n']) {
    assert.deepEqual(readIn([Buffer.from(`${text}good 0\n`)]), [], JSON.stringify(text))
  }
  assert.deepEqual(readIn([Buffer.from(`${'x'.repeat(5000)} 0\ngood 0\n`)]), [])
})

test('frames are read in whatever pieces they come', () => {
  fc.assert(
    fc.property(fc.array(someFrame), cuts, (frames, lengths) => {
      const read = readIn(cut(encode(frames), lengths))
      assert.deepEqual(
        read.map(({ name, bytes }) => [name, [...bytes]]),
        frames.map(({ name, bytes }) => [name, [...bytes]]),
      )
    }),
  )
})

test('any bytes at all are read without harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), cuts, (bytes, lengths) => {
      for (const frame of readIn(cut(bytes, lengths))) assert.ok(frame.bytes.length <= 1000)
    }),
  )
})
