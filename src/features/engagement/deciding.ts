import { unreachable } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import {
  type Act,
  accessAt,
  actsBy,
  actsIn,
  type Closing,
  type Engagement,
  firstVersion,
  laterOf,
  type Side,
  type Standing,
} from './engagement.ts'
import { digestOf, type Proposal } from './proposal.ts'
import { widenedIn } from './terms.ts'
import { checkWindow, endOf, extend, lastPossibleEnd, type RunningWindow } from './window.ts'

export type EngagementRefusal = {
  readonly code:
    | ('not-in-this-state' | 'not-allowed' | 'invalid' | 'invalid-window' | 'too-long')
    | ('another-digest' | 'independence-missing' | 'wider' | 'released')
  readonly why: string
  readonly at?: string
}
type Decided<T = Engagement> = Result<T, EngagementRefusal>
const refuse = (code: EngagementRefusal['code'], why: string, at?: string) =>
  no({ code, why, ...(at === undefined ? {} : { at }) })

/** Who says something, and when. */
export type Saying = { readonly side: Side; readonly now: Date }

export type Parties = Pick<Standing, 'id' | 'developer' | 'evaluator'>

/** A developer puts its model on the table. Nothing obliges it to, and nothing follows from not. */
export function decideOffer(parties: Parties, proposal: Proposal, now: Date): Decided {
  const fault = proposalFault(proposal, { plannedAt: proposal.plannedReleaseAt, now })
  if (fault !== null) return no(fault)
  const current = firstVersion(proposal, 'developer', now)
  const release = { plannedAt: proposal.plannedReleaseAt, releasedAt: null }
  return yes({
    ...{ ...parties, state: 'offered', release, versions: [current], seenAt: now },
    ...{ current, acceptedBy: ['developer'] },
  })
}

/** What anybody says next. Refusals leave the engagement as it was; a release is never refused. */
export function decide(engagement: Engagement, act: Act, { side, now }: Saying): Decided {
  const at = laterOf(now, engagement.seenAt)
  const found = { ...closeIfOver(engagement, at), seenAt: at }
  if (!isListed(actsBy[act.kind], side)) {
    return refuse('not-allowed', `Only the ${actsBy[act.kind].join(' or ')} says that.`)
  }
  if (!isListed(actsIn[found.state], act.kind)) {
    return refuse(
      'not-in-this-state',
      `An engagement that is ${found.state} knows no "${act.kind}".`,
    )
  }
  switch (act.kind) {
    case 'plan-release':
      return yes(planned(found, act.plannedAt))
    case 'release':
      return yes(released(found, at))
    case 'withdraw':
      return yes(withdrawn(found, at))
    case 'decline':
      return yes({ ...standing(found), state: 'declined', declinedAt: at })
    case 'counter':
      return counter(found, act.proposal, { side, now: at })
    case 'accept':
      return accept(found, act.digest, { side, now: at })
    case 'settle': {
      if (found.state !== 'closed') return notNow()
      const { how, proofSha256 } = act
      return yes({ ...found, state: 'settled', settledAt: at, how, proofSha256 })
    }
    case 'pause':
    case 'resume':
    case 'narrow':
    case 'extend':
    case 'end':
    case 'leave':
      return whileAgreed(found, act, at)
    default:
      return unreachable(act)
  }
}

const isListed = <T>(list: readonly T[], one: T): boolean => list.includes(one)
const notNow = () => refuse('not-in-this-state', 'That is not possible in this state.')

/** What a state leaves behind it when another follows. */
const standing = ({ id, developer, evaluator, release, versions, seenAt }: Standing): Standing => ({
  ...{ id, developer, evaluator, release, versions, seenAt },
})

/** Access that has run out is over at the very moment that was due, whenever that is noticed. */
export function closeIfOver(engagement: Engagement, now: Date): Engagement {
  if (engagement.state !== 'agreed') return engagement
  const access = accessAt(engagement, now)
  if (access.is !== 'over') return engagement
  const { agreed } = engagement
  const closed = { at: access.endedAt, why: whyOver(engagement, access.endedAt) }
  return { ...standing(engagement), state: 'closed', agreed, closed }
}

function whyOver(
  { agreed, release }: Engagement & { readonly state: 'agreed' },
  endedAt: Date,
): Closing {
  const { window } = agreed
  const isAt = (moment: Date | null) => moment?.getTime() === endedAt.getTime()
  if (window.endsWithRelease && isAt(release.releasedAt)) return 'release'
  if (isAt(window.closesAt)) return 'agreed-end'
  if (isAt(lastPossibleEnd(window))) return 'day-30'
  return 'planned-release'
}

/** A fact, told by whoever knows it; the window follows, never the other way round. */
function planned(found: Engagement, plannedAt: Date): Engagement {
  const { releasedAt } = found.release
  return closeNow({ ...found, release: { plannedAt, releasedAt } }, found.seenAt)
}

/**
 * What is over by something that was just said ends now, not at the earlier moment that it names.
 */
function closeNow(changed: Engagement, now: Date): Engagement {
  const next = closeIfOver(changed, now)
  if (next.state !== 'closed' || changed.state === 'closed') return next
  return { ...next, closed: { ...next.closed, at: laterOf(next.closed.at, now) } }
}

/** Trusted partners have it: that is the release. Saying it twice changes nothing. */
function released(found: Engagement, at: Date): Engagement {
  const releasedAt = found.release.releasedAt ?? at
  return closeIfOver({ ...found, release: { ...found.release, releasedAt } }, at)
}

function withdrawn(found: Engagement, at: Date): Engagement {
  if (found.state === 'agreed') return closedBecause(found, 'withdrawn', at)
  return { ...standing(found), state: 'withdrawn', withdrawnAt: at }
}

