import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { bytesOf, OrgServer, party, type Told } from '../../../test/http/org-server.ts'
import { type Said, TestPasskey } from '../../../test/platform/authenticator.ts'
import { addPerson } from './org.store.ts'
import { PersonId, randomName } from './org.ts'
import { userHandleOf } from './passkey.ts'
import {
  AssertionOptionsWire,
  PasskeyWire,
  ProfileWire,
  RecoveryCodesWire,
  RegistrationOptionsWire,
} from './sign-in.wire.ts'

let server: OrgServer
before(async () => {
  server = await OrgServer.open()
})
after(() => server[Symbol.asyncDispose]())

const at = { origin: party.origin, rpId: party.id }
const minute = 60_000

async function toRegister(cookie: string): Promise<string> {
  const told = await server.ask('POST /v1/passkeys/options', { cookie, body: {} })
  return RegistrationOptionsWire.parse(JSON.parse(told.text)).challenge
}

async function toSignIn(): Promise<string> {
  const told = await server.ask('POST /v1/session/passkey/options', { body: {} })
  return AssertionOptionsWire.parse(JSON.parse(told.text)).challenge
}

/** Somebody with a passkey and the cookie of a session. */
async function somebody() {
  const person = PersonId.of(randomName())
  const { organisation } = server
  await asActor(server.database.app, systemActor, (tx) =>
    addPerson(tx, { id: person, name: 'Ada', organisation, role: 'finder' }, server.now),
  )
  const cookie = await server.signIn(person)
  const passkey = new TestPasskey()
  const body = passkey.register('Key', { ...at, challenge: await toRegister(cookie) })
  const added = await server.ask('POST /v1/passkeys', { cookie, body })
  assert.equal(added.status, 200, added.text)
  const { id } = PasskeyWire.parse(JSON.parse(added.text))
  return { person, cookie, passkey, id, handle: userHandleOf(person) }
}

const signIn = (body: unknown): Promise<Told> => server.ask('POST /v1/session/passkey', { body })
const profileOf = async (cookie: string) =>
  ProfileWire.parse(JSON.parse((await server.ask('GET /v1/profile', { cookie })).text))

const disable = (person: string) =>
  asActor(server.database.app, systemActor, (tx) =>
    tx
      .updateTable('parley.person')
      .set({ disabled_at: server.now })
      .where('id', '=', person)
      .execute(),
  )

