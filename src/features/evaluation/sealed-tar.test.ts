import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sealedFiles, tarOfFiles } from '../../../test/engagement/evaluation-world.ts'
import { readSealedTar, tarBytesOf, tarOfSealed } from './sealed-tar.ts'

/** The bytes in pieces of these sizes, again and again. */
async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function whole(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts)
}

const read = (bytes: Buffer, sizes: readonly number[] = [65_536]) =>
  readSealedTar(inPieces(bytes, sizes), async (_name, content) => whole(content))

describe('a sealed pack as a tar archive', () => {
  test('is refused where a name leads elsewhere, or comes twice', async () => {
    const files = [...(await sealedFiles())]
    for (const [name, why] of [
      ['../holders.json', /leads out|is no sealed pack/],
      ['a/b/holders.json', /holds a\/b\/holders.json/],
      ['holders.json', /is no sealed pack|twice/],
      ['other/holders.json', /twice/],
    ] as const) {
      const found = await read(tarOfFiles([...files, [name, Buffer.from('{}')]]))
      assert.ok(!found.ok)
      assert.match(found.refusal, why)
    }
  })

  test('is the same again, in whatever pieces it comes, in a folder or not', async () => {
    const files = await sealedFiles()
    const folded = [...files].map(([name, bytes]) => [`sealed/${name}`, bytes] as const)
    const plain = tarOfFiles(files)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (sizes, isFolded) => {
          const found = await read(isFolded ? tarOfFiles(folded) : plain, sizes)
          assert.ok(found.ok, JSON.stringify(found))
          assert.deepEqual(
            found.value.holders.map(({ name }) => name),
            ['ada', 'ben'],
          )
          for (const [name, bytes] of files) {
            assert.deepEqual(found.value.files.get(name), Buffer.from(bytes))
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  test('that is written is read again, and is as large as was said', async () => {
    const listed = [...(await sealedFiles())].map(([name, bytes]) => ({
      ...{ name, sizeBytes: bytes.length },
      content: () => inPieces(Buffer.from(bytes), [1_000]),
    }))
    const bytes = await whole(tarOfSealed(listed))
    assert.equal(bytes.length, tarBytesOf(listed))
    const found = await read(bytes)
    assert.ok(found.ok)
    assert.equal(found.value.files.size, listed.length)
  })
})
