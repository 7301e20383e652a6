import { addBackground } from './background.ts'
import { lengthsOf } from './compare.ts'
import type { Knowledge } from './correlate.ts'
import type { Evidence } from './evidence.ts'
import type { Neighbourship, ReportIndex } from './index.ts'
import { Interner } from './interner.ts'
import { firstFeatures } from './model.ts'
import { type Neighbour, Outlooks, outlookFeatures } from './neighbourhood.ts'
import { type Judged, PairJudge } from './pair.ts'
import { combine, grouped, secondLookMin, secondRow } from './passes.ts'
import { profileOf } from './profile.ts'
import { Rarity } from './rarity.ts'
import type { Surroundings, Tie } from './support.ts'

/** What became of an inserted report. */
export type Placement = {
  readonly report: number
  /** The group it joined by itself, or its own. */
  readonly group: number
  readonly decision: 'merged' | 'suggested' | 'alone'
  /** The stored report that it is most likely the same as, with the calibrated probability. */
  readonly nearest: { readonly report: number; readonly probability: number } | null
}

/**
 * One by one, a report is placed before its rivals arrive, so it merges by itself only when more
 * certain than in a batch: measured on the development reports, this raises precision and recall.
 */
const loneMergeMin = 0.93

type Found = {
  readonly report: number
  readonly side: Judged
  readonly source: number
  readonly similarity: number
}

/**
 * Correlates reports one by one, as they arrive, against everything stored in an index. The cost
 * of one insertion does not depend on how much is stored: texts that many reports share lead to no
 * candidates, and only the candidates and their neighbours are looked at. The rarity of texts is
 * fixed between two calls of `refresh`.
 */
export class Inserter {
  readonly #knowledge: Knowledge
  readonly #index: ReportIndex
  readonly #sourcesAreDistinct: boolean
  readonly #interner = new Interner()
  readonly #rarity = new Rarity()
  readonly #judge: PairJudge
  readonly #outlooks = new Outlooks()
  readonly #sources = new Map<string, number>()

  constructor(knowledge: Knowledge, index: ReportIndex, sourcesAreDistinct = false) {
    this.#knowledge = knowledge
    this.#index = index
    this.#sourcesAreDistinct = sourcesAreDistinct
    const into = { rarity: this.#rarity, interner: this.#interner }
    addBackground(knowledge.background, { ...into, weight: knowledge.backgroundWeight })
    this.#rarity.freeze()
    this.#judge = new PairJudge(this.#rarity)
  }

  /**
   * Takes what was stored since into the rarity of texts; to be called now and then (nightly). The
   * lengths of stored reports keep the weights of their day.
   */
  refresh(): void {
    this.#rarity.freeze()
  }

  /** Stores a report that is known to be distinct from all others, without judging it. */
  store(evidence: Evidence): number {
    const { side, source } = this.#take(evidence)
    return this.#index.add(side, source)
  }

  #take(evidence: Evidence): { side: Judged; source: number } {
    const profile = profileOf(evidence, this.#interner.intern)
    this.#rarity.add(profile.bags)
    const side: Judged = { ...profile, lengths: lengthsOf(profile.bags, this.#rarity) }
    return { side, source: this.#sourceOf(evidence.source) }
  }

  insert(evidence: Evidence): Placement {
    const { side, source } = this.#take(evidence)
    const candidates = this.#candidates(side, source)
    const report = this.#index.add(side, source)
    const probabilities = this.#probabilities({ side, source, report }, candidates)
    for (const [at, { report: other, similarity }] of candidates.entries()) {
      const probability = probabilities[at] ?? 0
      this.#index.keepNeighbour(report, { to: other, similarity, probability })
      this.#index.keepNeighbour(other, { to: report, similarity, probability })
    }
    return this.#place(report, candidates, probabilities)
  }

  #sourceOf(source: string | undefined): number {
    const key = source ?? `\u0000${this.#index.size}`
    const number = this.#sources.get(key) ?? this.#sources.size
    if (source !== undefined) this.#sources.set(key, number)
    return source === undefined ? -2 - this.#index.size : number
  }

  #candidates(side: Judged, source: number): Found[] {
    const found = this.#index.search(side, {
      rarity: this.#rarity,
      count: this.#knowledge.model.parameters.candidates,
      admits: (other) => !this.#sourcesAreDistinct || this.#index.source(other) !== source,
    })
    return found.map(({ report }) => {
      const other = this.#index.side(report)
      const similarity = this.#judge.similarity(side, other)
      return { report, side: other, source: this.#index.source(report), similarity }
    })
  }

  #probabilities(
    self: { side: Judged; source: number; report: number },
    candidates: readonly Found[],
  ): Float32Array {
    const { model } = this.#knowledge
    const own = this.#outlooks.of(self.side, candidates, this.#sourcesAreDistinct)
    const rows = candidates.map((candidate, at) => {
      const row = new Float32Array(firstFeatures.length)
      this.#judge.judge(self.side, candidate.side, row)
      const back = this.#outlookBack(candidate, self)
      const both = new Float32Array(2 * outlookFeatures.length)
      both.set(own[at] ?? back, 0)
      both.set(back, outlookFeatures.length)
      combine(both, row)
      return row
    })
    const first = Float32Array.from(rows, (row) => model.first(row))
    if (!model.hasSecond) return first
    const ties = this.#around(self, candidates, first)
    const among = [self.report, ...candidates.map(({ report }) => report)]
    const around = model.looksAtGroups ? grouped(ties, among) : ties
    return first.map((probability, at) => {
      const [row, candidate] = [rows[at], candidates[at]]
      if (probability < secondLookMin || !row || !candidate) return probability
      const pair = { a: self.report, b: candidate.report, probability }
      return model.second(secondRow(row, pair, around))
    })
  }

