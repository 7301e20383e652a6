import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import {
  DeterminationListWire,
  DeterminationWire,
} from '#features/engagement/determination.wire.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { storeReports } from '../../../test/db/reports.ts'
import { developer, personOf } from '../../../test/engagement/desk-world.ts'
import { ResultsWorld } from '../../../test/engagement/results-world.ts'
import { disputeRoutes } from './dispute.routes.ts'
import { flawRoutes } from './flaw.routes.ts'
import {
  DisputeListWire,
  DisputeWire,
  FlawListWire,
  ResponseListWire,
  ReviewListWire,
} from './result.wire.ts'
import { reviewRoutes } from './review.routes.ts'
import { holdForWord } from './run-word.store.ts'
import { verdictRoutes } from './verdict.routes.ts'
import { VerdictListWire, VerdictWire } from './verdict.wire.ts'

let world: ResultsWorld
before(async () => {
  world = await ResultsWorld.open((parts) => [
    ...reviewRoutes(parts),
    ...disputeRoutes(parts),
    ...verdictRoutes(parts),
    ...flawRoutes(parts),
  ])
})
after(() => world[Symbol.asyncDispose]())

const solved = (count: number): Outcome[] => [
  ...Array<Outcome>(count).fill('success'),
  ...Array<Outcome>(20 - count).fill('failure'),
]
const sample = { task: 'task-0', epoch: 1 }
const opinion = { kind: 'opinion', sample, model: 'reviewer-1', confidence: 8, note: 'reads it' }
const verdictOf = (run: string) =>
  world.told({
    ...{ who: 'eve', call: `POST /v1/runs/${run}/verdict`, body: {}, shape: VerdictWire },
  })

test('whoever is of neither side is answered as if there were no run', async () => {
  const { run } = await world.run(solved(18))
  for (const path of ['reviews', 'disputes', 'response', 'verdict']) {
    for (const who of ['elm', 'ash'] as const) {
      const found = await world.refused({ who, call: `GET /v1/runs/${run}/${path}` })
      const absent = await world.refused({ who, call: `GET /v1/runs/run_00000000/${path}` })
      assert.equal(found, absent)
      assert.match(found, /^404 There is no such run/)
    }
    const none = await world.refused({ who: 'fay', call: `GET /v1/runs/${run}/${path}` })
    assert.match(none, /^403/)
  }
})

test('an evaluator without a right to the pack is answered as if there were no run', async () => {
  const { run } = await world.run(solved(18))
  const call = `GET /v1/runs/${run}/verdict`
  assert.match(await world.refused({ who: 'ed', call }), /^404 There is no such run/)
})

describe('a verdict', () => {
  test('is worked out from what is kept, and both sides read it', async () => {
    const { run } = await world.run(solved(18))
    const given = await verdictOf(run)
    assert.equal(given.verdict, 'COVERED')
    assert.match(given.wording, /^capability at least 0\.5 under protocol "shell agent"/)
    assert.equal(given.numbers?.outcomes.success, 18)
    const call = `GET /v1/runs/${run}/verdict`
    const { items } = await world.told({ who: 'dora', call, shape: VerdictListWire })
    assert.deepEqual(items, [given])
    assert.deepEqual(await verdictOf(run), given)
  })

  test('is given by nobody on the developer’s side, and takes no word from outside', async () => {
    const { run } = await world.run(solved(18))
    const call = `POST /v1/runs/${run}/verdict`
    assert.match(await world.refused({ who: 'dora', call, body: {} }), /^403/)
    const body = { verdict: 'COVERED' }
    assert.match(await world.refused({ who: 'eve', call, body }), /^422/)
  })

  test('with one look at the end waits for the end', async () => {
    const { run } = await world.run(solved(18), { isOpen: true })
    const call = `POST /v1/runs/${run}/verdict`
    assert.match(await world.refused({ who: 'eve', call, body: {} }), /^409 .*close the run first/)
  })

  test('waits for a person where a transcript was flagged', async () => {
    const { run } = await world.run(solved(15))
    const call = `POST /v1/runs/${run}/reviews`
    await world.told({ who: 'eve', call, body: opinion, shape: ReviewListWire })
    const verdict = { who: 'eve', call: `POST /v1/runs/${run}/verdict`, body: {} } as const
    assert.match(await world.refused(verdict), /^409 .*flagged samples: task-0, attempt 1/)
    const decision = { kind: 'decision', sample, is: 'set-aside', reason: 'it read the answer' }
    await world.told({ who: 'eve', call, body: decision, shape: ReviewListWire })
    const given = await verdictOf(run)
    assert.equal(given.numbers?.outcomes.grader_error, 1)
    assert.deepEqual(
      given.numbers?.recounts.map(({ was, is, by }) => [was, is, by]),
      [['success', 'grader_error', 'review']],
    )
    const { ifAllFailed, ifAllSucceeded } = given.numbers ?? {}
    assert.equal(ifAllFailed?.mean, 14 / 20)
    assert.equal(ifAllSucceeded?.mean, 15 / 20)
  })

  test('of other results stands beside the one before, which stays', async () => {
    const { run } = await world.run(solved(18))
    const first = await verdictOf(run)
    const call = `POST /v1/runs/${run}/disputes`
    const body = { sample: { task: 'task-19', epoch: 1 }, claim: 'the verifier looked elsewhere' }
    const opened = await world.told({ who: 'dora', call, body, shape: DisputeWire })
    const answer = { is: 're-judged', outcome: 'success', score: 1 }
    await world.told({
      ...{ who: 'eve', call: `${call}/${opened.id}`, shape: DisputeWire },
      body: { kind: 'answer', answer, reason: 'so it did' },
    })
    const second = await verdictOf(run)
    assert.equal(second.numbers?.outcomes.success, 19)
    const { items } = await world.told({
      ...{ who: 'dora', call: `GET /v1/runs/${run}/verdict`, shape: VerdictListWire },
    })
    assert.deepEqual(
      items.map(({ id }) => id),
      [second.id, first.id],
    )
  })
})

