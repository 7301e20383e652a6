import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { addPerson, makeToken } from '#features/org/org.store.ts'
import type { Role } from '#features/org/role.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { OrgServer } from '../../../test/http/org-server.ts'
import { approvalRoutes } from './approval.routes.ts'
import { ApprovalListWire, ApprovalPageWire } from './approval.wire.ts'
import { expireApprovals } from './approval-deciding.ts'
import { approvalKind } from './approval-kind.ts'
import { policyKind } from './approval-policy.ts'

/** What the kind of the tests did, and what it finds when it looks. */
const world = { version: 1, done: 0, fails: false, throws: false }
const bell = approvalKind({
  ...{ name: 'bell.ring', title: 'Ring the bell' },
  ...{ whoMayAsk: 'read', whoMayDecide: 'export' },
  shape: z.strictObject({ times: z.int().min(1).max(9) }),
  describe: async (_tx, { request: { times } }) =>
    times === 9
      ? no('The bell does not ring nine times.')
      : yes({
          subject: 'bell',
          cases: [],
          says: [`It rings ${times} times.`],
          basis: world.version,
        }),
  carryOut: async (tx, { granted }) => {
    await tellOf(tx, granted.person)
    if (world.throws) throw new Error('the rope broke')
    if (world.fails) return no('The bell hangs too high.')
    world.done++
    return yes(null)
  },
})
const tellOf = (tx: Tx, person: string) =>
  sql`insert into parley.live_event (at, topic, ref) values (now(), 'rung', ${person})`.execute(tx)

let server: OrgServer
const cookies = new Map<string, string>()
const people = [
  ['ada', 'org_harbour001', 'coordinator'],
  ['bo', 'org_harbour001', 'coordinator'],
  ['cy', 'org_heron00001', 'analyst'],
  ['rea', 'org_harbour001', 'reader'],
  ['fay', 'org_heron00001', 'finder'],
  ['sal', 'org_harbour001', 'auditor'],
] as const satisfies readonly (readonly [string, string, Role])[]
const idOf = (name: string): string => `person_${name.padEnd(8, '0')}`

before(async () => {
  server = await OrgServer.open({
    further: (pool) => approvalRoutes({ pool, kinds: [bell, policyKind] }),
  })
  await asActor(server.database.app, systemActor, async (tx) => {
    for (const id of ['org_harbour001', 'org_heron00001']) {
      const made = { id, name: id, created_at: server.now }
      await tx.insertInto('parley.organisation').values(made).execute()
    }
    for (const [name, organisation, role] of people) {
      await addPerson(tx, { id: idOf(name), name, organisation, role }, server.now)
    }
  })
  for (const [name] of people) cookies.set(name, await server.signIn(idOf(name)))
})
after(() => server[Symbol.asyncDispose]())

const as = (who: string, call: string, body?: unknown) => {
  const cookie = cookies.get(who) ?? assert.fail(who)
  return server.ask(call, { cookie, ...(body === undefined ? {} : { body }) })
}
const refusedWith = ({ status, text }: { status: number; text: string }): string => {
  const told = z.looseObject({ code: z.string(), why: z.string().optional() })
  const { code, why } = told.parse(JSON.parse(text))
  return [status, code, ...(why === undefined ? [] : [why])].join(' ')
}

async function asks(who: string, times = 3, more: object = {}): Promise<string> {
  const body = { kind: 'bell.ring', request: { times }, reason: 'It is noon.', ...more }
  const { status, text } = await as(who, 'POST /v1/approvals', body)
  assert.equal(status, 201, text)
  return z.strictObject({ id: z.string() }).parse(JSON.parse(text)).id
}
async function page(who: string, id: string) {
  const { status, text } = await as(who, `GET /v1/approvals/${id}`)
  assert.equal(status, 200, text)
  return ApprovalPageWire.parse(JSON.parse(text))
}
const lists = async (who: string) =>
  ApprovalListWire.parse(JSON.parse((await as(who, 'GET /v1/approvals')).text))
async function decides(who: string, id: string, does = 'grant') {
  const { digest } = await page('ada', id)
  return as(who, `POST /v1/approvals/${id}/${does}`, { digest, reason: 'It is.' })
}
const pending = async (action: string): Promise<{ leaf: string; fields: string }[]> => {
  const { rows } = await asActor(server.database.app, systemActor, (tx) =>
    sql<{ leaf: string; fields: string }>`select leaf, fields::text as fields
      from parley.ledger_pending where action = ${action} order by no`.execute(tx),
  )
  return rows
}

