import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Keys, keysFor, randomKey } from './keys.ts'
import {
  chunkBytes,
  NotGenuine,
  openStream,
  randomStreamKey,
  sealedStreamBytes,
  sealStreamBody,
  sealStreamHead,
  streamHeadBytes,
} from './sealed-stream.ts'

const root: Keys = { is: 'root', all: [randomKey()] }
const keys = keysFor(root, 'test')
const sealedChunkBytes = chunkBytes + 16

/** A stream of pieces of the given sizes, in turn; all of it as one piece where none is given. */
async function* inPieces(bytes: Buffer, sizes: readonly number[] = []): AsyncGenerator<Buffer> {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[index % sizes.length] ?? 1)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function collected(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function sealed(plaintext: Buffer, data = 'd', sizes?: readonly number[]): Promise<Buffer> {
  const key = randomStreamKey()
  const body = await collected(sealStreamBody(key, inPieces(plaintext, sizes)))
  return Buffer.concat([sealStreamHead(keys, key, data), body])
}

const opened = (bytes: Buffer, data = 'd', sizes?: readonly number[]): Promise<Buffer> =>
  collected(openStream(keys, inPieces(bytes, sizes), data))

const long = randomBytes(3 * chunkBytes + 100)
const whole = await sealed(long)
const head = whole.subarray(0, streamHeadBytes)
const chunk = (number: number, of = whole): Buffer =>
  of.subarray(streamHeadBytes + number * sealedChunkBytes).subarray(0, sealedChunkBytes)
const other = await sealed(long)
const even = await sealed(long.subarray(0, 2 * chunkBytes))

const forged: readonly (readonly [why: string, bytes: Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['half a head', head.subarray(0, 20)],
  ['a head without a body', head],
  ['two chunks swapped', Buffer.concat([head, chunk(1), chunk(0), chunk(2), chunk(3)])],
  ['a chunk twice', Buffer.concat([head, chunk(0), chunk(0), chunk(1), chunk(2), chunk(3)])],
  ['a chunk missing', Buffer.concat([head, chunk(0), chunk(2), chunk(3)])],
  ['the first chunk missing', Buffer.concat([head, chunk(1), chunk(2), chunk(3)])],
  ['the last chunk missing', Buffer.concat([head, chunk(0), chunk(1), chunk(2)])],
  ['only the last chunk', Buffer.concat([head, chunk(3)])],
  ['something behind the end', Buffer.concat([whole, Buffer.of(0)])],
  ['another end behind the end', Buffer.concat([whole, chunk(3)])],
  ['a full last chunk taken for one in the middle', Buffer.concat([even, chunk(3)])],
  ['the body of another stream', Buffer.concat([head, other.subarray(streamHeadBytes)])],
  ['a chunk of another stream', Buffer.concat([head, chunk(0, other), whole.subarray(-116)])],
]

for (const [why, bytes] of forged) {
  test(`not opened: ${why}`, async () => {
    await assert.rejects(opened(bytes), NotGenuine)
  })
}

test('not opened: with other associated data, with other keys', async () => {
  await assert.rejects(opened(whole, 'e'), NotGenuine)
  const stranger = keysFor({ is: 'root', all: [randomKey()] }, 'test')
  await assert.rejects(collected(openStream(stranger, inPieces(whole), 'd')), NotGenuine)
})

test('not opened: cut off at any place', async () => {
  const lengths = fc.integer({ min: 0, max: whole.length - 1 })
  await fc.assert(
    fc.asyncProperty(lengths, async (length) => {
      await assert.rejects(opened(whole.subarray(0, length)), NotGenuine)
    }),
    { numRuns: 60 },
  )
})

test('not opened: with any bit flipped', async () => {
  const bits = fc.integer({ min: 0, max: whole.length * 8 - 1 })
  await fc.assert(
    fc.asyncProperty(bits, async (bit) => {
      const changed = Buffer.from(whole)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await assert.rejects(opened(changed), NotGenuine)
    }),
    { numRuns: 60 },
  )
})

test('no byte of a chunk that is not genuine is yielded', async () => {
  const changed = Buffer.from(whole)
  const at = streamHeadBytes + 2 * sealedChunkBytes + 5
  changed[at] = (changed[at] ?? 0) ^ 1
  let yieldedBytes = 0
  await assert.rejects(async () => {
    for await (const piece of openStream(keys, inPieces(changed), 'd')) yieldedBytes += piece.length
  }, NotGenuine)
  assert.equal(yieldedBytes, 2 * chunkBytes)
})

test('what was sealed is opened, however either side is cut into pieces', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 * chunkBytes }), { minLength: 1 })
  const near = [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, long.length]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...near), sizes, sizes, async (length, given, taken) => {
      const plaintext = long.subarray(0, length)
      const bytes = await sealed(plaintext, 'd', given)
      assert.equal(bytes.length, sealedStreamBytes(length))
      assert.ok((await opened(bytes, 'd', taken)).equals(plaintext))
    }),
    { numRuns: 60 },
  )
})

test('a source that reuses its buffer is sealed as it was', async () => {
  async function* reusing(): AsyncGenerator<Buffer> {
    const buffer = Buffer.alloc(1000)
    for (let number = 0; number < 200; number++) yield buffer.fill(number)
  }
  const key = randomStreamKey()
  const body = await collected(sealStreamBody(key, reusing()))
  const bytes = await opened(Buffer.concat([sealStreamHead(keys, key, 'd'), body]))
  for (let number = 0; number < 200; number++) assert.equal(bytes[number * 1000 + 999], number)
})

test('who stops reading ends the source, and what the source throws is thrown on', async () => {
  let isEnded = false
  async function* source(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield long
    } finally {
      isEnded = true
    }
  }
  for await (const piece of sealStreamBody(randomStreamKey(), source())) {
    if (piece.length > 0) break
  }
  assert.ok(isEnded)
  async function* broken(): AsyncGenerator<Buffer> {
    yield whole.subarray(0, 70_000)
    throw new RangeError('the line is cut')
  }
  await assert.rejects(collected(openStream(keys, broken(), 'd')), RangeError)
})
