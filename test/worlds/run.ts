import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import type { Principal } from '#features/org/org.ts'
import { isObject } from '#formats/json/reader.ts'
import type { Route } from '#platform/http/route.ts'
import { apiRoutes } from '../../tools/route-table.ts'
import { firstDifference } from './differing.ts'
import { uncompared } from './probes.ts'
import { seedProcess } from './randomness.ts'
import { addRun, type Difference, newRun, type Run, takenFrom } from './tally.ts'
import { TwoWorlds } from './two-worlds.ts'

/** Each history: so many steps, some questions after each, all of them at its end. */
const length = { steps: 40, every: 99, routesEachStep: 6 } as const

/** How it goes on is told after so many comparisons. */
const toldEvery = 5_000

/** Plays the histories that the process which started this one names, and tells what was found. */
export async function playAsTold(): Promise<void> {
  seedProcess()
  const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
  const played = async (seed: number): Promise<void> => {
    const run = newRun()
    const stepped = (): void => void process.send?.(takenFrom(run))
    await TwoWorlds.play(seed, { knowledge, marking: 'labels', ...length, stepped }, run)
    process.send?.('done')
  }
  const ended = Promise.withResolvers<void>()
  process.on('message', (seed) => played(Number(seed)).catch(ended.reject))
  process.on('disconnect', () => ended.resolve())
  await ended.promise
}

/** Compares at least so many answers, in as many histories as that takes, on every core. */
export async function runWorlds(comparisonsMin: number, first: number): Promise<boolean> {
  const began = performance.now()
  const run = newRun()
  let seed = first
  let told = 0
  const stepped = (played: Run): void => {
    addRun(run, played)
    if (run.comparisons < told + toldEvery) return
    told = run.comparisons
    tellSoFar(run, (performance.now() - began) / 1000)
  }
  const next = (): number | null => (run.comparisons < comparisonsMin ? seed++ : null)
  const lanes = Array.from({ length: Math.min(4, availableParallelism()) }, () =>
    lane(next, stepped),
  )
  const ended = await Promise.allSettled(lanes)
  const failed = ended.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
  const seconds = (performance.now() - began) / 1000
  tellDifferences(run)
  const isWhole = tellRoutes(run, await apiRoutes())
  console.log(
    `${seed - first} histories, ${run.comparisons} comparisons, ` +
      `${run.differences.length} differences, ${run.routes.size} routes, ${seconds.toFixed(0)} s`,
  )
  for (const why of failed) console.log(why)
  return run.differences.length === 0 && isWhole && failed.length === 0
}

/** A process of its own, which plays one history after the other. */
function lane(next: () => number | null, stepped: (played: Run) => void): Promise<void> {
  const ended = Promise.withResolvers<void>()
  const child = fork(process.argv[1] ?? '', ['lane'], { serialization: 'advanced' })
  const goOn = (): void => {
    const seed = next()
    if (seed === null) child.disconnect()
    else child.send(seed)
  }
  child.on('message', (told) => (isRun(told) ? stepped(told) : goOn()))
  child.on('exit', (code) => {
    if (code === 0) ended.resolve()
    else ended.reject(new Error(`a process that plays histories ended with ${code}`))
  })
  goOn()
  return ended.promise
}

/** What a lane tells is made by this program. */
const isRun = (told: unknown): told is Run => isObject(told) && 'comparisons' in told

const tellSoFar = ({ comparisons, differences }: Run, seconds: number): void =>
  console.log(
    `${comparisons} comparisons, ${differences.length} differences, ${seconds.toFixed(0)} s`,
  )

/** Of each kind of difference one is shown: by route and by who noticed. */
function tellDifferences({ differences }: Run): void {
  const kindOf = ({ route, who }: Difference): string => `${who} ${route}`
  const kinds = new Map(differences.toReversed().map((one) => [kindOf(one), one]))
  for (const [kind, one] of kinds) {
    console.log(`\n${kind} (seed ${one.seed}, after ${one.after} steps): ${one.method} ${one.path}`)
    console.log(firstDifference(one.without, one.with))
  }
}

const inOrder = <K>(counts: ReadonlyMap<K, number>): string =>
  [...counts]
    .map(([name, count]) => `${name} ${count}`)
    .sort()
    .join(', ')

/** What was reached and what not; false where a route was not and nothing says why. */
function tellRoutes(run: Run, routes: readonly Route<Principal>[]): boolean {
  const missing = routes.filter(({ name }) => !run.routes.has(name)).map(({ name }) => name)
  console.log(`\nroutes: ${inOrder(run.routes)}`)
  for (const name of missing) console.log(`not reached: ${name} (${uncompared[name] ?? 'WHY?'})`)
  console.log(`secret: ${inOrder(run.secrets)}`)
  console.log(`answers by status: ${inOrder(run.statuses)}`)
  console.log(
    `${run.questions.size} distinct questions (route, query, kind of asker); ` +
      `${run.ofRecords} answers of records (200 and naming some)`,
  )
  return missing.every((name) => uncompared[name] !== undefined)
}
