import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { bytesOf, OrgServer } from '../../../test/http/org-server.ts'
import { sessionLivesMs } from './org.ts'
import { SessionWire } from './org.wire.ts'
import { roles } from './role.ts'
import { ProfileWire, RecoveryCodesWire } from './sign-in.wire.ts'

let server: OrgServer
before(async () => {
  server = await OrgServer.open()
})
after(() => server[Symbol.asyncDispose]())
// Each test begins in a window of its own.
beforeEach(() => server.pass(600_000))

const isIn = async (cookie: string): Promise<boolean> =>
  (await server.ask('GET /v1/session', { cookie })).status === 200
const profileOf = async (cookie: string) =>
  ProfileWire.parse(JSON.parse((await server.ask('GET /v1/profile', { cookie })).text))
const codesOf = async (cookie: string): Promise<string[]> => {
  const { text } = await server.ask('POST /v1/recovery-codes', { cookie, body: {} })
  return RecoveryCodesWire.parse(JSON.parse(text)).codes
}
const recover = (code: string) => server.ask('POST /v1/session/recovery', { body: { code } })

describe('recovery codes', () => {
  test('that are unknown, spent, replaced and of a disabled person look alike', async () => {
    const cookie = await server.signIn()
    const [replaced = ''] = await codesOf(cookie)
    const [spent = '', kept = ''] = await codesOf(cookie)
    assert.equal((await recover(spent)).status, 200)
    const told = [await recover('aaaaa-bbbbb-ccccc-ddddd'), await recover(spent)]
    told.push(await recover(replaced))
    const setDisabled = (at: Date | null) =>
      asActor(server.database.app, systemActor, (tx) =>
        tx
          .updateTable('parley.person')
          .set({ disabled_at: at })
          .where('id', '=', server.person)
          .execute(),
      )
    await setDisabled(server.now)
    told.push(await recover(kept))
    await setDisabled(null)
    assert.equal(new Set(told.map(bytesOf)).size, 1)
    assert.equal(told[0]?.status, 403)
  })

  test('are ten, work once however they are typed, and are stored as hashes', async () => {
    const cookie = await server.signIn()
    const codes = await codesOf(cookie)
    assert.equal(new Set(codes).size, 10)
    const [first = '', second = ''] = codes
    const entered = await recover(` ${first.toUpperCase().replaceAll('-', ' ')} `)
    assert.equal(entered.status, 200)
    const { recoveryCodes, sessions } = await profileOf(entered.cookie)
    assert.equal(recoveryCodes.left, 9)
    assert.equal(sessions.find((one) => one.isThisOne)?.factor, 'recovery code')
    const both = await Promise.all([recover(second), recover(second)])
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403])
    const stored = await asActor(server.database.app, systemActor, (tx) =>
      tx.selectFrom('parley.recovery_code').select('hash').execute(),
    )
    assert.ok(stored.every(({ hash }) => hash.length === 32))
  })

  test('guessed too often wait for the window, and passkeys and links do not', async () => {
    const cookie = await server.signIn()
    const [code = ''] = await codesOf(cookie)
    for (let guess = 0; guess < 10; guess++) assert.equal((await recover('wrong')).status, 403)
    assert.equal((await recover(code)).status, 429)
    assert.equal(await isIn(await server.signIn()), true)
    const options = await server.ask('POST /v1/session/passkey/options', { body: {} })
    assert.equal(options.status, 200)
    server.pass(600_000)
    assert.equal((await recover(code)).status, 200)
  })
})

