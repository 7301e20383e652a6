import type { EvaluationMetric, EvaluationResult } from '#formats/evaluation/evaluation-result.ts'
import {
  type Attempts,
  attemptsOf,
  type Glance,
  glanceAt,
  tableBytesOf,
} from '#formats/inspect/attempts.ts'
import type { InspectLog, LogHeader } from '#formats/inspect/log.ts'
import { countsOf, resultOf } from '#formats/inspect/log-result.ts'
import { openLog } from '#formats/inspect/open-log.ts'
import { openFileSource } from '#platform/files/file-source.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print } from './output.ts'

export type EvalLogOptions = {
  readonly whole?: boolean
  readonly outcomes?: boolean
  readonly scorer?: string
  readonly key?: string
  readonly json?: boolean
}

/** A table up to this size is read without being asked for, in much less than a second. */
const tableBytesMax = 16 * 2 ** 20

/** `parley eval log FILE`: 4 where part of the log is lost. */
export async function runEvalLog(path: string, options: EvalLogOptions): Promise<ExitCode> {
  const file = await openFileSource(path)
  if (!file.ok) return refused(file.refusal)
  await using source = file.value
  const log = await openLog(source)
  if (!log.ok) return refused({ ...log.refusal, at: placeIn(path, log.refusal.at) })
  const { json = false } = options
  if (!isCounted(log.value, options)) {
    const glance = glanceAt(log.value, options.scorer)
    print(linesOf(log.value, { ...glance, outcomes: uncountedText(log.value) }))
    return codeOf(glance)
  }
  const { whole = false, scorer, key } = options
  const choice = { ...(scorer !== undefined && { scorer }), ...(key !== undefined && { key }) }
  const attempts = await attemptsOf(log.value, { ...choice, isQuick: !whole })
  if (json) print([jsonOf(resultOf(log.value, countsOf(attempts)), attempts)])
  else print(linesOf(log.value, { ...attempts, outcomes: countedText(attempts) }))
  return codeOf(attempts)
}

const codeOf = ({ remarks }: Glance): ExitCode =>
  remarks.some(({ isLost }) => isLost) ? exitCodeFor('malformed') : 0

/** Whether outcomes are counted. A log without samples says only in its table what ran. */
const isCounted = (log: InspectLog, { whole, outcomes, json }: EvalLogOptions): boolean =>
  [whole, outcomes, json].includes(true) ||
  log.samples.size === 0 ||
  tableBytesOf(log) <= tableBytesMax

const uncountedText = (log: InspectLog): string =>
  `not counted: --outcomes reads the table of ${many(tableBytesOf(log))} bytes that the log has`

function countedText(attempts: Attempts): string {
  const { byOutcome } = countsOf(attempts)
  return Array.from(byOutcome, ([outcome, count]) => `${many(count)} ${outcome}`).join(', ')
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

type Told = Glance & { readonly outcomes: string }

function linesOf(log: InspectLog, { planned, present, remarks, outcomes }: Told): string[] {
  const { header, source, container } = log
  const counts = { planned, present, byOutcome: new Map<string, number>() }
  const { metrics, library, limits } = resultOf(log, counts)
  const { task, model, status, startedAt, completedAt, createdAt } = header
  const invalid = header.isInvalidated ? ', invalidated' : ''
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
    ['Samples', samplesText({ planned, present }, scored)],
    ['Outcomes', outcomes || 'none'],
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

function samplesText(
  { planned, present }: Pick<Glance, 'planned' | 'present'>,
  scored: readonly string[],
): string {
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
