import { no, type Result, yes } from '#kernel/result.ts'
import {
  type CaseMoments,
  covers,
  emergencyMs,
  type ReadInPart,
  type ReadInTier,
  type SanctionedRole,
  tierRules,
  type Window,
  windowOf,
} from './read-in-tier.ts'

/** 1: need for this case, in writing. 2: capacity for one role. 3: vetted named person. */
export const gates = [1, 2, 3] as const
export type Gate = (typeof gates)[number]

/** A gate as it was decided once; the newest of each counts, the older ones stay. */
export type GateDecision = {
  readonly gate: Gate
  readonly isPassed: boolean
  readonly by: string
  readonly at: Date
}

/** Papers without which nobody is read in. */
export const papers = ['nda', 'conduct', 'antitrust'] as const
export type Paper = (typeof papers)[number]

/** Why a read-in ended: first those that people say, then those that end it by themselves. */
export const endingsSaid = ['task-done', 'left-sponsor', 'need-ended', 'breach', 'mistake'] as const
export const endings = [
  ...endingsSaid,
  ...(['expired', 'disclosed', 'case-closed', 'case-merged', 'person-disabled'] as const),
  ...(['organisation-disabled', 'left-organisation', 'sponsor-left', 'excluded'] as const),
] as const
export type Ending = (typeof endings)[number]

export type ReadInState = 'nominated' | 'gates' | 'assigned' | 'acknowledged' | 'ended' | 'refused'

/** One named person's way to one case. */
export type ReadIn = {
  readonly id: string
  readonly case: string
  readonly person: string
  readonly organisation: string
  readonly sponsor: string
  readonly tier: ReadInTier
  readonly part: ReadInPart
  readonly role: SanctionedRole
  readonly isEmergency: boolean
  readonly gates: readonly GateDecision[]
  readonly isRefused: boolean
  readonly assigned: (Window & { readonly at: Date; readonly by: string }) | null
  readonly acknowledgedAt: Date | null
  readonly ended: { readonly at: Date; readonly why: Ending } | null
}

/** What the system finds out about a person by itself. */
export type PersonFacts = {
  /** The organisation that they act for when they sign in; null for whoever cannot. */
  readonly organisation: string | null
  readonly hasPasskey: boolean
  readonly isSponsorActive: boolean
  readonly papers: readonly Paper[]
  /** Why they are shut out, of this case or of all; null where they are not. */
  readonly exclusion: string | null
}

export type ReadInRefusal = {
  readonly code:
    | ('not-in-this-state' | 'not-allowed' | 'needs-approval' | 'excluded' | 'invalid')
    | ('not-found' | 'changed')
  readonly why: string
}
type Decided<T> = Result<T, ReadInRefusal>
const refuse = (code: ReadInRefusal['code'], why: string) => no({ code, why })

export const isOpen = ({ isRefused, ended }: Pick<ReadIn, 'isRefused' | 'ended'>): boolean =>
  !isRefused && ended === null

export function stateOf(readIn: ReadIn): ReadInState {
  if (readIn.isRefused) return 'refused'
  if (readIn.ended !== null) return 'ended'
  if (readIn.acknowledgedAt !== null) return 'acknowledged'
  if (readIn.assigned !== null) return 'assigned'
  return readIn.gates.length > 0 ? 'gates' : 'nominated'
}

/** The decision that counts of each gate. */
const standing = (decided: readonly GateDecision[], gate: Gate): boolean =>
  decided.findLast((one) => one.gate === gate)?.isPassed ?? false

export const gatesMissing = (decided: readonly GateDecision[]): readonly Gate[] =>
  gates.filter((gate) => !standing(decided, gate))

/** What still stands in the way of the prerequisites, in words; empty where nothing does. */
export function prerequisitesMissing(
  { isEmergency, organisation }: Pick<ReadIn, 'isEmergency' | 'organisation'>,
  facts: PersonFacts,
): readonly string[] {
  // An emergency changes how the second and third are met, never whether: a session opened by any
  // way in, and papers that are agreed to with the acknowledgement.
  const unsigned = isEmergency ? [] : papers.filter((one) => !facts.papers.includes(one))
  return [
    ...(facts.organisation === organisation ? [] : ['a named person who can sign in']),
    ...(facts.hasPasskey || isEmergency ? [] : ['a passkey']),
    ...(unsigned.length === 0 ? [] : [`signed papers (${unsigned.join(', ')})`]),
    ...(facts.isSponsorActive ? [] : ['an active sponsor']),
  ]
}