describe('a passkey is refused', () => {
  type Somebody = Awaited<ReturnType<typeof somebody>>
  type Try = (who: Somebody) => Promise<Told>
  const saying =
    (wrong: Partial<Said>): Try =>
    async ({ passkey, handle }) =>
      signIn(passkey.assert(handle, { ...at, challenge: await toSignIn(), ...wrong }))

  const tries: Readonly<Record<string, Try>> = {
    'of an unknown credential': async ({ handle }) =>
      signIn(new TestPasskey().assert(handle, { ...at, challenge: await toSignIn() })),
    'of another origin': saying({ origin: 'https://parley.example.org.evil.example' }),
    'of the same origin over http': saying({ origin: 'http://parley.example.org' }),
    'for another name': saying({ rpId: 'example.org' }),
    'whose owner was not recognised': saying({ isVerified: false }),
    'that answers as if it were new': saying({ type: 'webauthn.create' }),
    'in a page that another site embeds': saying({ crossOrigin: true }),
    'with a challenge that nobody handed out': saying({ challenge: 'A'.repeat(43) }),
    'with a challenge that was answered before': async ({ passkey, handle }) => {
      const challenge = await toSignIn()
      const first = await signIn(passkey.assert(handle, { ...at, challenge }))
      assert.equal(first.status, 200)
      return signIn(passkey.assert(handle, { ...at, challenge }))
    },
    'with a challenge that was answered wrongly before': async ({ passkey, handle }) => {
      const challenge = await toSignIn()
      await signIn(passkey.assert(handle, { ...at, challenge, rpId: 'example.org' }))
      return signIn(passkey.assert(handle, { ...at, challenge }))
    },
    'with a challenge of five minutes ago': async ({ passkey, handle }) => {
      const challenge = await toSignIn()
      server.pass(5 * minute)
      return signIn(passkey.assert(handle, { ...at, challenge }))
    },
    'with a challenge for adding a passkey': async ({ passkey, handle, cookie }) =>
      signIn(passkey.assert(handle, { ...at, challenge: await toRegister(cookie) })),
    'for somebody else': async ({ passkey }) => {
      const other = await somebody()
      return signIn(passkey.assert(other.handle, { ...at, challenge: await toSignIn() }))
    },
    'under the name of another credential': async ({ passkey, handle }) => {
      const other = await somebody()
      const body = passkey.assert(handle, { ...at, challenge: await toSignIn() })
      return signIn({ ...body, id: other.passkey.id, userHandle: other.handle })
    },
    'whose signature was changed': async ({ passkey, handle }) => {
      const body = passkey.assert(handle, { ...at, challenge: await toSignIn() })
      const bytes = Buffer.from(body.signature, 'base64url')
      bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)
      return signIn({ ...body, signature: bytes.toString('base64url') })
    },
    'whose signed data were changed': async ({ passkey, handle }) => {
      const body = passkey.assert(handle, { ...at, challenge: await toSignIn() })
      const bytes = Buffer.from(body.authenticatorData, 'base64url')
      bytes.writeUInt32BE(4_000, 33)
      return signIn({ ...body, authenticatorData: bytes.toString('base64url') })
    },
    'of a person who is disabled': async ({ passkey, handle, person }) => {
      await disable(person)
      return signIn(passkey.assert(handle, { ...at, challenge: await toSignIn() }))
    },
    'that counts backwards, of a person who is disabled': async ({ passkey, handle, person }) => {
      await signIn(passkey.assert(handle, { ...at, challenge: await toSignIn(), counter: 9 }))
      await disable(person)
      return signIn(passkey.assert(handle, { ...at, challenge: await toSignIn(), counter: 3 }))
    },
    'that was removed': async ({ passkey, handle, id, cookie }) => {
      await server.ask(`DELETE /v1/passkeys/${id}?isLastMeant=true`, { cookie })
      return signIn(passkey.assert(handle, { ...at, challenge: await toSignIn() }))
    },
  }
  const answers = new Set<string>()
  for (const [what, attempt] of Object.entries(tries)) {
    test(what, async () => {
      const told = await attempt(await somebody())
      assert.equal(told.status, 403)
      assert.equal(told.cookie, '')
      answers.add(bytesOf(told))
    })
  }
  test('with the same bytes, whatever was wrong', () => {
    assert.equal(answers.size, 1, [...answers].join('\n'))
  })
})

describe('a passkey that counts backwards', () => {
  test('is told to who holds it and on the profile, and refused for good', async () => {
    const { passkey, handle, cookie } = await somebody()
    const counted = async (counter: number) =>
      signIn(passkey.assert(handle, { ...at, challenge: await toSignIn(), counter }))
    assert.equal((await counted(7)).status, 200)
    for (const counter of [7, 6, 0, 8, 900]) {
      const told = await counted(counter)
      assert.equal(told.status, 403, `counter ${counter}`)
      assert.match(told.text, /there is a copy of it/)
    }
    const [kept] = (await profileOf(cookie)).passkeys
    assert.equal(kept?.copiedAt, server.now.toISOString())
  })

  test('is not meant where an authenticator does not count', async () => {
    const { passkey, handle } = await somebody()
    for (const counter of [0, 0, 0]) {
      const body = passkey.assert(handle, { ...at, challenge: await toSignIn(), counter })
      assert.equal((await signIn(body)).status, 200)
    }
  })

  test('blames nobody without a valid signature', async () => {
    const { passkey, handle, cookie } = await somebody()
    await signIn(passkey.assert(handle, { ...at, challenge: await toSignIn(), counter: 5 }))
    const forged = passkey.assert(handle, { ...at, challenge: await toSignIn(), counter: 1 })
    await signIn({ ...forged, signature: forged.authenticatorData })
    assert.equal((await profileOf(cookie)).passkeys[0]?.copiedAt, null)
  })
})

