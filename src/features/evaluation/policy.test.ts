import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { parseDeclaration } from './declaration.ts'
import { type Policy, parsePolicy } from './policy.ts'
import { readUnder, reread } from './policy-reading.ts'
import { parseRecord, type Recorded, recordOf, verdictOfRecord } from './result-record.ts'
import { tasksOf } from './task-result.ts'

const pack = 'ab'.repeat(32)
const cyber = {
  ...{ capability: 'cyber', threshold: 0.5, alpha: 0.05 },
  ...{ packRoot: pack, tokenBudget: 1_000_000 },
} as const
const plain = {
  ...{ kind: 'classification-policy', version: 1, number: 1 },
  ...{ inForceSince: '2026-08-01T00:00:00Z', parameters: [cyber] },
} as const

const policyOf = (value: unknown): Policy => {
  const read = parsePolicy(value)
  assert.ok(read.ok, JSON.stringify(read))
  return read.value.policy
}
const next = (changes: object): Policy =>
  policyOf({ ...plain, number: 2, parameters: [{ ...cyber, ...changes }] })

const declaration = {
  ...{ kind: 'evaluation-declaration', version: 1, bankRoot: pack, protocol: 'E1' },
  strata: [{ name: 'all', weight: 1, tasksMax: 20 }],
  ...{ tokenBudget: 1_000_000, attempts: 1, threshold: 0.5, alpha: 0.05 },
  ...{ rule: { is: 'fixed-look' }, orderSeed: 'seed', missing: 'both-bounds' },
} as const

function resultOf(ended: readonly Outcome[], changes: object = {}): Recorded {
  const declared = parseDeclaration({ ...declaration, ...changes })
  assert.ok(declared.ok, JSON.stringify(declared))
  const attempts = ended.map((outcome, index) => ({
    ...{ model: 'm', task: `t${index}`, attempt: '1', outcome, tokens: 10 },
    score: outcome === 'success' ? 1 : outcome === 'infra_error' ? null : 0,
    at: { name: 'f', line: index + 1 },
  }))
  const tasks = tasksOf(attempts).models.get('m') ?? []
  const of = { capability: 'cyber', model: 'm', earlierLooks: 0 } as const
  return recordOf({ ...of, declared: declared.value, tasks })
}
const solved = (count: number): Outcome[] => [
  ...Array<Outcome>(count).fill('success'),
  ...Array<Outcome>(20 - count).fill('failure'),
]

const wrongPolicies: readonly (readonly [string, unknown, RegExp])[] = [
  ['one without cyber', { ...plain, parameters: [{ ...cyber, capability: 'reasoning' }] }, /cyber/],
  ['a capability twice', { ...plain, parameters: [cyber, cyber] }, /was there before/],
  ['an unknown capability', { ...plain, parameters: [{ ...cyber, capability: 'x' }] }, /Invalid/],
  ['a threshold of 1', { ...plain, parameters: [{ ...cyber, threshold: 1 }] }, /<1|Too big/],
  ['a pack by name', { ...plain, parameters: [{ ...cyber, packRoot: 'pack' }] }, /no SHA-256/],
  ['a member nobody knows', { ...plain, releaseHeld: true }, /Unrecognized/],
]
for (const [name, value, says] of wrongPolicies) {
  test(`a policy with ${name} is refused`, () => {
    const read = parsePolicy(value)
    assert.match(read.ok ? '' : read.refusal.map(({ why }) => why).join(), says)
  })
}

const wrongRecords: readonly (readonly [
  string,
  (of: Record<string, unknown>) => object,
  RegExp,
])[] = [
  ['a missing outcome with marks', changed({ outcome: 'infra_error', score: 1 }), /was judged/],
  ['a missing outcome that counts as 0', changed({ outcome: 'infra_error', score: 0 }), /score 0/],
  ['a success without marks', changed({ outcome: 'success', score: 0 }), /success has the score/],
  ['an attempt twice', changed({ task: 't1' }), /was there before/],
  ['a member nobody knows', (of) => ({ ...of, verdict: 'COVERED' }), /Unrecognized/],
  ['another declaration', (of) => ({ ...of, declaration: {} }), /Invalid/],
]
function changed(attempt: object) {
  return (of: Record<string, unknown>) => {
    const [first, ...rest] = Array.isArray(of['attempts']) ? of['attempts'] : []
    return { ...of, attempts: [{ ...first, ...attempt }, ...rest] }
  }
}
for (const [name, change, says] of wrongRecords) {
  test(`a record with ${name} is refused`, () => {
    const read = parseRecord(change(JSON.parse(JSON.stringify(resultOf(solved(5)).record))))
    assert.match(read.ok ? '' : read.refusal.map(({ why }) => why).join(), says)
  })
}

