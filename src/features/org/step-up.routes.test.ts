import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { OrgServer, party, type Told } from '../../../test/http/org-server.ts'
import { TestPasskey } from '../../../test/platform/authenticator.ts'
import { addPerson } from './org.store.ts'
import { PersonId, randomName } from './org.ts'
import { SessionWire } from './org.wire.ts'
import { userHandleOf } from './passkey.ts'
import type { Role } from './role.ts'
import { AssertionOptionsWire, RegistrationOptionsWire } from './sign-in.wire.ts'

let server: OrgServer
before(async () => {
  server = await OrgServer.open()
})
after(() => server[Symbol.asyncDispose]())

const json = (text: string): unknown => JSON.parse(text)
const at = { origin: party.origin, rpId: party.id }
const minute = 60_000
type Somebody = Awaited<ReturnType<typeof somebody>>

/** Somebody who came by a link, and who may have a passkey. */
async function somebody(role: Role = 'coordinator', hasPasskey = true) {
  const person = PersonId.of(randomName())
  const { organisation } = server
  await asActor(server.database.app, systemActor, (tx) =>
    addPerson(tx, { id: person, name: 'Ada', organisation, role }, server.now),
  )
  const cookie = await server.signIn(person)
  const passkey = new TestPasskey()
  if (hasPasskey) assert.equal((await register(cookie, passkey)).status, 200)
  // Making a passkey shows it.
  if (hasPasskey) server.pass(5 * minute)
  return { person, cookie, passkey, handle: userHandleOf(person) }
}

async function register(cookie: string, passkey: TestPasskey): Promise<Told> {
  const told = await server.ask('POST /v1/passkeys/options', { cookie, body: {} })
  const { challenge } = RegistrationOptionsWire.parse(json(told.text))
  const body = passkey.register('Key', { ...at, challenge })
  return server.ask('POST /v1/passkeys', { cookie, body })
}

async function toProve(cookie: string): Promise<string> {
  const told = await server.ask('POST /v1/session/prove/options', { cookie, body: {} })
  return AssertionOptionsWire.parse(json(told.text)).challenge
}
const prove = (cookie: string, body: unknown) =>
  server.ask('POST /v1/session/prove', { cookie, body })
async function proveAs({ cookie, passkey, handle }: Somebody): Promise<Told> {
  return prove(cookie, passkey.assert(handle, { ...at, challenge: await toProve(cookie) }))
}
async function signInAs({ passkey, handle }: Somebody): Promise<string> {
  const asked = await server.ask('POST /v1/session/passkey/options', { body: {} })
  const { challenge } = AssertionOptionsWire.parse(json(asked.text))
  const body = passkey.assert(handle, { ...at, challenge })
  const { cookie, status, text } = await server.ask('POST /v1/session/passkey', { body })
  assert.equal(status, 200, text)
  return cookie
}
const codes = (cookie: string) => server.ask('POST /v1/recovery-codes', { cookie, body: {} })
const codeOf = ({ status, text }: Told): string =>
  status === 403 ? String(Reflect.get(Object(json(text)), 'code')) : String(status)

