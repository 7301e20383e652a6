import type { Outcome } from '#formats/evaluation/outcome.ts'
import { type Attempt, attemptOf } from './attempt.ts'
import { weighingOf } from './outcome.ts'

/** What the statistics need of a sample that is kept. */
export type JudgedSample = {
  readonly task: string
  readonly epoch: number
  readonly family: string
  readonly stratum: string
  readonly position: number | null
  readonly outcome: Outcome
  readonly reward: number | null
  /** Input and output together, of the model under test. */
  readonly tokens: number
  /** How long people need for the task; absent where it is not known. */
  readonly minutes?: number
}

/**
 * The attempts that a run holds, as the statistics take them: every sample is one, what was not run
 * among them, so that nothing leaves the denominator. `run` and the place of the sample say where
 * each was read.
 */
export function attemptsOf(
  { model, run }: { readonly model: string; readonly run: string },
  samples: readonly JudgedSample[],
): readonly Attempt[] {
  return samples.map((sample, index) => {
    const { task, epoch, family, stratum, position, outcome, reward, tokens, minutes } = sample
    const isSeen = weighingOf[outcome] === 'seen' && reward !== null
    const attempt = attemptOf({
      ...{ model, task, family, stratum, attempt: String(epoch), outcome, tokens },
      ...(isSeen ? { score: reward } : {}),
      ...(position === null ? {} : { position }),
      ...(minutes === undefined ? {} : { minutes }),
      at: { name: run, line: index + 1 },
    })
    if (!attempt.ok) throw new TypeError(`what is kept of ${run}: ${attempt.refusal.why}`)
    return attempt.value
  })
}
