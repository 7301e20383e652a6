import { type PairedDifference, pairedDifference } from '#features/evaluation/paired.ts'
import { plotGrid } from '#features/evaluation/plot-grid.ts'
import { type ModelStats, type RateStats, statsOf } from '#features/evaluation/stats.ts'
import { rangeOf, type TaskResult } from '#features/evaluation/task-result.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type EvalOutputOptions, writeEval } from './eval-output.ts'
import { type EvalReadingOptions, readAttempts } from './eval-reading.ts'
import { blockLines, digits, intervalText, leftOutLines, outcomesText } from './eval-text.ts'
import { type ExitCode, worse } from './exit.ts'
import { print, tell } from './output.ts'

export type EvalStatsOptions = EvalReadingOptions &
  EvalOutputOptions & { readonly paired?: readonly string[] }

type Models = ReadonlyMap<string, readonly TaskResult[]>

/** `parley eval stats FILES`: what the results of each model come to. */
export async function runEvalStats(
  names: readonly string[],
  options: EvalStatsOptions,
): Promise<ExitCode> {
  const read = await readAttempts(names, options)
  if (!read.ok) return read.refusal
  const { models, code, leftOut } = read.value
  const paired = options.paired === undefined ? yes(null) : pairOf(options.paired, models)
  if (!paired.ok) {
    tell([oneLine(`parley: --paired: ${paired.refusal}`)])
    return 2
  }
  const stats = [...models].map(([model, tasks]) => statsOf(model, tasks))
  const pair = paired.value
  if (options.json !== '-') {
    const pairText = pair ? pairLines(pair) : []
    print([...stats.flatMap(statsLines), ...pairText, ...leftOutLines(leftOut)])
  }
  const plots = [...models].map(([model, tasks]) => ({
    name: `tasks-${model}`,
    svg: plotGrid(model, tasks),
  }))
  const value = { leftOut, models: stats, ...(pair ? { paired: pair } : {}) }
  return worse(code, writeEval(options, { value, plots }))
}

type Pair = {
  readonly one: string
  readonly other: string
  /** What is missing counts against the difference, and then for it. */
  readonly low: PairedDifference
  readonly high: PairedDifference
}

function pairOf(asked: readonly string[], models: Models): Result<Pair, string> {
  const [one, other] = asked
  if (one === undefined || other === undefined || asked.length !== 2) {
    return no(`takes two models, not ${asked.length}`)
  }
  for (const name of asked) {
    if (models.has(name)) continue
    return no(`no model is called "${name}"; there are ${[...models.keys()].join(', ')}`)
  }
  const others = new Map(models.get(other)?.map((task) => [task.task, rangeOf(task.attempts)]))
  const ranges = (models.get(one) ?? []).flatMap(({ task, attempts }) => {
    const twin = others.get(task)
    return twin ? [[rangeOf(attempts), twin] as const] : []
  })
  const low = pairedDifference(ranges.map(([first, second]) => [first.low, second.high] as const))
  const high = pairedDifference(ranges.map(([first, second]) => [first.high, second.low] as const))
  if (!low || !high) return no(`"${one}" and "${other}" have fewer than two tasks in common`)
  return yes({ one, other, low, high })
}

function pairLines({ one, other, low, high }: Pair): string[] {
  const told = ({ difference, error, t, p, interval }: PairedDifference): string =>
    `${digits(difference)}, error ${digits(error)}, t ${digits(t, 2)}, p ${digits(p)}, ` +
    `95% interval ${intervalText(interval)}`
  const isOne = low.difference === high.difference
  const lines: [string, string][] = isOne
    ? [['difference', told(low)]]
    : [
        ['at least', told(low)],
        ['at most', told(high)],
      ]
  return blockLines(`${one} minus ${other}, paired over ${low.tasks} tasks`, lines)
}

function statsLines(stats: ModelStats): string[] {
  const { model, tasks, attempts, outcomes, ifAllFailed, ifAllSucceeded, grid } = stats
  const lines: [string, string][] = stats.isMissingSome
    ? [
        [
          'rate',
          `${digits(ifAllFailed.rate)} to ${digits(ifAllSucceeded.rate)}, by what is missing`,
        ],
        ['missing failed', rateText(ifAllFailed)],
        ['missing solved', rateText(ifAllSucceeded)],
      ]
    : [['rate', rateText(ifAllFailed)]]
  const { spread, exact, ability } = ifAllFailed
  lines.push(['not valid', invalidText(ifAllFailed)])
  const shape = `${grid.always} always solved, ${grid.never} never, ${grid.mixed} sometimes`
  lines.push(['tasks', spread?.icc == null ? shape : `${shape}; ICC ${digits(spread.icc, 3)}`])
  lines.push(['outcomes', outcomesText(outcomes)])
  if (exact) {
    const counted = `${exact.successes} of ${exact.trials}`
    const about = exact.about === 'tasks' ? 'other tasks' : 'more attempts at this task'
    lines.push(['exact', `${counted}, 95% interval ${intervalText(exact)}, about ${about}`])
  }
  if (ability) {
    lines.push(['ability', `${digits(ability.points, 0)} points ± ${digits(ability.error, 0)}`])
  }
  for (const { family, tasks: count, low, high } of stats.families) {
    const rate = low === high ? digits(low) : `${digits(low)} to ${digits(high)}`
    lines.push(['family', `${family}: ${rate} over ${counted(count, 'task')}`])
  }
  return blockLines(`${model}: ${counted(tasks, 'task')}, ${counted(attempts, 'attempt')}`, lines)
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

function rateText({ rate, error, interval }: RateStats): string {
  if (error === null || interval === null) {
    return `${digits(rate)}; one task tells nothing of others`
  }
  const clustered = `error ${digits(error, 5)} clustered by task`
  return `${digits(rate)}, ${clustered}, 95% interval ${intervalText(interval)}`
}

/** Errors that other tools print, so that they can be found again and told apart. */
function invalidText({ runError, naiveError }: RateStats): string {
  const ofRuns = runError === null ? 'none (one run, or not all tasks in each)' : digits(runError)
  const ofAttempts = naiveError === null ? 'none' : digits(naiveError)
  return `error between runs ${ofRuns}; error of independent attempts ${ofAttempts}`
}
