import { type Outcome, outcomes } from '#formats/evaluation/outcome.ts'
import type { Problem } from '#formats/finding/decoder.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { weighingOf } from './outcome.ts'

/** Where an attempt was read: a document as its user knows it, and a one-based line of it. */
export type Place = { readonly name: string; readonly line: number }

/**
 * One attempt of one model at one task: what every log format is read into, and all that the
 * statistics see of it.
 */
export type Attempt = {
  readonly model: string
  readonly task: string
  /** Tasks that were made together and may be easy or hard together. */
  readonly family?: string
  /** The part of the item bank that the task was drawn from. */
  readonly stratum?: string
  /** Which attempt at the task, also called epoch or run; told apart only by being different. */
  readonly attempt: string
  readonly outcome: Outcome
  /** From 0 to 1, part marks included; null where the outcome is missing. */
  readonly score: number | null
  /** Tokens that the attempt used, of the model under test. */
  readonly tokens?: number
  /** How long a person skilled in the field takes for the task, in minutes. */
  readonly minutes?: number
  /** The place of the task in the declared order of its stratum, from 1. */
  readonly position?: number
  /** The frozen difficulty of the task, in points: 200 more are three times worse odds. */
  readonly difficulty?: number
  readonly at: Place
}

/** What a log says of an attempt before it was checked. */
export type AttemptClaim = Omit<Attempt, 'outcome' | 'score'> & {
  /** Without one, the score decides. */
  readonly outcome?: Outcome
  readonly score?: number
}

/**
 * The attempt that a log claims, or what contradicts itself in the claim: a score outside 0 to 1,
 * a success without marks, a failure with all of them, marks for what was not judged.
 */
export function attemptOf(claim: AttemptClaim): Result<Attempt, Problem> {
  const { score } = claim
  if (score !== undefined && !(score >= 0 && score <= 1)) {
    return bad(claim, `the score ${score} is not between 0 and 1`)
  }
  if (claim.outcome === undefined && score === undefined) {
    return bad(claim, 'neither an outcome nor a score is given', outcomeHint)
  }
  const outcome = claim.outcome ?? (score === 1 ? 'success' : 'failure')
  if (outcome === 'success' && score === 0) return bad(claim, 'a success has the score 0')
  if (claim.outcome === 'failure' && score === 1) return bad(claim, 'a failure has the score 1')
  const weighing = weighingOf[outcome]
  if (weighing !== 'seen' && (score ?? 0) > 0) {
    const why = `the outcome ${outcome} has the score ${score}, but nothing was judged`
    return bad(claim, why, 'call it success or failure where the verifier judged it')
  }
  return yes({ ...claim, outcome, score: scoreOf(outcome, score) })
}

const outcomeHint = `outcomes are ${outcomes.join(', ')}`

function scoreOf(outcome: Outcome, score: number | undefined): number | null {
  const weighing = weighingOf[outcome]
  if (weighing === 'missing') return null
  if (weighing === 'failure') return 0
  return score ?? (outcome === 'success' ? 1 : 0)
}

function bad({ task, at }: AttemptClaim, why: string, hint?: string) {
  const problem = { code: 'bad-value', why: `task "${task}": ${why}`, line: at.line } as const
  return no<Problem>({ ...problem, lost: true, ...(hint === undefined ? {} : { hint }) })
}
