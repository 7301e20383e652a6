import { sql } from 'kysely'
import type { Pool } from 'pg'
import { parseReceipt, type SubmissionStatus } from '#formats/tap/receipt.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { SubmissionFacts } from './submission.ts'

export type ReceiptStatus = { readonly status: SubmissionStatus; readonly at: Date }

/** No receipt has this form; asking for it takes as long as asking for any other. */
const noReceipt = 'SUB-'

/**
 * What a receipt alone lets anybody know; null for one that nobody was given. A text that cannot be
 * a receipt is looked up like any other, so that the time of the answer tells nothing.
 */
export async function statusOfReceipt(pool: Pool, text: string): Promise<ReceiptStatus | null> {
  const { rows } = await pool.query<{ status: string; at: Date }>(
    'select status, at from parley.status_of_receipt($1)',
    [parseReceipt(text) ?? noReceipt],
  )
  const [row] = rows
  return row ? { status: row.status === 'queued' ? 'queued' : 'done', at: row.at } : null
}

type Row = {
  readonly received_at: Date
  readonly joined_at: Date | null
  readonly aside: string | null
  readonly case_id: string | null
  readonly title: string
  readonly status: string
  readonly verdict: string
  readonly severity: string
  readonly evidence: string
  readonly first_reported_at: Date
  readonly wait_until: string | null
  readonly destroyed_at: Date | null
  readonly is_first: boolean
}

/** What its submitter and the staff may know of a report; null for everybody else. */
export async function factsOfReceipt(tx: Tx, receipt: string): Promise<SubmissionFacts | null> {
  const { rows } = await sql<Row>`
    select s.*, parley.payload_end_of_receipt(${receipt}) as destroyed_at
    from parley.submission_of_receipt(${receipt}) s`.execute(tx)
  const [row] = rows
  if (!row) return null
  const { received_at: receivedAt, joined_at: joinedAt, aside, case_id: id } = row
  return {
    ...{ receivedAt, joinedAt, aside, payloadDestroyedAt: row.destroyed_at },
    case:
      id === null
        ? null
        : {
            ...{ id, title: row.title, status: row.status, verdict: row.verdict },
            ...{ severity: row.severity, evidence: row.evidence, isFirst: row.is_first },
            ...{ firstReportedAt: row.first_reported_at, waitUntil: row.wait_until },
          },
  }
}
