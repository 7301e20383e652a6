import type { z } from 'zod'
import type { Branch } from './branch.ts'
import { verdictOfRecord } from './result-record.ts'
import type { Held, KeptVerdict } from './verdict.store.ts'
import { noEffect, type VerdictWire } from './verdict.wire.ts'

type Shown = z.input<typeof VerdictWire>

/** A verdict with its numbers, worked out again from the record that is kept. */
export function presentVerdict(kept: KeptVerdict): Shown {
  const { id, run, at, person, capability, word, wording, held } = kept
  const { declarationSha256, resultsSha256 } = kept
  return {
    ...{ id, run, at: at.toISOString(), by: person, capability, verdict: word, wording },
    ...{ declarationSha256, resultsSha256, effect: noEffect },
    numbers: held === null ? null : numbersOf(held),
  }
}

function numbersOf({ recorded, recounts, horizon }: Held): NonNullable<Shown['numbers']> {
  const found = verdictOfRecord(recorded)
  if (!found.ok) throw new TypeError('what was judged cannot be judged again')
  const { tasks, outcomes, overBudget, isMissingSome, withoutFamilies } = found.value
  return {
    ...{ tasks: [...tasks], outcomes, overBudget, isMissingSome },
    earlierLooks: recorded.record.earlierLooks,
    ifAllFailed: branchOf(found.value.ifAllFailed),
    ifAllSucceeded: branchOf(found.value.ifAllSucceeded),
    withoutFamilies: [...withoutFamilies],
    recounts: [...recounts],
    horizon,
  }
}

const branchOf = ({ verdict, mean, lower, upper, error, df, run }: Branch) => ({
  ...{ verdict, lower, upper, error, df },
  // JSON has no word for what is no number.
  mean: Number.isFinite(mean) ? mean : null,
  stop: run?.stop ?? null,
  evidence: run && { above: run.above.map(bounded), below: run.below.map(bounded) },
})

/** Evidence without end is beyond any threshold here too, and JSON has no word for it. */
const beyondAll = 700
const bounded = (log: number): number => Math.max(-beyondAll, Math.min(beyondAll, log))
