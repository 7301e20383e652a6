import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { agreed, day, offered } from '../../../test/engagement/offering.ts'
import { accessAt } from './engagement.ts'
import {
  businessDaysAfter,
  decidePartner,
  decideProposal,
  decideStart,
  duesOf,
  type Partner,
  type PartnerWish,
  partnerStateOf,
} from './partner.ts'

const people = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `person_user${String(n).padStart(4, '0')}`)
const wish: PartnerWish = {
  ...{ id: 'partner_00000001', organisation: 'org_grid00001', tier: 'defence' },
  ...{ users: people(3), usersMax: 25, endsAt: day(90) },
}
const proposed = (): Partner => {
  const said = decideProposal(wish, 'evaluator', day(1))
  assert.ok(said.ok)
  return said.value
}
const codeOf = (said: { ok: true } | { ok: false; refusal: { code: string; at?: string } }) =>
  said.ok ? 'ok' : `${said.refusal.code} ${said.refusal.at ?? ''}`.trim()

describe('a partner is named', () => {
  for (const [title, changed, code] of [
    ['with 26 users', { users: people(26) }, 'too-many /users'],
    ['for 26 users', { usersMax: 26 }, 'invalid /usersMax'],
    ['for nobody', { usersMax: 0 }, 'invalid /usersMax'],
    ['with somebody twice', { users: ['a', 'a'] }, 'invalid /users'],
    ['until yesterday', { endsAt: day(0) }, 'invalid /endsAt'],
    ['with 25 users', { users: people(25) }, 'ok'],
  ] as const) {
    test(`${title}: ${code}`, () => {
      assert.equal(codeOf(decideProposal({ ...wish, ...changed }, 'developer', day(1))), code)
    })
  }
})

test('an evaluator starts no partner, and ends none that has started', () => {
  const start = { side: 'evaluator', now: day(6) } as const
  assert.equal(codeOf(decideStart(proposed(), agreed(), start)), 'not-allowed')
  const started = decideStart(proposed(), agreed(), { side: 'developer', now: day(6) })
  assert.ok(started.ok)
  const end = decidePartner(started.value.partner, { kind: 'end' }, start)
  assert.equal(codeOf(end), 'not-allowed')
})

test('a start is the release, agreed to or not, and evaluators’ access ends with it', () => {
  for (const engagement of [offered(), agreed()]) {
    const said = decideStart(proposed(), engagement, { side: 'developer', now: day(6) })
    assert.ok(said.ok)
    assert.deepEqual(said.value.engagement.release.releasedAt, day(6))
    assert.notEqual(accessAt(said.value.engagement, day(6)).is, 'open')
    assert.equal(partnerStateOf(said.value.partner, day(6)), 'started')
    assert.equal(partnerStateOf(said.value.partner, day(90)), 'ended')
  }
})

test('both agree to the same partner', () => {
  const said = decidePartner(proposed(), { kind: 'agree' }, { side: 'developer', now: day(2) })
  assert.ok(said.ok)
  assert.equal(partnerStateOf(said.value, day(2)), 'agreed')
  assert.equal(partnerStateOf(proposed(), day(2)), 'proposed')
})

test('clocks run from when it is known', () => {
  assert.deepEqual(
    duesOf('misuse', day(0)).map(({ by }) => by),
    [day(1), day(2)],
  )
  assert.deepEqual(duesOf('compromised-credential', day(0))[0]?.by, day(1))
  // The fourth of September 2026 is a Friday, the seventh Labor Day.
  const friday = day(3)
  assert.deepEqual(duesOf('leaver', friday)[0]?.by, day(8))
  assert.deepEqual(duesOf('leaver', friday, ['2026-09-07'])[0]?.by, day(9))
})

test('three business days are at least three days and end on a working one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 1, max: 30 }),
      (from, days) => {
        const end = businessDaysAfter(day(from), days, [])
        assert.ok(![0, 6].includes(end.getUTCDay()))
        assert.ok(end.getTime() - day(from).getTime() >= days * 86_400_000)
      },
    ),
  )
})
