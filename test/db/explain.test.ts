import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { z } from 'zod'
import { createCases } from '#features/case/case.store.ts'
import { explainRoute } from '#features/label/explain.routes.ts'
import { explainAccess } from '#features/label/explain.store.ts'
import type { Principal } from '#features/org/org.ts'
import { roles } from '#features/org/role.ts'
import { clockAt } from '#kernel/clock.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { coordinator, finder, peopleOf, storeReports } from './reports.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const now = clock.now()
const organisations = ['org_staff001', 'org_finder01', 'org_finder02']
const principal: Principal = {
  ...{ via: 'session', token: null, role: 'auditor' },
  ...{ organisation: coordinator.organisation ?? '', person: coordinator.person ?? '' },
}
const actors = new Map<string, Principal>([
  ['auditor', principal],
  ['analyst', { ...principal, role: 'analyst' }],
])

let database: TestDatabase
let http: HttpServer<Principal>
let records: readonly string[]

before(async () => {
  database = await freshDatabase()
  const pool = database.app
  await peopleOf(pool)
  records = await asActor(pool, systemActor, async (tx) => {
    const wishes = organisations.slice(1).map((organisation) => ({ organisation }))
    const reports = await storeReports(tx, wishes)
    const cases = await createCases(tx, [{ reports, ties: [] }], { clock })
    await sql`insert into parley.attachment (id, report_no, organisation_id, place, filename,
        content_type, type, size_bytes, sha256, blob)
      select 'attachment_' || organisation_id, no, organisation_id, 0, 'a', 'text/plain', 'poc', 1,
        decode(repeat('00', 32), 'hex'), '{}' from parley.report`.execute(tx)
    const { rows } = await sql<{ id: string }>`select id from parley.report
      union all select id from parley.attachment order by id`.execute(tx)
    return [...cases, ...rows.map(({ id }) => id)]
  })
  assert.equal(records.length, 5)
  const served = await listen<Principal>({
    ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
    routes: [explainRoute({ pool })],
    authenticate: async ({ headers }) => {
      const who = actors.get(headers.authorization?.replace('Bearer ', '') ?? '')
      return who ? { principal: who, by: 'token' } : null
    },
  })
  assert.ok(served.ok)
  http = served.value
})
after(async () => {
  await http.close()
  await database[Symbol.asyncDispose]()
})

const person = 'person_zoe00001'
const way = fc.record({
  organisation: fc.constantFrom(...organisations),
  role: fc.constantFrom(...roles),
})
const world = fc.record({
  members: fc.uniqueArray(way, { maxLength: 3, selector: ({ organisation }) => organisation }),
  tokens: fc.array(fc.record({ way, isRevoked: fc.boolean(), isOver: fc.boolean() }), {
    maxLength: 2,
  }),
  isDisabled: fc.boolean(),
  disabled: fc.subarray(organisations),
})
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

/** A person as the world has them; everything of the world before is gone. */
const settle = ({ members, tokens, isDisabled, disabled }: World): Promise<void> =>
  asSuperuser(async (run) => {
    await run('delete from parley.api_token')
    await run(`delete from parley.membership where person_id = '${person}'`)
    await run(`insert into parley.person values ('${person}', 'Zoe', now(), null)
      on conflict (id) do nothing`)
    for (const { organisation, role } of members) {
      await run(`insert into parley.membership
        values ('${person}', '${organisation}', '${role}', now())`)
    }
    for (const [at, token] of tokens.entries()) {
      const ends = token.isOver ? '2026-11-20' : '2026-12-20'
      await run(`insert into parley.api_token (id, organisation_id, owner_id, name, hash, role,
          created_at, expires_at, revoked_at)
        values ('token_${at}', '${token.way.organisation}', '${person}', 'T${at}', '\\x0${at}',
          '${token.way.role}', '2026-10-01', '${ends}', ${token.isRevoked ? 'now()' : 'null'})`)
    }
    await run(`update parley.person set disabled_at = ${isDisabled ? 'now()' : 'null'}
      where id = '${person}'`)
    const off = disabled.map((id) => `'${id}'`).join()
    await run(
      `update parley.organisation set disabled_at = ${
        off
          ? `case when id in (${off})
      then now() end`
          : 'null'
      }`,
    )
  })

async function asSuperuser(
  work: (run: (statement: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const { Client } = await import('pg')
  const url = database.superuserUrl.replace(/[^/]*$/, database.name)
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query("set session_replication_role = 'replica'")
  try {
    await work((statement) => client.query(statement))
  } finally {
    await client.end()
  }
}

test('what is explained is what the database says, in every way and for every record', async () => {
  let yes = 0
  let no = 0
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      await settle(given)
      for (const record of records) {
        const told = await explainAccess(database.app, {
          ...{ person, record, now, asker: systemActor },
        })
        assert.ok(told)
        assert.equal(told.ways.length, given.members.length + given.tokens.length)
        for (const one of told.ways) {
          assert.equal(one.may, one.database, JSON.stringify(one))
          if (one.may) yes++
          else no++
        }
      }
    }),
    { numRuns: 60 },
  )
  assert.ok(yes > 20 && no > 20, `${yes} times yes, ${no} times no`)
})

const asked = async (who: string, query: string) => {
  const headers = { authorization: `Bearer ${who}` }
  const answer = await fetch(`${http.url}/v1/access/explain?${query}`, { headers })
  const body: unknown = await answer.json()
  return { status: answer.status, body }
}
const Told = z.object({
  may: z.boolean(),
  ways: z.array(z.object({ steps: z.array(z.object({ says: z.string() })) })),
})

test('it is for who audits, and what is not there is not explained', async () => {
  const record = records[0] ?? ''
  assert.equal((await asked('analyst', `person=${person}&record=${record}`)).status, 403)
  for (const query of [
    `person=person_none0001&record=${record}`,
    `person=${person}&record=case_zzzzzzzz`,
    `person=${person}&record=token_0`,
  ]) {
    assert.equal((await asked('auditor', query)).status, 404, query)
  }
})

test('it says each step in words, and is recorded', async () => {
  await settle({ members: [], tokens: [], isDisabled: false, disabled: [] })
  const own = `attachment_${finder.organisation}`
  for (const [record, may, says] of [
    [own, true, 'lacks the permission "read-proofs", but its organisation handed it in'],
    ['attachment_org_finder02', false, 'and the record is not its own'],
    [records[0] ?? '', false, 'the role finder lacks the permission "read"'],
  ] as const) {
    const { body } = await asked('auditor', `person=${finder.person}&record=${record}`)
    const told = Told.parse(body)
    assert.equal(told.may, may)
    const all = told.ways.flatMap(({ steps }) => steps.map((step) => step.says)).join('; ')
    assert.ok(all.includes(says), all)
  }
  const { rows } = await asActor(database.app, systemActor, (tx) =>
    sql<{ action: string; person: string }>`
      select action, fields #>> '{fields.person,value}' as person from parley.ledger_pending
      order by no desc limit 1`.execute(tx),
  )
  assert.deepEqual(rows, [{ action: 'access.explain', person: finder.person }])
})
