import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { personOf } from './desk-world.ts'
import { EvaluationWorld, packOf, transcriptOf } from './evaluation-world.ts'

/** What of evaluations the database itself gives to whom, whatever a route asks it. */

const tables = [
  ...(['pack', 'pack_file', 'pack_right', 'pack_opening', 'pack_task', 'declaration'] as const),
  ...(['evaluation_run', 'evaluation_sample', 'transcript_part', 'evaluation_look'] as const),
  'transcript_reading',
] as const

let world: EvaluationWorld
before(async () => {
  world = await EvaluationWorld.open()
  const { run, pack } = await world.running('sides')
  const transcript = transcriptOf(3)
  assert.equal((await world.push(run, world.sample(transcript), transcript)).status, 201)
  await world.must('eve', `POST /v1/runs/${run}/looks`, {})
  await world.must('eve', `GET /v1/runs/${run}/samples/task-1/1/events`)
  const task = await packOf('sides').open('task-1')
  await world.must('eve', `POST /v1/packs/${pack}/tasks`, task)
})
after(() => world[Symbol.asyncDispose]())

const actor = (role: Actor['role'], organisation: string, who: string): Actor => ({
  ...{ role, organisation, person: personOf(who), via: 'session' },
})
const eve = actor('evaluator', 'org_oakinst01', 'eve')
const ed = actor('evaluator', 'org_oakinst01', 'ed')
const dora = actor('developer', 'org_larchlab1', 'dora')

const count = async (as: Actor, table: string): Promise<number> => {
  const { rows } = await asActor(world.desk.server.database.app, as, (tx) =>
    sql<{
      count: number
    }>`select count(*)::int as count from ${sql.raw(`parley.${table}`)}`.execute(tx),
  )
  return rows[0]?.count ?? 0
}
const countsOf = async (as: Actor): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {}
  for (const table of tables) counts[table] = await count(as, table)
  return counts
}
const none = Object.fromEntries(tables.map((table) => [table, 0]))

describe('nothing of an evaluation is there for', () => {
  for (const [title, as] of [
    ['another developer', actor('developer', 'org_elmlab001', 'elm')],
    ['another evaluator', actor('evaluator', 'org_ashinst01', 'ash')],
    ['an evaluator of the same organisation whom no pack names', ed],
    ['a reader of the same organisation', actor('reader', 'org_oakinst01', 'rea')],
    ['a finder', actor('finder', 'org_elmlab001', 'fay')],
    ['a partner', actor('partner', 'org_gridcoop1', 'pat')],
    ['a developer who acts as an evaluator', actor('evaluator', 'org_larchlab1', 'dora')],
    ['an evaluator who acts as a developer', actor('developer', 'org_oakinst01', 'eve')],
    ['an evaluator by a token for nothing', { ...eve, scopes: [] }],
    ['a coordinator of another organisation', actor('coordinator', 'org_ashinst01', 'ash')],
  ] as const) {
    test(title, async () => assert.deepEqual(await countsOf(as), none))
  }

  test('whoever lost the right, from one statement to the next', async () => {
    const before = await countsOf(eve)
    assert.ok(Object.values(before).every((rows, at) => rows > 0 || tables[at] === 'pack_opening'))
    const change = (to: string) =>
      asActor(world.desk.server.database.app, systemActor, (tx) =>
        sql`update parley.pack_right set ended_at = ${sql.raw(to)},
          ended_by = ${to === 'null' ? null : personOf('eve')}`.execute(tx),
      )
    await change('now()')
    // Who committed to it still keeps it, and says who may see it; runs of it are not theirs.
    const kept = { ...none, pack: 1, pack_right: 1, pack_task: 1 }
    assert.deepEqual(await countsOf(eve), kept)
    await change('null')
    assert.deepEqual(await countsOf(eve), before)
  })
})

describe('a developer', () => {
  test('sees what was declared, run and opened, and no sealed packs or transcripts', async () => {
    assert.deepEqual(await countsOf(dora), {
      ...{ pack: 1, pack_file: 0, pack_right: 0, pack_opening: 0, pack_task: 1, declaration: 1 },
      ...{ evaluation_run: 1, evaluation_sample: 1, transcript_part: 0, evaluation_look: 1 },
      transcript_reading: 1,
    })
  })

  test('changes nothing of a run, and adds nothing to it', async () => {
    const tried = [
      sql`update parley.evaluation_run set samples = 9 returning no`,
      sql`update parley.pack set published_at = now() returning no`,
      sql`update parley.evaluation_sample set value = null returning no`,
      sql`delete from parley.transcript_part returning sample_no`,
    ]
    for (const statement of tried) {
      const { rows } = await asActor(world.desk.server.database.app, dora, (tx) =>
        statement.execute(tx),
      )
      assert.deepEqual(rows, [])
    }
    const insert = sql`insert into parley.evaluation_sample (run_no, task, epoch, family,
        difficulty, stratum, outcome, tokens, events, size_bytes, digest, handed_at, handed_by)
      select run_no, task, 2, family, difficulty, stratum, outcome, tokens, events, size_bytes,
        digest, now(), ${personOf('dora')} from parley.evaluation_sample`
    await assert.rejects(
      asActor(world.desk.server.database.app, dora, (tx) => insert.execute(tx)),
      /row-level security/,
    )
  })
})

describe('events that pages hear of', () => {
  const heard = async (as: Actor): Promise<readonly string[]> => {
    const { rows } = await asActor(world.desk.server.database.app, as, (tx) =>
      sql<{ topic: string }>`select distinct topic from parley.live_event
        where topic in ('pack', 'run') order by 1`.execute(tx),
    )
    return rows.map(({ topic }) => topic)
  }

  test('are told to those who see the run or the pack, and to nobody else', async () => {
    assert.deepEqual(await heard(eve), ['pack', 'run'])
    assert.deepEqual(await heard(dora), ['pack', 'run'])
    for (const as of [
      ed,
      actor('evaluator', 'org_ashinst01', 'ash'),
      actor('developer', 'org_elmlab001', 'elm'),
      actor('reader', 'org_oakinst01', 'rea'),
      actor('coordinator', 'org_ashinst01', 'ash'),
    ]) {
      assert.deepEqual(await heard(as), [], `${as.role} ${as.person}`)
    }
  })
})
