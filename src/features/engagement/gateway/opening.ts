import { type Access, accessAt, type Engagement } from '../engagement.ts'
import { budgetOf, type Partner, partnerAccessAt, partnerTierRules } from '../partner.ts'
import type { Budget, Visibility } from '../terms.ts'

/** Who may pass a gate, and how much, as it is agreed now: narrowing it counts at once. */
export type OpeningTerms = {
  readonly people: readonly string[]
  readonly budget: Budget
  readonly promptsShownToDeveloper: Visibility
}

/** What a gate goes by, whoever it is for: evaluators, or one partner's people. */
export type Opening = {
  readonly engagement: string
  /** How often what it goes by had changed, where that is counted. */
  readonly changes?: number
  /** Whose gate it is; null for that of the evaluators. */
  readonly partner: string | null
  readonly accessAt: (now: Date) => Access
  /** Null where nothing is agreed. */
  readonly terms: OpeningTerms | null
}

/** The gate of an engagement's evaluators: it closes with their window. */
export const openingOfEngagement = (engagement: Engagement): Opening => ({
  ...{ engagement: engagement.id, partner: null },
  accessAt: (now) => accessAt(engagement, now),
  terms: 'agreed' in engagement ? engagement.agreed.terms : null,
})

/** The gate of a partner: it opens with its start and outlives the window of the evaluators. */
export const openingOfPartner = (partner: Partner, engagement: string): Opening => ({
  ...{ engagement, partner: partner.id },
  accessAt: (now) => partnerAccessAt(partner, now),
  terms: {
    ...{ people: partner.users, budget: budgetOf(partner) },
    promptsShownToDeveloper: partnerTierRules[partner.tier].promptsShownToDeveloper,
  },
})
