/** A judged pair of reports, by their numbers. */
export type Link = { readonly a: number; readonly b: number; readonly probability: number }

/** A group of reports that grew by `strength`: the mean probability across the last join. */
export type Group = { readonly members: readonly number[]; readonly strength: number }

export type LinkageRules = {
  /** Joins happen only at a mean probability of at least this. */
  readonly threshold: number
  /** What a pair counts that was never judged, because neither report was a candidate. */
  readonly unjudged: number
  /** False when two groups must not be joined, whatever the probabilities say. */
  readonly mayJoin: (a: readonly number[], b: readonly number[]) => boolean
}

type Join = { strength: number; a: number; b: number; sizes: number }

/**
 * Average linkage over a sparse graph, strongest join first: two groups join while the mean
 * probability over all pairs across them reaches the threshold, so that a single wrong link cannot
 * glue two groups that otherwise have nothing in common. Equal strengths go by lower number first.
 */
export function linkage(count: number, links: readonly Link[], rules: LinkageRules): Group[] {
  const groups = new Groups(count, rules)
  const heap = new JoinHeap()
  for (const { a, b, probability } of links) groups.link(a, b, probability)
  for (const join of groups.joins()) heap.push(join)
  for (let join = heap.pop(); join; join = heap.pop()) {
    if (!groups.isCurrent(join) || !groups.mayJoin(join)) continue
    for (const next of groups.join(join)) heap.push(next)
  }
  return groups.all()
}

class Groups {
  readonly #rules: LinkageRules
  readonly #members: (number[] | null)[]
  /** Sum over judged pairs across two groups of (probability - unjudged). */
  readonly #sums: Map<number, number>[]
  readonly #strength: Float64Array

  constructor(count: number, rules: LinkageRules) {
    this.#rules = rules
    this.#members = Array.from({ length: count }, (_, report) => [report])
    this.#sums = Array.from({ length: count }, () => new Map())
    this.#strength = new Float64Array(count)
  }

  link(a: number, b: number, probability: number): void {
    const surplus = probability - this.#rules.unjudged
    this.#sums[a]?.set(b, surplus)
    this.#sums[b]?.set(a, surplus)
  }

  *joins(): Generator<Join> {
    for (const [a, sums] of this.#sums.entries()) {
      for (const [b] of sums) {
        const join = a < b ? this.#joinOf(a, b) : null
        if (join) yield join
      }
    }
  }

  #joinOf(a: number, b: number): Join | null {
    const size = this.#size(a) * this.#size(b)
    const sum = this.#sums[a]?.get(b)
    if (sum === undefined || size === 0) return null
    const strength = sum / size + this.#rules.unjudged
    if (strength < this.#rules.threshold) return null
    return { strength, a: Math.min(a, b), b: Math.max(a, b), sizes: this.#size(a) + this.#size(b) }
  }

  #size(group: number): number {
    return this.#members[group]?.length ?? 0
  }

  /** Groups only grow, so a join whose sizes still add up was computed for these very groups. */
  isCurrent({ a, b, sizes }: Join): boolean {
    return this.#size(a) > 0 && this.#size(b) > 0 && this.#size(a) + this.#size(b) === sizes
  }

  mayJoin({ a, b }: Join): boolean {
    return this.#rules.mayJoin(this.#members[a] ?? [], this.#members[b] ?? [])
  }

  /** Joins `b` into `a` and answers the joins that this makes possible. */
  join({ a, b, strength }: Join): Join[] {
    const [into, from] = [this.#members[a], this.#members[b]]
    if (!into || !from) return []
    into.push(...from)
    this.#members[b] = null
    this.#strength[a] = strength
    const [kept, moved] = [this.#sums[a], this.#sums[b]]
    if (!kept || !moved) return []
    kept.delete(b)
    for (const [other, sum] of moved) {
      if (other === a) continue
      const total = (kept.get(other) ?? 0) + sum
      kept.set(other, total)
      this.#sums[other]?.delete(b)
      this.#sums[other]?.set(a, total)
    }
    this.#sums[b] = new Map()
    for (const [other] of kept) this.#sums[other]?.set(a, kept.get(other) ?? 0)
    return [...kept.keys()].flatMap((other) => this.#joinOf(a, other) ?? [])
  }

  all(): Group[] {
    return this.#members.flatMap((members, group) =>
      members
        ? [{ members: members.sort((x, y) => x - y), strength: this.#strength[group] ?? 0 }]
        : [],
    )
  }
}

/** Strongest first; equal strengths by lower numbers. */
const isBefore = (x: Join, y: Join): boolean =>
  x.strength !== y.strength ? x.strength > y.strength : x.a !== y.a ? x.a < y.a : x.b < y.b

class JoinHeap {
  readonly #joins: Join[] = []

  push(join: Join): void {
    const joins = this.#joins
    joins.push(join)
    let at = joins.length - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!this.#swapIfBefore(at, up)) return
      at = up
    }
  }

  pop(): Join | null {
    const joins = this.#joins
    const first = joins[0]
    const last = joins.pop()
    if (!first || !last) return null
    if (joins.length === 0) return first
    joins[0] = last
    let at = 0
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const [x, y] = [joins[left], joins[right]]
      const down = x && y && isBefore(y, x) ? right : left
      if (!x || !this.#swapIfBefore(down, at)) return first
      at = down
    }
  }

  #swapIfBefore(lower: number, upper: number): boolean {
    const [x, y] = [this.#joins[lower], this.#joins[upper]]
    if (!x || !y || !isBefore(x, y)) return false
    this.#joins[lower] = y
    this.#joins[upper] = x
    return true
  }
}
