import type { Stored } from './batch.ts'
import type { Evidence } from './evidence.ts'
import type { Reason } from './explain.ts'
import { group } from './groups.ts'
import type { MixedKnowledge } from './judge-all.ts'
import { type JudgedMixture, type Judgement, judgeMixture } from './mixed.ts'
import { type Strength, scale } from './strength.ts'

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
  /** The same of two cases, by whatever reports of theirs. */
  readonly areCasesApart?: (a: string, b: string) => boolean
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
 * case only when they are surer than in a batch of at least one report of it. The mean over the
 * case may then be lower, that the order of arrival decides less: docs/correlation-service.md.
 * Equal results and rules of place need no surplus.
 */
const lone = { best: 0.9, mean: 0.45 } as const

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

/** How a group that arrives stands to one case: the sum over all judged pairs across. */
type Tie = { sum: number; best: number; from: number; to: number; readonly isEqual: boolean }

type CaseTie = Tie & { readonly case: string; readonly strength: number; readonly joins: boolean }

/** Two places that may be one, each a case or a group that arrives, and the reports that say so. */
type Draft = { readonly homes: readonly [string, string]; readonly a: number; readonly b: number }

class Placing {
  readonly #judged: JudgedMixture
  readonly #arrival: Arrival
  readonly #arriving: number
  /** Of each class the cases that it has members in before anything arrives, and who is there. */
  readonly #casesOf: readonly ReadonlyMap<string, number>[]
  /** In how many classes each case has members. */
  readonly #sizes = new Map<string, number>()
  readonly #membersOf: ReadonlyMap<string, readonly number[]>
  readonly #links = new Map<number, Strength[]>()

  constructor(judged: JudgedMixture, arrival: Arrival) {
    this.#judged = judged
    this.#arrival = arrival
    this.#arriving = arrival.arriving.length
    this.#membersOf = Map.groupBy(
      arrival.neighbours.map((_, at) => this.#arriving + at),
      (report) => arrival.neighbours[report - this.#arriving]?.case ?? '',
    )
    this.#casesOf = Array.from({ length: judged.classes }, (_, one) => {
      const cases = new Map<string, number>()
      for (const member of arrival.neighbours.length === 0 ? [] : judged.membersOf(one)) {
        const of = arrival.neighbours[member - this.#arriving]?.case
        if (of !== undefined && !cases.has(of)) cases.set(of, member)
      }
      for (const of of cases.keys()) this.#sizes.set(of, (this.#sizes.get(of) ?? 0) + 1)
      return cases
    })
    for (const strength of this.#sizes.size === 0 ? [] : judged.strengths) {
      for (const one of [strength.a, strength.b]) {
        const known = this.#links.get(one)
        if (known) known.push(strength)
        else this.#links.set(one, [strength])
      }
    }
  }