export type Nomination = Omit<
  ReadIn,
  'part' | 'gates' | 'isRefused' | 'assigned' | 'acknowledgedAt' | 'ended'
> & { readonly need: string; readonly by: string }

/** One tier per person and case: whoever has one that is open is not nominated again. */
export function decideNomination(
  wish: Nomination,
  others: readonly Pick<ReadIn, 'case' | 'person' | 'isRefused' | 'ended'>[],
): Decided<ReadIn> {
  const { need, by, ...rest } = wish
  if (need.trim() === '') return refuse('invalid', 'Say in writing what this case needs them for.')
  if (wish.sponsor === wish.person) return refuse('invalid', 'Nobody is their own sponsor.')
  if (by === wish.person) return refuse('not-allowed', 'Nobody nominates themselves.')
  const same = (one: (typeof others)[number]): boolean =>
    one.case === wish.case && one.person === wish.person && isOpen(one)
  if (others.some(same)) {
    return refuse('not-in-this-state', 'They have a read-in to this case; one tier at a time.')
  }
  return yes({
    ...{ ...rest, part: tierRules[wish.tier].part, gates: [], isRefused: false },
    ...{ assigned: null, acknowledgedAt: null, ended: null },
  })
}

const over: ReadInRefusal = {
  code: 'not-in-this-state',
  why: 'This read-in is over; nominate them anew.',
}

/** What may be decided about by whom: of an open one, by anybody but the nominee. */
function declined(readIn: ReadIn, by: string): ReadInRefusal | null {
  if (!isOpen(readIn)) return over
  if (by !== readIn.person) return null
  return { code: 'not-allowed', why: 'Nobody decides about their own read-in.' }
}

/** A gate is passed or failed, never waived; what was decided before stays in the record. */
export function decideGate(
  readIn: ReadIn,
  decision: GateDecision,
  exclusion: string | null,
): Decided<ReadIn> {
  const not = declined(readIn, decision.by)
  if (not) return no(not)
  if (readIn.assigned !== null) {
    return refuse('not-in-this-state', 'It is assigned; end it where a gate no longer holds.')
  }
  const isPassed = decision.isPassed && (decision.gate !== 3 || exclusion === null)
  return yes({ ...readIn, gates: [...readIn.gates, { ...decision, isPassed }] })
}

export function decideRefusal(readIn: ReadIn, by: string): Decided<ReadIn> {
  const not = declined(readIn, by)
  if (not) return no(not)
  if (readIn.assigned !== null) return refuse('not-in-this-state', 'It is assigned; end it.')
  return yes({ ...readIn, isRefused: true })
}

export type Assigning = {
  readonly by: string
  readonly now: Date
  readonly moments: CaseMoments
  readonly facts: PersonFacts
  /** Earlier than the default end; later needs an approval. */
  readonly until: Date | null
}

/** Authorises a read-in for its case: behind all gates and prerequisites, with an end. */
export function decideAssignment(readIn: ReadIn, asked: Assigning): Decided<ReadIn> {
  const not = declined(readIn, asked.by)
  if (not) return no(not)
  if (readIn.assigned !== null) return refuse('not-in-this-state', 'It is assigned already.')
  const missing = gatesMissing(readIn.gates)
  if (missing.length > 0) {
    return refuse('not-in-this-state', `Not passed yet: gate ${missing.join(', ')}.`)
  }
  const { exclusion } = asked.facts
  if (exclusion !== null) return refuse('excluded', `They are shut out: ${exclusion}`)
  const lacks = prerequisitesMissing(readIn, asked.facts)
  if (lacks.length > 0) return refuse('not-in-this-state', `Missing: ${lacks.join('; ')}.`)
  const window = windowOf(readIn.tier, { ...asked, isEmergency: readIn.isEmergency })
  if (window === null) {
    const { opens } = tierRules[readIn.tier]
    return refuse('not-in-this-state', `Tier ${readIn.tier} opens ${opens}: plan that first.`)
  }
  const until = asked.until ?? window.until
  if (until > window.until) return refuse('needs-approval', 'That is longer than the tier lasts.')
  if (until <= window.opensAt) return refuse('invalid', 'It would end before it opens.')
  const assigned = { at: asked.now, by: asked.by, opensAt: window.opensAt, until }
  return yes({ ...readIn, assigned })
}

