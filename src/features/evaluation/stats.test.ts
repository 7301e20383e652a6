import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { plainMapping } from './attempt-columns.ts'
import { attemptsOfCsv } from './attempt-csv.ts'
import { estimateOf, momentsOf } from './clustered.ts'
import { chanceAt, fitCurve, horizonOf } from './horizon.ts'
import { modelHorizon } from './model-horizon.ts'
import { pairedDifference } from './paired.ts'
import { below, seededRandom } from './random.ts'
import { abilityOf } from './rasch.ts'
import { statsOf } from './stats.ts'
import { tasksOf } from './task-result.ts'

const tasks = (text: string) => {
  const { attempts, problems } = attemptsOfCsv({ name: 'm', text }, plainMapping)
  assert.deepEqual(problems, [])
  return tasksOf(attempts).models.get('m') ?? []
}

describe('statistics of a model', () => {
  test('with one task have no error, but an exact interval about more attempts at it', () => {
    const rows = Array.from({ length: 10 }, (_, index) => `range,${index},${index < 3 ? 1 : 0}`)
    const { ifAllFailed } = statsOf('m', tasks(`task,attempt,score\n${rows.join('\n')}\n`))
    assert.deepEqual([ifAllFailed.error, ifAllFailed.interval], [null, null])
    const { exact } = ifAllFailed
    assert.equal(exact?.about, 'attempts')
    assert.deepEqual([exact?.lower.toFixed(4), exact?.upper.toFixed(4)], ['0.0667', '0.6525'])
  })

  test('are bounded by what is missing, and tell every way attempts ended', () => {
    const text = 'task,outcome\na,success\nb,failure\nc,safeguard_block\nd,model_refusal\n'
    const { ifAllFailed, ifAllSucceeded, isMissingSome, outcomes } = statsOf('m', tasks(text))
    assert.deepEqual([ifAllFailed.rate, ifAllSucceeded.rate, isMissingSome], [0.25, 0.5, true])
    const { success, failure, safeguard_block, model_refusal } = outcomes
    assert.deepEqual([success, failure, safeguard_block, model_refusal], [1, 1, 1, 1])
  })

  test('know runs only where each has every task', () => {
    const whole = tasks('task,attempt,score\na,1,1\na,2,0\nb,1,1\nb,2,1\n')
    assert.ok(Math.abs((statsOf('m', whole).ifAllFailed.runError ?? 0) - 0.25) < 1e-12)
    const partial = tasks('task,attempt,score\na,1,1\na,2,0\nb,1,1\n')
    assert.equal(statsOf('m', partial).ifAllFailed.runError, null)
  })
})

test('strata weigh as declared, and their degrees of freedom are those of Satterthwaite', () => {
  const samples = [
    { weight: 0.25, values: [0, 1, 1, 0] },
    { weight: 0.75, values: [0.5, 0.5, 1, 0, 0.5] },
  ]
  const { mean, error, df } = estimateOf(samples.map(momentsOf))
  const [one, other] = [(0.0625 * (1 / 3)) / 4, (0.5625 * 0.125) / 5]
  assert.ok(Math.abs(mean - 0.5) < 1e-12)
  assert.ok(Math.abs(error - Math.sqrt(one + other)) < 1e-12)
  assert.ok(Math.abs(df - (one + other) ** 2 / (one ** 2 / 3 + other ** 2 / 4)) < 1e-9)
})

describe('a time horizon', () => {
  test('is not made up where nothing speaks for one', () => {
    const random = { draws: 0, randomOf: () => seededRandom(1) }
    const whyOf = (text: string): string | null =>
      modelHorizon({ model: 'm', tasks: tasks(text) }, random).ifAllFailed.why
    assert.equal(whyOf('task,score\na,1\n'), 'no task has a human time')
    assert.equal(whyOf('task,score,minutes\na,1,5\nb,0,5\n'), 'all tasks take the same time')
    assert.equal(whyOf('task,score,minutes\na,1,5\nb,1,9\n'), 'all attempts ended alike')
    assert.equal(whyOf('task,score,minutes\na,0,5\nb,1,9\n'), 'longer tasks are not harder')
  })

  test('is where the curve that made the scores meets 50 % and 80 %', () => {
    const slopes = fc.double({ min: -2, max: -0.2, noNaN: true })
    const middles = fc.double({ min: 2, max: 6, noNaN: true })
    fc.assert(
      fc.property(slopes, middles, (slope, middle) => {
        const truth = { slope, intercept: -slope * middle }
        const scores = Array.from({ length: 60 }, (_, index) => {
          const minutes = 2 ** (index / 7)
          return { minutes, score: chanceAt(truth, minutes), weight: 1 }
        })
        const curve = fitCurve(scores)
        const horizon = curve && horizonOf(curve)
        assert.ok(horizon)
        assert.ok(Math.abs(Math.log2(horizon.p50) - middle) < 0.01)
        assert.ok(Math.abs(chanceAt(truth, horizon.p80) - 0.8) < 0.01)
      }),
    )
  })
})

describe('ability on frozen difficulties', () => {
  test('has no likeliest value where all succeeded or all failed', () => {
    for (const score of [0, 1]) assert.equal(abilityOf([{ difficulty: 100, score }]), null)
  })

  test('rises by 200 points where the odds are three times as good', () => {
    const odds = (score: number) => Array.from({ length: 9 }, () => ({ difficulty: 800, score }))
    const [even, good] = [abilityOf(odds(0.5)), abilityOf(odds(0.75))]
    assert.ok(Math.abs((even?.points ?? 0) - 800) < 1e-6)
    assert.ok(Math.abs((good?.points ?? 0) - 1000) < 1e-6)
  })

  test('moves with the difficulties', () => {
    const scores = [
      { difficulty: 300, score: 1 },
      { difficulty: 500, score: 0.5 },
      { difficulty: 900, score: 0 },
    ]
    const harder = scores.map(({ difficulty, score }) => ({ difficulty: difficulty + 70, score }))
    const rise = (abilityOf(harder)?.points ?? 0) - (abilityOf(scores)?.points ?? 0)
    assert.ok(Math.abs(rise - 70) < 1e-6)
  })
})

test('a paired difference needs two tasks, and turns its sign with its sides', () => {
  assert.equal(pairedDifference([[1, 0]]), null)
  const one = pairedDifference([
    [1, 0],
    [0.5, 0.5],
    [1, 0.2],
  ])
  const other = pairedDifference([
    [0, 1],
    [0.5, 0.5],
    [0.2, 1],
  ])
  assert.ok(one && other)
  assert.ok(Math.abs(one.difference + other.difference) < 1e-12)
  assert.ok(Math.abs(one.p - other.p) < 1e-12)
})

test('chances come from their seed alone, spread evenly', () => {
  const draws = (seed: number): number[] => {
    const random = seededRandom(seed)
    return Array.from({ length: 20_000 }, () => below(random, 10))
  }
  assert.deepEqual(draws(5), draws(5))
  assert.notDeepEqual(draws(5), draws(6))
  for (const seed of [0, 1, 2, 4_294_967_295]) {
    const counts = Map.groupBy(draws(seed), (digit) => digit)
    assert.equal(counts.size, 10)
    for (const [, own] of counts) assert.ok(Math.abs(own.length - 2_000) < 250)
  }
})
