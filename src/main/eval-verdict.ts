import type { Branch } from '#features/evaluation/branch.ts'
import { type Declared, parseDeclaration } from '#features/evaluation/declaration.ts'
import { plotGrid } from '#features/evaluation/plot-grid.ts'
import { plotInterval } from '#features/evaluation/plot-interval.ts'
import { plotProcess } from '#features/evaluation/plot-process.ts'
import type { TaskResult } from '#features/evaluation/task-result.ts'
import { type Verdict, verdictOf } from '#features/evaluation/verdict.ts'
import { parseJson } from '#formats/json/parse.ts'
import { spansOf } from '#formats/json/span.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type EvalOutputOptions, type Plot, writeEval } from './eval-output.ts'
import { type EvalReadingOptions, readAttempts } from './eval-reading.ts'
import { blockLines, countOf, digits, outcomesText } from './eval-text.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { print, tell } from './output.ts'

export type EvalVerdictOptions = EvalReadingOptions &
  EvalOutputOptions & {
    readonly declaration: string
    readonly model?: string
    readonly earlierLooks?: string
  }

/** `parley eval verdict --declaration FILE FILES`: what the declared rule says. */
export async function runEvalVerdict(
  names: readonly string[],
  options: EvalVerdictOptions,
): Promise<ExitCode> {
  const earlierLooks = countOf(options.earlierLooks ?? '0')
  if (earlierLooks === null) {
    return refuse({ code: 'bad-usage', why: '--earlier-looks takes a number' })
  }
  const declared = await readDeclaration(options.declaration)
  if (!declared.ok) return refuse(...declared.refusal)
  const read = await readAttempts(names, options)
  if (!read.ok) return read.refusal
  if (read.value.code !== 0) {
    const why =
      'no verdict is given: part of the results could not be read, and none may be left out'
    return worse(read.value.code, refuse({ code: 'malformed', why }))
  }
  const chosen = chosenModel(read.value.models, options.model)
  if (!chosen.ok) return refuse(chosen.refusal)
  const { model, tasks } = chosen.value
  const found = verdictOf(declared.value, { tasks, earlierLooks })
  if (!found.ok) return refuse(...found.refusal)
  if (options.json !== '-') print(verdictLines(model, found.value))
  const value = { model, ...found.value }
  return writeEval(options, { value, plots: plotsOf(found.value, { model, tasks }) })
}

type Chosen = { readonly model: string; readonly tasks: readonly TaskResult[] }

/** Everything that is wrong, a line each; the first names the exit code. */
function refuse(...refusals: readonly Refusal[]): ExitCode {
  for (const { why, at, hint } of refusals) {
    const place = at === undefined ? '' : `${at}: `
    tell([oneLine(`parley: ${place}${why}${hint === undefined ? '' : ` (${hint})`}`)])
  }
  return refusals.reduce<ExitCode>((code, refusal) => worse(code, exitCodeFor(refusal.code)), 0)
}

async function readDeclaration(path: string): Promise<Result<Declared, readonly Refusal[]>> {
  for await (const input of documentsOf([path])) {
    if (input.is === 'refused') return no([{ at: path, ...input.refusal }])
    const { documents, problems } = parseJson(input.text)
    const [document] = documents
    const [problem] = problems.filter(({ lost }) => lost)
    if (problem || !document || documents.length > 1) {
      const why = problem?.why ?? `holds ${documents.length} JSON documents, not one declaration`
      const line = problem?.line === undefined ? '' : `:${problem.line}`
      return no([{ code: 'malformed', why, at: `${path}${line}` }])
    }
    const read = parseDeclaration(document.value)
    if (read.ok) return yes(read.value)
    const spanAt = spansOf(input.text, document.start)
    const lineAt = (pointer = ''): number =>
      input.text.slice(0, (spanAt(pointer) ?? document).start).split('\n').length
    const placed = (at = ''): string => `${path}:${lineAt(at)} ${at}`.trim()
    return no(read.refusal.map((one) => ({ ...one, at: placed(one.at) })))
  }
  return no([{ code: 'not-found', why: 'holds no declaration', at: path }])
}

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
