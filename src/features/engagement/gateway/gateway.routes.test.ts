import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { clearFirst } from '#features/label/clearance.store.ts'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel, type Label } from '#features/label/label.ts'
import { randomName } from '#features/org/org.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { developer, evaluator, personOf } from '../../../../test/engagement/desk-world.ts'
import {
  credentialText,
  dayMs,
  endpointWish,
  GatewayDeskWorld,
} from '../../../../test/engagement/gateway-desk-world.ts'
import { bytesOf } from '../../../../test/http/org-server.ts'

let world: GatewayDeskWorld
before(async () => {
  world = await GatewayDeskWorld.open()
})
after(() => world.desk[Symbol.asyncDispose]())

const codeOf = (text: string): unknown => JSON.parse(text).code
const pointerOf = (text: string): unknown => JSON.parse(text).errors?.[0]?.pointer
const asSystem = <T>(work: Parameters<typeof asActor<T>>[2]) =>
  asActor(world.desk.server.database.app, systemActor, work)
const eventsOf = async (id: string): Promise<{ action: string; person: { id: string } }[]> =>
  JSON.parse((await world.ask('dora', `GET /v1/engagements/${id}/events`)).text).items

const calls = (id: string): readonly (readonly [string, unknown?])[] => [
  [`GET /v1/engagements/${id}/endpoint`],
  [`PUT /v1/engagements/${id}/endpoint`, endpointWish()],
  [`DELETE /v1/engagements/${id}/endpoint`],
  [`POST /v1/engagements/${id}/tokens`, { run: 'r' }],
  [`GET /v1/engagements/${id}/tokens`],
  [`DELETE /v1/engagements/${id}/tokens/grant_00000000`],
  [`GET /v1/engagements/${id}/requests`],
  [`GET /v1/engagements/${id}/closings`],
]

test('whoever is on neither side is answered as if the engagement were not there', async () => {
  const id = await world.opened()
  for (const who of ['elm', 'ash'] as const) {
    for (const [place, [call, body]] of calls(id).entries()) {
      const other = calls('engagement_00000000')[place]?.[0] ?? ''
      const found = bytesOf(await world.ask(who, call, body))
      assert.equal(found, bytesOf(await world.ask(who, other, body)), call)
      assert.match(found, /^40[34] /)
    }
  }
})

test('whoever has none of the roles of the desk is refused for that alone', async () => {
  const id = await world.opened()
  for (const who of ['fay', 'rea', 'pat'] as const) {
    for (const [call, body] of calls(id)) {
      assert.equal((await world.ask(who, call, body)).status, 403, `${who} ${call}`)
    }
  }
})

describe('an endpoint', () => {
  for (const [what, wish, pointer] of [
    ['is no address', { base: 'models' }, '/base'],
    ['holds a password', { base: 'https://a:b@models.example.org' }, '/base'],
    ['is http', { base: 'http://models.example.org' }, '/base'],
    ['is inside the network', { base: 'https://10.0.0.8' }, '/base'],
    ['is the metadata of a cloud', { base: 'https://169.254.169.254' }, '/base'],
    [
      'may see more than whoever says so',
      { clearance: { classification: 'secret', tlp: 'red', compartments: [] } },
      '/clearance',
    ],
    [
      'has a compartment that its developer lacks',
      { clearance: { classification: 'unclassified', tlp: 'green', compartments: ['GLASS'] } },
      '/clearance',
    ],
    [
      'has a credential that no header can carry',
      { credential: { header: 'authorization', scheme: 'Bearer', value: 'with space\n' } },
      '/credential/value',
    ],
  ] as const) {
    test(`that ${what} is refused`, async () => {
      const id = await world.desk.agreed()
      const wished = endpointWish(undefined, wish)
      const told = await world.ask('dora', `PUT /v1/engagements/${id}/endpoint`, wished)
      assert.deepEqual([told.status, pointerOf(told.text)], [422, pointer], told.text)
    })
  }

  test('is given and shown without its credential, which is sealed', async () => {
    const id = await world.opened()
    const { status, text } = await world.ask('dora', `GET /v1/engagements/${id}/endpoint`)
    assert.equal(status, 200)
    const shown = JSON.parse(text)
    assert.deepEqual(shown.credential, {
      ...{ header: 'authorization', scheme: 'Bearer', destroyedAt: null },
    })
    assert.ok(!text.includes('sk-developer'))
    const rows = await asSystem((tx) =>
      sql<{ row: string }>`select c::text || e::text as row from parley.gateway_credential c
        join parley.gateway_endpoint e using (gate_id)`.execute(tx),
    )
    const hex = Buffer.from(credentialText).toString('hex')
    assert.ok(rows.rows.length > 0)
    assert.ok(rows.rows.every(({ row }) => !row.includes(hex) && !row.includes('models.example')))
  })

  test('is not shown to the evaluator', async () => {
    const id = await world.opened()
    assert.equal((await world.ask('eve', `GET /v1/engagements/${id}/endpoint`)).status, 403)
  })

  test('that is taken back is destroyed; another one may be given', async () => {
    const id = await world.opened()
    const path = `/v1/engagements/${id}/endpoint`
    assert.equal((await world.ask('dora', `DELETE ${path}`)).status, 204)
    assert.equal((await world.ask('dora', `DELETE ${path}`)).status, 409)
    const shown = JSON.parse((await world.ask('dora', `GET ${path}`)).text)
    assert.ok(shown.withdrawnAt !== null && shown.credential.destroyedAt !== null)
    const body = { run: 'run_1' }
    const told = await world.ask('eve', `POST /v1/engagements/${id}/tokens`, body)
    assert.equal(codeOf(told.text), 'not-in-this-state')
    await world.put(id, endpointWish())
    assert.equal(JSON.parse((await world.ask('dora', `GET ${path}`)).text).version, 2)
    await world.token(id)
    const actions = (await eventsOf(id)).map(({ action }) => action)
    assert.deepEqual(actions.filter((one) => one.startsWith('gateway.')).toReversed(), [
      ...['gateway.endpoint', 'gateway.withdraw', 'gateway.read', 'gateway.endpoint'],
      ...['gateway.read', 'gateway.token'],
    ])
  })

  test('is not given to what has ended', async () => {
    const id = await world.desk.agreed()
    const act = { kind: 'end' }
    assert.equal((await world.ask('dora', `POST /v1/engagements/${id}/acts`, act)).status, 200)
    const told = await world.ask('dora', `PUT /v1/engagements/${id}/endpoint`, endpointWish())
    assert.equal(codeOf(told.text), 'not-in-this-state')
  })
})

