import { z } from 'zod'
import { type ModelHorizon, modelHorizon } from './model-horizon.ts'
import { seededRandom } from './random.ts'
import type { Recorded } from './result-record.ts'

/** Draws for the intervals; fewer for large banks, so that nobody else waits for long. */
const [drawsMin, drawsMax, taskDrawsMax] = [200, 1_000, 300_000]

const limit = z.number().min(0)
/** The upper limit is null where it has no end. */
const IntervalWire = z.strictObject({ lower: limit.nullable(), upper: limit.nullable() })

const HorizonBranchWire = z.strictObject({
  /** The chance of success over the logarithm, to base 2, of the minutes; null where none fits. */
  curve: z.strictObject({ slope: z.number(), intercept: z.number() }).nullable(),
  /** Minutes of the tasks at which the model succeeds half of the time, and four times of five. */
  horizon: z.strictObject({ p50: limit, p80: limit }).nullable(),
  /** At 95 %, by drawing families and then tasks. */
  intervals: z
    .strictObject({ p50: IntervalWire, p80: IntervalWire, draws: limit, withoutHorizon: limit })
    .nullable(),
  /** Why there is no horizon; null where there is one. */
  why: z.string().nullable(),
})

/** How long tasks take people at which the model still succeeds: beside a verdict, never in it. */
export const RunHorizonWire = z
  .strictObject({
    /** Tasks whose human time is known, and those that were left out for the lack of it. */
    ...{ tasks: z.number(), withoutTime: z.number(), families: z.number() },
    ifAllFailed: HorizonBranchWire,
    /** Null where no outcome is missing. */
    ifAllSucceeded: HorizonBranchWire.nullable(),
    /** Each task with its mean score, missing outcomes as failures. */
    points: z.array(z.strictObject({ minutes: z.number(), score: z.number() })),
  })
  .meta({ id: 'RunHorizon' })
export type RunHorizon = z.infer<typeof RunHorizonWire>

/**
 * The horizon of what was judged; null where no human time is known. The digest of the results
 * seeds the draws: whoever holds them comes to the same intervals.
 */
export function horizonOfRecord({ tasks, record, digest }: Recorded): RunHorizon | null {
  const timed = tasks.filter(({ minutes }) => minutes !== null).length
  if (timed === 0) return null
  const draws = Math.max(drawsMin, Math.min(drawsMax, Math.floor(taskDrawsMax / timed)))
  const seed = Number.parseInt(digest.slice(0, 8), 16)
  const randomOf = () => seededRandom(seed)
  const found = modelHorizon({ model: record.model, tasks }, { draws, randomOf })
  return {
    ...{ tasks: found.tasks, withoutTime: found.withoutTime, families: found.families },
    ifAllFailed: branchOf(found.ifAllFailed),
    ifAllSucceeded: found.ifAllSucceeded && branchOf(found.ifAllSucceeded),
    points: found.points.map((point) => ({ ...point })),
  }
}

// JSON has no word for what has no end.
const bounded = (value: number): number | null => (Number.isFinite(value) ? value : null)

function branchOf(branch: ModelHorizon['ifAllFailed']): RunHorizon['ifAllFailed'] {
  const { curve, horizon, intervals, why } = branch
  return {
    ...{ curve, why },
    // A curve that is all but level crosses so far out that no number says where.
    horizon: horizon && Object.values(horizon).every(Number.isFinite) ? horizon : null,
    intervals: intervals && {
      p50: { lower: bounded(intervals.p50.lower), upper: bounded(intervals.p50.upper) },
      p80: { lower: bounded(intervals.p80.lower), upper: bounded(intervals.p80.upper) },
      ...{ draws: intervals.draws, withoutHorizon: intervals.withoutHorizon },
    },
  }
}
