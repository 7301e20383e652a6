import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { verifierText } from '#formats/tlog/note.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { backUp, readBackup, restore } from '#platform/db/backup.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { entryOf } from '../../../test/db/ledger.ts'
import { type Files, folderOf } from '../../../test/db/ledger-folder.ts'
import { headOf, ledgerFiles } from './export.store.ts'
import { placePending, record, rotateKey } from './ledger.store.ts'
import { ledgerKeys, ledgerSignerOf, signingKey } from './ledger-key.ts'
import { redact } from './redact.store.ts'
import { verifyLedger } from './verify.ts'

const now = new Date('2026-11-21T12:00:00Z')
const [first, second, third] = [randomKey(), randomKey(), randomKey()]
const keys: Keys = { is: 'root', all: [first, second, third] }
const signers = keys.all.map((key) => ({ signer: ledgerSignerOf(keys, key), keyId: key.id }))
const [one, two, three] = signers
assert.ok(one && two && three)

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
})
after(() => database[Symbol.asyncDispose]())

const write = (count: number): Promise<void> =>
  asActor(database.app, systemActor, (tx) =>
    record(
      tx,
      Array.from({ length: count }, (_, at) => entryOf(at)),
    ),
  )
const place = ({ signer } = one) => placePending({ pool: database.app, signer, now })
const rotate = (from: typeof one, to: typeof one) =>
  rotateKey({ pool: database.app, from, to, reason: 'yearly', now })

async function exported(): Promise<Files> {
  const head = await headOf(database.app)
  assert.ok(head)
  const signer = await asActor(database.app, systemActor, (tx) => signingKey(tx, keys))
  const files: Files = new Map()
  for await (const { path, bytes } of ledgerFiles(database.app, head, signer)) {
    files.set(path, bytes)
  }
  return files
}

test('a key is changed twice, and the ledger verifies by each of the three', async () => {
  await write(3)
  await place()
  const kept = (await exported()).get('checkpoint')
  assert.ok(kept)
  // What waits gets its place before the change.
  await write(2)
  assert.equal(await rotate(one, two), 6)
  await write(300)
  await place(two)
  assert.equal(await rotate(two, three), 307)
  await write(1)
  await place(three)
  const files = await exported()
  const names = [...files.keys()].filter((path) => path.startsWith('key'))
  assert.deepEqual(names.sort(), ['key', 'key-change/307', 'key-change/6', 'keys'])
  for (const { signer } of signers) {
    const report = await verifyLedger({ folder: folderOf(files), key: signer, since: kept })
    assert.ok(report.ok)
    assert.deepEqual([report.value.problems, report.value.keys], [[], 3])
  }
})

test('the key that was replaced signs nothing more, and hands nothing over', async () => {
  await write(1)
  await assert.rejects(place(two), /another key signs the ledger by now/)
  await assert.rejects(rotate(two, one), /another key signs the ledger by now/)
  assert.equal(await place(three), 1)
})

test('who lacks the newest key is told to restart', async () => {
  const lacking: Keys = { is: 'root', all: [first, second] }
  const finding = asActor(database.app, systemActor, (tx) => signingKey(tx, lacking))
  await assert.rejects(finding, /a key that this process does not have: restart/)
})

test('the keys are kept with the sizes from which on they sign', async () => {
  const rows = await asActor(database.app, systemActor, ledgerKeys)
  assert.deepEqual(
    rows.map((row) => [row.first_size, row.verifier]),
    [
      [0, verifierText(one.signer)],
      [6, verifierText(two.signer)],
      [307, verifierText(three.signer)],
    ],
  )
})

test('what a change of the key says is never taken away', async () => {
  const owner = new Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const asked = { reason: 'asked to', now }
  assert.equal((await redact(owner, { ...asked, index: 5, names: ['record'] })).ok, false)
  assert.equal((await redact(owner, { ...asked, index: 4, names: ['record'] })).ok, true)
  await owner.end()
})

test('a backup brings keys, and what entries are about, back as they were', async () => {
  // Both with its place and without.
  const shown = { ...entryOf(1), about: ['report_a', 'report_b'] }
  const look = () => asActor(database.app, systemActor, (tx) => record(tx, [shown]))
  await look()
  await place(three)
  await look()
  const folder = mkdtempSync(join(tmpdir(), 'parley-ledger-'))
  await using restored = await freshDatabase()
  const [owner, into] = [database, restored].map(
    ({ ownerUrl }) => new Client({ connectionString: ownerUrl }),
  )
  assert.ok(owner && into)
  await owner.connect()
  await into.connect()
  await backUp(owner, folder, now)
  const manifest = await readBackup(folder)
  assert.ok(manifest.ok)
  const done = await restore(into, folder, manifest.value)
  assert.ok(done.ok, JSON.stringify(done))
  const rowsOf = async (of: Client, table: string): Promise<string> => {
    await of.query('set role parley_keeper')
    const { rows } = await of.query(`select * from parley.ledger_${table}`)
    return rows
      .map((row) => JSON.stringify(row))
      .sort()
      .join('\n')
  }
  for (const table of ['key', 'about', 'list', 'pending', 'entry', 'checkpoint']) {
    const before = await rowsOf(owner, table)
    assert.notEqual(before, '', table)
    assert.equal(await rowsOf(into, table), before, table)
  }
  await owner.end()
  await into.end()
  rmSync(folder, { recursive: true })
})
