import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import {
  ensureFirstCoordinator,
  listTokens,
  makeToken,
  principalOfToken,
  revokeToken,
} from './org.store.ts'
import { type AccessChange, linkLivesMs, sessionLivesMs } from './org.ts'
import { endSession, makeSignInLink, sessionOf, spendLink } from './session.store.ts'

const now = new Date('2026-03-01T10:00:00Z')
const later = (ms: number): Date => new Date(now.getTime() + ms)

/** What was told of changes of access, in order. */
const changes: AccessChange[] = []
const at = (ms = 0) => ({
  ...{ from: 'Chrome on Linux', now: later(ms) },
  told: async (_tx: unknown, change: AccessChange) => void changes.push(change),
})

describe('sign-in and tokens', () => {
  let database: TestDatabase
  let person: string
  before(async () => {
    database = await freshDatabase()
    person = (await ensureFirstCoordinator(database.app, 'Harbour CERT', now)).person
  })
  after(() => database[Symbol.asyncDispose]())
  const wish = { name: 'scanner', organisation: 'Lab', role: 'finder', days: 30 } as const
  const make = (days = 30) =>
    asActor(database.app, systemActor, (tx) => makeToken(tx, { ...wish, days, owner: person }, now))

  test('two processes that start at once make one first coordinator', async () => {
    const again = await Promise.all(
      [1, 2, 3].map(() => ensureFirstCoordinator(database.app, 'Another name', now)),
    )
    assert.ok(again.every((one) => one.person === person))
  })

  test('a link of another text, a spent one and an old one open nothing', async () => {
    const link = await makeSignInLink(database.app, person, now)
    assert.equal(await spendLink(database.app, `${link}x`, at()), null)
    assert.equal(await spendLink(database.app, link, at(linkLivesMs + 1)), null)
    const both = await Promise.all([1, 2].map(() => spendLink(database.app, link, at())))
    assert.equal(both.filter((session) => session !== null).length, 1)
    assert.equal(await spendLink(database.app, link, at()), null)
  })

  test('a session is its holder until it ends', async () => {
    const link = await makeSignInLink(database.app, person, now)
    const session = (await spendLink(database.app, link, at())) ?? ''
    assert.equal((await sessionOf(database.app, session, now))?.principal.role, 'coordinator')
    assert.equal(await sessionOf(database.app, session, later(sessionLivesMs)), null)
    assert.equal(await sessionOf(database.app, 'no such session', now), null)
    await endSession(database.app, session, at())
    assert.equal(await sessionOf(database.app, session, now), null)
  })

  test('unknown, expired and revoked tokens are told apart by nothing', async () => {
    const { token, id } = await make()
    assert.equal((await principalOfToken(database.app, token, now))?.role, 'finder')
    const other = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`
    assert.equal(await principalOfToken(database.app, other, now), null)
    assert.equal(await principalOfToken(database.app, 'tap_v1_short', now), null)
    assert.equal(await principalOfToken(database.app, token, later(30 * 86_400_000)), null)
    const revoke = () => asActor(database.app, systemActor, (tx) => revokeToken(tx, id, now))
    assert.deepEqual([await revoke(), await revoke()], [true, false])
    assert.equal(await principalOfToken(database.app, token, now), null)
  })

  test('a disabled person or organisation has no token', async () => {
    const { token } = await make()
    const set = (at: Date | null) =>
      asActor(database.app, systemActor, (tx) =>
        tx
          .updateTable('parley.organisation')
          .set({ disabled_at: at })
          .where('name', '=', 'Lab')
          .execute(),
      )
    await set(now)
    assert.equal(await principalOfToken(database.app, token, now), null)
    await set(null)
    assert.equal(await principalOfToken(database.app, token, now), null, 'it is revoked for good')
  })

  test('no token lives longer than a year', async () => {
    const { token } = await make(10_000)
    assert.notEqual(await principalOfToken(database.app, token, later(364 * 86_400_000)), null)
    assert.equal(await principalOfToken(database.app, token, later(365 * 86_400_000)), null)
  })

  test('the token itself is nowhere in the database', async () => {
    const { token, id } = await make()
    const rows = await asActor(database.app, systemActor, listTokens)
    assert.ok(rows.some((row) => row.id === id))
    assert.ok(!JSON.stringify(rows).includes(token))
  })
})
