import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import {
  closesAfterMs,
  DeskWorld,
  developer,
  evaluator,
  opensAfterMs,
  personOf,
  type Who,
} from '../../../test/engagement/desk-world.ts'
import { closeDue, dueToClose } from './engagement.store.ts'
import { EngagementListWire, EngagementWire, EventListWire } from './engagement.wire.ts'

let desk: DeskWorld
before(async () => {
  desk = await DeskWorld.open()
})
after(() => desk[Symbol.asyncDispose]())

const offer = async (who: Who = 'dora', body: unknown = { evaluator, proposal: desk.wish() }) =>
  desk.as(who, 'POST /v1/engagements', { body })
const offered = async (): Promise<{ id: string; digest: string }> => {
  const told = await offer()
  assert.equal(told.status, 201, told.text)
  return JSON.parse(told.text)
}
const act = (who: Who, id: string, body: unknown) =>
  desk.as(who, `POST /v1/engagements/${id}/acts`, { body })
const said = async (who: Who, id: string, body: unknown) => {
  const told = await act(who, id, body)
  assert.equal(told.status, 200, told.text)
  return EngagementWire.parse(JSON.parse(told.text))
}
const independence = { isIndependent: false, conflicts: ['Holds shares of a competitor.'] }
const actorOf = (who: string, organisation: string, role: Actor['role']): Actor => ({
  ...{ role, organisation, person: personOf(who), via: 'session' },
})

describe('an offer is refused', () => {
  const day = (days: number) =>
    new Date(desk.server.now.getTime() + days * 86_400_000).toISOString()
  for (const [title, change, pointer] of [
    ['to nobody', () => ({ evaluator: 'org_nobody001' }), '/evaluator'],
    [
      'to an organisation that evaluates nothing',
      () => ({ evaluator: 'org_elmlab001' }),
      '/evaluator',
    ],
    [
      'of 31 days',
      () => ({
        proposal: {
          ...desk.wish(),
          plannedReleaseAt: day(36),
          window: { opensAt: day(5), closesAt: day(36) },
        },
      }),
      '/proposal/window/opensAt',
    ],
    [
      'naming a stranger',
      () => ({ proposal: desk.wish([personOf('fay')]) }),
      '/proposal/terms/people/0',
    ],
    [
      'with a member that nobody knows',
      () => ({ proposal: { ...desk.wish(), isApproved: true } }),
      '/proposal/isApproved',
    ],
  ] as const) {
    test(`${title}, at ${pointer}`, async () => {
      const { status, text } = await offer('dora', {
        ...{ evaluator, proposal: desk.wish() },
        ...change(),
      })
      assert.equal(status, 422, text)
      assert.equal(JSON.parse(text).errors[0].pointer, pointer)
    })
  }

  test('of whoever does not act for a developer', async () => {
    for (const who of ['eve', 'pat', 'fay', 'rea'] as const) {
      assert.equal((await offer(who)).status, 403, who)
    }
  })
})

test('others are answered as if it were not there', async () => {
  const { id } = await offered()
  for (const who of ['elm', 'ash'] as const) {
    for (const call of [`GET /v1/engagements/${id}`, `GET /v1/engagements/${id}/events`]) {
      const found = await desk.as(who, call)
      const absent = await desk.as(who, call.replace(id, 'engagement_00000000'))
      assert.equal(found.status, 404, call)
      const plain = (text: string) => text.replace(/"instance":"[^"]*"|"requestId":"[^"]*"/g, '')
      assert.equal(plain(found.text), plain(absent.text))
    }
    assert.equal((await act(who, id, { kind: 'release' })).status, 404)
    const list = EngagementListWire.parse(
      JSON.parse((await desk.as(who, 'GET /v1/engagements')).text),
    )
    assert.deepEqual(list.items, [])
  }
})

