import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  agreed,
  day,
  offered,
  parties,
  proposal,
  say,
  terms,
} from '../../../test/engagement/offering.ts'
import { decide, decideOffer } from './deciding.ts'
import { type Act, accessAt, actsBy, actsIn, type Engagement, type Side } from './engagement.ts'
import { digestOf, type Proposal } from './proposal.ts'
import { endOf, windowMsMax } from './window.ts'

const codeOf = (result: ReturnType<typeof decide>): string =>
  result.ok ? 'ok' : `${result.refusal.code} ${result.refusal.at ?? ''}`.trim()
const withWindow = (opens: number, closes: number): Proposal => ({
  ...proposal,
  window: { opensAt: day(opens), closesAt: day(closes) },
})

describe('an offer', () => {
  for (const [title, offer, code] of [
    ['that opens 31 days before the release', withWindow(-1, 30), 'too-long /window/opensAt'],
    ['that outlasts the release by a day', withWindow(5, 31), 'invalid-window /window/closesAt'],
    ['that closes before it opens', withWindow(9, 8), 'invalid-window /window/closesAt'],
    ['whose window has passed', withWindow(0, 1), 'invalid-window /window/closesAt'],
    ['for nothing', { ...proposal, terms: { ...terms, purposes: [] } }, 'invalid /terms/purposes'],
    ['of exactly 30 days', withWindow(0, 30), 'ok'],
  ] as const) {
    test(`${title}: ${code}`, () => {
      assert.equal(codeOf(decideOffer(parties, offer, day(1))), code)
    })
  }
})

describe('agreeing', () => {
  const digest = digestOf(proposal)

  test('is to the bytes on the table, and to no others', () => {
    const other = { ...proposal, terms: { ...terms, purposes: ['elicitation' as const] } }
    const countered = say(offered(), ['evaluator', { kind: 'counter', proposal: other }], day(1))
    const old = decide(countered, { kind: 'accept', digest }, { side: 'developer', now: day(1) })
    assert.equal(codeOf(old), 'another-digest /digest')
    const accepted = { kind: 'accept', digest: digestOf(other) } as const
    assert.equal(say(countered, ['developer', accepted], day(1)).state, 'agreed')
    assert.equal(countered.versions.length, 2)
  })

  test('is to people who are named', () => {
    const unnamed = { ...proposal, terms: { ...terms, people: [] } }
    const accept = { kind: 'accept', digest: digestOf(unnamed) } as const
    const said = decide(offered(unnamed), accept, { side: 'evaluator', now: day(1) })
    assert.equal(codeOf(said), 'invalid /terms/people')
  })

  test('is to one evaluator that has said how independent it is', () => {
    const silent = { ...proposal, independence: [] }
    const accept = { kind: 'accept', digest: digestOf(silent) } as const
    const said = decide(offered(silent), accept, { side: 'evaluator', now: day(1) })
    assert.equal(codeOf(said), 'independence-missing /independence')
  })

  test('is never with oneself', () => {
    const alone = say(offered(), ['developer', { kind: 'accept', digest }], day(1))
    assert.equal(alone.state, 'offered')
  })

  test('is not to a window that the plan has left behind', () => {
    const moved = { kind: 'plan-release', plannedAt: day(20) } as const
    const later = say(offered(), ['developer', moved], day(1))
    const said = decide(later, { kind: 'accept', digest }, { side: 'evaluator', now: day(2) })
    assert.equal(codeOf(said), 'invalid-window /window/closesAt')
  })

  test('an evaluator proposes no date of release', () => {
    const pushed = { ...withWindow(10, 30), plannedReleaseAt: day(40) }
    const said = decide(
      ...[offered(), { kind: 'counter', proposal: pushed } as const],
      ...([{ side: 'evaluator', now: day(1) }] as const),
    )
    assert.equal(codeOf(said), 'not-allowed /plannedReleaseAt')
  })
})