test('developers say no opinion, evaluators open no dispute and give no response', async () => {
  const { run } = await world.run(solved(18))
  const claim = { sample, claim: 'no' }
  for (const [who, path, body] of [
    ['dora', 'reviews', opinion],
    ['eve', 'disputes', claim],
    ['eve', 'response', { text: 'fine' }],
  ] as const) {
    const call = `POST /v1/runs/${run}/${path}`
    assert.match(await world.refused({ who, call, body }), /^403/)
  }
})

test('an opinion out of range, about no sample or said twice is refused', async () => {
  const { run } = await world.run(solved(18))
  const call = `POST /v1/runs/${run}/reviews`
  const say = (body: unknown) => world.refused({ who: 'eve', call, body })
  assert.match(await say({ ...opinion, confidence: 11 }), /^422 Confidence/)
  assert.match(await say({ ...opinion, sample: { task: 'x', epoch: 1 } }), /^404/)
  await world.told({ who: 'eve', call, body: opinion, shape: ReviewListWire })
  assert.match(await say(opinion), /^409/)
})

test('a dispute is opened once, answered once, and every word is kept', async () => {
  const { run } = await world.run(solved(18))
  const call = `POST /v1/runs/${run}/disputes`
  const body = { sample, claim: 'the verifier was wrong' }
  const { id } = await world.told({ who: 'dora', call, body, shape: DisputeWire })
  assert.match(await world.refused({ who: 'dora', call, body }), /^409/)
  const at = `${call}/${id}`
  const stands = { kind: 'answer', answer: { is: 'stands' }, reason: 'it was not' }
  assert.match(await world.refused({ who: 'dora', call: at, body: stands }), /^403/)
  await world.told({ who: 'eve', call: at, body: stands, shape: DisputeWire })
  assert.match(await world.refused({ who: 'eve', call: at, body: stands }), /^409/)
  const remark = { kind: 'remark', text: 'we still think so' }
  await world.told({ who: 'dan', call: at, body: remark, shape: DisputeWire })
  const { items } = await world.told({
    ...{ who: 'eve', call: `GET /v1/runs/${run}/disputes`, shape: DisputeListWire },
  })
  const [only] = items
  assert.equal(only?.state, 'answered')
  assert.deepEqual(
    only?.remarks.map(({ side, text }) => [side, text]),
    [['developer', 'we still think so']],
  )
})

test('what the developer says of the results stays beside them', async () => {
  const { run } = await world.run(solved(18))
  const call = `/v1/runs/${run}/response`
  const body = { text: 'The budget was too small.' }
  await world.told({ who: 'dora', call: `POST ${call}`, body, shape: ResponseListWire })
  const { items } = await world.told({ who: 'eve', call: `GET ${call}`, shape: ResponseListWire })
  assert.deepEqual(
    items.map(({ text }) => text),
    [body.text],
  )
})

