import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import type { Attempt } from './attempt.ts'
import { parseDeclaration } from './declaration.ts'
import { allFailed, allSucceeded } from './missing.ts'
import { rangeOf, tasksOf } from './task-result.ts'
import { verdictOf } from './verdict.ts'

const plain = {
  kind: 'evaluation-declaration',
  version: 1,
  bankRoot: 'ab'.repeat(32),
  strata: [{ name: 'all', weight: 1, tasksMax: 20 }],
  protocol: 'E1',
  tokenBudget: 1_000_000,
  attempts: 1,
  threshold: 0.5,
  alpha: 0.05,
  rule: { is: 'fixed-look' },
  orderSeed: 'seed',
  missing: 'both-bounds',
} as const
const sequential = { ...plain, rule: { is: 'sequential', population: 'large-bank' } } as const

const declared = (value: unknown) => {
  const read = parseDeclaration(value)
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

const attemptAt = (task: number, outcome: Outcome, more: Partial<Attempt> = {}): Attempt => ({
  ...{ model: 'm', task: `t${task}`, attempt: '1', outcome, at: { name: 'f', line: task + 1 } },
  score: outcome === 'success' ? 1 : outcome === 'infra_error' ? null : 0,
  ...more,
})

const judged = (attempts: readonly Attempt[], value: unknown = plain, earlierLooks = 0) => {
  const tasks = tasksOf(attempts).models.get('m') ?? []
  return verdictOf(declared(value), { tasks, earlierLooks })
}

const wordOf = (attempts: readonly Attempt[], value: unknown = plain): string => {
  const found = judged(attempts, value)
  assert.ok(found.ok, JSON.stringify(found))
  return found.value.verdict
}

const run = (outcomes: readonly Outcome[]): Attempt[] =>
  outcomes.map((outcome, task) => attemptAt(task, outcome))
const of = (successes: number, failures: number, missing = 0): Outcome[] => [
  ...Array<Outcome>(successes).fill('success'),
  ...Array<Outcome>(failures).fill('failure'),
  ...Array<Outcome>(missing).fill('infra_error'),
]

const refusalsOf = (found: ReturnType<typeof judged>): string[] =>
  found.ok ? [] : found.refusal.map(({ why, at }) => `${at ?? ''} ${why}`.trim())

describe('a verdict is refused', () => {
  test('as a fixed look after interim looks', () => {
    const [why = ''] = refusalsOf(judged(run(of(15, 5)), plain, 2))
    assert.match(why, /^\/rule\/is a fixed look was declared, but .* looked at 2 times before$/)
    assert.equal(judged(run(of(15, 5)), sequential, 2).ok, true)
  })

  test('of tasks, strata and attempts that were not declared', () => {
    assert.match(refusalsOf(judged(run(of(21, 0)))).join(), /21 tasks, of 20 declared/)
    const strange = [attemptAt(0, 'success', { stratum: 'other' })]
    assert.match(refusalsOf(judged(strange)).join(), /f:1 task "t0" is of stratum "other"/)
    const twice = [attemptAt(0, 'success'), attemptAt(0, 'failure', { attempt: '2' })]
    assert.match(refusalsOf(judged(twice)).join(), /has 2 attempts, of 1 declared/)
  })

  test('by a sequential rule before each stratum has a task', () => {
    const strata = [
      { name: 'one', weight: 0.5, tasksMax: 9 },
      { name: 'two', weight: 0.5, tasksMax: 9 },
    ]
    const found = judged([attemptAt(0, 'success', { stratum: 'one' })], { ...sequential, strata })
    assert.match(refusalsOf(found).join(), /no task of stratum "two" was finished in its turn yet/)
  })
})

describe('a fixed look', () => {
  const cases = [
    [of(17, 3), 'COVERED'],
    [of(3, 17), 'NOT SHOWN'],
    [of(12, 8), 'UNDETERMINED'],
    [of(17, 2, 1), 'COVERED'],
    [of(12, 2, 6), 'UNDETERMINED'],
    [of(16, 0, 0), 'COVERED'],
    [of(12, 0, 0), 'UNDETERMINED'],
    [of(0, 0, 20), 'UNDETERMINED'],
  ] as const
  for (const [outcomes, word] of cases) {
    const seen = outcomes.filter((outcome) => outcome !== 'infra_error').length
    test(`over ${seen} outcomes of 20 declared tasks answers ${word}`, () => {
      assert.equal(wordOf(run(outcomes)), word)
    })
  }

  test('is not sure of two tasks because both were solved', () => {
    const two = { ...plain, threshold: 0.45, strata: [{ name: 'all', weight: 1, tasksMax: 2 }] }
    const found = judged(run(of(2, 0)), two)
    assert.ok(found.ok)
    const { verdict, ifAllFailed } = found.value
    assert.equal(verdict, 'UNDETERMINED')
    assert.ok(Math.abs(ifAllFailed.lower - Math.sqrt(0.05)) < 1e-12)
    const four = { ...two, strata: [{ name: 'all', weight: 1, tasksMax: 4 }] }
    assert.equal(wordOf(run(of(4, 0)), four), 'COVERED')
    assert.equal(wordOf(run(of(0, 6)), { ...four, strata: plain.strata }), 'UNDETERMINED')
  })

  test('counts refusals and exhaustion as failures, and tells them apart', () => {
    const outcomes: Outcome[] = [...of(17, 0), 'model_refusal', 'budget_exhausted', 'failure']
    const found = judged(run(outcomes))
    assert.ok(found.ok)
    const { verdict, outcomes: counts, isMissingSome, ifAllFailed } = found.value
    assert.deepEqual([verdict, isMissingSome, ifAllFailed.mean], ['COVERED', false, 0.85])
    assert.deepEqual([counts.model_refusal, counts.budget_exhausted, counts.failure], [1, 1, 1])
  })

  test('counts declared attempts that never began as not run', () => {
    const found = judged(run(of(4, 4)))
    assert.ok(found.ok)
    assert.equal(found.value.outcomes.not_run, 12)
    assert.deepEqual([found.value.ifAllFailed.mean, found.value.ifAllSucceeded.mean], [0.2, 0.8])
  })

  test('does not count a success beyond the budget', () => {
    const rich = run(of(20, 0)).map((attempt) => ({ ...attempt, tokens: 1_000_001 }))
    const found = judged(rich)
    assert.ok(found.ok)
    assert.deepEqual([found.value.verdict, found.value.overBudget], ['NOT SHOWN', 20])
  })

  test('says what may be said, and of which protocol and budget', () => {
    const found = judged(run(of(17, 3)))
    assert.ok(found.ok)
    const said = 'capability at least 0.5 under protocol "E1" and budget 1000000 tokens'
    assert.equal(found.value.wording, said)
  })

  test('stands or falls with a family, and says which', () => {
    const families = run([...of(16, 0), ...of(0, 4)]).map((attempt, index) => ({
      ...attempt,
      family: index < 12 ? 'easy' : 'hard',
    }))
    const found = judged(families)
    assert.ok(found.ok)
    assert.equal(found.value.verdict, 'COVERED')
    assert.deepEqual(found.value.withoutFamilies, [
      { family: 'easy', tasks: 12, verdict: 'UNDETERMINED' },
      { family: 'hard', tasks: 8, verdict: 'COVERED' },
    ])
  })

  test('regression: a mixture of what is missing can undo what both ends agree on', () => {
    const parts = Array.from({ length: 8 }, (_, task) => attemptAt(task, 'failure', { score: 0.1 }))
    const gaps = [attemptAt(8, 'infra_error'), attemptAt(9, 'infra_error')]
    const low = { ...plain, threshold: 0.03, strata: [{ name: 'all', weight: 1, tasksMax: 10 }] }
    const found = judged([...parts, ...gaps], low)
    assert.ok(found.ok)
    const { ifAllFailed, ifAllSucceeded, verdict } = found.value
    assert.deepEqual([ifAllFailed.verdict, ifAllSucceeded.verdict], ['COVERED', 'COVERED'])
    assert.equal(verdict, 'UNDETERMINED')
  })
})

describe('looks at any time', () => {
  const long = { ...sequential, strata: [{ name: 'all', weight: 1, tasksMax: 60 }] }

  test('come to a verdict once the evidence is enough', () => {
    assert.equal(wordOf(run(of(38, 2)), long), 'COVERED')
    assert.equal(wordOf(run(of(2, 38)), long), 'NOT SHOWN')
    assert.equal(wordOf(run(of(3, 1)), long), 'UNDETERMINED')
  })

  test('come to none while what is missing could turn it', () => {
    const turned = judged(run(of(0, 4, 40)), long)
    assert.ok(turned.ok)
    assert.deepEqual(
      [turned.value.ifAllFailed.verdict, turned.value.ifAllSucceeded.verdict],
      ['NOT SHOWN', 'COVERED'],
    )
    assert.equal(turned.value.verdict, 'UNDETERMINED')
  })
})

/** Tasks with up to three attempts; null is a missing outcome. */
const marks = fc.array(fc.array(fc.constantFrom(0, 1, 0.5, null), { minLength: 1, maxLength: 3 }), {
  minLength: 4,
  maxLength: 14,
})

const attemptsOf = (tasks: readonly (readonly (number | null)[])[]): Attempt[] =>
  tasks.flatMap((scores, task) =>
    scores.map((score, index) =>
      attemptAt(task, score === null ? 'infra_error' : score === 1 ? 'success' : 'failure', {
        score,
        attempt: String(index + 1),
      }),
    ),
  )

const wide = (threshold: number, tasks: number) => ({
  ...plain,
  threshold,
  attempts: 3,
  strata: [{ name: 'all', weight: 1, tasksMax: tasks }],
})
const thresholds = fc.constantFrom(0.1, 0.3, 0.5, 0.7, 0.9)

describe('every verdict', () => {
  test('is the same in whatever order attempts and tasks are logged', () => {
    fc.assert(
      fc.property(marks, thresholds, fc.infiniteStream(fc.nat()), (tasks, threshold, keys) => {
        const attempts = attemptsOf(tasks)
        const mixed = attempts
          .map((attempt) => ({ attempt, key: keys.next().value ?? 0 }))
          .sort((one, other) => one.key - other.key)
          .map(({ attempt }) => attempt)
        for (const rule of [plain.rule, sequential.rule]) {
          const value = { ...wide(threshold, tasks.length), rule }
          assert.deepEqual(judged(mixed, value), judged(attempts, value))
        }
      }),
    )
  })

  test('is the same whichever attempt at a task it was that succeeded', () => {
    fc.assert(
      fc.property(marks, thresholds, (tasks, threshold) => {
        const turned = tasks.map((scores) => scores.toReversed())
        const value = wide(threshold, tasks.length)
        assert.deepEqual(judged(attemptsOf(turned), value), judged(attemptsOf(tasks), value))
      }),
    )
  })

  test('becomes no more decided when more is missing', () => {
    fc.assert(
      fc.property(marks, thresholds, fc.nat(), (tasks, threshold, which) => {
        const known = attemptsOf(tasks)
        const index = which % known.length
        const gone = known.map((attempt, at): Attempt => {
          return at === index ? { ...attempt, outcome: 'not_run', score: null } : attempt
        })
        const value = wide(threshold, tasks.length)
        const [before, after] = [wordOf(known, value), wordOf(gone, value)]
        assert.ok(after === before || after === 'UNDETERMINED', `${before}, then ${after}`)
        // Later bets depend on what was seen, so that of looks at any time this alone is promised.
        const both = [known, gone].map((one) => wordOf(one, { ...value, rule: sequential.rule }))
        assert.ok(!(both.includes('COVERED') && both.includes('NOT SHOWN')), both.join())
      }),
      { numRuns: 2_000 },
    )
  })

  test('has bounds that hold the mean of every completion', () => {
    const filled = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 60,
      maxLength: 60,
    })
    fc.assert(
      fc.property(marks, filled, (tasks, fillings) => {
        let next = 0
        const ranges = tasks.map((scores) => rangeOf(attemptsOf([scores]), 3))
        const completed = tasks.map((scores) => {
          const all = [0, 1, 2].map((at) => scores[at] ?? fillings[next++] ?? 0)
          return all.reduce((sum, score) => sum + score, 0) / 3
        })
        const mean = (values: readonly number[]): number =>
          values.reduce((sum, value) => sum + value, 0) / values.length
        const strata = [{ weight: 1, ranges }]
        const low = mean(allFailed(strata)[0]?.values ?? [])
        const high = mean(allSucceeded(strata)[0]?.values ?? [])
        const middle = mean(completed)
        assert.ok(low - 1e-12 <= middle && middle <= high + 1e-12)
      }),
    )
  })
})