test('results of another pack or budget cannot be read, and are not guessed', () => {
  const reading = readUnder(
    next({ packRoot: 'cd'.repeat(32), tokenBudget: 5 }),
    resultOf(solved(20)),
  )
  assert.equal(reading.is, 'cannot-be-read')
  const because = reading.is === 'cannot-be-read' ? reading.because : []
  assert.deepEqual(
    because.map(({ what }) => what),
    ['pack', 'budget'],
  )
})

test('results of a capability that the policy does not have cannot be read', () => {
  const { record, ...rest } = resultOf(solved(20))
  const reasoning: Recorded = { ...rest, record: { ...record, capability: 'reasoning' } }
  const reading = readUnder(policyOf(plain), reasoning)
  assert.equal(reading.is === 'read' ? '' : reading.because[0]?.what, 'capability')
})

test('an older policy is not read against a later one', () => {
  const found = reread({ before: next({}), after: policyOf(plain) }, [])
  assert.match(found.ok ? '' : found.refusal.why, /not later/)
})

test('a higher threshold takes a verdict back, and says why', () => {
  const found = reread({ before: policyOf(plain), after: next({ threshold: 0.95 }) }, [
    resultOf(solved(18)),
  ])
  const [one] = found.ok ? found.value : []
  assert.equal(one?.change, 'verdict')
  assert.deepEqual(one?.why, ['the threshold was 0.5 and is 0.95'])
  assert.match(one?.before.is === 'read' ? one.before.wording : '', /^capability at least 0.5 /)
})

const anyEnding = fc.constantFrom<Outcome>('success', 'failure', 'infra_error', 'model_refusal')
const endings = fc.array(anyEnding, { minLength: 20, maxLength: 20 })

test('every result is listed once, and what is the same says the same', () => {
  const changes = fc.record({
    threshold: fc.constantFrom(0.3, 0.5, 0.7),
    alpha: fc.constantFrom(0.05, 0.1),
    packRoot: fc.constantFrom(pack, 'cd'.repeat(32)),
    tokenBudget: fc.constantFrom(1_000_000, 2_000_000),
  })
  fc.assert(
    fc.property(fc.array(endings, { maxLength: 4 }), changes, (all, change) => {
      const results = all.map((one) => resultOf(one))
      const found = reread({ before: policyOf(plain), after: next(change) }, results)
      assert.ok(found.ok)
      assert.deepEqual(
        found.value.map(({ resultsSha256 }) => resultsSha256),
        results.map(({ digest }) => digest),
      )
      for (const { change: what, before, after, why } of found.value) {
        if (what === 'same') assert.deepEqual(before, after)
        else assert.notDeepEqual(why, [])
        const fits = change.packRoot === pack && change.tokenBudget === 1_000_000
        assert.equal(after.is, fits ? 'read' : 'cannot-be-read')
      }
    }),
    { numRuns: 60 },
  )
})

test('under the declared parameters the reading is the verdict, through a file too', () => {
  fc.assert(
    fc.property(endings, (ended) => {
      const result = resultOf(ended)
      const read = parseRecord(JSON.parse(JSON.stringify(result.record)))
      assert.ok(read.ok, JSON.stringify(read))
      assert.equal(read.value.digest, result.digest)
      const verdict = verdictOfRecord(read.value)
      const reading = readUnder(policyOf(plain), read.value)
      assert.ok(verdict.ok && reading.is === 'read')
      assert.equal(reading.verdict, verdict.value.verdict)
      assert.equal(reading.wording, verdict.value.wording)
    }),
    { numRuns: 60 },
  )
})