describe('access', () => {
  const at = (found: Engagement, days: number) => accessAt(found, day(days)).is

  test('opens at its second, closes at its second, and the end is outside', () => {
    const found = agreed()
    const before = (moment: Date) => new Date(moment.getTime() - 1)
    assert.equal(accessAt(found, before(day(5))).is, 'before')
    assert.equal(at(found, 5), 'open')
    assert.equal(accessAt(found, before(day(30))).is, 'open')
    assert.equal(at(found, 30), 'over')
  })

  for (const [title, act, days] of [
    ['a pause', { kind: 'pause' }, 8],
    ['the end that the developer says', { kind: 'end' }, 8],
    ['a withdrawal', { kind: 'withdraw' }, 8],
    ['a release', { kind: 'release' }, 8],
    ['a release that is planned for the past', { kind: 'plan-release', plannedAt: day(7) }, 8],
    ['a narrowing to now', { kind: 'narrow', terms, closesAt: day(8) }, 8],
  ] as const) {
    test(`stops with ${title}, at once`, () => {
      const found = agreed()
      assert.equal(at(found, days), 'open')
      assert.notEqual(at(say(found, ['developer', act], day(days)), days), 'open')
    })
  }

  test('that ended stays ended, also by a clock that is set back', () => {
    const ended = say(agreed(), ['developer', { kind: 'end' }], day(10))
    for (const days of [6, 10, 29]) assert.equal(at(ended, days), 'over')
    const late = say(agreed(), ['developer', { kind: 'plan-release', plannedAt: day(50) }], day(31))
    assert.equal(late.state, 'closed')
    assert.equal(at(late, 6), 'over')
    const noticed = say(agreed(), ['developer', { kind: 'pause' }], day(29))
    assert.equal(
      accessAt(say(noticed, ['developer', { kind: 'resume' }], day(29)), day(2)).is,
      'open',
    )
  })

  test('goes on past a release only where the developer says so, and never past day 30', () => {
    const extended = say(agreed(), ['developer', { kind: 'extend', until: day(33) }], day(6))
    assert.equal(at(say(extended, ['developer', { kind: 'release' }], day(7)), 32), 'open')
    assert.equal(at(extended, 33), 'over')
    const asked = { kind: 'extend', until: day(35.001) } as const
    const said = decide(agreed(), asked, { side: 'developer', now: day(6) })
    assert.equal(codeOf(said), 'too-long /until')
  })

  test('that a fact about the past ends is over when the fact is told', () => {
    const act = { kind: 'plan-release', plannedAt: day(7) } as const
    const found = say(agreed(), ['developer', act], day(8))
    assert.deepEqual(accessAt(found, day(9)), { is: 'over', endedAt: day(8) })
  })

  test('ends on day 30 whatever a window says', () => {
    const window = { opensAt: day(5), closesAt: day(90), endsWithRelease: false }
    assert.deepEqual(endOf(window, { plannedAt: day(90), releasedAt: null }), day(35))
  })

  test('a release that is moved later gives no more of it', () => {
    const moved = { kind: 'plan-release', plannedAt: day(60) } as const
    assert.equal(at(say(agreed(), ['developer', moved], day(6)), 30), 'over')
  })

  test('narrowing takes away and never adds', () => {
    const wider = { ...terms, people: [...terms.people, 'person_cyd00001'] }
    const act = { kind: 'narrow', terms: wider, closesAt: day(20) } as const
    const said = decide(agreed(), act, { side: 'developer', now: day(6) })
    assert.equal(codeOf(said), 'wider /terms/people')
    const longer = { kind: 'narrow', terms, closesAt: day(30.001) } as const
    const late = decide(agreed(), longer, { side: 'developer', now: day(6) })
    assert.equal(codeOf(late), 'wider /closesAt')
  })
})

const moments = fc.double({ min: -1, max: 70, noNaN: true }).map(day)
const someTerms = fc.record({
  ...{ people: fc.subarray(['person_ada00001', 'person_ben00001', 'person_cyd00001']) },
  purposes: fc.subarray(['capability-evaluation', 'safeguard-testing', 'elicitation'] as const),
})
const someProposal = fc
  .record({ opensAt: moments, closesAt: moments, plannedReleaseAt: moments, part: someTerms })
  .map(({ opensAt, closesAt, plannedReleaseAt, part }): Proposal => {
    const window = { opensAt, closesAt }
    return { ...proposal, plannedReleaseAt, window, terms: { ...terms, ...part } }
  })
/** What is said: the digest of an acceptance is that of the table most of the time. */
const acts: fc.Arbitrary<Act> = fc.oneof(
  someProposal.map((one): Act => ({ kind: 'counter', proposal: one })),
  { weight: 3, arbitrary: fc.constantFrom<Act>({ kind: 'accept', digest: 'table' }) },
  fc.constantFrom<Act>(
    ...([
      { kind: 'decline' },
      { kind: 'withdraw' },
      { kind: 'pause' },
      { kind: 'resume' },
    ] as const),
    ...([{ kind: 'end' }, { kind: 'leave' }, { kind: 'release' }] as const),
    { kind: 'settle', how: 'destroy', proofSha256: 'a'.repeat(64) },
  ),
  fc.record({ kind: fc.constant('extend' as const), until: moments }),
  fc.record({ kind: fc.constant('plan-release' as const), plannedAt: moments }),
  fc
    .record({ part: someTerms, closesAt: moments })
    .map(({ part, closesAt }): Act => ({ kind: 'narrow', terms: { ...terms, ...part }, closesAt })),
)
type Said = { readonly act: Act; readonly side: Side; readonly now: Date }
const said: fc.Arbitrary<Said> = fc.record({
  act: acts,
  side: fc.constantFrom<Side>('developer', 'evaluator'),
  now: moments,
})
const onTable = (found: Engagement, act: Act): Act =>
  act.kind === 'accept' && act.digest === 'table'
    ? { kind: 'accept', digest: found.versions.at(-1)?.digest ?? '' }
    : act