describe('own sessions', () => {
  test('of somebody else and unknown ones are not there; an ended one is none', async () => {
    const cookie = await server.signIn()
    const body = { name: 'Bo', organisation: 'Lab', role: 'finder' }
    const made = await server.ask('POST /v1/people', { cookie, body })
    const theirs = await server.signIn(JSON.parse(made.text).person.id)
    const [session] = (await profileOf(theirs)).sessions
    for (const id of [session?.id, 'session_00000000']) {
      const told = await server.ask(`DELETE /v1/sessions/${id}`, { cookie })
      assert.equal(told.status, 404)
    }
    assert.equal(await isIn(theirs), true)
    await server.ask(`DELETE /v1/sessions/${session?.id}`, { cookie: theirs })
    const again = await server.ask(`DELETE /v1/sessions/${session?.id}`, { cookie: theirs })
    assert.equal(again.status, 401)
  })

  test('are listed with when they were used, and one is ended', async () => {
    const first = await server.signIn()
    server.pass(120_000)
    const second = await server.signIn()
    assert.equal(await isIn(first), true)
    const { sessions } = await profileOf(second)
    const own = sessions.find((one) => one.isThisOne)
    const other = sessions.find((one) => one.id !== own?.id && one.openedAt !== own?.openedAt)
    assert.equal(other?.lastUsedAt, server.now.toISOString())
    assert.equal(own?.openedAt, server.now.toISOString())
    const ended = await server.ask(`DELETE /v1/sessions/${other?.id}`, { cookie: second })
    assert.equal(ended.status, 204)
    assert.deepEqual([await isIn(first), await isIn(second)], [false, true])
  })

  test('all others are ended at once, and this one stays', async () => {
    const [first, second] = [await server.signIn(), await server.signIn()]
    const mine = await server.signIn()
    const told = await server.ask('DELETE /v1/sessions', { cookie: mine })
    assert.ok(JSON.parse(told.text).ended >= 2)
    assert.deepEqual(
      [await isIn(first), await isIn(second), await isIn(mine)],
      [false, false, true],
    )
    assert.equal((await profileOf(mine)).sessions.length, 1)
  })

  test('end by age, and then list nothing', async () => {
    const cookie = await server.signIn()
    server.pass(sessionLivesMs)
    assert.equal(await isIn(cookie), false)
    assert.equal((await profileOf(await server.signIn())).sessions.length, 1)
  })
})

describe('whoever is signed in', () => {
  test('reads their own name in every role, also while agreements hold them', async () => {
    await using own = await OrgServer.open()
    const admin = await own.signIn()
    const shown = async (cookie: string): Promise<readonly unknown[]> => {
      const session = JSON.parse((await own.ask('GET /v1/session', { cookie })).text)
      const profile = JSON.parse((await own.ask('GET /v1/profile', { cookie })).text)
      return [SessionWire.parse(session).held, session.person.name, profile.person.name]
    }
    const cookies = new Map<string, string>()
    for (const role of roles) {
      const body = { name: `Fay, ${role}`, organisation: 'Heron Lab', role }
      const made = await own.ask('POST /v1/people', { cookie: admin, body })
      const cookie = await own.signIn(JSON.parse(made.text).person.id)
      // A partner is asked for a passkey from the start, which counts before agreements do.
      const held = role === 'partner' ? 'factor-needed' : null
      assert.deepEqual(await shown(cookie), [held, body.name, body.name])
      if (held === null) cookies.set(body.name, cookie)
    }
    const body = { kind: 'conduct', text: '# Be kind', roles: [], organisations: [] }
    const published = await own.ask('POST /v1/agreements', { cookie: admin, body })
    assert.equal(published.status, 200)
    for (const [name, cookie] of cookies) {
      assert.deepEqual(await shown(cookie), ['agreement-needed', name, name])
    }
  })

  test('learns when what they show ends, whether it is a session or a token', async () => {
    const cookie = await server.signIn()
    const endOf = async (by: { readonly cookie: string } | { readonly token: string }) =>
      JSON.parse((await server.ask('GET /v1/session', by)).text).expiresAt
    const inMs = (ms: number): string => new Date(server.now.getTime() + ms).toISOString()
    assert.equal(await endOf({ cookie }), inMs(sessionLivesMs))
    const wish = { name: 'scanner', organisation: 'Lab', role: 'finder', days: 3 }
    const made = await server.ask('POST /v1/tokens', { cookie, body: wish })
    const { token } = JSON.parse(made.text)
    assert.equal(await endOf({ token }), inMs(3 * 24 * 60 * 60 * 1000))
  })
})
