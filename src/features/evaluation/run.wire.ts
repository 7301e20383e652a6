import { z } from 'zod'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { closingWords } from './run.store.ts'
import { TranscriptEvent } from './transcript.ts'

/** Shapes of runs as they cross HTTP. Times are ISO 8601 in UTC. */

const count = z.number()
const roleWord = z.string().regex(/^[a-z][a-z-]{0,39}$/)

export const RunWishWire = z.strictObject({
  /** SHA-256 of the declaration, hexadecimal. */
  declaration: z.string().max(64),
  pack: z.string().max(100),
  /** Of what the runner draws by chance. */
  seed: lineShape(4_000),
  /** Which model, variant or program stands in which role, such as `target`. */
  roles: z.record(roleWord, lineShape(300)).refine((roles) => Object.keys(roles).length <= 20),
})

const OutcomeCountsWire = z
  .strictObject({
    ...{ success: count, failure: count, model_refusal: count, budget_exhausted: count },
    ...{ safeguard_block: count, infra_error: count, grader_error: count, not_run: count },
  })
  .meta({ id: 'OutcomeCounts' })

export const RunWire = z
  .strictObject({
    id: z.string(),
    engagement: z.string(),
    declaration: z.string(),
    pack: z.string().nullable(),
    /** The how-manieth under its declaration. */
    number: count,
    rule: z.enum(['fixed-look', 'sequential']),
    /** `queued` until its first sample came. */
    state: z.enum(['queued', 'running', 'closed']),
    ...{ askedAt: z.string(), askedBy: z.string(), begunAt: z.string().nullable() },
    closed: z
      .strictObject({
        at: z.string(),
        /** Null where the product itself closed it. */
        by: z.string().nullable(),
        why: z.enum(closingWords),
        /** Declared tasks that nothing came of: they are not_run. */
        neverBegun: z.array(z.strictObject({ stratum: z.string(), tasks: count })),
      })
      .nullable(),
    /** Until when access lasts, and until when what was done in it is taken. */
    ...{ accessEndsAt: z.string(), handInUntil: z.string() },
    /** What was declared: tasks, and attempts at all of them together. */
    expected: z.strictObject({ tasks: count, samples: count }),
    /** Samples that came in. */
    finished: count,
    /** Those of them that something outside of the model kept from being judged. */
    troubled: count,
    /** Null while the rule is a fixed look and the run is open: to see them is a look. */
    outcomes: OutcomeCountsWire.nullable(),
    /** How often somebody looked at the results while it was open. */
    looks: count,
    /** Null where it is destroyed. */
    seed: z.string().nullable(),
    roles: z.record(z.string(), z.string()).nullable(),
    /** Whether whoever asks may work on it. */
    mayWork: z.boolean(),
    /** What people and organisations of its engagement are called, by id. */
    names: z.record(z.string(), z.string()),
  })
  .meta({ id: 'EvaluationRun' })

export const RunListWire = z
  .strictObject({
    items: z.array(RunWire),
    /** The run to go on after; null at the end. */
    next: z.string().nullable(),
  })
  .meta({ id: 'EvaluationRunList' })

export const RunPageQuery = z.strictObject({
  /** The id of a run, such as `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.int().min(1).max(50).default(20),
})

export const LookWishWire = z.strictObject({
  /** Said where the rule is a fixed look: after this no verdict can come of the run. */
  endsFixedLook: z.boolean().default(false),
})

const LookWire = z.strictObject({
  ...{ at: z.string(), person: z.string(), organisation: z.string(), samples: count },
})

export const LooksWire = z
  .strictObject({ outcomes: OutcomeCountsWire, looks: z.array(LookWire) })
  .meta({ id: 'EvaluationLooks' })

export const SampleTakenWire = z
  .strictObject({
    /** SHA-256 of the sample, which holds the digest of its transcript. */
    digest: z.string(),
    /** The very same was there before. */
    isSame: z.boolean(),
  })
  .meta({ id: 'SampleTaken' })

const SampleResultWire = z
  .strictObject({
    ...{ family: z.string(), difficulty: count, stratum: z.string(), outcome: z.enum(outcomes) },
    reward: z.number().nullable(),
    /** Null where the terms keep from the developer what the model was asked and said. */
    why: z.string().nullable(),
    tokens: z.strictObject({ input: count, output: count }).nullable(),
    ...{ tokenLimit: count.nullable(), turns: count.nullable(), microUsd: count.nullable() },
    ...{ startedAt: z.string().nullable(), endedAt: z.string().nullable() },
    workingMs: count.nullable(),
    contaminations: z.array(z.string()).nullable(),
  })
  .meta({ id: 'SampleResult' })

export const SampleListWire = z
  .strictObject({
    items: z.array(
      z.strictObject({
        ...{ task: z.string(), epoch: count, digest: z.string(), handedInAt: z.string() },
        ...{ events: count, sizeBytes: count },
        /** Null while the rule is a fixed look and the run is open. */
        result: SampleResultWire.nullable(),
      }),
    ),
    /** What to ask for next; null at the end. */
    next: z.strictObject({ afterTask: z.string(), afterEpoch: count }).nullable(),
  })
  .meta({ id: 'SampleList' })

export const EventSliceWire = z
  .strictObject({
    /** How many events the transcript has. */
    total: count,
    from: count,
    events: z.array(TranscriptEvent),
  })
  .meta({ id: 'TranscriptSlice' })