function closedBecause(
  found: Engagement & { readonly state: 'agreed' },
  why: Closing,
  at: Date,
): Engagement {
  return { ...standing(found), state: 'closed', agreed: found.agreed, closed: { at, why } }
}

function proposalFault(
  proposal: Proposal,
  { plannedAt, now }: { readonly plannedAt: Date; readonly now: Date },
): EngagementRefusal | null {
  const { window, terms } = proposal
  const checked = checkWindow(window, plannedAt)
  if (!checked.ok) return { ...checked.refusal, at: `/window${checked.refusal.at}` }
  if (window.closesAt <= now) {
    const why = 'The window would be over already.'
    return { code: 'invalid-window', why, at: '/window/closesAt' }
  }
  if (terms.purposes.length === 0) {
    return { code: 'invalid', why: 'Name what access may be used for.', at: '/terms/purposes' }
  }
  return null
}

function counter(found: Engagement, proposal: Proposal, { side, now }: Saying): Decided {
  if (found.state !== 'offered') return notNow()
  if (found.release.releasedAt !== null) {
    return refuse('released', 'It is released: there is no time before the release left to offer.')
  }
  // Only the developer says when it plans to release; a counter-proposal repeats it.
  const isMoved = proposal.plannedReleaseAt.getTime() !== found.release.plannedAt.getTime()
  if (isMoved && side === 'evaluator') {
    const why = 'The planned release is a fact that the developer states, not one to propose.'
    return refuse('not-allowed', why, '/plannedReleaseAt')
  }
  const plannedAt = proposal.plannedReleaseAt
  const fault = proposalFault(proposal, { plannedAt, now })
  if (fault !== null) return no(fault)
  const number = found.versions.length + 1
  const current = { ...firstVersion(proposal, side, now), number }
  const release = { ...found.release, plannedAt }
  const versions = [...found.versions, current]
  return yes({ ...found, release, versions, current, acceptedBy: [side] })
}

/** Both name the same bytes, and whoever agrees has seen what the evaluator says of itself. */
function accept(found: Engagement, digest: string, { side, now }: Saying): Decided {
  if (found.state !== 'offered') return notNow()
  const { current } = found
  const { proposal } = current
  if (digest !== current.digest || digest !== digestOf(proposal)) {
    return refuse('another-digest', 'Something else is on the table now; read it first.', '/digest')
  }
  if (found.release.releasedAt !== null) {
    return refuse('released', 'It is released: there is no time before the release left.')
  }
  if (!proposal.independence.some(({ organisation }) => organisation === found.evaluator)) {
    const why = 'The evaluator first says how independent it is and what conflicts it has.'
    return refuse('independence-missing', why, '/independence')
  }
  if (proposal.terms.people.length === 0) {
    // The evaluator names its people; an empty list would grant nothing to anybody.
    return refuse('invalid', 'It names nobody who may ask the model.', '/terms/people')
  }
  const fault = proposalFault(proposal, { plannedAt: found.release.plannedAt, now })
  if (fault !== null) return no(fault)
  const acceptedBy = [...new Set([...found.acceptedBy, side])]
  if (acceptedBy.length < 2) return yes({ ...found, acceptedBy })
  const window: RunningWindow = { ...proposal.window, endsWithRelease: true }
  const agreed = { terms: proposal.terms, window, agreedAt: now, digest }
  return yes({ ...standing(found), state: 'agreed', agreed, pausedAt: null })
}

type AgreedAct = Extract<Act, { kind: 'pause' | 'resume' | 'narrow' | 'extend' | 'end' | 'leave' }>

function whileAgreed(found: Engagement, act: AgreedAct, at: Date): Decided {
  if (found.state !== 'agreed') return notNow()
  switch (act.kind) {
    case 'pause':
      return yes({ ...found, pausedAt: found.pausedAt ?? at })
    case 'resume':
      return yes({ ...found, pausedAt: null })
    case 'end':
      return yes(closedBecause(found, 'developer-ended', at))
    case 'leave':
      return yes(closedBecause(found, 'evaluator-left', at))
    case 'narrow':
      return narrow(found, act, at)
    case 'extend': {
      const window = extend(found.agreed.window, { until: act.until, now: at })
      if (!window.ok) return no(window.refusal)
      return yes({ ...found, agreed: { ...found.agreed, window: window.value } })
    }
    default:
      return unreachable(act)
  }
}

/** The developer takes something back: at once, alone, without a reason. */
function narrow(
  found: Engagement & { readonly state: 'agreed' },
  { terms, closesAt }: Extract<Act, { kind: 'narrow' }>,
  at: Date,
): Decided {
  const { agreed, release } = found
  const [wider] = widenedIn(terms, agreed.terms)
  if (wider !== undefined) {
    const why = 'That allows more than was agreed; both sides agree to more.'
    return refuse('wider', why, `/terms${wider}`)
  }
  if (closesAt > endOf(agreed.window, release)) {
    return refuse('wider', 'That is later than access ends now.', '/closesAt')
  }
  const latest = found.versions.at(-1)
  if (latest === undefined) return notNow()
  const window = { ...agreed.window, closesAt }
  const { opensAt } = window
  const proposal = { ...latest.proposal, terms, window: { opensAt, closesAt } }
  const number = found.versions.length + 1
  const version = { ...firstVersion(proposal, 'developer', at), number, isNarrowing: true }
  const narrowed = { ...agreed, terms, window, digest: version.digest }
  const next = { ...found, agreed: narrowed, versions: [...found.versions, version] }
  return yes(closeNow(next, at))
}
