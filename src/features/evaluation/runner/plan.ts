import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import { canonicalTask } from '#formats/pack/commitment.ts'
import { sha256 } from '#formats/tlog/hash.ts'
import { stratumOfTask } from '../bank-strata.ts'
import type { Declaration, Declared } from '../declaration.ts'
import { ordered, positionsIn } from '../order.ts'
import type { OpenPack } from '../pack-reading.ts'
import type { SampleName } from '../sample.ts'
import type { Scaffold } from './scaffold.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const word = z.string().min(1).max(4_000)

/** What a run is of. It is written first, and a run that goes on has to be of the same. */
export const RunPlanWire = z.strictObject({
  pack: z.strictObject({ name: word, version: word, label: word, digest }),
  model: word,
  /** Where the model is; null for a script. */
  at: word.nullable(),
  scaffold: z.strictObject({ name: word, digest }),
  /** The digest of what was declared before; null where nothing was. */
  declaration: digest.nullable(),
  epochs: z.int().min(1).max(10_000),
  /** Says the order of tasks. */
  seed: word,
  /** The most tokens of an attempt, beside what each task says; null for none. */
  tokenBudget: z.int().min(1).nullable(),
  /** The most that an attempt may cost, in millionths of a US dollar; null for any. */
  microUsdMax: z.int().min(1).nullable(),
  /** In the order in which they are begun. */
  tasks: z
    .array(
      z.strictObject({
        ...{ id: word, tokenLimit: z.int().min(1) },
        /** In the declared order of its stratum; null where nothing was declared. */
        position: z.int().min(1).nullable(),
      }),
    )
    .min(1),
})
export type RunPlan = z.infer<typeof RunPlanWire>

export type Planning = {
  readonly pack: OpenPack
  readonly model: { readonly name: string; readonly at: string | null }
  readonly scaffold: Scaffold
  readonly declared: Declared | null
  readonly epochs: number
  readonly seed: string
  readonly microUsdMax: number | null
}

export function planOf(planning: Planning): RunPlan {
  const { pack, model, scaffold, declared, epochs, microUsdMax } = planning
  const { name, version, label } = pack.document
  const seed = declared?.declaration.orderSeed ?? planning.seed
  const tokenBudget = declared?.declaration.tokenBudget ?? null
  const places = declared === null ? null : placesIn(declared.declaration, pack)
  const tasks = ordered(pack.tasks, { seed, nameOf: ({ id }) => id }).flatMap(({ id, task }) => {
    const position = places?.get(id) ?? null
    if (places !== null && position === null) return []
    const { tokens } = task.limits
    return { id, tokenLimit: Math.min(tokens, tokenBudget ?? tokens), position }
  })
  return {
    pack: { name, version, label, digest: digestOfPack(pack) },
    ...{ model: model.name, at: model.at },
    scaffold: { name: scaffold.name, digest: scaffold.digest },
    declaration: declared?.digest ?? null,
    ...{ epochs, seed, tokenBudget, microUsdMax, tasks },
  }
}

/**
 * The places of the tasks that are attempted: of each stratum the first so many as were declared.
 * No more of them would be taken.
 */
function placesIn(declaration: Declaration, { tasks }: OpenPack): ReadonlyMap<string, number> {
  const bank = tasks.map(({ id, task }) => ({ id, ...task.stratum }))
  const positions = positionsIn(declaration, bank)
  const most = new Map(declaration.strata.map(({ name, tasksMax }) => [name, tasksMax]))
  return new Map(
    bank.flatMap(({ id, ...stratum }) => {
      const position = positions.get(id)
      const name = stratumOfTask(declaration, stratum)
      if (position === undefined || name === null || position > (most.get(name) ?? 0)) return []
      return [[id, position] as const]
    }),
  )
}

/** Equal for equal files of all tasks; it is for this folder only, and not published. */
function digestOfPack({ committed }: OpenPack): string {
  return digestOf(
    committed.tasks.map((task) => sha256(canonicalTask(committed, task)).toString('hex')),
  )
}

/** All attempts of a run, in their order: every attempt at a task before the next task. */
export const attemptsOf = ({ tasks, epochs }: RunPlan): readonly SampleName[] =>
  tasks.flatMap(({ id }) =>
    Array.from({ length: epochs }, (_, index) => ({ task: id, epoch: index + 1 })),
  )

/** What of a plan is another than before; null where all is the same. */
export function differenceIn(before: RunPlan, now: RunPlan): string | null {
  const named = [
    ['pack', `${before.pack.name} ${before.pack.version}`, before.pack, now.pack],
    ['model', before.model, [before.model, before.at], [now.model, now.at]],
    ['scaffold', before.scaffold.name, before.scaffold, now.scaffold],
    ['declaration', before.declaration ?? 'none', before.declaration, now.declaration],
    ['number of epochs', String(before.epochs), before.epochs, now.epochs],
    ['seed', before.seed, before.seed, now.seed],
    ['limit of cost', String(before.microUsdMax), before.microUsdMax, now.microUsdMax],
    ['list of tasks', String(before.tasks.length), before.tasks, now.tasks],
  ] as const
  const found = named.find(([, , one, other]) => digestOf(one) !== digestOf(other))
  return found === undefined ? null : `its ${found[0]} is another (it was begun with ${found[1]})`
}
