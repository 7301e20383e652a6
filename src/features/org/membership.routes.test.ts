import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { OrgServer } from '../../../test/http/org-server.ts'
import { SessionWire } from './org.wire.ts'
import { OneTimeLinkWire, OrganisationListWire } from './people.wire.ts'

let server: OrgServer
let admin: string
before(async () => {
  server = await OrgServer.open()
  admin = await server.signIn()
})
after(() => server[Symbol.asyncDispose]())

const json = (text: string): unknown => JSON.parse(text)
const organisations = async () => {
  const { text } = await server.ask('GET /v1/organisations', { cookie: admin })
  return OrganisationListWire.parse(json(text)).items
}
async function add(organisation: string, role = 'finder') {
  const body = { name: 'Fay', organisation, role }
  const told = await server.ask('POST /v1/people', { cookie: admin, body })
  const { person } = OneTimeLinkWire.parse(json(told.text))
  const found = (await organisations()).find(({ people }) =>
    people.some(({ id }) => id === person.id),
  )
  assert.ok(found)
  return { id: person.id, cookie: await server.signIn(person.id), organisation: found.id }
}
const join = (organisation: string, id: string, { role = 'reader', cookie = admin } = {}) =>
  server.ask(`POST /v1/organisations/${organisation}/people/${id}`, { cookie, body: { role } })
const turn = (cookie: string, organisation: string) =>
  server.ask('POST /v1/session/organisation', { cookie, body: { organisation } })
const sessionOf = async (cookie: string) => {
  const told = await server.ask('GET /v1/session', { cookie })
  return told.status === 200 ? SessionWire.parse(json(told.text)) : null
}

describe('a membership is refused', () => {
  test('to whoever does not administer', async () => {
    const [fay, gil] = [await add('Heron Lab'), await add('Slate')]
    assert.equal((await join(gil.organisation, fay.id, { cookie: fay.cookie })).status, 403)
    const none = await server.ask(`POST /v1/organisations/${gil.organisation}/people/${fay.id}`, {
      body: { role: 'reader' },
    })
    assert.equal(none.status, 401)
  })

  test('of nobody, of nothing, of who is disabled, and twice', async () => {
    const [fay, gil] = [await add('Heron Lab'), await add('Slate')]
    assert.equal((await join('org_none', fay.id)).status, 404)
    assert.equal((await join(gil.organisation, 'person_none')).status, 404)
    assert.equal((await join(fay.organisation, fay.id)).status, 409)
    const body = { isDisabled: true }
    await server.ask(`PATCH /v1/people/${fay.id}`, { cookie: admin, body })
    assert.equal((await join(gil.organisation, fay.id)).status, 404)
  })
})

describe('going on for another organisation', () => {
  test('is refused where one is no member, alike whether it is there or not', async () => {
    const [fay, gil] = [await add('Heron Lab'), await add('Slate')]
    const strip = (text: string) => text.replace(/"instance".*/, '')
    const [there, nowhere] = [
      await turn(fay.cookie, gil.organisation),
      await turn(fay.cookie, 'org_none'),
    ]
    assert.deepEqual([there.status, strip(there.text)], [nowhere.status, strip(nowhere.text)])
    assert.equal(there.status, 404)
    assert.equal((await sessionOf(fay.cookie))?.organisation.id, fay.organisation)
  })

  test('opens a session of its own in place of this one, which ends no later', async () => {
    const [fay, gil] = [await add('Heron Lab'), await add('Slate')]
    assert.equal((await join(gil.organisation, fay.id)).status, 204)
    const before = await sessionOf(fay.cookie)
    assert.deepEqual(
      before?.memberships.map(({ organisation, role }) => [organisation.name, role]),
      [
        ['Heron Lab', 'finder'],
        ['Slate', 'reader'],
      ],
    )
    server.pass(60_000)
    const { cookie, status } = await turn(fay.cookie, gil.organisation)
    assert.equal(status, 204)
    assert.equal(await sessionOf(fay.cookie), null)
    const now = await sessionOf(cookie)
    assert.deepEqual([now?.organisation.name, now?.role], ['Slate', 'reader'])
    assert.equal(now?.expiresAt, before?.expiresAt)
    assert.equal((await turn(fay.cookie, fay.organisation)).status, 401)
    const back = await turn(cookie, fay.organisation)
    assert.equal((await sessionOf(back.cookie))?.role, 'finder')
  })

  test('is refused by token, and into an organisation that is disabled', async () => {
    const [fay, gil] = [await add('Heron Lab'), await add('Basalt')]
    await join(gil.organisation, fay.id)
    const body = { isDisabled: true }
    await server.ask(`PATCH /v1/organisations/${gil.organisation}`, { cookie: admin, body })
    assert.equal((await turn(fay.cookie, gil.organisation)).status, 404)
    assert.equal((await sessionOf(fay.cookie))?.memberships.length, 1)
    const wish = { name: 'x', organisation: 'Slate', role: 'coordinator', days: 1 }
    const made = await server.ask('POST /v1/tokens', { cookie: admin, body: wish })
    const token = String(Reflect.get(Object(json(made.text)), 'token'))
    const told = await server.ask('POST /v1/session/organisation', {
      ...{ token, body: { organisation: server.organisation } },
    })
    assert.equal(told.status, 403)
  })
})

test('an organisation is of several kinds, or of none', async () => {
  const { organisation } = await add('Many')
  const kindsOf = async () => (await organisations()).find(({ id }) => id === organisation)?.kinds
  const path = `PATCH /v1/organisations/${organisation}`
  assert.deepEqual(await kindsOf(), [])
  const wrong = await server.ask(path, { cookie: admin, body: { kinds: ['bank'] } })
  assert.equal(wrong.status, 422)
  const body = { kinds: ['vendor', 'lab', 'lab'] }
  assert.equal((await server.ask(path, { cookie: admin, body })).status, 204)
  assert.deepEqual(await kindsOf(), ['lab', 'vendor'])
  await server.ask(path, { cookie: admin, body: { name: 'Many more' } })
  assert.deepEqual(await kindsOf(), ['lab', 'vendor'])
  await server.ask(path, { cookie: admin, body: { kinds: [] } })
  assert.deepEqual(await kindsOf(), [])
})
