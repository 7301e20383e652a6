import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type ApprovalEvent,
  type ApprovalRefusal,
  type ApprovalState,
  type Asked,
  approvalStates,
  type Deciding,
  decide,
  expiresAtOf,
  stateAfter,
  stateNow,
  withdraw,
} from './approval.ts'

const at = (hours: number): Date => new Date(Date.UTC(2026, 10, 21) + hours * 3_600_000)
const digest = 'a'.repeat(64)
const other = 'b'.repeat(64)
const ada = { person: 'person_ada', organisation: 'org_harbour' }
const bo = { person: 'person_bo', organisation: 'org_harbour' }
const cy = { person: 'person_cy', organisation: 'org_heron' }

const asked: Asked = {
  ...{ by: ada, mode: 'two-persons', digest, state: 'requested' },
  ...{ requestedAt: at(0), expiresAt: at(72) },
}
const deciding: Deciding = {
  ...{ by: bo, isInPerson: true, hasPermission: true, closeness: null, mode: 'two-persons' },
  ...{ shownDigest: digest, digestNow: digest, now: at(1) },
}

type Case = readonly [string, ApprovalRefusal, Partial<Asked>, Partial<Deciding>]
const refused: readonly Case[] = [
  ['who asked', 'own-request', {}, { by: ada }],
  ['who asked, for another organisation', 'own-request', {}, { by: { ...cy, person: ada.person } }],
  ['another account of who asked', 'same-human', {}, { closeness: 'same human' }],
  ['an account that who asked made', 'account-made-by-requester', {}, { closeness: 'one hand' }],
  [
    'a colleague, where it takes two organisations',
    'organisation-too-near',
    {},
    { mode: 'two-organisations' },
  ],
  [
    'a colleague, where it took two when it was asked',
    'organisation-too-near',
    { mode: 'two-organisations' },
    {},
  ],
  ['who comes at its end', 'expired', {}, { now: at(72) }],
  ['who comes after its end', 'expired', {}, { now: at(1_000) }],
  ['who comes second', 'decided', { state: 'refused' }, {}],
  ['who comes after it was done', 'decided', { state: 'done' }, {}],
  ['who was shown something else', 'changed', {}, { shownDigest: other }],
  ['who would do something else by now', 'changed', {}, { digestNow: other }],
  ['who could do nothing by now', 'changed', {}, { digestNow: null }],
  ['whose role lacks the permission', 'lacks-permission', {}, { hasPermission: false }],
  ['a token', 'not-in-person', {}, { isInPerson: false }],
]

describe('a request is not granted by', () => {
  for (const [who, why, ofAsked, ofDeciding] of refused) {
    test(`${who}: ${why}`, () => {
      const is = decide({ ...asked, ...ofAsked }, 'grant', { ...deciding, ...ofDeciding })
      assert.deepEqual(is, { ok: false, refusal: why })
    })
  }
})

test('a request whose effect changed can still be refused', () => {
  const is = decide(asked, 'refuse', { ...deciding, digestNow: other })
  assert.deepEqual(is, { ok: true, value: 'refused' })
})

test('another human grants, a moment before the end too', () => {
  const is = decide(asked, 'grant', { ...deciding, now: new Date(at(72).getTime() - 1) })
  assert.deepEqual(is, { ok: true, value: 'granted' })
})

test('in two organisations, somebody of another one grants', () => {
  const is = decide({ ...asked, mode: 'two-organisations' }, 'grant', { ...deciding, by: cy })
  assert.deepEqual(is, { ok: true, value: 'granted' })
})

test('only who asked takes a request back, and only while it waits', () => {
  const own = { by: ada, isInPerson: true, shownDigest: digest, now: at(1) }
  assert.deepEqual(withdraw(asked, own), { ok: true, value: 'withdrawn' })
  const no = (refusal: ApprovalRefusal) => ({ ok: false, refusal })
  assert.deepEqual(withdraw(asked, { ...own, by: bo }), no('lacks-permission'))
  assert.deepEqual(withdraw(asked, { ...own, isInPerson: false }), no('not-in-person'))
  assert.deepEqual(withdraw(asked, { ...own, now: at(72) }), no('expired'))
  assert.deepEqual(withdraw(asked, { ...own, shownDigest: other }), no('changed'))
  assert.deepEqual(withdraw({ ...asked, state: 'granted' }, own), no('decided'))
})

