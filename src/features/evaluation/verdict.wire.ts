import { z } from 'zod'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { capabilities } from './capability.ts'
import { RecountWire } from './result.wire.ts'
import { RunHorizonWire } from './run-horizon.ts'

const words = ['COVERED', 'NOT SHOWN', 'UNDETERMINED'] as const

/** What stands below every verdict (Executive Order 14409, section 3(c)). */
export const noEffect = 'Nothing here holds, delays or permits a release.' as const

const BranchWire = z.strictObject({
  verdict: z.enum(words),
  /** Null where nothing was judged yet. */
  mean: z.number().nullable(),
  /** Each limit holds alone with the confidence 1 - alpha. */
  lower: z.number(),
  upper: z.number(),
  /** Clustered by task, and its degrees of freedom; null for a sequential rule. */
  error: z.number().nullable(),
  df: z.number().nullable(),
  /** After how many blocks of tasks a sequential rule decided; null where it did not. */
  stop: z.number().nullable(),
  /**
   * The evidence for above and for below the threshold after each block of tasks, in natural
   * logarithms; one side decides at ln(1/alpha). Null for a fixed look.
   */
  evidence: z.strictObject({ above: z.array(z.number()), below: z.array(z.number()) }).nullable(),
})

const NumbersWire = z.strictObject({
  /** Tasks of each stratum that were attempted, in the order of the declaration. */
  tasks: z.array(z.number()),
  outcomes: z.record(z.enum(outcomes), z.number()),
  /** Tasks that wait for one before them in the declared order, and are not judged yet. */
  waiting: z.number(),
  /** Successes that used more than the budget, and count as exhausted. */
  overBudget: z.number(),
  earlierLooks: z.number(),
  isMissingSome: z.boolean(),
  ifAllFailed: BranchWire,
  ifAllSucceeded: BranchWire,
  withoutFamilies: z.array(
    z.strictObject({ family: z.string(), tasks: z.number(), verdict: z.enum(words).nullable() }),
  ),
  /** Samples that count otherwise than their verifier said. */
  recounts: z.array(RecountWire),
  /** Null where no human time of a task was known. */
  horizon: RunHorizonWire.nullable(),
})

export const VerdictWire = z
  .strictObject({
    ...{ id: z.string(), run: z.string(), at: z.string(), by: z.string() },
    capability: z.enum(capabilities),
    verdict: z.enum(words),
    wording: z.string(),
    /** SHA-256 of the declaration that both sides agreed to, and of the record of the results. */
    declarationSha256: z.string(),
    resultsSha256: z.string(),
    /** Null once the results are destroyed. */
    numbers: NumbersWire.nullable(),
    effect: z.literal(noEffect),
  })
  .meta({ id: 'Verdict' })
export const VerdictListWire = z
  .strictObject({ items: z.array(VerdictWire) })
  .meta({ id: 'VerdictList' })
export const VerdictWishWire = z
  .strictObject({ capability: z.enum(capabilities).default('cyber') })
  .meta({ id: 'VerdictWish' })
