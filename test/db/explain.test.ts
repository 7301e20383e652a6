import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { z } from 'zod'
import { createCases } from '#features/case/case.store.ts'
import { explainRoute } from '#features/label/explain.routes.ts'
import { explainAccess } from '#features/label/explain.store.ts'
import { isWhole } from '#features/label/explain.ts'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel, type Label } from '#features/label/label.ts'
import type { Principal } from '#features/org/org.ts'
import { roles, tokenRoles } from '#features/org/role.ts'
import { clockAt } from '#kernel/clock.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { coordinator, finder, peopleOf, raiseCeiling, storeReports } from './reports.ts'

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
let labelNumbers: readonly number[]

before(async () => {
  database = await freshDatabase()
  await raiseCeiling(database, 3)
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
  labelNumbers = await asActor(pool, systemActor, async (tx) => {
    await sql`insert into parley.person values ('person_off00001', 'Off', now(), now())`.execute(tx)
    await sql`insert into parley.membership
      values ('person_off00001', 'org_staff001', 'reader', now())`.execute(tx)
    const numbers: number[] = []
    for (const label of labels) {
      const id = await labelIdFor(tx, label)
      assert.ok(id.ok)
      numbers.push(id.value)
    }
    return numbers
  })
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
const tokenWay = fc.record({
  organisation: fc.constantFrom(...organisations),
  role: fc.constantFrom(...tokenRoles),
})
const labels: readonly Label[] = [
  commonLabel,
  { ...commonLabel, tlp: 'red', releasableTo: ['org_finder01'] },
  { ...commonLabel, classification: 'secret', embargoUntil: '2099-01-01T00:00:00Z' },
  { ...commonLabel, compartments: ['GLASS', 'REED'] },
  { ...commonLabel, legal: [{ kind: 'pcii', from: '2026-01-01', until: null }], releasableTo: [] },
  { ...commonLabel, embargoUntil: '2020-01-01T00:00:00Z' },
]
const held = fc.record({
  organisation: fc.constantFrom(...organisations),
  classification: fc.constantFrom(0, 3, 3),
  tlp: fc.constantFrom(1, 3, 4),
  compartments: fc.subarray(['GLASS', 'REED']),
  pcii: fc.boolean(),
  underEmbargo: fc.boolean(),
})
const mostly = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, ...others.map((one) => fc.constant(one)))
const readIn = fc.record({
  organisation: fc.constantFrom(...organisations),
  part: mostly('full', 'fix-material'),
  isRefused: mostly(false, true),
  isEnded: mostly(false, true),
  isAcknowledged: mostly(true, false),
  opens: mostly('2026-01-01', '2098-01-01'),
  until: mostly('2099-01-01', '2026-01-02'),
  gates: mostly('123', '12', '123!3'),
  isEmergency: fc.boolean(),
  hasPasskey: mostly(true, false),
  isPasskeyCopied: mostly(false, true),
  sponsor: mostly('person_bo000001', 'person_off00001'),
  exclusion: mostly('none', 'case', 'all', 'over'),
})
const world = fc.record({
  label: fc.nat(labels.length - 1),
  held: fc.array(held, { maxLength: 3 }),
  readIn: fc.option(readIn, { freq: 4 }),
  members: fc.uniqueArray(way, { maxLength: 3, selector: ({ organisation }) => organisation }),
  tokens: fc.array(fc.record({ way: tokenWay, isRevoked: fc.boolean(), isOver: fc.boolean() }), {
    maxLength: 2,
  }),
  isDisabled: fc.boolean(),
  disabled: fc.subarray(organisations),
})
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

const plain: World = {
  ...{ label: 0, held: [], readIn: null, members: [], tokens: [] },
  ...{ isDisabled: false, disabled: [] },
}

/** A person as the world has them; everything of the world before is gone. */
const settle = ({ members, tokens, isDisabled, disabled, ...rest }: World): Promise<void> =>
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
    await settleLabels(run, rest)
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

type Run = (statement: string) => Promise<unknown>
const textsOf = (list: readonly string[]) =>
  `array[${list.map((one) => `'${one}'`).join()}]::text[]`

async function settleLabels(
  run: Run,
  { label, held: clearances, readIn: one }: Pick<World, 'label' | 'held' | 'readIn'>,
): Promise<void> {
  const no = labelNumbers[label] ?? 1
  await run(`update parley.report set label_id = ${no}`)
  await run(`update parley.vulnerability_case set label_id = ${no}`)
  await run('delete from parley.clearance')
  for (const {
    organisation,
    classification,
    tlp,
    compartments,
    pcii,
    underEmbargo,
  } of clearances) {
    await run(`insert into parley.clearance values ('${person}', '${organisation}',
      ${classification}, ${tlp}, ${textsOf(compartments)}, ${pcii}, ${underEmbargo}, now(), null)
      on conflict do nothing`)
  }
  for (const table of ['read_in_gate', 'read_in', 'exclusion', 'passkey']) {
    await run(`delete from parley.${table}`)
  }
  if (one === null) return
  const is = (yes: boolean, then = 'now()') => (yes ? then : 'null')
  await run(`insert into parley.read_in (id, case_id, person_id, organisation_id, sponsor_id, tier,
      part, role, is_emergency, nominated_at, nominated_by, refused_at, assigned_at, assigned_by,
      opens_at, until, acknowledged_at, acknowledged_digest, ended_at, ended_why)
    values ('readin_1', '${records[0]}', '${person}', '${one.organisation}', '${one.sponsor}', '0',
      '${one.part}', 'test', ${one.isEmergency}, now(), 'person_ada00001', ${is(one.isRefused)},
      timestamptz '${one.until}' - interval '1 hour', 'person_ada00001',
      least(timestamptz '${one.opens}', timestamptz '${one.until}' - interval '1 hour'),
      '${one.until}', ${is(one.isAcknowledged)}, ${is(one.isAcknowledged, "'x'")},
      ${is(one.isEnded)}, ${is(one.isEnded, "'mistake'")})`)
  for (const [at, gate] of [...one.gates.replace('!', '')].entries()) {
    const isPassed = !one.gates.includes('!') || at < 3
    await run(`insert into parley.read_in_gate (read_in_id, gate, at, by_person, is_passed, what,
      papers) values ('readin_1', ${gate}, now(), 'person_ada00001', ${isPassed}, 'seen', '{}')`)
  }
  if (one.hasPasskey) {
    await run(`insert into parley.passkey (id, person_id, credential_id, name, public_key, counter,
        transports, created_at, copied_at)
      values ('passkey_1', '${person}', 'c', 'Key', '\\x00', 0, '{}', now(),
        ${is(one.isPasskeyCopied)})`)
  }
  if (one.exclusion === 'none') return
  await run(`insert into parley.exclusion (id, person_id, case_id, reason, made_at, made_by, until)
    values ('exclusion_1', '${person}', ${is(one.exclusion === 'case', `'${records[0]}'`)},
      'They compete.', now(), 'person_ada00001', ${is(one.exclusion === 'over', "'2026-01-01'")})`)
}

async function asSuperuser(work: (run: Run) => Promise<void>): Promise<void> {
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
  const by = { role: 0, own: 0, 'read-in': 0 }
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
          for (const { ground, steps } of one.may ? one.grounds : []) {
            if (isWhole(steps)) by[ground]++
          }
          if (one.may) yes++
          else no++
        }
      }
    }),
    { numRuns: 160, seed: 11 },
  )
  assert.ok(yes > 50 && no > 50, `${yes} times yes, ${no} times no`)
  for (const [ground, times] of Object.entries(by)) assert.ok(times > 1, `${ground}: ${times}`)
})