test('another person grants: it is done once, and the ledger tells of both', async () => {
  const id = await asks('ada')
  const shown = await page('cy', id)
  assert.deepEqual(shown.says, ['It rings 3 times.'])
  assert.deepEqual([shown.whyNot, shown.isChanged, shown.deciders], [null, false, 3])
  assert.deepEqual(
    (await lists('cy')).toDecide.map((one) => one.id),
    [id],
  )
  assert.deepEqual(
    (await lists('ada')).mine.map((one) => one.id),
    [id],
  )
  const granted = await decides('cy', id)
  assert.equal(granted.status, 204, granted.text)
  assert.equal(world.done, 1)
  assert.equal((await page('cy', id)).state, 'done')
  assert.equal(refusedWith(await decides('bo', id)), '409 not-in-this-state decided')
  assert.equal(world.done, 1)
  const [done] = await pending('approval.done')
  assert.match(done?.leaf ?? '', /"role":"system"/)
  for (const name of ['ada', 'cy']) assert.ok(done?.fields.includes(idOf(name)), name)
  assert.equal((await pending('approval.request')).length, 1)
  assert.equal((await pending('approval.grant')).length, 1)
})

test('who asked neither grants nor refuses it, and alone withdraws it', async () => {
  const id = await asks('ada')
  assert.equal(refusedWith(await decides('ada', id)), '403 not-allowed own-request')
  assert.equal(refusedWith(await decides('ada', id, 'refuse')), '403 not-allowed own-request')
  const { digest } = await page('ada', id)
  const other = await as('bo', `POST /v1/approvals/${id}/withdraw`, { digest })
  assert.equal(refusedWith(other), '403 not-allowed lacks-permission')
  assert.equal((await as('ada', `POST /v1/approvals/${id}/withdraw`, { digest })).status, 204)
  assert.equal(refusedWith(await decides('bo', id)), '409 not-in-this-state decided')
})

test('accounts that are said to be one human’s do not decide for each other', async () => {
  const say = (who: string, other: string) =>
    as(who, `PUT /v1/people/${idOf('bo')}/same-human`, { other })
  assert.equal((await say('ada', idOf('cy'))).status, 204)
  assert.equal(
    (await as('bo', `PUT /v1/people/${idOf('ada')}/same-human`, { other: idOf('cy') })).status,
    204,
  )
  const id = await asks('ada')
  // Bo and Ada were never said to be one, but each is one with Cy.
  assert.equal(refusedWith(await decides('bo', id)), '403 not-allowed same-human')
  assert.equal(refusedWith(await decides('cy', id)), '403 not-allowed same-human')
  assert.equal((await page('ada', id)).deciders, 1, 'the first coordinator is left')
  for (const who of ['ada', 'bo']) {
    const unsaid = await as(who, `DELETE /v1/people/${idOf('cy')}/same-human`)
    assert.equal(refusedWith(unsaid), '409 not-in-this-state', who)
  }
  cookies.set('first', await server.signIn())
  const whole = await as('first', `GET /v1/organisations`)
  assert.match(whole.text, new RegExp(`"sameHuman":\\["${idOf('ada')}","${idOf('bo')}"\\]`))
  assert.equal((await as('first', `DELETE /v1/people/${idOf('cy')}/same-human`)).status, 204)
  assert.equal((await as('first', `DELETE /v1/people/${idOf('bo')}/same-human`)).status, 204)
  assert.equal((await as('first', `DELETE /v1/people/${idOf('bo')}/same-human`)).status, 404)
  assert.equal((await decides('bo', id)).status, 204)
  assert.equal((await pending('person.same')).length, 2)
  assert.equal((await pending('person.not-same')).length, 2)
})

test('nobody who is not there is said to be anybody', async () => {
  for (const other of ['person_nobody00', idOf('bo')]) {
    const said = await as('ada', `PUT /v1/people/${idOf('bo')}/same-human`, { other })
    assert.equal(said.status, 404, other)
  }
  const said = await as('cy', `PUT /v1/people/${idOf('bo')}/same-human`, { other: idOf('ada') })
  assert.equal(said.status, 403)
})

async function adds(who: string, name: string): Promise<string> {
  const wish = { name, organisation: 'org_harbour001', role: 'coordinator' }
  const { status, text } = await as(who, 'POST /v1/people', wish)
  assert.equal(status, 200, text)
  const made = z.looseObject({ person: z.looseObject({ id: z.string() }), link: z.string() })
  const { person, link } = made.parse(JSON.parse(text))
  const opened = await server.ask('POST /v1/session', { body: { link } })
  cookies.set(name, opened.cookie)
  return person.id
}

