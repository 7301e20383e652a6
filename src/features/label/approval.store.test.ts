import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Actor } from '#platform/db/as-actor.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, finder, peopleOf, secondCoordinator } from '../../../test/db/reports.ts'

/** What the database refuses by itself, whatever a route forgets. */

const ada = coordinator.person ?? ''
const bo = secondCoordinator.person ?? ''
const twin: Actor = { ...coordinator, organisation: 'org_finder02', person: 'person_twin0001' }
const made: Actor = { ...coordinator, person: 'person_made0001' }
const elsewhere: Actor = { ...twin, person: 'person_else0001' }

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  await as(systemActor, (tx) =>
    sql`insert into parley.person values ('person_twin0001', 'Ada again', now(), null),
      ('person_else0001', 'Else', now(), null)`.execute(tx),
  )
  await as(secondCoordinator, (tx) =>
    sql`insert into parley.same_human values (${ada}, 'person_twin0001', ${bo}, now())`.execute(tx),
  )
  await as(coordinator, (tx) =>
    sql`insert into parley.person values ('person_made0001', 'Made', now(), null)`.execute(tx),
  )
})
after(() => database[Symbol.asyncDispose]())

const as = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, actor, work)

type Wish = { readonly by?: Actor; readonly mode?: string; readonly state?: string }
let number = 0
async function asked({ by = coordinator, mode = 'two-persons', state }: Wish = {}) {
  const id = `approval_${String(++number).padStart(8, '0')}`
  await as(by, (tx) =>
    sql`insert into parley.approval (id, kind, subject, cases, request, says, digest, reason,
        person_id, organisation_id, decided_with, mode, requested_at, expires_at, state)
      values (${id}, 'x', 'x', '{}', '{}', '{}', repeat('a', 64), 'why', ${by.person},
        ${by.organisation},
        'administer', ${mode}, now(), now() + interval '2 hours',
        ${state ?? 'requested'})`.execute(tx),
  )
  return id
}
type Move = readonly [Actor, string, string, Partial<Party>?]
const moves = (...[actor, id, state, more = {}]: Move) =>
  as(actor, async (tx) => {
    const { person = actor.person, organisation = actor.organisation } = more
    const { numAffectedRows } = await sql`update parley.approval set state = ${state},
      decided_by = ${person}, decided_for = ${organisation}, decided_at = now()
      where id = ${id}`.execute(tx)
    return Number(numAffectedRows ?? 0)
  })
type Party = { readonly person: string | null; readonly organisation: string | null }
const denied = { code: '42501' }

test('who asked grants nothing and refuses nothing, in whoever’s name', async () => {
  const id = await asked()
  await assert.rejects(moves(coordinator, id, 'granted'), denied)
  await assert.rejects(moves(coordinator, id, 'refused'), denied)
  await assert.rejects(moves(coordinator, id, 'granted', { person: bo }), denied)
  await assert.rejects(moves(coordinator, id, 'done', { person: bo }), denied)
})

test('another account of the same human grants nothing', async () => {
  await assert.rejects(moves(twin, await asked(), 'granted'), denied)
  await assert.rejects(moves(coordinator, await asked({ by: twin }), 'granted'), denied)
})

test('an account that who asked made grants nothing until it has a way in', async () => {
  const id = await asked()
  await assert.rejects(moves(made, id, 'granted'), denied)
  await assert.rejects(
    as(made, (tx) => sql`delete from parley.account_hand`.execute(tx)),
    denied,
  )
  await as(made, (tx) =>
    sql`insert into parley.passkey (id, person_id, credential_id, name, public_key, counter,
        transports, created_at)
      values ('passkey_made', ${made.person}, 'made', 'Key', 'key', 0, '{}', now())`.execute(tx),
  )
  assert.equal(await moves(made, id, 'granted'), 1)
})

