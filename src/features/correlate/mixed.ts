import type { Stored } from './batch.ts'
import { canonicalOrder } from './correlate.ts'
import type { Evidence } from './evidence.ts'
import type { Reason } from './explain.ts'
import { group } from './groups.ts'
import { judgeAll, type MixedKnowledge } from './judge-all.ts'
import { equalResults } from './scan.ts'
import { scanReasons } from './scan-reason.ts'
import { type Strength, scale } from './strength.ts'

/** Two reports, how probably they are one vulnerability, and why. */
export type Judgement = {
  readonly a: number
  readonly b: number
  readonly probability: number
  readonly because: readonly Reason[]
}

/** Reports of every kind together: which are one vulnerability, and which may be. */
export type Mixed = {
  readonly groups: readonly (readonly number[])[]
  /** Links between groups, for a person to decide; most likely first. */
  readonly suggestions: readonly Judgement[]
  /** How probably two reports are one vulnerability; 0 where nothing was judged. */
  readonly probability: (a: number, b: number) => number
  /** Why two reports of one group are together; null where only others link them. */
  readonly judgement: (a: number, b: number) => Judgement | null
}

/** Equality beyond doubt leaves only the doubt in the rule itself. */
const equalProbability = 0.99

/** A mixture whose pairs are judged but not yet grouped. Classes are of equal results. */
export type JudgedMixture = {
  readonly classes: number
  readonly classOf: (report: number) => number
  /** Ascending. */
  readonly membersOf: (number: number) => readonly number[]
  /** Between classes, on the common scale. */
  readonly strengths: readonly Strength[]
  readonly probability: (a: number, b: number) => number
  readonly judgement: (a: number, b: number) => Judgement | null
}

/**
 * Judges a mixture of advisories, scanner results and prose. Reports are taken in the order of
 * their content, so the order in which they came makes no difference. Results that are equal
 * beyond doubt count as one, so ten thousand copies cost no more than one.
 */
export function judgeMixture(
  batch: readonly Evidence[],
  knowledge: MixedKnowledge,
  stored?: Stored,
): JudgedMixture {
  const order = canonicalOrder(batch)
  const sorted = order.flatMap((report) => batch[report] ?? [])
  const equal = new Equal(sorted, order)
  const strengths = judgeAll(equal.evidence, knowledge, stored)
  const byPair = new Map(strengths.map((link) => [keyOf(link.a, link.b), link]))
  return {
    classes: equal.evidence.length,
    classOf: (report) => equal.classOf(report),
    membersOf: (number) => equal.membersOf(number),
    strengths,
    probability: (a, b) => {
      const [x, y] = [equal.classOf(a), equal.classOf(b)]
      return x === y ? equalProbability : (byPair.get(keyOf(x, y))?.probability ?? 0)
    },
    judgement: (a, b) => {
      const [x, y] = [equal.classOf(a), equal.classOf(b)]
      if (x === y) return equalJudgement(a, b, batch)
      const link = byPair.get(keyOf(x, y))
      return link ? { a, b, probability: link.probability, because: link.because() } : null
    },
  }
}

/** Correlates a mixture: judges it and groups what belongs together. */
export function correlateMixed(batch: readonly Evidence[], knowledge: MixedKnowledge): Mixed {
  const judged = judgeMixture(batch, knowledge)
  const { classes, membersOf, strengths, probability, judgement } = judged
  const links = strengths.map(({ a, b, strength }) => ({ a, b, probability: strength }))
  const found = group(classes, links, { ...scale, mayJoin: () => true })
  return {
    groups: found.merged.map((members) => members.flatMap((one) => membersOf(one))),
    suggestions: found.suggestions.flatMap(({ a, b }) => {
      const [x, y] = [membersOf(a)[0], membersOf(b)[0]]
      const told = x === undefined || y === undefined ? null : judgement(x, y)
      return told ?? []
    }),
    probability,
    judgement,
  }
}

const keyOf = (a: number, b: number): string => `${Math.min(a, b)} ${Math.max(a, b)}`

function equalJudgement(a: number, b: number, batch: readonly Evidence[]): Judgement | null {
  const [x, y] = [batch[a], batch[b]]
  if (!x || !y) return null
  return { a, b, probability: equalProbability, because: scanReasons(x, y) }
}

/** Classes of equal results, numbered in canonical order; a class is judged by its first member. */
class Equal {
  readonly evidence: readonly Evidence[]
  readonly #members: readonly (readonly number[])[]
  readonly #classes = new Map<number, number>()

  constructor(sorted: readonly Evidence[], order: readonly number[]) {
    const members = new Map<number, number[]>()
    for (const [position, face] of equalResults(sorted).entries()) {
      const own = members.get(face) ?? []
      own.push(order[position] ?? position)
      members.set(face, own)
    }
    this.evidence = [...members.keys()].flatMap((face) => sorted[face] ?? [])
    this.#members = [...members.values()].map((own) => own.sort((x, y) => x - y))
    for (const [number, own] of this.#members.entries()) {
      for (const report of own) this.#classes.set(report, number)
    }
  }

  classOf(report: number): number {
    return this.#classes.get(report) ?? -1
  }

  membersOf(number: number): readonly number[] {
    return this.#members[number] ?? []
  }
}
