import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, asActor } from '#platform/db/as-actor.ts'
import { OrgServer } from '../../../test/http/org-server.ts'
import { hasAccepted } from './agreement.store.ts'
import { type AgreementKind, agreementKinds } from './agreement.ts'
import { AcceptanceListWire, AgreementListWire, AgreementWire } from './agreement.wire.ts'
import { SessionWire } from './org.wire.ts'
import { OneTimeLinkWire } from './people.wire.ts'

let server: OrgServer
let admin: string
async function open(): Promise<void> {
  server = await OrgServer.open()
  admin = await server.signIn()
}
/** An instance of which nobody was ever asked to accept anything. */
async function reopen(): Promise<void> {
  await server[Symbol.asyncDispose]()
  await open()
}
before(open)
after(() => server[Symbol.asyncDispose]())

const json = (text: string): unknown => JSON.parse(text)
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const dayMs = 24 * 60 * 60 * 1000

async function add(role: string, organisation = 'Heron Lab') {
  const body = { name: 'Fay', organisation, role }
  const told = await server.ask('POST /v1/people', { cookie: admin, body })
  const { person } = OneTimeLinkWire.parse(json(told.text))
  const cookie = await server.signIn(person.id)
  const session = SessionWire.parse(json((await server.ask('GET /v1/session', { cookie })).text))
  return { id: person.id, cookie, organisation: session.organisation.id }
}

type Wish = {
  readonly kind: AgreementKind
  readonly text: string
  readonly roles?: readonly string[]
  readonly organisations?: readonly string[]
  readonly tokenDays?: number
}
const publishAs = (cookie: string | undefined, wish: Wish) =>
  server.ask('POST /v1/agreements', {
    ...(cookie === undefined ? {} : { cookie }),
    body: { roles: ['finder'], organisations: [], ...wish },
  })
async function publish(wish: Wish) {
  const told = await publishAs(admin, wish)
  assert.equal(told.status, 200, told.text)
  return AgreementWire.parse(json(told.text))
}
const accept = (
  cookie: string,
  { kind, version, digest }: { kind: AgreementKind; version: number; digest: string },
) => server.ask('POST /v1/agreements/accept', { cookie, body: { kind, version, digest } })
const heldOf = async (cookie: string) => {
  const told = await server.ask('GET /v1/session', { cookie })
  const { held, permissions } = SessionWire.parse(json(told.text))
  return { held, permissions }
}
const tokenOf = async (cookie: string, organisation: string): Promise<string> => {
  const body = { name: 'scanner', organisation, role: 'coordinator', days: 300 }
  const { token } = Object(json((await server.ask('POST /v1/tokens', { cookie, body })).text))
  return String(token)
}
const statusOf = async (token: string): Promise<number> => {
  server.pass(1_000)
  return (await server.ask('GET /v1/tokens', { token })).status
}

describe('agreements are published by nobody but administrators in person', () => {
  const wish = { kind: 'nda', text: '# Keep it' } as const

  test('strangers, other roles and tokens are refused', async () => {
    assert.equal((await publishAs(undefined, wish)).status, 401)
    for (const role of ['analyst', 'triager', 'reader', 'auditor', 'finder']) {
      assert.equal((await publishAs((await add(role)).cookie, wish)).status, 403, role)
    }
    const token = await tokenOf(admin, 'Harbour CERT')
    const body = { roles: [], organisations: [], ...wish }
    assert.equal((await server.ask('POST /v1/agreements', { token, body })).status, 403)
    const listed = await server.ask('GET /v1/agreements', { cookie: admin })
    assert.deepEqual(json(listed.text), { items: [] })
  })

  for (const [what, status, wrong] of [
    ['an empty text', 422, { text: ' \n' }],
    ['NUL', 400, { text: 'a\0b' }],
    ['half a character', 400, { text: 'a\ud800b' }],
    ['more than 256 KiB', 422, { text: 'é'.repeat(131_073) }],
    ['another kind', 422, { kind: 'loyalty' }],
    ['a role that is none', 422, { roles: ['boss'] }],
    ['two years for tokens', 422, { tokenDays: 730 }],
  ] as const) {
    test(`${what} is refused`, async () => {
      const body = { roles: [], organisations: [], ...wish, ...wrong }
      const told = await server.ask('POST /v1/agreements', { cookie: admin, body })
      assert.equal(told.status, status)
    })
  }

  test('an organisation that is not there is refused', async () => {
    assert.equal((await publishAs(admin, { ...wish, organisations: ['org_none'] })).status, 404)
  })
})

