import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { systemClock } from '#kernel/clock.ts'
import { asActor } from '#platform/db/as-actor.ts'
import {
  givePasskeys,
  nomination,
  passed,
  principalOf,
  ReadInWorld,
  sponsor,
  type Who,
} from '../../../test/db/read-in-world.ts'
import { endLapsed } from './read-in-end.store.ts'
import { readInById } from './read-in-row.store.ts'
import { covers, readInParts, readInTiers, tierRules } from './read-in-tier.ts'
import { widenTier } from './read-in-widen.store.ts'

let world: ReadInWorld
let id = ''
before(async () => {
  world = await ReadInWorld.open()
  await givePasskeys(world, 'nan', 'ned')
})
after(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  await world.system(sql`update parley.read_in set ended_at = now(), ended_why = 'mistake',
    is_end_recorded = true where ended_at is null and refused_at is null`)
  id = await world.case()
})

const seesBy = async (readIn: string, who: Who = 'nan'): Promise<boolean> =>
  (await world.look(who, readIn)).status === 200
const codeOf = async (...asked: Parameters<ReadInWorld['ask']>) =>
  Object((await world.ask(...asked)).json).code
const endOf = async (readIn: string): Promise<string | undefined> =>
  (await world.as('ada', (tx) => readInById(tx, readIn)))?.rule.ended?.why
const later = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()

test('the database knows the lengths and parts that the product knows', async () => {
  await world.as('nan', async (tx) => {
    for (const tier of readInTiers) {
      const { rows } = await sql<{ ms: string }>`select
        extract(epoch from parley.read_in_lasts(${tier})) * 1000 as ms`.execute(tx)
      assert.equal(Number(rows[0]?.ms), tierRules[tier].lastsMs, tier)
    }
    for (const wide of readInParts) {
      for (const narrow of readInParts) {
        const { rows } = await sql<{ is: boolean }>`
          select parley.read_in_covers(${wide}, ${narrow}) as is`.execute(tx)
        assert.equal(rows[0]?.is, covers(wide, narrow), `${wide} ${narrow}`)
      }
    }
  })
})

