import { type Curve, fitCurve, type Horizon, horizonOf, weightedScores } from './horizon.ts'
import { bootstrapHorizon, type HorizonIntervals } from './horizon-bootstrap.ts'
import type { Random } from './random.ts'
import type { TaskResult } from './task-result.ts'

/** The time horizon of one completion of the scores. */
export type HorizonBranch = {
  /** Null where no curve fits, or where longer tasks are not harder; `why` says which. */
  readonly curve: Curve | null
  readonly horizon: Horizon | null
  readonly intervals: HorizonIntervals | null
  readonly why: string | null
}

export type ModelHorizon = {
  readonly model: string
  /** Tasks with a human time; the others are left out, and counted. */
  readonly tasks: number
  readonly withoutTime: number
  readonly families: number
  readonly ifAllFailed: HorizonBranch
  /** Null where nothing is missing. */
  readonly ifAllSucceeded: HorizonBranch | null
  readonly points: readonly HorizonPoint[]
}

/** A task as the plot shows it, its missing outcomes as failures. */
export type HorizonPoint = { readonly minutes: number; readonly score: number }

export type BootstrapOptions = { readonly draws: number; readonly randomOf: () => Random }

/** A task of no family is one of its own: nothing says that it goes with another. */
export function modelHorizon(
  { model, tasks }: { readonly model: string; readonly tasks: readonly TaskResult[] },
  options: BootstrapOptions,
): ModelHorizon {
  const timed = tasks.flatMap(({ task, family, minutes, attempts }) =>
    minutes === null ? [] : { family: family ?? `task ${task}`, minutes, attempts },
  )
  const scored = (missing: 0 | 1) =>
    timed.map(({ family, minutes, attempts }) => {
      const scores = attempts.map(({ score }) => score ?? missing)
      return { family, minutes, scores }
    })
  const isMissingSome = timed.some(({ attempts }) => attempts.some(({ score }) => score === null))
  return {
    ...{ model, tasks: timed.length, withoutTime: tasks.length - timed.length },
    families: new Set(timed.map(({ family }) => family)).size,
    ifAllFailed: branchOf(scored(0), options),
    ifAllSucceeded: isMissingSome ? branchOf(scored(1), options) : null,
    points: scored(0).map(({ minutes, scores }) => ({
      minutes,
      score: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    })),
  }
}

function branchOf(
  tasks: Parameters<typeof weightedScores>[0],
  { draws, randomOf }: BootstrapOptions,
): HorizonBranch {
  const none = { curve: null, horizon: null, intervals: null }
  if (tasks.length === 0) return { ...none, why: 'no task has a human time' }
  if (new Set(tasks.map(({ minutes }) => minutes)).size < 2) {
    return { ...none, why: 'all tasks take the same time' }
  }
  const curve = fitCurve(weightedScores(tasks))
  if (!curve) return { ...none, why: 'all attempts ended alike' }
  const horizon = horizonOf(curve)
  if (!horizon) return { ...none, curve, why: 'longer tasks are not harder' }
  const intervals = draws === 0 ? null : bootstrapHorizon(tasks, { draws, random: randomOf() })
  return { curve, horizon, intervals, why: null }
}
