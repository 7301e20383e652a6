import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { askFactor, type FactorRule } from '#features/org/factor.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase } from '../../../test/db/database.ts'
import { DeskWorld, personOf, type Who } from '../../../test/engagement/desk-world.ts'
import { DeterminationWire } from './determination.wire.ts'
import { EngagementWire } from './engagement.wire.ts'
import { OccurrenceListWire, PartnerListWire, PartnerWire } from './partner.wire.ts'

let desk: DeskWorld
before(async () => {
  desk = await DeskWorld.open()
})
after(() => desk[Symbol.asyncDispose]())

const dayMs = 86_400_000
const inDays = (days: number): string =>
  new Date(desk.server.now.getTime() + days * dayMs).toISOString()
const wish = (more: object = {}) => ({
  ...{ organisation: 'Grid Cooperative', tier: 'defence', users: [personOf('pat')] },
  ...{ endsAt: inDays(60), ...more },
})
const propose = (id: string, who: Who = 'dora', more: object = {}) =>
  desk.as(who, `POST /v1/engagements/${id}/partners`, { body: wish(more) })
const proposed = async (id: string, who: Who = 'dora') => {
  const told = await propose(id, who)
  assert.equal(told.status, 201, told.text)
  return PartnerWire.parse(JSON.parse(told.text))
}
const say = (who: Who, id: string, body: object) =>
  desk.as(who, `POST /v1/partners/${id}/acts`, { body })
const act = (who: Who, id: string, kind: string) => say(who, id, { kind })
const acted = async (who: Who, id: string, body: object) => {
  const told = await say(who, id, body)
  assert.equal(told.status, 200, told.text)
  return PartnerWire.parse(JSON.parse(told.text))
}
const engagementOf = async (id: string) =>
  EngagementWire.parse(JSON.parse((await desk.as('dora', `GET /v1/engagements/${id}`)).text))

describe('a partner is refused', () => {
  for (const [title, more, pointer] of [
    ['with 26 people', { usersMax: 26 }, '/usersMax'],
    ['with somebody who is none of its people', { users: [personOf('fay')] }, '/users/0'],
    ['with somebody named twice', { users: [personOf('pat'), personOf('pat')] }, '/users'],
    ['that would be over already', { endsAt: '2026-01-01T00:00:00Z' }, '/endsAt'],
  ] as const) {
    test(`${title}, at ${pointer}`, async () => {
      const told = await propose(await desk.agreed(), 'dora', more)
      assert.equal(told.status, 422, told.text)
      assert.equal(JSON.parse(told.text).errors[0].pointer, pointer)
    })
  }

  test('to whoever is no side of it', async () => {
    const id = await desk.agreed()
    const { id: partner } = await proposed(id)
    for (const who of ['elm', 'ash'] as const) {
      assert.equal((await propose(id, who)).status, 404)
      assert.equal((await act(who, partner, 'agree')).status, 404)
    }
    for (const who of ['pat', 'fay', 'rea'] as const) {
      assert.equal((await act(who, partner, 'start')).status, 403, who)
    }
  })
})

test('starting is the release, by the developer alone: it ends the window', async () => {
  const id = await desk.agreed()
  const partner = await proposed(id)
  assert.equal(partner.state, 'proposed')
  assert.equal((await act('eve', partner.id, 'start')).status, 403)
  const started = await acted('dora', partner.id, { kind: 'start' })
  assert.equal(started.state, 'started')
  const found = await engagementOf(id)
  assert.notEqual(found.releasedAt, null)
  assert.equal(found.access.is, 'over')
  assert.equal((await act('eve', partner.id, 'end')).status, 403)
})

test('its people see where they are named, and nothing else of the desk', async () => {
  const id = await desk.agreed()
  const { id: partner } = await proposed(id)
  const own = async () => {
    const told = await desk.as('pat', 'GET /v1/partners')
    return PartnerListWire.parse(JSON.parse(told.text)).items.map((one) => one.id)
  }
  assert.ok((await own()).includes(partner))
  assert.equal((await desk.as('pat', `GET /v1/engagements/${id}`)).status, 403)
  await acted('dora', partner, { kind: 'users', users: [] })
  assert.ok(!(await own()).includes(partner))
})

