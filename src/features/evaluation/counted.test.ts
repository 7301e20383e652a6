import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Outcome, outcomes } from '#formats/evaluation/outcome.ts'
import { type Attempt, attemptOf } from './attempt.ts'
import { countedAttempts, waitingText } from './counted.ts'
import { type Answer, type Dispute, decideDispute, decideDisputeAct } from './dispute.ts'
import {
  decideOpinion,
  decideReview,
  type Opinion,
  reviewStateOf,
  type SampleReview,
} from './review-decision.ts'
import { rangeOf } from './task-result.ts'

const now = new Date('2026-11-01T00:00:00Z')
const sample = { task: 't1', epoch: 1 }
const fresh: SampleReview = { sample, opinions: [], decisions: [] }
const opinion = (reviewer: string, confidence: number, isPerson = false): Opinion => ({
  ...{ reviewer, isPerson, confidence, note: 'reads the answer from a file', at: now },
})
const flagged: SampleReview = { ...fresh, opinions: [opinion('model-a', 8)] }
const decide = (review: SampleReview, is: 'kept' | 'set-aside', by = 'ann') =>
  decideReview(review, { is, reason: 'it reads the answer' }, { by, now })

const refusedOpinions: readonly (readonly [string, Opinion, RegExp])[] = [
  ['confidence 0', opinion('a', 0), /1 to 10/],
  ['confidence 11', opinion('a', 11), /1 to 10/],
  ['half a confidence', opinion('a', 4.5), /1 to 10/],
  ['no words', { ...opinion('a', 5), note: ' ' }, /rests on/],
  ['the same reviewer again', opinion('model-a', 9), /has said/],
]
for (const [name, one, says] of refusedOpinions) {
  test(`an opinion with ${name} is refused`, () => {
    const found = decideOpinion(flagged, one)
    assert.match(found.ok ? '' : found.refusal.why, says)
  })
}

test('an opinion below 5 asks for nobody, one of 5 for a person', () => {
  const states = [4, 5].map((confidence) => {
    const found = decideOpinion(fresh, opinion('a', confidence))
    return found.ok && reviewStateOf(found.value)
  })
  assert.deepEqual(states, ['unflagged', 'flagged'])
})

test('nobody sets aside without a flag, without words, or on their own flag alone', () => {
  const own: SampleReview = { ...fresh, opinions: [opinion('ann', 9, true)] }
  const silent = decideReview(flagged, { is: 'kept', reason: ' ' }, { by: 'ann', now })
  for (const found of [decide(fresh, 'set-aside'), decide(own, 'set-aside'), silent]) {
    assert.equal(found.ok, false)
  }
  assert.ok(decide(own, 'set-aside', 'bob').ok)
})

test('a decision stands until a newer flag', () => {
  const kept = decide(flagged, 'kept')
  assert.ok(kept.ok)
  assert.equal(decide(kept.value, 'set-aside').ok, false)
  const again = decideOpinion(kept.value, opinion('model-b', 7))
  assert.ok(again.ok)
  assert.equal(reviewStateOf(again.value), 'flagged')
  assert.ok(decide(again.value, 'set-aside').ok)
})

const developer = { side: 'developer', by: 'dev', now } as const
const evaluator = { side: 'evaluator', by: 'eve', now } as const
const wish = { id: 'd1', sample, claim: 'the verifier looked at the wrong file' }
const known = { isOfRun: true, disputes: [] }
const opened = (): Dispute => {
  const found = decideDispute(wish, known, developer)
  assert.ok(found.ok)
  return found.value
}
const answered = (answer: Answer, dispute = opened()): Dispute => {
  const act = { kind: 'answer', answer, reason: 'the file was the right one' } as const
  const found = decideDisputeAct(dispute, act, evaluator)
  assert.ok(found.ok, JSON.stringify(found))
  return found.value
}

const refusedDisputes = [
  ['the evaluator opens', decideDispute(wish, known, evaluator)],
  ['says nothing', decideDispute({ ...wish, claim: '' }, known, developer)],
  ['is about no sample', decideDispute(wish, { ...known, isOfRun: false }, developer)],
  ['is open already', decideDispute(wish, { ...known, disputes: [opened()] }, developer)],
] as const
for (const [name, found] of refusedDisputes) {
  test(`a dispute that ${name} is refused`, () => assert.equal(found.ok, false))
}

