import { approvalKind } from '#features/label/approval-kind.ts'
import { readInById } from '#features/label/read-in-row.store.ts'
import { WidenWish, widenTier } from '#features/label/read-in-widen.store.ts'
import { no, yes } from '#kernel/result.ts'
import { asParty } from './as-party.ts'

/** A read-in that shows more of its case, or lasts longer than its tier. */
export const widenReadInKind = approvalKind({
  ...{ name: 'read-in.widen', title: 'Let a read-in show more or last longer' },
  ...{ whoMayAsk: 'decide', whoMayDecide: 'decide' },
  shape: WidenWish,
  describe: async (tx, { request, by }) => {
    const found = await asParty(tx, { ...by, permission: 'decide' }, async (theirs) => {
      const says = await widenTier.describe(theirs, request)
      const readIn = await readInById(theirs, request.readIn)
      return readIn && { says, cases: [readIn.rule.case] }
    })
    if (found === null) return no('There is no such read-in for you to widen.')
    return yes({ subject: request.readIn, ...found, basis: null })
  },
  carryOut: async (tx, { request, id, by, now }) => {
    const done = await asParty(tx, { ...by, permission: 'decide' }, (theirs) =>
      widenTier.carryOut(theirs, { id, wish: request, now }),
    )
    if (done === null) return no('Whoever asked for it may not decide about cases any more.')
    return done.ok ? yes(null) : no(done.refusal.why)
  },
})
