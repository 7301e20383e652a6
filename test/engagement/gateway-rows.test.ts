import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, asActor } from '#platform/db/as-actor.ts'
import { Nodes } from './gateway-nodes.ts'
import { cast } from './kept-engagement.ts'

/** What the database itself refuses, whatever a route would have asked for. */

let nodes: Nodes
let id: string
let grant: string
before(async () => {
  nodes = await Nodes.open()
  id = (await nodes.engagement()).id
  grant = (await nodes.token(id)).id
  await nodes.asSystem((tx) =>
    sql`select parley.gateway_write('[]', '[]', ${JSON.stringify([logged()])}::jsonb)`.execute(tx),
  )
})
after(() => nodes[Symbol.asyncDispose]())

const logged = () => ({
  digest: 'd',
  entry: {
    ...{ engagement: id, node: 'node-1', sequence: 1, organisation: cast.ada.organisation },
    ...{ person: cast.ada.person, receivedAt: new Date().toISOString() },
  },
})

const tables = [
  ...['gateway_endpoint', 'gateway_credential', 'gateway_grant', 'gateway_account'],
  ...['gateway_reservation', 'gateway_request', 'gateway_access', 'gateway_closing'],
] as const

const as = <T>(actor: Actor, work: Parameters<typeof asActor<T>>[2]) =>
  asActor(nodes.database.app, actor, work)
const refused = /permission denied|row-level security|insufficient|taken back|never put back/

describe('others see nothing of an engagement', () => {
  for (const who of ['otherDeveloper', 'otherEvaluator', 'finder'] as const) {
    test(`as ${who}`, async () => {
      for (const table of tables) {
        const { rows } = await as(cast[who], (tx) =>
          sql`select * from ${sql.table(`parley.${table}`)}`.execute(tx),
        )
        assert.deepEqual(rows, [], table)
      }
    })
  }
})

test('the developer sees tokens, log and endpoint, but no credential, not its own', async () => {
  const seen = await as(cast.developer, async (tx) => {
    const counts: Record<string, number> = {}
    for (const table of tables) {
      const { rows } = await sql`select * from ${sql.table(`parley.${table}`)}`.execute(tx)
      counts[table] = rows.length
    }
    return counts
  })
  assert.deepEqual(seen, {
    ...{ gateway_endpoint: 1, gateway_credential: 0, gateway_grant: 1, gateway_account: 0 },
    ...{ gateway_reservation: 0, gateway_request: 0, gateway_access: 1, gateway_closing: 0 },
  })
})

for (const [what, who, statement] of [
  [
    'a token in another’s name',
    'ada',
    (tx) =>
      sql`
      insert into parley.gateway_grant (id, digest, gate_id, organisation_id, person_id, run,
        label_id, requests, tokens, micro_usd, at_once, made_at, expires_at)
      select 'grant_forged00', repeat('0', 64), gate_id, organisation_id,
        ${cast.ben.person}, run, label_id, requests, tokens, micro_usd, at_once, made_at, expires_at
      from parley.gateway_grant`.execute(tx),
  ],
  [
    'a token of a developer for itself',
    'developer',
    (tx) =>
      sql`
      insert into parley.gateway_grant (id, digest, gate_id, organisation_id, person_id, run,
        label_id, requests, tokens, micro_usd, at_once, made_at, expires_at)
      select 'grant_forged00', repeat('0', 64), gate_id, ${cast.developer.organisation},
        ${cast.developer.person}, run, label_id, requests, tokens, micro_usd, at_once, made_at,
        expires_at from parley.gateway_grant`.execute(tx),
  ],
  [
    'more for a token than it was given',
    'ada',
    (tx) => sql`update parley.gateway_grant set tokens = 999999999999`.execute(tx),
  ],
  [
    'another end of a token',
    'ada',
    (tx) => sql`update parley.gateway_grant set expires_at = now() + '1 year'`.execute(tx),
  ],
  [
    'an entry of the access log',
    'ada',
    (tx) =>
      sql`insert into parley.gateway_access (gate_id, node, sequence, digest,
      organisation_id, person_id, received_at, entry) values (${id}, 'n', 1, 'd',
      ${cast.ada.organisation}, ${cast.ada.person}, now(), '{}')`.execute(tx),
  ],
  [
    'another entry in the place of one',
    'developer',
    (tx) => sql`update parley.gateway_access set entry = '{}'`.execute(tx),
  ],
  ['no access log', 'developer', (tx) => sql`delete from parley.gateway_access`.execute(tx)],
  [
    'a proof of closing',
    'developer',
    (tx) =>
      sql`insert into parley.gateway_closing (gate_id, node, at, proof)
      values (${id}, 'n', now(), '{}')`.execute(tx),
  ],
  [
    'an endpoint of the evaluator’s choice',
    'ada',
    (tx) =>
      sql`insert into parley.gateway_endpoint (gate_id, version, value, put_at)
      values (${id}, 9, '', now()) on conflict (gate_id) do update set version = 9`.execute(tx),
  ],
  [
    'a budget with nothing used',
    'ada',
    (tx) =>
      sql`insert into parley.gateway_account (gate_id, name)
      values (${id}, 'x')`.execute(tx),
  ],
] satisfies readonly (readonly [
  string,
  keyof typeof cast,
  Parameters<typeof asActor<unknown>>[2],
])[]) {
  test(`the database takes ${what} from nobody`, async () => {
    await assert.rejects(as(cast[who], statement), refused)
  })
}

test('a token that was taken back stays so, whoever wants it otherwise', async () => {
  const revoke = (tx: Parameters<Parameters<typeof asActor<unknown>>[2]>[0]) =>
    sql`update parley.gateway_grant set revoked_at = now(), revoked_by = ${cast.ada.person}
      where id = ${grant}`.execute(tx)
  await as(cast.ada, revoke)
  await assert.rejects(as(cast.ada, revoke), refused)
  await assert.rejects(
    nodes.asSystem((tx) => sql`update parley.gateway_grant set revoked_at = null`.execute(tx)),
    refused,
  )
})

test('a credential that was destroyed is put back by nobody, not even the product', async () => {
  await nodes.asSystem((tx) =>
    sql`update parley.gateway_credential set sealed = null, destroyed_at = now()`.execute(tx),
  )
  await assert.rejects(
    nodes.asSystem((tx) =>
      sql`update parley.gateway_credential set sealed = 'x', destroyed_at = null`.execute(tx),
    ),
    refused,
  )
})
