import { addPopulation, addSeenBackground, type Background, type Population } from './background.ts'
import { lengthsOf } from './compare.ts'
import type { Evidence } from './evidence.ts'
import { Interner } from './interner.ts'
import type { Model } from './model.ts'
import type { Judged } from './pair.ts'
import { withDensePairs } from './pair-numbers.ts'
import {
  FirstLook,
  firstProbabilities,
  grouped,
  type Pairs,
  pairsOf,
  type Reports,
  secondLookMin,
  secondRow,
  surroundingsOf,
} from './passes.ts'
import { Postings } from './postings.ts'
import { type Profile, profileOf } from './profile.ts'
import { Rarity } from './rarity.ts'

/** A batch that was read and whose candidate pairs are known, but not yet judged. */
export type Prepared = {
  readonly reports: Reports
  readonly pairs: Pairs
  readonly interner: Interner
}

export type BatchOptions = {
  readonly background: Background
  readonly backgroundWeight: number
  readonly candidates: number
  readonly sourcesAreDistinct: boolean
  /** Reports that look for candidates; all when absent. The others can only be found. */
  readonly searches?: (evidence: Evidence) => boolean
  /** The store that some of the batch come from: their texts are counted there. */
  readonly stored?: Stored
}

export type Stored = {
  readonly population: Population
  readonly has: (evidence: Evidence) => boolean
}

/** Reads a batch and finds its candidate pairs. The cost a report does not grow with the batch. */
export function prepare(batch: readonly Evidence[], options: BatchOptions): Prepared {
  const interner = new Interner()
  const rarity = new Rarity()
  const { profiles, hashes } = withDensePairs(
    batch.map((evidence) => profileOf(evidence, interner.intern)),
  )
  for (const [report, { bags }] of profiles.entries()) {
    const evidence = batch[report]
    if (evidence && options.stored?.has(evidence) !== true) rarity.add(bags)
  }
  const into = { rarity, interner, weight: options.backgroundWeight }
  addSeenBackground(options.background, into)
  if (options.stored) {
    const seen = { bags: profiles.map(({ bags }) => bags), pairs: hashes }
    addPopulation(options.stored.population, into, seen)
  }
  rarity.freeze()
  const sides = profiles.map((profile) => sideOf(profile, rarity))
  const reports: Reports = {
    sides,
    sources: sourceNumbers(batch),
    rarity,
    sourcesAreDistinct: options.sourcesAreDistinct,
  }
  const postings = new Postings()
  for (const [report, side] of sides.entries()) postings.add(report, side)
  const from = { reports, postings, options }
  const searches = batch.map((evidence) => options.searches?.(evidence) ?? true)
  const pairs = pairsOf(reports, (report) => (searches[report] ? candidatesOf(report, from) : []))
  return { reports, pairs, interner }
}

const sideOf = (profile: Profile, rarity: Rarity): Judged => ({
  ...profile,
  lengths: lengthsOf(profile.bags, rarity),
})

/** Numbers for sources; reports without one never count as of the same source. */
function sourceNumbers(batch: readonly Evidence[]): number[] {
  const known = new Map<string, number>()
  return batch.map(({ source }, report) => {
    const key = source ?? `\u0000${report}`
    const number = known.get(key) ?? known.size
    known.set(key, number)
    return number
  })
}

function candidatesOf(
  report: number,
  from: { reports: Reports; postings: Postings; options: BatchOptions },
): number[] {
  const { reports, postings, options } = from
  const side = reports.sides[report]
  if (!side) return []
  const source = reports.sources[report]
  const found = postings.search(side, {
    rarity: reports.rarity,
    count: options.candidates,
    admits: (other) =>
      other !== report && !(options.sourcesAreDistinct && reports.sources[other] === source),
  })
  return found.map((candidate) => candidate.report)
}

/** Raw probabilities of all pairs of a prepared batch, both looks taken. */
export function judge({ reports, pairs }: Prepared, model: Model): Float32Array {
  const look = new FirstLook(reports, pairs)
  const first = firstProbabilities(look, pairs, model)
  if (!model.hasSecond) return first
  const ties = surroundingsOf(reports, pairs, first)
  const around = model.looksAtGroups ? grouped(ties, [...reports.sides.keys()]) : ties
  return first.map((probability, pair) => {
    if (probability < secondLookMin) return probability
    const [a, b] = [pairs.a[pair] ?? 0, pairs.b[pair] ?? 0]
    return model.second(secondRow(look.row(pair), { a, b, probability }, around))
  })
}
