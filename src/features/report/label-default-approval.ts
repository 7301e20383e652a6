import { z } from 'zod'
import { approvalKind } from '#features/label/approval-kind.ts'
import { markingOf } from '#features/label/label.ts'
import { LabelWishWire } from '#features/label/label.wire.ts'
import { no, yes } from '#kernel/result.ts'
import { saveUsualLabel, usualBeforeAndAfter } from './label-default.store.ts'

const LabelDefaultWish = z.strictObject({
  of: z.string().max(100),
  label: LabelWishWire.nullable(),
})

export const aboveCeiling = 'This instance may not hold what has this label.'

/** A looser label for what comes in without one shows it to more people, as lowering one does. */
export const lowerDefaultKind = approvalKind({
  ...{ name: 'label.lower-default', title: 'Show more people what comes in without a label' },
  ...{ whoMayAsk: 'operate', whoMayDecide: 'operate' },
  shape: LabelDefaultWish,
  describe: async (tx, { request }) => {
    const change = await usualBeforeAndAfter(tx, request)
    if (change === null) return no('There is no such organisation.')
    const { before, after } = change
    const whose =
      request.of === 'instance' ? 'any organisation without a label of its own' : request.of
    const says = [
      `What ${whose} hands in without a label is ${markingOf(before)} now.`,
      `It becomes ${markingOf(after)}.`,
      'What was handed in before stays as it is.',
    ]
    return yes({ subject: `label of ${request.of}`, cases: [], says, basis: { before } })
  },
  carryOut: async (tx, { request, by, now }) => {
    const done = await saveUsualLabel(tx, request, { by: by.person, now, isAgreed: true })
    if (done.ok) return yes(null)
    return no(done.refusal === 'unknown' ? 'There is no such organisation.' : aboveCeiling)
  },
})
