import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { readDirectory } from './directory.ts'
import { zipLimits } from './entry.ts'
import { bytesOf, chunksOf } from './member.ts'
import { sourceOf, Unread } from './source.ts'
import { type Packing, ZipWriter } from './writer.ts'
import { FrameEnds, framesOf } from './zstd-frame.ts'

type Given = readonly (readonly [string, Buffer])[]

async function zipped(given: Given, packing: Packing, isAlways64 = false): Promise<Buffer> {
  const parts: Buffer[] = []
  const writer = new ZipWriter(async (bytes) => void parts.push(bytes), packing, { isAlways64 })
  for (const [name, content] of given) await writer.add(name, content)
  await writer.finish()
  return Buffer.concat(parts)
}

/** Every member, read in one go and in pieces, which have to be the same. */
async function unzipped(archive: Buffer): Promise<Map<string, Buffer>> {
  const source = sourceOf(archive)
  const { members } = await readDirectory(source)
  const found = new Map<string, Buffer>()
  for (const member of members.values()) {
    const whole = await bytesOf(source, member, 2 ** 30)
    const pieces: Buffer[] = []
    for await (const piece of chunksOf(source, member)) pieces.push(piece)
    assert.ok(Buffer.concat(pieces).equals(whole), member.name)
    found.set(member.name, whole)
  }
  return found
}

const refusal = async (read: () => Promise<unknown>): Promise<string> => {
  try {
    await read()
  } catch (error) {
    assert.ok(error instanceof Unread, String(error))
    return `${error.refusal.at ?? ''} ${error.refusal.why}`
  }
  return 'was read'
}

/** Makes the only member smaller and puts it where no header is. */
function moved(archive: Buffer, at: number): void {
  archive.writeUInt32LE(1, at + 20)
  archive.writeUInt32LE(3, at + 42)
}

const small = [['a.json', Buffer.from('{"a": 1}'.repeat(50))]] as const

describe('an archive that lies', () => {
  /** Offsets in the only entry of the directory (APPNOTE 4.3.12). */
  const changed = async (change: (archive: Buffer, directory: number) => void) => {
    const archive = await zipped(small, 'deflate')
    change(archive, archive.indexOf('PK\x01\x02', 0, 'latin1'))
    return refusal(() => unzipped(archive))
  }
  const lies: readonly (readonly [string, (archive: Buffer, at: number) => void, RegExp])[] = [
    ['about its size', (archive, at) => archive.writeUInt32LE(7, at + 24), /the 7 bytes/],
    ['about its checksum', (archive, at) => archive.writeUInt32LE(7, at + 16), /checksum/],
    ['with an unknown method', (archive, at) => archive.writeUInt16LE(12, at + 10), /method 12/],
    ['with encryption', (archive, at) => archive.writeUInt16LE(1, at + 8), /is encrypted/],
    ['about its place', (archive, at) => moved(archive, at), /not at byte 3/],
    ['about its name', (archive, at) => archive.write('b', at + 46), /another name/],
    ['about its packed size', (archive, at) => archive.writeUInt32LE(9e6, at + 20), /reaches into/],
    ['about a huge size', (archive, at) => archive.writeUInt32LE(4e9, at + 24), /2000 times/],
    ['about zip64', (archive, at) => archive.writeUInt32LE(0xffffffff, at + 24), /no zip64 field/],
    ['about its members', (archive) => archive.writeUInt16LE(3, archive.length - 12), /claims 3/],
    ['about its end', (archive) => archive.writeUInt32LE(9e6, archive.length - 6), /past itself/],
    ['in its packed bytes', (archive) => archive.fill(0xff, 40, 50), /damaged|checksum|bytes that/],
  ]
  for (const [what, change, why] of lies) {
    test(what, async () => assert.match(await changed(change), why))
  }

  test('by members that share bytes', async () => {
    const archive = await zipped([...small, ['b.json', Buffer.from('b')]], 'deflate')
    archive.writeUInt32LE(2, archive.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 42)
    assert.match(await refusal(() => unzipped(archive)), /shares bytes of the archive/)
  })

  test('by more than it may hold', async () => {
    const limits = { ...zipLimits, membersMax: 0 }
    const source = sourceOf(await zipped(small, 'deflate'))
    assert.match(await refusal(() => readDirectory(source, limits)), /claims a directory/)
  })

  test('by Zstandard that goes on behind the size it gives', async () => {
    const archive = await zipped([['a', Buffer.alloc(100_000)]], 'zstd')
    const at = archive.indexOf('PK\x01\x02', 0, 'latin1')
    archive.writeUInt32LE(99_999, at + 24)
    assert.match(await refusal(() => unzipped(archive)), /99999 bytes/)
  })
})