test('both agree to one digest after the evaluator says how independent it is', async () => {
  const { id, digest } = await offered()
  const silent = await act('eve', id, { kind: 'accept', digest })
  assert.equal(silent.status, 422, silent.text)
  const proposal = {
    ...desk.wish(),
    terms: { ...desk.wish().terms, places: ['A room', 'Another'] },
  }
  const forged = await act('dora', id, { kind: 'counter', proposal, independence })
  assert.equal(JSON.parse(forged.text).errors[0].pointer, '/independence')
  const countered = await said('eve', id, { kind: 'counter', proposal, independence })
  assert.equal(countered.waitsFor, 'developer')
  const [, second] = countered.versions
  assert.deepEqual(
    second?.changes.map(({ at, allows }) => [at, allows]),
    [
      ['/terms/places', 'more'],
      ['/independence', null],
    ],
  )
  assert.equal((await act('dora', id, { kind: 'accept', digest })).status, 412)
  const both = await said('dora', id, { kind: 'accept', digest: countered.digest })
  assert.equal(both.state, 'agreed')
  assert.equal(both.access.is, 'before')
  assert.deepEqual(both.versions[1]?.proposal.independence[0]?.conflicts, independence.conflicts)
})

test('a list that was sent by the developer keeps what the evaluator said of itself', async () => {
  const { id } = await offered()
  await said('eve', id, { kind: 'counter', proposal: desk.wish(), independence })
  const found = await said('dora', id, { kind: 'counter', proposal: desk.wish() })
  assert.equal(found.versions.at(-1)?.proposal.independence[0]?.organisation, evaluator)
})

test('the developer releases, narrows, pauses and ends in any state, and alone', async () => {
  const id = await desk.agreed()
  for (const kind of ['pause', 'end', 'release', 'withdraw']) {
    assert.equal((await act('eve', id, { kind })).status, 403, kind)
  }
  const paused = await said('dora', id, { kind: 'pause' })
  assert.notEqual(paused.pausedAt, null)
  const narrowed = await said('dora', id, {
    ...{ kind: 'narrow', terms: { ...desk.wish().terms, places: [] } },
    closesAt: new Date(desk.server.now.getTime() + opensAfterMs + 1_000).toISOString(),
  })
  assert.equal(narrowed.versions.at(-1)?.isNarrowing, true)
  const wider = await act('dora', id, {
    ...{ kind: 'narrow', terms: desk.wish([personOf('eve'), personOf('ed')]).terms },
    closesAt: new Date(desk.server.now.getTime() + opensAfterMs).toISOString(),
  })
  assert.equal(JSON.parse(wider.text).errors[0].pointer, '/terms/people')
  const later = await act('dora', id, {
    ...{ kind: 'narrow', terms: { ...desk.wish().terms, places: [] } },
    closesAt: new Date(desk.server.now.getTime() + closesAfterMs).toISOString(),
  })
  assert.equal(JSON.parse(later.text).errors[0].pointer, '/closesAt')
  const released = await said('dora', id, { kind: 'release' })
  assert.deepEqual([released.state, released.access.is], ['closed', 'over'])
  assert.equal((await said('dora', id, { kind: 'release' })).releasedAt, released.releasedAt)
})

test('a window that ran out is written down at its own moment, once', async () => {
  const server = desk.server
  const id = await desk.agreed()
  const endsAt = new Date(server.now.getTime() + closesAfterMs)
  server.pass(closesAfterMs + 90_000)
  const close = () =>
    asActor(server.database.app, systemActor, (tx) =>
      closeDue(tx, desk.keys, { id, now: server.now }),
    )
  const due = await asActor(server.database.app, systemActor, (tx) => dueToClose(tx, server.now))
  assert.ok(due.includes(id))
  const closed = await close()
  assert.ok(closed.ok && closed.value.state === 'closed')
  assert.deepEqual(closed.value.closed.at, endsAt)
  assert.deepEqual(await close(), { ok: false, refusal: 'not over' })
  const shown = await desk.as('eve', `GET /v1/engagements/${id}`)
  const { access } = EngagementWire.parse(JSON.parse(shown.text))
  assert.deepEqual(access, { is: 'over', endedAt: endsAt.toISOString(), why: 'agreed-end' })
})

test('both sides read who did and saw what, with names', async () => {
  const { id } = await offered()
  await desk.as('eve', `GET /v1/engagements/${id}`)
  const told = await desk.as('dora', `GET /v1/engagements/${id}/events?limit=1`)
  const { items, next } = EventListWire.parse(JSON.parse(told.text))
  assert.deepEqual(
    [items[0]?.action, items[0]?.person],
    ['engagement.read', { id: personOf('eve'), name: 'eve' }],
  )
  const more = await desk.as('dora', `GET /v1/engagements/${id}/events?after=${next}`)
  const older = EventListWire.parse(JSON.parse(more.text))
  assert.deepEqual(
    older.items.map(({ action }) => action),
    ['engagement.offer'],
  )
})

