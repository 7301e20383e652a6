import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase } from '../../../test/db/database.ts'
import { entryOf, testSigner } from '../../../test/db/ledger.ts'
import { type Files, folderOf } from '../../../test/db/ledger-folder.ts'
import { headOf, ledgerFiles } from './export.store.ts'
import { placePending, record } from './ledger.store.ts'
import { checkpointPath } from './ledger-folder.ts'
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

  const owner = new Client({
    connectionString: database.superuserUrl.replace(/[^/]*$/, database.name),
  })
  await owner.connect()
  await owner.query(`update parley.ledger_field set fields = fields - 'actor', person = null
    where index = 7`)
  await owner.end()
  const redacted = await verifyLedger({ folder: folderOf(await exported(after)) })
  assert.deepEqual(redacted.ok && [redacted.value.problems, redacted.value.redacted], [[], 1])
  const { rows } = await asActor(pool, systemActor, (tx) =>
    sql`select 1 from parley.ledger_field where person is null`.execute(tx),
  )
  assert.equal(rows.length, 1)

  async function exported(head: NonNullable<typeof before>): Promise<Files> {
    const found: Files = new Map()
    for await (const { path, bytes } of ledgerFiles(pool, head, testSigner)) found.set(path, bytes)
    return found
  }
})

const note = (files: Files): Buffer => files.get(checkpointPath) ?? Buffer.alloc(0)
