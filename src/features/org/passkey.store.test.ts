import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Actor } from '#platform/db/as-actor.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, finder, peopleOf } from '../../../test/db/reports.ts'
import { challengeLivesMs } from './org.ts'
import { keepPasskey, listPasskeys, makeChallenge, makeRecoveryCodes } from './passkey.store.ts'

const now = new Date('2026-03-01T10:00:00Z')
const made = { credentialId: 'AAAA', publicKey: new Uint8Array([1]), counter: 0 }

describe('ways in are their own, whoever asks the database', () => {
  let database: TestDatabase
  const ada = coordinator.person ?? ''
  const fay = finder.person ?? ''
  const naming = (person: string) => ({ person, name: 'Key', transports: [], now })
  before(async () => {
    database = await freshDatabase()
    await peopleOf(database.app)
    await asActor(database.app, finder, async (tx) => {
      assert.notEqual(await keepPasskey(tx, made, naming(fay)), null)
      await makeRecoveryCodes(tx, fay, now)
    })
  })
  after(() => database[Symbol.asyncDispose]())

  const refused = (actor: Actor, work: Parameters<typeof asActor<unknown>>[2]) =>
    assert.rejects(asActor(database.app, actor, work), /row-level security/)

  test('a coordinator sees no passkey and no code of somebody else', async () => {
    await asActor(database.app, coordinator, async (tx) => {
      assert.deepEqual(await listPasskeys(tx, fay), [])
      const codes = await tx.selectFrom('parley.recovery_code').select('hash').execute()
      assert.deepEqual(codes, [])
    })
  })

  test('nobody adds a passkey or codes for somebody else', async () => {
    const other = { ...made, credentialId: 'BBBB' }
    await refused(coordinator, (tx) => keepPasskey(tx, other, naming(fay)))
    await refused(systemActor, (tx) => keepPasskey(tx, other, naming(ada)))
    await refused(coordinator, (tx) => makeRecoveryCodes(tx, fay, now))
  })

  test('nobody takes a passkey or codes from somebody else', async () => {
    for (const actor of [coordinator, systemActor]) {
      await asActor(database.app, actor, async (tx) => {
        await tx.deleteFrom('parley.passkey').execute()
        await tx.deleteFrom('parley.recovery_code').execute()
      })
    }
    await asActor(database.app, finder, async (tx) => {
      assert.equal((await listPasskeys(tx, fay)).length, 1)
      const codes = await tx.selectFrom('parley.recovery_code').select('hash').execute()
      assert.equal(codes.length, 10)
    })
  })

  test('challenges and new sessions are for the product alone', async () => {
    await makeChallenge(database.app, { purpose: 'sign-in', person: null }, now)
    const seen = await asActor(database.app, coordinator, (tx) =>
      tx.selectFrom('parley.passkey_challenge').select('hash').execute(),
    )
    assert.deepEqual(seen, [])
    const session = {
      ...{ hash: Buffer.alloc(32), person_id: ada, organisation_id: 'org_staff001' },
      ...{ role: 'coordinator', created_at: now, expires_at: now },
    }
    await refused(coordinator, (tx) => tx.insertInto('parley.session').values(session).execute())
  })

  test('challenges that nobody answered are forgotten', async () => {
    const later = new Date(now.getTime() + challengeLivesMs)
    await makeChallenge(database.app, { purpose: 'sign-in', person: null }, later)
    const left = await asActor(database.app, systemActor, (tx) =>
      tx.selectFrom('parley.passkey_challenge').select('expires_at').execute(),
    )
    assert.equal(left.length, 1)
  })
})
