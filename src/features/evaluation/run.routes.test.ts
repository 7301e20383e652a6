import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { EventListWire } from '#features/engagement/engagement.wire.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import {
  closesAfterMs,
  opensAfterMs,
  personOf,
  type Who,
} from '../../../test/engagement/desk-world.ts'
import {
  declarationOf,
  EvaluationWorld,
  transcriptOf,
} from '../../../test/engagement/evaluation-world.ts'
import { attemptsOf } from './attempts-of.ts'
import { evaluationKeysOf } from './evaluation-keys.ts'
import { judgedSamples } from './judged.store.ts'
import { looksOf } from './run.store.ts'
import { standingRun } from './run-standing.ts'
import { tasksOf } from './task-result.ts'
import { verdictOf } from './verdict.ts'

let world: EvaluationWorld
before(async () => {
  world = await EvaluationWorld.open()
})
after(() => world[Symbol.asyncDispose]())

const asks = (who: Who, call: string, body?: unknown) =>
  world.desk.as(who, call, body === undefined ? {} : { body })
const wishFor = (made: { digest: string; pack: string }, more: object = {}) => ({
  ...{ declaration: made.digest, pack: made.pack, seed: '1', roles: { target: 'larch' } },
  ...more,
})
const begin = (who: Who, made: { engagement: string; digest: string; pack: string }, more = {}) =>
  asks(who, `POST /v1/engagements/${made.engagement}/runs`, wishFor(made, more))
const fixed = { rule: { is: 'fixed-look' } }

/** Hands in a sample of each of these tasks, once or twice. */
async function fill(run: string, outcomes: readonly (readonly [string, number, boolean])[]) {
  const transcript = transcriptOf(2)
  for (const [task, epoch, isSolved] of outcomes) {
    const isWeb = /[45]$/.test(task)
    const of = isWeb ? { family: 'web', difficulty: 2 } : { family: 'crypto', difficulty: 1 }
    const came = isSolved
      ? ({ outcome: 'success', reward: 1 } as const)
      : ({ outcome: 'failure', reward: 0 } as const)
    const sample = world.sample(transcript, { task, epoch, ...of, ...came })
    const told = await world.push(run, sample, transcript)
    assert.equal(told.status, 201, told.text)
  }
}

describe('a run is refused', () => {
  test('without an agreed declaration of this pack, or under one that gave way', async () => {
    const made = await world.declared('agreedfor')
    const path = `/v1/engagements/${made.engagement}/declarations`
    const other = declarationOf(made.root, { threshold: 0.6 })
    const { digest } = await world.must('eve', `POST ${path}`, other)
    assert.equal((await begin('eve', made, { declaration: digest })).status, 409)
    assert.equal((await begin('eve', made, { declaration: 'ab'.repeat(32) })).status, 404)
    assert.equal((await begin('eve', made, { pack: 'pack_elsewhere00000000' })).status, 404)
    await world.must('dora', `POST ${path}/${digest}/agreement`)
    assert.equal((await begin('eve', made)).status, 409)
    assert.equal((await begin('eve', made, { declaration: digest })).status, 201)
  })

  test('to whoever the terms do not name, who may not fetch the pack, and to others', async () => {
    const made = await world.declared('named')
    assert.equal((await begin('ed', made)).status, 404)
    const rights = `PUT /v1/packs/${made.pack}/rights/${personOf('ed')}`
    await world.must('eve', rights, { may: 'view' })
    assert.equal((await begin('ed', made)).status, 403)
    for (const who of ['ash', 'rea', 'dora', 'fay'] as const) {
      assert.ok([403, 404].includes((await begin(who, made)).status), who)
    }
    const few = await world.desk.agreed([personOf('ed')])
    const path = `/v1/engagements/${few}/declarations`
    await world.must('eve', `POST ${path}`, declarationOf(made.root))
    await world.must('dora', `POST ${path}/${made.digest}/agreement`)
    const told = await begin('eve', { ...made, engagement: few })
    assert.equal(told.status, 403, told.text)
    assert.match(told.text, /do not name you/)
  })

  test('after the window, and so is what was queued', async () => {
    const made = await world.running('over')
    await world.must('dora', `POST /v1/engagements/${made.engagement}/acts`, { kind: 'end' })
    assert.equal((await begin('eve', made)).status, 409)
    world.desk.server.pass(60_000)
    const transcript = transcriptOf(1)
    const now = world.desk.server.now.getTime()
    const startedAt = new Date(now - 30_000).toISOString()
    const sample = world.sample(transcript, { startedAt })
    const told = await world.push(made.run, sample, transcript)
    assert.equal(told.status, 409, told.text)
    assert.match(told.text, /after the window had ended/)
  })
})

