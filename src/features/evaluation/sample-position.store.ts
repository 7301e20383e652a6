import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Declaration } from './declaration.ts'
import { orderKey } from './order.ts'
import type { Sample } from './sample.ts'

type Placing = {
  readonly runNo: number
  readonly stratum: string
  readonly sample: Sample
  readonly declaration: Declaration
}

type Neighbour = { readonly task: string; readonly position: number }

/**
 * Why a task cannot have the place in the declared order that its sample says; null where it can.
 * It is held against those beside it: all that were taken before are in order.
 */
export async function misplacedSample(tx: Tx, placing: Placing): Promise<string | null> {
  const { runNo, stratum, sample, declaration } = placing
  const { task, position } = sample
  if (declaration.rule.is === 'fixed-look') return null
  const { orderSeed, strata } = declaration
  if (position === undefined) {
    const why =
      'Results that may be looked at any time need the position of each task in its stratum'
    return `${why}: give the runner the declaration that was agreed.`
  }
  const most = strata.find(({ name }) => name === stratum)?.tasksMax ?? 0
  if (position > most) return `${most} tasks of "${stratum}" were declared, and this is after them.`
  const { rows } = await sql<Neighbour>`
    (select task, position from parley.evaluation_sample where run_no = ${runNo}
      and stratum = ${stratum} and position <= ${position} and task <> ${task}
      order by position desc limit 1)
    union all
    (select task, position from parley.evaluation_sample where run_no = ${runNo}
      and stratum = ${stratum} and position >= ${position} and task <> ${task}
      order by position limit 1)`.execute(tx)
  const own = orderKey(orderSeed, task)
  const wrong = rows.find(
    (one) =>
      one.position === position || one.position < position !== orderKey(orderSeed, one.task) < own,
  )
  if (wrong === undefined) return null
  const other = `"${wrong.task}" has ${wrong.position}`
  return `In the declared order the position of "${task}" cannot be ${position}: ${other}.`
}
