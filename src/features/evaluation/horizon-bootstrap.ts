import type { Interval } from './binomial.ts'
import { mean } from './clustered.ts'
import {
  fitCurve,
  type Horizon,
  horizonOf,
  type TimedScore,
  type TimedTask,
  weightedScores,
} from './horizon.ts'
import { below, type Random } from './random.ts'

export type HorizonIntervals = {
  readonly p50: Interval
  readonly p80: Interval
  readonly draws: number
  /** Draws in which longer tasks were not harder, which have no horizon and are left out. */
  readonly withoutHorizon: number
}

/**
 * 95 % intervals by drawing families with replacement, and then tasks within each drawn family:
 * tasks of a family stand and fall together, so that drawing tasks alone is far too sure. Near
 * saturation the upper limits run away; a draw in which all attempts succeeded counts as endless.
 */
export function bootstrapHorizon(
  tasks: readonly TimedTask[],
  { draws, random }: { readonly draws: number; readonly random: Random },
): HorizonIntervals | null {
  const families = familiesOf(tasks)
  const found: Horizon[] = []
  for (let draw = 0; draw < draws; draw++) {
    const horizon = drawnHorizon(drawn(families, random))
    if (horizon) found.push(horizon)
  }
  if (found.length === 0) return null
  return {
    p50: middleOf(found.map(({ p50 }) => p50)),
    p80: middleOf(found.map(({ p80 }) => p80)),
    draws,
    withoutHorizon: draws - found.length,
  }
}

/** The weighted attempts of each task, by family. */
type Family = readonly (readonly TimedScore[])[]

const familiesOf = (tasks: readonly TimedTask[]): Family[] =>
  [...Map.groupBy(tasks, ({ family }) => family).values()].map((own) => {
    // Weights are those of the whole bank: a family drawn twice counts twice.
    const share = 1 / Math.sqrt(own.length)
    // The likelihood of a task's attempts, all of one weight, is that of their mean.
    return own.map((task) =>
      weightedScores([{ ...task, scores: [mean(task.scores)] }]).map((score) => ({
        ...score,
        weight: score.weight * share,
      })),
    )
  })

const drawn = (families: readonly Family[], random: Random): TimedScore[] =>
  families.flatMap(() => {
    const family = families[below(random, families.length)] ?? []
    return family.flatMap(() => family[below(random, family.length)] ?? [])
  })

function drawnHorizon(scores: readonly TimedScore[]): Horizon | null {
  const curve = fitCurve(scores)
  if (curve) return horizonOf(curve)
  const end = scores.some(({ score }) => score > 0) ? Number.POSITIVE_INFINITY : 0
  return { p50: end, p80: end }
}

const middleOf = (values: readonly number[]): Interval => {
  const sorted = values.toSorted((one, other) => one - other)
  return { lower: quantile(sorted, 0.025), upper: quantile(sorted, 0.975) }
}

/** The quantile of sorted values, between neighbours in proportion (type 7 of Hyndman and Fan). */
function quantile(sorted: readonly number[], p: number): number {
  const place = (sorted.length - 1) * p
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  const share = place - Math.floor(place)
  return share === 0 || low === high ? low : low + (high - low) * share
}
