import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clopperPearson, wilson } from '#features/evaluation/binomial.ts'
import {
  clusteredEstimate,
  errorAt,
  estimateOf,
  mean,
  momentsOf,
  naiveError,
  runError,
  spreadOf,
} from '#features/evaluation/clustered.ts'
import { pairedDifference } from '#features/evaluation/paired.ts'
import { studentQuantile } from '#features/evaluation/student-t.ts'
import { type AgentRuns, agentRuns, agents } from './evaluation-runs.ts'
import { sharedPath, skipWithout } from './shared.ts'

const path = sharedPath('evaluation', 'terminal_bench', 'passes.csv')
const runs = path === null ? new Map<string, AgentRuns>() : agentRuns(path)
const runsOf = (name: keyof typeof agents): AgentRuns =>
  runs.get(agents[name]) ?? { clusters: [], perRun: [] }

/** As published: without the zero before the point. */
const digits = (value: number, places = 4): string => value.toFixed(places).replace(/^(-?)0/, '$1')
/** The published naive errors were rounded to five digits first: .024645 is printed as .0247. */
const roundedTwice = (value: number): string => digits(Math.round(value * 1e5) / 1e5 + 1e-9)
const range = (lower: number, upper: number): string => `[${digits(lower)},${digits(upper)}]`

/** Resolved per run (sorted), accuracy, clustered error, interval, run error, naive, ICC, grid. */
const published: readonly (readonly [name: keyof typeof agents, ...cells: readonly string[]])[] = [
  ['opus', '45 46 47 48 49', '.5875 .04960 [.4888,.6862] .0088 .0247 .755 35/25/20'],
  ['ob1', '44 45 45 46 47', '.5675 .05258 [.4628,.6722] .0064 .0248 .864 38/30/12'],
  ['gpt5', '39 39 40 45 47', '.5250 .04844 [.4286,.6214] .0209 .0250 .682 26/27/27'],
  ['sonnet', '37 39 41 42 43', '.5050 .04993 [.4056,.6044] .0135 .0250 .738 28/28/24'],
  ['chaterm', '37 37 40 41 42', '.4925 .04942 [.3941,.5909] .0129 .0250 .718 27/29/24'],
  ['openhands', '32 32 33 33 35', '.4125 .05023 [.3125,.5125] .0068 .0247 .780 25/37/18'],
  ['cursor', '18 20 20 23 24', '.2625 .04188 [.1791,.3459] .0137 .0220 .648 10/48/22'],
  ['mini', '6 9 11 12 13', '.1275 .02939 [.0690,.1860] .0155 .0167 .521 1/62/17'],
]

describe('published runs of agents: 80 tasks, 5 runs each', { skip: skipWithout(path) }, () => {
  for (const [name, perRun, line] of published) {
    test(`the errors of ${name} are those published, to the digit`, () => {
      const found = runsOf(name)
      const { clusters } = found
      const sorted = found.perRun.toSorted((one, other) => one - other)
      assert.equal(sorted.join(' '), perRun)
      const estimate = clusteredEstimate(clusters)
      const reach = studentQuantile(0.975, estimate.df) * estimate.error
      const rates = clusters.map(mean)
      const grid = [1, 0].map((end) => rates.filter((rate) => rate === end).length)
      const mixed = rates.filter((rate) => rate > 0 && rate < 1).length
      const cells = [
        digits(estimate.mean),
        digits(estimate.error, 5),
        range(estimate.mean - reach, estimate.mean + reach),
        digits(runError(found.perRun.map((passes) => passes / clusters.length))),
        roundedTwice(naiveError(clusters)),
        digits(spreadOf(clusters).icc ?? Number.NaN, 3),
        [...grid, mixed].join('/'),
      ]
      assert.equal(cells.join(' '), line)
    })

    test(`the rule of the verdict has the same error for ${name}`, () => {
      const { clusters } = runsOf(name)
      const whole = estimateOf([momentsOf({ weight: 1, values: clusters.map(mean) })])
      const byAttempt = clusteredEstimate(clusters)
      assert.ok(Math.abs(whole.error - byAttempt.error) < 1e-12)
      assert.ok(Math.abs(whole.df - byAttempt.df) < 1e-9)
    })
  }

  test('the paired difference of two agents is the one published', () => {
    const [one, other] = [runsOf('opus').clusters.map(mean), runsOf('gpt5').clusters.map(mean)]
    const pairs = one.map((rate, index) => [rate, other[index] ?? Number.NaN] as const)
    const found = pairedDifference(pairs)
    assert.ok(found)
    const { difference, error, t, p, interval } = found
    assert.deepEqual(
      [digits(difference), digits(error), t.toFixed(2), digits(p)],
      ['.0625', '.0303', '2.06', '.0425'],
    )
    assert.equal(range(interval.lower, interval.upper), '[.0022,.1228]')
  })

  test('the variances, and what more runs and more tasks would buy, are those published', () => {
    const spread = spreadOf(runsOf('opus').clusters)
    assert.equal(digits(spread.betweenTasks, 3), '.197')
    assert.equal(digits(spread.withinTasks, 3), '.048')
    const at = (tasks: number, attempts: number): string =>
      digits(errorAt(spread, { tasks, attempts }))
    assert.deepEqual(
      [at(80, 1), at(80, 5), at(80, Number.POSITIVE_INFINITY), at(400, 1)],
      ['.0553', '.0508', '.0496', '.0247'],
    )
  })
})

describe('published intervals of small counts', () => {
  const table = [
    '3/10 .3000 [.0667,.6525] [.1078,.6032]',
    '6/10 .6000 [.2624,.8784] [.3127,.8318]',
    '55/78 .7051 [.5911,.8030] [.5962,.7948]',
    '55/80 .6875 [.5741,.7865] [.5793,.7785]',
    '28/79 .3544 [.2500,.4701] [.2580,.4644]',
    '58/122 .4754 [.3843,.5678] [.3889,.5634]',
    '64/122 .5246 [.4322,.6157] [.4366,.6111]',
    '217/291 .7457 [.6916,.7947] [.6927,.7923]',
    '213/291 .7320 [.6771,.7820] [.6783,.7796]',
    '228/285 .8000 [.7488,.8449] [.7497,.8423]',
  ]
  for (const line of table) {
    test(`${line} is met to the digit`, () => {
      const [successes = 0, trials = 0] = (line.split(' ')[0] ?? '').split('/').map(Number)
      const [exact, approximate] = [
        clopperPearson({ successes, trials }),
        wilson({ successes, trials }),
      ].map(({ lower, upper }) => range(lower, upper))
      const found = [`${successes}/${trials}`, digits(successes / trials), exact, approximate]
      assert.equal(found.join(' '), line)
    })
  }
})
