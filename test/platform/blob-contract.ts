import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { type BlobRef, type Blobs, BlobUnreadable } from '#platform/blobs/blobs.ts'
import { collected, inPieces } from './pieces.ts'

type Subject = {
  readonly name: string
  readonly blobs: Blobs
  /** Another store with other keys over the same place. */
  readonly stranger: Blobs
  /** What is stored under an id, and a way to put something else there. */
  readonly stored: (id: string) => Promise<Buffer>
  readonly replace: (id: string, bytes: Buffer) => Promise<void>
}

/** Keeps content and answers with its reference; a refusal fails the test. */
export async function kept(
  blobs: Blobs,
  content: Parameters<Blobs['put']>[0],
  keeping = { sealed: true, associatedData: 'owner' },
): Promise<BlobRef> {
  const put = await blobs.put(content, keeping)
  assert.ok(put.ok, JSON.stringify(put))
  return put.value
}

const unreadable = (code: string) => (error: unknown) =>
  error instanceof BlobUnreadable && error.refusal.code === code

const plain = { sealed: false, associatedData: '' }
const text = Buffer.from('something that only some may read '.repeat(5000))

/** Refusals of every store of blobs. */
export function refusesLikeBlobs({ name, blobs, stored, replace }: Subject): void {
  test(`${name}: what is not kept is not found`, async () => {
    const ref = { id: `plain-${'0'.repeat(64)}`, sizeBytes: 1, sha256: '0'.repeat(64) }
    await assert.rejects(collected(blobs.open(ref)), unreadable('not-found'))
    assert.deepEqual(await blobs.has(ref), { ok: true, value: false })
    assert.deepEqual(await blobs.delete(ref), { ok: true, value: null })
  })

  test(`${name}: what is no id reaches no file`, async () => {
    const sound = { sizeBytes: 1, sha256: '0'.repeat(64) }
    const hostile = [
      ...['', 'plain-', '../../etc/passwd', `plain-${'0'.repeat(62)}/.`, '/etc/passwd'],
      ...[`plain-${'0'.repeat(64)}\n`, `Plain-${'0'.repeat(64)}`, `plain-${'A'.repeat(64)}`],
    ]
    for (const id of hostile) {
      assert.throws(() => blobs.open({ ...sound, id }), TypeError)
      await assert.rejects(blobs.has({ id }), TypeError)
      await assert.rejects(blobs.delete({ id }), TypeError)
    }
  })

  test(`${name}: damaged content is told`, async () => {
    for (const keeping of [plain, { sealed: true, associatedData: 'owner' }]) {
      const ref = await kept(blobs, Buffer.concat([text, randomBytes(4)]), keeping)
      const open = () => collected(blobs.open(ref, keeping.associatedData))
      const genuine = await stored(ref.id)
      for (const at of [0, 10, 5000, genuine.length - 1]) {
        const changed = Buffer.from(genuine)
        changed[at] = (changed[at] ?? 0) ^ 1
        await replace(ref.id, changed)
        await assert.rejects(open(), unreadable('malformed'), `${ref.id} ${at}`)
      }
      for (const bytes of [genuine.subarray(0, -1), Buffer.concat([genuine, genuine])]) {
        await replace(ref.id, bytes)
        await assert.rejects(open(), unreadable('malformed'))
      }
    }
  })
}

/** What sealing adds to them. */
export function sealsLikeBlobs({ name, blobs, stranger, stored, replace }: Subject): void {
  test(`${name}: sealed content opens for its owner, under its name, with its keys`, async () => {
    const ref = await kept(blobs, text)
    await assert.rejects(collected(blobs.open(ref, 'other')), unreadable('malformed'))
    await assert.rejects(collected(blobs.open(ref)), unreadable('malformed'))
    await assert.rejects(collected(stranger.open(ref, 'owner')), unreadable('malformed'))
    const twin = await kept(blobs, Buffer.concat([text, Buffer.of(1)]))
    await replace(ref.id, await stored(twin.id))
    let seenBytes = 0
    await assert.rejects(async () => {
      for await (const piece of blobs.open(ref, 'owner')) seenBytes += piece.length
    }, unreadable('malformed'))
    assert.equal(seenBytes, 0)
  })

  test(`${name}: who sees the store without the key learns nothing from sealed blobs`, async () => {
    const ref = await kept(blobs, text)
    const digest = createHash('sha256').update(text).digest('hex')
    assert.ok(!ref.id.includes(digest))
    assert.notEqual((await kept(stranger, text)).id, ref.id)
    assert.notEqual((await kept(blobs, text, { sealed: true, associatedData: 'b' })).id, ref.id)
    assert.ok(!(await stored(ref.id)).includes('something that only'))
  })

  test(`${name}: a source that fails leaves nothing behind`, async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield text
      throw new RangeError('the line is cut')
    }
    await assert.rejects(blobs.put(failing(), plain), RangeError)
    await assert.rejects(blobs.put(failing(), { sealed: true }), RangeError)
  })
}

/** Promises of every store of blobs. */
export function keepsLikeBlobs({ name, blobs }: Subject): void {
  test(`${name}: what is put is opened, listed, and gone when deleted`, async () => {
    for (const sealed of [true, false]) {
      const ref = await kept(blobs, Buffer.from(`here ${sealed}`), { sealed, associatedData: '' })
      assert.match(ref.id, sealed ? /^sealed-/ : /^plain-/)
      assert.deepEqual(await blobs.has(ref), { ok: true, value: true })
      assert.ok((await idsOf(blobs)).includes(ref.id))
      assert.equal((await collected(blobs.open(ref))).toString(), `here ${sealed}`)
      assert.ok((await blobs.delete(ref)).ok)
      assert.deepEqual(await blobs.has(ref), { ok: true, value: false })
      assert.ok(!(await idsOf(blobs)).includes(ref.id))
    }
  })

  test(`${name}: any content comes back, whatever its pieces`, async () => {
    const contents = fc.uint8Array({ maxLength: 200_000, size: 'max' })
    const pieces = fc.integer({ min: 1000, max: 200_000 })
    await fc.assert(
      fc.asyncProperty(contents, pieces, fc.boolean(), async (bytes, pieceBytes, sealed) => {
        const keeping = { sealed, associatedData: 'd' }
        const ref = await kept(blobs, inPieces(bytes, pieceBytes), keeping)
        assert.equal(ref.sizeBytes, bytes.length)
        assert.equal(ref.sha256, createHash('sha256').update(bytes).digest('hex'))
        assert.ok((await collected(blobs.open(ref, 'd'))).equals(bytes))
        assert.deepEqual(await kept(blobs, bytes, keeping), ref)
      }),
      { numRuns: 25 },
    )
  })

  test(`${name}: equal content that is put many times at once is kept once`, async () => {
    const content = randomBytes(100_000)
    const refs = await Promise.all(Array.from({ length: 12 }, () => kept(blobs, content)))
    assert.equal(new Set(refs.map(({ id }) => id)).size, 1)
    const ids = await idsOf(blobs)
    assert.equal(ids.filter((id) => id === refs[0]?.id).length, 1)
    for (const ref of refs.slice(0, 2)) {
      assert.ok((await collected(blobs.open(ref, 'owner'))).equals(content))
    }
  })

  test(`${name}: who stops reading early leaves nothing open`, async () => {
    const ref = await kept(blobs, randomBytes(500_000))
    for await (const piece of blobs.open(ref, 'owner')) if (piece.length > 0) break
    assert.ok((await blobs.delete(ref)).ok)
  })
}

async function idsOf(blobs: Blobs): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const id of blobs.list()) ids.push(id)
  return ids
}
