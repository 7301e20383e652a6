import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readDirectory } from './directory.ts'
import { sourceOf, Unread } from './source.ts'
import { ZipWriter } from './writer.ts'

/** An archive of members with these names, each of which holds its number. */
async function zipped(names: readonly string[]): Promise<Buffer> {
  const parts: Buffer[] = []
  const writer = new ZipWriter(async (bytes) => void parts.push(bytes), 'deflate')
  for (const [number, name] of names.entries()) await writer.add(name, Buffer.from(`${number}`))
  await writer.finish()
  return Buffer.concat(parts)
}

/** The place that the index of 1,500 members, which has 4,096 places, looks at first. */
function slotOf(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) & 4_095
}

test('names that are made to lie in one place are refused, not looked through', async () => {
  const names: string[] = []
  for (let number = 0; names.length < 1_500; number++) {
    const name = number.toString(36)
    if (slotOf(name) < 4) names.push(name)
  }
  await assert.rejects(
    async () => readDirectory(sourceOf(await zipped(names))),
    (error) => error instanceof Unread && /made to cost time/.test(error.refusal.why),
  )
})

test('as many names in a row are not', async () => {
  const names = Array.from({ length: 20_000 }, (_, number) => `samples/${number}_epoch_1.json`)
  const { members, replaced } = await readDirectory(sourceOf(await zipped(names)))
  assert.deepEqual([members.size, replaced], [20_000, 0])
  assert.equal(members.get('samples/777_epoch_1.json')?.name, 'samples/777_epoch_1.json')
})

test('a name that is not there is not found, whatever else it is called like', async () => {
  const { members } = await readDirectory(sourceOf(await zipped(['a', 'toString', ''])))
  assert.deepEqual(
    ['b', 'a ', 'constructor'].map((name) => members.get(name)),
    [undefined, undefined, undefined],
  )
  const none = await readDirectory(sourceOf(await zipped([])))
  assert.deepEqual([none.members.size, none.members.get('a')], [0, undefined])
})

test('whatever the names are, the last of each counts, in the order of those that do', async () => {
  const name = fc.oneof(fc.constantFrom('a', 'b', 'é', 'samples/1'), fc.string({ maxLength: 3 }))
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 40 }), async (made) => {
      const names = made.map((each) => each.toWellFormed())
      const kept = new Map<string, number>()
      for (const [number, each] of names.entries()) {
        kept.delete(each)
        kept.set(each, number)
      }
      const { members, replaced } = await readDirectory(sourceOf(await zipped(names)))
      assert.deepEqual([...members.keys()], [...kept.keys()])
      assert.deepEqual(
        Array.from(members.values(), (member) => member.name),
        [...kept.keys()],
      )
      assert.deepEqual([members.size, replaced], [kept.size, names.length - kept.size])
      // Each member is the one that was written last: its number of digits and its sum say so.
      const all = Array.from(members.values(), ({ name, offset }) => ({ name, offset }))
      assert.deepEqual(
        all.toSorted((one, other) => one.offset - other.offset),
        all,
      )
      for (const each of kept.keys()) assert.equal(members.get(each)?.name, each)
    }),
    { numRuns: 200 },
  )
})