  /** How the new report stands among the neighbours that a candidate already has. */
  #outlookBack(candidate: Found, self: { side: Judged; source: number }): Float32Array {
    const stored = this.#index.neighbours(candidate.report).map(
      ({ to, similarity }): Neighbour => ({
        side: this.#index.side(to),
        source: this.#index.source(to),
        similarity,
      }),
    )
    const { side, source } = self
    const all = [...stored, { side, source, similarity: candidate.similarity }]
    return this.#outlooks.onLast(candidate.side, all, this.#sourcesAreDistinct)
  }

  #around(
    self: { report: number; source: number },
    candidates: readonly Found[],
    first: Float32Array,
  ): Surroundings {
    const own = new Map(candidates.map(({ report }, at) => [report, first[at] ?? 0]))
    const ties: Tie[] = [...own].map(([to, probability]) => ({ to, probability }))
    const isTie = ({ probability }: Neighbourship | Tie): boolean => probability >= secondLookMin
    const known = (a: number, b: number): number => {
      if (a === self.report) return own.get(b) ?? 0
      if (b === self.report) return own.get(a) ?? 0
      return this.#index.neighbours(a).find(({ to }) => to === b)?.probability ?? 0
    }
    return {
      tiesOf: (report) =>
        report === self.report ? ties.filter(isTie) : this.#index.neighbours(report).filter(isTie),
      probability: known,
      sourceOf: (report) => (report === self.report ? self.source : this.#index.source(report)),
      sourcesAreDistinct: this.#sourcesAreDistinct,
      groups: null,
    }
  }

  /** Joins the group whose members it is, on average, most probably the same as. */
  #place(report: number, candidates: readonly Found[], probabilities: Float32Array): Placement {
    const { model } = this.#knowledge
    const { thresholds, unjudged } = model.parameters
    const surplus = new Map<number, number>()
    let nearest: Placement['nearest'] = null
    for (const [at, candidate] of candidates.entries()) {
      const probability = probabilities[at] ?? 0
      const group = this.#index.groupOf(candidate.report)
      surplus.set(group, (surplus.get(group) ?? 0) + probability - unjudged)
      if (probability > (nearest?.probability ?? 0)) {
        nearest = { report: candidate.report, probability }
      }
    }
    let [best, strength] = [report, 0]
    for (const [group, sum] of surplus) {
      const mean = sum / this.#index.members(group).length + unjudged
      if (mean > strength && this.#mayJoin(report, group)) [best, strength] = [group, mean]
    }
    const isMerged = strength >= Math.max(thresholds.merge, loneMergeMin)
    if (isMerged) this.#index.join(best, report)
    return {
      report,
      group: isMerged ? best : report,
      decision: isMerged ? 'merged' : strength >= thresholds.suggest ? 'suggested' : 'alone',
      nearest: nearest && {
        report: nearest.report,
        probability: model.calibrated(nearest.probability),
      },
    }
  }

  #mayJoin(report: number, group: number): boolean {
    if (!this.#sourcesAreDistinct) return true
    const source = this.#index.source(report)
    return !this.#index.members(group).some((member) => this.#index.source(member) === source)
  }
}