test('nobody decides by an account that they made, for one, or between two of them', async () => {
  await adds('ada', 'puppet')
  await adds('ada', 'marionette')
  const why = '403 not-allowed account-made-by-requester'
  assert.equal(refusedWith(await decides('puppet', await asks('ada'))), why)
  assert.equal(refusedWith(await decides('ada', await asks('puppet'))), why)
  assert.equal(refusedWith(await decides('marionette', await asks('puppet'))), why)
  // One who was made by one who was made.
  await adds('puppet', 'finger')
  assert.equal(refusedWith(await decides('finger', await asks('ada'))), why)
  assert.equal((await decides('bo', await asks('puppet'))).status, 204)
})

test('a link that was drawn, or a role that was given, counts for thirty days', async () => {
  const why = '403 not-allowed account-made-by-requester'
  const before = await asks('ada')
  assert.equal((await as('ada', `POST /v1/people/${idOf('bo')}/link`, {})).status, 200)
  assert.equal(refusedWith(await decides('bo', before)), why)
  const role = await as('bo', `PUT /v1/organisations/org_heron00001/people/${idOf('cy')}`, {
    role: 'coordinator',
  })
  assert.equal(role.status, 204, role.text)
  cookies.set('cy', await server.signIn(idOf('cy')))
  assert.equal(refusedWith(await decides('cy', await asks('bo'))), why)
  // The role was given by the clock of the database, the link by that of the test.
  server.pass(31 * 24 * 3_600_000)
  for (const [name] of people) cookies.set(name, await server.signIn(idOf(name)))
  assert.equal((await decides('bo', await asks('ada'))).status, 204)
})

test('a request that nobody decided in time expires, and the sweep writes that down', async () => {
  const id = await asks('ada', 3, { hours: 2 })
  server.pass(2 * 3_600_000)
  assert.equal((await page('ada', id)).state, 'expired')
  assert.equal(refusedWith(await decides('bo', id)), '409 not-in-this-state expired')
  const sweep = () =>
    asActor(server.database.app, systemActor, (tx) => expireApprovals(tx, server.now))
  assert.ok((await sweep()) >= 1)
  assert.equal(await sweep(), 0)
  assert.ok((await pending('approval.expire')).some(({ fields }) => fields.includes(id)))
  assert.ok((await lists('ada')).past.some((one) => one.id === id && one.state === 'expired'))
})

test('what would happen has to be what was asked and what was shown', async () => {
  const id = await asks('ada')
  world.version++
  assert.equal((await page('bo', id)).isChanged, true)
  assert.equal(refusedWith(await decides('bo', id)), '412 changed changed')
  const fresh = await asks('ada')
  const body = { digest: 'a'.repeat(64), reason: 'Yes.' }
  const other = await as('bo', `POST /v1/approvals/${fresh}/grant`, body)
  assert.equal(refusedWith(other), '412 changed changed')
  assert.equal((await decides('bo', fresh)).status, 204)
  assert.equal((await decides('bo', id, 'refuse')).status, 204)
})

test('who may not ask any more has their request granted by nobody', async () => {
  const id = await asks('rea')
  await asActor(server.database.app, systemActor, (tx) =>
    sql`update parley.person set disabled_at = now() where id = ${idOf('rea')}`.execute(tx),
  )
  assert.equal(refusedWith(await decides('bo', id)), '412 changed changed')
})

test('what cannot be carried out is undone whole, and says why', async () => {
  const rung = async (): Promise<number> => {
    const { rows } = await asActor(server.database.app, systemActor, (tx) =>
      sql`select 1 from parley.live_event where topic = 'rung'`.execute(tx),
    )
    return rows.length
  }
  const [id, before] = [await asks('ada'), await rung()]
  world.fails = true
  assert.equal((await decides('bo', id)).status, 204)
  const { state, failedWhy } = await page('ada', id)
  assert.deepEqual([state, failedWhy], ['failed', 'The bell hangs too high.'])
  assert.equal(await rung(), before)
  const broken = await asks('ada')
  world.throws = true
  assert.equal((await decides('bo', broken)).status, 500)
  assert.equal((await page('ada', broken)).state, 'requested', 'not even the grant happened')
  world.fails = false
  world.throws = false
})

