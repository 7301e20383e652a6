import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { commonLabel } from '#features/label/label.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { packRoot, ResultsWorld } from '../../../test/engagement/results-world.ts'
import {
  PolicyListWire,
  PolicyPublishedWire,
  policyRoutes,
  ReadingListWire,
} from './policy.routes.ts'
import { TechniqueListWire, techniqueRoutes } from './technique.routes.ts'
import { verdictRoutes } from './verdict.routes.ts'
import { VerdictListWire, VerdictWire } from './verdict.wire.ts'

let world: ResultsWorld
before(async () => {
  world = await ResultsWorld.open((parts) => [
    ...techniqueRoutes(parts),
    ...policyRoutes(parts),
    ...verdictRoutes(parts),
  ])
})
after(() => world[Symbol.asyncDispose]())

const solved: Outcome[] = [
  ...Array<Outcome>(18).fill('success'),
  ...Array<Outcome>(2).fill('failure'),
]
const techniqueOf = (run: string, task = 'task-0') => ({
  ...{ title: 'Reads the history', summary: 'Looks for words.', attack: ['T1552.003'] },
  ...{ atlas: [], conditions: [{ is: 'access', text: 'a shell' }], evidence: [] },
  seen: [{ run, task, epoch: 1 }],
})
const keepTechnique = 'POST /v1/techniques'

test('a technique of a sample that is not there, or by the developer, is refused', async () => {
  const { run, engagement } = await world.run(solved)
  const other = await world.run(solved)
  const say = (who: 'eve' | 'dora' | 'ash', technique: unknown) =>
    world.refused({ who, call: keepTechnique, body: { engagement, technique } })
  assert.match(await say('eve', techniqueOf(run, 'task-77')), /^422 No run of this engagement/)
  assert.match(await say('eve', techniqueOf(other.run)), /^422 No run of this engagement/)
  assert.match(await say('dora', techniqueOf(run)), /^403/)
  assert.match(await say('ash', techniqueOf(run)), /^404/)
  assert.match(await say('eve', { ...techniqueOf(run), attack: ['T1'] }), /^422/)
})

test('both sides read techniques and take them out as STIX, and nobody else does', async () => {
  const { run, engagement } = await world.run(solved)
  const body = { engagement, technique: techniqueOf(run) }
  const shape = z.strictObject({ id: z.string() })
  const { id } = await world.told({ who: 'eve', call: keepTechnique, body, shape })
  const list = `GET /v1/techniques?engagement=${engagement}`
  for (const who of ['dora', 'eve'] as const) {
    const { items } = await world.told({ who, call: list, shape: TechniqueListWire })
    assert.deepEqual(
      items.map((one) => one.id),
      [id],
    )
  }
  for (const who of ['elm', 'ash'] as const) {
    const { items } = await world.told({ who, call: list, shape: TechniqueListWire })
    assert.deepEqual(items, [])
  }
  const stix = `GET /v1/techniques/stix?engagement=${engagement}`
  const Bundle = z.looseObject({ objects: z.array(z.looseObject({ name: z.string() })) })
  const { objects } = await world.told({ who: 'dora', call: stix, shape: Bundle })
  assert.deepEqual(
    objects.map(({ name }) => name),
    ['Reads the history'],
  )
  assert.doesNotMatch(JSON.stringify(objects), new RegExp(run))
})

const policy = (number: number, threshold: number) => ({
  ...{ kind: 'classification-policy', version: 1, number, inForceSince: '2026-08-01T00:00:00Z' },
  parameters: [{ capability: 'cyber', threshold, alpha: 0.05, packRoot, tokenBudget: 1000 }],
})
const publish = (number: number, threshold: number) =>
  world.told({
    ...{ who: 'coco', call: 'POST /v1/policies', body: { policy: policy(number, threshold) } },
    shape: PolicyPublishedWire,
  })

test('a changed policy leaves verdicts as they are, and both sides see what changes', async () => {
  const { run, engagement } = await world.run(solved)
  const verdict = await world.told({
    ...{ who: 'eve', call: `POST /v1/runs/${run}/verdict`, body: {}, shape: VerdictWire },
  })
  const call = 'POST /v1/policies'
  const wish = { policy: policy(1, 0.5) }
  assert.match(await world.refused({ who: 'eve', call, body: wish }), /^403/)
  const early = { policy: policy(2, 0.5) }
  assert.match(await world.refused({ who: 'coco', call, body: early }), /^422 .*number 1/)
  assert.deepEqual((await publish(1, 0.5)).changes.same, 1)
  assert.deepEqual((await publish(2, 0.95)).changes.verdict, 1)
  assert.match(await world.refused({ who: 'coco', call, body: wish }), /^422 .*number 3/)
  const readings = `GET /v1/engagements/${engagement}/policy-readings`
  for (const who of ['dora', 'eve'] as const) {
    const { items } = await world.told({ who, call: readings, shape: ReadingListWire })
    assert.deepEqual(
      items.map(({ policy: number, change, why }) => [number, change, why]),
      [
        [2, 'verdict', ['the threshold was 0.5 and is 0.95']],
        [1, 'same', []],
      ],
    )
  }
  for (const who of ['elm', 'ash'] as const) {
    assert.match(await world.refused({ who, call: readings }), /^404 There is no such engagement/)
  }
  const { items } = await world.told({
    ...{ who: 'dora', call: `GET /v1/runs/${run}/verdict`, shape: VerdictListWire },
  })
  assert.deepEqual(items, [verdict])
})

test('who is not cleared for a policy sees neither it nor what it says of results', async () => {
  const { run, engagement } = await world.run(solved)
  await world.told({
    ...{ who: 'eve', call: `POST /v1/runs/${run}/verdict`, body: {}, shape: VerdictWire },
  })
  const known = await world.told({
    ...{ who: 'coco', call: 'GET /v1/policies', shape: PolicyListWire },
  })
  const number = known.items.length + 1
  const label = { ...commonLabel, tlp: 'red' }
  const beyond = { ...label, compartments: ['BENCH'] }
  const wish = { policy: policy(number, 0.75), label: beyond }
  const call = 'POST /v1/policies'
  assert.match(await world.refused({ who: 'coco', call, body: wish }), /^403 You are not cleared/)
  await world.told({
    ...{ who: 'coco', call: 'POST /v1/policies', shape: PolicyPublishedWire },
    body: { policy: policy(number, 0.75), label },
  })
  const list = { who: 'dora', call: 'GET /v1/policies', shape: PolicyListWire } as const
  const { items } = await world.told(list)
  assert.equal(
    items.some(({ policy: one }) => one.number === number),
    false,
  )
  const readings = await world.told({
    ...{ who: 'dora', call: `GET /v1/engagements/${engagement}/policy-readings` },
    shape: ReadingListWire,
  })
  assert.deepEqual(readings.items, [])
})
