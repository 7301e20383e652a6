import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TriagedCase } from '#features/exchange/triage.ts'
import { failOnWords, failsOn } from './fail-on.ts'

const graded = (severity: TriagedCase['severity'], deployer: string, coordinator: string) => ({
  ...{ id: 'case_1', rank: 1, title: 'Overflow', severity, evidence: 'E0' as const },
  decision: {
    ...{ deployer, coordinator, directive: { row: 1, deadline: '' }, inputs: [], rules: [] },
  },
  ...{ reports: [], finders: [], merges: [], relations: [], aliases: [], cwe: [], components: [] },
  known: { isPublic: false, isExploited: false, because: [] },
})
const middling = graded('medium', 'scheduled', 'Track*')

for (const [word, fails] of [
  ['critical', false],
  ['high', false],
  ['medium', true],
  ['MEDIUM', true],
  ['info', true],
  ['immediate', false],
  ['out-of-cycle', false],
  ['scheduled', true],
  ['defer', true],
  ['Act', false],
  ['Attend', false],
  ['Track*', true],
  ['track', true],
] as const) {
  test(`a case of medium, scheduled, Track* ${fails ? 'fails' : 'passes'} on ${word}`, () =>
    assert.equal(failsOn(word, [middling]), fails))
}

test('no case fails on nothing, and any case that is grave enough fails', () => {
  for (const word of failOnWords) assert.equal(failsOn(word, []), false)
  assert.equal(failsOn('high', [middling, graded('critical', 'defer', 'Track')]), true)
})

test('a case whose outcome has no place in the order does not fail on it', () => {
  assert.equal(failsOn('defer', [graded('low', 'unheard of', 'Track')]), false)
})
