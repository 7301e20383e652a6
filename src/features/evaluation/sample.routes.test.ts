import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { personOf, type Who } from '../../../test/engagement/desk-world.ts'
import { bodyOf, EvaluationWorld, transcriptOf } from '../../../test/engagement/evaluation-world.ts'
import type { Sample } from './sample.ts'

let world: EvaluationWorld
let run: string
let pack: string
let engagement: string
before(async () => {
  world = await EvaluationWorld.open()
  ;({ run, pack, engagement } = await world.running('samples', { attempts: 50 }))
})
after(() => world[Symbol.asyncDispose]())

const asks = (who: Who, call: string) => world.desk.as(who, call)
const raw = (body: string | Buffer, path = `/v1/runs/${run}/samples/task-1/1`) =>
  world.desk.as('eve', `PUT ${path}`, { raw: Buffer.from(body) })
const eventsOf = (name: string) => `/v1/runs/${run}/samples/${name}/events`

describe('a sample is refused', () => {
  const transcript = transcriptOf(3)
  const cases: readonly (readonly [string, Partial<Sample>, number, RegExp])[] = [
    ['of a family that the pack has not', { family: 'pwn' }, 422, /no task of family "pwn"/],
    ['of another difficulty', { difficulty: 2 }, 422, /no task of family "crypto" and diff/],
    ['of an attempt beyond those declared', { epoch: 51 }, 422, /50 attempts/],
    ['that started before the window', { startedAt: '2026-03-01T00:00:00Z' }, 409, /before the w/],
    ['from the future', { endedAt: '2027-01-01T00:00:00Z' }, 422, /future/],
    ['that ended before it started', { endedAt: '2026-03-02T00:00:00Z' }, 422, /before it start/],
    ['with another digest', { transcriptSha256: 'ab'.repeat(32) }, 422, /another digest/],
    ['that tells of more events', { events: 4 }, 422, /3 events, and 4 are told/],
    ['that tells of fewer events', { events: 2 }, 422, /beyond its 2 events/],
    ['after the declared tasks', { position: 4 }, 422, /3 tasks of "crypto" were declared/],
    ['that contradicts itself', { outcome: 'failure' }, 422, /failure has a reward below 1/],
  ]
  for (const [title, more, status, why] of cases) {
    test(title, async () => {
      const told = await world.push(run, world.sample(transcript, more), transcript)
      assert.equal(told.status, status, told.text)
      assert.match(told.text.replaceAll('\\', ''), why)
    })
  }

  test('that is no sample, breaks off, or has a line that is no event', async () => {
    const body = bodyOf(world.sample(transcript), transcript).toString()
    for (const [sent, why] of [
      ['{}\n', /Line 1 /],
      ['nonsense\n', /Line 1 is no JSON/],
      [body.slice(0, -1), /Line 4 has no end/],
      [body.replace('said 1', 'said\n1'), /Line 3 is no JSON/],
      [body.replace('"n":2', '"n":1'), /Line 4 has the place 1, not 2/],
      [body.replace('"is":"note","n":1', '"is":"secret","n":1'), /Line 3 /],
    ] as const) {
      const told = await raw(sent)
      assert.equal(told.status, 422, sent.slice(0, 80))
      assert.match(told.text, why)
    }
    assert.equal((await raw(body, `/v1/runs/${run}/samples/task-2/1`)).status, 422)
    assert.equal((await raw(body, `/v1/runs/${run}/samples/task-1/0`)).status, 404)
    assert.equal((await raw(body, `/v1/runs/run_none/samples/task-1/1`)).status, 404)
  })

  test('cut at any byte, and then nothing of it is kept', async () => {
    const body = bodyOf(world.sample(transcript), transcript)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: body.length - 1 }), async (at) => {
        assert.equal((await raw(body.subarray(0, at))).status, 422)
      }),
      { numRuns: 20 },
    )
    const { items } = await world.must('eve', `GET /v1/runs/${run}/samples`)
    assert.deepEqual(items, [])
  })

  test('from whoever may not fetch the pack, is not named, or is of another side', async () => {
    const sample = world.sample(transcript)
    for (const [who, status] of [
      ...([
        ['ed', 404],
        ['ash', 404],
        ['dora', 403],
        ['rea', 403],
      ] as const),
    ] as const) {
      assert.equal((await world.pushAs(who, run, { sample, transcript })).status, status, who)
    }
    await world.must('eve', `PUT /v1/packs/${pack}/rights/${personOf('ed')}`, { may: 'view' })
    assert.equal((await world.pushAs('ed', run, { sample, transcript })).status, 403)
    await world.must('eve', `DELETE /v1/packs/${pack}/rights/${personOf('ed')}`)
  })

  test('of a task that was of another family before', async () => {
    const first = world.sample(transcript, { task: 'moved' })
    assert.equal((await world.push(run, first, transcript)).status, 201)
    const moved = { ...first, epoch: 2, family: 'web', difficulty: 2 }
    const told = await world.push(run, moved, transcript)
    assert.equal(told.status, 422)
    assert.match(
      told.text,
      /was of family, difficulty and position .*crypto 1 1.* before, not .*web 2 1/,
    )
  })

  test('that says no place in the declared order, or one that another has or forbids', async () => {
    const { run: other } = await world.running('places')
    const { position: _, ...nowhere } = world.sample(transcript, { task: 'paged' })
    const at = (task: string, position: number) => ({ ...nowhere, task, position })
    for (const [sample, why] of [
      [nowhere, /need the position of each task/],
      [at('paged', 2), null],
      [at('task-2', 1), /position of \\"task-2\\" cannot be 1: \\"paged\\" has 2/],
      [at('task-2', 2), /cannot be 2: \\"paged\\" has 2/],
      [at('moved', 3), /cannot be 3: \\"paged\\" has 2/],
      [at('moved', 1), null],
      [at('task-2', 3), null],
    ] as const) {
      const told = await world.push(other, sample, transcript)
      assert.equal(told.status, why === null ? 201 : 422, told.text)
      if (why !== null) assert.match(told.text, why)
    }
  })
})

