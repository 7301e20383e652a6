import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mean } from '#features/evaluation/clustered.ts'
import { seededRandom } from '#features/evaluation/random.ts'
import { fixedErrors, lookErrors, lookPower, paths } from '../../tools/measure/looks.ts'
import {
  publishedFixed,
  publishedLooks,
  publishedThresholds,
} from '../../tools/measure/looks-published.ts'
import { type AgentRuns, agentRuns, agents } from './evaluation-runs.ts'
import { sharedPath, skipWithout } from './shared.ts'

const path = sharedPath('evaluation', 'terminal_bench', 'passes.csv')
const runs = path === null ? new Map<string, AgentRuns>() : agentRuns(path)
const chancesOf = (name: keyof typeof agents): number[] =>
  (runs.get(agents[name])?.clusters ?? []).map(mean)

/** `npm run measure:verdict` runs as many as were published, and shows both. */
const simulations = 2_000

const near = (found: number, published: number, within: number): void =>
  assert.ok(Math.abs(found - published) <= within, `${found}, published ${published}`)

describe('simulated errors of the rules', { skip: skipWithout(path) }, () => {
  for (const name of ['opus', 'gpt5'] as const) {
    test(`one look at tasks like those of ${name} errs as often as published`, () => {
      const random = seededRandom(11)
      const found = fixedErrors(chancesOf(name), { simulations, random })
      for (const rule of ['naive', 'betweenRuns', 'clustered'] as const) {
        near(100 * found[rule], publishedFixed[name][rule], 3)
      }
      assert.ok(found.clustered < 0.08 && found.naive > 0.16)
    })
  }

  for (const { attempts, tasks, errors, power } of publishedLooks) {
    test(`looks after each of ${tasks} tasks, ${attempts} attempts each, err as published`, () => {
      const chances = chancesOf('opus')
      const random = seededRandom(tasks + attempts)
      const found = paths(chances, { tasks, attempts }, { simulations, random })
      const own = lookErrors(found, { truth: mean(chances), attempts })
      near(own.above, errors[0], 0.02)
      near(own.below, errors[1], 0.02)
      near(own.naivePeeking, errors[2], 0.06)
      assert.ok(own.above <= 0.055 && own.below <= 0.055, 'more errors than were declared')
      publishedThresholds.forEach((threshold, index) => {
        const reached = lookPower(found, { threshold, alpha: 0.05 })
        near(reached.power, power[index] ?? Number.NaN, 0.05)
      })
    })
  }
})
