import { z } from 'zod'
import { LabelWire } from '#features/label/label.wire.ts'

/** Shapes of intake as they cross HTTP, besides the TAP contract, which formats/tap keeps. */

export const ImportProblemWire = z
  .strictObject({
    code: z.string(),
    why: z.string(),
    at: z.string().nullable(),
    hint: z.string().nullable(),
    lost: z.boolean(),
  })
  .meta({ id: 'ImportProblem' })

/** What became of a document that was handed in as a whole. */
export const ImportWire = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    series: z.string().nullable(),
    format: z.string().nullable(),
    /** `stored` and `reading` are under way, `read` waits for correlation, `placed` is the end. */
    state: z.enum(['stored', 'reading', 'read', 'placed', 'refused']),
    sizeBytes: z.number(),
    sha256: z.string(),
    receivedAt: z.string(),
    finishedAt: z.string().nullable(),
    counts: z.strictObject({
      findings: z.number(),
      /** Findings that became reports with receipts of their own. */
      reports: z.number(),
      /** Known from an earlier import of the series: unchanged, or with facts that changed. */
      unchanged: z.number(),
      refreshed: z.number(),
      /** Of the series, seen before and missing now. */
      gone: z.number(),
      /** Taken back by the document itself. */
      aside: z.number(),
      placed: z.number(),
      /** Cases that are new, and reports that joined a case. */
      cases: z.number(),
      duplicates: z.number(),
      suggestions: z.number(),
    }),
    problems: z.array(ImportProblemWire),
  })
  .meta({ id: 'Import' })

export const ImportListWire = z
  .strictObject({ items: z.array(ImportWire), next: z.string().nullable() })
  .meta({ id: 'ImportList' })

export const ImportAcceptedWire = z
  .strictObject({
    import: z.string(),
    /** True when these very bytes were handed in before: nothing is stored twice. */
    isKnown: z.boolean(),
    message: z.string(),
  })
  .meta({ id: 'ImportAccepted' })

/** One report of an import; `ordinal` counts from 0 and is where a reader resumes. */
const ImportedReportWire = z
  .strictObject({
    ordinal: z.number(),
    receipt: z.string(),
    title: z.string(),
    outcome: z.enum(['waiting', 'new', 'duplicate', 'unchanged', 'refreshed', 'aside']),
    case: z.string().nullable(),
  })
  .meta({ id: 'ImportedReport' })

export const ImportedReportListWire = z
  .strictObject({ items: z.array(ImportedReportWire), next: z.string().nullable() })
  .meta({ id: 'ImportedReportList' })

/**
 * A refusal of the intake. Those of the TAP contract have the types and violations of the contract
 * and no `code` of ours; what the server refuses by itself has the members of every problem.
 */
export const IntakeProblemWire = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    errors: z
      .array(
        z.looseObject({
          code: z.string().optional(),
          field: z.string().optional(),
          reason: z.string().optional(),
          also_field: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'IntakeProblem' })

/** What the submitting organisation sees of its own report, besides what the contract tells. */
export const SubmissionWire = z
  .strictObject({
    receipt: z.string(),
    status: z.enum(['queued', 'processing', 'done']),
    at: z.string(),
    outcome: z.enum(['waiting', 'new', 'duplicate', 'aside']).optional(),
    case: z
      .strictObject({
        id: z.string(),
        title: z.string(),
        status: z.string(),
        verdict: z.string(),
        severity: z.string(),
        evidence: z.string(),
        firstReportedAt: z.string(),
        /** True when this report was the first of its case. */
        isFirst: z.boolean(),
      })
      .optional(),
    /** One sentence: who does what next, and until when where that is known. */
    next: z.string().optional(),
    /** Since when nothing opens what came with it any more; absent while that is there. */
    payloadDestroyedAt: z.string().optional(),
  })
  .meta({ id: 'Submission' })

/** Where an organisation is told by machine what becomes of its reports. */
export const WebhookListWire = z
  .strictObject({
    items: z.array(z.strictObject({ organisation: z.string(), name: z.string(), url: z.string() })),
  })
  .meta({ id: 'WebhookList' })

export const WebhookWishWire = z
  .strictObject({ url: z.string().min(1).max(2_048) })
  .meta({ id: 'WebhookWish' })

/** The secret signs what is sent (Standard Webhooks); it is shown this once. */
export const WebhookMadeWire = z
  .strictObject({ url: z.string(), secret: z.string() })
  .meta({ id: 'WebhookMade' })

/** What is usual, by organisation; `instance` stands for all that have none of their own. */
export const LabelDefaultListWire = z
  .strictObject({ items: z.array(z.strictObject({ of: z.string(), label: LabelWire })) })
  .meta({ id: 'LabelDefaultList' })
