import type { Outcome } from '#formats/evaluation/outcome.ts'
import { isObject } from '#formats/json/reader.ts'
import type { SampleError, SampleFacts, SampleScore } from './sample-facts.ts'

/** Which score of a sample counts, where it has several. */
export type ScoreChoice = {
  readonly scorer: string | null
  /** The member of a score that is an object. */
  readonly key: string | null
}

export type Judged = {
  readonly outcome: Outcome
  /** From 0 to 1; null where there is none. */
  readonly score: number | null
  readonly why: string | null
}

/**
 * What an attempt came to, by the first of these that holds:
 *
 * 1. withdrawn by its evaluators, or ended by an error: no fact about the model;
 * 2. the scorer says that it could not judge, or gives NaN, or nothing, or no number from 0 to 1;
 * 3. full score: success, whatever else happened;
 * 4. the endpoint filtered the answer, or the scorer saw a refusal;
 * 5. a limit ended it;
 * 6. failure.
 *
 * Where nothing was scored, 4 and 5 are asked before 2.
 */
export function outcomeOf(facts: SampleFacts, choice: ScoreChoice): Judged {
  if (facts.invalidated !== null) return missing('infra_error', `withdrawn: ${facts.invalidated}`)
  if (facts.error !== null) return ofError(facts.error)
  const score = scoreIn(facts, choice)
  if (score === null) {
    const reason = facts.scores === null ? 'it was not scored' : 'the scorer that counts gave none'
    return endedEarly(facts, null) ?? missing('grader_error', reason)
  }
  const judged = judgeOf(score, choice.key)
  if (judged.outcome !== 'failure') return judged
  return endedEarly(facts, judged.score) ?? judged
}

const missing = (outcome: Outcome, why: string): Judged => ({ outcome, score: null, why })

const blocked = /content[ _-]?(?:policy|filter|management)|(?:usage|safety) polic|safeguard/i
/** Frames of a scorer in a Python traceback. */
const inScorer = /File "[^"]*[/\\]scorers?[/\\]|\bin (?:score|_?score_sample|model_graded\w*)\b/

function ofError({ message, traceback }: SampleError): Judged {
  const [line = ''] = message.split('\n')
  const why = line.slice(0, 500)
  if (blocked.test(message)) return missing('safeguard_block', why)
  return missing(inScorer.test(traceback) ? 'grader_error' : 'infra_error', why)
}

/** A single score counts whatever it is called; among several only the one that was chosen. */
function scoreIn({ scores }: SampleFacts, { scorer }: ScoreChoice): SampleScore | null {
  if (scores === null) return null
  const named = scores.find((each) => each.scorer === scorer)
  if (named !== undefined) return named
  return scores.length === 1 || scorer === null ? (scores[0] ?? null) : null
}

/** The filter of an endpoint, a refusal or a limit, where it says why there is no full score. */
function endedEarly(facts: SampleFacts, score: number | null): Judged | null {
  if (facts.stopReason === 'content_filter') {
    const isRefusal = facts.stopKind === 'refusal'
    const why = `the answer ended with content_filter${isRefusal ? ' (refusal)' : ''}`
    return { outcome: isRefusal ? 'model_refusal' : 'safeguard_block', score, why }
  }
  const { limit } = facts
  if (limit === null) return null
  if (limit === 'operator') return missing('infra_error', 'ended by an operator')
  return { outcome: 'budget_exhausted', score, why: `ended by its ${limit} limit` }
}

/** Reasons that Inspect has words for: two blame the measuring, the others the model. */
const measuringReasons = ['grader_failed', 'scoring_failed']

function judgeOf({ scorer, value, reason }: SampleScore, key: string | null): Judged {
  if (reason !== null && measuringReasons.includes(reason)) return missing('grader_error', reason)
  if (reason === 'refusal' || value === 'N') {
    return { outcome: 'model_refusal', score: 0, why: reason ?? 'scored N: no answer' }
  }
  const number = numberIn(value, key)
  if (number === null) {
    // The model's own doing is a failure even where the scorer gave no number for it.
    if (reason !== null) return { outcome: 'failure', score: 0, why: reason }
    return missing('grader_error', `${scorer} gave ${shown(value)}, which is no number from 0 to 1`)
  }
  return { outcome: number === 1 ? 'success' : 'failure', score: number, why: reason }
}

const words = new Map([
  ['c', 1],
  ['i', 0],
  ['p', 0.5],
  ['yes', 1],
  ['true', 1],
  ['no', 0],
  ['false', 0],
])

/** Letters and words count as Inspect's `value_to_float` reads them; an object by its member. */
function numberIn(value: unknown, key: string | null): number | null {
  if (isObject(value)) {
    const members = Object.values(value)
    const member = key !== null && Object.hasOwn(value, key) ? value[key] : undefined
    const only = members.length === 1 ? members[0] : undefined
    const found = member ?? only
    return isObject(found) ? null : numberIn(found, null)
  }
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') {
    const number = words.get(value.trim().toLowerCase()) ?? Number.parseFloat(value)
    return isFinal(value, number) ? number : null
  }
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : null
}

/** Whether the whole text is the number, and that from 0 to 1. */
const isFinal = (text: string, number: number): boolean =>
  number >= 0 && number <= 1 && (words.has(text.trim().toLowerCase()) || Number(text) === number)

function shown(value: unknown): string {
  if (value === undefined) return 'no value'
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'no value')
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
