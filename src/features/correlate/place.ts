import type { Stored } from './batch.ts'
import type { Evidence } from './evidence.ts'
import type { Reason } from './explain.ts'
import { group } from './groups.ts'
import type { MixedKnowledge } from './judge-all.ts'
import { type JudgedMixture, type Judgement, judgeMixture } from './mixed.ts'
import { onScale, scale } from './strength.ts'

/** A stored report near the ones that arrive. */
export type Neighbour = {
  readonly evidence: Evidence
  /** The case it is in. */
  readonly case: string
}

/** What people decided, which no correlation overrules. */
export type Constraints = {
  /** Whether two reports were said to be never one vulnerability; numbers as in `place`. */
  readonly areApart: (a: number, b: number) => boolean
}

export type Arrival = {
  readonly arriving: readonly Evidence[]
  readonly neighbours: readonly Neighbour[]
  readonly constraints: Constraints
}

/** Reports that become one new case; numbers of `arriving`. */
export type NewGroup = { readonly members: readonly number[] }

/** A report that arrives and joins a case that is there. */
export type Join = {
  readonly report: number
  readonly case: string
  readonly probability: number
  /** The stored or arriving report it was judged by, as a number of `place`. */
  readonly with: number
  readonly because: readonly Reason[]
}

export type PlacedSuggestion = {
  readonly a: number
  readonly b: number
  readonly probability: number
  readonly because: readonly Reason[]
}

/**
 * Where arriving reports belong. Reports are numbered through: those that arrive from 0, then
 * their neighbours.
 */
export type Placements = {
  readonly groups: readonly NewGroup[]
  readonly joins: readonly Join[]
  readonly suggestions: readonly PlacedSuggestion[]
  /** Why two reports of one group are together; null where only others link them. */
  readonly judgement: (a: number, b: number) => Judgement | null
  readonly probability: (a: number, b: number) => number
}

/**
 * A report that arrives is judged before its rivals may have arrived, so words alone join it to a
 * case only when they are surer than in a batch: on the development reports this raises precision
 * and recall. Equal results and rules of place need no surplus.
 */
const loneMergeMin = 0.93
const loneStrength = onScale(loneMergeMin, { merge: 0.65, suggest: 0.3 })

/** Of cases that an arriving group may also belong to, so many are suggested. */
const rivalsMax = 3

/**
 * Places reports that arrive: judges them together with what the store has near them, groups them
 * among themselves as a batch, and lets each group join the case it fits best. A case that is there
 * is never joined to another by an arrival: that is suggested. Without neighbours this is
 * `correlateMixed`, to the letter.
 */
export function place(
  { arriving, neighbours, constraints }: Arrival,
  knowledge: MixedKnowledge,
  stored?: Stored,
): Placements {
  const all = [...arriving, ...neighbours.map(({ evidence }) => evidence)]
  const judged = judgeMixture(all, knowledge, stored)
  const placing = new Placing(judged, { arriving, neighbours, constraints })
  return placing.placements()
}

type Tie = { sum: number; count: number; best: number; from: number; to: number }

class Placing {
  readonly #judged: JudgedMixture
  readonly #arrival: Arrival
  readonly #arriving: number
  /** The cases that a class has members in, before anything arrives. */
  readonly #casesOf: readonly ReadonlySet<string>[]
  readonly #classesOf = new Map<string, Set<number>>()