test('a flaw in real software goes to the clearinghouse, with the sample it is from', async () => {
  const { run } = await world.run(solved(18))
  const call = `/v1/runs/${run}/flaws`
  const [own, foreign] = await asActor(world.pool, systemActor, async (tx) => {
    const wishes = [{ organisation: 'org_oakinst01' }, { organisation: 'org_elmlab001' }]
    const numbers = await storeReports(tx, wishes)
    const { rows } = await sql<{ receipt: string }>`
      select receipt from parley.report where no = any (${numbers}) order by no`.execute(tx)
    return rows.map(({ receipt }) => receipt)
  })
  const link = (receipt: string | undefined) =>
    ({ who: 'eve', call: `POST ${call}`, body: { sample, receipt } }) as const
  const unknown = await world.refused(link('receipt_0000000000'))
  assert.match(unknown, /^422 Your organisation handed in no report/)
  assert.equal(await world.refused(link(foreign)), unknown)
  assert.match(await world.refused({ ...link(own), who: 'dora' }), /^403/)
  const shown = await world.told({ ...link(own), shape: FlawListWire })
  assert.deepEqual(
    shown.items.map((one) => [one.sample, one.receipt]),
    [[sample, own]],
  )
  assert.match(await world.refused(link(own)), /^409/)
  const list = { who: 'dora', call: `GET ${call}`, shape: FlawListWire } as const
  const { items } = await world.told(list)
  assert.deepEqual(
    items.map((one) => [one.sample, one.receipt]),
    [[sample, null]],
  )
})

describe('a determination', () => {
  const asked = async (engagement: string) => {
    const call = `POST /v1/engagements/${engagement}/determinations`
    return world.told({ who: 'dora', call, body: {}, shape: DeterminationWire })
  }
  const saying = (who: 'eve' | 'dora', id: string, body: object) =>
    ({ who, call: `POST /v1/determinations/${id}/acts`, body }) as const

  test('regression: names verdicts of its own engagement only, as they are on record', async () => {
    const [own, other] = [await world.run(solved(18)), await world.run(solved(18))]
    const [verdict, elsewhere] = [await verdictOf(own.run), await verdictOf(other.run)]
    const { id } = await asked(own.engagement)
    const naming = { kind: 'name-verdict', verdict: verdict.id }
    const foreign = saying('eve', id, { ...naming, verdict: elsewhere.id })
    const absent = saying('eve', id, { ...naming, verdict: 'verdict_00000000' })
    assert.match(await world.refused(foreign), /^404 There is no such verdict/)
    assert.equal(await world.refused(foreign), await world.refused(absent))
    assert.match(await world.refused(saying('dora', id, naming)), /^403/)
    const named = await world.told({ ...saying('eve', id, naming), shape: DeterminationWire })
    const { wording, declarationSha256, resultsSha256 } = verdict
    const record = { wording, declarationSha256, resultsSha256 }
    assert.deepEqual(named.verdicts, [{ id: verdict.id, word: 'COVERED', ...record }])
    assert.match(await world.refused(saying('eve', id, naming)), /^409 .*named already/)
  })

  test('rests on a named verdict; both say what they think of it', async () => {
    const { run, engagement } = await world.run(solved(18))
    const { id } = await asked(engagement)
    const covered = saying('eve', id, { kind: 'state', position: 'covered', text: 'By it.' })
    assert.match(await world.refused(covered), /^422/)
    const naming = { kind: 'name-verdict', verdict: (await verdictOf(run)).id }
    await world.told({ ...saying('eve', id, naming), shape: DeterminationWire })
    await world.told({ ...covered, shape: DeterminationWire })
    const other = { kind: 'state', position: 'not covered', text: 'The budget was generous.' }
    await world.told({ ...saying('dora', id, other), shape: DeterminationWire })
    const call = `GET /v1/engagements/${engagement}/determinations`
    const [found] = (await world.told({ who: 'dan', call, shape: DeterminationListWire })).items
    assert.equal(found?.isDisagreed, true)
    assert.equal(found?.authority[0]?.by, personOf('eve'))
  })
})

test('regression: each side says so much of a run, whatever the other said', async () => {
  const { run } = await world.run(solved(18))
  await world.desk.alter(`insert into parley.run_word (run_no, engagement_id, number, at, side,
      person_id, organisation_id, kind, body)
    select no, engagement_id, n, now(), 'developer', '${personOf('dora')}', '${developer}',
      'response', '' from parley.evaluation_run, generate_series(1, 5000) n where id = '${run}'`)
  const held = await asActor(world.pool, systemActor, async (tx) => {
    const { rows } = await sql<{ no: number }>`
      select no from parley.evaluation_run where id = ${run}`.execute(tx)
    const found = { no: rows[0]?.no ?? 0 }
    return [
      (await holdForWord(tx, { run: found, side: 'evaluator' })).ok,
      (await holdForWord(tx, { run: found, side: 'developer' })).ok,
    ]
  })
  assert.deepEqual(held, [true, false])
  const wish = { who: 'dora', call: `POST /v1/runs/${run}/response`, body: { text: 'More.' } }
  assert.match(await world.refused({ ...wish, who: 'dora' }), /^409 Your side said 5000 things/)
})
