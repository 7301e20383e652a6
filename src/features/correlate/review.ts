import type { Stored } from './batch.ts'
import type { Evidence } from './evidence.ts'
import type { Reason } from './explain.ts'
import type { MixedKnowledge } from './judge-all.ts'
import { linkage } from './linkage.ts'
import { type JudgedMixture, judgeMixture } from './mixed.ts'
import { type Strength, scale } from './strength.ts'

/** A stored report that is looked at again, or is near one. */
export type Reviewed = {
  readonly evidence: Evidence
  readonly case: string
  /** It is looked at again; the others are only around it. */
  readonly isCentre: boolean
  /** A person put it where it is. */
  readonly isFixed: boolean
}

export type ReviewRules = {
  /** Whether a person said of two cases that they are never one vulnerability. */
  readonly areCasesApart: (a: string, b: string) => boolean
  /** Whether all distinct reports of a case are here: only then it can be found to fall apart. */
  readonly isWhole: (of: string) => boolean
}

/** What would be otherwise if all were placed today; `a` and `b` are positions of reports. */
export type Change = {
  readonly kind: 'merge' | 'split'
  readonly a: number
  readonly b: number
  /** How probably the change is right. */
  readonly probability: number
  readonly because: readonly Reason[]
}

/**
 * Judges stored reports again, as a batch of all that is near them would be judged, and answers
 * which cases it would join or take apart. It changes nothing: every change is a person's to make.
 */
export function review(
  reports: readonly Reviewed[],
  rules: ReviewRules,
  { knowledge, stored }: { readonly knowledge: MixedKnowledge; readonly stored?: Stored },
): Change[] {
  const judged = judgeMixture(
    reports.map(({ evidence }) => evidence),
    knowledge,
    stored,
  )
  const standing = new Standing(reports, judged)
  return [...merges(standing, rules), ...splits(standing, rules)]
}

/** The cases as they are, over the classes of equal reports as they are judged. */
class Standing {
  readonly reports: readonly Reviewed[]
  readonly judged: JudgedMixture
  /** The classes of each case. */
  readonly classes: ReadonlyMap<string, readonly number[]>
  readonly #casesOf: readonly (readonly string[])[]

  constructor(reports: readonly Reviewed[], judged: JudgedMixture) {
    this.reports = reports
    this.judged = judged
    this.#casesOf = Array.from({ length: judged.classes }, (_, one) => [
      ...new Set(judged.membersOf(one).flatMap((report) => reports[report]?.case ?? [])),
    ])
    const classes = new Map<string, number[]>()
    for (const [one, cases] of this.#casesOf.entries()) {
      for (const of of cases) classes.set(of, [...(classes.get(of) ?? []), one])
    }
    this.classes = classes
  }

  casesOf(one: number): readonly string[] {
    return this.#casesOf[one] ?? []
  }

  /** The first report of a class that is in a case. */
  reportIn(one: number, of: string): number {
    const found = this.judged.membersOf(one).find((report) => this.reports[report]?.case === of)
    return found ?? -1
  }

  isLookedAt(of: string): boolean {
    return this.reports.some((report) => report.case === of && report.isCentre)
  }

  change(kind: Change['kind'], a: number, b: number): Change {
    const told = this.judged.judgement(a, b)
    const same = told?.probability ?? 0
    const probability = kind === 'merge' ? same : 1 - same
    return { kind, a, b, probability, because: told?.because ?? [] }
  }
}

type Across = { sum: number; best: number; a: number; b: number; readonly isEqual: boolean }

/** Cases whose reports are, on the mean over all pairs, as alike as what merges by itself. */
function* merges(standing: Standing, { areCasesApart }: ReviewRules): Generator<Change> {
  const found = new Map<string, Across & { readonly cases: readonly [string, string] }>()
  const add = (x: string, y: string, across: Across): void => {
    if (x === y) return
    const key = [x, y].sort().join(' ')
    const known = found.get(key)
    if (!known) return void found.set(key, { ...across, cases: [x, y] })
    known.sum += across.sum
    if (across.best > known.best) Object.assign(known, across, { sum: known.sum })
  }
  for (const { a: one, b: other, strength } of standing.judged.strengths) {
    for (const x of standing.casesOf(one)) {
      for (const y of standing.casesOf(other)) {
        const [a, b] = [standing.reportIn(one, x), standing.reportIn(other, y)]
        add(x, y, { sum: strength - scale.unjudged, best: strength, a, b, isEqual: false })
      }
    }
  }
  for (let one = 0; one < standing.judged.classes; one++) {
    const [x, ...others] = standing.casesOf(one)
    for (const y of x === undefined ? [] : others) {
      const [a, b] = [standing.reportIn(one, x ?? ''), standing.reportIn(one, y)]
      add(x ?? '', y, { sum: 1 - scale.unjudged, best: 2, a, b, isEqual: true })
    }
  }
  for (const { cases, sum, a, b, isEqual } of found.values()) {
    const [x, y] = cases
    if (areCasesApart(x, y) || !(standing.isLookedAt(x) || standing.isLookedAt(y))) continue
    const pairs = (standing.classes.get(x)?.length ?? 1) * (standing.classes.get(y)?.length ?? 1)
    const mean = sum / pairs + scale.unjudged
    if (isEqual || mean >= scale.merge) yield standing.change('merge', a, b)
  }
}

/** Cases that fall apart: parts that not even a suggestion would bring together. */
function* splits(standing: Standing, { isWhole }: ReviewRules): Generator<Change> {
  for (const [of, classes] of standing.classes) {
    if (classes.length < 2 || !isWhole(of) || !standing.isLookedAt(of)) continue
    const [main, ...others] = partsOf(classes, standing.judged.strengths)
      .map((part) => part.map((one) => standing.reportIn(one, of)).sort((x, y) => x - y))
      .sort((x, y) => y.length - x.length || (x[0] ?? 0) - (y[0] ?? 0))
    for (const part of others) {
      // What a person put here stays, whatever is thought of it later.
      if (part.some((report) => standing.reports[report]?.isFixed)) continue
      const [stays, leaves] = [main?.[0], part[0]]
      if (stays !== undefined && leaves !== undefined) {
        yield standing.change('split', stays, leaves)
      }
    }
  }
}

function partsOf(classes: readonly number[], strengths: readonly Strength[]): number[][] {
  const places = new Map(classes.map((one, place) => [one, place]))
  const links = strengths.flatMap(({ a, b, strength }) => {
    const [x, y] = [places.get(a), places.get(b)]
    return x === undefined || y === undefined ? [] : [{ a: x, b: y, probability: strength }]
  })
  const rules = { threshold: scale.suggest, unjudged: scale.unjudged, mayJoin: () => true }
  return linkage(classes.length, links, rules).map(({ members }) =>
    members.flatMap((place) => classes[place] ?? []),
  )
}