test('a request lives for an hour at least and for fourteen days at most', () => {
  assert.deepEqual(expiresAtOf(0, at(0)), at(1))
  assert.deepEqual(expiresAtOf(72, at(0)), at(72))
  assert.deepEqual(expiresAtOf(10_000, at(0)), at(14 * 24))
})

const events: readonly ApprovalEvent[] = [
  ...(['grant', 'refuse', 'withdraw', 'expire', 'carry-out', 'fail'] as const),
]

test('what is over stays as it is', () => {
  for (const state of ['refused', 'withdrawn', 'expired', 'done', 'failed'] as const) {
    for (const event of events) assert.equal(stateAfter(state, event), null, `${state} ${event}`)
  }
})

test('nothing is done or failed that was not granted', () => {
  for (const state of approvalStates) {
    for (const event of events) {
      const next = stateAfter(state, event)
      if (next === 'done' || next === 'failed') assert.equal(state, 'granted')
    }
  }
})

/** Accounts of two humans, two of them of the one who asks; and who made whose account. */
const accounts = [
  { id: 'person_ada', human: 'ada', organisation: 'org_a', hand: 'ada' },
  { id: 'person_ada2', human: 'ada', organisation: 'org_b', hand: 'ada' },
  { id: 'person_puppet', human: 'nobody', organisation: 'org_b', hand: 'ada' },
  { id: 'person_bo', human: 'bo', organisation: 'org_a', hand: 'bo' },
  { id: 'person_cy', human: 'cy', organisation: 'org_c', hand: 'cy' },
] as const

const rarely = fc.integer({ min: 0, max: 4 }).map((at) => at === 0)
const step = fc.record({
  does: fc.constantFrom('grant', 'refuse', 'withdraw', 'sweep'),
  who: fc.constantFrom(...accounts),
  hours: fc.integer({ min: 0, max: 20 }),
  isToken: rarely,
  isChanged: rarely,
  hasPermission: rarely.map((is) => !is),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

type History = {
  state: ApprovalState
  now: Date
  readonly granted: { readonly who: Step['who']; readonly now: Date }[]
  done: number
}

function take(history: History, start: Asked, one: Step): void {
  history.now = new Date(history.now.getTime() + one.hours * 3_600_000)
  const { now } = history
  const asked = { ...start, state: history.state }
  const by = { person: one.who.id, organisation: one.who.organisation }
  const isInPerson = !one.isToken
  if (one.does === 'sweep') {
    if (stateNow(asked, now) === 'expired') history.state = 'expired'
    return
  }
  const [human, hand] = [one.who.human === 'ada', one.who.hand === 'ada']
  const moved =
    one.does === 'withdraw'
      ? withdraw(asked, { by, isInPerson, shownDigest: digest, now })
      : decide(asked, one.does, {
          ...{ by, isInPerson, hasPermission: one.hasPermission, now, mode: 'two-persons' },
          closeness: human ? 'same human' : hand ? 'one hand' : null,
          ...{ shownDigest: digest, digestNow: one.isChanged ? other : digest },
        })
  if (!moved.ok) return
  history.state = moved.value
  if (moved.value !== 'granted') return
  assert.ok(!one.isToken && !one.isChanged && one.hasPermission)
  history.granted.push({ who: one.who, now })
  history.state = stateAfter(history.state, 'carry-out') ?? assert.fail('it is carried out')
  history.done++
}

test('whatever happens: done once at most, by another human alone, and in time', () => {
  let done = 0
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 2, maxLength: 12 }),
      fc.constantFrom('two-persons', 'two-organisations'),
      (steps, mode) => {
        const by = { person: 'person_ada', organisation: 'org_a' }
        const start: Asked = { ...asked, by, mode }
        const history: History = { state: 'requested', now: at(0), granted: [], done: 0 }
        for (const one of steps) take(history, start, one)
        assert.ok(history.done <= 1)
        assert.equal(history.done, history.granted.length)
        for (const { who, now } of history.granted) {
          assert.ok(who.id === 'person_cy' || (who.id === 'person_bo' && mode === 'two-persons'))
          assert.ok(now < start.expiresAt)
        }
        done += history.done
      },
    ),
    { numRuns: 2_000 },
  )
  assert.ok(done > 100, `${done} of the histories came to a grant`)
})
