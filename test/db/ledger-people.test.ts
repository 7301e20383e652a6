import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { openEntry, parseFields, parseLeaf } from '#features/ledger/entry.ts'
import { OneTimeLinkWire } from '#features/org/people.wire.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { OrgServer } from '../http/org-server.ts'

let server: OrgServer
before(async () => {
  server = await OrgServer.open()
})
after(() => server[Symbol.asyncDispose]())

/** What was recorded so far, in order: what was done, to what, by whom, and what more was said. */
const recorded = (): Promise<readonly (readonly unknown[])[]> =>
  asActor(server.database.app, systemActor, async (tx) => {
    const { rows } = await sql<{ leaf: string; fields: unknown }>`
      select leaf, fields from parley.ledger_pending order by no`.execute(tx)
    return rows.map((row) => {
      const [leaf, fields] = [parseLeaf(row.leaf), parseFields(row.fields)]
      assert.ok(leaf.ok && fields)
      const { values, wrong } = openEntry(leaf.value, fields)
      assert.deepEqual(wrong, [])
      const more = [...values].filter(([name]) => name.startsWith('fields.'))
      const { action, record } = leaf.value
      return [
        ...[action, record.kind, values.get('actor')],
        ...more.sort().map(([name, value]) => `${name.slice(7)} ${value}`),
      ]
    })
  })

test('what opens, changes or ends the access of people is recorded, with who did it', async () => {
  const cookie = await server.signIn()
  const by = server.person
  const wish = { name: 'Fay', organisation: 'Heron Lab', role: 'finder' }
  const added = await server.ask('POST /v1/people', { cookie, body: wish })
  const { person, link } = OneTimeLinkWire.parse(JSON.parse(added.text))
  const own = await server.ask('POST /v1/session', { body: { link } })
  assert.equal(own.status, 200, own.text)
  for (const [call, of, body, status] of [
    ['POST /v1/recovery-codes', own.cookie, {}, 200],
    ['DELETE /v1/sessions', own.cookie, undefined, 200],
    ['DELETE /v1/session', own.cookie, undefined, 204],
    [`POST /v1/people/${person.id}/link`, cookie, {}, 200],
    [`PATCH /v1/people/${person.id}`, cookie, { isDisabled: true }, 204],
    [`PATCH /v1/organisations/${server.organisation}`, cookie, { name: 'Harbour' }, 204],
    [`PATCH /v1/organisations/${server.organisation}`, cookie, { isDisabled: true }, 409],
    ['PATCH /v1/people/person_00000000', cookie, { isDisabled: true }, 404],
  ] as const) {
    const told = await server.ask(call, { cookie: of, ...(body && { body }) })
    assert.equal(told.status, status, `${call} ${told.text}`)
  }
  assert.deepEqual(await recorded(), [
    ['sign-in.open', 'session', by, 'factor link'],
    ['person.add', 'person', by, 'organisation Heron Lab', 'role finder'],
    ['link.make', 'person', by],
    ['sign-in.open', 'session', person.id, 'factor link'],
    ['recovery-codes.make', 'person', person.id],
    ['sign-in.end', 'session', person.id],
    ['link.make', 'person', by],
    ['person.change', 'person', by, 'state disabled'],
    ['organisation.change', 'organisation', by, 'name Harbour'],
  ])
})

test('nobody gets in or is changed where it cannot be recorded', async () => {
  const cookie = await server.signIn()
  const before = await recorded()
  const reach = (verb: 'revoke' | 'grant', way: 'from' | 'to') =>
    asOwner(`${verb} insert on parley.ledger_pending ${way} parley_app`)
  await reach('revoke', 'from')
  try {
    const wish = { name: 'Eve', organisation: 'Heron Lab', role: 'finder' }
    for (const [call, body] of [
      ['POST /v1/people', wish],
      [`PATCH /v1/organisations/${server.organisation}`, { name: 'Other' }],
      ['POST /v1/recovery-codes', {}],
    ] as const) {
      assert.equal((await server.ask(call, { cookie, body })).status, 500, call)
    }
  } finally {
    await reach('grant', 'to')
  }
  assert.deepEqual(await recorded(), before)
  const { text } = await server.ask('GET /v1/organisations', { cookie })
  assert.doesNotMatch(text, /Eve|Other/)
})

async function asOwner(statement: string): Promise<void> {
  const client = new Client({ connectionString: server.database.ownerUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}