/** Every engagement that a history leads through, the step that led there beside it. */
function* playing(history: readonly Said[], from: Engagement) {
  let found = from
  for (const { act, side, now } of history) {
    const before = found
    const next = decide(found, onTable(found, act), { side, now })
    if (next.ok) found = next.value
    yield { before, act, side, now, after: found, isRefused: !next.ok }
  }
}
const from = fc.constantFrom(offered(), agreed())
const histories = fc.array(said, { maxLength: 14 })
const always = (check: (step: ReturnType<typeof stepOf>) => void) =>
  fc.assert(
    fc.property(from, histories, (first, history) => {
      for (const step of playing(history, first)) check(step)
    }),
    { numRuns: 2000 },
  )
const stepOf = (step: Said & { before: Engagement; after: Engagement; isRefused: boolean }) => step

describe('in every state that can be reached', () => {
  test('the developer releases, at any second, and access ends unless it says otherwise', () => {
    always(({ after, now }) => {
      const released = decide(after, { kind: 'release' }, { side: 'developer', now })
      assert.ok(released.ok, after.state)
      assert.notEqual(released.value.release.releasedAt, null)
      const { value } = released
      const isExtended = value.state === 'agreed' && !value.agreed.window.endsWithRelease
      if (!isExtended) assert.notEqual(accessAt(value, now).is, 'open')
    })
  })

  test('nothing that an evaluator says changes what is planned or was released', () => {
    always(({ before, after, side }) => {
      if (side === 'evaluator') assert.deepEqual(after.release, before.release)
    })
  })

  test('the developer ends access that is open, or pauses it, without being refused', () => {
    always(({ after, now }) => {
      if (accessAt(after, now).is !== 'open') return
      for (const kind of ['end', 'pause', 'withdraw'] as const) {
        const ended = decide(after, { kind }, { side: 'developer', now })
        assert.ok(ended.ok)
        assert.notEqual(accessAt(ended.value, now).is, 'open')
      }
    })
  })

  test('access is open within 30 days of its beginning only, and to what both agreed', () => {
    always(({ after, now }) => {
      if (after.state !== 'agreed') return
      const { opensAt } = after.agreed.window
      const access = accessAt(after, now)
      if (access.is !== 'open') return
      assert.ok(access.endsAt.getTime() - opensAt.getTime() <= windowMsMax)
      assert.equal(after.agreed.digest, after.versions.at(-1)?.digest)
      assert.ok(after.agreed.terms.people.length > 0 || after.versions.at(-1)?.isNarrowing)
    })
  })

  test('what ended never opens again, and its moment stays', () => {
    always(({ before, after, now }) => {
      if (before.state !== 'closed' && before.state !== 'settled') return
      assert.ok(after.state === 'closed' || after.state === 'settled')
      assert.deepEqual(after.closed, before.closed)
      assert.equal(accessAt(after, now).is, 'over')
    })
  })

  test('no end is dated back to before access was still open', () => {
    always(({ before, after, now }) => {
      if (accessAt(before, now).is !== 'open' || after.state !== 'closed') return
      assert.ok(after.closed.at >= now)
    })
  })

  test('no version of what was on the table is lost', () => {
    always(({ before, after }) => {
      assert.deepEqual(after.versions.slice(0, before.versions.length), before.versions)
    })
  })
})

test('no state and no act sounds like leave to release', () => {
  const words = [...Object.keys(actsIn), ...Object.keys(actsBy)]
  for (const word of words) assert.doesNotMatch(word, /approv|clear|licen[cs]|block|permit|author/)
})

test('each act is known in some state, and each state can be reached', () => {
  const known = new Set(Object.values(actsIn).flat())
  assert.deepEqual([...known].sort(), Object.keys(actsBy).sort())
  const seen = new Set<string>()
  always(({ after }) => void seen.add(after.state))
  assert.deepEqual([...seen].sort(), Object.keys(actsIn).sort())
})
