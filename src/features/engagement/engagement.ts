import type { Proposal } from './proposal.ts'
import { digestOf } from './proposal.ts'
import type { Disposal, Terms } from './terms.ts'
import { endOf, type Release, type RunningWindow } from './window.ts'

/** Who speaks: the developer whose model it is, or the evaluator it is offered to. */
export const sides = ['developer', 'evaluator'] as const
export type Side = (typeof sides)[number]

/**
 * Why access ended. All but the last two are said by the developer, or follow from what it said.
 */
export const closings = [
  ...(['agreed-end', 'planned-release', 'release', 'day-30', 'developer-ended'] as const),
  ...(['evaluator-left', 'withdrawn'] as const),
] as const
export type Closing = (typeof closings)[number]

/** One version of what was on the table; none is ever forgotten. */
export type Version = {
  readonly number: number
  readonly digest: string
  readonly proposal: Proposal
  readonly by: Side
  readonly at: Date
  /** Narrowed by the developer after agreement, where no second acceptance is asked for. */
  readonly isNarrowing: boolean
}

/** What is true of an engagement in every state. */
export type Standing = {
  readonly id: string
  readonly developer: string
  readonly evaluator: string
  readonly release: Release
  readonly versions: readonly Version[]
  /** The latest moment that anything was decided at: a clock that is set back changes nothing. */
  readonly seenAt: Date
}

export type Agreed = {
  readonly terms: Terms
  readonly window: RunningWindow
  readonly agreedAt: Date
  readonly digest: string
}

/**
 * No state says anything of whether the model may be released: that is the developer's alone, in
 * each of them (Executive Order 14409, section 3(c)).
 */
export type Engagement = Standing &
  (
    | { readonly state: 'offered'; readonly current: Version; readonly acceptedBy: readonly Side[] }
    | { readonly state: 'agreed'; readonly agreed: Agreed; readonly pausedAt: Date | null }
    | { readonly state: 'closed'; readonly agreed: Agreed; readonly closed: Closed }
    | ({ readonly state: 'settled'; readonly agreed: Agreed; readonly closed: Closed } & Settlement)
    | { readonly state: 'declined'; readonly declinedAt: Date }
    | { readonly state: 'withdrawn'; readonly withdrawnAt: Date }
  )
export type State = Engagement['state']

export type Closed = { readonly at: Date; readonly why: Closing }
export type Settlement = {
  readonly settledAt: Date
  readonly how: Disposal
  /** SHA-256 of the proof that what was held is returned or destroyed. */
  readonly proofSha256: string
}

export type Act =
  | { readonly kind: 'counter'; readonly proposal: Proposal }
  | { readonly kind: 'accept'; readonly digest: string }
  | { readonly kind: 'decline' }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'narrow'; readonly terms: Terms; readonly closesAt: Date }
  | { readonly kind: 'extend'; readonly until: Date }
  | { readonly kind: 'end' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'plan-release'; readonly plannedAt: Date }
  | { readonly kind: 'release' }
  | { readonly kind: 'settle'; readonly how: Disposal; readonly proofSha256: string }
export type ActKind = Act['kind']

const both = sides
/** Who may say what. The developer's word about its release is asked of nobody else. */
export const actsBy = {
  ...{ counter: both, accept: both, decline: ['evaluator'], withdraw: ['developer'] },
  ...{ pause: ['developer'], resume: ['developer'], narrow: ['developer'] },
  ...{ extend: ['developer'], end: ['developer'], leave: ['evaluator'] },
  ...{ 'plan-release': ['developer'], release: ['developer'], settle: ['evaluator'] },
} as const satisfies Record<ActKind, readonly Side[]>

const always = ['plan-release', 'release'] as const
/** What may be said in which state; what is said of the release stands in every one. */
export const actsIn = {
  offered: [...always, 'counter', 'accept', 'decline', 'withdraw'],
  agreed: [...always, 'withdraw', 'pause', 'resume', 'narrow', 'extend', 'end', 'leave'],
  closed: [...always, 'settle'],
  ...{ settled: always, declined: always, withdrawn: always },
} as const satisfies Record<State, readonly ActKind[]>

export const firstVersion = (proposal: Proposal, by: Side, at: Date): Version => ({
  ...{ number: 1, digest: digestOf(proposal), proposal, by, at, isNarrowing: false },
})

/** Where access stands at a moment, and when it will end by itself. */
export type Access =
  | { readonly is: 'none' }
  | { readonly is: 'before' | 'open' | 'paused'; readonly opensAt: Date; readonly endsAt: Date }
  | { readonly is: 'over'; readonly endedAt: Date }

export const laterOf = (one: Date, other: Date): Date => (one > other ? one : other)

export function accessAt(engagement: Engagement, now: Date): Access {
  if (engagement.state === 'closed' || engagement.state === 'settled') {
    return { is: 'over', endedAt: engagement.closed.at }
  }
  if (engagement.state !== 'agreed') return { is: 'none' }
  const at = laterOf(now, engagement.seenAt)
  const { window } = engagement.agreed
  const endsAt = endOf(window, engagement.release)
  if (at >= endsAt) return { is: 'over', endedAt: endsAt }
  const { opensAt } = window
  if (at < opensAt) return { is: 'before', opensAt, endsAt }
  return { is: engagement.pausedAt === null ? 'open' : 'paused', opensAt, endsAt }
}
