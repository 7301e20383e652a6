import type { PublicFacts } from '#features/catalog/facts.ts'
import type { Severity } from '#formats/finding/finding.ts'

/** Everything about one case that its place in the queue depends on. */
export type RankInput = {
  readonly id: string
  readonly title: string
  /** The word that the reports use, where no score says more. */
  readonly severity?: Severity
  /** The word that a person set: it counts instead of every score of the reports. */
  readonly severityByPerson?: Severity
  /** CVSS vectors of the reports. */
  readonly cvss: readonly string[]
  /** A score without a vector, 0 to 10. */
  readonly score?: number
  /** E0 claim, E1 located, E2 artifacts attached, E3 shown in a sandbox, E4 shown and fixed. */
  readonly evidence: 'E0' | 'E1' | 'E2' | 'E3' | 'E4'
  readonly aliases: readonly string[]
  /** What the public knows; absent when no catalogue was read. */
  readonly facts?: PublicFacts
  /** Whether it touches the inventory; absent when no inventory was given. */
  readonly touchesInventory?: boolean
  readonly reportsCount: number
  /** Finders who are independent of each other. */
  readonly findersCount: number
  /**
   * Of the finder with the best track record, the share of findings that were confirmed that can be
   * relied on, in tenths (see the case feature); absent and 0 are the same.
   */
  readonly finderRecord?: number
  /** Where the affected system stands, when somebody has said it. */
  readonly exposure?: 'public' | 'internal'
  /** The first report's date, ISO 8601. */
  readonly published?: string
  /** A report carries steps, an input or code with which the flaw can be shown. */
  readonly hasProof?: boolean
  readonly references?: readonly string[]
  /** A report says that the flaw is being exploited. */
  readonly exploited?: boolean
  /** SSVC values that the reports give, by the names of their decision points. */
  readonly ssvc?: Readonly<Record<string, string>>
  /** A probability of exploitation that the reports give, 0 to 1. */
  readonly epss?: number
}