  constructor(judged: JudgedMixture, arrival: Arrival) {
    this.#judged = judged
    this.#arrival = arrival
    this.#arriving = arrival.arriving.length
    this.#casesOf = Array.from({ length: judged.classes }, (_, one) => {
      const cases = new Set<string>()
      for (const member of judged.membersOf(one)) {
        const of = this.#caseOf(member)
        if (of !== null) cases.add(of)
      }
      for (const of of cases) {
        const classes = this.#classesOf.get(of) ?? new Set()
        this.#classesOf.set(of, classes.add(one))
      }
      return cases
    })
  }

  #caseOf(report: number): string | null {
    return this.#arrival.neighbours[report - this.#arriving]?.case ?? null
  }

  placements(): Placements {
    const { probability, judgement } = this.#judged
    const grouping = this.#groupArriving()
    const groups: NewGroup[] = []
    const joins: Join[] = []
    const suggestions = this.#between(grouping.suggestions)
    for (const classes of grouping.merged) {
      const members = classes.flatMap((one) => this.#arrivingOf(one))
      if (members.length === 0) continue
      const ties = this.#tiesOf(classes)
      const home = ties.find((tie) => tie.joins && this.#mayJoin(members, tie.case))
      if (home) joins.push(...members.map((report) => this.#join(report, home)))
      else groups.push({ members })
      const rivals = ties.filter((tie) => tie !== home && tie.strength >= scale.suggest)
      for (const rival of rivals.slice(0, rivalsMax)) suggestions.push(...this.#suggest(rival))
    }
    return { groups, joins, suggestions, probability, judgement }
  }

  #arrivingOf(one: number): readonly number[] {
    return this.#judged.membersOf(one).filter((report) => report < this.#arriving)
  }

  /** Groups what arrives by the links among itself, as if nothing were stored. */
  #groupArriving() {
    const isHere = (one: number): boolean => this.#arrivingOf(one).length > 0
    const links = this.#judged.strengths
      .filter(({ a, b }) => isHere(a) && isHere(b))
      .map(({ a, b, strength }) => ({ a, b, probability: strength }))
    return group(this.#judged.classes, links, { ...scale, mayJoin: () => true })
  }

  #between(links: readonly { readonly a: number; readonly b: number }[]): PlacedSuggestion[] {
    return links.flatMap(({ a, b }) => {
      const [x, y] = [this.#arrivingOf(a)[0], this.#arrivingOf(b)[0]]
      return (x !== undefined && y !== undefined && this.#judged.judgement(x, y)) || []
    })
  }

  /** How a group of arriving classes stands to each case near it, strongest first. */
  #tiesOf(classes: readonly number[]): CaseTie[] {
    const own = new Set(classes)
    const found = new Map<string, Tie>()
    for (const one of classes) {
      for (const of of this.#casesOf[one] ?? []) {
        const [from, to] = this.#equalPair(one, of)
        found.set(of, { sum: 1, count: 1, best: 1, from, to })
      }
    }
    for (const { a, b, strength } of this.#judged.strengths) {
      if (own.has(a) === own.has(b)) continue
      const [inner, outer] = own.has(a) ? [a, b] : [b, a]
      for (const of of this.#casesOf[outer] ?? []) {
        this.#strengthen(found, of, { inner, outer, strength })
      }
    }
    return [...found]
      .map(([of, tie]) => this.#caseTie(of, tie, classes.length))
      .sort((x, y) => y.strength - x.strength || (x.case < y.case ? -1 : 1))
  }

  #strengthen(
    found: Map<string, Tie>,
    of: string,
    { inner, outer, strength }: { inner: number; outer: number; strength: number },
  ): void {
    const [from, to] = [this.#arrivingOf(inner)[0], this.#storedOf(outer, of)]
    if (from === undefined || to === undefined) return
    const tie = found.get(of) ?? { sum: 0, count: 0, best: 0, from, to }
    if (tie.best === 1) return
    tie.sum += strength - scale.unjudged
    tie.count++
    if (strength > tie.best) Object.assign(tie, { best: strength, from, to })
    found.set(of, tie)
  }

  #equalPair(one: number, of: string): [number, number] {
    return [this.#arrivingOf(one)[0] ?? 0, this.#storedOf(one, of) ?? 0]
  }

  #storedOf(one: number, of: string): number | undefined {
    return this.#judged.membersOf(one).find((report) => this.#caseOf(report) === of)
  }

  /** The mean over all pairs of classes across, those never judged included, as linkage has it. */
  #caseTie(of: string, tie: Tie, size: number): CaseTie {
    const members = this.#classesOf.get(of)?.size ?? 1
    const isEqual = tie.best === 1
    const strength = isEqual ? 1 : tie.sum / (size * members) + scale.unjudged
    const needed = this.#isByRule(tie) ? scale.merge : Math.max(scale.merge, loneStrength)
    return { ...tie, case: of, strength, joins: isEqual || strength >= needed }
  }

  /** Rules for results speak of places and identifiers, not of words. */
  #isByRule({ from, to }: Tie): boolean {
    const { arriving, neighbours } = this.#arrival
    const other = neighbours[to - this.#arriving]?.evidence
    return arriving[from]?.domain === 'scan' && other?.domain === 'scan'
  }

  #mayJoin(members: readonly number[], of: string): boolean {
    const { areApart } = this.#arrival.constraints
    return ![...(this.#classesOf.get(of) ?? [])].some((one) =>
      this.#judged
        .membersOf(one)
        .some((other) => this.#caseOf(other) === of && members.some((own) => areApart(own, other))),
    )
  }

  #join(report: number, home: CaseTie): Join {
    const told = this.#judged.judgement(report, home.to)
    const through = told ?? this.#judged.judgement(home.from, home.to)
    return {
      ...{ report, case: home.case, with: home.to },
      probability: through?.probability ?? home.best,
      because: through?.because ?? [],
    }
  }

  #suggest({ from, to }: CaseTie): PlacedSuggestion[] {
    if (this.#arrival.constraints.areApart(from, to)) return []
    const told = this.#judged.judgement(from, to)
    return told ? [told] : []
  }
}

type CaseTie = Tie & { readonly case: string; readonly strength: number; readonly joins: boolean }