test('the clocks of an occurrence run from when it is known; a leaver is out at once', async () => {
  const id = await desk.agreed()
  const { id: partner } = await proposed(id)
  const knownAt = desk.server.now.toISOString()
  const body = { what: 'leaver', knownAt, person: personOf('pat'), text: 'Pat left.' }
  const path = `POST /v1/partners/${partner}/occurrences`
  const byEvaluator = await desk.as('eve', path, { body })
  const kept = PartnerWire.parse(JSON.parse(byEvaluator.text))
  assert.deepEqual(kept.users, [personOf('pat')], 'an evaluator takes nobody out')
  const told = await desk.as('pat', path, { body: { ...body, what: 'misuse', text: 'Odd use.' } })
  assert.equal(told.status, 201, told.text)
  const misuse = PartnerWire.parse(JSON.parse(told.text)).occurrences.at(-1)
  const hours = (by = '') => (Date.parse(by) - Date.parse(knownAt)) / 3_600_000
  assert.deepEqual(
    misuse?.duties.map(({ by }) => hours(by)),
    [24, 48],
  )
  const duty = { occurrence: misuse?.id ?? '', what: misuse?.duties[0]?.what ?? '' }
  const duties = `POST /v1/partners/${partner}/duties`
  const done = await desk.as('pat', duties, { body: duty })
  assert.equal(done.status, 200, done.text)
  assert.equal((await desk.as('dora', duties, { body: duty })).status, 409)
  const left = await desk.as('dora', path, { body })
  assert.deepEqual(PartnerWire.parse(JSON.parse(left.text)).users, [])
})

test('a partner who signs in by a link does nothing before they have a passkey', async () => {
  const ask = (asks: FactorRule) =>
    asActor(desk.server.database.app, systemActor, (tx) =>
      askFactor(tx, { role: 'partner', asks, by: desk.server, now: desk.server.now }),
    )
  await ask('phishing-resistant')
  const told = await desk.as('pat', 'GET /v1/partners')
  assert.equal(JSON.parse(told.text).code, 'factor-needed')
  await ask('any')
  await using fresh = await freshDatabase()
  const { rows } = await asActor(fresh.app, systemActor, (tx) =>
    sql<{ is: boolean }>`select parley.factor_is_asked('partner') as is`.execute(tx),
  )
  assert.deepEqual(rows, [{ is: true }], 'as every instance begins')
})

