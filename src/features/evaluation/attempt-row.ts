import { isOutcome, type Outcome, outcomes } from '#formats/evaluation/outcome.ts'
import type { Problem } from '#formats/finding/decoder.ts'
import { present } from '#formats/finding/present.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Attempt, type AttemptClaim, attemptOf, type Place } from './attempt.ts'
import { type AttemptField, type AttemptMapping, columnOf } from './attempt-columns.ts'

/** What one document says of attempts, and what of it could not be taken over. */
export type AttemptReading = {
  readonly attempts: readonly Attempt[]
  readonly problems: readonly Problem[]
}

/** A row of a table or of JSON Lines: the text of a field, null where it has none. */
export type AttemptRow = {
  readonly at: Place
  readonly textOf: (column: string) => string | null
}

/**
 * The attempt of a row. A model that is not named is called after its document, an attempt that
 * is not named is the first one. A number that is none is a problem, never 0.
 */
export function attemptOfRow(
  { at, textOf }: AttemptRow,
  mapping: AttemptMapping,
): Result<Attempt, Problem> {
  const text = (field: AttemptField): string | null => textOf(columnOf(mapping, field)) || null
  const bad = (field: AttemptField, why: string) => {
    const code = text(field) === null ? 'missing-field' : 'bad-value'
    const where = `column "${columnOf(mapping, field)}" ${why}`
    return no<Problem>({ code, why: where, line: at.line, lost: true })
  }
  const task = text('task')
  if (task === null) return bad('task', 'names no task')
  const numbers = new Map<AttemptField, number>()
  for (const [field, least] of numericFields) {
    const said = text(field)
    if (said === null) continue
    const value = numberOf(said)
    if (value === null || value < least) return bad(field, `says "${said}"`)
    numbers.set(field, value)
  }
  const position = numbers.get('position')
  if (position !== undefined && !Number.isSafeInteger(position)) {
    return bad('position', `says "${position}", which is no place in an order`)
  }
  if (numbers.get('minutes') === 0) return bad('minutes', 'says that the task takes no time')
  const outcome = outcomeOf(text('outcome'), mapping)
  if (!outcome.ok) return bad('outcome', outcome.refusal)
  const claim = present<AttemptClaim>({
    ...{ model: text('model') ?? at.name, task, attempt: text('attempt') ?? '1', at },
    family: text('family') ?? undefined,
    stratum: text('stratum') ?? undefined,
    outcome: outcome.value ?? undefined,
    score: numbers.get('score'),
    tokens: numbers.get('tokens'),
    minutes: numbers.get('minutes'),
    difficulty: numbers.get('difficulty'),
    position,
  })
  return attemptOf(claim)
}

/** Each with the least that it may be. */
const numericFields = [
  ['score', 0],
  ['tokens', 0],
  ['minutes', 0],
  ['difficulty', Number.NEGATIVE_INFINITY],
  ['position', 1],
] as const

/** Yes and no are how some logs write the score of a task that is solved or not. */
const scoreWords: Readonly<Record<string, number>> = { true: 1, false: 0 }

function numberOf(text: string): number | null {
  const word = scoreWords[text.toLowerCase()]
  if (word !== undefined) return word
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}

function outcomeOf(word: string | null, { words }: AttemptMapping): Result<Outcome | null, string> {
  if (word === null) return yes(null)
  const mapped = words.get(word)
  if (mapped === 'score') return yes(null)
  if (mapped !== undefined) return yes(mapped)
  if (isOutcome(word)) return yes(word)
  return no(`says "${word}", which is no outcome (${outcomes.join(', ')}) and has no mapping`)
}
