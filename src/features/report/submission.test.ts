import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CaseFacts, nextOf, outcomeOf, type SubmissionFacts } from './submission.ts'

const opened: CaseFacts = {
  ...{ id: 'case_a', title: 'Flaw', status: 'open', verdict: 'open', severity: 'high' },
  ...{ evidence: 'E1', firstReportedAt: new Date(0), isFirst: true, waitUntil: null },
}
const facts = (more: Partial<SubmissionFacts>): SubmissionFacts => ({
  ...{ receivedAt: new Date(0), joinedAt: null, aside: null, case: null },
  ...{ payloadDestroyedAt: null, ...more },
})

const told: readonly [what: Partial<SubmissionFacts>, outcome: string, next: RegExp][] = [
  [{}, 'waiting', /within seconds/],
  [{ aside: 'its own document suppresses it' }, 'aside', /suppresses it\.$/],
  [{ case: opened }, 'new', /^The coordinators look/],
  [{ case: { ...opened, isFirst: false } }, 'duplicate', /credited too/],
  [{ case: { ...opened, verdict: 'confirmed' } }, 'new', /confirmed/],
  [{ case: { ...opened, status: 'waiting' } }, 'new', /wait for somebody else\.$/],
  [
    { case: { ...opened, status: 'waiting', waitUntil: '2026-12-01T00:00:00Z' } },
    'new',
    /until 2026-12-01/,
  ],
  [{ case: { ...opened, status: 'closed' } }, 'new', /nothing is left/],
  [{ case: { ...opened, status: 'closed', verdict: 'refuted' } }, 'new', /refuted; send/],
]
for (const [what, outcome, next] of told) {
  test(`${JSON.stringify(what)} is told as ${outcome}`, () => {
    assert.equal(outcomeOf(facts(what)), outcome)
    assert.match(nextOf(facts(what)), next)
  })
}