describe('whoever has to accept something', () => {
  test('reaches nothing but profile, agreements and the way out until they did', async () => {
    const fay = await add('finder')
    assert.deepEqual(await heldOf(fay.cookie), { held: null, permissions: ['hand-in'] })
    const made = await publish({ kind: 'conduct', text: '# Be kind' })
    assert.equal(made.digest, digestOf('# Be kind'))
    assert.deepEqual(await heldOf(fay.cookie), { held: 'agreement-needed', permissions: [] })
    assert.equal((await heldOf(admin)).held, null)
    const refused = await server.ask('POST /v1/identities/begin', { cookie: fay.cookie, body: {} })
    assert.ok([403, 404].includes(refused.status))
    const told = await server.ask('GET /v1/people', { cookie: fay.cookie })
    assert.equal(told.status, 403)
    assert.match(told.text, /"code":"agreement-needed"/)
    assert.match(told.text, /"link":"\/agreements"/)
    assert.equal((await server.ask('GET /v1/profile', { cookie: fay.cookie })).status, 200)
    const listed = await server.ask('GET /v1/agreements', { cookie: fay.cookie })
    const { items } = AgreementListWire.parse(json(listed.text))
    assert.deepEqual(
      items.map(({ kind, version, isNeeded }) => [kind, version, isNeeded]),
      [['conduct', 1, true]],
    )
    assert.equal((await accept(fay.cookie, made)).status, 204)
    assert.deepEqual(await heldOf(fay.cookie), { held: null, permissions: ['hand-in'] })
    const out = await server.ask('DELETE /v1/session', { cookie: fay.cookie })
    assert.equal(out.status, 204)
  })

  test('is asked anew by the next version, which alone counts', async () => {
    const fay = await add('finder')
    const first = await publish({ kind: 'nda', text: 'one' })
    await publish({ kind: 'conduct', text: 'all', roles: ['auditor'] })
    assert.equal((await accept(fay.cookie, first)).status, 204)
    assert.equal((await heldOf(fay.cookie)).held, null)
    const second = await publish({ kind: 'nda', text: 'two' })
    assert.deepEqual([first.version, second.version], [1, 2])
    assert.equal((await heldOf(fay.cookie)).held, 'agreement-needed')
    assert.equal((await accept(fay.cookie, first)).status, 409)
    assert.equal((await accept(fay.cookie, { ...second, digest: first.digest })).status, 412)
    assert.equal((await accept(fay.cookie, { ...second, version: 3 })).status, 404)
    assert.equal((await heldOf(fay.cookie)).held, 'agreement-needed')
    assert.equal((await accept(fay.cookie, second)).status, 204)
    assert.equal((await accept(fay.cookie, second)).status, 204)
    assert.equal((await heldOf(fay.cookie)).held, null)
    const path = 'GET /v1/agreements/nda/versions/1'
    const told = AgreementWire.parse(json((await server.ask(path, { cookie: fay.cookie })).text))
    assert.deepEqual([told.text, told.versions], ['one', 2])
    assert.equal((await server.ask(path.replace('1', '9'), { cookie: fay.cookie })).status, 404)
  })

  test('is of the roles and organisations that it names, or everybody', async () => {
    const [one, other] = [await add('analyst', 'Slate'), await add('analyst', 'Marl')]
    const wish = { kind: 'antitrust', text: 'v1', organisations: [one.organisation] } as const
    await publish({ ...wish, roles: ['analyst'] })
    assert.equal((await heldOf(one.cookie)).held, 'agreement-needed')
    assert.equal((await heldOf(other.cookie)).held, null)
    const all = await publish({ kind: 'antitrust', text: 'v2', roles: [] })
    assert.equal((await heldOf(other.cookie)).held, 'agreement-needed')
    assert.equal((await heldOf(admin)).held, 'agreement-needed')
    assert.equal((await server.ask('GET /v1/tokens', { cookie: admin })).status, 403)
    assert.equal((await accept(admin, all)).status, 204)
    assert.equal((await server.ask('GET /v1/tokens', { cookie: admin })).status, 200)
    const { items } = AcceptanceListWire.parse(
      json((await server.ask('GET /v1/agreements/acceptances', { cookie: admin })).text),
    )
    const states = items
      .filter(({ kind, person }) => kind === 'antitrust' && person.id !== one.id)
      .filter(({ person }) => [other.id, server.person].includes(person.id))
    assert.deepEqual(
      states.map(({ person, acceptedAt }) => [person.id, acceptedAt !== null]),
      [
        [other.id, false],
        [server.person, true],
      ],
    )
    const finder = await server.ask('GET /v1/agreements/acceptances', { cookie: other.cookie })
    assert.equal(finder.status, 403)
  })
})

