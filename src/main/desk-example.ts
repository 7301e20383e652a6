import type { z } from 'zod'
import type { OfferWire } from '#features/engagement/engagement.wire.ts'

const dayMs = 86_400_000

/** An offer to begin with: what a small developer would change is a handful of its values. */
export function deskExample(now: Date): z.input<typeof OfferWire> {
  const day = (days: number): string =>
    new Date(Math.ceil(now.getTime() / dayMs) * dayMs + days * dayMs).toISOString()
  return {
    evaluator: 'org_… (see "parley desk evaluators")',
    proposal: {
      model: {
        ...{ name: 'Our model', version: '1-preview', modalities: ['text'], reach: 'endpoint' },
        ...{ safeguards: ['on'], contextTokens: 128_000, tools: [], isOpenWeight: false },
      },
      plannedReleaseAt: day(30),
      window: { opensAt: day(7), closesAt: day(21) },
      terms: {
        purposes: ['capability-evaluation'],
        people: [],
        places: ['Machines of the evaluator'],
        promptsShownToDeveloper: 'sizes',
        audiences: ['authority'],
        publication: 'nothing',
        retentionDays: { transcripts: 30, results: 365 },
        disposal: 'destroy',
        budget: { requests: 20_000, tokens: 100_000_000, microUsd: 1_000_000_000, atOnce: 20 },
      },
      documentSha256: null,
      disclosures: [],
    },
  }
}