test('a link that who asked draws later lets its account grant nothing, key or none', async () => {
  const id = await asked()
  await as(coordinator, (tx) =>
    sql`insert into parley.account_hand (account_id, by_id, did, at)
      values (${made.person}, ${ada}, 'link', now())`.execute(tx),
  )
  await assert.rejects(moves(made, id, 'granted'), denied)
})

test('an account of the same organisation grants nothing where it takes two', async () => {
  const id = await asked({ mode: 'two-organisations' })
  await assert.rejects(moves(secondCoordinator, id, 'granted'), denied)
  const said = { organisation: 'org_finder01' }
  await assert.rejects(moves(secondCoordinator, id, 'granted', said), denied)
  assert.equal(await moves(elsewhere, id, 'granted'), 1)
})

test('who lacks the permission sees nothing to grant', async () => {
  assert.equal(await moves(finder, await asked(), 'granted'), 0)
})

test('the product itself grants nothing', async () => {
  const id = await asked()
  await assert.rejects(
    moves(systemActor, id, 'granted', { person: bo, organisation: 'org_staff001' }),
    denied,
  )
})

test('nothing is asked in the name of others, nor begins as granted', async () => {
  const id = await asked()
  for (const set of [
    "person_id = 'person_bo000001'",
    "digest = repeat('b', 64)",
    "request = '1'",
  ]) {
    await assert.rejects(
      as(coordinator, (tx) =>
        sql`update parley.approval set ${sql.raw(set)} where id = ${id}`.execute(tx),
      ),
      denied,
    )
  }
  await assert.rejects(
    asked({ by: { ...coordinator, organisation: 'org_finder01' }, state: 'granted' }),
    denied,
  )
  await assert.rejects(asked({ state: 'done' }), denied)
})

test('what is decided is not decided again', async () => {
  const id = await asked()
  assert.equal(await moves(secondCoordinator, id, 'granted'), 1)
  await assert.rejects(moves(secondCoordinator, id, 'refused'), denied)
  await assert.rejects(moves(secondCoordinator, id, 'granted'), denied)
  await assert.rejects(moves(coordinator, id, 'withdrawn'), denied)
  await assert.rejects(
    moves(systemActor, id, 'done', { person: ada, organisation: 'org_staff001' }),
    denied,
  )
})

test('nothing is granted at or after its end, nor expires before', async () => {
  const id = await asked()
  const at = (moment: string, state: string, actor: Actor) =>
    as(actor, (tx) =>
      sql`update parley.approval set state = ${state}, decided_by = ${actor.person},
        decided_for = ${actor.organisation}, decided_at = ${sql.raw(moment)}
        where id = ${id}`.execute(tx),
    )
  await assert.rejects(at('expires_at', 'granted', secondCoordinator), denied)
  await assert.rejects(at("requested_at - interval '1 s'", 'granted', secondCoordinator), denied)
  await assert.rejects(at("expires_at - interval '1 s'", 'expired', systemActor), denied)
})

test('nobody unsays that they are one human with another account of theirs', async () => {
  const unsaid = (actor: Actor) =>
    as(actor, async (tx) => {
      const { numAffectedRows } = await sql`delete from parley.same_human`.execute(tx)
      return Number(numAffectedRows)
    })
  for (const actor of [coordinator, twin, made, finder]) assert.equal(await unsaid(actor), 0)
  assert.equal(await unsaid(secondCoordinator), 1)
})

test('one account at a provider, and one passkey, lead to one account here only', async () => {
  const linked = (actor: Actor, id: string) =>
    as(actor, (tx) =>
      sql`insert into parley.provider_identity values
        (${id}, 'https://login.example.org', 'u-1', ${actor.person}, now(), null)`.execute(tx),
    )
  const kept = (actor: Actor, id: string) =>
    as(actor, (tx) =>
      sql`insert into parley.passkey values
        (${id}, ${actor.person}, 'one', 'Key', '\\x00', 0, '{}', now())`.execute(tx),
    )
  for (const add of [linked, kept]) {
    await add(coordinator, 'first')
    await assert.rejects(add(secondCoordinator, 'second'), { code: '23505' })
  }
})
