import { z } from 'zod'
import { approvalKind } from '#features/label/approval-kind.ts'
import { no, yes } from '#kernel/result.ts'
import { asParty } from './as-party.ts'
import { problemOf } from './decline.ts'
import { isEmbargoLifted, planOf, savePlan } from './read-in-plan.store.ts'

const Lifting = z.strictObject({
  case: z.string().max(100),
  /** The new end, earlier than the one that stands; null for none. */
  until: z.iso.datetime().nullable(),
})

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** An embargo that ends before it was to end: DESIGN section 5, invariant 7. */
export const liftEmbargoKind = approvalKind({
  ...{ name: 'case.lift-embargo', title: 'Lift an embargo early' },
  ...{ whoMayAsk: 'decide', whoMayDecide: 'decide' },
  shape: Lifting,
  describe: async (tx, { request, by, now }) => {
    const plan = await asParty(tx, { ...by, permission: 'decide' }, (theirs) =>
      planOf(theirs, request.case),
    )
    if (plan === null) return no('There is no such case for you to decide about.')
    const embargoUntil = request.until === null ? null : new Date(request.until)
    if (!isEmbargoLifted(plan, { ...plan, embargoUntil }, now) || plan.embargoUntil === null) {
      return no('Its embargo does not end later than that: change the plan of the case itself.')
    }
    const ends = embargoUntil === null ? 'ends at once' : `ends at ${minute(embargoUntil)}`
    const says = [
      `The embargo of case ${request.case} ${ends}, not at ${minute(plan.embargoUntil)}.`,
      'Those who are read in are shown the new end; nothing is published by this.',
    ]
    return yes({
      subject: request.case,
      cases: [request.case],
      says,
      basis: { plan: plan.version },
    })
  },
  carryOut: async (tx, { request, by, granted, now }) => {
    const seen = await asParty(tx, { ...granted, permission: 'decide' }, (theirs) =>
      planOf(theirs, request.case),
    )
    if (seen === null) return no('Whoever grants this has to see the case.')
    const embargoUntil = request.until === null ? null : new Date(request.until)
    const change = { case: request.case, plan: { ...seen, embargoUntil } }
    const saved = await savePlan(tx, change, { person: by.person, now, isApproved: true })
    return saved.ok ? yes(null) : no(problemOf(saved.refusal).detail ?? 'It cannot be done.')
  },
})
