import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { OneTimeLinkWire } from '#features/org/people.wire.ts'
import type { Role } from '#features/org/role.ts'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { raiseCeiling } from '../../../test/db/reports.ts'
import { OrgServer } from '../../../test/http/org-server.ts'
import { clearFirst } from './clearance.store.ts'

let server: OrgServer
let admin: string
before(async () => {
  server = await OrgServer.open()
  admin = await server.signIn()
})
after(() => server[Symbol.asyncDispose]())

const path = (id: string): string =>
  `/v1/organisations/${server.organisation}/people/${id}/clearance`
const common = {
  ...{ classification: 'unclassified', tlp: 'amber+strict', compartments: [] },
  ...{ pcii: false, underEmbargo: true },
}

async function add(role: Role) {
  const body = { name: 'Mo', organisation: server.organisation, role }
  const told = await server.ask('POST /v1/people', { cookie: admin, body })
  const { person } = OneTimeLinkWire.parse(JSON.parse(told.text))
  return { id: person.id, cookie: await server.signIn(person.id) }
}

const held = async (id: string, cookie = admin) => {
  const { status, text } = await server.ask(`GET ${path(id)}`, { cookie })
  return status === 200 ? JSON.parse(text) : status
}

const actions = async (): Promise<number> => {
  const { rows } = await asActor(server.database.app, systemActor, (tx) =>
    sql`select 1 from parley.ledger_pending where action = 'clearance.change'`.execute(tx),
  )
  return rows.length
}

describe('nobody is cleared', () => {
  const put = (id: string, cookie: string, body: unknown = common) =>
    server.ask(`PUT ${path(id)}`, { cookie, body })

  test('by themselves', async () => {
    const told = await put(server.person, admin)
    assert.equal(told.status, 403)
    assert.match(told.text, /Nobody clears themselves/)
  })

  test('by themselves in the database either', async () => {
    const own: Actor = {
      ...{ role: 'coordinator', organisation: server.organisation, person: server.person },
    }
    await assert.rejects(
      asActor(server.database.app, own, (tx) =>
        sql`insert into parley.clearance values (${server.person}, ${server.organisation}, 0, 4,
          '{}', true, true, now(), null)`.execute(tx),
      ),
      /row-level security/,
    )
  })

  test('by those who do not administer', async () => {
    for (const role of ['analyst', 'triager', 'reader', 'auditor', 'finder'] as const) {
      const { cookie } = await add(role)
      const { status, text } = await put(server.person, cookie)
      assert.deepEqual([role, status], [role, 403], text)
    }
  })

  test('by a token', async () => {
    const wish = { name: 'hand', organisation: server.organisation, days: 3, role: 'coordinator' }
    const { text } = await server.ask('POST /v1/tokens', { cookie: admin, body: wish })
    const { id } = await add('reader')
    const { token } = JSON.parse(text)
    const told = await server.ask(`PUT ${path(id)}`, { token, body: common })
    assert.equal(told.status, 403)
  })

  test('who is no member', async () => {
    assert.equal((await put('person_00000000', admin)).status, 404)
    assert.equal(await held('person_00000000'), 404)
  })

  test('above the ceiling', async () => {
    const { id } = await add('analyst')
    const told = await put(id, admin, { ...common, classification: 'restricted' })
    assert.equal(told.status, 422)
    assert.equal(JSON.parse(told.text).code, 'above-ceiling')
    await assert.rejects(
      asActor(server.database.app, systemActor, (tx) =>
        sql`insert into parley.clearance values (${id}, ${server.organisation}, 1, 0,
          '{}', false, true, now(), null)`.execute(tx),
      ),
      /above the ceiling/,
    )
  })

  for (const [what, part] of [
    ['for an unknown colour', { tlp: 'blue' }],
    ['for a compartment in small letters', { compartments: ['glass'] }],
    ['without saying for what', { pcii: undefined }],
  ] as const) {
    test(what, async () => {
      const { id } = await add('analyst')
      assert.equal((await put(id, admin, { ...common, ...part })).status, 422)
      assert.deepEqual((await held(id)).changedAt, null)
    })
  }
})

test('a clearance is seen by those who audit and by its holder, and by nobody else', async () => {
  const { id, cookie } = await add('analyst')
  assert.deepEqual(await held(id, cookie), { ...common, ceiling: 'unclassified', changedAt: null })
  const auditor = await add('auditor')
  assert.equal((await held(id, auditor.cookie)).tlp, 'amber+strict')
  for (const role of ['analyst', 'reader', 'finder'] as const) {
    const other = await add(role)
    assert.equal(await held(id, other.cookie), 404)
  }
})

test('a clearance holds at once, and the ledger tells of it', async () => {
  const { id, cookie } = await add('analyst')
  const before = await actions()
  const body = { ...common, tlp: 'red', compartments: ['HERON', 'GLASS', 'GLASS'], pcii: true }
  assert.equal((await server.ask(`PUT ${path(id)}`, { cookie: admin, body })).status, 204)
  const now = await held(id, cookie)
  assert.deepEqual([now.tlp, now.compartments, now.pcii], ['red', ['GLASS', 'HERON'], true])
  assert.equal(await actions(), before + 1)
})

test('the first coordinator is cleared up to the ceiling, where nobody else is', async () => {
  const first = { person: server.person, organisation: server.organisation }
  await clearFirst(server.database.app, first, server.now)
  const { classification, tlp } = await held(server.person)
  assert.deepEqual([classification, tlp], ['unclassified', 'red'])
  await raiseCeiling(server.database, 3)
  await clearFirst(server.database.app, first, server.now)
  assert.equal((await held(server.person)).classification, 'secret')
  const second = await add('coordinator')
  await clearFirst(server.database.app, { ...first, person: second.id }, server.now)
  assert.equal((await held(second.id)).changedAt, null, 'somebody can clear others already')
})