const redClearance = { classification: 'unclassified', tlp: 'red', compartments: [] }

/** A run under an engagement of a pack that is so labelled, which eve may fetch. */
async function runOf(engagement: string, label: Label): Promise<string> {
  const run = `run_${randomName()}`
  const eve = personOf('eve')
  const { desk } = world
  await desk.alter('alter table parley.evaluation_run disable trigger stays')
  await asSystem(async (tx) => {
    const labelId = await labelIdFor(tx, label)
    assert.ok(labelId.ok)
    const { rows } = await sql<{ no: number }>`
      insert into parley.pack (id, organisation_id, name, version, label_id, root, commitment,
        committed_at, committed_by, published_at, published_by)
      values (${run.replace('run', 'pack')}, ${evaluator}, ${run}, '1', ${labelId.value},
        ${'ab'.repeat(32)}, '{}', now(), ${eve}, now(), ${eve}) returning no`.execute(tx)
    const pack = rows[0]?.no
    await sql`insert into parley.pack_right (pack_no, person_id, may, given_at)
      values (${pack}, ${eve}, 'query', now())`.execute(tx)
    const declared = await sql<{ no: number }>`
      insert into parley.declaration (engagement_id, digest, pack_no, rule, proposed_at,
        proposed_by, proposed_for, value)
      values (${engagement}, ${randomBytes(32).toString('hex')}, ${pack}, 'fixed-look', now(),
        ${eve}, ${evaluator}, '') returning no`.execute(tx)
    const [declaration] = declared.rows
    await sql`insert into parley.evaluation_run (id, engagement_id, declaration_no, pack_no, number,
        asked_at, asked_by, value)
      values (${run}, ${engagement}, ${declaration?.no}, ${pack}, 1, now(), ${eve}, '')
    `.execute(tx)
  })
  await desk.alter('alter table parley.evaluation_run enable trigger stays')
  return run
}

