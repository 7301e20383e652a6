import type { z } from 'zod'
import type { Dispute } from './dispute.ts'
import type { DisputeWire, FlawListWire, ResponseListWire, ReviewListWire } from './result.wire.ts'
import { reviewStateOf } from './review-decision.ts'
import type { Note, Said } from './run-word.ts'

const noteOf = ({ at, person, text }: Note) => ({ at: at.toISOString(), person, text })

export const presentReviews = ({ reviews, notes }: Said): z.input<typeof ReviewListWire> => ({
  items: reviews.map((review) => ({
    sample: review.sample,
    state: reviewStateOf(review),
    opinions: review.opinions.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
    decisions: review.decisions.map(({ is, by, reason, at }) => {
      return { is, by, reason, at: at.toISOString() }
    }),
  })),
  notes: notes.map(noteOf),
})

export const presentResponses = ({ responses }: Said): z.input<typeof ResponseListWire> => ({
  items: responses.map(noteOf),
})

export function presentDispute(dispute: Dispute): z.input<typeof DisputeWire> {
  const { id, sample, claim, openedBy, openedAt, remarks, state } = dispute
  const answered =
    dispute.state === 'answered'
      ? {
          ...{ answer: dispute.answer, reason: dispute.reason, by: dispute.answeredBy },
          at: dispute.answeredAt.toISOString(),
        }
      : null
  return {
    ...{ id, sample, claim, openedBy, openedAt: openedAt.toISOString(), state, answered },
    remarks: remarks.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
  }
}

/** Flaws, with the receipts that whoever asks is told. */
export const presentFlaws = (
  { flaws }: Said,
  receipts: ReadonlySet<string>,
): z.input<typeof FlawListWire> => ({
  items: flaws.map(({ sample, at, person, receipt }) => ({
    ...{ sample, at: at.toISOString(), by: person },
    receipt: receipts.has(receipt) ? receipt : null,
  })),
})
