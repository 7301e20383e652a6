import { groupNumbers } from './groups.ts'
import { type Link, linkage } from './linkage.ts'

/** Groups are tried at these mean first probabilities: a generous and a strict one. */
export const provisionalBounds = [0.25, 0.5] as const

/** What a pair counts that was never judged, as where prose is grouped in earnest. */
const unjudged = 0.05

/** How the groups of two reports stand to each other at one bound. */
export type Standing = {
  /** Mean first probability over all pairs across the two groups, or inside the one. */
  readonly across: number
  readonly smaller: number
  /** Minus one where both reports are in one group. */
  readonly greater: number
}

type Level = {
  readonly groupOf: ReadonlyMap<number, number>
  readonly sizes: readonly number[]
  readonly sums: ReadonlyMap<number, number>
}

type Ties = (report: number) => readonly { readonly to: number; readonly probability: number }[]

/**
 * Groups that the first probabilities alone would make of some reports. A pair is then judged again
 * by what whole groups say: one likely pair between two groups that otherwise have nothing in
 * common is a mistake more often than not.
 */
export class Provisional {
  readonly #levels: readonly Level[]

  /** Ties that lead out of `reports` do not count. */
  constructor(reports: readonly number[], tiesOf: Ties) {
    const positions = new Map(reports.map((report, position) => [report, position]))
    const links = linksAmong(positions, tiesOf)
    this.#levels = provisionalBounds.map((threshold) => levelOf(reports, links, threshold))
  }

  /** For each bound, how the groups of `a` and `b` stand to each other. */
  standings(a: number, b: number): Standing[] {
    return this.#levels.map(({ groupOf, sizes, sums }) => {
      const [x, y] = [groupOf.get(a) ?? 0, groupOf.get(b) ?? 0]
      const [m, n] = [sizes[x] ?? 1, sizes[y] ?? 1]
      const sum = sums.get(keyOf(x, y, sizes.length)) ?? 0
      if (x === y) return { across: sum / Math.max((m * (m - 1)) / 2, 1), smaller: m, greater: -1 }
      return { across: sum / (m * n), smaller: Math.min(m, n), greater: Math.max(m, n) }
    })
  }
}

/** Links between positions, each once, in the order in which they are met. */
function linksAmong(positions: ReadonlyMap<number, number>, tiesOf: Ties): Link[] {
  const links = new Map<number, Link>()
  for (const [report, at] of positions) {
    for (const { to, probability } of tiesOf(report)) {
      const other = positions.get(to)
      if (other === undefined || other === at) continue
      const [a, b] = [Math.min(at, other), Math.max(at, other)]
      links.set(keyOf(a, b, positions.size), { a, b, probability })
    }
  }
  return [...links.values()]
}

function levelOf(reports: readonly number[], links: readonly Link[], threshold: number): Level {
  const rules = { threshold, unjudged, mayJoin: () => true }
  const groups = linkage(reports.length, links, rules).map(({ members }) => members)
  const numbers = groupNumbers(groups)
  const sums = new Map<number, number>()
  for (const { a, b, probability } of links) {
    const key = keyOf(numbers.get(a) ?? 0, numbers.get(b) ?? 0, groups.length)
    sums.set(key, (sums.get(key) ?? 0) + probability)
  }
  const groupOf = new Map(reports.map((report, at) => [report, numbers.get(at) ?? 0]))
  return { groupOf, sizes: groups.map((members) => members.length), sums }
}

const keyOf = (x: number, y: number, count: number): number =>
  Math.min(x, y) * count + Math.max(x, y)
