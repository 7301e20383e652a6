import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase } from '../../../test/db/database.ts'
import { entryOf, testSigner } from '../../../test/db/ledger.ts'
import { type Files, folderOf } from '../../../test/db/ledger-folder.ts'
import { provenEntry } from './entry-list.store.ts'
import { headOf, ledgerFiles } from './export.store.ts'
import { placePending, record } from './ledger.store.ts'
import { checkpointPath } from './ledger-folder.ts'
import { redact } from './redact.store.ts'
import { verifyLedger } from './verify.ts'

test('what is exported verifies, also as of a checkpoint that was passed', async () => {
  await using database = await freshDatabase()
  const pool = database.app
  assert.equal(await headOf(pool), null)
  const write = (count: number): Promise<void> =>
    asActor(pool, systemActor, (tx) =>
      record(
        tx,
        Array.from({ length: count }, (_, at) => entryOf(at)),
      ),
    )
  const place = () => placePending({ pool, signer: testSigner, now: new Date(0) })
  await write(300)
  await place()
  const before = await headOf(pool)
  await write(5_000)
  await place()
  const after = await headOf(pool)
  assert.ok(before && after)
  const [old, files] = [await exported(before), await exported(after)]
  for (const [one, size] of [
    [old, 300],
    [files, 5_300],
  ] as const) {
    const report = await verifyLedger({ folder: folderOf(one), since: note(old) })
    assert.ok(report.ok)
    assert.deepEqual([report.value.problems, report.value.size], [[], size])
  }
  const back = await verifyLedger({ folder: folderOf(old), since: note(files) })
  assert.match(back.ok ? (back.value.problems[0]?.why ?? '') : '', /rolled back/)

  const owner = new Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const asked = { index: 7, names: ['actor', 'record'], reason: 'asked to', now: new Date(0) }
  for (const wrong of [
    { ...asked, index: 9_999 },
    { ...asked, names: ['actor', 'reason'] },
  ]) {
    assert.equal((await redact(owner, wrong)).ok, false)
  }
  assert.ok((await redact(owner, asked)).ok)
  assert.equal((await redact(owner, asked)).ok, false)
  await owner.end()
  const redacted = await verifyLedger({ folder: folderOf(await exported(after)) })
  assert.deepEqual(redacted.ok && [redacted.value.problems, redacted.value.redacted], [[], 2])
  assert.equal(await place(), 1)
  const last = await asActor(pool, systemActor, (tx) => provenEntry(tx, 5_300))
  const { action, record: of, reason, fields } = last?.entry ?? {}
  assert.deepEqual([action, of, reason], ['ledger.redact', '7', 'asked to'])
  assert.deepEqual(fields, { names: 'actor record' })

  async function exported(head: NonNullable<typeof before>): Promise<Files> {
    const found: Files = new Map()
    for await (const { path, bytes } of ledgerFiles(pool, head, testSigner)) found.set(path, bytes)
    return found
  }
})

const note = (files: Files): Buffer => files.get(checkpointPath) ?? Buffer.alloc(0)