describe('a sample that is kept', () => {
  test('is told to a runner that goes on, page by page', async () => {
    const transcript = transcriptOf(1)
    for (let epoch = 1; epoch <= 5; epoch++) {
      const sample = world.sample(transcript, { task: 'paged', position: 2, epoch })
      assert.equal((await world.push(run, sample, transcript)).status, 201)
    }
    const seen: string[] = []
    let query = 'limit=2'
    for (;;) {
      const { items, next } = await world.must('eve', `GET /v1/runs/${run}/samples?${query}`)
      seen.push(...items.map((one: { task: string; epoch: number }) => `${one.task} ${one.epoch}`))
      if (next === null) break
      query = `limit=2&afterTask=${next.afterTask}&afterEpoch=${next.afterEpoch}`
    }
    assert.deepEqual(seen, [...['moved 1'], ...[1, 2, 3, 4, 5].map((epoch) => `paged ${epoch}`)])
  })

  test('has a transcript of many events, read in slices wherever they are cut', async () => {
    const events = 12_000
    const transcript = transcriptOf(events, `${'long '.repeat(20)}said`)
    const sample = world.sample(transcript, { task: 'moved', epoch: 3 })
    assert.equal((await world.push(run, sample, transcript)).status, 201)
    const parts = await asActor(world.desk.server.database.app, systemActor, async (tx) => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from parley.transcript_part p
        join parley.evaluation_sample s on s.no = p.sample_no where s.events = ${events}`.execute(
        tx,
      )
      return rows[0]?.count ?? 0
    })
    assert.ok(parts >= 12, `${parts} parts`)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(events + 100),
        fc.integer({ min: 1, max: 500 }),
        async (from, count) => {
          const path = `${eventsOf('moved/3')}?from=${from}&count=${count}`
          const slice = await world.must('eve', `GET ${path}`)
          assert.equal(slice.total, events)
          assert.deepEqual(
            slice.events.map((one: { n: number }) => one.n),
            Array.from(
              { length: Math.max(0, Math.min(count, events - from)) },
              (_, at) => from + at,
            ),
          )
        },
      ),
      { numRuns: 25 },
    )
  })

  test('is read by the developer only as the terms say, and that is written down', async () => {
    const path = eventsOf('paged/1')
    const list = async (who: Who) => (await world.must(who, `GET /v1/runs/${run}/samples`)).items
    assert.equal((await asks('dora', `GET ${path}`)).status, 403)
    assert.equal((await list('dora'))[0].result.outcome, 'success')
    for (const who of ['elm', 'ash', 'ed'] as const) {
      assert.equal((await asks(who, `GET ${path}`)).status, 404, who)
    }
    const rights = `PUT /v1/packs/${pack}/rights/${personOf('ed')}`
    await world.must('eve', rights, { may: 'view' })
    assert.equal((await asks('ed', `GET ${path}`)).status, 403)
    assert.equal((await list('ed')).length, (await list('eve')).length)
    const { versions } = await world.must('dora', `GET /v1/engagements/${engagement}`)
    const { terms, window } = versions.at(-1).proposal
    const narrow = {
      ...{ kind: 'narrow', closesAt: window.closesAt },
      terms: { ...terms, promptsShownToDeveloper: 'content' },
    }
    await world.must('dora', `POST /v1/engagements/${engagement}/acts`, narrow)
    const slice = await world.must('dora', `GET ${path}`)
    assert.equal(slice.events[0].text, 'said 0')
    await world.must('dora', `GET ${path}`)
    const { items } = await world.must('eve', `GET /v1/engagements/${engagement}/events?limit=100`)
    const readers = items.filter(
      (one: { action: string; person: { id: string } | null }) =>
        one.action === 'run.read' && JSON.stringify(one.person).includes(personOf('dora')),
    )
    const read = readers.map(
      ({ fields }: { fields: Record<string, string> }) => fields['part'] ?? fields['task'],
    )
    assert.deepEqual(read.toSorted(), ['paged', 'samples'])
  })
})
