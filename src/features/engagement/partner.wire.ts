import { z } from 'zod'
import { lineShape } from '#platform/http/line-shape.ts'
import { sides } from './engagement.ts'
import { account, BudgetShape, moment } from './engagement.wire.ts'
import { occurrences, partnerTiers } from './partner.ts'
import { visibilities } from './terms.ts'

/** Shapes of trusted partners as they cross HTTP. Times are ISO 8601. */

const users = z.array(account).max(1_000)

export const PartnerWishWire = z.strictObject({
  organisation: lineShape(300),
  tier: z.enum(partnerTiers),
  users,
  /** How many people may be named; 25 unless less is agreed. */
  usersMax: z.int().min(1).max(1_000).default(25),
  /** What may be used up in all; what the tier gives unless less is agreed. */
  budget: BudgetShape.optional(),
  endsAt: moment,
})

export const PartnerActWire = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['agree', 'review', 'end']) }),
  z.strictObject({ kind: z.literal('start') }),
  z.strictObject({ kind: z.literal('users'), users }),
])

export const OccurrenceWishWire = z.strictObject({
  what: z.enum(occurrences),
  /** When somebody learnt of it: from then on the clocks run. */
  knownAt: moment,
  /** Whom it is about, where it is about one of the named people. */
  person: account.nullable(),
  text: z.string().min(1).max(10_000),
})

const DutyWire = z.strictObject({
  ...{ what: z.string(), by: z.string(), doneAt: z.string().nullable() },
  doneBy: z.string().nullable(),
})

const OccurrenceWire = z
  .strictObject({
    ...{ id: z.string(), what: z.enum(occurrences), knownAt: z.string(), toldAt: z.string() },
    ...{ toldBy: z.string().nullable(), person: z.string().nullable(), text: z.string() },
    duties: z.array(DutyWire),
  })
  .meta({ id: 'PartnerOccurrence' })

export const PartnerWire = z
  .strictObject({
    ...{ id: z.string(), engagement: z.string(), organisation: z.string() },
    ...{ tier: z.enum(partnerTiers), users: z.array(z.string()), usersMax: z.number() },
    state: z.enum(['proposed', 'agreed', 'started', 'ended']),
    agreedBy: z.array(z.enum(sides)),
    isReviewedWithAuthority: z.boolean(),
    ...{ endsAt: z.string(), startedAt: z.string().nullable(), endedAt: z.string().nullable() },
    /** What its people may use up in all. */
    budget: BudgetShape,
    /** What its tier asks for. */
    rule: z.strictObject({
      ...{ what: z.string(), credentialHoursMax: z.number(), egress: z.string() },
      promptsShownToDeveloper: z.enum(visibilities),
      isReviewed: z.boolean(),
    }),
    /** What was told last, the newest last. */
    occurrences: z.array(OccurrenceWire),
    /** Whether there are others before those, to be read page by page. */
    hasEarlierOccurrences: z.boolean(),
    names: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Partner' })

export const PartnerListWire = z
  .strictObject({ items: z.array(PartnerWire), next: z.string().nullable() })
  .meta({ id: 'PartnerList' })

export const OccurrenceListWire = z
  .strictObject({
    ...{ items: z.array(OccurrenceWire), names: z.record(z.string(), z.string()) },
    next: z.string().nullable(),
  })
  .meta({ id: 'PartnerOccurrenceList' })