describe('adding a passkey is refused', () => {
  const tries: Readonly<Record<string, (cookie: string) => Promise<Partial<Said>>>> = {
    'of another origin': async () => ({ origin: 'https://evil.example' }),
    'for another name': async () => ({ rpId: 'evil.example' }),
    'whose owner was not recognised': async () => ({ isVerified: false }),
    'that answers as if it signed in': async () => ({ type: 'webauthn.get' }),
    'with a challenge for signing in': async () => ({ challenge: await toSignIn() }),
    'with a challenge of somebody else': async () => ({
      challenge: await toRegister(await server.signIn()),
    }),
    'after five minutes': async (cookie) => {
      const challenge = await toRegister(cookie)
      server.pass(5 * minute)
      return { challenge }
    },
  }
  for (const [what, wrong] of Object.entries(tries)) {
    test(what, async () => {
      const { cookie } = await somebody()
      const asked = { ...at, challenge: await toRegister(cookie), ...(await wrong(cookie)) }
      const body = new TestPasskey().register('Key', asked)
      const told = await server.ask('POST /v1/passkeys', { cookie, body })
      assert.equal(told.status, 403, told.text)
    })
  }

  test('twice with one challenge, and of a credential that is kept already', async () => {
    const { cookie, passkey } = await somebody()
    const challenge = await toRegister(cookie)
    const again = passkey.register('Same', { ...at, challenge })
    assert.equal((await server.ask('POST /v1/passkeys', { cookie, body: again })).status, 409)
    const other = new TestPasskey().register('Other', { ...at, challenge })
    assert.equal((await server.ask('POST /v1/passkeys', { cookie, body: other })).status, 403)
  })

  test('to whoever has a token, and to nobody', async () => {
    assert.equal((await server.ask('POST /v1/passkeys/options', { body: {} })).status, 401)
    const made = await server.ask('POST /v1/tokens', {
      cookie: await server.signIn(),
      body: { name: 'scanner', organisation: 'Lab', role: 'coordinator', days: 3 },
    })
    const { token } = JSON.parse(made.text)
    for (const call of [
      'POST /v1/passkeys/options',
      'POST /v1/recovery-codes',
      'GET /v1/profile',
      'DELETE /v1/sessions',
    ]) {
      const body = call.startsWith('POST') ? { body: {} } : {}
      assert.equal((await server.ask(call, { token, ...body })).status, 403, call)
    }
  })
})

describe('own passkeys', () => {
  test('sign in, tell when they did, and take another name', async () => {
    const { passkey, handle, cookie, id } = await somebody()
    server.pass(minute)
    const told = await signIn(passkey.assert(handle, { ...at, challenge: await toSignIn() }))
    assert.equal(told.status, 200)
    const renamed = await server.ask(`PATCH /v1/passkeys/${id}`, { cookie, body: { name: 'Blue' } })
    assert.equal(renamed.status, 204)
    const { passkeys, sessions } = await profileOf(told.cookie)
    assert.deepEqual(
      passkeys.map(({ name, lastUsedAt }) => [name, lastUsedAt]),
      [['Blue', server.now.toISOString()]],
    )
    assert.deepEqual(
      sessions.map(({ factor, isThisOne, from }) => [factor, isThisOne, from]),
      [
        ['passkey', true, 'Chrome on Linux'],
        ['link', false, 'Chrome on Linux'],
      ],
    )
  })

  test("cannot be somebody else's: neither renamed nor removed", async () => {
    const { id } = await somebody()
    const { cookie } = await somebody()
    const body = { name: 'Mine' }
    assert.equal((await server.ask(`PATCH /v1/passkeys/${id}`, { cookie, body })).status, 404)
    const gone = await server.ask(`DELETE /v1/passkeys/${id}?isLastMeant=true`, { cookie })
    assert.equal(gone.status, 404)
  })

  test('the last way in goes only when that is meant, or codes are left', async () => {
    const { cookie, id } = await somebody()
    const warned = await server.ask(`DELETE /v1/passkeys/${id}`, { cookie })
    assert.equal(warned.status, 409)
    assert.match(warned.text, /last passkey/)
    const made = await server.ask('POST /v1/recovery-codes', { cookie, body: {} })
    assert.equal(RecoveryCodesWire.parse(JSON.parse(made.text)).codes.length, 10)
    assert.equal((await server.ask(`DELETE /v1/passkeys/${id}`, { cookie })).status, 204)
  })
})
