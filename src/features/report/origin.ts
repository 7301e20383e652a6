import { z } from 'zod'
import type { TapSubmission } from '#formats/tap/intake.ts'

/** Where a report comes from whose flaw a model found while it was evaluated. */
export const OriginShape = z.strictObject({
  by: z.literal('model-under-evaluation'),
  model: z.strictObject({ name: z.string(), version: z.string() }),
  run: z.string(),
  /** The task, and the number of the attempt at it, from 1. */
  sample: z.strictObject({ task: z.string(), epoch: z.number() }),
  /** By its name, version and published root. */
  pack: z.strictObject({ name: z.string(), version: z.string(), root: z.string() }),
})
export type Origin = z.infer<typeof OriginShape>

/** What the contract calls the way in which it was found. */
const foundBy = 'ai-discovered'

/** A submission that says that a model found it, in words of the contract that name no model. */
export function foundByModel(submission: TapSubmission): TapSubmission {
  if (submission.discoveryMethod !== undefined) return submission
  const said = { discovery_method: foundBy }
  return {
    ...submission,
    discoveryMethod: foundBy,
    record: { ...submission.record, ...said },
    document: { ...submission.document, ...said },
  }
}
