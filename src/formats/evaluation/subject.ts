/** Somebody who evaluated, as the developer was told before anything was agreed. */
export type SubjectEvaluator = {
  readonly organisation: string
  readonly isIndependent: boolean
  readonly conflicts: readonly string[]
}

/** Levels of SPDX 3.0.1, which took them from rules on the safety of products. */
export const safetyRisks = ['low', 'medium', 'high', 'serious'] as const

/**
 * What is known of a model beside the results of its evaluation. Nobody has to say any of it: what
 * is absent is told as not known.
 */
export type EvaluationSubject = {
  readonly developer?: string | undefined
  /** As its developer calls it; else it is called as in the results. */
  readonly model?: string | undefined
  readonly version?: string | undefined
  readonly modalities?: readonly string[] | undefined
  readonly plannedReleaseAt?: string | undefined
  readonly downloadLocation?: string | undefined
  /** What it is for. */
  readonly application?: string | undefined
  /** What it was made from. */
  readonly training?: string | undefined
  readonly limitation?: string | undefined
  readonly safetyRisk?: (typeof safetyRisks)[number] | undefined
  /** Variants that were asked. */
  readonly safeguards?: readonly string[] | undefined
  readonly evaluators?: readonly SubjectEvaluator[] | undefined
  /** When evaluators had access. */
  readonly window?: { readonly opensAt: string; readonly endsAt: string } | undefined
  readonly disclosures?:
    | readonly { readonly kind: string; readonly title: string; readonly sha256: string }[]
    | undefined
}

/** What the declared rule came to. */
export type SubjectVerdict = {
  readonly verdict: string
  readonly wording: string
  /** Of the declaration that both sides had agreed to before anybody saw the model. */
  readonly digest: string
  readonly declaration: {
    readonly threshold: number
    readonly protocol: string
    readonly tokenBudget: number
    readonly attempts: number
    readonly alpha: number
  }
}

/** Executive Order 14409, section 3(c), as everything that is handed to a developer says it. */
export const releaseStatement =
  'Nothing here holds, delays or permits a release: taking part is voluntary, and whether and ' +
  'when a model is released is for its developer to decide (Executive Order 14409, section 3(c)).'
