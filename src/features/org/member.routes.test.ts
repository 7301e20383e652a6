import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OrgServer } from '../../../test/http/org-server.ts'
import { OneTimeLinkWire } from './people.wire.ts'

let server: OrgServer
let admin: string
before(async () => {
  server = await OrgServer.open()
  admin = await server.signIn()
})
after(() => server[Symbol.asyncDispose]())

const path = (id: string) => `/v1/organisations/${server.organisation}/people/${id}`
const isIn = async (cookie: string): Promise<boolean> =>
  (await server.ask('GET /v1/session', { cookie })).status === 200

async function add(role: string) {
  const body = { name: 'Mo', organisation: server.organisation, role }
  const told = await server.ask('POST /v1/people', { cookie: admin, body })
  const { person } = OneTimeLinkWire.parse(JSON.parse(told.text))
  return { id: person.id, cookie: await server.signIn(person.id) }
}

test('the last coordinator keeps the role and stays', async () => {
  const body = { role: 'reader' }
  const own = path(server.person)
  assert.equal((await server.ask(`PUT ${own}`, { cookie: admin, body })).status, 409)
  assert.equal((await server.ask(`DELETE ${own}`, { cookie: admin })).status, 409)
  const none = path('person_00000000')
  assert.equal((await server.ask(`PUT ${none}`, { cookie: admin, body })).status, 404)
})

test('who gets another role is out of sessions and of tokens that may more', async () => {
  const { id, cookie } = await add('coordinator')
  const wish = { name: 'scanner', organisation: 'Lab', days: 3 }
  const tokens: string[] = []
  for (const role of ['analyst', 'reader']) {
    const { text } = await server.ask('POST /v1/tokens', { cookie, body: { ...wish, role } })
    tokens.push(JSON.parse(text).token)
  }
  const body = { role: 'reader' }
  assert.equal((await server.ask(`PUT ${path(id)}`, { cookie: admin, body })).status, 204)
  assert.equal(await isIn(cookie), false)
  const stand = await Promise.all(tokens.map((token) => server.ask('GET /v1/session', { token })))
  assert.deepEqual(
    stand.map(({ status }) => status),
    [401, 200],
  )
  const { text } = await server.ask('GET /v1/session', { cookie: await server.signIn(id) })
  assert.deepEqual(JSON.parse(text).permissions, ['read', 'read-proofs'])
})

test('who is taken out of the organisation is out at once', async () => {
  const { id, cookie } = await add('triager')
  const told = await server.ask(`DELETE ${path(id)}`, { cookie })
  assert.equal(told.status, 403)
  assert.match(told.text, /lacks the permission \\"administer\\"/)
  assert.equal((await server.ask(`DELETE ${path(id)}`, { cookie: admin })).status, 204)
  assert.equal(await isIn(cookie), false)
})
