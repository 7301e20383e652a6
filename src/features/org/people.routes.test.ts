import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { bytesOf, OrgServer } from '../../../test/http/org-server.ts'
import { SessionWire } from './org.wire.ts'
import { OneTimeLinkWire, OrganisationListWire } from './people.wire.ts'

let server: OrgServer
let admin: string
before(async () => {
  server = await OrgServer.open()
  admin = await server.signIn()
})
after(() => server[Symbol.asyncDispose]())

type Wish = { readonly name?: string; readonly organisation?: string; readonly role?: string }

async function add({ name = 'Fay', organisation = 'Heron Lab', role = 'finder' }: Wish = {}) {
  const body = { name, organisation, role }
  const told = await server.ask('POST /v1/people', { cookie: admin, body })
  assert.equal(told.status, 200, told.text)
  const { person, link } = OneTimeLinkWire.parse(JSON.parse(told.text))
  const { cookie } = await server.ask('POST /v1/session', { body: { link } })
  assert.notEqual(cookie, '')
  return { id: person.id, cookie }
}

const change = (path: string, body: object, cookie = admin) =>
  server.ask(`PATCH ${path}`, { cookie, body })
const isIn = async (cookie: string): Promise<boolean> =>
  (await server.ask('GET /v1/session', { cookie })).status === 200
const listed = async () => {
  const { text } = await server.ask('GET /v1/organisations', { cookie: admin })
  return OrganisationListWire.parse(JSON.parse(text)).items
}
const linkFor = (id: string) =>
  server.ask(`POST /v1/people/${id}/link`, { cookie: admin, body: {} })
const tokenOf = async (cookie: string, organisation: string): Promise<string> => {
  const body = { name: 'scanner', organisation, role: 'coordinator', days: 3 }
  return JSON.parse((await server.ask('POST /v1/tokens', { cookie, body })).text).token
}

describe('people are managed by nobody but coordinators in person', () => {
  const calls: readonly (readonly [string, object])[] = [
    ['POST /v1/people', { name: 'Eve', organisation: 'Evil', role: 'coordinator' }],
    ['POST /v1/people/person_00000000/link', {}],
    ['PATCH /v1/people/person_00000000', { isDisabled: true }],
    ['PATCH /v1/organisations/org_00000000', { isDisabled: true }],
  ]
  for (const [call, body] of calls) {
    test(call, async () => {
      const finder = await add()
      const token = await tokenOf(admin, 'Harbour CERT')
      assert.equal((await server.ask(call, { body })).status, 401)
      assert.equal((await server.ask(call, { cookie: finder.cookie, body })).status, 403)
      assert.equal((await server.ask(call, { token, body })).status, 403)
    })
  }

  test('a finder does not see who else there is', async () => {
    const { cookie } = await add()
    assert.equal((await server.ask('GET /v1/organisations', { cookie })).status, 403)
  })
})

describe('the last active coordinator', () => {
  test('is not disabled, nor their organisation', async () => {
    const finder = await add()
    const paths = [`/v1/people/${server.person}`, `/v1/organisations/${server.organisation}`]
    for (const path of paths) {
      const told = await change(path, { isDisabled: true })
      assert.equal(told.status, 409)
      assert.match(told.text, /No active coordinator would be left/)
    }
    assert.equal(await isIn(admin), true)
    assert.equal((await change(`/v1/people/${finder.id}`, { isDisabled: true })).status, 204)
  })

  test('of two who disable each other at once one stays', async () => {
    const other = await add({ role: 'coordinator', organisation: server.organisation })
    const told = await Promise.all([
      change(`/v1/people/${other.id}`, { isDisabled: true }),
      change(`/v1/people/${server.person}`, { isDisabled: true }, other.cookie),
    ])
    const statuses = told.map(({ status }) => status).sort()
    const left = [await isIn(admin), await isIn(other.cookie)].filter((is) => is)
    assert.equal(left.length, 1, statuses.join())
    assert.equal(statuses[0], 204)
    const by = (await isIn(admin)) ? admin : other.cookie
    await change(`/v1/people/${server.person}`, { isDisabled: false }, by)
    admin = await server.signIn()
    await change(`/v1/people/${other.id}`, { isDisabled: true })
  })
})

