import type { Background } from '../../src/features/correlate/background.ts'
import { type Prepared, prepare } from '../../src/features/correlate/batch.ts'
import type { Domain, Evidence } from '../../src/features/correlate/evidence.ts'
import { linkage } from '../../src/features/correlate/linkage.ts'
import {
  firstFeatures,
  groupedFeatures,
  secondFeatures,
  type Parameters as Trained,
} from '../../src/features/correlate/model.ts'
import {
  FirstLook,
  grouped,
  secondLookMin,
  secondRow,
  surroundingsOf,
} from '../../src/features/correlate/passes.ts'
import { type Forest, Trees } from '../../src/features/correlate/trees.ts'
import { binsOf, random, type Sample } from './bins.ts'
import { Boost, type BoostOptions } from './boost.ts'
import { foldsOf } from './folds.ts'
import type { Judged } from './material.ts'
import { calibrate, recallAt, scoreOf, showScore, sumsOf } from './score.ts'

export type Block = { readonly judged: Judged; readonly evidence: readonly Evidence[] }

export type Plan = {
  readonly name: string
  readonly domain: Domain
  readonly blocks: () => Block[]
  readonly flags: readonly string[]
  readonly sourcesAreDistinct: boolean
  readonly candidates: number
  readonly background: Background
  readonly backgroundWeight: number
  readonly unjudged: number
  readonly folds: number
  /** What the second look judges by: all features, or only what whole groups say. */
  readonly secondLook: 'all' | 'groups'
  readonly thresholds: { readonly merge: number; readonly suggest: number }
}

type Known = Block & {
  readonly prepared: Prepared
  readonly folds: readonly number[]
  readonly valid: readonly boolean[]
}

/** One row of training: a pair of a block. */
type Rows = {
  readonly sample: Sample
  readonly block: Int32Array
  readonly pair: Int32Array
  /** The folds of its two reports. */
  readonly foldA: Uint8Array
  readonly foldB: Uint8Array
}

const firstOptions: BoostOptions = {
  ...{ trees: 260, leaves: 31, rate: 0.08, leafMin: 2, penalty: 5 },
  ...{ featureShare: 0.6, rowShare: 0.8, seed: 1 },
}
const secondOptions: BoostOptions = {
  ...{ trees: 200, leaves: 15, rate: 0.06, leafMin: 3, penalty: 10 },
  ...{ featureShare: 0.5, rowShare: 0.8, seed: 2 },
}
/** What groups say is little to learn from: few leaves, and nothing of the pair itself. */
const groupedOptions: BoostOptions = {
  ...{ trees: 150, leaves: 7, rate: 0.06, leafMin: 5, penalty: 20 },
  ...{ featureShare: 0.6, rowShare: 0.8, seed: 2, firstFeature: firstFeatures.length },
}

const log = (text: string): void =>
  console.error(`${new Date().toISOString().slice(11, 19)} ${text}`)

export function learn(plan: Plan): Trained {
  const known = plan.blocks().map((block) => knownOf(block, plan))
  const rows = firstRows(known)
  log(
    `${plan.name}: ${rows.pair.length} rows, ${rows.sample.labels.reduce((s, x) => s + x, 0)} true`,
  )
  const first = crossFit(rows, { names: firstFeatures, options: firstOptions, folds: plan.folds })
  report(`${plan.name}, first look`, { plan, known, rows, probabilities: first.outOfFold })
  const isTrue = rows.sample.labels
  const shared = {
    domain: plan.domain,
    sourcesAreDistinct: plan.sourcesAreDistinct,
    first: first.forest,
    thresholds: plan.thresholds,
    candidates: plan.candidates,
    unjudged: plan.unjudged,
  }
  const second = secondRows({ plan, known, rows, probabilities: first.outOfFold })
  log(`${plan.name}: ${second.pair.length} rows in the second look`)
  const fitted = crossFit(second, {
    names: namesOf(plan),
    options: plan.secondLook === 'groups' ? groupedOptions : secondOptions,
    folds: plan.folds,
  })
  const both = overlay(rows, first.outOfFold, { rows: second, probabilities: fitted.outOfFold })
  report(`${plan.name}, second look`, { plan, known, rows, probabilities: both })
  return { ...shared, second: fitted.forest, calibration: calibrate(both, isTrue, 24) }
}

function knownOf(block: Block, plan: Plan): Known {
  const prepared = prepare(block.evidence, plan)
  const isUnit = plan.domain === 'prose'
  log(`${plan.name}: ${block.judged.name}, ${prepared.pairs.a.length} pairs`)
  const valid = block.judged.flags('valid')
  return { ...block, prepared, valid, folds: foldsOf(block, plan.folds, isUnit) }
}

const isTrue = ({ judged }: Block, a: number, b: number): boolean =>
  judged.clusters[a] === judged.clusters[b]

/** Large blocks count less than in proportion to their pairs. */
const weightOf = ({ prepared }: Known, mean: number): number =>
  Math.sqrt(mean / Math.max(prepared.pairs.a.length, 1))

