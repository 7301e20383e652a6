import { z } from 'zod'
import {
  approvalModes,
  approvalRefusals,
  approvalStates,
  expiryHoursMax,
  expiryHoursMin,
} from './approval.ts'

/** Shapes of approvals as they cross HTTP. */

const party = z.strictObject({
  person: z.strictObject({ id: z.string(), name: z.string() }),
  organisation: z.strictObject({ id: z.string(), name: z.string() }),
})

export const ApprovalWire = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    /** What the kind is called. */
    title: z.string(),
    subject: z.string(),
    /** What will happen, or would have, in sentences. */
    says: z.array(z.string()),
    reason: z.string(),
    by: party,
    requestedAt: z.string(),
    expiresAt: z.string(),
    mode: z.enum(approvalModes),
    /** An open request whose time is over is `expired`. */
    state: z.enum(approvalStates),
    /** `by` is null where it was withdrawn or nobody decided in time. */
    decided: z.strictObject({ by: party.nullable(), at: z.string(), why: z.string() }).nullable(),
    failedWhy: z.string().nullable(),
    /** Of what is shown here; whoever decides sends it along. */
    digest: z.string(),
    isMine: z.boolean(),
    /** Why whoever looks cannot decide it; null where they can. */
    whyNot: z.enum(approvalRefusals).nullable(),
  })
  .meta({ id: 'Approval' })

export const ApprovalListWire = z
  .strictObject({
    toDecide: z.array(ApprovalWire),
    mine: z.array(ApprovalWire),
    past: z.array(ApprovalWire),
  })
  .meta({ id: 'ApprovalList' })

export const ApprovalPageWire = ApprovalWire.extend({
  /** Whether something else would happen by now than what is shown; null once it is over. */
  isChanged: z.boolean().nullable(),
  /** How many people could decide it now, besides who asks; null once it is over. */
  deciders: z.number().int().nullable(),
}).meta({ id: 'ApprovalPage' })

const reason = z.string().max(2_000).regex(/\S/, 'It must say something.')

export const ApprovalWishWire = z.strictObject({
  kind: z.string().max(100),
  /** As the kind has it; docs/operations/approvals.md lists them. */
  request: z.record(z.string(), z.json()),
  reason,
  /** How long it waits; as the settings say where nothing is said. */
  hours: z.int().min(expiryHoursMin).max(expiryHoursMax).optional(),
})

export const ApprovalDecisionWire = z.strictObject({
  /** Of what was shown. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  reason,
})

export const ApprovalWithdrawalWire = ApprovalDecisionWire.pick({ digest: true })

export const ApprovalPolicyWire = z
  .strictObject({
    mode: z.enum(approvalModes),
    expiryHours: z.int().min(expiryHoursMin).max(expiryHoursMax),
    exportMax: z.int().min(1).max(100_000),
  })
  .meta({ id: 'ApprovalPolicy' })
