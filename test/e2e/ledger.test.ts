import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { sealEntry } from '#features/ledger/entry.ts'
import { signerOf, verifierText } from '#formats/tlog/note.ts'
import { newFolder } from '../db/embedded-process.ts'
import { entryOf, testSigner } from '../db/ledger.ts'
import { type Files, ledgerOf } from '../db/ledger-folder.ts'
import { assertNoDatabase, endAll, parleyTo, serve, signIn, stop, tokenFor } from './instance.ts'
import { parley } from './parley.ts'

after(endAll)

const entries = Array.from({ length: 300 }, (_, at) => sealEntry(entryOf(at)))

function written(files: Files): string {
  const folder = newFolder()
  for (const [path, bytes] of files) {
    const at = join(folder, path)
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, bytes)
  }
  return folder
}

const whole = written(ledgerOf(entries))
const verify = (...args: readonly string[]) => parley(['ledger', 'verify', ...args])
const key = verifierText(testSigner)

test('a key that is none, and files that are not there, are refused', async () => {
  assert.equal((await verify(whole, '--key', 'x')).code, 2)
  assert.equal((await verify(whole, '--since', join(whole, 'none'))).code, 3)
  assert.equal((await verify(join(whole, 'none'))).code, 3)
  const other = verifierText(signerOf(testSigner.name, Buffer.alloc(32, 1)))
  const { code, err } = await verify(whole, '--key', other)
  assert.deepEqual([code, /checkpoint: is not signed by parley-ledger\/test/.test(err)], [4, true])
})

test('a folder that was tampered with is told by file and entry', async () => {
  const files = ledgerOf(entries)
  const tile = Buffer.from(files.get('tile/0/000') ?? '')
  tile[32 * 7] = (tile[32 * 7] ?? 0) ^ 1
  const { code, out, err } = await verify(written(files.set('tile/0/000', tile)), '--key', key)
  assert.equal(code, 4)
  assert.match(out, /is NOT whole: 1 problem/)
  assert.match(err, /^tile\/0\/000 \(entry 7\): the hash at place 7 is not the one that was signed/)
})

test('a folder that is whole says so, and whether the key was its own', async () => {
  const old = written(ledgerOf(entries.slice(0, 10)))
  const { code, out } = await verify(whole, '--key', key, '--since', join(old, 'checkpoint'))
  assert.equal(code, 0)
  assert.match(out, /parley-ledger\/test is whole\n {2}300 entries, root .*\n {2}it continues/)
  assert.doesNotMatch(out, /key in the folder/)
  assert.match((await verify(whole)).out, /by the key in the folder/)
})

test('an instance hands its ledger out while it runs, and the folder verifies', async () => {
  const data = newFolder()
  const service = await serve({ data })
  await tokenFor(data)
  assert.equal((await signIn(service.url, service.link)).status, 200)
  const folder = join(newFolder(), 'ledger')
  const { code, said } = await parleyTo(['ledger', 'export', '--data', data, folder])
  assert.equal(code, 0, said)
  assert.match(said, /Exported [1-9]\d* entries to .*\n.*parley-ledger\/[0-9a-f]{16}\+/)
  const own = /--key": (\S+)/.exec(said)?.[1] ?? ''
  const checked = await verify(folder, '--key', own)
  assert.deepEqual([checked.code, checked.err], [0, ''])
  assert.equal((await parleyTo(['ledger', 'export', '--data', data, folder])).code, 5)
  assert.equal(await stop(service), 0)
  const redact = (...args: readonly string[]) =>
    parleyTo(['ledger', 'redact', '--data', data, ...args])
  assert.equal((await redact('x', 'record', '--reason', 'asked to')).code, 2)
  assert.equal((await redact('0', 'reason', '--reason', 'asked to')).code, 3)
  assert.equal((await redact('0', 'record', '--reason', 'asked to')).code, 0)
  const later = join(newFolder(), 'ledger')
  assert.equal((await parleyTo(['ledger', 'export', '--data', data, later])).code, 0)
  const since = join(folder, 'checkpoint')
  const { code: ended, out } = await verify(later, '--key', own, '--since', since)
  assert.equal(ended, 0)
  assert.match(out, /1 values were taken away[\s\S]*it continues/)
  const rotated = await parleyTo(['ledger', 'rotate-key', '--data', data, '--reason', 'yearly'])
  assert.equal(rotated.code, 0, rotated.said)
  const next = /--key": (\S+)/.exec(rotated.said)?.[1] ?? ''
  assert.ok(next !== own && next.startsWith(own.split('+')[0] ?? '-'))
  const again = await serve({ data })
  assert.equal((await signIn(again.url, again.link)).status, 200)
  const last = join(newFolder(), 'ledger')
  const exported = await parleyTo(['ledger', 'export', '--data', data, last])
  assert.ok(exported.said.includes(`--key": ${next}`))
  assert.equal(await stop(again), 0)
  for (const one of [own, next]) {
    const found = await verify(last, '--key', one, '--since', since)
    assert.deepEqual([found.code, found.err], [0, ''], one)
    assert.match(found.out, /signed by 2 keys, each of which handed over to the next/)
  }
  assertNoDatabase(data)
})
