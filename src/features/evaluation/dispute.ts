import type { Outcome } from '#formats/evaluation/outcome.ts'
import { unreachable } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { attemptOf } from './attempt.ts'
import { isSameSample, type SampleKey, sampleText } from './sample-key.ts'

/** What the evaluator answers: the judgement stays, the sample is missing, or is judged anew. */
export type Answer =
  | { readonly is: 'stands' }
  | { readonly is: 'set-aside' }
  | { readonly is: 're-judged'; readonly outcome: Outcome; readonly score: number | null }

/** Whose words they are. */
type Side = 'developer' | 'evaluator'

export type Remark = {
  readonly side: Side
  readonly by: string
  readonly text: string
  readonly at: Date
}

/** A developer says that a sample was judged wrongly. Every word of both sides is kept. */
export type Dispute = {
  readonly id: string
  readonly sample: SampleKey
  readonly claim: string
  readonly openedBy: string
  readonly openedAt: Date
  readonly remarks: readonly Remark[]
} & DisputeState

export type DisputeState =
  | { readonly state: 'open' }
  | { readonly state: 'withdrawn'; readonly withdrawnAt: Date }
  | ({ readonly state: 'answered' } & Answered)

export type Answered = {
  readonly answer: Answer
  readonly reason: string
  readonly answeredBy: string
  readonly answeredAt: Date
}

export type DisputeAct =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly reason: string }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'remark'; readonly text: string }

export type DisputeRefusal = {
  readonly code: 'invalid' | 'not-allowed' | 'not-in-this-state' | 'not-found'
  readonly why: string
  readonly at?: string
}
type Decided = Result<Dispute, DisputeRefusal>
const refuse = (code: DisputeRefusal['code'], why: string, at?: string) =>
  no({ code, why, ...(at === undefined ? {} : { at }) })

type Saying = { readonly side: Side; readonly by: string; readonly now: Date }

export type DisputeWish = Pick<Dispute, 'id' | 'sample' | 'claim'>

/** A developer disputes a sample of the run; one dispute about a sample is open at a time. */
export function decideDispute(
  { id, sample, claim }: DisputeWish,
  known: { readonly isOfRun: boolean; readonly disputes: readonly Dispute[] },
  { side, by, now }: Saying,
): Decided {
  if (side !== 'developer') return refuse('not-allowed', 'The developer disputes samples.')
  if (claim.trim() === '') return refuse('invalid', 'Say what is wrong with it.', '/claim')
  if (!known.isOfRun) {
    return refuse('not-found', `The run has no sample ${sampleText(sample)}.`, '/sample')
  }
  const isOpen = known.disputes.some(
    (one) => one.state === 'open' && isSameSample(one.sample, sample),
  )
  if (isOpen) return refuse('not-in-this-state', 'A dispute about this sample is open.', '/sample')
  const opened = { id, sample, claim, openedBy: by, openedAt: now, remarks: [] }
  return yes({ ...opened, state: 'open' })
}

/** What either side says of a dispute. An answer is final; words may follow it from both. */
export function decideDisputeAct(
  dispute: Dispute,
  act: DisputeAct,
  { side, by, now }: Saying,
): Decided {
  if (act.kind === 'remark') {
    if (act.text.trim() === '') return refuse('invalid', 'Say something.', '/text')
    const remark = { side, by, text: act.text, at: now }
    return yes({ ...dispute, remarks: [...dispute.remarks, remark] })
  }
  if (dispute.state !== 'open') {
    return refuse('not-in-this-state', `The dispute is ${dispute.state}.`)
  }
  const { id, sample, claim, openedBy, openedAt, remarks } = dispute
  const kept = { id, sample, claim, openedBy, openedAt, remarks }
  switch (act.kind) {
    case 'withdraw':
      if (side !== 'developer') return refuse('not-allowed', 'The developer takes it back.')
      return yes({ ...kept, state: 'withdrawn', withdrawnAt: now })
    case 'answer': {
      if (side !== 'evaluator') return refuse('not-allowed', 'The evaluator answers.')
      const fault = answerFault(act, sample)
      if (fault !== null) return no(fault)
      const { answer, reason } = act
      return yes({ ...kept, state: 'answered', answer, reason, answeredBy: by, answeredAt: now })
    }
    default:
      return unreachable(act)
  }
}

function answerFault(
  { answer, reason }: Extract<DisputeAct, { kind: 'answer' }>,
  { task, epoch }: SampleKey,
): DisputeRefusal | null {
  if (reason.trim() === '') return { code: 'invalid', why: 'Say why, in words.', at: '/reason' }
  if (answer.is !== 're-judged') return null
  const { outcome, score } = answer
  const claim = { model: 'the model', task, attempt: String(epoch), outcome }
  const at = { name: 'answer', line: 1 }
  const read = attemptOf({ ...claim, at, ...(score === null ? {} : { score }) })
  if (!read.ok) return { code: 'invalid', why: read.refusal.why, at: '/answer/score' }
  if (read.value.score === score) return null
  const why = `The outcome ${outcome} goes with the score ${read.value.score}.`
  return { code: 'invalid', why, at: '/answer/score' }
}
