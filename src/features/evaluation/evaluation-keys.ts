import { type EngagementKeys, engagementKeysOf } from '#features/engagement/engagement.store.ts'
import { type Keys, keysFor, type PurposeKeys } from '#platform/crypto/keys.ts'

/** What opens engagements, and what is kept of declarations and runs. */
export type EvaluationKeys = {
  readonly engagement: EngagementKeys
  readonly evaluation: PurposeKeys
}

export const evaluationKeysOf = (keys: Keys): EvaluationKeys => ({
  engagement: engagementKeysOf(keys),
  evaluation: keysFor(keys, 'evaluation'),
})