test('names are told in the order of their ids, however the database finds them', async () => {
  await desk.alter('alter function parley.engagement_names(text) set enable_sort = off')
  const { id } = await offered()
  for (const who of ['eve', 'ed', 'dan'] as const) await desk.as(who, `GET /v1/engagements/${id}`)
  const shown = await desk.as('dora', `GET /v1/engagements/${id}`)
  const ids = Object.keys(EngagementWire.parse(JSON.parse(shown.text)).names)
  assert.ok(ids.length >= 6, `${ids}`)
  assert.deepEqual(ids, ids.toSorted())
  await desk.alter('alter function parley.engagement_names(text) reset enable_sort')
})

test('regression: names cost what people there are, not what they did', async () => {
  const { id } = await offered()
  const pages = async (): Promise<number> =>
    asActor(desk.server.database.app, systemActor, async (tx) => {
      const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number } }] }>`
        explain (analyze, buffers, format json)
        select * from parley.engagement_names(${id})`.execute(tx)
      return rows[0]?.['QUERY PLAN'][0].Plan['Shared Hit Blocks'] ?? 0
    })
  await pages()
  const before = await pages()
  await asActor(desk.server.database.app, systemActor, (tx) =>
    sql`insert into parley.engagement_event (engagement_id, at, person_id, organisation_id, action,
        kind, record)
      select ${id}, now(), ${personOf('eve')}, ${evaluator}, 'run.read', 'run', 'run_' || n
      from generate_series(1, 50000) n`.execute(tx),
  )
  await desk.alter('analyze parley.engagement_event')
  await pages()
  const after = await pages()
  assert.ok(before > 0 && after < before + 100, `${before} pages, then ${after}`)
})

test('a document is kept once and comes back byte for byte', async () => {
  const { id } = await offered()
  const raw = Buffer.from([0, 1, 2, 255])
  const call = `POST /v1/engagements/${id}/documents?name=Agreement.pdf`
  const first = await desk.as('dora', call, { raw })
  assert.equal(first.status, 201, first.text)
  const { id: document, sha256 } = JSON.parse(first.text)
  assert.equal((await desk.as('eve', call, { raw })).status, 409)
  assert.equal((await desk.as('elm', call, { raw })).status, 404)
  const shown = await desk.as('eve', `GET /v1/engagements/${id}`)
  const { documents } = EngagementWire.parse(JSON.parse(shown.text))
  assert.deepEqual(
    documents.map(({ name, sha256: own, by }) => [name, own, by]),
    [['Agreement.pdf', sha256, 'developer']],
  )
  const content = await desk.as('eve', `GET /v1/engagements/${id}/documents/${document}`)
  assert.equal(content.status, 200)
})

describe('in the database', () => {
  const dora = actorOf('dora', developer, 'developer')
  const eve = actorOf('eve', evaluator, 'evaluator')

  test('nobody lets access last beyond day 30', async () => {
    const id = await desk.agreed()
    await assert.rejects(
      asActor(desk.server.database.app, dora, (tx) =>
        sql`update parley.engagement set ends_at = opens_at + interval '721 hours',
          version = version + 1 where id = ${id}`.execute(tx),
      ),
      /no_access_lasts_beyond_day_30/,
    )
  })

  test('nobody speaks for the other side', async () => {
    const id = await desk.agreed()
    await assert.rejects(
      asActor(desk.server.database.app, eve, (tx) =>
        sql`insert into parley.engagement_act (engagement_id, number, at, side, person_id,
            organisation_id, kind, body)
          values (${id}, 99, now(), 'developer', ${personOf('eve')}, ${evaluator}, 'release', '')
        `.execute(tx),
      ),
      /row-level security/,
    )
  })

  test('what is over stays over, and what was said stays said', async () => {
    const id = await desk.agreed()
    await said('dora', id, { kind: 'end' })
    for (const statement of [
      sql`update parley.engagement set state = 'agreed', closed_at = null, version = version + 1
        where id = ${id}`,
      sql`update parley.engagement set value = '' where id = ${id}`,
      sql`update parley.engagement_act set kind = 'accept' where engagement_id = ${id}`,
      sql`delete from parley.engagement_event where engagement_id = ${id}`,
    ]) {
      await assert.rejects(
        asActor(desk.server.database.app, dora, (tx) => statement.execute(tx)),
        /never changed|permission denied/,
      )
    }
  })
})