test('tokens neither ask, decide nor look', async () => {
  const id = await asks('ada')
  const { token } = await asActor(server.database.app, systemActor, (tx) =>
    makeToken(
      tx,
      {
        ...{ name: 'x', organisation: 'org_harbour001', role: 'coordinator', days: 9 },
        owner: idOf('bo'),
      },
      server.now,
    ),
  )
  const { digest } = await page('ada', id)
  const body = { kind: 'bell.ring', request: { times: 2 }, reason: 'noon' }
  for (const [call, sent] of [
    ['GET /v1/approvals', undefined],
    [`GET /v1/approvals/${id}`, undefined],
    ['POST /v1/approvals', body],
    [`POST /v1/approvals/${id}/grant`, { digest, reason: 'x' }],
    [`POST /v1/approvals/${id}/refuse`, { digest, reason: 'x' }],
    [`POST /v1/approvals/${id}/withdraw`, { digest }],
  ] as const) {
    const told = await server.ask(call, { token, ...(sent === undefined ? {} : { body: sent }) })
    assert.equal(refusedWith(told), '403 not-allowed', call)
  }
  assert.equal((await decides('bo', id)).status, 204)
})

test('who may neither ask, decide nor audit finds nothing, as where there is nothing', async () => {
  const id = await asks('ada')
  const { digest } = await page('ada', id)
  const bytes = async (call: string, body?: unknown) => {
    const { status, text } = await as('fay', call, body)
    return `${status} ${text.replace(/urn:parley:request:\w+/, '')}`
  }
  for (const does of ['grant', 'refuse']) {
    const body = { digest, reason: 'x' }
    const there = await bytes(`POST /v1/approvals/${id}/${does}`, body)
    assert.match(there, /^404 /)
    assert.equal(there, await bytes(`POST /v1/approvals/approval_none0000/${does}`, body))
  }
  assert.equal(await bytes(`GET /v1/approvals/${id}`), await bytes('GET /v1/approvals/approval_x'))
  assert.deepEqual(await lists('fay'), { toDecide: [], mine: [], past: [] })
  const shown = await page('sal', id)
  assert.equal(shown.whyNot, 'lacks-permission')
  assert.equal(refusedWith(await decides('sal', id)), '403 not-allowed lacks-permission')
})

for (const [what, body, is] of [
  ['of no kind', { kind: 'x' }, '422 invalid'],
  ['of another shape', { request: { times: 'x' } }, '422 invalid'],
  ['without a reason', { reason: ' ' }, '422 invalid'],
  ['for too long', { hours: 337 }, '422 invalid'],
  ['for too short', { hours: 0 }, '422 invalid'],
  ['of what cannot be', { request: { times: 9 } }, '409 not-in-this-state'],
] as const) {
  test(`a request ${what} is answered with ${is}`, async () => {
    const whole = { kind: 'bell.ring', request: { times: 3 }, reason: 'noon', ...body }
    assert.equal(refusedWith(await as('ada', 'POST /v1/approvals', whole)), is)
  })
}

test('what a request of another shape lacks is told with its place', async () => {
  const body = { kind: 'bell.ring', request: { times: 'x' }, reason: 'noon' }
  const { text } = await as('ada', 'POST /v1/approvals', body)
  assert.match(text, /"pointer":"\/request\/times","detail":"is not a (?:whole )?number"/)
})

test('who lacks the permission to ask is told so', async () => {
  const body = { kind: 'bell.ring', request: { times: 3 }, reason: 'noon' }
  const told = await as('fay', 'POST /v1/approvals', body)
  assert.equal(refusedWith(told), '403 not-allowed lacks-permission')
})

test('two people change how approvals are given, to two organisations', async () => {
  const policy = { mode: 'two-organisations', expiryHours: 5, exportMax: 7 }
  const waiting = await asks('ada')
  const body = { kind: 'policy.change', request: policy, reason: 'We share this instance now.' }
  const { text } = await as('ada', 'POST /v1/approvals', body)
  const { id } = z.strictObject({ id: z.string() }).parse(JSON.parse(text))
  assert.deepEqual((await page('bo', id)).says, [
    'Who it takes to approve something changes from two people to two people of two organisations.',
    'How long a request waits, unless it says otherwise, changes from 72 h to 5 h.',
    'How many cases a person takes out in a day without an approval changes from 50 to 7.',
  ])
  assert.equal((await decides('bo', id)).status, 204)
  const now = await as('fay', 'GET /v1/approval-policy')
  assert.deepEqual(JSON.parse(now.text), policy)
  // It holds for what waits already.
  assert.equal(refusedWith(await decides('bo', waiting)), '403 not-allowed organisation-too-near')
  const next = await asks('ada')
  const { expiresAt, requestedAt, whyNot } = await page('bo', next)
  assert.equal(Date.parse(expiresAt) - Date.parse(requestedAt), 5 * 3_600_000)
  assert.equal(whyNot, 'organisation-too-near')
  assert.equal((await decides('cy', next)).status, 204)
})
