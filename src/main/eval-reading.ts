import type { Attempt } from '#features/evaluation/attempt.ts'
import {
  type AttemptMapping,
  parseColumns,
  parseWords,
  plainMapping,
} from '#features/evaluation/attempt-columns.ts'
import { attemptsOfCsv } from '#features/evaluation/attempt-csv.ts'
import { attemptsOfJsonLines } from '#features/evaluation/attempt-jsonl.ts'
import type { AttemptReading } from '#features/evaluation/attempt-row.ts'
import { type TaskResult, tasksOf } from '#features/evaluation/task-result.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { documentsOf } from '#platform/files/documents.ts'
import type { Document } from '#platform/files/input.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { inspectReading } from './eval-inspect.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { tell } from './output.ts'

export type EvalReadingOptions = {
  /** `task=task_id,score=resolved` */
  readonly columns?: string
  /** `agent_timeout=budget_exhausted` */
  readonly words?: string
}

/** A kind of log that holds attempts, recognised by its text. */
type LogKind = {
  readonly isOf: (text: string) => boolean
  readonly read: (document: Document, mapping: AttemptMapping) => AttemptReading
}

/** The first that takes a text reads it; what nothing else takes is a table. */
const logKinds: readonly LogKind[] = [
  { isOf: (text) => /^\s*[[{]/.test(text), read: attemptsOfJsonLines },
  { isOf: () => true, read: attemptsOfCsv },
]

/** The results by model, and the code that what was wrong has earned: 0 where all was read. */
export type EvalReading = {
  readonly models: ReadonlyMap<string, readonly TaskResult[]>
  readonly code: ExitCode
  /** Rows and files that are in no number, each of which was told. */
  readonly leftOut: number
}

/** What was wrong is told; where nothing is left to work with, the code alone is answered. */
export async function readAttempts(
  names: readonly string[],
  options: EvalReadingOptions,
): Promise<Result<EvalReading, ExitCode>> {
  const mapping = mappingOf(options)
  if (!mapping.ok) {
    tell([oneLine(`parley: ${mapping.refusal}`)])
    return no(2)
  }
  const gathered: Gathered = { attempts: [], code: 0, leftOut: 0 }
  const tables: string[] = []
  for (const name of names) {
    const log = await inspectReading(name)
    if (log === null) tables.push(name)
    else if (log.ok) take(gathered, { name, problems: [] }, log.value)
    else refuse(gathered, { name, refusal: log.refusal, isNamed: true })
  }
  for await (const input of tables.length === 0 ? [] : documentsOf(tables)) {
    if (input.is === 'refused') {
      refuse(gathered, input)
      continue
    }
    const kind = logKinds.find(({ isOf }) => isOf(input.text))
    take(gathered, input, kind?.read(input, mapping.value) ?? { attempts: [], problems: [] })
  }
  const { attempts, code, leftOut } = gathered
  const { models, contradictions } = tasksOf(attempts)
  tellAll(contradictions.map(({ at, why }) => ({ name: at.name, line: at.line, why })))
  if (contradictions.length > 0) return no(4)
  if (models.size > 0) return yes({ models, code, leftOut })
  tell(['parley: no attempt was read'])
  return no(worse(code, 4))
}

/** What was read so far, and what that has earned. */
type Gathered = { readonly attempts: Attempt[]; code: ExitCode; leftOut: number }

function take(
  gathered: Gathered,
  document: Pick<Document, 'name' | 'problems'>,
  { attempts, problems }: AttemptReading,
): void {
  for (const attempt of attempts) gathered.attempts.push(attempt)
  const all = [...document.problems, ...problems]
  tellAll(all.map((problem) => ({ ...problem, name: document.name })))
  const lost = all.filter((problem) => problem.lost).length
  if (lost > 0) gathered.code = worse(gathered.code, 4)
  gathered.leftOut += lost
}

type RefusedInput = {
  readonly name: string
  readonly refusal: Refusal
  /** It was named, and not found in a folder on the way. */
  readonly isNamed: boolean
}

function refuse(gathered: Gathered, { name, refusal, isNamed }: RefusedInput): void {
  const { why, hint, code } = refusal
  tellAt(name, hint === undefined ? { why } : { why, hint })
  gathered.code = worse(gathered.code, isNamed ? exitCodeFor(code) : 4)
  gathered.leftOut++
}

function mappingOf({ columns, words }: EvalReadingOptions): Result<AttemptMapping, string> {
  const ofColumns = columns === undefined ? yes(plainMapping.columns) : parseColumns(columns)
  if (!ofColumns.ok) return no(`--columns: ${ofColumns.refusal}`)
  const ofWords = words === undefined ? yes(plainMapping.words) : parseWords(words)
  if (!ofWords.ok) return no(`--words: ${ofWords.refusal}`)
  return yes({ columns: ofColumns.value, words: ofWords.value })
}

type Told = { readonly why: string; readonly line?: number; readonly hint?: string }

const problemsShownMax = 8

function tellAll(problems: readonly (Told & { readonly name: string })[]): void {
  for (const problem of problems.slice(0, problemsShownMax)) tellAt(problem.name, problem)
  const left = problems.length - problemsShownMax
  if (left > 0) tell([oneLine(`parley: ${left} more problems`)])
}

function tellAt(name: string, { why, line, hint }: Told): void {
  const place = `${name}${line === undefined ? '' : `:${line}`}`
  tell([oneLine(`parley: ${place}: ${why}${hint === undefined ? '' : ` (${hint})`}`)])
}
