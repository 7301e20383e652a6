import { z } from 'zod'
import { unreachable } from '#kernel/assert.ts'
import { closings, type Engagement, sides } from './engagement.ts'
import { hex32, moment, TermsShape, wholeProposal } from './engagement.wire.ts'
import { disposals } from './terms.ts'

/** How an engagement is kept: JSON, its moments in ISO 8601. Another shape is a defect. */

const Version = z.strictObject({
  ...{ number: z.int().min(1), digest: hex32, proposal: wholeProposal(moment) },
  ...{ by: z.enum(sides), at: moment, isNarrowing: z.boolean() },
})

const standing = {
  ...{ id: z.string(), developer: z.string(), evaluator: z.string(), seenAt: moment },
  release: z.strictObject({ plannedAt: moment, releasedAt: moment.nullable() }),
  versions: z.array(Version).min(1),
}

const Agreed = z.strictObject({
  terms: TermsShape,
  window: z.strictObject({ opensAt: moment, closesAt: moment, endsWithRelease: z.boolean() }),
  ...{ agreedAt: moment, digest: hex32 },
})

const Closed = z.strictObject({ at: moment, why: z.enum(closings) })

const Kept = z.discriminatedUnion('state', [
  z.strictObject({
    ...{ ...standing, state: z.literal('offered'), current: Version },
    acceptedBy: z.array(z.enum(sides)),
  }),
  z.strictObject({
    ...{ ...standing, state: z.literal('agreed'), agreed: Agreed, pausedAt: moment.nullable() },
  }),
  z.strictObject({ ...standing, state: z.literal('closed'), agreed: Agreed, closed: Closed }),
  z.strictObject({
    ...{ ...standing, state: z.literal('settled'), agreed: Agreed, closed: Closed },
    ...{ settledAt: moment, how: z.enum(disposals), proofSha256: hex32 },
  }),
  z.strictObject({ ...standing, state: z.literal('declined'), declinedAt: moment }),
  z.strictObject({ ...standing, state: z.literal('withdrawn'), withdrawnAt: moment }),
])

export const encodeEngagement = (engagement: Engagement): string => JSON.stringify(engagement)

/** @throws ZodError or SyntaxError where it is no engagement as it was kept. */
export const decodeEngagement = (text: string): Engagement => Kept.parse(JSON.parse(text))

/** What of it stands in columns, by which the database and its queries decide. */
export type EngagementColumns = {
  readonly state: Engagement['state']
  readonly released_at: Date | null
  readonly agreed_at: Date | null
  readonly opens_at: Date | null
  readonly paused_at: Date | null
  readonly closed_at: Date | null
  readonly settled_at: Date | null
}

export function columnsOf(engagement: Engagement): EngagementColumns {
  const none = {
    agreed_at: null,
    opens_at: null,
    paused_at: null,
    closed_at: null,
    settled_at: null,
  }
  const { state, release } = engagement
  const common = { ...none, state, released_at: release.releasedAt }
  switch (engagement.state) {
    case 'offered':
    case 'declined':
    case 'withdrawn':
      return common
    case 'agreed': {
      const { agreedAt, window } = engagement.agreed
      const { pausedAt: paused_at } = engagement
      return { ...common, agreed_at: agreedAt, opens_at: window.opensAt, paused_at }
    }
    case 'closed':
    case 'settled': {
      const { agreed, closed } = engagement
      const settled_at = engagement.state === 'settled' ? engagement.settledAt : null
      const { agreedAt: agreed_at, window } = agreed
      return { ...common, agreed_at, opens_at: window.opensAt, closed_at: closed.at, settled_at }
    }
    default:
      return unreachable(engagement)
  }
}
