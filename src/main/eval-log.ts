import type {
  EvaluationCounts as Counts,
  EvaluationMetric,
  EvaluationResult,
} from '#formats/evaluation/evaluation-result.ts'
import { type Attempts, attemptsOf } from '#formats/inspect/attempts.ts'
import type { InspectLog, LogHeader, LogRemark } from '#formats/inspect/log.ts'
import { resultOf } from '#formats/inspect/log-result.ts'
import { openLog } from '#formats/inspect/open-log.ts'
import { openFileSource } from '#platform/files/file-source.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print } from './output.ts'

export type EvalLogOptions = {
  readonly whole?: boolean
  readonly scorer?: string
  readonly key?: string
  readonly json?: boolean
}

/** `parley eval log FILE`: 4 where part of the log is lost. */
export async function runEvalLog(path: string, options: EvalLogOptions): Promise<ExitCode> {
  const { whole = false, json = false, ...choice } = options
  const file = await openFileSource(path)
  if (!file.ok) return refused(file.refusal)
  await using source = file.value
  const log = await openLog(source)
  if (!log.ok) return refused({ ...log.refusal, at: placeIn(path, log.refusal.at) })
  const attempts = await attemptsOf(log.value, { ...choice, isQuick: !whole })
  const result = resultOf(log.value, attempts)
  print(json ? [jsonOf(result, attempts)] : linesOf(log.value, result, attempts.remarks))
  return attempts.remarks.some(({ isLost }) => isLost) ? exitCodeFor('malformed') : 0
}

/** The place in a file of what is wrong there. */
export const placeIn = (path: string, at: string | undefined): string =>
  at === undefined ? path : `${path}!${at}`

function jsonOf(result: EvaluationResult, { attempts, scorer, remarks }: Attempts): string {
  const { limits, counts, ...plain } = result
  const told = {
    ...plain,
    limits: Object.fromEntries(limits),
    counts: { ...counts, byOutcome: Object.fromEntries(counts.byOutcome) },
    scorer,
    attempts,
    remarks,
  }
  return JSON.stringify(told, null, 2)
}

function linesOf(
  { header, source, container }: InspectLog,
  { counts, metrics, library, limits }: EvaluationResult,
  remarks: readonly LogRemark[],
): string[] {
  const { task, model, status, startedAt, completedAt, createdAt } = header
  const invalid = header.isInvalidated ? ', invalidated' : ''
  const outcomes = [...counts.byOutcome].map(([outcome, count]) => `${many(count)} ${outcome}`)
  const scored = header.scores.flatMap(({ name, scored: some }) =>
    some === null ? [] : [`${many(some)} scored by ${name}`],
  )
  const rows: (readonly [string, string])[] = [
    ['Status', `${status}${invalid}${header.error === null ? '' : `: ${header.error}`}`],
    [
      'Ran',
      `${startedAt ?? createdAt ?? 'at an unknown time'} to ${completedAt ?? 'no known end'}`,
    ],
    ['Log', `.${container}, ${many(source.sizeBytes)} bytes, ${versionText(header, library)}`],
    ['Samples', samplesText(counts, scored)],
    ['Outcomes', outcomes.join(', ') || 'none'],
    ...metrics.map((metric): readonly [string, string] => ['Score', metricText(metric)]),
    ['Limits', [...limits].map(([name, limit]) => `${name} ${many(limit)}`).join(', ') || 'none'],
    ...remarks.map(({ why, at, isLost }): readonly [string, string] => [
      isLost ? 'Lost' : 'Note',
      at === undefined ? why : `${at}: ${why}`,
    ]),
  ]
  const told = rows.map(([name, text]) => `${name.padEnd(9)} ${oneLine(text)}`)
  return [oneLine(`${task} on ${model}`), ...told]
}

const many = (count: number): string => count.toLocaleString('en-US')

const versionText = ({ version }: LogHeader, library: EvaluationResult['library']): string =>
  `version ${version ?? 'unknown'}, written by ${library.name} ${library.version ?? '(unknown)'}`

function samplesText({ planned, present }: Counts, scored: readonly string[]): string {
  const missing = planned - present
  const words = [`${many(planned)} planned`, `${many(present)} in the log`]
  if (missing > 0) words.push(`${many(missing)} missing`)
  return [...words, ...scored].join(', ')
}

/** A share of samples that were scored says nothing of those that were not. */
function metricText({ scorer, name, value, standardError, samples }: EvaluationMetric): string {
  const spread = standardError === null ? '' : ` (standard error ${short(standardError)})`
  const size = samples === null ? '' : ` of ${many(samples)}`
  return `${scorer} ${name} ${short(value)}${spread}${size}`
}

const short = (value: number): string => String(Number(value.toPrecision(6)))
