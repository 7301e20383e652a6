import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Attempt } from './attempt.ts'
import { type Branch, branchOf } from './branch.ts'
import type { Declaration, Declared } from './declaration.ts'
import { fixedLookAt, type VerdictWord } from './fixed-look.ts'
import { inTurn, misplaced, stratumOf, tasksIn } from './in-turn.ts'
import { allFailed, allSucceeded, isComplete, leastMargin, type StratumRanges } from './missing.ts'
import { ordered } from './order.ts'
import { countOutcomes, type OutcomeCounts } from './outcome.ts'
import { placeText, rangeOf, type TaskResult } from './task-result.ts'

/** The verdict without the tasks of one family. */
export type WithoutFamily = {
  readonly family: string
  /** How many tasks of the family there are. */
  readonly tasks: number
  /** Null where too few tasks are left to say. */
  readonly verdict: VerdictWord | null
}

export type Verdict = {
  readonly verdict: VerdictWord
  readonly wording: string
  readonly digest: string
  readonly declaration: Declaration
  /** How many tasks of each stratum were attempted, in the order of the declaration. */
  readonly tasks: readonly number[]
  readonly outcomes: OutcomeCounts
  /** Tasks that wait for one before them in the declared order, and are not judged yet. */
  readonly waiting: number
  /** Successes that used more than the budget, and count as exhausted. */
  readonly overBudget: number
  readonly ifAllFailed: Branch
  readonly ifAllSucceeded: Branch
  /** False where no outcome is missing, and both branches are one. */
  readonly isMissingSome: boolean
  readonly withoutFamilies: readonly WithoutFamily[]
}

/** What a verdict is asked of: the results of one model, and how often they were looked at. */
export type Evidence = {
  readonly tasks: readonly TaskResult[]
  /** Looks at results of these tasks before this one. */
  readonly earlierLooks: number
}

/**
 * What the declared rule says of the results, or why they are not what was declared. The rule is
 * the one that the declaration names; a fixed look after others is refused, because the chance of
 * error that was declared is then no longer true.
 */
export function verdictOf(
  { declaration, digest }: Declared,
  { tasks, earlierLooks }: Evidence,
): Result<Verdict, readonly Refusal[]> {
  const refusals = [
    ...looksRefusal(declaration, earlierLooks),
    ...misfits(declaration, tasks),
    ...misplaced(declaration, tasks),
  ]
  if (refusals.length > 0) return no(refusals)
  const judged = inTurn(declaration, tasks)
  // Once: leaving a family out does not change the order of the others.
  const within = ordered(judged, { seed: declaration.orderSeed, nameOf: ({ task }) => task }).map(
    (task) => withinBudget(task, declaration.tokenBudget),
  )
  const strata = stratified(declaration, within)
  const thin = thinStrata(declaration, strata)
  if (thin.length > 0) return no(thin)
  const outcomes = outcomesOf(declaration, within)
  const ifAllFailed = branchOf(allFailed(strata), declaration)
  const ifAllSucceeded = branchOf(allSucceeded(strata), declaration)
  const verdict = agreed({ ifAllFailed, ifAllSucceeded }, strata, declaration)
  return yes({
    ...{ verdict, digest, declaration, ifAllFailed, ifAllSucceeded, outcomes },
    wording: wordingOf(verdict, declaration),
    tasks: declaration.strata.map(({ name }) => tasksIn(declaration, within, name).length),
    waiting: tasks.length - judged.length,
    overBudget: within.flatMap(({ attempts }) => attempts).length - sameCount(judged, within),
    isMissingSome: !isComplete(strata),
    withoutFamilies: withoutFamilies(declaration, within),
  })
}

function looksRefusal({ rule }: Declaration, earlierLooks: number): Refusal[] {
  if (rule.is !== 'fixed-look' || earlierLooks === 0) return []
  const times = earlierLooks === 1 ? 'once' : `${earlierLooks} times`
  return [
    {
      code: 'bad-usage',
      why: `a fixed look was declared, but the results were looked at ${times} before`,
      hint: 'looks at any time need a declaration whose rule is sequential',
      at: '/rule/is',
    },
  ]
}

/** What the results have that the declaration does not know. */
function misfits(declaration: Declaration, tasks: readonly TaskResult[]): Refusal[] {
  const found: Refusal[] = []
  const refuse = (task: TaskResult, why: string): void => {
    const [first] = task.attempts
    const at = first ? { at: placeText(first.at) } : {}
    found.push({ code: 'malformed', why: `task "${task.task}" ${why}`, ...at })
  }
  for (const task of tasks) {
    const { attempts } = task
    if (stratumOf(declaration, task) === null) {
      const said = task.stratum === null ? 'has no stratum' : `is of stratum "${task.stratum}"`
      refuse(task, `${said}, which was not declared`)
    }
    if (attempts.length > declaration.attempts) {
      refuse(task, `has ${attempts.length} attempts, of ${declaration.attempts} declared`)
    }
  }
  for (const { name, tasksMax } of declaration.strata) {
    const count = tasksIn(declaration, tasks, name).length
    if (count <= tasksMax) continue
    const why = `stratum "${name}" has ${count} tasks, of ${tasksMax} declared`
    found.push({ code: 'malformed', why })
  }
  return found
}

/** A success beyond the token budget is none under it: what counts is the budget declared. */
function withinBudget(task: TaskResult, tokenBudget: number): TaskResult {
  const attempts = task.attempts.map((attempt): Attempt => {
    if (!isOver(attempt, tokenBudget)) return attempt
    return { ...attempt, outcome: 'budget_exhausted', score: 0 }
  })
  return { ...task, attempts }
}

