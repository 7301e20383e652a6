import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailOf, webhookBodyOf, withoutAddresses } from './notice.ts'
import type { SubmissionFacts } from './submission.ts'

const facts: SubmissionFacts = {
  ...{ receivedAt: new Date(0), joinedAt: new Date(0), aside: null, payloadDestroyedAt: null },
  case: {
    ...{ id: 'case_a', title: 'canary title', status: 'open', verdict: 'confirmed' },
    ...{ severity: 'high', evidence: 'E2', firstReportedAt: new Date(0), isFirst: true },
    waitUntil: null,
  },
}
const told = { receipt: 'SUB-aaaaaaaaaaaaaaaaaa', event: 'confirmed', facts } as const

test('no message says what a case is called', () => {
  const { subject, text } = mailOf({ ...told, publicUrl: 'https://parley.example' })
  const body = webhookBodyOf({ ...told, publicUrl: null }, new Date(0))
  assert.doesNotMatch(subject + text + body, /canary/)
  assert.equal(subject, 'SUB-aaaaaaaaaaaaaaaaaa is confirmed')
  assert.match(text, /https:\/\/parley\.example\/v1\/submissions\/SUB-a{18}/)
  assert.equal(JSON.parse(body).data.case.evidence, 'E2')
})

for (const [words, kept] of [
  ['550 no such user lab@example.org', '550 no such user [address]'],
  ['550 <lab+x@example.org>: rejected', '550 <[address]>: rejected'],
  ['421 busy', '421 busy'],
] as const) {
  test(`of "${words}" is kept "${kept}"`, () => assert.equal(withoutAddresses(words), kept))
}
