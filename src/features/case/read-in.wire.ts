import { z } from 'zod'
import { endings, endingsSaid, papers } from '#features/label/read-in.ts'
import { readInParts, readInTiers, sanctionedRoles } from '#features/label/read-in-tier.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { CaseWire } from './case.wire.ts'

/** Shapes of read-ins as they cross HTTP. Times are ISO 8601 in UTC. */

const named = z.strictObject({ id: z.string(), name: z.string() })
const moment = z.string().nullable()
const inFuture = z.iso.datetime()
const words = z.string().min(1).max(2_000)
const paper = z.enum(papers)
const marking = z.enum(['RED', 'AMBER+STRICT', 'AMBER'])
const state = z.enum(['nominated', 'gates', 'assigned', 'acknowledged', 'ended', 'refused'])

export const ReadInWire = z
  .strictObject({
    ...{ id: z.string(), case: z.string(), state, person: named, organisation: named },
    ...{ sponsor: named, nominatedAt: z.string(), nominatedBy: named, marking },
    ...{ tier: z.enum(readInTiers), part: z.enum(readInParts), role: z.enum(sanctionedRoles) },
    isEmergency: z.boolean(),
    /** Every decision of every gate, oldest first; the newest of each counts. */
    gates: z.array(
      z.strictObject({
        ...{ gate: z.number(), isPassed: z.boolean(), at: z.string(), by: named },
        ...{ what: z.string(), papers: z.array(paper), reusedFrom: z.string().nullable() },
      }),
    ),
    gatesMissing: z.array(z.number()),
    /** What was said with the steps: the need first. */
    reasons: z.array(
      z.strictObject({ step: z.string(), at: z.string(), by: named, text: z.string() }),
    ),
    ...{ assignedAt: moment, assignedBy: named.nullable(), opensAt: moment, until: moment },
    ...{ acknowledgedAt: moment, acknowledgedDigest: z.string().nullable() },
    ...{ agreed: z.array(paper), approval: z.string().nullable(), refusedAt: moment },
    ...{ endedAt: moment, endedBy: named.nullable(), endedWhy: z.enum(endings).nullable() },
  })
  .meta({ id: 'ReadIn' })

export const ReadInListWire = z
  .strictObject({ items: z.array(ReadInWire) })
  .meta({ id: 'ReadInList' })

export const NominationWire = z.strictObject({
  ...{ person: z.string().max(100), sponsor: z.string().max(100) },
  ...{ tier: z.enum(readInTiers), role: z.enum(sanctionedRoles), isEmergency: z.boolean() },
  need: words,
})

export const GateWire = z.strictObject({
  /** `reused`: an earlier one of theirs stands for it, where the instance allows that. */
  result: z.enum(['passed', 'failed', 'reused']),
  what: words,
  /** Papers that were seen signed; they count at the third gate. */
  papers: z.array(paper).max(papers.length),
})

export const RefusalWire = z.strictObject({ why: words })
/** Without `until` it ends when its tier does by default. */
export const AssignmentWire = z.strictObject({ why: words, until: inFuture.optional() })
export const TierChangeWire = z.strictObject({
  ...{ tier: z.enum(readInTiers), until: inFuture, why: words },
})
export const EndingWire = z.strictObject({ why: z.enum(endingsSaid), note: z.string().max(2_000) })

/** What a person is told of their own read-ins: nothing of the case. */
export const OwnReadInWire = z
  .strictObject({
    ...{ id: z.string(), state, marking, organisation: named, isEmergency: z.boolean() },
    ...{ tier: z.enum(readInTiers), part: z.enum(readInParts), role: z.enum(sanctionedRoles) },
    ...{ opensAt: moment, until: moment, acknowledgedAt: moment, endedAt: moment },
    endedWhy: z.enum(endings).nullable(),
    /** What they still have to do themselves or have done for them. */
    missing: z.array(z.string()),
    /** The text to be acknowledged, where that is what comes next. */
    acknowledgement: z
      .strictObject({ text: z.string(), digest: z.string(), papers: z.array(paper) })
      .nullable(),
  })
  .meta({ id: 'OwnReadIn' })

export const OwnReadInListWire = z
  .strictObject({ items: z.array(OwnReadInWire) })
  .meta({ id: 'OwnReadInList' })

export const AcknowledgementWire = z.strictObject({
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  agreed: z.array(paper).max(papers.length),
})

const artifact = z.strictObject({
  purl: z.string(),
  version: z.string(),
  sha256: z.string().nullable(),
})

/** What a read-in shows; what its part does not show is absent. */
export const ShownPartWire = z
  .strictObject({
    part: z.enum(readInParts),
    fix: z.strictObject({ text: z.string(), links: z.array(z.string()) }).optional(),
    timing: z.strictObject({ embargoUntil: moment, disclosureAt: moment }).optional(),
    goLiveAt: moment.optional(),
    artifacts: z.array(artifact).optional(),
    /** The case as a whole, for the one part that shows it. */
    page: CaseWire.optional(),
  })
  .meta({ id: 'ShownPart' })

const planned = {
  /** Of the plan that was changed; 0 for the first. */
  version: z.int().min(0),
  fixText: z.string().max(200_000),
  fixLinks: z.array(z.url({ protocol: /^https$/ }).max(1_000)).max(50),
  artifacts: z
    .array(
      z.strictObject({
        ...{ purl: lineShape(300), version: lineShape(100) },
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .nullable(),
      }),
    )
    .max(200),
  ...{ embargoUntil: inFuture.nullable(), analysisAt: inFuture.nullable() },
  ...{ upstreamAt: inFuture.nullable(), disclosureAt: inFuture.nullable() },
  goLiveAt: inFuture.nullable(),
  /** When it was made public, which ends every read-in. */
  disclosedAt: inFuture.nullable(),
}
export const PlanChangeWire = z.strictObject(planned)
export const PlanWire = z
  .strictObject({
    ...{ version: z.number(), fixText: z.string(), fixLinks: z.array(z.string()) },
    ...{ artifacts: z.array(artifact), embargoUntil: moment, analysisAt: moment },
    ...{ upstreamAt: moment, disclosureAt: moment, goLiveAt: moment, disclosedAt: moment },
  })
  .meta({ id: 'CasePlan' })

export const ExclusionListWire = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          ...{ id: z.string(), person: named.nullable(), organisation: named.nullable() },
          ...{ case: z.string().nullable(), reason: z.string(), madeAt: z.string() },
          ...{ madeBy: named, until: moment, endedAt: moment },
        })
        .meta({ id: 'Exclusion' }),
    ),
  })
  .meta({ id: 'ExclusionList' })

/** One person or one organisation, from one case or, with null, from all. */
export const ExclusionWishWire = z.strictObject({
  who: z.union([
    z.strictObject({ person: z.string().max(100) }),
    z.strictObject({ organisation: z.string().max(100) }),
  ]),
  case: z.string().max(100).nullable(),
  reason: words,
  until: inFuture.nullable(),
})

export const ReuseWire = z
  .strictObject({
    /** People of these organisations take the second and third gate along; null for nobody. */
    rule: z
      .strictObject({
        organisations: z.array(z.string().max(100)).min(1).max(100),
        days: z.int().min(1).max(365),
      })
      .nullable(),
  })
  .meta({ id: 'ReadInReuse' })
