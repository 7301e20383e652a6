import type { z } from 'zod'
import type { Branch } from './branch.ts'
import { verdictOfRecord } from './result-record.ts'
import type { Held, KeptVerdict } from './verdict.store.ts'
import type { Verdict } from './verdict.ts'
import { noEffect, type VerdictWire } from './verdict.wire.ts'

type Shown = z.input<typeof VerdictWire>
type Numbers = NonNullable<Shown['numbers']>

/** A verdict with its numbers, worked out again from the record that is kept. */
export const presentVerdict = ({ held, ...kept }: KeptVerdict): Shown =>
  presentFace(kept, held && numbersAgain(held))

/** A verdict with numbers that are there. */
export function presentFace(kept: Omit<KeptVerdict, 'held'>, numbers: Shown['numbers']): Shown {
  const { id, run, at, person, capability, word, wording } = kept
  const { declarationSha256, resultsSha256 } = kept
  return {
    ...{ id, run, at: at.toISOString(), by: person, capability, verdict: word, wording },
    ...{ declarationSha256, resultsSha256, effect: noEffect, numbers },
  }
}

function numbersAgain(held: Held): Numbers {
  const found = verdictOfRecord(held.recorded)
  if (!found.ok) throw new TypeError('what was judged cannot be judged again')
  return numbersOf(held, found.value)
}

/** What is shown of a verdict. */
export function numbersOf({ recorded, recounts, horizon }: Held, found: Verdict): Numbers {
  const { tasks, outcomes, waiting, overBudget, isMissingSome, withoutFamilies } = found
  return {
    ...{ tasks: [...tasks], outcomes, waiting, overBudget, isMissingSome },
    earlierLooks: recorded.record.earlierLooks,
    ifAllFailed: branchOf(found.ifAllFailed),
    ifAllSucceeded: branchOf(found.ifAllSucceeded),
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
