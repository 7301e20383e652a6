import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Crash, Finding } from '#formats/finding/finding.ts'
import { severityIn, severityOf, severityOfCrash } from './severity.ts'

const finding = (said: Partial<Finding>): Finding => ({
  ...{ at: {}, title: 'A flaw', original: null },
  ...said,
})

const total = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'

for (const [what, said, word] of [
  ['nothing', {}, undefined],
  ['a vector that is none', { cvss: ['CVSS:3.1/AV:X'] }, undefined],
  ['a score that is none', { score: 11 }, undefined],
  ['a word against a vector', { severity: 'low', cvss: [total] }, 'low'],
  ['a vector', { cvss: [total] }, 'critical'],
  [
    'a vector of version 2, which has no critical',
    { cvss: ['AV:N/AC:L/Au:N/C:C/I:C/A:C'] },
    'high',
  ],
  ['a vector against a score', { cvss: [total], score: 1 }, 'critical'],
  ['a score', { score: 5.5 }, 'medium'],
  ['a score of nothing', { score: 0 }, 'info'],
] as const) {
  test(`${what} is ${word ?? 'not known'}`, () => assert.equal(severityIn(finding(said)), word))
}

for (const [kind, more, word] of [
  ['heap-buffer-overflow', { access: 'write' }, 'high'],
  ['heap-buffer-overflow', { access: 'read' }, 'medium'],
  ['heap-buffer-overflow', {}, 'medium'],
  ['heap-use-after-free', { access: 'read' }, 'high'],
  ['double-free', {}, 'high'],
  ['SEGV', { access: 'write', address: '0x602000000010' }, 'high'],
  ['SEGV', { access: 'write', address: '0x000000000008' }, 'low'],
  ['SEGV', { access: 'read', address: '0x7f0000000000' }, 'medium'],
  ['use-of-uninitialized-value', {}, 'medium'],
  ['signed-integer-overflow', {}, 'low'],
  ['stack-overflow', {}, 'low'],
  ['assertion', {}, 'low'],
  ['direct-leak', {}, 'low'],
  ['timeout', {}, 'low'],
  ['NullPointerException', {}, 'low'],
] as const) {
  const crash: Crash = { kind, frames: [], ...more }
  test(`${kind} ${JSON.stringify(more)} is ${word}`, () => {
    assert.equal(severityOfCrash(crash), word)
    assert.equal(severityIn(finding({ crash })), word)
  })
}

test('the gravest report counts, and one that says nothing counts for nothing', () => {
  assert.equal(severityOf([]), 'unknown')
  assert.equal(severityOf([finding({})]), 'unknown')
  const said = [finding({}), finding({ severity: 'info' }), finding({ cvss: [total] })]
  assert.equal(severityOf(said), 'critical')
  assert.equal(severityOf(said.slice(0, 2)), 'info')
})
