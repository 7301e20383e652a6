import { yes } from '#kernel/result.ts'
import { type ApprovalPolicy, approvalPolicy, setApprovalPolicy } from './approval.store.ts'
import { ApprovalPolicyWire } from './approval.wire.ts'
import { approvalKind } from './approval-kind.ts'

/** How approvals themselves are given: whoever could loosen that alone would need no second one. */
export const policyKind = approvalKind({
  ...{ name: 'policy.change', title: 'Change how approvals are given' },
  ...{ whoMayAsk: 'administer', whoMayDecide: 'administer' },
  shape: ApprovalPolicyWire,
  describe: async (tx, { request }) => {
    const before = await approvalPolicy(tx)
    const says = sentencesOf(before, request)
    return yes({ subject: 'approval policy', cases: [], says, basis: before })
  },
  carryOut: async (tx, { request, now }) => {
    await setApprovalPolicy(tx, request, now)
    return yes(null)
  },
})

const modeWords = {
  'two-persons': 'two people',
  'two-organisations': 'two people of two organisations',
} as const

/** What changes comes first. */
function sentencesOf(before: ApprovalPolicy, after: ApprovalPolicy): readonly string[] {
  const hours = (policy: ApprovalPolicy): string => `${policy.expiryHours} h`
  const rows = [
    ['Who it takes to approve something', modeWords[before.mode], modeWords[after.mode]],
    ['How long a request waits, unless it says otherwise,', hours(before), hours(after)],
    [
      'How many cases a person takes out in a day without an approval',
      ...[String(before.exportMax), String(after.exportMax)],
    ],
  ]
  const [changed, same] = [true, false].map((is) => rows.filter(([, x, y]) => (x !== y) === is))
  return [
    ...(changed ?? []).map(([what, from, to]) => `${what} changes from ${from} to ${to}.`),
    ...(same ?? []).map(([what, from]) => `${what} stays at ${from}.`),
  ]
}