function firstRows(known: readonly Known[]): Rows {
  const total = known.reduce((sum, { prepared }) => sum + prepared.pairs.a.length, 0)
  const rows = emptyRows(total, firstFeatures.length)
  let at = 0
  for (const [block, one] of known.entries()) {
    const { reports, pairs } = one.prepared
    const look = new FirstLook(reports, pairs)
    for (const pair of pairs.a.keys()) {
      rows.sample.values.set(look.row(pair), at * firstFeatures.length)
      fillRow(rows, at++, { one, block, pair, weight: weightOf(one, total / known.length) })
    }
  }
  return rows
}

const namesOf = ({ secondLook }: Plan): readonly string[] =>
  secondLook === 'groups' ? groupedFeatures : secondFeatures

function secondRows({ plan, known, rows: first, probabilities }: Outcome): Rows {
  const kept = first.pair.reduce(
    (sum, _, at) => sum + Number((probabilities[at] ?? 0) >= secondLookMin),
    0,
  )
  const columns = namesOf(plan).length
  const rows = emptyRows(kept, columns)
  const width = firstFeatures.length
  let [from, at] = [0, 0]
  for (const [block, one] of known.entries()) {
    const { reports, pairs } = one.prepared
    const own = probabilities.subarray(from, from + pairs.a.length)
    const ties = surroundingsOf(reports, pairs, own)
    const isGrouped = plan.secondLook === 'groups'
    const around = isGrouped ? grouped(ties, [...reports.sides.keys()]) : ties
    for (const [pair, probability] of own.entries()) {
      if (probability < secondLookMin) continue
      const [a, b] = [pairs.a[pair] ?? 0, pairs.b[pair] ?? 0]
      const row = (from + pair) * width
      const before = first.sample.values.subarray(row, row + width)
      const values = secondRow(before, { a, b, probability }, around)
      rows.sample.values.set(values, at * columns)
      fillRow(rows, at++, { one, block, pair, weight: first.sample.weights[from + pair] ?? 1 })
    }
    from += pairs.a.length
  }
  return rows
}

const emptyRows = (count: number, columns: number): Rows => ({
  sample: {
    columns,
    values: new Float32Array(count * columns),
    labels: new Uint8Array(count),
    weights: new Float32Array(count),
  },
  block: new Int32Array(count),
  pair: new Int32Array(count),
  foldA: new Uint8Array(count),
  foldB: new Uint8Array(count),
})

function fillRow(
  rows: Rows,
  at: number,
  of: { one: Known; block: number; pair: number; weight: number },
): void {
  const { pairs } = of.one.prepared
  const [a, b] = [pairs.a[of.pair] ?? 0, pairs.b[of.pair] ?? 0]
  const { valid } = of.one
  rows.sample.labels[at] = Number(isTrue(of.one, a, b))
  // Rejected reports are labelled alone even where they repeat each other: nothing to learn.
  const isUnknown = of.one.evidence[a]?.domain === 'prose' && !valid[a] && !valid[b]
  rows.sample.weights[at] = isUnknown ? 0 : of.weight
  rows.block[at] = of.block
  rows.pair[at] = of.pair
  rows.foldA[at] = of.one.folds[a] ?? 0
  rows.foldB[at] = of.one.folds[b] ?? 0
}

type Fitted = { readonly forest: Forest; readonly outOfFold: Float32Array }

/** More rows than this are thinned: false pairs are drawn, and the drawn ones weigh more. */
const trainingRowsMax = 120_000

/** A forest from all rows, and for each row the mean answer of forests that saw neither report. */
function crossFit(
  rows: Rows,
  how: { names: readonly string[]; options: BoostOptions; folds: number },
): Fitted {
  const bins = binsOf(rows.sample)
  const sample = thinned(rows.sample)
  const count = rows.pair.length
  const sums = new Float32Array(count)
  const votes = new Uint8Array(count)
  const isUsed = (row: number): boolean => (sample.weights[row] ?? 0) > 0
  const train = (without: number): Trees => {
    const used = [...rows.pair.keys()].filter(isUsed)
    const kept = used.filter((row) => rows.foldA[row] !== without && rows.foldB[row] !== without)
    const training = { rows: Int32Array.from(kept), options: how.options }
    return new Trees(new Boost(sample, bins, training).train(how.names))
  }
  for (let fold = 0; fold < how.folds; fold++) {
    const trees = train(fold)
    for (let row = 0; row < count; row++) {
      if (rows.foldA[row] !== fold && rows.foldB[row] !== fold) continue
      const from = row * sample.columns
      const values = sample.values.subarray(from, from + sample.columns)
      sums[row] = (sums[row] ?? 0) + trees.probability(values)
      votes[row] = (votes[row] ?? 0) + 1
    }
    log(`  fold ${fold}`)
  }
  const rowsOfAll = Int32Array.from([...rows.pair.keys()].filter(isUsed))
  const forest = new Boost(sample, bins, { rows: rowsOfAll, options: how.options }).train(how.names)
  return { forest, outOfFold: sums.map((sum, row) => sum / Math.max(votes[row] ?? 1, 1)) }
}