describe('whatever statement is run', () => {
  const tried = async (who: Who, statement: ReturnType<typeof sql>): Promise<string> => {
    try {
      await world.as(who, (tx) => statement.execute(tx))
      return 'done'
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
  }

  test('nothing is assigned before all gates passed, nor acknowledged by another', async () => {
    const assign = (readIn: string) => sql`update parley.read_in set assigned_at = now(),
      assigned_by = 'person_ada00001', opens_at = now(), until = now() + interval '1 hour'
      where id = ${readIn}`
    const bare = await world.readIn(id, { upTo: 'nominated' })
    assert.match(await tried('ada', assign(bare)), /a gate is missing/)
    const gated = await world.readIn(await world.case(), { upTo: 'gates' })
    assert.equal(await tried('ada', assign(gated)), 'done')
    const acknowledge = sql`update parley.read_in set acknowledged_at = now() where id = ${gated}`
    assert.match(await tried('ada', acknowledge), /its person alone acknowledges/)
  })

  test('no second one is open, none is widened without approval, none comes back', async () => {
    const readIn = await world.readIn(id, { tier: '3' })
    const second = sql`insert into parley.read_in (id, case_id, person_id, organisation_id,
        sponsor_id, tier, part, role, is_emergency, nominated_at, nominated_by)
      select 'readin_second', case_id, person_id, organisation_id, sponsor_id, '0', 'full', role,
        false, now(), nominated_by from parley.read_in where id = ${readIn}`
    assert.match(await tried('ada', second), /read_in_one_tier_at_a_time/)
    const wider = sql`update parley.read_in set part = 'full' where id = ${readIn}`
    assert.match(await tried('ada', wider), /widening takes an approval/)
    const longer = sql`update parley.read_in set until = until + interval '30 days'
      where id = ${readIn}`
    assert.match(await tried('ada', longer), /widening takes an approval/)
    await world.must('ada', `POST /v1/read-ins/${readIn}/end`, { why: 'breach', note: 'x' })
    const back = sql`update parley.read_in set ended_at = null, ended_why = null
      where id = ${readIn}`
    assert.match(await tried('ada', back), /it is over/)
    assert.equal(await seesBy(readIn), false)
  })

  test('the person themselves changes nothing, and sees no words of others', async () => {
    const readIn = await world.readIn(id, { tier: '3' })
    const longer = sql`update parley.read_in set until = until + interval '1 minute'`
    await tried('nan', longer)
    const row = await world.as('nan', (tx) => readInById(tx, readIn))
    assert.deepEqual([row?.gateRows, row?.reasons, row?.sponsor.name], [[], [], ''])
    const tiers = await world.as('ned', (tx) => readInById(tx, readIn))
    assert.equal(tiers, null)
    const unchanged = await world.as('ada', (tx) => readInById(tx, readIn))
    const lasts =
      Number(unchanged?.rule.assigned?.until) - Number(unchanged?.rule.assigned?.opensAt)
    assert.equal(lasts, tierRules['3'].lastsMs)
  })
})

const causes: readonly (readonly [string, (readIn: string) => Promise<unknown>])[] = [
  [
    'task-done',
    (one) => world.must('bo', `POST /v1/read-ins/${one}/end`, { why: 'task-done', note: '' }),
  ],
  [
    'case-closed',
    async () => {
      const { version } = Object(await world.must('ada', `GET /v1/cases/${id}`))
      return world.must('ada', `PATCH /v1/cases/${id}`, { version, status: 'closed', why: 'x' })
    },
  ],
  [
    'case-merged',
    async () => {
      const into = await world.case()
      const { version } = Object(await world.must('ada', `GET /v1/cases/${into}`))
      return world.must('ada', `POST /v1/cases/${into}/merge`, { version, cases: [id] })
    },
  ],
  [
    'disclosed',
    async () => {
      const planned = Object(await world.must('ada', `GET /v1/cases/${id}/plan`))
      const disclosedAt = later(-0.001)
      return world.must('ada', `PUT /v1/cases/${id}/plan`, { ...planned, disclosedAt })
    },
  ],
  [
    'excluded',
    () =>
      world.must('ada', 'POST /v1/exclusions', {
        ...{ who: { person: 'person_nan00001' }, case: id, reason: 'Works for them.', until: null },
      }),
  ],
  [
    'sponsor-left',
    async () => {
      await world.system(sql`update parley.person set disabled_at = now() where id = ${sponsor}`)
      await world.system(sql`update parley.person set disabled_at = null where id = ${sponsor}`)
    },
  ],
  [
    'person-disabled',
    async () => {
      const nan = sql`'person_nan00001'`
      await world.system(sql`update parley.person set disabled_at = now() where id = ${nan}`)
      await world.system(sql`update parley.person set disabled_at = null where id = ${nan}`)
    },
  ],
  [
    'organisation-disabled',
    async () => {
      const reg = sql`'org_reg00001'`
      await world.system(sql`update parley.organisation set disabled_at = now() where id = ${reg}`)
      await world.system(sql`update parley.organisation set disabled_at = null where id = ${reg}`)
    },
  ],
  [
    'left-organisation',
    async () => {
      await world.system(sql`delete from parley.membership where person_id = 'person_nan00001'`)
      await world.system(sql`insert into parley.membership
        values ('person_nan00001', 'org_reg00001', 'participant', now())`)
    },
  ],
]

test('nobody is nominated for a case that is public, closed or not there', async () => {
  const planned = Object(await world.must('ada', `GET /v1/cases/${id}/plan`))
  const disclosedAt = later(-0.001)
  await world.must('ada', `PUT /v1/cases/${id}/plan`, { ...planned, disclosedAt })
  assert.equal(await codeOf('bo', `POST /v1/cases/${id}/read-ins`, nomination), 'not-found')
})

for (const [why, cause] of causes) {
  test(`it ends for good: ${why}; the ledger and open pages are told`, async () => {
    const readIn = await world.readIn(id, { tier: '3' })
    assert.equal(await seesBy(readIn), true)
    await cause(readIn)
    assert.equal(await seesBy(readIn), false)
    assert.equal(await endOf(readIn), why)
    await endLapsed(world.database.app, systemClock.now())
    const told = await world.as('ada', async (tx) => {
      const events = await sql`select 1 from parley.live_event
        where topic = 'read-in' and ref = ${readIn}`.execute(tx)
      return events.rows.length
    })
    assert.ok(told >= 3, 'assigned, acknowledged and ended')
    assert.deepEqual(await recorded(readIn, 'read-in.end'), 1)
  })
}

/** How many entries of an action name a record; the product itself reads what is pending. */
async function recorded(of: string, action: string): Promise<number> {
  const { rows } = await asActor(
    world.database.app,
    { role: 'system', organisation: null, person: null },
    (tx) =>
      sql`select 1 from parley.ledger_pending where action = ${action}
        and (fields #>> '{record,value}' = ${of} or fields #>> '{fields.readIn,value}' = ${of})
      `.execute(tx),
  )
  return rows.length
}

test('it ends by itself when its time is over, to the moment', async () => {
  const readIn = await world.readIn(id, { tier: '3' })
  const until = new Date(Date.now() + 700).toISOString()
  await world.must('ada', `POST /v1/read-ins/${readIn}/tier`, { tier: '3', until, why: 'Soon.' })
  assert.equal(await seesBy(readIn), true)
  while (Date.now() < Date.parse(until)) await new Promise((done) => setTimeout(done, 20))
  assert.equal(await seesBy(readIn), false)
  await endLapsed(world.database.app, systemClock.now())
  assert.equal(await endOf(readIn), 'expired')
})

test('it opens with its tier: nothing is seen before', async () => {
  const planned = Object(await world.must('ada', `GET /v1/cases/${id}/plan`))
  await world.must('ada', `PUT /v1/cases/${id}/plan`, { ...planned, goLiveAt: later(24 * 8) })
  assert.equal(await seesBy(await world.readIn(id, { tier: '3' })), false)
})

test('who is shut out of all cases passes no third gate; a gate that fails stays', async () => {
  const wish = { who: { organisation: 'org_reg00001' }, case: null, reason: 'A breach.' }
  const until = later(1)
  const made = Object(await world.must('ada', 'POST /v1/exclusions', { ...wish, until }))
  const readIn = await world.readIn(id, { upTo: 'gates' })
  const row = await world.as('ada', (tx) => readInById(tx, readIn))
  assert.deepEqual(
    row?.gateRows.map(({ isPassed }) => isPassed),
    [true, true, false],
  )
  assert.match(row?.gateRows[2]?.what ?? '', /^Shut out: A breach\./)
  const call = `POST /v1/read-ins/${readIn}/assign`
  assert.equal(await codeOf('ada', call, { why: 'x' }), 'not-in-this-state')
  await world.must('ada', `DELETE /v1/exclusions/${made.id}`)
  await world.must('ada', `POST /v1/read-ins/${readIn}/gates/3`, passed)
  const again = Object(await world.must('ada', 'POST /v1/exclusions', { ...wish, until }))
  assert.equal(await codeOf('ada', call, { why: 'x' }), 'excluded')
  await world.must('ada', `DELETE /v1/exclusions/${again.id}`)
  await world.must('ada', call, { why: 'x' })
})

test('standing members take gates 2 and 3 along where allowed, never gate 1', async () => {
  await world.readIn(id, { who: 'ned' })
  const readIn = await world.readIn(await world.case(), { who: 'ned', upTo: 'nominated' })
  const reuse = { ...passed, result: 'reused', papers: [] }
  const gate = (one: number) => `POST /v1/read-ins/${readIn}/gates/${one}`
  assert.equal(await codeOf('ada', gate(2), reuse), 'not-in-this-state')
  const rule = { organisations: ['org_reg00001'], days: 30 }
  await world.must('ada', 'PUT /v1/read-ins/reuse', { rule })
  assert.equal(await codeOf('ada', gate(1), reuse), 'not-in-this-state')
  await world.must('ada', gate(1), passed)
  await world.must('ada', gate(2), reuse)
  await world.must('ada', gate(3), reuse)
  await world.must('ada', `POST /v1/read-ins/${readIn}/assign`, { why: 'Standing member.' })
  await world.must('ada', 'PUT /v1/read-ins/reuse', { rule: null })
  assert.equal(await codeOf('ada', gate(2), reuse), 'not-in-this-state')
})

/** What one person asked for and another granted. */
async function agreedTo(approval: string, readIn: string): Promise<void> {
  await world.as('ada', (tx) =>
    sql`insert into parley.approval (id, kind, subject, cases, request, says, digest, reason,
        person_id, organisation_id, decided_with, mode, requested_at, expires_at)
      select ${approval}, 'read-in.widen', ${readIn}, '{}', '{}', '{}', repeat('a', 64), 'why',
        parley.actor_person(), parley.actor_organisation(), 'decide', 'two-persons', now(),
        now() + interval '2 hours'`.execute(tx),
  )
  await world.as('bo', (tx) =>
    sql`update parley.approval set state = 'granted', decided_by = parley.actor_person(),
      decided_for = parley.actor_organisation(), decided_at = now() where id = ${approval}`.execute(
      tx,
    ),
  )
}

test('an approval says what it widens and widens it; the person acknowledges anew', async () => {
  const readIn = await world.readIn(id, { tier: '3' })
  const wish = { readIn, tier: '2', until: later(24 * 20), why: 'They mirror the fix.' } as const
  const request = { id: 'approval_1', wish, now: new Date() }
  const says = await world.as('bo', (tx) => widenTier.describe(tx, wish))
  assert.match(says.join(' '), /Nan of Reed Registry.*From tier 3 .* to tier 2 \(fix-and-timing/)
  const carriedOut = () => world.as('bo', (tx) => widenTier.carryOut(tx, request))
  await assert.rejects(carriedOut(), /widening takes an approval/)
  await agreedTo(request.id, readIn)
  const done = await carriedOut()
  assert.ok(done.ok)
  assert.equal(await seesBy(readIn), false)
  await world.acknowledge('nan', readIn)
  assert.match((await world.look('nan', readIn)).text, /diff --git/)
  const unknown = { ...wish, readIn: 'readin_none' }
  assert.deepEqual(await world.as('bo', (tx) => widenTier.describe(tx, unknown)), [])
})

test('each look is written down with the read-in and its tier', async () => {
  const readIn = await world.readIn(id, { tier: '3' })
  for (const _ of [1, 2]) await world.look('nan', readIn)
  await world.look('ned', readIn)
  assert.equal(await recorded(readIn, 'read-in.look'), 2)
})

type Step = { readonly what: string; readonly which: number; readonly is: boolean }

/** What a history of right and wrong steps makes of one person and one case. */
class RandomHistory {
  readonly case: string
  /** The read-in that was nominated last, and the gates of each that were passed last. */
  last = 'readin_none'
  readonly passed = new Map<string, Set<number>>()

  constructor(of: string) {
    this.case = of
  }

  async run({ what, which, is }: Step): Promise<void> {
    if (what === 'nominate') {
      const wish = { ...nomination, tier: readInTiers[which] ?? '0' }
      const told = await world.ask('bo', `POST /v1/cases/${this.case}/read-ins`, wish)
      if (told.status === 200) this.last = String(Object(told.json).id)
    } else if (what === 'gate') {
      await this.#gate((which % 3) + 1, is || which > 1 ? 'passed' : 'failed')
    } else if (what === 'assign') {
      for (const gate of is ? [1, 2, 3] : []) await this.#gate(gate, 'passed')
      await world.ask('ada', `POST /v1/read-ins/${this.last}/assign`, { why: 'x' })
    } else if (what === 'acknowledge') {
      await world.acknowledge('nan', this.last).catch(() => undefined)
    } else if (is) {
      const body = { why: 'need-ended', note: '' }
      await world.ask('ada', `POST /v1/read-ins/${this.last}/end`, body)
    }
  }

  async #gate(gate: number, result: 'passed' | 'failed'): Promise<void> {
    const call = `POST /v1/read-ins/${this.last}/gates/${gate}`
    const { status } = await world.ask('ada', call, { ...passed, result })
    const gates = this.passed.get(this.last) ?? new Set()
    if (status !== 200) return
    if (result === 'passed') gates.add(gate)
    else gates.delete(gate)
    this.passed.set(this.last, gates)
  }
}

/** How often the database lets the person see something of a case at this moment. */
async function shownTimes(of: string): Promise<number> {
  const { rows } = await asActor(world.database.app, { ...principalOf('nan') }, (tx) =>
    sql<{ case: string }>`select parley.cases_read_into(part) as case
      from unnest(${readInParts}::text[]) as p (part)`.execute(tx),
  )
  return rows.filter((row) => row.case === of).length
}

test('no random history shows a case without its gates, or two tiers of it', async () => {
  const step = fc.record({
    what: fc.constantFrom('nominate', 'gate', 'gate', 'assign', 'acknowledge', 'end'),
    which: fc.nat(5),
    is: fc.boolean(),
  })
  let seen = 0
  const run = async (steps: readonly Step[]) => {
    const history = new RandomHistory(await world.case())
    for (const one of steps) {
      await history.run(one)
      const times = await shownTimes(history.case)
      assert.ok(times <= 1)
      if (times === 0) continue
      seen++
      const row = await world.as('ada', (tx) => readInById(tx, history.last))
      assert.equal(history.passed.get(history.last)?.size, 3)
      assert.ok(row?.rule.acknowledgedAt && row.rule.assigned && !row.rule.ended)
    }
    await world.system(sql`update parley.read_in set ended_at = now(), ended_why = 'mistake'
      where ended_at is null and refused_at is null`)
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25, size: 'max' }), run),
    { numRuns: 25, seed: 7 },
  )
  assert.ok(seen > 10, `${seen} looks`)
})