describe('what asks for a fresh passkey', () => {
  const marked: readonly (readonly [string, object | undefined])[] = [
    ['POST /v1/recovery-codes', {}],
    ['POST /v1/tokens', { name: 'x', organisation: 'Lab', role: 'finder', days: 1 }],
    ['POST /v1/profile/tokens', { name: 'x', days: 1 }],
    ['POST /v1/agreements', { kind: 'nda', text: 'x', roles: ['reader'], organisations: [] }],
    ['PUT /v1/organisations/org_x/people/person_x', { role: 'reader' }],
    ['POST /v1/organisations/org_x/people/person_x', { role: 'reader' }],
    ['DELETE /v1/organisations/org_x/people/person_x', undefined],
    ['PATCH /v1/people/person_x', { isDisabled: true }],
    ['PATCH /v1/organisations/org_x', { isDisabled: true }],
    ['POST /v1/people/person_x/link', {}],
    ['POST /v1/people', { name: 'Eve', organisation: 'Evil', role: 'coordinator' }],
    ['PUT /v1/factors', { role: 'reader', asks: 'any' }],
  ]
  for (const [call, body] of marked) {
    test(`${call} is refused without, and not after`, async () => {
      const who = await somebody()
      const asked = { cookie: who.cookie, ...(body && { body }) }
      assert.equal(codeOf(await server.ask(call, asked)), 'step-up-needed')
      assert.equal((await proveAs(who)).status, 204)
      assert.notEqual((await server.ask(call, asked)).status, 403)
    })
  }

  test('ends after five minutes, and signing in by passkey counts', async () => {
    const who = await somebody('reader')
    const cookie = await signInAs(who)
    server.pass(5 * minute - 1)
    assert.equal((await codes(cookie)).status, 200)
    server.pass(1)
    assert.equal(codeOf(await codes(cookie)), 'step-up-needed')
    assert.equal((await proveAs({ ...who, cookie })).status, 204)
    assert.equal((await codes(cookie)).status, 200)
    assert.equal(codeOf(await codes(who.cookie)), 'step-up-needed', 'of that session only')
  })

  test('lets whoever has no passkey pass', async () => {
    assert.equal((await codes((await somebody('reader', false)).cookie)).status, 200)
  })
})

describe('showing a passkey again is refused', () => {
  type Try = (who: Somebody) => Promise<Told>
  const tries: Readonly<Record<string, Try>> = {
    'of somebody else': async ({ cookie }) => {
      const other = await somebody('reader')
      const challenge = await toProve(cookie)
      return prove(cookie, other.passkey.assert(other.handle, { ...at, challenge }))
    },
    'with the challenge of somebody else': async ({ cookie, passkey, handle }) => {
      const challenge = await toProve((await somebody('reader')).cookie)
      return prove(cookie, passkey.assert(handle, { ...at, challenge }))
    },
    'with a challenge for signing in': async ({ cookie, passkey, handle }) => {
      const told = await server.ask('POST /v1/session/passkey/options', { body: {} })
      const { challenge } = AssertionOptionsWire.parse(json(told.text))
      return prove(cookie, passkey.assert(handle, { ...at, challenge }))
    },
    'twice with one challenge': async ({ cookie, passkey, handle }) => {
      const challenge = await toProve(cookie)
      await prove(cookie, passkey.assert(handle, { ...at, challenge, isVerified: false }))
      return prove(cookie, passkey.assert(handle, { ...at, challenge }))
    },
    'after five minutes': async ({ cookie, passkey, handle }) => {
      const challenge = await toProve(cookie)
      server.pass(5 * minute)
      return prove(cookie, passkey.assert(handle, { ...at, challenge }))
    },
    'whose owner was not recognised': async ({ cookie, passkey, handle }) => {
      const challenge = await toProve(cookie)
      return prove(cookie, passkey.assert(handle, { ...at, challenge, isVerified: false }))
    },
  }
  for (const [what, attempt] of Object.entries(tries)) {
    test(what, async () => {
      const who = await somebody('reader')
      assert.equal((await attempt(who)).status, 403)
      assert.equal(codeOf(await codes(who.cookie)), 'step-up-needed')
    })
  }

  test('to strangers, to tokens, and to an address that asks too often', async () => {
    const path = 'POST /v1/session/prove/options'
    assert.equal((await server.ask(path, { body: {} })).status, 401)
    const { cookie } = await somebody('reader')
    const statuses = new Set<number>()
    for (let time = 0; time < 61; time++) {
      statuses.add((await server.ask(path, { cookie, body: {} })).status)
    }
    assert.deepEqual([...statuses], [200, 429])
    server.pass(minute)
    assert.equal((await server.ask(path, { cookie, body: {} })).status, 200)
  })
})

