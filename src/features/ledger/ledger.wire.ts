import { z } from 'zod'
import { roles } from '#features/org/role.ts'
import { ledgerActions, ledgerKinds } from './entry.ts'

/** Shapes of the ledger as they cross HTTP. */

const named = z.strictObject({ id: z.string(), name: z.string().nullable() })

export const LedgerEntryWire = z
  .strictObject({
    index: z.number(),
    at: z.string(),
    action: z.enum(ledgerActions),
    /** Who did it; null for the product itself, and where it was taken away. */
    person: named.nullable(),
    organisation: named.nullable(),
    role: z.enum(['system', ...roles]),
    kind: z.enum(ledgerKinds),
    record: z.string().nullable(),
    digest: z.string().nullable(),
    reason: z.string().nullable(),
    fields: z.record(z.string(), z.string()),
    /** Values that were taken away; what they were is still committed to. */
    redacted: z.array(z.string()),
    /** Values that are not the ones that were committed to. */
    damaged: z.array(z.string()),
  })
  .meta({ id: 'LedgerEntry' })

export const LedgerListWire = z
  .strictObject({ items: z.array(LedgerEntryWire), next: z.string().nullable() })
  .meta({ id: 'LedgerList' })

export const LedgerQueryWire = z.strictObject({
  action: z.enum(ledgerActions).optional(),
  record: z.string().max(500).optional(),
  person: z.string().max(100).optional(),
  /** Not before this moment, and before that one. */
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
  after: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  limit: z.int().min(1).max(200).default(50),
})

export const LedgerProofWire = z
  .strictObject({
    entry: LedgerEntryWire,
    /** The bytes that are hashed, in UTF-8. */
    leaf: z.string(),
    /** Salts and values of what the leaf commits to. */
    salted: z.record(z.string(), z.strictObject({ salt: z.string(), value: z.string() })),
    /** Hashes from the entry to the root (RFC 6962 section 2.1.1), in base64. */
    proof: z.array(z.string()),
    checkpoint: z.string(),
  })
  .meta({ id: 'LedgerProof' })

export const LedgerCheckpointWire = z
  .strictObject({
    /** A signed note (c2sp.org/tlog-checkpoint). */
    checkpoint: z.string(),
    /** Whose signature it bears, as a verifier key. */
    key: z.string(),
  })
  .meta({ id: 'LedgerCheckpoint' })

export const SeenEntryWire = z
  .strictObject({
    /** Tells nothing of how many entries there are. */
    id: z.string(),
    at: z.string(),
    action: z.enum(ledgerActions),
    person: z
      .strictObject({
        /** Null where this instance does not tell names. */
        name: z.string().nullable(),
        /** The same for each look of one person at reports of one organisation. */
        knownAs: z.string(),
      })
      .nullable(),
    organisation: z.string().nullable(),
    role: z.enum(['system', ...roles]),
    /** Why, in their words; null where nothing was asked or it was taken away. */
    reason: z.string().nullable(),
    /** Under which label, by its id. */
    label: z.string().nullable(),
  })
  .meta({ id: 'SeenEntry' })

export const SeenListWire = z
  .strictObject({ items: z.array(SeenEntryWire), next: z.string().nullable() })
  .meta({ id: 'SeenList' })

export const SeenQueryWire = z.strictObject({
  after: z
    .string()
    .regex(/^seen_[0-9a-f]{32}$/)
    .optional(),
  limit: z.int().min(1).max(200).default(50),
})

export const LedgerPageQueryWire = LedgerQueryWire.pick({ after: true, limit: true })

export const AnomalyListWire = z
  .strictObject({
    items: z.array(
      z.strictObject({
        person: named,
        kind: z.enum(['volume', 'hour']),
        what: z.enum(['opens', 'exports']).nullable(),
        span: z.enum(['hour', 'day']),
        /** When the hour or the day began. */
        from: z.string(),
        count: z.number(),
        /** The median of their own earlier hours or days; null where few are known. */
        own: z.number().nullable(),
        /** The median of everybody's. */
        all: z.number(),
      }),
    ),
  })
  .meta({ id: 'AnomalyList' })
