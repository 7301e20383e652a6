import { isOutcome, type Outcome, outcomes } from '#formats/evaluation/outcome.ts'
import { no, type Result, yes } from '#kernel/result.ts'

/** What can be said of an attempt in a row, by the names that the columns have unless mapped. */
export const attemptFields = [
  ...(['model', 'task', 'family', 'stratum', 'attempt', 'outcome', 'score'] as const),
  ...(['tokens', 'minutes', 'difficulty', 'position'] as const),
] as const
export type AttemptField = (typeof attemptFields)[number]

/** Which columns say what, and which words stand for which outcome in a log. */
export type AttemptMapping = {
  readonly columns: ReadonlyMap<AttemptField, string>
  /** `score` stands for: the score of the row says it. */
  readonly words: ReadonlyMap<string, Outcome | 'score'>
}

export const plainMapping: AttemptMapping = { columns: new Map(), words: new Map() }

/** The column that a field is read from. */
export const columnOf = ({ columns }: AttemptMapping, field: AttemptField): string =>
  columns.get(field) ?? field

/** Reads `task=task_id,score=resolved`; an Error text says what of it is wrong. */
export function parseColumns(text: string): Result<AttemptMapping['columns'], string> {
  const columns = new Map<AttemptField, string>()
  for (const part of text.split(',')) {
    const [name = '', column = ''] = halves(part)
    const field = attemptFields.find((one) => one === name)
    if (!field) return no(`"${name}" is no field; there are ${attemptFields.join(', ')}`)
    if (column === '') return no(`"${part}" names no column: write ${field}=COLUMN`)
    columns.set(field, column)
  }
  return yes(columns)
}

/** Reads `agent_timeout=budget_exhausted,unset=score`. */
export function parseWords(text: string): Result<AttemptMapping['words'], string> {
  const words = new Map<string, Outcome | 'score'>()
  for (const part of text.split(',')) {
    const [word = '', outcome = ''] = halves(part)
    if (outcome !== 'score' && !isOutcome(outcome)) {
      return no(`"${outcome}" is no outcome; there are ${outcomes.join(', ')}, and score`)
    }
    words.set(word, outcome)
  }
  return yes(words)
}

function halves(part: string): [string, string] {
  const at = part.indexOf('=')
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]
}
