import { type Ruling, type Rulings, rulingsFor, type ShownInput } from './decision.ts'
import { judge } from './judgement.ts'
import type { RankInput } from './rank-input.ts'
import { rungs } from './rungs.ts'

/** How soon, in the words of the queue; from the deployer's outcome. */
export type Band = 'now' | 'soon' | 'planned' | 'later'

/** The place of a case in the queue, with everything that put it there. */
export type Priority = {
  readonly id: string
  readonly decision: Rulings
  readonly band: Band
  /** One number a rung of the order, higher first; equal keys are told apart by the id. */
  readonly key: readonly number[]
  /** Every input of every rule, once; `rules` names those that used it. */
  readonly inputs: readonly (ShownInput & { readonly rules: readonly string[] })[]
  /** The inputs that nobody gave and nothing implies. */
  readonly defaults: readonly string[]
  /** The rules with the rows that applied, as their publishers name them. */
  readonly rules: readonly string[]
  readonly input: RankInput
}

const bands: Readonly<Record<string, Band>> = {
  immediate: 'now',
  'out-of-cycle': 'soon',
  scheduled: 'planned',
  defer: 'later',
}

/** Works out where a case belongs. The same input gives the same answer, always. */
export function prioritise(input: RankInput): Priority {
  const decision = rulingsFor(input, judge(input))
  const inputs = shownOnce(decision)
  const defaults = inputs.filter(({ from }) => from === 'default').map(({ name }) => name)
  const base = {
    ...{ id: input.id, decision, inputs, input },
    band: bands[decision.deployer.outcome] ?? 'later',
    defaults: [...new Set(defaults)],
    rules: rulingsOf(decision).map(({ rule }) => rule),
  }
  return { ...base, key: rungs.map((rung) => rung.height(base)) }
}

const rulingsOf = ({ deployer, supplier, coordinator, directive }: Rulings): readonly Ruling[] => [
  ...[deployer, directive, coordinator, supplier],
]

type Shared = ShownInput & { readonly rules: string[] }

/** Rules share inputs, but may assume different things of the same one: then both are shown. */
function shownOnce(decision: Rulings): readonly Shared[] {
  const shown: Shared[] = []
  for (const { rule, inputs } of rulingsOf(decision)) {
    for (const { name, value, from, because } of inputs) {
      const isSame = (one: Shared): boolean =>
        one.name === name && one.value === value && one.because === because
      const found = shown.find(isSame)
      if (found) found.rules.push(rule)
      else shown.push({ name, value, from, because, rules: [rule] })
    }
  }
  return shown
}

/** Negative when `one` stands above `other`; 0 only for the same id. */
export function byPriority(one: Priority, other: Priority): number {
  for (const [at, height] of one.key.entries()) {
    const against = other.key[at] ?? 0
    if (height !== against) return height > against ? -1 : 1
  }
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0
}

/** The queue, most urgent first. */
export const ranked = (all: readonly Priority[]): Priority[] => all.toSorted(byPriority)

/** Which of two cases stands above the other, and the first thing that tells them apart. */
export function compare(
  one: Priority,
  other: Priority,
): { readonly above: string; readonly because: string } {
  const [upper, lower] = byPriority(one, other) <= 0 ? [one, other] : [other, one]
  const at = upper.key.findIndex((height, index) => height !== lower.key[index])
  const rung = rungs[at]
  if (rung === undefined) {
    const because = 'they are equal in everything that counts, so the identifiers decide'
    return { above: upper.id, because }
  }
  const said = `${rung.title}: ${rung.show(upper)} against ${rung.show(lower)}`
  const why = rung.why?.(upper, lower) ?? ''
  return { above: upper.id, because: why === '' ? said : `${said}, because ${why}` }
}