const withScore = (outcome: Outcome, score: number | null): Answer => ({
  ...{ is: 're-judged', outcome, score },
})
const refusedAnswers: readonly (readonly [string, Answer])[] = [
  ['a success without marks', withScore('success', 0)],
  ['a missing outcome with marks', withScore('infra_error', 1)],
  ['a missing outcome that counts as 0', withScore('infra_error', 0)],
  ['a success without a score', withScore('success', null)],
]
for (const [name, answer] of refusedAnswers) {
  test(`${name} is no answer to a dispute`, () => {
    const act = { kind: 'answer', answer, reason: 'so' } as const
    assert.equal(decideDisputeAct(opened(), act, evaluator).ok, false)
  })
}

test('developers answer no dispute, evaluators take none back, and an answer is final', () => {
  const act = { kind: 'answer', answer: { is: 'stands' }, reason: 'so' } as const
  assert.equal(decideDisputeAct(opened(), act, developer).ok, false)
  assert.equal(decideDisputeAct(opened(), { kind: 'withdraw' }, evaluator).ok, false)
  const done = answered({ is: 'stands' })
  assert.equal(decideDisputeAct(done, act, evaluator).ok, false)
  assert.equal(decideDisputeAct(done, { kind: 'withdraw' }, developer).ok, false)
  const said = decideDisputeAct(done, { kind: 'remark', text: 'we disagree' }, developer)
  assert.equal(said.ok && said.value.remarks.length, 1)
})

test('a flag that waits for a person keeps results from being counted', () => {
  const found = countedAttempts([], { reviews: [flagged], disputes: [] })
  assert.equal(found.ok, false)
  assert.match(found.ok ? '' : waitingText(found.refusal.waiting), /t1, attempt 1/)
})

const attemptAt = (epoch: number, outcome: Outcome): Attempt => {
  const claim = { model: 'm', task: 't1', attempt: String(epoch), outcome }
  const found = attemptOf({ ...claim, at: { name: 'f', line: epoch } })
  assert.ok(found.ok)
  return found.value
}
const anyAnswer: fc.Arbitrary<Answer> = fc.constantFrom(
  { is: 'stands' } as const,
  { is: 'set-aside' } as const,
  withScore('success', 1),
  withScore('failure', 0.25),
)
const anyCase = fc.record({
  ended: fc.array(fc.constantFrom(...outcomes), { minLength: 1, maxLength: 6 }),
  aside: fc.array(fc.nat(5)),
  answers: fc.array(fc.tuple(fc.nat(5), anyAnswer), { maxLength: 4 }),
})

test('nothing leaves the denominator, and what is set aside never makes results surer', () => {
  fc.assert(
    fc.property(anyCase, ({ ended, aside, answers }) => {
      const attempts = ended.map((outcome, at) => attemptAt(at + 1, outcome))
      const reviews = [...new Set(aside)].map((at): SampleReview => {
        const found = decide({ ...flagged, sample: { task: 't1', epoch: at + 1 } }, 'set-aside')
        assert.ok(found.ok)
        return found.value
      })
      const disputes = answers.map(([at, answer]) => {
        return answered(answer, { ...opened(), sample: { task: 't1', epoch: at + 1 } })
      })
      const found = countedAttempts(attempts, { reviews, disputes })
      assert.ok(found.ok)
      const names = found.value.attempts.map(({ attempt }) => attempt)
      assert.deepEqual(
        names,
        attempts.map(({ attempt }) => attempt),
      )
      for (const one of found.value.attempts) {
        const { score, ...rest } = one
        const again = attemptOf(score === null ? rest : { ...rest, score })
        assert.deepEqual(again, { ok: true, value: one })
      }
      if (
        disputes.some(({ state, ...rest }) => 'answer' in rest && rest.answer.is === 're-judged')
      ) {
        return
      }
      const [before, after] = [rangeOf(attempts), rangeOf(found.value.attempts)]
      assert.ok(after.low <= before.low && after.high >= before.high)
    }),
  )
})

test('the newest answer that changes anything counts, before a review', () => {
  const aside = decide(flagged, 'set-aside')
  assert.ok(aside.ok)
  const disputes = [answered(withScore('failure', 0)), answered({ is: 'stands' })]
  const found = countedAttempts([attemptAt(1, 'success')], { reviews: [aside.value], disputes })
  assert.ok(found.ok)
  assert.deepEqual(
    found.value.recounts.map(({ by, was, is }) => [by, was, is]),
    [['dispute', 'success', 'failure']],
  )
})