test('several frames of Zstandard are one member, in one go and in pieces', async () => {
  const texts = ['one', '', 'x'.repeat(300_000), 'four']
  const frames = texts.map((text) => zstdCompressSync(Buffer.from(text)))
  const skippable = Buffer.from([0x52, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  const packed = Buffer.concat([...frames, skippable])
  assert.deepEqual(framesOf(packed)?.slice(0, 4), frames)
  const ends = new FrameEnds()
  let count = 0
  for (let at = 0; at < packed.length; at++) {
    if (ends.take(packed.subarray(at, at + 1))?.isEnd) count++
  }
  assert.equal(count, 5)
  assert.equal(framesOf(packed.subarray(0, -1)), null)
  assert.equal(framesOf(Buffer.from('not of that kind')), null)
})

test('of two members with one name the last one counts', async () => {
  const archive = await zipped(
    [
      ['a', Buffer.from('old')],
      ['b', Buffer.from('other')],
      ['a', Buffer.from('new')],
    ],
    'zstd',
  )
  const found = await unzipped(archive)
  assert.deepEqual([...found.keys()], ['b', 'a'])
  assert.equal(found.get('a')?.toString(), 'new')
  assert.equal((await readDirectory(sourceOf(archive))).replaced, 1)
})

test('of an archive without its end the whole members are found', async () => {
  const archive = await zipped([...small, ['b', Buffer.from('b')], ['c', Buffer.from('c')]], 'zstd')
  const cut = archive.subarray(0, archive.lastIndexOf('PK\x03\x04', undefined, 'latin1') + 9)
  const { members, cutAt } = await readDirectory(sourceOf(cut))
  assert.deepEqual([[...members.keys()], cutAt], [['a.json', 'b'], cut.length])
})

test('what is written is read, in every packing, with zip64 or without', async () => {
  const member = fc.tuple(fc.string({ minLength: 1 }), fc.uint8Array({ maxLength: 2_000 }))
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(member, { selector: ([name]) => name.toWellFormed() }),
      fc.constantFrom<Packing>('deflate', 'zstd'),
      fc.boolean(),
      async (members, packing, isAlways64) => {
        const given = members.map(
          ([name, bytes]) => [name.toWellFormed(), Buffer.from(bytes)] as const,
        )
        const found = await unzipped(await zipped(given, packing, isAlways64))
        assert.deepEqual([...found], given)
      },
    ),
    { numRuns: 60 },
  )
})

test('a member of several blocks is read whole', async () => {
  const content = Buffer.alloc(20 * 2 ** 20, 'parley ')
  for (const packing of ['deflate', 'zstd'] as const) {
    const found = await unzipped(await zipped([['large', content]], packing))
    assert.ok(found.get('large')?.equals(content), packing)
  }
})

test('a member that is too large to be held is written as it comes', async () => {
  const parts: Buffer[] = []
  const writer = new ZipWriter(async (bytes) => void parts.push(bytes), 'deflate')
  const block = randomBytes(2 ** 20)
  async function* content(): AsyncGenerator<Buffer> {
    for (let count = 0; count < 80; count++) yield block
  }
  await writer.add('first', Buffer.from('1'))
  await writer.add('large', content())
  await writer.add('last', Buffer.from('3'))
  await writer.finish()
  const archive = Buffer.concat(parts)
  const source = sourceOf(archive)
  const { members } = await readDirectory(source)
  let sizeBytes = 0
  for (const member of members.values()) {
    for await (const piece of chunksOf(source, member)) sizeBytes += piece.length
  }
  assert.equal(sizeBytes, 80 * 2 ** 20 + 2)
  // Where it ends cannot be known without the directory.
  const { members: left } = await readDirectory(sourceOf(archive.subarray(0, -30)))
  assert.deepEqual([...left.keys()], ['first'])
})