function thinned(sample: Sample): Sample {
  const count = sample.labels.length
  if (count <= trainingRowsMax) return sample
  const share = trainingRowsMax / count
  const next = random(3)
  const weights = sample.weights.map((weight, row) => {
    if (sample.labels[row] === 1) return weight
    return next() < share ? weight / share : 0
  })
  return { ...sample, weights }
}

/** First probabilities with those of the second look in place where one was taken. */
function overlay(
  rows: Rows,
  first: Float32Array,
  second: { rows: Rows; probabilities: Float32Array },
): Float32Array {
  const found = Float32Array.from(first)
  const starts = startsOf(rows)
  for (const [row, pair] of second.rows.pair.entries()) {
    const start = starts.get(second.rows.block[row] ?? 0) ?? 0
    found[start + pair] = second.probabilities[row] ?? 0
  }
  return found
}

function startsOf(rows: Rows): Map<number, number> {
  const starts = new Map<number, number>()
  for (const [row, block] of rows.block.entries()) if (!starts.has(block)) starts.set(block, row)
  return starts
}

const thresholdsShown = [0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

type Outcome = {
  readonly plan: Plan
  readonly known: readonly Known[]
  readonly rows: Rows
  readonly probabilities: Float32Array
}

/** Prints what the out-of-fold probabilities reach, pooled over blocks of one kind. */
function report(title: string, outcome: Outcome): void {
  const { plan, known } = outcome
  // Advisories come twice, without and with addresses and dates: two results, not one.
  const parts = plan.domain === 'prose' ? [known] : known.map((one) => [one])
  for (const [part, blocks] of parts.entries()) {
    for (const flag of ['', ...plan.flags]) {
      const line = thresholdsShown.map((threshold) => {
        const sums = blocks.map((one) => {
          const block = plan.domain === 'prose' ? blocks.indexOf(one) : part
          return sumsOf(groupsOf(outcome, { block, threshold, flag }))
        })
        return `${threshold}: ${showScore(scoreOf(sums))}`
      })
      const at = recallAt(0.95, judgedOf(outcome, { part, flag }))
      const high = `recall at .95: ${at.recall.toFixed(3)} (from ${at.threshold.toFixed(2)})`
      log(`${title} ${part} ${flag || 'all'}: ${high} | ${line.join(' | ')}`)
    }
  }
}

function groupsOf(
  { plan, known, rows, probabilities }: Outcome,
  on: { block: number; threshold: number; flag: string },
): Parameters<typeof sumsOf>[0] {
  const one = known[on.block]
  if (!one) throw new RangeError(`no block ${on.block}`)
  const { pairs, reports } = one.prepared
  const start = startsOf(rows).get(on.block) ?? 0
  const links = Array.from(pairs.a, (a, pair) => ({
    a,
    b: pairs.b[pair] ?? 0,
    probability: probabilities[start + pair] ?? 0,
  }))
  const found = linkage(reports.sides.length, links, {
    threshold: on.threshold,
    unjudged: plan.unjudged,
    mayJoin: (x, y) => !plan.sourcesAreDistinct || areApart(reports.sources, x, y),
  })
  return {
    groups: found.map(({ members }) => members),
    truth: one.judged.clusters,
    counts: on.flag ? one.judged.flags(on.flag) : one.judged.ids.map(() => true),
  }
}

const areApart = (
  sources: readonly number[],
  x: readonly number[],
  y: readonly number[],
): boolean => !x.some((a) => y.some((b) => sources[a] === sources[b]))

function judgedOf(
  { plan, known, rows, probabilities }: Outcome,
  on: { part: number; flag: string },
): { probabilities: Float32Array; isTrue: Uint8Array; truePairs: number } {
  const flags = known.map((one) => (on.flag ? one.judged.flags(on.flag) : null))
  const isIn = (block: number): boolean => plan.domain === 'prose' || block === on.part
  const kept = [...rows.pair.keys()].filter((row) => {
    const block = rows.block[row] ?? 0
    const pairs = known[block]?.prepared.pairs
    const flag = flags[block]
    const pair = rows.pair[row] ?? 0
    return isIn(block) && (!flag || (flag[pairs?.a[pair] ?? 0] && flag[pairs?.b[pair] ?? 0]))
  })
  const truePairs = known.reduce((sum, one, block) => {
    if (!isIn(block)) return sum
    const counts = flags[block] ?? one.judged.ids.map(() => true)
    return sum + sumsOf({ groups: [], truth: one.judged.clusters, counts }).truePairs
  }, 0)
  return {
    probabilities: Float32Array.from(kept, (row) => probabilities[row] ?? 0),
    isTrue: Uint8Array.from(kept, (row) => rows.sample.labels[row] ?? 0),
    truePairs,
  }
}