const asked = async (who: string, query: string) => {
  const headers = { authorization: `Bearer ${who}` }
  const answer = await fetch(`${http.url}/v1/access/explain?${query}`, { headers })
  const body: unknown = await answer.json()
  return { status: answer.status, body }
}
const Steps = z.array(z.object({ says: z.string() }))
const Told = z.object({
  may: z.boolean(),
  ways: z.array(z.object({ steps: Steps, grounds: z.array(z.object({ steps: Steps })) })),
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
  await settle(plain)
  const own = `attachment_${finder.organisation}`
  for (const [record, may, says] of [
    [own, true, 'lacks the permission "read-proofs"; cleared for unclassified'],
    [own, true, 'its organisation handed it in'],
    ['attachment_org_finder02', false, 'its organisation did not hand it in'],
    [own, true, 'not read in to the case'],
    [records[0] ?? '', false, 'the role finder lacks the permission "read"'],
  ] as const) {
    const { body } = await asked('auditor', `person=${finder.person}&record=${record}`)
    const told = Told.parse(body)
    assert.equal(told.may, may)
    const all = told.ways
      .flatMap(({ grounds }) => grounds.flatMap(({ steps }) => steps.map((step) => step.says)))
      .join('; ')
    assert.ok(all.includes(says), all)
  }
  const { rows } = await asActor(database.app, systemActor, (tx) =>
    sql<{ action: string; person: string }>`
      select action, fields #>> '{fields.person,value}' as person from parley.ledger_pending
      order by no desc limit 1`.execute(tx),
  )
  assert.deepEqual(rows, [{ action: 'access.explain', person: finder.person }])
})
