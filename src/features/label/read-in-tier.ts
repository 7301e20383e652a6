/** What a read-in shows of its case. */
export const readInParts = [
  ...(['full', 'fix-material', 'fix-and-timing', 'artifact-and-time'] as const),
] as const
export type ReadInPart = (typeof readInParts)[number]

export const readInTiers = ['0', '1', '1.5', '2', '3', '3.5'] as const
export type ReadInTier = (typeof readInTiers)[number]

/** What somebody is read in to do. */
export const sanctionedRoles = ['analyse-or-patch', 'test', 'stage'] as const
export type SanctionedRole = (typeof sanctionedRoles)[number]

export type ReadInMarking = 'RED' | 'AMBER+STRICT' | 'AMBER'

/** The moments of a case that open tiers; null is not known yet. */
export type CaseMoments = {
  /** Analysis and testing of fixes begin. */
  readonly analysisAt: Date | null
  /** It is ready to be shared with the upstream project. */
  readonly upstreamAt: Date | null
  readonly disclosureAt: Date | null
  readonly goLiveAt: Date | null
}

export const noMoments: CaseMoments = {
  ...{ analysisAt: null, upstreamAt: null, disclosureAt: null, goLiveAt: null },
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export type TierRule = {
  readonly who: string
  readonly part: ReadInPart
  readonly marking: ReadInMarking
  /** What opens it, in words, and when that is; null where the plan does not say yet. */
  readonly opens: string
  readonly opensAt: (moments: CaseMoments, now: Date) => Date | null
  /** How long it lasts where nobody decides otherwise. */
  readonly lastsMs: number
}

const before = (moment: Date | null, ms: number): Date | null =>
  moment && new Date(moment.getTime() - ms)

/** The tiers of the read-in policy (draft v0.4, 2026-09-23); durations are this product's. */
export const tierRules: Readonly<Record<ReadInTier, TierRule>> = {
  '0': {
    ...{ who: 'Finder, response team, automated intake', part: 'full', marking: 'RED' },
    ...{ opens: 'when it is assigned', opensAt: (_, now) => now, lastsMs: 90 * dayMs },
  },
  '1': {
    ...{ who: 'Analysts of the response team', part: 'fix-material', marking: 'AMBER+STRICT' },
    opens: 'when analysis begins',
    ...{ opensAt: ({ analysisAt }) => analysisAt, lastsMs: 30 * dayMs },
  },
  '1.5': {
    ...{ who: 'Upstream maintainer or security team', part: 'fix-material' },
    ...{ marking: 'AMBER+STRICT', opens: 'when it is ready for upstream' },
    ...{ opensAt: ({ upstreamAt }) => upstreamAt, lastsMs: 30 * dayMs },
  },
  '2': {
    ...{ who: 'Distribution partners, pre-disclosure rings', part: 'fix-and-timing' },
    ...{ marking: 'AMBER+STRICT', opens: '14 days before the planned disclosure' },
    opensAt: ({ disclosureAt }) => before(disclosureAt, 14 * dayMs),
    lastsMs: 14 * dayMs,
  },
  '3': {
    ...{ who: 'CDNs, registries, downstream distributors', part: 'artifact-and-time' },
    ...{ marking: 'AMBER', opens: '7 days before going live' },
    opensAt: ({ goLiveAt }) => before(goLiveAt, 7 * dayMs),
    lastsMs: 7 * dayMs,
  },
  '3.5': {
    ...{ who: 'International coordinators', part: 'artifact-and-time', marking: 'AMBER' },
    opens: '24 hours before going live',
    opensAt: ({ goLiveAt }) => before(goLiveAt, dayMs),
    lastsMs: dayMs,
  },
}

/** An emergency read-in lapses so long after it was assigned, whatever its tier. */
export const emergencyMs = 72 * hourMs

const holds: Readonly<Record<ReadInPart, readonly string[]>> = {
  full: ['case', 'fix', 'timing', 'artifacts', 'go-live'],
  'fix-material': ['fix'],
  'fix-and-timing': ['fix', 'timing', 'go-live'],
  'artifact-and-time': ['artifacts', 'go-live'],
}

/** Whether one part shows everything that another shows. */
export const covers = (wide: ReadInPart, narrow: ReadInPart): boolean =>
  holds[narrow].every((one) => holds[wide].includes(one))

export type Window = { readonly opensAt: Date; readonly until: Date }

/** When a tier opens and ends by default; null where the plan of the case does not say yet. */
export function windowOf(
  tier: ReadInTier,
  { moments, isEmergency, now }: WindowAsked,
): Window | null {
  const { opensAt: opening, lastsMs } = tierRules[tier]
  const opens = opening(moments, now)
  if (opens === null) return null
  const opensAt = opens < now ? now : opens
  const until = opensAt.getTime() + lastsMs
  const lapses = isEmergency ? now.getTime() + emergencyMs : Number.POSITIVE_INFINITY
  return { opensAt, until: new Date(Math.min(until, lapses)) }
}

export type WindowAsked = {
  readonly moments: CaseMoments
  readonly isEmergency: boolean
  readonly now: Date
}

/** A tier by its name; the database keeps nothing else. */
export function tierOf(text: string): ReadInTier {
  const found = readInTiers.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a tier: ${text}`)
}

export function partOf(text: string): ReadInPart {
  const found = readInParts.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a part: ${text}`)
}

export function sanctionedRoleOf(text: string): SanctionedRole {
  const found = sanctionedRoles.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a sanctioned role: ${text}`)
}
