import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Packed, zipOf } from '../../../test/archive.ts'
import { unwrap } from './unwrap.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-unwrap-'))
after(() => rmSync(folder, { recursive: true }))
const [path, to] = [join(folder, 'outer.zip'), join(folder, 'inner.zip')]

const inner = zipOf([{ name: 'a.json', content: '{"a":1}' }])
const outer = (...members: readonly Packed[]): void => writeFileSync(path, zipOf(members))

const others: readonly (readonly [says: string, members: readonly Packed[]])[] = [
  ['nothing', []],
  ['a document', [{ name: 'a.json', content: '{"a":1}' }]],
  ['an empty file', [{ name: 'a.zip', content: '' }]],
  [
    'two archives',
    [
      { name: 'a.zip', content: inner },
      { name: 'b.zip', content: inner },
    ],
  ],
  ['an archive that is locked', [{ name: 'a.zip', content: inner, isEncrypted: true }]],
]

for (const [says, members] of others) {
  test(`an archive that holds ${says} is no wrapping, and leaves nothing behind`, async () => {
    outer(...members)
    assert.equal(await unwrap(path, to), false)
    assert.equal(existsSync(to), false)
  })
}

test('damage is told, and leaves nothing behind', async () => {
  outer({ name: 'a.zip', content: inner, claims: { crc: 1 } })
  await assert.rejects(unwrap(path, to), /checksum/)
  writeFileSync(path, 'PK\x03\x04 and then nothing')
  await assert.rejects(unwrap(path, to), /damaged/)
  assert.equal(existsSync(to), false)
})

test('the archive inside comes out byte by byte', async () => {
  outer({ name: 'a.zip', content: inner })
  assert.equal(await unwrap(path, to), true)
  assert.deepEqual(readFileSync(to), inner)
})
