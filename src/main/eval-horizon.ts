import {
  type HorizonBranch,
  type ModelHorizon,
  modelHorizon,
} from '#features/evaluation/model-horizon.ts'
import { plotHorizon, timeText } from '#features/evaluation/plot-horizon.ts'
import { seededRandom } from '#features/evaluation/random.ts'
import { type EvalOutputOptions, writeEval } from './eval-output.ts'
import { type EvalReadingOptions, readAttempts } from './eval-reading.ts'
import { blockLines, countOf, digits, leftOutLines } from './eval-text.ts'
import { type ExitCode, worse } from './exit.ts'
import { print, tell } from './output.ts'

export type EvalHorizonOptions = EvalReadingOptions &
  EvalOutputOptions & { readonly draws?: string; readonly seed?: string }

const drawsDefault = '1000'
const drawsMax = 100_000

/** `parley eval horizon FILES`: the time horizon of each model. */
export async function runEvalHorizon(
  names: readonly string[],
  options: EvalHorizonOptions,
): Promise<ExitCode> {
  const draws = countOf(options.draws ?? drawsDefault)
  const seed = countOf(options.seed ?? '1')
  if (draws === null || seed === null || draws > drawsMax) {
    tell([`parley: --draws takes a number up to ${drawsMax}, --seed a number`])
    return 2
  }
  const read = await readAttempts(names, options)
  if (!read.ok) return read.refusal
  const { models, code, leftOut } = read.value
  const bootstrap = { draws, randomOf: () => seededRandom(seed) }
  const found = [...models].map(([model, tasks]) => modelHorizon({ model, tasks }, bootstrap))
  if (options.json !== '-') print([...found.flatMap(horizonLines), ...leftOutLines(leftOut)])
  const plots = found.flatMap((one) => {
    const svg = plotHorizon(one)
    return svg === null ? [] : [{ name: `horizon-${one.model}`, svg }]
  })
  const value = { leftOut, draws, seed, models: found.map(({ points: _, ...rest }) => rest) }
  return worse(code, writeEval(options, { value, plots }))
}

function horizonLines(found: ModelHorizon): string[] {
  const { model, tasks, families, withoutTime, ifAllFailed, ifAllSucceeded } = found
  const left = withoutTime === 0 ? '' : `, ${withoutTime} without a human time left out`
  const lines = ifAllSucceeded
    ? [
        ...branchLines(ifAllFailed, 'missing failed'),
        ...branchLines(ifAllSucceeded, 'missing solved'),
      ]
    : branchLines(ifAllFailed, '')
  return blockLines(`${model}: ${tasks} tasks of ${families} families${left}`, lines)
}

function branchLines(
  { curve, horizon, intervals, why }: HorizonBranch,
  name: string,
): [string, string][] {
  const own: [string, string][] = name === '' ? [] : [[name, '']]
  if (!horizon) return [...own, ['horizon', `none: ${why}`]]
  const limits = (at: 'p50' | 'p80'): string => {
    const limit = intervals?.[at]
    return limit ? `, 95% interval ${timeText(limit.lower)} to ${timeText(limit.upper)}` : ''
  }
  const lines: [string, string][] = [
    ['p50', `${digits(horizon.p50)} min (${timeText(horizon.p50)})${limits('p50')}`],
    ['p80', `${digits(horizon.p80)} min (${timeText(horizon.p80)})${limits('p80')}`],
    ['slope', `${digits(curve?.slope ?? 0)} for each doubling of the time`],
  ]
  if (intervals && intervals.withoutHorizon > 0) {
    const count = `${intervals.withoutHorizon} of ${intervals.draws}`
    lines.push(['left out', `${count} draws, in which longer tasks were not harder`])
  }
  return [...own, ...lines]
}
