import { writeCohesion } from './cohesion.ts'
import { firstFeatures, groupedFeatures, type Model, secondFeatures } from './model.ts'
import { type Neighbour, Outlooks, outlookFeatures } from './neighbourhood.ts'
import { type Judged, PairJudge, pairFeatures } from './pair.ts'
import { Provisional } from './provisional.ts'
import type { Rarity } from './rarity.ts'
import { type Surroundings, type Tie, writeSupport } from './support.ts'

/** Reports that are judged together; a report is its position. */
export type Reports = {
  readonly sides: readonly Judged[]
  readonly sources: readonly number[]
  readonly rarity: Rarity
  readonly sourcesAreDistinct: boolean
}

/** Pairs of candidates, each once with `a < b`, and the similarity that orders them. */
export type Pairs = {
  readonly a: Int32Array
  readonly b: Int32Array
  readonly similarity: Float32Array
}

/** Every pair in which at least one report is a candidate of the other, in ascending order. */
export function pairsOf(
  reports: Reports,
  candidatesOf: (report: number) => readonly number[],
): Pairs {
  const found: number[] = []
  const count = reports.sides.length
  const partners: Set<number>[] = Array.from({ length: count }, () => new Set())
  for (let report = 0; report < count; report++) {
    for (const other of candidatesOf(report)) {
      partners[Math.min(report, other)]?.add(Math.max(report, other))
    }
  }
  for (const [a, others] of partners.entries()) {
    for (const b of [...others].sort((x, y) => x - y)) found.push(a, b)
  }
  const size = found.length / 2
  const pairs = {
    a: Int32Array.from({ length: size }, (_, pair) => found[2 * pair] ?? 0),
    b: Int32Array.from({ length: size }, (_, pair) => found[2 * pair + 1] ?? 0),
    similarity: new Float32Array(size),
  }
  return pairs
}

/** For every report, the positions of its pairs. */
function pairsByReport(pairs: Pairs, reports: number): Int32Array[] {
  const counts = new Int32Array(reports)
  for (const list of [pairs.a, pairs.b]) {
    for (const report of list) counts[report] = (counts[report] ?? 0) + 1
  }
  const lists = Array.from(counts, (count) => new Int32Array(count))
  const filled = new Int32Array(reports)
  for (let pair = 0; pair < pairs.a.length; pair++) {
    for (const report of [pairs.a[pair] ?? 0, pairs.b[pair] ?? 0]) {
      const list = lists[report]
      const at = filled[report] ?? 0
      if (list) list[at] = pair
      filled[report] = at + 1
    }
  }
  return lists
}

const outlookSize = outlookFeatures.length

/**
 * Computes the rows of the first look for all pairs and hands each to `take`. The row is reused:
 * who keeps it must copy it.
 */
export class FirstLook {
  readonly #reports: Reports
  readonly #pairs: Pairs
  readonly #judge: PairJudge
  /** Two outlooks a pair: that of `a` on `b`, then that of `b` on `a`. */
  readonly #outlooks: Float32Array
  readonly #row = new Float32Array(firstFeatures.length)

  constructor(reports: Reports, pairs: Pairs) {
    this.#reports = reports
    this.#pairs = pairs
    this.#judge = new PairJudge(reports.rarity)
    this.#outlooks = new Float32Array(pairs.a.length * 2 * outlookSize)
    for (let pair = 0; pair < pairs.a.length; pair++) {
      pairs.similarity[pair] = this.#similarity(pair)
    }
    this.#look(pairsByReport(pairs, reports.sides.length))
  }

