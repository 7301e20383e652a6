// `npm run measure:verdict [-- --simulations 4000 --fixed 20000 --seed 7]`: what the rules of a
// verdict err in, ours beside published figures, over the runs of agents in the measuring data.
import { parseArgs } from 'node:util'
import { mean } from '../../src/features/evaluation/clustered.ts'
import { seededRandom } from '../../src/features/evaluation/random.ts'
import { agentRuns, agents } from '../../test/corpus/evaluation-runs.ts'
import { sharedPath } from '../../test/corpus/shared.ts'
import { fixedErrors, lookErrors, lookPower, paths } from './looks.ts'
import { publishedFixed, publishedLooks, publishedThresholds } from './looks-published.ts'

const { values: options } = parseArgs({
  options: {
    simulations: { type: 'string', default: '4000' },
    fixed: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '7' },
  },
})

const path = sharedPath('evaluation', 'terminal_bench', 'passes.csv')
if (path === null) throw new Error('the measuring data do not stand beside this checkout')
const runs = agentRuns(path)
const chancesOf = (name: keyof typeof agents): number[] =>
  (runs.get(agents[name])?.clusters ?? []).map(mean)

const random = seededRandom(Number(options.seed))
const percent = (value: number): string => `${(100 * value).toFixed(1).padStart(4)} %`
const say = (line: string): void => void process.stdout.write(`${line}\n`)

say('Error at nominally 5 %, one look, 80 tasks, 5 attempts each: ours (published)')
for (const name of ['opus', 'gpt5'] as const) {
  const simulations = Number(options.fixed)
  const found = fixedErrors(chancesOf(name), { simulations, random })
  const cells = (['naive', 'betweenRuns', 'clustered'] as const).map((rule) => {
    return `${rule} ${percent(found[rule])} (${publishedFixed[name][rule]} %)`
  })
  say(`${name.padEnd(5)} ${cells.join('   ')}`)
}

say('')
say('Looks after every task: errors above, below, naive peeking; power and median stop')
const chances = chancesOf('opus')
const truth = mean(chances)
const simulations = Number(options.simulations)
for (const row of publishedLooks) {
  const { attempts, tasks } = row
  const found = paths(chances, { tasks, attempts }, { simulations, random })
  const errors = lookErrors(found, { truth, attempts })
  const [above, below, peeking] = row.errors
  say(
    `${attempts} x ${String(tasks).padEnd(3)} above ${errors.above.toFixed(4)} (${above}) ` +
      `below ${errors.below.toFixed(4)} (${below}) ` +
      `peeking ${errors.naivePeeking.toFixed(3)} (${peeking})`,
  )
  publishedThresholds.forEach((threshold, index) => {
    const { power, medianStop } = lookPower(found, { threshold, alpha: 0.05 })
    say(
      `        threshold ${threshold}: power ${power.toFixed(3)} (${row.power[index]}), ` +
        `median stop ${medianStop} (${row.stops[index]})`,
    )
  })
}
