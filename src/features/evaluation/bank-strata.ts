import type { StratumCount } from '#formats/pack/commitment.ts'
import type { Stratum } from '#formats/pack/pack.ts'
import type { Declaration } from './declaration.ts'

type Strata = Pick<Declaration, 'strata'>

/**
 * The declared stratum that a task of a bank is of: the one that is called `family/difficulty`,
 * else `family`, else the only one there is; null where none was declared. Both sides work it out
 * alike, since a task says its family and difficulty and no more.
 */
export function stratumOfTask({ strata }: Strata, { family, difficulty }: Stratum): string | null {
  const names = [`${family}/${difficulty}`, family]
  const named = names.find((name) => strata.some((one) => one.name === name))
  const [only, ...others] = strata
  return named ?? (others.length === 0 ? (only?.name ?? null) : null)
}

/** One thing in which a declaration does not fit a bank, with a JSON pointer into it. */
export type Misfit = { readonly at: string; readonly why: string }

/** What a declaration says of a bank that its commitment does not bear out. */
export function misfitsOf(declaration: Strata, bank: readonly StratumCount[]): readonly Misfit[] {
  const tasks = new Map<string, number>()
  for (const stratum of bank) {
    const name = stratumOfTask(declaration, stratum)
    if (name !== null) tasks.set(name, (tasks.get(name) ?? 0) + stratum.tasks)
  }
  return declaration.strata.flatMap(({ name, tasksMax, bankTasks }, index): Misfit[] => {
    const there = tasks.get(name) ?? 0
    const at = `/strata/${index}`
    if (there === 0) {
      const forms = 'it is called "family/difficulty" or "family"'
      return [{ at: `${at}/name`, why: `the bank has no task of the stratum "${name}": ${forms}` }]
    }
    if (tasksMax > there) {
      const why = `the bank has ${there} tasks of "${name}", fewer than ${tasksMax}`
      return [{ at: `${at}/tasksMax`, why }]
    }
    if (bankTasks === undefined || bankTasks === there) return []
    return [{ at: `${at}/bankTasks`, why: `the bank has ${there} tasks of "${name}"` }]
  })
}
