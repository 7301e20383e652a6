import { z } from 'zod'
import { positions, verdicts } from './determination.ts'
import { hex32 } from './engagement.wire.ts'

/** Shapes of determinations as they cross HTTP. Times are ISO 8601 in UTC. */

const VerdictWire = z.strictObject({
  ...{ id: z.string(), word: z.enum(verdicts), declarationSha256: hex32, resultsSha256: hex32 },
  /** "capability at least X under protocol E and budget B". */
  wording: z.string(),
})

const StatementWire = z.strictObject({
  ...{ position: z.enum(positions), text: z.string(), by: z.string(), at: z.string() },
})

export const DeterminationWire = z
  .strictObject({
    ...{ id: z.string(), askedAt: z.string(), takenBackAt: z.string().nullable() },
    verdicts: z.array(VerdictWire),
    /** Every version of what each said, the newest last. */
    authority: z.array(StatementWire),
    developer: z.array(StatementWire),
    /** Whether they say different things by now; that settles nothing. */
    isDisagreed: z.boolean(),
  })
  .meta({ id: 'Determination' })

export const DeterminationListWire = z
  .strictObject({ items: z.array(DeterminationWire) })
  .meta({ id: 'DeterminationList' })

export const DeterminationActWire = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('state'), position: z.enum(positions) },
    text: z.string().min(1).max(10_000),
  }),
  /** By its id: what it says is taken from the record. */
  z.strictObject({ kind: z.literal('name-verdict'), verdict: z.string().max(100) }),
  z.strictObject({ kind: z.literal('take-back') }),
])
