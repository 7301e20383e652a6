import { z } from 'zod'
import { sides } from '#features/engagement/engagement.ts'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { reviewDecisions } from './review-decision.ts'
import { AnswerShape } from './run-word.ts'

/** Shapes of what is said of runs, as they cross HTTP. */

const told = z.string()
const words = z.string().trim().min(1).max(8_000)
const SampleKeyShape = z.strictObject({
  task: z.string().min(1).max(200),
  epoch: z.int().min(1).max(10_000),
})

const ReviewWire = z
  .strictObject({
    sample: SampleKeyShape,
    state: z.enum(['unflagged', 'flagged', ...reviewDecisions]),
    opinions: z.array(
      z.strictObject({
        ...{ reviewer: z.string(), isPerson: z.boolean(), confidence: z.number() },
        ...{ note: z.string(), at: told },
      }),
    ),
    decisions: z.array(
      z.strictObject({
        ...{ is: z.enum(reviewDecisions), by: z.string(), reason: z.string(), at: told },
      }),
    ),
  })
  .meta({ id: 'SampleReview' })
const NoteWire = z
  .strictObject({ at: told, person: z.string(), text: z.string() })
  .meta({ id: 'RunNote' })
export const ReviewListWire = z
  .strictObject({ items: z.array(ReviewWire), notes: z.array(NoteWire) })
  .meta({ id: 'SampleReviewList' })

/** What an evaluator says of a transcript, or of all of them. */
export const ReviewSayingWire = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('opinion'),
      sample: SampleKeyShape,
      /** The model whose opinion it is, as its runner calls it; without one it is your own. */
      model: z.string().min(1).max(150).optional(),
      confidence: z.number(),
      note: words,
    }),
    z.strictObject({
      kind: z.literal('decision'),
      sample: SampleKeyShape,
      is: z.enum(reviewDecisions),
      reason: words,
    }),
    z.strictObject({ kind: z.literal('note'), text: words }),
  ])
  .meta({ id: 'ReviewSaying' })

export const DisputeWire = z
  .strictObject({
    ...{ id: z.string(), sample: SampleKeyShape, claim: z.string() },
    ...{ openedBy: z.string(), openedAt: told },
    state: z.enum(['open', 'answered', 'withdrawn']),
    answered: z
      .strictObject({ answer: AnswerShape, reason: z.string(), by: z.string(), at: told })
      .nullable(),
    remarks: z.array(
      z.strictObject({ side: z.enum(sides), by: z.string(), text: z.string(), at: told }),
    ),
  })
  .meta({ id: 'Dispute' })
export const DisputeListWire = z
  .strictObject({ items: z.array(DisputeWire) })
  .meta({ id: 'DisputeList' })
export const DisputeWishWire = z
  .strictObject({ sample: SampleKeyShape, claim: words })
  .meta({ id: 'DisputeWish' })
export const DisputeActWire = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('answer'), answer: AnswerShape, reason: words }),
    z.strictObject({ kind: z.literal('withdraw') }),
    z.strictObject({ kind: z.literal('remark'), text: words }),
  ])
  .meta({ id: 'DisputeAct' })

export const ResponseWire = z.strictObject({ text: words }).meta({ id: 'RunResponseWish' })
export const ResponseListWire = z
  .strictObject({ items: z.array(NoteWire) })
  .meta({ id: 'RunResponseList' })

export const RecountWire = z
  .strictObject({
    ...{ sample: SampleKeyShape, by: z.enum(['review', 'dispute']), reason: z.string() },
    ...{ was: z.enum(outcomes), is: z.enum(outcomes) },
  })
  .meta({ id: 'Recount' })

export const FlawWishWire = z
  .strictObject({
    sample: SampleKeyShape,
    /** Of the report of the flaw, which your organisation handed in. */
    receipt: z.string().min(1).max(200),
  })
  .meta({ id: 'FlawWish' })
export const FlawListWire = z
  .strictObject({
    items: z.array(
      z.strictObject({
        ...{ sample: SampleKeyShape, at: told, by: z.string() },
        /**
         * Who holds a receipt reads how the report goes on. Null for a developer to whom the terms
         * do not show what the model said, or who is not cleared for the report.
         */
        receipt: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'FlawList' })