  #sides(pair: number): readonly [Judged, Judged] {
    const a = this.#reports.sides[this.#pairs.a[pair] ?? 0]
    const b = this.#reports.sides[this.#pairs.b[pair] ?? 0]
    if (!a || !b) throw new RangeError(`pair ${pair} names no report`)
    return [a, b]
  }

  #similarity(pair: number): number {
    const [a, b] = this.#sides(pair)
    return this.#judge.similarity(a, b)
  }

  #look(lists: readonly Int32Array[]): void {
    const outlooks = new Outlooks()
    for (const [report, list] of lists.entries()) {
      const self = this.#reports.sides[report]
      if (!self || list.length === 0) continue
      const neighbours = Array.from(list, (pair) => this.#neighbour(report, pair))
      const rows = outlooks.of(self, neighbours, this.#reports.sourcesAreDistinct)
      for (const [index, pair] of list.entries()) {
        const half = this.#pairs.a[pair] === report ? 0 : 1
        const row = rows[index]
        if (row) this.#outlooks.set(row, (2 * pair + half) * outlookSize)
      }
    }
  }

  #neighbour(report: number, pair: number): Neighbour {
    const [a, b] = this.#sides(pair)
    const other = this.#pairs.a[pair] === report ? this.#pairs.b[pair] : this.#pairs.a[pair]
    return {
      side: this.#pairs.a[pair] === report ? b : a,
      source: this.#reports.sources[other ?? 0] ?? 0,
      similarity: this.#pairs.similarity[pair] ?? 0,
    }
  }

  /** The row of `firstFeatures` of one pair; overwritten by the next call. */
  row(pair: number): Float32Array {
    const [a, b] = this.#sides(pair)
    this.#judge.judge(a, b, this.#row)
    const from = 2 * pair * outlookSize
    combine(this.#outlooks.subarray(from, from + 2 * outlookSize), this.#row)
    return this.#row
  }
}

/** Writes the lesser and greater of two outlooks behind the pair's own features. */
export function combine(both: Float32Array, row: Float32Array): void {
  for (let feature = 0; feature < outlookSize; feature++) {
    const x = both[feature] ?? Number.NaN
    const y = both[outlookSize + feature] ?? Number.NaN
    row[pairFeatures.length + 2 * feature] = Math.min(x, y)
    row[pairFeatures.length + 2 * feature + 1] = Math.max(x, y)
  }
}

/** First probabilities of all pairs. */
export function firstProbabilities(look: FirstLook, pairs: Pairs, model: Model): Float32Array {
  return Float32Array.from(pairs.a, (_, pair) => model.first(look.row(pair)))
}

/** Pairs below this first probability are not looked at again. */
export const secondLookMin = 0.01

/** What is around the pairs, once first probabilities are known; without provisional groups. */
export function surroundingsOf(
  reports: Reports,
  pairs: Pairs,
  probabilities: Float32Array,
): Surroundings {
  const ties: Map<number, number>[] = reports.sides.map(() => new Map())
  for (const [pair, probability] of probabilities.entries()) {
    if (probability < secondLookMin) continue
    const [a, b] = [pairs.a[pair] ?? 0, pairs.b[pair] ?? 0]
    ties[a]?.set(b, probability)
    ties[b]?.set(a, probability)
  }
  const lists: Tie[][] = ties.map((map) =>
    [...map].map(([to, probability]) => ({ to, probability })),
  )
  return {
    tiesOf: (report) => lists[report] ?? [],
    probability: (a, b) => ties[a]?.get(b) ?? 0,
    sourceOf: (report) => reports.sources[report] ?? 0,
    sourcesAreDistinct: reports.sourcesAreDistinct,
    groups: null,
  }
}

/** The surroundings with the groups that their ties would make of `reports`. */
export const grouped = (around: Surroundings, reports: readonly number[]): Surroundings => ({
  ...around,
  groups: new Provisional(reports, around.tiesOf),
})

/** The row of `secondFeatures`, or with groups of `groupedFeatures`, of one pair, freshly made. */
export function secondRow(
  first: Float32Array,
  pair: { readonly a: number; readonly b: number; readonly probability: number },
  around: Surroundings,
): Float32Array {
  const { groups } = around
  const row = new Float32Array(groups ? groupedFeatures.length : secondFeatures.length)
  row.set(first)
  writeSupport(pair, around, { row, at: firstFeatures.length })
  if (groups) writeCohesion(pair, { ...around, groups }, { row, at: secondFeatures.length })
  return row
}
