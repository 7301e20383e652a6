import { unreachable } from '#kernel/assert.ts'
import { idOf } from '#kernel/id.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { decide as decideEngagement } from './deciding.ts'
import { type Access, type Engagement, laterOf, type Side } from './engagement.ts'
import type { Budget, Visibility } from './terms.ts'

export const PartnerId = idOf('partner')

/** What a partner gets early access for. */
export const partnerTiers = ['defence', 'red-team', 'specialised'] as const
export type PartnerTier = (typeof partnerTiers)[number]

export type TierRule = {
  readonly what: string
  /** Named users at most, unless both sides agree to fewer. */
  readonly usersMax: number
  /** Longest life of a credential, hours. */
  readonly credentialHoursMax: number
  /** What leaves the partner's machines. */
  readonly egress: 'as-the-partner-has-it' | 'allow-list-with-logs'
  /** How much of what its people ask the developer sees in its access log. */
  readonly promptsShownToDeveloper: Visibility
  /** What may be used up in all, unless both sides agree to less. */
  readonly budget: Budget
  /** Each organisation is looked at together with the authority first. */
  readonly isReviewed: boolean
}

/** Ours, the programmes name none: the money is these tokens at 50 US dollars a million. */
const usualBudget: Budget = {
  ...{ requests: 1_000_000, tokens: 2_000_000_000 },
  ...{ microUsd: 100_000_000_000, atOnce: 50 },
}

/** The three tiers of access programmes as of October 2026; the figures can be agreed lower. */
export const partnerTierRules: Readonly<Record<PartnerTier, TierRule>> = {
  defence: {
    what: 'Defends systems of its own',
    ...{ usersMax: 25, credentialHoursMax: 12, egress: 'as-the-partner-has-it', isReviewed: false },
    ...{ promptsShownToDeveloper: 'sizes', budget: usualBudget },
  },
  'red-team': {
    what: 'Attacks systems of its own, or with their owners’ leave',
    ...{ usersMax: 25, credentialHoursMax: 8, egress: 'allow-list-with-logs', isReviewed: false },
    ...{ promptsShownToDeveloper: 'digests', budget: usualBudget },
  },
  specialised: {
    what: 'Works on grids, aviation, telecommunication or interbank systems',
    ...{ usersMax: 25, credentialHoursMax: 8, egress: 'allow-list-with-logs', isReviewed: true },
    ...{ promptsShownToDeveloper: 'digests', budget: usualBudget },
  },
}

/** An organisation that both sides agree may have the model before the public does. */
export type Partner = {
  readonly id: string
  readonly organisation: string
  readonly tier: PartnerTier
  /** Accounts of named people; nobody else gets a credential. */
  readonly users: readonly string[]
  readonly usersMax: number
  /** What is less than its tier gives; absent where it is the same. */
  readonly budget?: Budget | undefined
  readonly endsAt: Date
  readonly agreedBy: readonly Side[]
  readonly isReviewedWithAuthority: boolean
  readonly startedAt: Date | null
  readonly ended: { readonly at: Date; readonly by: Side | 'date' } | null
}

export type PartnerRefusal = {
  readonly code: 'not-in-this-state' | 'not-allowed' | 'invalid' | 'too-many'
  readonly why: string
  readonly at?: string
}
type Decided<T = Partner> = Result<T, PartnerRefusal>
const refuse = (code: PartnerRefusal['code'], why: string, at?: string) =>
  no({ code, why, ...(at === undefined ? {} : { at }) })

export type PartnerWish = Pick<
  Partner,
  'id' | 'organisation' | 'tier' | 'users' | 'usersMax' | 'budget' | 'endsAt'
>

/** Either side names a partner; the other agrees to the same, or does not. */
export function decideProposal(wish: PartnerWish, side: Side, now: Date): Decided {
  const rule = partnerTierRules[wish.tier]
  if (wish.usersMax > rule.usersMax || wish.usersMax < 1) {
    return refuse('invalid', `1 to ${rule.usersMax} named users.`, '/usersMax')
  }
  if (new Set(wish.users).size !== wish.users.length) {
    return refuse('invalid', 'Somebody is named twice.', '/users')
  }
  if (wish.users.length > wish.usersMax) {
    return refuse('too-many', `${wish.usersMax} people at most.`, '/users')
  }
  if (wish.endsAt <= now) return refuse('invalid', 'It would be over already.', '/endsAt')
  for (const part of ['requests', 'tokens', 'microUsd', 'atOnce'] as const) {
    if (budgetOf(wish)[part] <= rule.budget[part]) continue
    return refuse('invalid', `${rule.budget[part]} at most.`, `/budget/${part}`)
  }
  return yes({
    ...{ ...wish, agreedBy: [side], isReviewedWithAuthority: false },
    ...{ startedAt: null, ended: null },
  })
}

export type PartnerAct =
  | { readonly kind: 'agree' | 'review' | 'end' }
  | { readonly kind: 'users'; readonly users: readonly string[] }

