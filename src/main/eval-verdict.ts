import type { Branch } from '#features/evaluation/branch.ts'
import { capabilities } from '#features/evaluation/capability.ts'
import { plotGrid } from '#features/evaluation/plot-grid.ts'
import { plotInterval } from '#features/evaluation/plot-interval.ts'
import { plotProcess } from '#features/evaluation/plot-process.ts'
import { resultPage } from '#features/evaluation/result-page.ts'
import { recordOf } from '#features/evaluation/result-record.ts'
import type { TaskResult } from '#features/evaluation/task-result.ts'
import { type Verdict, verdictOf } from '#features/evaluation/verdict.ts'
import { systemClock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { readDeclaration } from './eval-declaration.ts'
import { refuseAll } from './eval-json.ts'
import { type EvalOutputOptions, type Plot, writeEval, writeOne } from './eval-output.ts'
import { type EvalReadingOptions, readAttempts } from './eval-reading.ts'
import { blockLines, countOf, digits, outcomesText } from './eval-text.ts'
import { type ExitCode, worse } from './exit.ts'
import { print } from './output.ts'

export type EvalVerdictOptions = EvalReadingOptions &
  EvalOutputOptions & {
    readonly declaration: string
    readonly model?: string
    readonly earlierLooks?: string
    /** A file for the page that the developer is given. */
    readonly page?: string
    /** Where the record of the results goes, and the capability that they are about. */
    readonly record?: string
    readonly capability?: string
  }

/** `parley eval verdict --declaration FILE FILES`: what the declared rule says. */
export async function runEvalVerdict(
  names: readonly string[],
  options: EvalVerdictOptions,
): Promise<ExitCode> {
  const earlierLooks = countOf(options.earlierLooks ?? '0')
  if (earlierLooks === null) {
    return refuseAll([{ code: 'bad-usage', why: '--earlier-looks takes a number' }])
  }
  const capability = capabilities.find((one) => one === (options.capability ?? 'cyber'))
  if (capability === undefined) {
    const why = `--capability is one of ${capabilities.join(', ')}`
    return refuseAll([{ code: 'bad-usage', why }])
  }
  const declared = await readDeclaration(options.declaration)
  if (!declared.ok) return refuseAll(declared.refusal)
  const read = await readAttempts(names, options)
  if (!read.ok) return read.refusal
  if (read.value.code !== 0) {
    const why =
      'no verdict is given: part of the results could not be read, and none may be left out'
    return worse(read.value.code, refuseAll([{ code: 'malformed', why }]))
  }
  const chosen = chosenModel(read.value.models, options.model)
  if (!chosen.ok) return refuseAll([chosen.refusal])
  const { model, tasks } = chosen.value
  const found = verdictOf(declared.value, { tasks, earlierLooks })
  if (!found.ok) return refuseAll(found.refusal)
  if (options.json !== '-') print(verdictLines(model, found.value))
  const value = { model, ...found.value }
  const written = writeEval(options, { value, plots: plotsOf(found.value, { model, tasks }) })
  const judged = { capability, model, earlierLooks, declared: declared.value, tasks }
  const recorded =
    options.record === undefined
      ? 0
      : writeOne(options.record, `${JSON.stringify(recordOf(judged).record)}\n`)
  const code = worse(written, recorded)
  if (options.page === undefined) return code
  const given = { model, tasks, verdict: found.value, at: systemClock.now() }
  return worse(code, writeOne(options.page, resultPage(given)))
}

type Chosen = { readonly model: string; readonly tasks: readonly TaskResult[] }

function chosenModel(
  models: ReadonlyMap<string, readonly TaskResult[]>,
  asked: string | undefined,
): Result<Chosen> {
  const names = [...models.keys()]
  const model = asked ?? (names.length === 1 ? names[0] : undefined)
  const tasks = model === undefined ? undefined : models.get(model)
  if (model !== undefined && tasks) return yes({ model, tasks })
  const why =
    model === undefined
      ? `the files hold the results of ${names.length} models`
      : `no model is called "${model}"`
  return no({ code: 'bad-usage', why, hint: `choose with --model: ${names.join(', ')}` })
}

function plotsOf(verdict: Verdict, { model, tasks }: Chosen): Plot[] {
  const process = plotProcess(model, verdict)
  return [
    { name: `tasks-${model}`, svg: plotGrid(model, tasks) },
    { name: `interval-${model}`, svg: plotInterval(model, verdict) },
    ...(process === null ? [] : [{ name: `evidence-${model}`, svg: process }]),
  ]
}

function verdictLines(model: string, verdict: Verdict): string[] {
  const { declaration, ifAllFailed, ifAllSucceeded, withoutFamilies } = verdict
  const { threshold, alpha, rule } = declaration
  const rules = {
    'fixed-look': 'one look at the end',
    sequential: 'looks at any time',
  }
  const lines: [string, string][] = [
    ['wording', verdict.wording],
    ['declaration', `SHA-256 ${verdict.digest}`],
    ['rule', `${rules[rule.is]}, threshold ${threshold}, error ${alpha} in each direction`],
    ['tasks', tasksText(verdict)],
    ['outcomes', outcomesText(verdict.outcomes)],
  ]
  if (verdict.waiting > 0) {
    const why = 'finished before one that comes before them in the declared order: not judged yet'
    lines.push(['waiting', `${verdict.waiting} tasks ${why}`])
  }
  if (verdict.overBudget > 0) {
    lines.push(['over budget', `${verdict.overBudget} successes, which count as exhausted`])
  }
  if (verdict.isMissingSome) {
    lines.push(['missing failed', branchText(ifAllFailed, threshold)])
    lines.push(['missing solved', branchText(ifAllSucceeded, threshold)])
  } else lines.push(['mean score', branchText(ifAllFailed, threshold)])
  if (ifAllFailed.error !== null && ifAllFailed.error < 1e-9) {
    lines.push(['note', 'all tasks scored alike: the limits are exact ones, which need no spread'])
  }
  for (const { family, tasks, verdict: without } of withoutFamilies) {
    const text = without ?? 'too few tasks are left'
    lines.push(['without', `${family} (${tasks} tasks): ${text}`])
  }
  return blockLines(`${model}: ${verdict.verdict}`, lines)
}

function tasksText({ declaration, tasks }: Verdict): string {
  const { strata } = declaration
  return strata
    .map(({ name, tasksMax }, index) => `${tasks[index] ?? 0} of ${tasksMax} in ${name}`)
    .join(', ')
}

function branchText(branch: Branch, threshold: number): string {
  const { mean, lower, upper, error, run, verdict } = branch
  const limits = `at least ${digits(lower)}, at most ${digits(upper)}, threshold ${threshold}`
  const clustered = error === null ? '' : `, error ${digits(error, 5)} clustered by task`
  const stop = run?.stop == null ? '' : `, reached after ${run.stop}`
  return `${digits(mean)}${clustered}; ${limits}: ${verdict}${stop}`
}
