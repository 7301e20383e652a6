import { no, type Result, yes } from '#kernel/result.ts'
import type { SampleKey } from './sample-key.ts'

/** What one reviewer, a model or a person, thinks of one transcript. */
export type Opinion = {
  readonly reviewer: string
  readonly isPerson: boolean
  /** How sure it is that the attempt did not do what was asked: 1 is not at all, 10 is certain. */
  readonly confidence: number
  readonly note: string
  readonly at: Date
}

/** From so sure a reviewer on, a person has to look and decide. */
export const flagConfidenceMin = 5

export const reviewDecisions = ['kept', 'set-aside'] as const
export type ReviewDecision = {
  readonly is: (typeof reviewDecisions)[number]
  readonly by: string
  readonly reason: string
  readonly at: Date
  /** How many opinions there were when it was taken. */
  readonly opinions: number
}

/** Every opinion and decision on one sample, the newest last; none is ever taken away. */
export type SampleReview = {
  readonly sample: SampleKey
  readonly opinions: readonly Opinion[]
  readonly decisions: readonly ReviewDecision[]
}

export type ReviewState = 'unflagged' | 'flagged' | ReviewDecision['is']

/** A flag that is newer than the last decision asks for another one. */
export function reviewStateOf({ opinions, decisions }: SampleReview): ReviewState {
  const last = decisions.at(-1)
  const undecided = opinions.slice(last?.opinions ?? 0)
  if (undecided.some(isFlag)) return 'flagged'
  return last?.is ?? 'unflagged'
}

const isFlag = ({ confidence }: Opinion): boolean => confidence >= flagConfidenceMin

export type ReviewRefusal = {
  readonly code: 'invalid' | 'not-in-this-state' | 'not-allowed'
  readonly why: string
  readonly at?: string
}
type Decided = Result<SampleReview, ReviewRefusal>

/** One more opinion. Each reviewer says its own once. */
export function decideOpinion(review: SampleReview, opinion: Opinion): Decided {
  const { confidence, note, reviewer } = opinion
  if (!Number.isInteger(confidence) || confidence < 1 || confidence > 10) {
    const why = 'Confidence is a whole number from 1 to 10.'
    return no({ code: 'invalid', why, at: '/confidence' })
  }
  if (note.trim() === '') {
    return no({ code: 'invalid', why: 'Say what in the transcript it rests on.', at: '/note' })
  }
  if (review.opinions.some((one) => one.reviewer === reviewer)) {
    const why = 'This reviewer has said what it thinks of this sample.'
    return no({ code: 'not-in-this-state', why, at: '/reviewer' })
  }
  return yes({ ...review, opinions: [...review.opinions, opinion] })
}

/**
 * A person keeps a flagged sample or sets it aside. Nobody decides on a flag that is theirs alone,
 * and what was decided is decided anew only after a new flag.
 */
export function decideReview(
  review: SampleReview,
  wish: Pick<ReviewDecision, 'is' | 'reason'>,
  { by, now }: { readonly by: string; readonly now: Date },
): Decided {
  if (reviewStateOf(review) !== 'flagged') {
    const why = `No reviewer asks for a decision with a confidence of ${flagConfidenceMin} or more.`
    return no({ code: 'not-in-this-state', why })
  }
  if (wish.reason.trim() === '') {
    return no({ code: 'invalid', why: 'Say why, in words.', at: '/reason' })
  }
  const { decisions, opinions } = review
  const flags = opinions.slice(decisions.at(-1)?.opinions ?? 0).filter(isFlag)
  if (flags.every(({ reviewer, isPerson }) => isPerson && reviewer === by)) {
    const why = 'The flag is yours alone; another person decides on it.'
    return no({ code: 'not-allowed', why })
  }
  const decision = { ...wish, by, at: now, opinions: opinions.length }
  return yes({ ...review, decisions: [...decisions, decision] })
}
