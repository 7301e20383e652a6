import { assert } from '#kernel/assert.ts'
import type { IntakeWarning } from './intake-problem.ts'

/** What proves a submission and lets its status be read: `SUB-` and 18 characters of base32. */
export type Receipt = `SUB-${string}`

const form = /^SUB-[a-z2-7]{18}$/
/** RFC 4648 section 6 in lower case, without padding. */
const letters = 'abcdefghijklmnopqrstuvwxyz234567'
const lettersOfReceipt = 18

/** Random bytes that a receipt needs: its 18 letters hold 90 bits. */
export const receiptBytes = 12

/** The receipt of at least `receiptBytes` random bytes; what is over is left unused. */
export function receiptOf(random: Uint8Array): Receipt {
  assert(random.length >= receiptBytes, `a receipt needs ${receiptBytes} random bytes`)
  let bits = 0n
  for (const byte of random.subarray(0, receiptBytes)) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let at = 0; at < lettersOfReceipt; at++) {
    text += letters[Number((bits >> BigInt(receiptBytes * 8 - 5 * (at + 1))) & 31n)] ?? ''
  }
  return `SUB-${text}`
}

/** A text that can be a receipt at all; null for any other, which needs no look-up. */
export const parseReceipt = (text: string): Receipt | null => (isReceipt(text) ? text : null)

const isReceipt = (text: string): text is Receipt => form.test(text)

/** Body of the 202; `warnings` is absent where there is nothing to warn of. */
export type AcceptedBody = {
  readonly receipt: Receipt
  readonly message: string
  readonly warnings?: readonly IntakeWarning[]
}

export const acceptedBody = (
  receipt: Receipt,
  warnings: readonly IntakeWarning[] = [],
): AcceptedBody => ({
  receipt,
  message: `Stored. Follow ${statusPath(receipt)} with growing pauses.`,
  ...(warnings.length > 0 && { warnings }),
})

/** Relative to the root, so that it holds on whichever host the report was sent to. */
const statusPath = (receipt: Receipt): string => `/v1/submissions/${receipt}`

/** The `Link` header of the 202 (RFC 8288; relation `monitor` of RFC 5989). */
export const monitorLink = (receipt: Receipt): string => `<${statusPath(receipt)}>; rel="monitor"`

export type SubmissionStatus = 'queued' | 'processing' | 'done'

export type StatusBody = {
  readonly receipt: Receipt
  readonly status: SubmissionStatus
  /** RFC 3339: when `status` last changed. */
  readonly at: string
}

export const statusBody = (receipt: Receipt, status: SubmissionStatus, at: Date): StatusBody => ({
  receipt,
  status,
  at: at.toISOString(),
})