test('tokens stop with a first version at once, and with a later one after its days', async () => {
  await reopen()
  const boss = await add('coordinator', 'Quay')
  const token = await tokenOf(boss.cookie, 'Quay')
  const other = await tokenOf(boss.cookie, 'A machine of somebody')
  assert.equal(await statusOf(token), 200)
  const wish = { kind: 'participation', roles: [], organisations: [boss.organisation] } as const
  const first = await publish({ ...wish, text: 'one' })
  assert.equal(await statusOf(token), 403)
  assert.equal(await statusOf(other), 403)
  assert.equal((await accept(boss.cookie, first)).status, 204)
  assert.equal(await statusOf(token), 200)
  await publish({ ...wish, text: 'two' })
  assert.equal((await heldOf(boss.cookie)).held, 'agreement-needed')
  assert.equal(await statusOf(token), 200)
  server.pass(14 * dayMs)
  assert.equal(await statusOf(token), 403)
  assert.match((await server.ask('GET /v1/tokens', { token })).text, /agreement-needed/)
  admin = await server.signIn()
  const [again, third] = [await server.signIn(boss.id), await publish({ ...wish, text: '3' })]
  assert.equal(await statusOf(token), 200)
  assert.equal((await accept(again, third)).status, 204)
  // Of whoever accepted no version of a kind nothing goes on, however late the version is.
  await publish({ ...wish, kind: 'conduct', text: 'one', roles: ['auditor'] })
  assert.equal(await statusOf(token), 200)
  const late = await publish({ ...wish, kind: 'conduct', text: 'two' })
  assert.equal(await statusOf(token), 403)
  assert.equal((await accept(again, late)).status, 204)
  assert.equal(await statusOf(token), 200)
  await publish({ ...wish, text: '4', tokenDays: 0 })
  assert.equal(await statusOf(token), 403)
})

describe('the database', () => {
  before(reopen)
  const as = (actor: Actor, query: string) =>
    asActor(server.database.app, actor, async (tx) => (await sql.raw(query).execute(tx)).rows)

  test('lets nobody change or take away what was agreed', async () => {
    const system: Actor = { role: 'system', organisation: null, person: null }
    for (const table of ['agreement', 'agreement_acceptance']) {
      for (const change of [
        `update parley.${table} set kind = kind`,
        `delete from parley.${table}`,
      ]) {
        await assert.rejects(as(system, change), /permission denied/)
      }
    }
    const { Client } = await import('pg')
    const owner = new Client({ connectionString: server.database.ownerUrl })
    await owner.connect()
    await owner.query('set role parley_keeper')
    for (const table of ['agreement', 'agreement_acceptance']) {
      await assert.rejects(owner.query(`delete from parley.${table}`), /never changed/)
      await assert.rejects(owner.query(`update parley.${table} set kind = kind`), /never changed/)
    }
    await owner.end()
  })

  test('takes no acceptance of somebody else, or of a text that is not the one', async () => {
    for (const text of ['one', 'two']) await publish({ kind: 'nda', text })
    const fay = await add('finder')
    const actor: Actor = { role: 'finder', organisation: fay.organisation, person: fay.id }
    const insert = (person: string, digest: string) =>
      as(
        actor,
        `insert into parley.agreement_acceptance values ('acceptance_x', '${person}',
          '${fay.organisation}', 'nda', 2, '\\x${digest}', now(), 'session_x')`,
      )
    await assert.rejects(insert(server.person, digestOf('two')), /row-level security/)
    await assert.rejects(insert(fay.id, digestOf('one')), /foreign key/)
  })

  test('tells the person, readers and auditors who accepted the version that counts', async () => {
    const fay = await add('finder')
    const of = { person: fay.id, organisation: fay.organisation }
    const ask = (actor: Actor, kinds: readonly AgreementKind[]) =>
      asActor(server.database.app, actor, (tx) => hasAccepted(tx, { ...of, kinds }, server.now))
    const own: Actor = { role: 'finder', ...of }
    const reader: Actor = { role: 'reader', organisation: 'org_x', person: 'person_x' }
    assert.equal(await ask(own, []), true)
    assert.equal(await ask(own, ['nda']), false)
    assert.equal(await ask(own, ['defensive-use']), false)
    assert.equal(await ask(own, ['nda', 'defensive-use']), false)
    for (const kind of agreementKinds) await publish({ kind, text: `${kind} now` })
    for (const kind of ['nda', 'conduct'] as const) {
      const path = `GET /v1/agreements`
      const { items } = AgreementListWire.parse(
        json((await server.ask(path, { cookie: fay.cookie })).text),
      )
      const found = items.find((one) => one.kind === kind)
      assert.ok(found)
      assert.equal((await accept(fay.cookie, found)).status, 204)
    }
    assert.equal(await ask(own, ['nda', 'conduct']), true)
    assert.equal(await ask(reader, ['nda', 'conduct']), true)
    assert.equal(await ask(own, ['nda', 'conduct', 'antitrust']), false)
    const stranger: Actor = { role: 'finder', organisation: 'org_x', person: 'person_x' }
    assert.equal(await ask(stranger, ['nda', 'conduct']), false)
    await asActor(server.database.app, own, async (tx) =>
      assert.equal(
        await hasAccepted(tx, { ...of, organisation: 'org_x', kinds: ['nda'] }, server.now),
        false,
      ),
    )
  })

  test('gives nothing to whoever is held, whatever the route asks', async () => {
    const held: Actor = { role: 'coordinator', organisation: 'o', person: 'p', scopes: [] }
    assert.deepEqual(await as(held, 'select id from parley.person'), [])
    assert.deepEqual(await as({ ...held, role: 'finder' }, 'select parley.actor_follows() as is'), [
      { is: null },
    ])
    await assert.rejects(as({ ...held, scopes: ["x'; --"] }, 'select 1'), /not an actor/)
  })
})