  placements(): Placements {
    const { probability, judgement } = this.#judged
    const grouping = this.#groupArriving()
    const groups: NewGroup[] = []
    const joins: Join[] = []
    const homeOf = new Map<number, string>()
    const drafts: Draft[] = []
    for (const [number, classes] of grouping.merged.entries()) {
      const members = classes.flatMap((one) => this.#arrivingOf(one))
      if (members.length === 0) continue
      const ties = this.#tiesOf(classes)
      const home = ties.find((tie) => tie.joins && this.#mayJoin(members, tie.case))
      if (home) joins.push(...members.map((report) => this.#join(report, home)))
      else groups.push({ members })
      const place = home?.case ?? `group ${number}`
      for (const one of classes) homeOf.set(one, place)
      drafts.push(...this.#rivals(ties, place))
    }
    const between = grouping.suggestions.flatMap(({ a, b }): Draft[] => {
      const [x, y] = [this.#arrivingOf(a)[0], this.#arrivingOf(b)[0]]
      if (x === undefined || y === undefined) return []
      return [{ homes: [homeOf.get(a) ?? '', homeOf.get(b) ?? ''], a: x, b: y }]
    })
    const suggestions = this.#settled([...between, ...drafts])
    return { groups, joins, suggestions, probability, judgement }
  }

  #arrivingOf(one: number): readonly number[] {
    const members = this.#judged.membersOf(one)
    if (this.#arrival.neighbours.length === 0) return members
    return members.filter((report) => report < this.#arriving)
  }

  /**
   * Groups what arrives by the links among itself, as if nothing were stored; but what equals
   * reports of two cases stays in two groups.
   */
  #groupArriving() {
    const isHere = (one: number): boolean => (this.#judged.membersOf(one)[0] ?? 0) < this.#arriving
    const links = this.#judged.strengths
      .filter(({ a, b }) => isHere(a) && isHere(b))
      .map(({ a, b, strength }) => ({ a, b, probability: strength }))
    const casesIn = (classes: readonly number[]): string[] =>
      classes.flatMap((one) => [...(this.#casesOf[one]?.keys() ?? [])])
    const mayJoin = (x: readonly number[], y: readonly number[]): boolean => {
      if (this.#sizes.size === 0) return true
      const [mine, theirs] = [casesIn(x), casesIn(y)]
      return mine.every((one) => theirs.every((other) => one === other))
    }
    return group(this.#judged.classes, links, { ...scale, mayJoin })
  }

  /** How a group of arriving classes stands to each case near it, strongest first. */
  #tiesOf(classes: readonly number[]): CaseTie[] {
    const own = new Set(classes)
    const found = new Map<string, Tie>()
    for (const one of classes) {
      const from = this.#arrivingOf(one)[0] ?? 0
      for (const [of, to] of this.#casesOf[one] ?? []) {
        found.set(of, { sum: 1, best: 1, from, to, isEqual: true })
      }
    }
    for (const inner of classes) {
      for (const { a, b, strength } of this.#links.get(inner) ?? []) {
        const outer = a === inner ? b : a
        if (own.has(outer)) continue
        for (const [of, to] of this.#casesOf[outer] ?? []) {
          const from = this.#arrivingOf(inner)[0] ?? 0
          const tie = found.get(of) ?? { sum: 0, best: 0, from, to, isEqual: false }
          if (tie.isEqual) continue
          tie.sum += strength - scale.unjudged
          if (strength > tie.best) Object.assign(tie, { best: strength, from, to })
          found.set(of, tie)
        }
      }
    }
    return [...found]
      .map(([of, tie]) => this.#caseTie(of, tie, classes.length))
      .sort((x, y) => y.strength - x.strength || (x.case < y.case ? -1 : 1))
  }

  /** The mean over all pairs of classes across, those never judged included, as linkage has it. */
  #caseTie(of: string, tie: Tie, size: number): CaseTie {
    const pairs = size * (this.#sizes.get(of) ?? 1)
    const strength = tie.isEqual ? 1 : tie.sum / pairs + scale.unjudged
    const { isEqual, best } = tie
    const isSure = this.#isByRule(tie)
      ? strength >= scale.merge
      : best >= lone.best && strength >= lone.mean
    return { ...tie, case: of, strength, joins: isEqual || isSure }
  }

  /** Rules for results speak of places and identifiers, not of words. */
  #isByRule({ from, to }: Tie): boolean {
    const { arriving, neighbours } = this.#arrival
    const other = neighbours[to - this.#arriving]?.evidence
    return arriving[from]?.domain === 'scan' && other?.domain === 'scan'
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

  #rivals(ties: readonly CaseTie[], place: string): Draft[] {
    return ties
      .filter((tie) => tie.strength >= scale.suggest && this.#mayBeOne(tie.case, place))
      .slice(0, rivalsMax)
      .map((tie) => ({ homes: [place, tie.case], a: tie.from, b: tie.to }))
  }

  #mayJoin(members: readonly number[], of: string): boolean {
    const { areApart } = this.#arrival.constraints
    const theirs = this.#membersOf.get(of) ?? []
    return !theirs.some((other) => members.some((own) => areApart(own, other)))
  }

  #mayBeOne(x: string, y: string): boolean {
    return x !== y && this.#arrival.constraints.areCasesApart?.(x, y) !== true
  }

  /** The most probable one for each two places that may be one. */
  #settled(drafts: readonly Draft[]): PlacedSuggestion[] {
    const found = new Map<string, PlacedSuggestion>()
    const { areApart } = this.#arrival.constraints
    for (const { homes, a, b } of drafts) {
      const told = this.#mayBeOne(...homes) && !areApart(a, b) ? this.#judged.judgement(a, b) : null
      const key = [...homes].sort().join(' ')
      if (told && told.probability > (found.get(key)?.probability ?? 0)) found.set(key, told)
    }
    return [...found.values()]
  }
}
