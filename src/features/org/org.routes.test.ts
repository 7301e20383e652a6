import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { type Actor, asActor } from '#platform/db/as-actor.ts'
import { OrgServer } from '../../../test/http/org-server.ts'
import { TokenMadeWire, TokenWire } from './org.wire.ts'
import { permissions, permissionsOf, roles } from './role.ts'

let server: OrgServer
let admin: string
before(async () => {
  server = await OrgServer.open()
  admin = await server.signIn()
})
after(() => server[Symbol.asyncDispose]())

const json = (text: string): unknown => JSON.parse(text)
const wish = { name: 'nightly', organisation: 'Heron Lab', role: 'coordinator', days: 30 } as const
const make = (more: object, cookie = admin) =>
  server.ask('POST /v1/tokens', { cookie, body: { ...wish, ...more } })
async function made(more: object = {}) {
  const told = await make(more)
  assert.equal(told.status, 200, told.text)
  return TokenMadeWire.parse(json(told.text))
}
const listed = async () =>
  z
    .object({ items: z.array(TokenWire) })
    .parse(json((await server.ask('GET /v1/tokens', { cookie: admin })).text)).items

describe('a token is refused', () => {
  for (const [what, more] of [
    ['with a scope that its role lacks', { role: 'reader', scopes: ['decide'] }],
    ['with a scope that is none', { scopes: ['rule'] }],
    ['with no scope at all', { scopes: [] }],
    ['for more than a year', { days: 366 }],
    ['for no day', { days: 0 }],
    ['for a workload without a name', { workload: { name: '' } }],
    ['for a workload of two lines', { workload: { name: 'a\nb' } }],
    ['for a version of nothing', { workload: { version: '2' } }],
  ] as const) {
    test(what, async () => assert.equal((await make(more)).status, 422))
  }

  test('to strangers and to other tokens', async () => {
    assert.equal((await server.ask('POST /v1/tokens', { body: wish })).status, 401)
    const { token } = await made()
    assert.equal((await server.ask('POST /v1/tokens', { token, body: wish })).status, 403)
  })
})

describe('scopes', () => {
  test('narrow what a role may, at the route and in the database', async () => {
    const { token, about } = await made({ scopes: ['audit'] })
    assert.deepEqual(about.scopes, ['audit'])
    assert.equal((await server.ask('GET /v1/tokens', { token })).status, 200)
    const told = await server.ask('GET /v1/people', { token })
    assert.equal(told.status, 403)
    assert.match(told.text, /This token lacks the permission/)
    const session = await server.ask('GET /v1/session', { token })
    assert.match(session.text, /"permissions":\["audit"\]/)
    const whole = await made()
    assert.equal(whole.about.scopes, null)
    assert.equal((await server.ask('GET /v1/people', { token: whole.token })).status, 200)
  })

  for (const role of roles) {
    test(`of a ${role} let the database allow them and nothing else`, async () => {
      for (const scope of permissions) {
        const actor: Actor = {
          ...{ role, organisation: server.organisation, person: server.person },
          scopes: [scope],
        }
        const may = await asActor(server.database.app, actor, async (tx) => {
          const { rows } = await sql<{ one: string }>`
            select one from unnest(${[...permissions]}::text[]) one where parley.actor_may(one)
          `.execute(tx)
          return rows.map(({ one }) => one)
        })
        assert.deepEqual(may, permissionsOf(role).includes(scope) ? [scope] : [])
      }
    })
  }

  test('are kept by the database to those of the role', async () => {
    const { Client } = await import('pg')
    const owner = new Client({ connectionString: server.database.ownerUrl })
    await owner.connect()
    await owner.query('set role parley_keeper')
    await made({ role: 'reader', scopes: ['read'] })
    const widen = `update parley.api_token set scopes = array['administer'] where role = 'reader'`
    await assert.rejects(owner.query(widen), /token_scopes_are_of_the_role/)
    await owner.end()
  })
})

test('a token says for which agent or scanner it is, and who answers for it', async () => {
  const { about } = await made({ workload: { name: 'triage-agent', version: '4.2' } })
  assert.deepEqual(about.workload, { name: 'triage-agent', version: '4.2' })
  assert.equal(about.ownerId, server.person)
  const plain = await made({ workload: { name: 'scanner' } })
  assert.deepEqual(plain.about.workload, { name: 'scanner', version: null })
  const found = (await listed()).find(({ id }) => id === about.id)
  assert.deepEqual(found, about)
  assert.equal((await made()).about.workload, null)
})

test('a token has its prefix, is shown once, and is refused once it is revoked', async () => {
  const [lab, other] = [await made({ role: 'finder' }), await made()]
  assert.match(lab.token, /^tap_v1_/)
  assert.match(other.token, /^parley_/)
  const text = JSON.stringify(await listed())
  assert.equal(text.includes(lab.token) || text.includes(other.token), false)
  const path = `DELETE /v1/tokens/${other.about.id}`
  assert.equal((await server.ask(path, { cookie: admin })).status, 204)
  assert.equal((await server.ask(path, { cookie: admin })).status, 404)
  server.pass(1_000)
  assert.equal((await server.ask('GET /v1/tokens', { token: other.token })).status, 401)
})