/** What either side says of a partner after it was named. Starting is in `decideStart`. */
export function decidePartner(
  partner: Partner,
  act: PartnerAct,
  { side, now }: { readonly side: Side; readonly now: Date },
): Decided {
  if (partnerStateOf(partner, now) === 'ended') return refuse('not-in-this-state', 'It is over.')
  switch (act.kind) {
    case 'agree':
      return yes({ ...partner, agreedBy: [...new Set([...partner.agreedBy, side])] })
    case 'review':
      return yes({ ...partner, isReviewedWithAuthority: true })
    case 'end':
      // The evaluator may take its word back before the start; after it, this is the developer's.
      if (side === 'evaluator' && partner.startedAt !== null) {
        return refuse('not-allowed', 'A release that has begun is the developer’s to end.')
      }
      return yes({ ...partner, ended: { at: now, by: side } })
    case 'users': {
      if (side !== 'developer') return refuse('not-allowed', 'The developer names users.')
      const { id, organisation, tier, usersMax, budget, endsAt } = partner
      const wish = { id, organisation, tier, usersMax, budget, endsAt, users: act.users }
      const checked = decideProposal(wish, side, now)
      return checked.ok ? yes({ ...partner, users: act.users }) : checked
    }
    default:
      return unreachable(act)
  }
}

/** Whether a partner's people may have credentials, and why not. */
export function partnerStateOf(
  partner: Partner,
  now: Date,
): 'proposed' | 'agreed' | 'started' | 'ended' {
  if (partner.ended !== null || partner.endsAt <= now) return 'ended'
  if (partner.startedAt !== null) return 'started'
  return partner.agreedBy.length === 2 ? 'agreed' : 'proposed'
}

/** What its people may use up in all, from its start to its end. */
export const budgetOf = ({ tier, budget }: Pick<Partner, 'tier' | 'budget'>): Budget =>
  budget ?? partnerTierRules[tier].budget

/** Whether its people may ask the model: from its start until it ends, which needs nobody. */
export function partnerAccessAt(partner: Partner, now: Date): Access {
  const { startedAt, endsAt, ended } = partner
  const endedAt = ended === null || ended.at > endsAt ? endsAt : ended.at
  if (partnerStateOf(partner, now) === 'ended') return { is: 'over', endedAt }
  return startedAt === null ? { is: 'none' } : { is: 'open', opensAt: startedAt, endsAt }
}

/**
 * A partner starts whenever the developer says, agreed to or not: choosing together is offered by
 * the order (section 3(b)(iii)), not demanded. That is the release, and what follows from one
 * follows.
 */
export function decideStart(
  partner: Partner,
  engagement: Engagement,
  { side, now }: { readonly side: Side; readonly now: Date },
): Decided<{ readonly partner: Partner; readonly engagement: Engagement }> {
  if (side !== 'developer') return refuse('not-allowed', 'Only the developer releases its model.')
  if (partnerStateOf(partner, now) === 'ended') return refuse('not-in-this-state', 'It is over.')
  const said = decideEngagement(engagement, { kind: 'release' }, { side, now })
  if (!said.ok) return refuse('not-in-this-state', said.refusal.why)
  const startedAt = partner.startedAt ?? laterOf(now, engagement.seenAt)
  return yes({ partner: { ...partner, startedAt }, engagement: said.value })
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** What a partner owes after something happened, each with its clock. */
export const occurrences = ['misuse', 'compromised-credential', 'leaver'] as const
export type Occurrence = (typeof occurrences)[number]
export type Due = { readonly what: string; readonly by: Date }

/**
 * Deadlines that begin when somebody learns of it: report in 24 hours, investigation begun in 48,
 * compromised credentials revoked in 24, leavers removed in three business days.
 */
export function duesOf(what: Occurrence, knownAt: Date, holidays: readonly string[] = []): Due[] {
  const after = (hours: number): Date => new Date(knownAt.getTime() + hours * hourMs)
  switch (what) {
    case 'misuse':
      return [
        { what: 'Report it', by: after(24) },
        { what: 'Begin the investigation', by: after(48) },
      ]
    case 'compromised-credential':
      return [
        { what: 'Revoke the credential', by: after(24) },
        { what: 'Report it', by: after(24) },
      ]
    case 'leaver':
      return [{ what: 'Remove the person', by: businessDaysAfter(knownAt, 3, holidays) }]
    default:
      return unreachable(what)
  }
}

/** The same time of day, so many days on that are no Saturday, Sunday or holiday (UTC dates). */
export function businessDaysAfter(from: Date, days: number, holidays: readonly string[]): Date {
  let moment = from
  for (let left = days; left > 0; ) {
    moment = new Date(moment.getTime() + dayMs)
    const isWeekend = [0, 6].includes(moment.getUTCDay())
    if (!isWeekend && !holidays.includes(moment.toISOString().slice(0, 10))) left--
  }
  return moment
}
