import { bundleOf } from './bundle.ts'
import { memberOf } from './cast.ts'
import type { Step } from './history.ts'
import type { World } from './world.ts'

const ofProofs = ['prove', 'rerun', 'cancel', 'dispute', 'switch'] as const

/** Whether it is done with proofs, or with who runs them. */
export const isOfProofs = ({ do: doing }: Step): boolean => ofProofs.some((one) => one === doing)

/** Does such a step; what is refused there is refused. */
export async function doWithProofs(world: World, step: Step): Promise<void> {
  if (step.do === 'prove') return handIn(world, step)
  if (step.do === 'switch') return turn(world, step)
  const { who, picks, text } = step
  const of = picked(step, await proofsOf(world, step))
  if (of === undefined) return
  const path = `/v1/proofs/${of}`
  if (step.do === 'rerun') {
    await world.ask(who, { method: 'POST', path: `${path}/runs`, body: {} })
    return
  }
  if (step.do === 'cancel') {
    await world.ask(who, { method: 'POST', path: `${path}/cancel`, body: {} })
    return
  }
  const isWithdrawn = picks[1] % 3 === 0
  await world.ask(who, {
    ...{ method: isWithdrawn ? 'DELETE' : 'PUT', path: `${path}/dispute` },
    ...(!isWithdrawn && { body: { why: text } }),
  })
}

const picked = ({ picks }: Step, all: readonly string[]): string | undefined =>
  all[picks[0] % Math.max(1, all.length)]

/** Finders hand in proofs of their own reports; who decides adds them to any. */
async function handIn(world: World, step: Step): Promise<void> {
  const { who } = step
  const isAdded = memberOf(who).role === 'coordinator'
  const of = picked(step, await (isAdded ? casesOf(world, step) : receiptsOf(world, step)))
  if (of === undefined) return
  await world.ask(who, {
    method: isAdded ? 'POST' : 'PUT',
    path: isAdded ? `/v1/cases/${of}/proofs` : `/v1/submissions/${of}/proof`,
    ...{ body: bundleOf(step), headers: { 'content-type': 'application/x-tar' } },
  })
}

async function turn(world: World, { who, picks, text }: Step): Promise<void> {
  const path = `/v1/workers/${world.worker.id}`
  await world.ask(who, { method: 'PUT', path, body: { isOn: picks[0] % 4 !== 0, why: text } })
}

const idsIn = async (
  { owner }: World,
  query: string,
  values: readonly unknown[],
): Promise<string[]> => {
  const { rows } = await owner.query<{ id: string }>(query, [...values])
  return rows.map(({ id }) => id)
}

const receiptsOf = (world: World, { who, isSecret }: Step) =>
  idsIn(
    world,
    `select receipt as id from parley.report
     where organisation_id = $1 and (label_id <> 1) = $2 order by no`,
    [memberOf(who).organisation, isSecret],
  )

const casesOf = (world: World, { isSecret }: Step) =>
  idsIn(
    world,
    `select cr.case_id as id from parley.case_report cr join parley.report r on r.no = cr.report_no
     where (r.label_id <> 1) = $1 group by 1 order by min(r.no)`,
    [isSecret],
  )

const proofsOf = (world: World, { isSecret }: Step) =>
  idsIn(
    world,
    `select p.id from parley.proof p join parley.report r on r.no = p.report_no
     where (r.label_id <> 1) = $1 order by p.no`,
    [isSecret],
  )
