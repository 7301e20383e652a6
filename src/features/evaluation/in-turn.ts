import type { Refusal } from '#kernel/refusal.ts'
import type { Declaration } from './declaration.ts'
import { ordered } from './order.ts'
import { placeText, type TaskResult } from './task-result.ts'

/** Its declared stratum: with only one, tasks need not name it. */
export function stratumOf({ strata }: Declaration, { stratum }: TaskResult): string | null {
  const name = stratum ?? (strata.length === 1 ? strata[0]?.name : undefined)
  return strata.some((one) => one.name === name) ? (name ?? null) : null
}

export const tasksIn = (
  declaration: Declaration,
  tasks: readonly TaskResult[],
  name: string,
): TaskResult[] => tasks.filter((task) => stratumOf(declaration, task) === name)

/**
 * The tasks that a rule may be applied to now. A test that may be looked at any time is right as
 * often as was declared for tasks that come in a random order (Ville, 1939), not for those that
 * happen to be finished: what succeeds may be quicker. So of each stratum it takes those up to the
 * first that is not finished. Logs that say nothing of the order are taken as they are.
 */
export function inTurn(declaration: Declaration, tasks: readonly TaskResult[]): TaskResult[] {
  if (declaration.rule.is === 'fixed-look') return [...tasks]
  return declaration.strata.flatMap(({ name }) => {
    const own = tasksIn(declaration, tasks, name)
    if (!own.some(isPlaced)) return own
    const byPosition = new Map(own.map((task) => [task.position, task]))
    const taken: TaskResult[] = []
    for (;;) {
      const next = byPosition.get(taken.length + 1)
      if (next === undefined || next.attempts.length < declaration.attempts) return taken
      taken.push(next)
    }
  })
}

const isPlaced = ({ position }: TaskResult): boolean => position !== null

/** Tasks that say of themselves another place than the declared order gives them. */
export function misplaced(declaration: Declaration, tasks: readonly TaskResult[]): Refusal[] {
  if (declaration.rule.is === 'fixed-look') return []
  return declaration.strata.flatMap(({ name }) => {
    const own = tasksIn(declaration, tasks, name)
    if (!own.some(isPlaced)) return []
    const inOrder = ordered(own, { seed: declaration.orderSeed, nameOf: ({ task }) => task })
    return inOrder.flatMap((task, index): Refusal[] => {
      const before = inOrder[index - 1]?.position ?? 0
      if (task.position !== null && task.position > before) return []
      const said = task.position === null ? 'no position' : `the position ${task.position}`
      const why = `task "${task.task}" has ${said} against the declared order of "${name}"`
      const [first] = task.attempts
      return [{ code: 'malformed', why, ...(first ? { at: placeText(first.at) } : {}) }]
    })
  })
}
