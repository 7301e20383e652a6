import type { Outcome } from '#formats/evaluation/outcome.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Attempt } from './attempt.ts'
import type { Dispute } from './dispute.ts'
import { reviewStateOf, type SampleReview } from './review-decision.ts'
import { isSameSample, type SampleKey, sampleText } from './sample-key.ts'

/** What was said of samples after they ended. */
export type Afterwards = {
  readonly reviews: readonly SampleReview[]
  readonly disputes: readonly Dispute[]
}

/** One sample that does not count as its verifier said, and who decided that. */
export type Recount = {
  readonly sample: SampleKey
  readonly by: 'review' | 'dispute'
  readonly was: Outcome
  readonly is: Outcome
  readonly reason: string
}

export type Counted = {
  readonly attempts: readonly Attempt[]
  readonly recounts: readonly Recount[]
}

/**
 * How a sample that a person set aside counts: its judgement is not relied on, so that it is
 * missing, and every number is worked out as if it had failed and as if it had succeeded.
 */
const setAside = { outcome: 'grader_error', score: null } as const

/**
 * The attempts as they count after reviews and disputes: as many as before, in their order. Refuses
 * as long as a flag waits for a person.
 */
export function countedAttempts(
  attempts: readonly Attempt[],
  { reviews, disputes }: Afterwards,
): Result<Counted, { readonly waiting: readonly SampleKey[] }> {
  const waiting = reviews.filter((one) => reviewStateOf(one) === 'flagged')
  if (waiting.length > 0) return no({ waiting: waiting.map(({ sample }) => sample) })
  const recounts: Recount[] = []
  const counted = attempts.map((attempt) => {
    const found = judgementOf(attempt, { reviews, disputes })
    if (found === null) return attempt
    const { by, reason, outcome, score } = found
    recounts.push({ sample: keyOf(attempt), by, was: attempt.outcome, is: outcome, reason })
    return { ...attempt, outcome, score }
  })
  return yes({ attempts: counted, recounts })
}

/** The sample that an attempt is: epochs are the names of attempts. */
const keyOf = ({ task, attempt }: Attempt): SampleKey => ({ task, epoch: Number(attempt) })

type Judgement = Pick<Recount, 'by' | 'reason'> & Pick<Attempt, 'outcome' | 'score'>

/** The newest answer that changes anything goes before the decision of a review. */
function judgementOf(attempt: Attempt, { reviews, disputes }: Afterwards): Judgement | null {
  const key = keyOf(attempt)
  const answers = disputes
    .filter((one) => one.state === 'answered' && isSameSample(one.sample, key))
    .flatMap((one) => (one.state === 'answered' && one.answer.is !== 'stands' ? [one] : []))
    .toSorted((one, other) => one.answeredAt.getTime() - other.answeredAt.getTime())
  const last = answers.at(-1)
  if (last !== undefined && last.answer.is !== 'stands') {
    const { answer, reason } = last
    const { outcome, score } = answer.is === 'set-aside' ? setAside : answer
    return { by: 'dispute', reason, outcome, score }
  }
  const review = reviews.find(({ sample }) => isSameSample(sample, key))
  if (review === undefined || reviewStateOf(review) !== 'set-aside') return null
  return { by: 'review', reason: review.decisions.at(-1)?.reason ?? '', ...setAside }
}

/** Which samples wait, for people. */
export const waitingText = (waiting: readonly SampleKey[]): string => {
  const named = waiting.slice(0, 5).map(sampleText).join('; ')
  const more = waiting.length > 5 ? ` and ${waiting.length - 5} more` : ''
  return `a person has yet to decide about flagged samples: ${named}${more}`
}
