import type { Principal } from '#features/org/org.ts'
import type { Route } from '#platform/http/route.ts'
import { memberOf, type Who } from './cast.ts'
import type { Answer, Call } from './world.ts'

/** What an outsider could tell the worlds apart by. */
export type Difference = {
  readonly seed: number
  readonly who: Who
  readonly route: string
  readonly method: string
  readonly path: string
  /** How many steps of the history were done. */
  readonly after: number
  readonly without: string
  readonly with: string
}

/** What was compared so far; made of values alone, so that processes can tell it to each other. */
export type Run = {
  comparisons: number
  /** Of these: how many were told of records, by status 200. */
  ofRecords: number
  differences: Difference[]
  routes: Map<string, number>
  statuses: Map<number, number>
  /** Each route, query and kind of asker once; ids count as one. */
  questions: Set<string>
  /** How many secret records of each kind there were, in the worlds that have them. */
  secrets: Map<string, number>
}

export const newRun = (): Run => ({
  ...{ comparisons: 0, ofRecords: 0, differences: [], routes: new Map(), statuses: new Map() },
  ...{ questions: new Set(), secrets: new Map() },
})

export const add = <K>(counts: Map<K, number>, key: K, count = 1): void => {
  counts.set(key, (counts.get(key) ?? 0) + count)
}

/** Adds what another run compared. */
export function addRun(run: Run, other: Run): void {
  run.comparisons += other.comparisons
  run.ofRecords += other.ofRecords
  run.differences.push(...other.differences)
  for (const [name, count] of other.routes) add(run.routes, name, count)
  for (const [status, count] of other.statuses) add(run.statuses, status, count)
  for (const [kind, count] of other.secrets) add(run.secrets, kind, count)
  for (const question of other.questions) run.questions.add(question)
}

/** What a run compared since the last time; it begins anew. */
export function takenFrom(run: Run): Run {
  const taken = newRun()
  addRun(taken, run)
  Object.assign(run, newRun())
  return taken
}

const ids = /\b([a-z]{3,13}_|SUB-)[a-z2-7]{18,20}\b/g

/** A role, how it came in and where it works: `nobody` is a kind of its own. */
function kindOfAsker(who: Who): string {
  if (who === 'nobody') return who
  const { role, organisation, isInPerson } = memberOf(who)
  return `${role} of ${organisation} ${isInPerson ? 'in person' : 'by token'}`
}

/** What is asked, with each id for all of its kind and each sealed place for all of them. */
export function questionOf(who: Who, { method, path, headers = {} }: Call): string {
  const form = path.replace(ids, '$1').replace(/(?<=after=)[A-Za-z0-9_-]{60,}/, '<>')
  const conditions = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [kindOfAsker(who), method, form, ...conditions].join(' ')
}

/** Whether an answer is about records: it names some, or it is a file of one. */
export function isOfRecords({ status, headers, body }: Answer): boolean {
  if (status !== 200 || body.length === 0) return false
  const isFile = headers.has('content-disposition')
  return isFile || new RegExp(ids).test(body.toString('latin1'))
}

/** The route that answers a call. */
export function routeOf(
  routes: readonly Route<Principal>[],
  { method, path }: Call,
): Route<Principal> | undefined {
  const [plain = ''] = path.split('?')
  const asked = method === 'HEAD' ? 'GET' : method
  const fits = ({ path: form }: Route<Principal>): boolean =>
    new RegExp(`^${form.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain)
  const found = routes.filter((route) => route.method === asked && fits(route))
  // A path with words of its own comes before one that takes an id there.
  return found.toSorted((x, y) => x.path.split('{').length - y.path.split('{').length)[0]
}