describe('a role of which a passkey is asked', () => {
  let admin: Somebody
  beforeEach(async () => {
    await server[Symbol.asyncDispose]()
    server = await OrgServer.open()
    admin = await somebody('coordinator', false)
  })
  const ask = (role: Role, asks = 'phishing-resistant', cookie = admin.cookie) =>
    server.ask('PUT /v1/factors', { cookie, body: { role, asks } })
  const held = async (cookie: string) => {
    const { text } = await server.ask('GET /v1/session', { cookie })
    const session = SessionWire.parse(json(text))
    return [session.held, session.permissions.length > 0]
  }

  test('is set by nobody but administrators in person', async () => {
    const body = { role: 'reader', asks: 'any' }
    assert.equal((await server.ask('PUT /v1/factors', { body })).status, 401)
    for (const role of ['analyst', 'auditor', 'finder'] as const) {
      const { cookie } = await somebody(role, false)
      assert.equal((await ask('reader', 'any', cookie)).status, 403, role)
    }
    assert.equal((await ask('reader', 'none')).status, 422)
  })

  test('is not the one that administers, while nobody of it has a passkey', async () => {
    assert.equal((await ask('coordinator')).status, 409)
    await somebody('reader')
    assert.equal((await ask('coordinator')).status, 409)
    assert.equal((await register(admin.cookie, admin.passkey)).status, 200)
    assert.equal((await proveAs(admin)).status, 204)
    assert.equal((await ask('coordinator')).status, 204)
    assert.deepEqual(await held(admin.cookie), ['factor-needed', false])
    assert.deepEqual(await held(await signInAs(admin)), [null, true])
  })

  test('lets other sessions reach profile and passkeys only, until one is used', async () => {
    const who = await somebody('reader', false)
    assert.deepEqual(await held(who.cookie), [null, true])
    assert.equal((await ask('reader')).status, 204)
    assert.deepEqual(await held(who.cookie), ['factor-needed', false])
    assert.deepEqual(await held(admin.cookie), [null, true])
    const { cookie } = who
    assert.equal(codeOf(await server.ask('GET /v1/people', { cookie })), 'factor-needed')
    assert.equal(codeOf(await server.ask('GET /v1/agreements', { cookie })), 'factor-needed')
    assert.equal(codeOf(await codes(cookie)), 'factor-needed')
    assert.equal((await server.ask('GET /v1/profile', { cookie })).status, 200)
    assert.equal((await register(cookie, who.passkey)).status, 200)
    assert.deepEqual(await held(cookie), ['factor-needed', false])
    const signedIn = await signInAs(who)
    assert.deepEqual(await held(signedIn), [null, true])
    assert.equal((await server.ask('GET /v1/people', { cookie: signedIn })).status, 200)
    assert.equal((await ask('reader', 'any')).status, 204)
    assert.deepEqual(await held(cookie), [null, true])
  })

  for (const [factor, acr, amr, isEnough] of [
    ['recovery code', null, [], false],
    ['provider', null, [], false],
    ['provider', 'urn:example:silver', ['pwd', 'otp'], false],
    ['provider', 'phr', [], true],
    ['provider', 'phrh', [], true],
    ['provider', null, ['pwd', 'hwk'], true],
    ['provider', null, ['phr'], true],
  ] as const) {
    test(`by ${factor} with ${acr} ${amr} is ${isEnough ? '' : 'not '}enough`, async () => {
      const who = await somebody('reader', false)
      await ask('reader')
      await asActor(server.database.app, systemActor, async (tx) => {
        const old = await tx
          .selectFrom('parley.session')
          .selectAll()
          .where('person_id', '=', who.person)
          .executeTakeFirstOrThrow()
        const other = { ...old, id: 'session_other', hash: Buffer.alloc(32, 7), factor }
        await tx
          .insertInto('parley.session')
          .values({ ...other, provider_acr: acr, provider_amr: [...amr] })
          .execute()
      })
      assert.equal(await heldOf('session_other'), isEnough ? null : 'factor-needed')
    })
  }

  async function heldOf(id: string): Promise<string | null> {
    const row = await asActor(server.database.app, systemActor, (tx) =>
      tx.selectFrom('parley.session').select('hash').where('id', '=', id).executeTakeFirst(),
    )
    const { rows } = await server.database.app.query<{ held: string | null }>(
      'select held from parley.actor_of_session($1, $2)',
      [row?.hash, server.now],
    )
    assert.equal(rows.length, 1)
    return rows[0]?.held ?? null
  }
})
