import { sha256 } from '#formats/tlog/hash.ts'
import { stratumOfTask } from './bank-strata.ts'
import type { Declaration } from './declaration.ts'

/**
 * The place of a task in the order in which tasks are opened: anybody who has the declaration can
 * work it out, nobody can choose it after the bank was committed to.
 */
export const orderKey = (seed: string, task: string): string =>
  sha256(Buffer.from(`${seed}\n${task}`)).toString('hex')

/** Tasks in the order of a seed. */
export const ordered = <T>(
  tasks: readonly T[],
  { seed, nameOf }: { readonly seed: string; readonly nameOf: (task: T) => string },
): T[] =>
  tasks
    .map((task) => ({ task, key: orderKey(seed, nameOf(task)) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ task }) => task)

type OfBank = { readonly id: string; readonly family: string; readonly difficulty: number }

/** The place of each declared task of a bank in the declared order of its stratum, from 1. */
export function positionsIn(
  declaration: Pick<Declaration, 'strata' | 'orderSeed'>,
  bank: readonly OfBank[],
): ReadonlyMap<string, number> {
  const before = new Map<string, number>()
  const positions = new Map<string, number>()
  const asked = { seed: declaration.orderSeed, nameOf: ({ id }: OfBank) => id }
  for (const task of ordered(bank, asked)) {
    const stratum = stratumOfTask(declaration, task)
    if (stratum === null) continue
    const position = (before.get(stratum) ?? 0) + 1
    before.set(stratum, position)
    positions.set(task.id, position)
  }
  return positions
}
