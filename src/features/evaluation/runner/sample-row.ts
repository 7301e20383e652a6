import { stratumOfTask } from '../bank-strata.ts'
import type { Declaration } from '../declaration.ts'
import type { Sample } from '../sample.ts'

/** What of a run stands beside each of its samples in a table. */
export type RowContext = {
  readonly model: string
  readonly declaration: Declaration | null
  /** How long people need for a task, where it was measured. */
  readonly minutesOf: (task: string) => number | null
}

/**
 * A finished sample as `parley eval stats` and `verdict` read an attempt, a line of JSON. The
 * stratum is the declared one.
 */
export function rowOfSample(sample: Sample, context: RowContext): string {
  const { task, epoch, family, difficulty, position, outcome, reward, why, tokens } = sample
  const minutes = context.minutesOf(task)
  const declared = context.declaration && stratumOfTask(context.declaration, sample)
  const stratum = declared ?? `${family}/${difficulty}`
  return JSON.stringify({
    ...{ model: context.model, task, family, stratum },
    ...{ attempt: String(epoch), outcome, ...(reward !== null && { score: reward }) },
    tokens: tokens.input + tokens.output,
    ...(minutes !== null && { minutes }),
    ...(position !== undefined && { position }),
    // What statistics do not read, for whoever looks at a line.
    ...{ level: difficulty, why },
  })
}