describe('a token', () => {
  test('is for who is named in the terms', async () => {
    const id = await world.opened()
    const told = await world.ask('ed', `POST /v1/engagements/${id}/tokens`, { run: 'run_1' })
    assert.deepEqual([told.status, codeOf(told.text)], [403, 'not-allowed'])
  })

  test('is not made where no endpoint was given, nor after the end', async () => {
    const id = await world.desk.agreed()
    const path = `POST /v1/engagements/${id}/tokens`
    assert.equal((await world.ask('eve', path, { run: 'r' })).status, 409)
    const other = await world.opened()
    world.desk.server.pass(25 * dayMs)
    const late = await world.ask('eve', `POST /v1/engagements/${other}/tokens`, { run: 'r' })
    assert.equal(codeOf(late.text), 'not-in-this-state')
  })

  test('for what is labelled higher than the endpoint may see is refused', async () => {
    const id = await world.opened()
    const label = { ...commonLabel, tlp: 'red' }
    const told = await world.ask('eve', `POST /v1/engagements/${id}/tokens`, { run: 'r', label })
    assert.deepEqual([told.status, codeOf(told.text)], [403, 'not-allowed'])
    assert.match(told.text, /labelled higher/)
  })

  test('regression: for a run of an evaluation carries the label of its pack', async () => {
    const { server } = world.desk
    for (const [who, organisation] of [
      ['eve', evaluator],
      ['dora', developer],
    ] as const) {
      await clearFirst(server.database.app, { person: personOf(who), organisation }, server.now)
    }
    const [id, other] = [await world.opened(), await world.opened()]
    const plain = await runOf(id, { ...commonLabel, tlp: 'green' })
    const strict = await runOf(id, { ...commonLabel, tlp: 'red' })
    const foreign = await runOf(other, { ...commonLabel, tlp: 'green' })
    const ask = (run: string) => world.ask('eve', `POST /v1/engagements/${id}/tokens`, { run })
    assert.equal((await ask(plain)).status, 201)
    const high = await ask(strict)
    assert.deepEqual([high.status, codeOf(high.text)], [403, 'not-allowed'])
    assert.match(high.text, /labelled higher/)
    const [found, absent] = [await ask(foreign), await ask('run_00000000')]
    assert.equal(found.status, 404)
    assert.equal(bytesOf(found), bytesOf(absent))
    await world.put(id, endpointWish(undefined, { clearance: redClearance }))
    assert.equal((await ask(strict)).status, 201)
    const { items } = JSON.parse((await world.ask('eve', `GET /v1/engagements/${id}/tokens`)).text)
    assert.match(JSON.stringify(items[0].label), /red/i)
  })

  test('lives twelve hours at most, and never past the end of access', async () => {
    const id = await world.opened()
    const { server } = world.desk
    const hours = (text: string): number =>
      (new Date(text).getTime() - server.now.getTime()) / 3_600_000
    assert.equal(hours((await world.token(id)).expiresAt), 12)
    assert.equal(hours((await world.token(id, { minutes: 30 })).expiresAt), 0.5)
    server.pass(24 * dayMs - 7_200_000)
    assert.equal(hours((await world.token(id)).expiresAt), 2)
    const long = { run: 'r', minutes: 721 }
    assert.equal((await world.ask('eve', `POST /v1/engagements/${id}/tokens`, long)).status, 422)
  })

  test('is shown once; what is kept of it is a digest', async () => {
    const id = await world.opened()
    const made = await world.token(id, { budget: { requests: 5, tokens: 9e11 } })
    assert.match(made.token, /^gate_[0-9A-Za-z]{49}$/)
    assert.equal(made.openai, `https://gateway.example.org/engagements/${id}/v1`)
    assert.deepEqual(made.models, ['larch-4'])
    for (const who of ['eve', 'dora'] as const) {
      const { text } = await world.ask(who, `GET /v1/engagements/${id}/tokens`)
      const [listed] = JSON.parse(text).items
      assert.ok(!text.includes(made.token))
      assert.deepEqual([listed.id, listed.person.id], [made.id, personOf('eve')])
      // Within the terms, whatever was wished.
      assert.deepEqual([listed.budget.requests, listed.budget.tokens], [5, 50_000_000])
    }
    const { rows } = await asSystem((tx) =>
      sql<{ row: string }>`select g::text as row from parley.gateway_grant g`.execute(tx),
    )
    assert.ok(rows.every(({ row }) => !row.includes(made.token)))
  })

  test('is taken back by either side, once, and both read who did', async () => {
    const id = await world.opened()
    for (const who of ['dora', 'eve'] as const) {
      const { id: token } = await world.token(id)
      const path = `DELETE /v1/engagements/${id}/tokens/${token}`
      assert.equal((await world.ask(who, path)).status, 204)
      assert.equal((await world.ask(who, path)).status, 404)
    }
    const revoked = (await eventsOf(id)).filter(({ action }) => action === 'gateway.revoke')
    assert.deepEqual(
      revoked.map(({ person }) => person.id),
      [personOf('eve'), personOf('dora')],
    )
  })

  test('is not one of very many', async () => {
    const id = await world.opened()
    for (let count = 0; count < 50; count += 1) await world.token(id)
    const told = await world.ask('eve', `POST /v1/engagements/${id}/tokens`, { run: 'r' })
    assert.equal(codeOf(told.text), 'too-many-requests')
  })
})

test('lists go on where a page ended, and nowhere else', async () => {
  const id = await world.opened()
  for (let count = 0; count < 3; count += 1) await world.token(id, { run: `run_${count}` })
  const path = `GET /v1/engagements/${id}/tokens?limit=2`
  const first = JSON.parse((await world.ask('eve', path)).text)
  const rest = JSON.parse((await world.ask('eve', `${path}&after=${first.next}`)).text)
  const runs = [...first.items, ...rest.items].map(({ run }) => run)
  assert.deepEqual([runs, rest.next], [['run_2', 'run_1', 'run_0'], null])
  assert.equal((await world.ask('dora', `${path}&after=${first.next}`)).status, 422)
})