describe('a run', () => {
  test('stays seen by both sides, and by nobody else, whatever they may do', async () => {
    const made = await world.running('sides')
    for (const who of ['elm', 'ash', 'ed'] as const) {
      assert.equal((await asks(who, `GET /v1/runs/${made.run}`)).status, 404, who)
      const list = await asks(who, `GET /v1/engagements/${made.engagement}/runs`)
      assert.ok(list.status === 404 || JSON.parse(list.text).items.length === 0, who)
    }
    for (const who of ['eve', 'dora', 'dan'] as const) {
      const { items } = await world.must(who, `GET /v1/engagements/${made.engagement}/runs`)
      assert.deepEqual(
        items.map((one: { id: string }) => one.id),
        [made.run],
      )
    }
    for (const who of ['dora', 'ash', 'ed'] as const) {
      const told = await asks(who, `POST /v1/runs/${made.run}/closing`)
      assert.ok([403, 404].includes(told.status), who)
    }
  })

  test('tells the how-manieth it is under its declaration', async () => {
    const made = await world.running('again')
    const second = JSON.parse((await begin('eve', made)).text)
    assert.deepEqual([second.number, second.state, second.finished], [2, 'queued', 0])
  })

  test('under a fixed look shows nothing while open, and a look ends the verdict', async () => {
    const made = await world.running('fixed', fixed)
    await fill(made.run, [
      ['task-1', 1, true],
      ['task-4', 1, false],
    ])
    const open = await world.must('dora', `GET /v1/runs/${made.run}`)
    assert.deepEqual([open.outcomes, open.finished, open.looks], [null, 2, 0])
    const { items } = await world.must('eve', `GET /v1/runs/${made.run}/samples`)
    assert.deepEqual(
      items.map((one: { result: unknown }) => one.result),
      [null, null],
    )
    const looks = `POST /v1/runs/${made.run}/looks`
    assert.equal((await asks('eve', looks, {})).status, 409)
    assert.equal((await world.must('eve', `GET /v1/runs/${made.run}`)).looks, 0)
    const seen = await world.must('dora', looks, { endsFixedLook: true })
    assert.deepEqual([seen.outcomes.success, seen.outcomes.failure], [1, 1])
    assert.deepEqual([seen.looks.length, seen.looks[0].person], [1, personOf('dora')])
    await world.must('eve', `POST /v1/runs/${made.run}/closing`)
    const evidence = await evidenceOf(made.run)
    const verdict = verdictOf(evidence.declared, {
      ...{ tasks: [...tasksOf(evidence.attempts).models.values()].flat() },
      earlierLooks: evidence.earlierLooks,
    })
    assert.ok(!verdict.ok && /looked at once before/.test(JSON.stringify(verdict.refusal)))
  })

  test('that is closed holds all that was declared: what is missing is not_run', async () => {
    const made = await world.running('closed', fixed)
    await fill(made.run, [
      ['task-1', 1, true],
      ['task-1', 2, true],
      ['task-4', 2, false],
    ])
    const closed = await world.must('eve', `POST /v1/runs/${made.run}/closing`)
    assert.equal(closed.state, 'closed')
    assert.deepEqual(closed.closed.neverBegun, [
      { stratum: 'crypto', tasks: 2 },
      { stratum: 'web/2', tasks: 1 },
    ])
    const { not_run, success, failure } = closed.outcomes
    assert.deepEqual([success, failure, not_run], [2, 1, 7])
    assert.equal(success + failure + not_run, closed.expected.samples)
    const transcript = transcriptOf(1)
    const late = await world.push(
      made.run,
      world.sample(transcript, { task: 'task-2' }),
      transcript,
    )
    assert.equal(late.status, 409, late.text)
    assert.equal(closed.looks, 0)
    await world.must('eve', `POST /v1/runs/${made.run}/looks`, {})
    const evidence = await evidenceOf(made.run)
    assert.equal(evidence.earlierLooks, 0)
    assert.deepEqual(
      evidence.attempts.map(({ task, attempt, outcome, score }) => [task, attempt, outcome, score]),
      [
        ['task-1', '1', 'success', 1],
        ['task-1', '2', 'success', 1],
        ['task-4', '1', 'not_run', null],
        ['task-4', '2', 'failure', 0],
      ],
    )
    const verdict = verdictOf(evidence.declared, {
      ...{ tasks: [...tasksOf(evidence.attempts).models.values()].flat(), earlierLooks: 0 },
    })
    assert.ok(verdict.ok, JSON.stringify(verdict))
    assert.deepEqual([verdict.value.outcomes.not_run, verdict.value.digest], [7, made.digest])
  })

  test('takes what was in time for a day after the end, and closes by itself then', async () => {
    const made = await world.running('grace')
    const transcript = transcriptOf(1)
    const inTime = world.sample(transcript, { task: 'task-1' })
    const cut = world.sample(transcript, { task: 'task-2' })
    world.desk.server.pass(closesAfterMs - opensAfterMs)
    const { accessEndsAt } = await world.must('eve', `GET /v1/runs/${made.run}`)
    const afterEnd = new Date(new Date(accessEndsAt).getTime() + 1_000).toISOString()
    const late = { ...cut, endedAt: afterEnd }
    const web = { family: 'web', difficulty: 2 }
    assert.equal((await world.push(made.run, late, transcript)).status, 409)
    const answeredLate = { ...late, answeredAt: afterEnd }
    assert.equal((await world.push(made.run, answeredLate, transcript)).status, 409)
    for (const answeredAt of ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z']) {
      const beside = await world.push(made.run, { ...late, answeredAt }, transcript)
      assert.match(`${beside.status} ${beside.text}`, /^422 .*answeredAt/)
    }
    const judgedLate = { ...late, task: 'task-5', position: 1, ...web, answeredAt: cut.endedAt }
    const judged = await world.push(made.run, judgedLate, transcript)
    assert.equal(judged.status, 201, judged.text)
    const missing = { ...late, outcome: 'infra_error', reward: null } as const
    assert.equal((await world.push(made.run, missing, transcript)).status, 201)
    const none = { outcome: 'not_run', reward: null } as const
    const never = { ...inTime, epoch: 2, endedAt: afterEnd, ...none } as const
    const begun = { ...never, startedAt: afterEnd, outcome: 'infra_error' } as const
    assert.equal((await world.push(made.run, begun, transcript)).status, 409)
    const told = await world.push(made.run, { ...never, startedAt: afterEnd }, transcript)
    assert.equal(told.status, 201, told.text)
    assert.equal((await world.push(made.run, inTime, transcript)).status, 201)
    world.desk.server.pass(24 * 3_600_000)
    const other = world.sample(transcript, { task: 'task-3' })
    assert.equal((await world.push(made.run, other, transcript)).status, 409)
    const closed = await world.must('dora', `GET /v1/runs/${made.run}`)
    assert.deepEqual([closed.closed.why, closed.closed.by], ['window-over', null])
  })
})