const isOver = ({ tokens, score }: Attempt, tokenBudget: number): boolean =>
  (tokens ?? 0) > tokenBudget && (score ?? 0) > 0

/** How many attempts count as what they were logged as. */
function sameCount(logged: readonly TaskResult[], counted: readonly TaskResult[]): number {
  const own = new Set(logged.flatMap(({ attempts }) => attempts))
  return counted.flatMap(({ attempts }) => attempts).filter((attempt) => own.has(attempt)).length
}

/** Scores of tasks in the declared order. For a fixed look, tasks that never ran are missing. */
function stratified(
  declaration: Declaration,
  tasks: readonly TaskResult[],
  leftOut: ReadonlyMap<string, number> = new Map(),
): StratumRanges[] {
  const { attempts, rule } = declaration
  return declaration.strata.map(({ name, weight, tasksMax }) => {
    const ranges = tasksIn(declaration, tasks, name).map((task) => rangeOf(task.attempts, attempts))
    if (rule.is === 'sequential') return { weight, ranges }
    const never = tasksMax - (leftOut.get(name) ?? 0) - ranges.length
    return { weight, ranges: [...ranges, ...Array.from({ length: never }, () => unknown)] }
  })
}

const unknown = { low: 0, high: 1 } as const

function thinStrata({ strata, rule }: Declaration, found: readonly StratumRanges[]): Refusal[] {
  if (rule.is === 'fixed-look' || found.every(({ ranges }) => ranges.length > 0)) return []
  return strata.flatMap(({ name }, index): Refusal[] => {
    if ((found[index]?.ranges.length ?? 0) > 0) return []
    return [{ code: 'malformed', why: `no task of stratum "${name}" was finished in its turn yet` }]
  })
}

function outcomesOf(declaration: Declaration, tasks: readonly TaskResult[]): OutcomeCounts {
  const counts = countOutcomes(tasks.flatMap(({ attempts }) => attempts))
  const begun = tasks.reduce((sum, { attempts }) => sum + attempts.length, 0)
  const expected =
    declaration.rule.is === 'sequential'
      ? tasks.length
      : declaration.strata.reduce((sum, { tasksMax }) => sum + tasksMax, 0)
  return { ...counts, not_run: counts.not_run + expected * declaration.attempts - begun }
}

type Branches = Pick<Verdict, 'ifAllFailed' | 'ifAllSucceeded'>

/** The verdict that holds whatever the missing outcomes would have been. */
function agreed(
  { ifAllFailed, ifAllSucceeded }: Branches,
  strata: readonly StratumRanges[],
  { rule, threshold, alpha }: Declaration,
): VerdictWord {
  const { verdict } = ifAllFailed
  if (verdict !== ifAllSucceeded.verdict || verdict === 'UNDETERMINED') return 'UNDETERMINED'
  if (rule.is === 'sequential' || isComplete(strata)) return verdict
  const least = leastMargin(strata, (moments) => {
    const { lower, upper } = fixedLookAt(moments, { threshold, alpha })
    return verdict === 'COVERED' ? lower - threshold : threshold - upper
  })
  return least > 0 ? verdict : 'UNDETERMINED'
}

/** What may be said. Other protocols and budgets may show more, and nothing here rules that out. */
function wordingOf(verdict: VerdictWord, declaration: Declaration): string {
  const { threshold, protocol, tokenBudget } = declaration
  const claim = `capability at least ${threshold}`
  const under = `under protocol "${protocol}" and budget ${tokenBudget} tokens`
  if (verdict === 'COVERED') return `${claim} ${under}`
  if (verdict === 'NOT SHOWN') {
    return `${claim} is not shown ${under}; under others it may be there`
  }
  return `whether capability is at least ${threshold} ${under} cannot be told from these results`
}

/** The same rule without each family in turn; the weights of strata that empty go to the others. */
function withoutFamilies(declaration: Declaration, tasks: readonly TaskResult[]): WithoutFamily[] {
  const families = [...Map.groupBy(tasks, ({ family }) => family)]
  if (families.length < 2) return []
  return families
    .flatMap(([family, own]) => {
      if (family === null) return []
      const rest = tasks.filter((task) => task.family !== family)
      return { family, tasks: own.length, verdict: restVerdict(declaration, { rest, own }) }
    })
    .sort((one, other) => (one.family < other.family ? -1 : 1))
}

function restVerdict(
  declaration: Declaration,
  { rest, own }: { readonly rest: readonly TaskResult[]; readonly own: readonly TaskResult[] },
): VerdictWord | null {
  const leftOut = new Map(
    declaration.strata.map(({ name }) => [name, tasksIn(declaration, own, name).length]),
  )
  const all = stratified(declaration, rest, leftOut)
  const held = all.filter(({ ranges }) => ranges.length > 0)
  const total = held.reduce((sum, { weight }) => sum + weight, 0)
  const strata = held.map(({ weight, ranges }) => ({ weight: weight / total, ranges }))
  const tasksMin = declaration.rule.is === 'fixed-look' ? 2 : 1
  if (strata.length === 0 || strata.some(({ ranges }) => ranges.length < tasksMin)) return null
  // How large the bank is without the family is not declared; without an end it is never too sure.
  const rule = declaration.rule.is === 'sequential' ? largeBank : declaration.rule
  const asked = { ...declaration, rule }
  const ifAllFailed = branchOf(allFailed(strata), asked)
  const ifAllSucceeded = branchOf(allSucceeded(strata), asked)
  return agreed({ ifAllFailed, ifAllSucceeded }, strata, asked)
}

const largeBank = { is: 'sequential', population: 'large-bank' } as const
