import { decide, decideOffer } from '#features/engagement/deciding.ts'
import type { Act, Engagement, Side } from '#features/engagement/engagement.ts'
import type { Proposal } from '#features/engagement/proposal.ts'
import type { Terms } from '#features/engagement/terms.ts'

const dayMs = 86_400_000
const start = new Date('2026-09-01T00:00:00.000Z')
/** A moment so many days after the first of September 2026. */
export const day = (days: number): Date => new Date(start.getTime() + days * dayMs)

export const parties = {
  id: 'engagement_00000001',
  developer: 'org_developer1',
  evaluator: 'org_evaluator1',
}

export const terms: Terms = {
  purposes: ['capability-evaluation', 'safeguard-testing'],
  people: ['person_ada00001', 'person_ben00001'],
  places: ['The evaluator’s own machines'],
  promptsShownToDeveloper: 'digests',
  audiences: ['authority'],
  publication: 'verdict',
  retentionDays: { transcripts: 30, results: 365 },
  disposal: 'destroy',
  budget: { requests: 10_000, tokens: 50_000_000, microUsd: 2_000_000_000, atOnce: 50 },
}

/** Opens on day 5, closes and is released on day 30. */
export const proposal: Proposal = {
  model: {
    ...{ name: 'Larch', version: '4-preview', modalities: ['text'], reach: 'endpoint' },
    ...{ safeguards: ['on', 'off'], contextTokens: 200_000, tools: [], isOpenWeight: false },
  },
  plannedReleaseAt: day(30),
  window: { opensAt: day(5), closesAt: day(30) },
  terms,
  documentSha256: null,
  disclosures: [],
  independence: [
    { organisation: parties.evaluator, isIndependent: true, conflicts: [], declaredAt: day(0) },
  ],
}

const must = <T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): T => {
  if (result.ok) return result.value
  throw new Error(JSON.stringify(result.refusal))
}

export const offered = (offer = proposal, now = day(0)): Engagement =>
  must(decideOffer(parties, offer, now))

export const say = (found: Engagement, [side, act]: readonly [Side, Act], now: Date): Engagement =>
  must(decide(found, act, { side, now }))

/** Both have accepted it on day 1. */
export function agreed(offer = proposal): Engagement {
  const on = offered(offer)
  const { digest } = on.versions[0] ?? { digest: '' }
  return say(on, ['evaluator', { kind: 'accept', digest }], day(1))
}