test('regression: who reads runs, samples, declarations is on record once', async () => {
  const made = await world.running('readers')
  const calls = [
    ...[`GET /v1/runs/${made.run}`, `GET /v1/runs/${made.run}/samples`],
    ...['runs', 'declarations'].map((one) => `GET /v1/engagements/${made.engagement}/${one}`),
  ]
  const twice = [...calls, ...calls]
  await Promise.all([...twice, ...twice].map((call) => world.must('dan', call)))
  for (const call of calls) await world.must('dan', call)
  const { items } = await world.must('dora', `GET /v1/engagements/${made.engagement}/events`)
  const own = EventListWire.shape.items
    .parse(items)
    .filter(({ person }) => person?.id === personOf('dan'))
  assert.deepEqual(
    own.map((one) => [one.action, one.kind, one.record, one.fields['part']]).toSorted(),
    [
      ['engagement.read', 'declaration', made.digest, 'declaration'],
      ['run.read', 'run', made.run, 'run'],
      ['run.read', 'run', made.run, 'samples'],
    ],
  )
})

async function evidenceOf(run: string) {
  const { desk, keys } = world
  return asActor(desk.server.database.app, systemActor, async (tx) => {
    const now = desk.server.now
    const found = await standingRun(tx, evaluationKeysOf(keys), { id: run, now })
    assert.ok(found)
    const attempts = attemptsOf({ model: 'larch', run }, await judgedSamples(tx, found.run))
    return { ...found, attempts, earlierLooks: (await looksOf(tx, found.run.no)).length }
  })
}
