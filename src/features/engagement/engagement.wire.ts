import { z } from 'zod'
import { LabelWire, LabelWishWire } from '#features/label/label.wire.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { closings, sides } from './engagement.ts'
import { disclosureKinds, reaches } from './proposal.ts'
import { audiences, disposals, publications, purposes, visibilities } from './terms.ts'

/**
 * Shapes of engagements as they cross HTTP, and as they are kept. Times are ISO 8601; those that
 * come in may have any offset.
 */

/** A moment that comes in. */
export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
/** A moment that goes out. */
const told = z.string()

export const hex32 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in 64 hexadecimal digits')
export const account = z.string().regex(/^person_[0-9a-z]{8,64}$/, 'is no id of an account')
const line = lineShape(300)
const lines = z.array(line).max(100)
const many = z.int().min(0).max(1_000_000_000_000)
const noun = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.array(z.enum(names)).max(names.length)

export const BudgetShape = z.strictObject({
  ...{ requests: many, tokens: many },
  /** In millionths of a US dollar. */
  microUsd: many,
  atOnce: z.int().min(0).max(100_000),
})

export const TermsShape = z.strictObject({
  purposes: noun(purposes),
  people: z.array(account).max(500),
  places: lines,
  promptsShownToDeveloper: z.enum(visibilities),
  audiences: noun(audiences),
  publication: z.enum(publications),
  retentionDays: z.strictObject({
    transcripts: z.int().min(0).max(3_650),
    results: z.int().min(0).max(36_500),
  }),
  disposal: z.enum(disposals),
  budget: BudgetShape,
})

const ModelShape = z.strictObject({
  ...{ name: lineShape(200), version: lineShape(200) },
  modalities: noun(['text', 'image', 'audio', 'video']),
  reach: z.enum(reaches),
  safeguards: lines,
  contextTokens: z.int().min(1).max(1_000_000_000),
  tools: lines,
  isOpenWeight: z.boolean(),
})

const DisclosureShape = z.strictObject({
  ...{ kind: z.enum(disclosureKinds), title: line, sha256: hex32 },
})

/** What either side proposes; each says by itself how independent it is. */
const proposing = <Moment extends z.ZodType>(when: Moment) => ({
  model: ModelShape,
  plannedReleaseAt: when,
  window: z.strictObject({ opensAt: when, closesAt: when }),
  terms: TermsShape,
  documentSha256: hex32.nullable(),
  disclosures: z.array(DisclosureShape).max(100),
})

/** A whole proposal, as both sides read it and its digest covers it. */
export const wholeProposal = <Moment extends z.ZodType>(when: Moment) =>
  z.strictObject({
    ...proposing(when),
    independence: z
      .array(
        z.strictObject({
          ...{ organisation: z.string(), isIndependent: z.boolean(), conflicts: lines },
          declaredAt: when,
        }),
      )
      .max(20),
  })

const ProposalWishWire = z.strictObject(proposing(moment)).meta({ id: 'ProposalWish' })
export const ProposalWire = wholeProposal(told).meta({ id: 'Proposal' })

export const OfferWire = z.strictObject({
  /** The organisation that it is offered to. */
  evaluator: z.string().max(100),
  proposal: ProposalWishWire,
  /** What its evaluators need to be cleared for; TLP:AMBER+STRICT where it is not said. */
  label: LabelWishWire.optional(),
})

const IndependenceWishWire = z.strictObject({ isIndependent: z.boolean(), conflicts: lines })

/** What either side says next; `settle` has a way of its own. */
export const ActWire = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('counter'),
    proposal: ProposalWishWire,
    /** Said by the evaluator alone, of itself. */
    independence: IndependenceWishWire.optional(),
  }),
  z.strictObject({ kind: z.literal('accept'), digest: hex32 }),
  z.strictObject({
    kind: z.enum(['decline', 'withdraw', 'pause', 'resume', 'end', 'leave', 'release']),
  }),
  z.strictObject({ kind: z.literal('narrow'), terms: TermsShape, closesAt: moment }),
  z.strictObject({ kind: z.literal('extend'), until: moment }),
  z.strictObject({ kind: z.literal('plan-release'), plannedAt: moment }),
])

const AccessWire = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('none') }),
  z.strictObject({ is: z.enum(['before', 'open', 'paused']), opensAt: told, endsAt: told }),
  z.strictObject({ is: z.literal('over'), endedAt: told, why: z.enum(closings).nullable() }),
])

const PartyWire = z.strictObject({ id: z.string(), name: z.string() })

const face = {
  id: z.string(),
  state: z.enum(['offered', 'agreed', 'closed', 'settled', 'declined', 'withdrawn']),
  /** For which side whoever asks speaks. */
  side: z.enum(sides),
  developer: PartyWire,
  evaluator: PartyWire,
  model: z.strictObject({ name: z.string(), version: z.string() }),
  plannedReleaseAt: told,
  releasedAt: told.nullable(),
  access: AccessWire,
  /** Whose word it waits for; null where it waits for nobody. */
  waitsFor: z.enum(sides).nullable(),
  label: LabelWire,
}

const EngagementRowWire = z.strictObject(face).meta({ id: 'EngagementRow' })
export const EngagementListWire = z
  .strictObject({ items: z.array(EngagementRowWire), next: z.string().nullable() })
  .meta({ id: 'EngagementList' })

/** One difference between two versions, by JSON pointer. */
const ChangeWire = z.strictObject({
  at: z.string(),
  was: z.string(),
  is: z.string(),
  /** What it does to what evaluators may do; null where it says nothing of that. */
  allows: z.enum(['more', 'less']).nullable(),
})

const VersionWire = z
  .strictObject({
    ...{ number: z.number(), digest: z.string(), by: z.enum(sides), at: told },
    isNarrowing: z.boolean(),
    proposal: ProposalWire,
    /** Against the version before; empty for the first. */
    changes: z.array(ChangeWire),
  })
  .meta({ id: 'ProposalVersion' })

export const EngagementWire = z
  .strictObject({
    ...face,
    /** Of the newest version. */
    digest: z.string(),
    acceptedBy: z.array(z.enum(sides)),
    agreed: z
      .strictObject({
        at: told,
        digest: z.string(),
        terms: TermsShape,
        endsWithRelease: z.boolean(),
      })
      .nullable(),
    pausedAt: told.nullable(),
    settled: z
      .strictObject({ at: told, how: z.enum(disposals), proofSha256: z.string() })
      .nullable(),
    versions: z.array(VersionWire),
    /** What whoever asks may say now. */
    mayDo: z.array(z.string()),
    /** People and organisations that it names. */
    names: z.record(z.string(), z.string()),
    documents: z.array(
      z.strictObject({
        ...{ id: z.string(), sha256: z.string(), name: z.string(), sizeBytes: z.number() },
        /** When its bytes were destroyed; null while they are there. */
        destroyedAt: z.string().nullable(),
        ...{ mediaType: z.string(), by: z.enum(sides), at: told },
      }),
    ),
  })
  .meta({ id: 'Engagement' })

const EventWire = z
  .strictObject({
    ...{ at: told, action: z.string(), kind: z.string(), record: z.string() },
    /** Null where the product itself did it. */
    person: PartyWire.nullable(),
    organisation: z.string().nullable(),
    fields: z.record(z.string(), z.string()),
  })
  .meta({ id: 'EngagementEvent' })
export const EventListWire = z
  .strictObject({ items: z.array(EventWire), next: z.string().nullable() })
  .meta({ id: 'EngagementEventList' })

export const EvaluatorListWire = z
  .strictObject({ items: z.array(PartyWire) })
  .meta({ id: 'EvaluatorList' })
