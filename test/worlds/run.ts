import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { firstDifference } from './differing.ts'
import { seedProcess } from './randomness.ts'
import { type Difference, newRun, TwoWorlds } from './two-worlds.ts'

/** Of each kind of difference one is shown: by route and by who noticed. */
const kindOf = ({ path, who }: Difference): string =>
  `${who} ${path.replace(/[?].*/, '').replace(/_[a-z2-7]{20}/, '')}`

/** Compares at least so many answers, in as many histories as that takes. */
export async function runWorlds(comparisonsMin: number, seed: number): Promise<boolean> {
  seedProcess()
  const began = performance.now()
  const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
  const run = newRun()
  const wish = { knowledge, marking: 'labels', steps: 90, every: 93 } as const
  let histories = 0
  while (run.comparisons < comparisonsMin) {
    await TwoWorlds.play(seed + histories, wish, run)
    histories++
  }
  const seconds = (performance.now() - began) / 1000
  const kinds = new Map(run.differences.map((one) => [kindOf(one), one]))
  for (const [kind, one] of kinds) {
    console.log(`\n${kind} (seed ${one.seed}, after ${one.after} steps): ${one.path}`)
    console.log(firstDifference(one.without, one.with))
  }
  const routes = [...run.routes].map(([name, count]) => `${name} ${count}`).sort()
  console.log(`\nroutes: ${routes.join(', ')}`)
  console.log(`secret: ${[...run.secrets].map(([kind, count]) => `${kind} ${count}`).join(', ')}`)
  console.log(
    `${histories} histories, ${run.comparisons} comparisons, ` +
      `${run.differences.length} differences, ${run.routes.size} routes, ${seconds.toFixed(0)} s`,
  )
  return run.differences.length === 0
}