export type Acknowledging = {
  readonly by: string
  readonly isInPerson: boolean
  readonly now: Date
  readonly facts: PersonFacts
  /** What is agreed to with it, where papers were not signed before. */
  readonly agreed: readonly Paper[]
}

/** Nothing is seen before the person themselves has acknowledged what they may do with it. */
export function decideAcknowledgement(readIn: ReadIn, asked: Acknowledging): Decided<ReadIn> {
  const { person, assigned } = readIn
  if (asked.by !== person || !asked.isInPerson) {
    return refuse('not-allowed', 'Only the person who is read in acknowledges, signed in.')
  }
  if (!isOpen(readIn) || (assigned !== null && assigned.until <= asked.now)) return no(over)
  if (assigned === null || readIn.acknowledgedAt !== null) {
    return refuse('not-in-this-state', 'There is nothing to acknowledge.')
  }
  const { exclusion } = asked.facts
  if (exclusion !== null) return refuse('excluded', 'You are shut out of this case.')
  const lacks = prerequisitesMissing(readIn, asked.facts)
  if (lacks.length > 0) return refuse('not-in-this-state', `Missing: ${lacks.join('; ')}.`)
  const unsigned = papers.filter((one) => ![...asked.facts.papers, ...asked.agreed].includes(one))
  if (unsigned.length > 0) return refuse('invalid', `Agree to these first: ${unsigned.join(', ')}.`)
  return yes({ ...readIn, acknowledgedAt: asked.now })
}

export function decideEnd(
  readIn: ReadIn,
  ended: { readonly at: Date; readonly why: Ending },
): Decided<ReadIn> {
  return isOpen(readIn) ? yes({ ...readIn, ended }) : no(over)
}

export type TierChange = {
  readonly tier: ReadInTier
  readonly until: Date
  readonly by: string
  readonly now: Date
  readonly isApproved: boolean
}

/**
 * Another tier or end. What shows more, or lasts longer than the tier does by default, is widening,
 * which takes an approval; anything else holds at once.
 */
export function decideTier(readIn: ReadIn, change: TierChange): Decided<ReadIn> {
  const { assigned, isEmergency } = readIn
  const not = declined(readIn, change.by)
  if (not) return no(not)
  if (assigned === null) return refuse('not-in-this-state', 'It is not assigned yet.')
  const { part } = tierRules[change.tier]
  if (change.until <= assigned.opensAt || change.until <= change.now) {
    return refuse('invalid', 'It would end before it begins: end it instead.')
  }
  if (isEmergency && change.until.getTime() > assigned.at.getTime() + emergencyMs) {
    return refuse('not-allowed', 'An emergency read-in lapses after 72 hours; nominate them anew.')
  }
  const showsMore = !covers(readIn.part, part)
  const byDefault = assigned.opensAt.getTime() + tierRules[change.tier].lastsMs
  const isLonger = change.until.getTime() > Math.max(byDefault, assigned.until.getTime())
  if (!change.isApproved && (showsMore || isLonger)) {
    return refuse('needs-approval', 'That shows more or lasts longer: it needs an approval.')
  }
  return yes({
    ...{ ...readIn, tier: change.tier, part, assigned: { ...assigned, until: change.until } },
    // Whoever sees more acknowledges that first.
    acknowledgedAt: showsMore ? null : readIn.acknowledgedAt,
  })
}

/** Who asks, and how the database knows them. */
export type Asking = {
  readonly person: string
  readonly organisation: string
  readonly via: 'session' | 'token'
  readonly now: Date
  readonly facts: PersonFacts
}

/** Whether somebody sees something by it at this moment; the database decides by the same rule. */
export function isSeeing(readIn: ReadIn, { person, organisation, via, now, facts }: Asking) {
  const { assigned } = readIn
  return (
    isOpen(readIn) &&
    assigned !== null &&
    readIn.acknowledgedAt !== null &&
    gatesMissing(readIn.gates).length === 0 &&
    assigned.opensAt <= now &&
    now < assigned.until &&
    facts.exclusion === null &&
    facts.organisation === organisation &&
    (facts.hasPasskey || readIn.isEmergency) &&
    facts.isSponsorActive &&
    via === 'session' &&
    person === readIn.person &&
    organisation === readIn.organisation
  )
}
