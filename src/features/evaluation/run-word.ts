import { z } from 'zod'
import type { Side } from '#features/engagement/engagement.ts'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { unreachable } from '#kernel/assert.ts'
import type { Afterwards } from './counted.ts'
import type { Dispute } from './dispute.ts'
import { reviewDecisions, type SampleReview } from './review-decision.ts'
import { isSameSample, type SampleKey } from './sample-key.ts'

const text = z.string().min(1).max(8_000)
const name = z.string().min(1).max(200)

export const AnswerShape = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('stands') }),
  z.strictObject({ is: z.literal('set-aside') }),
  z.strictObject({
    is: z.literal('re-judged'),
    outcome: z.enum(outcomes),
    /** From 0 to 1; null where the outcome is missing. */
    score: z.number().min(0).max(1).nullable(),
  }),
])

/** What is kept of what somebody said, sealed. */
export const WordShape = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('opinion'),
    reviewer: name,
    isPerson: z.boolean(),
    confidence: z.number(),
    note: text,
  }),
  z.strictObject({
    kind: z.literal('decision'),
    is: z.enum(reviewDecisions),
    reason: text,
    opinions: z.number(),
  }),
  z.strictObject({ kind: z.literal('dispute'), id: name, claim: text }),
  z.strictObject({ kind: z.literal('withdrawal'), dispute: name }),
  z.strictObject({
    kind: z.literal('answer'),
    dispute: name,
    answer: AnswerShape,
    reason: text,
  }),
  z.strictObject({ kind: z.literal('remark'), dispute: name, text }),
  z.strictObject({ kind: z.literal('note'), text }),
  /** A flaw in real software that the sample showed, by the receipt of its report. */
  z.strictObject({ kind: z.literal('flaw'), receipt: name }),
  z.strictObject({ kind: z.literal('response'), text }),
])
export type Word = z.infer<typeof WordShape>

/** Something that was said of a run, as it is kept. */
export type RunWord = {
  readonly at: Date
  readonly side: Side
  readonly person: string
  /** Null for what is about the whole run. */
  readonly sample: SampleKey | null
  readonly word: Word
}

export type Note = Pick<RunWord, 'at' | 'person'> & { readonly text: string }

/** A flaw that went to the clearinghouse, and the sample that it was seen in. */
export type Flaw = Pick<RunWord, 'at' | 'person'> & {
  readonly sample: SampleKey
  readonly receipt: string
}

/** All that was said of a run, sorted by what it is about. */
export type Said = Afterwards & {
  readonly notes: readonly Note[]
  readonly responses: readonly Note[]
  readonly flaws: readonly Flaw[]
}

/** What a run's words, in their order, come to. They were decided on when they were said. */
export function saidIn(words: readonly RunWord[]): Said {
  const reviews = new Map<string, SampleReview>()
  const disputes = new Map<string, Dispute>()
  const notes: Note[] = []
  const responses: Note[] = []
  const flaws: Flaw[] = []
  for (const { at, person, side, sample, word } of words) {
    switch (word.kind) {
      case 'note':
      case 'response':
        ;(word.kind === 'note' ? notes : responses).push({ at, person, text: word.text })
        break
      case 'opinion':
      case 'decision': {
        if (sample === null) break
        const key = `${sample.task} ${sample.epoch}`
        const before = reviews.get(key) ?? { sample, opinions: [], decisions: [] }
        reviews.set(key, reviewed(before, word, { at, person }))
        break
      }
      case 'flaw':
        if (sample !== null) flaws.push({ at, person, sample, receipt: word.receipt })
        break
      case 'dispute':
        if (sample === null) break
        disputes.set(word.id, {
          ...{ id: word.id, sample, claim: word.claim, openedBy: person, openedAt: at },
          ...{ remarks: [], state: 'open' },
        })
        break
      case 'withdrawal':
      case 'answer':
      case 'remark': {
        const before = disputes.get(word.dispute)
        if (before) disputes.set(word.dispute, disputed(before, word, { at, person, side }))
        break
      }
      default:
        unreachable(word)
    }
  }
  return {
    reviews: [...reviews.values()],
    disputes: [...disputes.values()],
    notes,
    responses,
    flaws,
  }
}

type By = Pick<RunWord, 'at' | 'person'>

function reviewed(
  before: SampleReview,
  word: Extract<Word, { kind: 'opinion' | 'decision' }>,
  { at, person }: By,
): SampleReview {
  if (word.kind === 'opinion') {
    const { reviewer, isPerson, confidence, note } = word
    const opinion = { reviewer, isPerson, confidence, note, at }
    return { ...before, opinions: [...before.opinions, opinion] }
  }
  const { is, reason, opinions } = word
  const decision = { is, reason, opinions, by: person, at }
  return { ...before, decisions: [...before.decisions, decision] }
}

function disputed(
  before: Dispute,
  word: Extract<Word, { kind: 'withdrawal' | 'answer' | 'remark' }>,
  { at, person, side }: By & Pick<RunWord, 'side'>,
): Dispute {
  if (word.kind === 'remark') {
    const remark = { side, by: person, text: word.text, at }
    return { ...before, remarks: [...before.remarks, remark] }
  }
  const { id, sample, claim, openedBy, openedAt, remarks } = before
  const kept = { id, sample, claim, openedBy, openedAt, remarks }
  if (word.kind === 'withdrawal') return { ...kept, state: 'withdrawn', withdrawnAt: at }
  const { answer, reason } = word
  return { ...kept, state: 'answered', answer, reason, answeredBy: person, answeredAt: at }
}

/** What was said of one sample by reviewers; nothing is a review that is empty. */
export const reviewOf = ({ reviews }: Said, sample: SampleKey): SampleReview =>
  reviews.find((one) => isSameSample(one.sample, sample)) ?? {
    ...{ sample, opinions: [], decisions: [] },
  }
