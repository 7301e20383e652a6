import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { type SealedEntry, sealEntry } from '#features/ledger/entry.ts'
import { signerOf, verifierText } from '#formats/tlog/note.ts'
import { newFolder } from '../db/embedded-process.ts'
import { entryOf, testSigner } from '../db/ledger.ts'
import { ledgerOf } from '../db/ledger-folder.ts'
import { parley } from './parley.ts'

const ledger = (...args: readonly string[]) => parley(['ledger', ...args])
const log = verifierText(testSigner)
const entries = Array.from({ length: 300 }, (_, at) => sealEntry(entryOf(at)))
const forged = entries.with(7, sealEntry(entryOf(1)))

function written(of: readonly SealedEntry[]): string {
  const folder = newFolder()
  for (const [path, bytes] of ledgerOf(of)) {
    const at = join(folder, path)
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, bytes)
  }
  return folder
}
const [short, whole, fork, shortFork] = [
  ...[written(entries.slice(0, 100)), written(entries), written(forged)],
  written(forged.slice(0, 100)),
]
assert.ok(short && whole && fork && shortFork)
const checkpoint = (of: string): string => join(of, 'checkpoint')

describe('a witness', () => {
  const home = newFolder()
  const [key, state] = [join(home, 'witness.key'), join(home, 'seen')]
  const cosign = (folder: string) =>
    ledger('cosign', folder, '--key', key, '--log', log, '--state', state)
  let witness = ''
  const verify = (folder: string, ...args: readonly string[]) =>
    ledger('verify', folder, '--key', log, '--witness', witness, ...args)

  test('has a key of its own, which is never written over', async () => {
    assert.equal((await ledger('witness-key', 'a name', key)).code, 2)
    const made = await ledger('witness-key', 'example.org/witness', key)
    assert.equal(made.code, 0, made.err)
    witness = made.out.trim()
    assert.match(witness, /^example\.org\/witness\+[0-9a-f]{8}\+B/)
    assert.equal((await ledger('witness-key', 'example.org/witness', key)).code, 5)
  })

  test('cosigns what is whole, and its line is added and verified', async () => {
    assert.equal((await verify(short)).code, 4)
    const { code, out, err } = await cosign(short)
    assert.equal(code, 0, err)
    const line = join(home, 'line')
    writeFileSync(line, out)
    const add = (to: string, file = line, by = witness) =>
      ledger('add-cosignature', to, file, '--witness', by)
    assert.equal((await add(whole)).code, 4, 'the line is of another checkpoint')
    const other = verifierText(signerOf('example.org/witness', Buffer.alloc(32, 3), 4))
    assert.equal((await add(short, line, other)).code, 4)
    assert.equal((await add(short, key)).code, 4)
    assert.equal((await add(short)).code, 0)
    const before = readFileSync(checkpoint(short), 'utf8')
    assert.equal((await add(short)).code, 0)
    assert.equal(readFileSync(checkpoint(short), 'utf8'), before, 'no line is added twice')
    const verified = await verify(short)
    assert.equal(verified.code, 0, verified.err)
    assert.match(verified.out, /cosigned by example\.org\/witness at 20/)
    const two = await ledger('verify', short, '--key', log, '--witness', witness, other)
    assert.deepEqual([two.code, /by 1 of the witnesses/.test(two.err)], [4, true])
    const one = await ledger(
      ...['verify', short, '--key', log, '--quorum', '1', '--witness', witness, other],
    )
    assert.equal(one.code, 0, one.err)
    assert.equal((await verify(short, '--quorum', '2')).code, 2)
  })

  test('goes on from what it saw, and refuses a fork, a way back and what is damaged', async () => {
    const seen = readFileSync(state, 'utf8')
    const refused = await cosign(fork)
    assert.deepEqual([refused.code, refused.out], [4, ''])
    assert.match(refused.err, /another history: the first 100 entries/)
    assert.equal(readFileSync(state, 'utf8'), seen)
    const { code, err } = await cosign(whole)
    assert.equal(code, 0, err)
    const back = await cosign(short)
    assert.match(back.err, /rolled back: 300 entries were signed before, these are 100/)
    assert.deepEqual([back.code, back.out], [4, ''])
    assert.equal((await cosign(whole)).code, 0)
    writeFileSync(state, 'x')
    assert.equal((await cosign(whole)).code, 4)
  })
})

describe('gossip', () => {
  const gossip = (...args: readonly string[]) => ledger('gossip', '--key', log, ...args)
  const [one, other] = [checkpoint(whole), checkpoint(fork)]

  test('finds no fork among checkpoints of one history', async () => {
    const { code, out, err } = await gossip(one, checkpoint(short), '--folder', whole)
    assert.deepEqual([code, out, err], [0, '3 checkpoints, no fork\n', ''])
  })

  test('finds two roots of one size without a folder', async () => {
    const { code, out } = await gossip(one, other)
    assert.equal(code, 4)
    assert.equal(out, `FORK ${one} and ${other}: two roots were signed for 300 entries\n`)
  })

  test('finds a fork of another size by a folder of either side', async () => {
    const early = checkpoint(shortFork)
    const blind = await gossip(one, early)
    assert.equal(blind.code, 0)
    assert.match(blind.err, /compared by size only/)
    for (const folder of [whole, fork]) {
      const { code, out } = await gossip(one, early, '--folder', folder)
      assert.equal(code, 4)
      assert.match(out, /FORK .*: the tree of 300 entries does not begin with that of 100/)
    }
  })

  test('takes nothing that the log did not sign', async () => {
    const strange = join(newFolder(), 'checkpoint')
    writeFileSync(strange, readFileSync(one, 'utf8').replace('300', '301'))
    assert.equal((await gossip(one, strange)).code, 4)
    assert.equal((await gossip(join(whole, 'none'))).code, 3)
  })
})
