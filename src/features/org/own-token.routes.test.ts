import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { OrgServer, type Told } from '../../../test/http/org-server.ts'
import { askFactor } from './factor.store.ts'
import { changeRole } from './member.store.ts'
import { addPerson } from './org.store.ts'
import { PersonId, randomName } from './org.ts'
import { permissionsOf, type Role, tokenRoles } from './role.ts'

let server: OrgServer
before(async () => {
  server = await OrgServer.open()
  // Here partners sign in by a link like all the others.
  await asActor(server.database.app, systemActor, (tx) =>
    askFactor(tx, { role: 'partner', asks: 'any', by: server, now: server.now }),
  )
})
after(() => server[Symbol.asyncDispose]())

const call = 'POST /v1/profile/tokens'
const wish = { name: 'own script', days: 7 }

async function somebody(role: Role) {
  const person = PersonId.of(randomName())
  const { organisation } = server
  await asActor(server.database.app, systemActor, (tx) =>
    addPerson(tx, { id: person, name: `Ada, ${role}`, organisation, role }, server.now),
  )
  return { person, cookie: await server.signIn(person) }
}
const make = (cookie: string, body: object = wish) => server.ask(call, { cookie, body })
const listed = async (cookie: string): Promise<readonly { id: string; revokedAt: unknown }[]> =>
  JSON.parse((await server.ask('GET /v1/profile/tokens', { cookie })).text).items
const tokenIn = ({ status, text }: Told): { token: string; about: { id: string } } => {
  assert.equal(status, 200, text)
  return JSON.parse(text)
}

describe('a token of one’s own is refused', () => {
  test('to whoever has not signed in, and to a token', async () => {
    const { cookie } = await somebody('evaluator')
    const { token } = tokenIn(await make(cookie))
    assert.equal((await server.ask(call, { body: wish })).status, 401)
    const by = await server.ask(call, { token, body: wish })
    assert.equal(by.status, 403, by.text)
    assert.match(by.text, /tokens may not/)
  })

  test('to whoever is only read in to cases', async () => {
    const { cookie } = await somebody('participant')
    assert.equal((await make(cookie)).status, 403)
  })

  test('with a permission that its person lacks, a role, an organisation or an owner', async () => {
    const { cookie } = await somebody('developer')
    const beyond = await make(cookie, { ...wish, scopes: ['offer', 'evaluate'] })
    assert.equal(beyond.status, 422)
    assert.match(beyond.text, /"\/scopes\/1".*only permissions of your role/)
    for (const more of [{ role: 'coordinator' }, { organisation: 'Lab' }, { owner: 'person_x' }]) {
      assert.equal((await make(cookie, { ...wish, ...more })).status, 422, JSON.stringify(more))
    }
    assert.deepEqual(await listed(cookie), [])
  })

  test('beyond 25 that work, and not for those that were revoked', async () => {
    const { cookie } = await somebody('finder')
    const all = await Promise.all(Array.from({ length: 27 }, () => make(cookie)))
    assert.deepEqual(
      all.map(({ status }) => status).filter((one) => one !== 200),
      [409, 409],
    )
    const [first] = await listed(cookie)
    await server.ask(`DELETE /v1/profile/tokens/${first?.id}`, { cookie })
    assert.equal((await make(cookie)).status, 200)
  })
})

describe('a token of one’s own', () => {
  for (const role of tokenRoles) {
    test(`of the role ${role} may what its person may, and nothing else`, async () => {
      const { person, cookie } = await somebody(role)
      const { token } = tokenIn(await make(cookie))
      const session = JSON.parse((await server.ask('GET /v1/session', { token })).text)
      assert.deepEqual([session.person.id, session.role], [person, role])
      assert.equal(session.organisation.id, server.organisation)
      assert.deepEqual(session.permissions, permissionsOf(role))
    })
  }

  test('may be narrowed, and is refused from the second on in which it is revoked', async () => {
    const { cookie } = await somebody('analyst')
    const { token, about } = tokenIn(await make(cookie, { ...wish, scopes: ['read'] }))
    const session = await server.ask('GET /v1/session', { token })
    assert.deepEqual(JSON.parse(session.text).permissions, ['read'])
    const gone = await server.ask(`DELETE /v1/profile/tokens/${about.id}`, { cookie })
    assert.equal(gone.status, 204, gone.text)
    server.pass(1_000)
    assert.equal((await server.ask('GET /v1/session', { token })).status, 401)
    const again = await server.ask(`DELETE /v1/profile/tokens/${about.id}`, { cookie })
    assert.equal(again.status, 404)
  })

  test('is listed to and revoked by its person alone; to others there is none', async () => {
    const [ada, ben] = [await somebody('evaluator'), await somebody('evaluator')]
    const { about, token } = tokenIn(await make(ada.cookie))
    assert.deepEqual(
      (await listed(ada.cookie)).map(({ id }) => id),
      [about.id],
    )
    for (const role of ['coordinator', 'auditor'] as const) {
      const { cookie } = await somebody(role)
      assert.deepEqual(await listed(cookie), [], 'the list of all is another')
    }
    assert.deepEqual(await listed(ben.cookie), [])
    const foreign = await server.ask(`DELETE /v1/profile/tokens/${about.id}`, ben)
    const none = await server.ask('DELETE /v1/profile/tokens/token_none', ben)
    const sayings = [foreign, none].map(({ status, text }) => [status, JSON.parse(text).detail])
    assert.deepEqual(sayings[0], sayings[1])
    assert.equal(sayings[0]?.[0], 404)
    assert.equal((await server.ask('GET /v1/session', { token })).status, 200)
  })

  test('ends with the role that it was made for', async () => {
    const { person, cookie } = await somebody('analyst')
    const { token } = tokenIn(await make(cookie))
    await asActor(server.database.app, systemActor, (tx) =>
      changeRole(
        tx,
        { person, organisation: server.organisation },
        { role: 'reader', now: server.now },
      ),
    )
    assert.equal((await server.ask('GET /v1/session', { token })).status, 401)
  })
})
