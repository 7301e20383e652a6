/** One number that an evaluation came to. */
export type EvaluationMetric = {
  /** Whose scores it was made of. */
  readonly scorer: string
  /** `accuracy`, `mean`, … */
  readonly name: string
  readonly value: number
  readonly standardError: number | null
  readonly standardDeviation: number | null
  /** How many samples it was made of; null where nobody says. */
  readonly samples: number | null
}

/** How many attempts there are of each outcome, and how many there should be. */
export type EvaluationCounts = {
  readonly planned: number
  /** In the document that this was read from. */
  readonly present: number
  readonly byOutcome: ReadonlyMap<string, number>
}

/**
 * What an evaluation of one model came to, in no format's words: what every export is made of.
 * Times are ISO 8601, as the run wrote them; null is what nobody said.
 */
export type EvaluationResult = {
  /** Names this run of the evaluation, and no other. */
  readonly id: string
  readonly task: string
  readonly taskVersion: string | null
  readonly dataset: string | null
  readonly sampleIds: readonly (string | number)[]
  /** As its runner calls it, such as `openai/gpt-4o`. */
  readonly model: string
  readonly library: { readonly name: string; readonly version: string | null }
  readonly status: string
  readonly createdAt: string | null
  readonly startedAt: string | null
  readonly completedAt: string | null
  readonly epochs: number
  /** What one attempt may use, by its name: `token_limit`, `time_limit`, … */
  readonly limits: ReadonlyMap<string, number>
  readonly metrics: readonly EvaluationMetric[]
  readonly counts: EvaluationCounts
}