describe('regression: at the path of one partner', () => {
  test('nothing is done of what another owes', async () => {
    const [one, other] = [await proposed(await desk.agreed()), await proposed(await desk.agreed())]
    const body = { what: 'misuse', knownAt: inDays(0), person: null, text: 'Odd use.' }
    const told = await desk.as('pat', `POST /v1/partners/${other.id}/occurrences`, { body })
    const owed = PartnerWire.parse(JSON.parse(told.text)).occurrences[0]
    const duty = { occurrence: owed?.id ?? '', what: owed?.duties[0]?.what ?? '' }
    const done = (id: string, of = duty) =>
      desk.as('pat', `POST /v1/partners/${id}/duties`, { body: of })
    const texts = []
    for (const wish of [duty, { ...duty, occurrence: 'occurrence_00000000' }]) {
      const { status, text } = await done(one.id, wish)
      assert.equal(status, 409, text)
      texts.push(text.replace(/urn:parley:request:[^"]+/, ''))
    }
    assert.equal(texts[0], texts[1])
    assert.equal((await done(other.id)).status, 200)
  })
})

test('regression: a side takes up its own room for partners, and what is over none', async () => {
  const id = await desk.agreed()
  const last = await proposed(id, 'eve')
  for (let count = 1; count < 200; count++) assert.equal((await propose(id, 'eve')).status, 201)
  const full = await propose(id, 'eve')
  assert.deepEqual([full.status, JSON.parse(full.text).code], [409, 'not-in-this-state'])
  assert.equal((await propose(id, 'dora')).status, 201)
  await acted('eve', last.id, { kind: 'end' })
  assert.equal((await propose(id, 'eve')).status, 201)
  const seen = new Set<string>()
  for (let after = ''; ; ) {
    const told = await desk.as('dora', `GET /v1/engagements/${id}/partners?limit=90${after}`)
    const { items, next } = PartnerListWire.parse(JSON.parse(told.text))
    for (const item of items) seen.add(item.id)
    if (next === null) break
    after = `&after=${encodeURIComponent(next)}`
  }
  assert.equal(seen.size, 202)
})

test('regression: what happened at a partner is read page by page', async () => {
  const { id } = await proposed(await desk.agreed())
  const path = `/v1/partners/${id}/occurrences`
  for (let count = 0; count < 12; count++) {
    const body = { what: 'misuse', knownAt: inDays(0), person: null, text: `Odd use ${count}.` }
    const told = await desk.as('dora', `POST ${path}`, { body })
    const shown = PartnerWire.parse(JSON.parse(told.text))
    assert.equal(shown.occurrences.at(-1)?.text, body.text)
    assert.equal(shown.occurrences.length, Math.min(10, count + 1))
    assert.equal(shown.hasEarlierOccurrences, count >= 10)
  }
  const told = await desk.as('pat', `GET ${path}?limit=7`)
  const first = OccurrenceListWire.parse(JSON.parse(told.text))
  const rest = await desk.as('eve', `GET ${path}?limit=7`)
  assert.equal(OccurrenceListWire.parse(JSON.parse(rest.text)).names[personOf('dora')], 'dora')
  const more = await desk.as('pat', `GET ${path}?after=${encodeURIComponent(first.next ?? '')}`)
  const texts = [...first.items, ...OccurrenceListWire.parse(JSON.parse(more.text)).items]
  assert.deepEqual(
    texts.map(({ text }) => text),
    Array.from({ length: 12 }, (_, count) => `Odd use ${11 - count}.`),
  )
  assert.equal((await desk.as('elm', `GET ${path}`)).status, 404)
})

test('an occurrence is not known before it is known', async () => {
  const { id } = await proposed(await desk.agreed())
  const body = { what: 'misuse', knownAt: inDays(1), person: null, text: 'Soon.' }
  const told = await desk.as('dora', `POST /v1/partners/${id}/occurrences`, { body })
  assert.equal(JSON.parse(told.text).errors[0].pointer, '/knownAt')
})

describe('a determination', () => {
  const asked = async () => {
    const id = await desk.agreed()
    const told = await desk.as('dora', `POST /v1/engagements/${id}/determinations`, { body: {} })
    assert.equal(told.status, 201, told.text)
    return { engagement: id, ...DeterminationWire.parse(JSON.parse(told.text)) }
  }
  const state = (who: Who, id: string, body: object) =>
    desk.as(who, `POST /v1/determinations/${id}/acts`, { body })

  test('is asked for by the developer alone, and taken back by it alone', async () => {
    const { engagement, id } = await asked()
    const path = `POST /v1/engagements/${engagement}/determinations`
    assert.equal((await desk.as('eve', path, { body: {} })).status, 403)
    assert.equal((await desk.as('elm', path, { body: {} })).status, 404)
    assert.equal((await state('eve', id, { kind: 'take-back' })).status, 403)
    assert.equal((await state('dora', id, { kind: 'take-back' })).status, 200)
    const later = { kind: 'state', position: 'not decided', text: 'Still.' }
    assert.equal((await state('eve', id, later)).status, 409)
  })

  test('is asked by no evaluator, whatever else its role allows', async () => {
    const { engagement } = await asked()
    const path = `POST /v1/engagements/${engagement}/determinations`
    const told = await desk.as('cora', path, { body: {} })
    assert.equal(told.status, 403, told.text)
  })

  test('regression: a verdict that is on no record is not named, and decides nothing', async () => {
    const { id } = await asked()
    const made = {
      ...{ word: 'COVERED', declarationSha256: 'a'.repeat(64), resultsSha256: 'b'.repeat(64) },
      wording: 'capability at least 0.35 under protocol E and budget B',
    }
    for (const [verdict, status] of [
      [made, 422],
      ['verdict_00000000', 404],
    ] as const) {
      assert.equal((await state('eve', id, { kind: 'name-verdict', verdict })).status, status)
    }
    const covered = { kind: 'state', position: 'covered', text: 'By the verdict.' }
    assert.equal((await state('eve', id, covered)).status, 422)
  })
})

test('counts are told to everybody only after somebody said so', async () => {
  const ask = async () => JSON.parse((await desk.server.ask('GET /v1/desk/counts')).text)
  assert.deepEqual(await ask(), { isPublished: false, counts: null })
  const body = { isPublished: true }
  assert.equal((await desk.as('dora', 'PUT /v1/desk/counts', { body })).status, 403)
  const admin = await desk.server.signIn()
  const told = await desk.server.ask('PUT /v1/desk/counts', { cookie: admin, body })
  assert.equal(told.status, 204, told.text)
  const { counts } = await ask()
  assert.ok(counts.offered >= counts.agreed && counts.agreed >= 1 && counts.released >= 1)
})
