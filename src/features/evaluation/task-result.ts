import type { Attempt, Place } from './attempt.ts'

/** What the attempts of one model at one task come to. The task is the unit of all statistics. */
export type TaskResult = {
  readonly task: string
  readonly family: string | null
  readonly stratum: string | null
  readonly minutes: number | null
  readonly difficulty: number | null
  /** Its place in the declared order of its stratum, from 1; null where nothing says it. */
  readonly position: number | null
  /** In the order of their names, each name once. */
  readonly attempts: readonly Attempt[]
}

/** The lowest and the highest mean score that the missing outcomes of a task leave possible. */
export type ScoreRange = { readonly low: number; readonly high: number }

/** Something that attempts contradict each other about, and where the later one stands. */
export type Contradiction = { readonly at: Place; readonly why: string }

export type TaskReading = {
  /** Tasks by name, by model. */
  readonly models: ReadonlyMap<string, readonly TaskResult[]>
  readonly contradictions: readonly Contradiction[]
}

/**
 * Attempts by model and task. The same attempt twice is a contradiction, and so is a task that is
 * said to be of two families or strata, or to take two times: neither can be chosen.
 */
export function tasksOf(attempts: readonly Attempt[]): TaskReading {
  const contradictions: Contradiction[] = []
  const models = new Map<string, TaskResult[]>()
  for (const [model, ofModel] of Map.groupBy(attempts, (attempt) => attempt.model)) {
    const tasks = [...Map.groupBy(ofModel, ({ task }) => task)].map(([task, found]) => {
      contradictions.push(...contradictionsOf(found))
      return resultOf(task, found)
    })
    models.set(model, tasks.sort(byName(({ task }) => task)))
  }
  return { models, contradictions }
}

const byName =
  <T>(nameOf: (one: T) => string) =>
  (one: T, other: T): number =>
    nameOf(one) < nameOf(other) ? -1 : Number(nameOf(one) > nameOf(other))

function resultOf(task: string, attempts: readonly Attempt[]): TaskResult {
  const first = attempts[0]
  return {
    task,
    family: first?.family ?? null,
    stratum: first?.stratum ?? null,
    minutes: first?.minutes ?? null,
    difficulty: first?.difficulty ?? null,
    position: first?.position ?? null,
    attempts: [...attempts].sort(byName(({ attempt }) => attempt)),
  }
}

const taskFacts = ['family', 'stratum', 'minutes', 'difficulty', 'position'] as const

function contradictionsOf(attempts: readonly Attempt[]): Contradiction[] {
  const found: Contradiction[] = []
  const seen = new Map<string, Attempt>()
  const [first] = attempts
  for (const attempt of attempts) {
    const { at, task } = attempt
    const twin = seen.get(attempt.attempt)
    seen.set(attempt.attempt, attempt)
    if (twin) {
      const which = `attempt "${attempt.attempt}" of ${attempt.model} at task "${task}"`
      found.push({ at, why: `${which} was there before, at ${placeText(twin.at)}` })
    }
    for (const fact of taskFacts) {
      if (attempt[fact] === first?.[fact]) continue
      const said = `${fact} ${attempt[fact] ?? '(none)'}, and ${first?.[fact] ?? '(none)'}`
      const where = first ? ` at ${placeText(first.at)}` : ''
      found.push({ at, why: `task "${task}" has ${said}${where}` })
    }
  }
  return found
}

export const placeText = ({ name, line }: Place): string => `${name}:${line}`

/**
 * What the mean score of a task may be over so many attempts: those that are missing, and those
 * that never began, may each have been a failure or a full success.
 */
export function rangeOf(attempts: readonly Attempt[], count = attempts.length): ScoreRange {
  let sum = 0
  let missing = count - attempts.length
  for (const { score } of attempts) {
    if (score === null) missing++
    else sum += score
  }
  return { low: sum / count, high: (sum + missing) / count }
}