describe('who is disabled', () => {
  test('is out of sessions, links and tokens, and enabling brings none of them back', async () => {
    const { id, cookie } = await add({ role: 'coordinator', organisation: server.organisation })
    const token = await tokenOf(cookie, 'Heron Lab')
    const { link } = OneTimeLinkWire.parse(JSON.parse((await linkFor(id)).text))
    assert.equal((await server.ask('GET /v1/tokens', { token })).status, 200)
    assert.equal((await change(`/v1/people/${id}`, { isDisabled: true })).status, 204)
    assert.equal(await isIn(cookie), false)
    // An answer about a token is believed for less than a second.
    server.pass(900)
    const gone = await server.ask('GET /v1/tokens', { token })
    assert.equal(gone.status, 401)
    const none = await server.ask('GET /v1/tokens', { token: `parley_${'x'.repeat(43)}` })
    assert.equal(bytesOf(gone), bytesOf(none))
    const spent = await server.ask('POST /v1/session', { body: { link } })
    const unknown = await server.ask('POST /v1/session', { body: { link: 'never-made' } })
    assert.equal(bytesOf(spent), bytesOf(unknown))
    assert.equal((await linkFor(id)).status, 404)
    assert.equal((await change(`/v1/people/${id}`, { isDisabled: false })).status, 204)
    assert.equal(await isIn(cookie), false)
    assert.equal((await server.ask('GET /v1/tokens', { token })).status, 401)
    assert.equal((await server.ask('POST /v1/session', { body: { link } })).status, 403)
    assert.equal(await isIn(await server.signIn(id)), true)
  })

  test('with their organisation is out too, and it takes nobody new', async () => {
    const { id, cookie } = await add({ organisation: 'Basalt' })
    const basalt = (await listed()).find(({ name }) => name === 'Basalt')
    const path = `/v1/organisations/${basalt?.id}`
    assert.equal((await change(path, { isDisabled: true, name: 'Basalt Ltd' })).status, 204)
    assert.equal(await isIn(cookie), false)
    assert.equal((await linkFor(id)).status, 404)
    const body = { name: 'New', organisation: basalt?.id, role: 'finder' }
    assert.equal((await server.ask('POST /v1/people', { cookie: admin, body })).status, 409)
    const after = (await listed()).find((one) => one.id === basalt?.id)
    assert.equal(after?.name, 'Basalt Ltd')
    assert.equal(after?.disabledAt, server.now.toISOString())
    server.pass(60_000)
    await change(path, { isDisabled: true })
    assert.equal(
      (await listed()).find((one) => one.id === basalt?.id)?.disabledAt,
      after.disabledAt,
    )
    await change(path, { isDisabled: false })
    assert.equal(await isIn(await server.signIn(id)), true)
  })
})

test('who belongs to two organisations acts for the one that is not disabled', async () => {
  const { id } = await add({ name: 'Two', organisation: 'Slate', role: 'coordinator' })
  const { id: other } = await add({ organisation: 'Marl' })
  const marl = (await listed()).find(({ people }) => people.some((one) => one.id === other))
  const slate = (await listed()).find(({ name }) => name === 'Slate')
  assert.ok(marl && slate)
  await asActor(server.database.app, systemActor, (tx) =>
    tx
      .insertInto('parley.membership')
      .values({ person_id: id, organisation_id: marl.id, role: 'finder', created_at: server.now })
      .execute(),
  )
  assert.equal((await change(`/v1/organisations/${slate.id}`, { isDisabled: true })).status, 204)
  const told = await server.ask('GET /v1/session', { cookie: await server.signIn(id) })
  const session = SessionWire.parse(JSON.parse(told.text))
  assert.deepEqual([session.role, session.organisation.id], ['finder', marl.id])
})

test('people are listed by organisation, renamed, and unknown ones are not there', async () => {
  const { id } = await add({ name: 'Gil', organisation: 'Quarry' })
  assert.equal((await change(`/v1/people/${id}`, { name: 'Gil Reef' })).status, 204)
  const quarry = (await listed()).find(({ name }) => name === 'Quarry')
  assert.deepEqual(
    quarry?.people.map(({ name, role, disabledAt }) => [name, role, disabledAt]),
    [['Gil Reef', 'finder', null]],
  )
  assert.notEqual(quarry?.people[0]?.lastSeenAt, null)
  assert.equal((await change('/v1/people/person_00000000', { name: 'No' })).status, 404)
  assert.equal((await change('/v1/organisations/org_00000000', { name: 'No' })).status, 404)
})
