import type { Forest } from '../../src/features/correlate/trees.ts'
import { type Bins, binsMax, missingCode, random, type Sample } from './bins.ts'

export type BoostOptions = {
  readonly trees: number
  readonly leaves: number
  readonly rate: number
  /** Least sum of second derivatives in a leaf, and the L2 penalty on leaf values. */
  readonly leafMin: number
  readonly penalty: number
  /** Share of features and of rows that each tree sees. */
  readonly featureShare: number
  readonly rowShare: number
  readonly seed: number
  /** Features before this one are not learned from; absent means none. */
  readonly firstFeature?: number
}

type Split = { gain: number; column: number; code: number; missingLeft: boolean }

type Leaf = {
  readonly rows: Int32Array
  readonly sums: Float64Array
  readonly total: readonly [number, number]
  readonly split: Split | null
  readonly node: number
}

const slots = binsMax + 1

type Nodes = {
  base: number
  readonly roots: number[]
  readonly feature: number[]
  readonly value: number[]
  readonly left: number[]
  readonly right: number[]
  readonly missingLeft: number[]
}

const emptyNodes = (base: number): Nodes => ({
  base,
  roots: [],
  feature: [],
  value: [],
  left: [],
  right: [],
  missingLeft: [],
})

/**
 * Gradient boosting by Newton steps on log loss (Friedman 2001; Chen and Guestrin 2016 for the
 * gain), trees grown leaf by leaf, best first, over binned features. Deterministic for a seed.
 */
export class Boost {
  readonly #sample: Sample
  readonly #bins: Bins
  readonly #rows: Int32Array
  readonly #options: BoostOptions
  readonly #scores: Float64Array
  readonly #gradients: Float32Array
  readonly #hessians: Float32Array
  readonly #random: () => number
  readonly #nodes: Nodes

  constructor(sample: Sample, bins: Bins, training: { rows: Int32Array; options: BoostOptions }) {
    const size = sample.labels.length
    this.#sample = sample
    this.#bins = bins
    this.#rows = training.rows
    this.#options = training.options
    this.#random = random(training.options.seed)
    this.#gradients = new Float32Array(size)
    this.#hessians = new Float32Array(size)
    let [positive, all] = [0, 0]
    for (const row of training.rows) {
      const weight = sample.weights[row] ?? 1
      positive += weight * (sample.labels[row] ?? 0)
      all += weight
    }
    this.#nodes = emptyNodes(Math.log(positive / (all - positive)))
    this.#scores = new Float64Array(size).fill(this.#nodes.base)
  }

  /** Trains and answers the forest over features of these names. */
  train(features: readonly string[]): Forest {
    for (let tree = 0; tree < this.#options.trees; tree++) this.#grow()
    return { features, ...this.#nodes }
  }

  #grow(): void {
    this.#derive()
    const rows = this.#rows.filter(() => this.#random() < this.#options.rowShare)
    const columns = Array.from({ length: this.#sample.columns }, (_, column) => column).filter(
      (column) =>
        column >= (this.#options.firstFeature ?? 0) && this.#random() < this.#options.featureShare,
    )
    const first = this.#node()
    this.#nodes.roots.push(first)
    const leaves = [this.#leaf(rows, { columns, node: first, sums: null })]
    while (leaves.length < this.#options.leaves) {
      const at = bestOf(leaves)
      const leaf = leaves[at]
      if (!leaf?.split) break
      leaves.splice(at, 1, ...this.#divide(leaf, columns))
    }
    for (const { node, total } of leaves) {
      const [gradient, hessian] = total
      const step = (-gradient / (hessian + this.#options.penalty)) * this.#options.rate
      this.#nodes.value[node] = Number(step.toPrecision(5))
    }
    this.#advance(first)
  }

  #derive(): void {
    const { labels, weights } = this.#sample
    for (const row of this.#rows) {
      const probability = 1 / (1 + Math.exp(-(this.#scores[row] ?? 0)))
      const weight = weights[row] ?? 1
      this.#gradients[row] = weight * (probability - (labels[row] ?? 0))
      this.#hessians[row] = weight * probability * (1 - probability)
    }
  }

  #node(): number {
    const { feature, value, left, right, missingLeft } = this.#nodes
    for (const list of [value, left, right, missingLeft]) list.push(0)
    feature.push(-1)
    return feature.length - 1
  }

  #leaf(
    rows: Int32Array,
    at: { columns: readonly number[]; node: number; sums: Float64Array | null },
  ): Leaf {
    const sums = at.sums ?? this.#sums(rows, at.columns)
    let [gradient, hessian] = [0, 0]
    for (const row of rows) {
      gradient += this.#gradients[row] ?? 0
      hessian += this.#hessians[row] ?? 0
    }
    const total = [gradient, hessian] as const
    return { rows, sums, total, split: this.#split(sums, total, at.columns), node: at.node }
  }

  /** Gradient and hessian sums per column and code. */
  #sums(rows: Int32Array, columns: readonly number[]): Float64Array {
    const size = this.#sample.labels.length
    const sums = new Float64Array(this.#sample.columns * slots * 2)
    for (const column of columns) {
      const codes = this.#bins.codes.subarray(column * size, (column + 1) * size)
      const base = column * slots * 2
      for (const row of rows) {
        const slot = base + 2 * (codes[row] ?? 0)
        sums[slot] = (sums[slot] ?? 0) + (this.#gradients[row] ?? 0)
        sums[slot + 1] = (sums[slot + 1] ?? 0) + (this.#hessians[row] ?? 0)
      }
    }
    return sums
  }

  #split(
    sums: Float64Array,
    total: readonly [number, number],
    columns: readonly number[],
  ): Split | null {
    let best: Split | null = null
    for (const column of columns) {
      const found = this.#splitOf(
        sums.subarray(column * slots * 2, (column + 1) * slots * 2),
        total,
      )
      if (found && found.gain > (best?.gain ?? 1e-3)) best = { ...found, column }
    }
    return best
  }

  #splitOf(sums: Float64Array, total: readonly [number, number]): Split | null {
    const { penalty, leafMin } = this.#options
    const [missingG, missingH] = [sums[2 * missingCode] ?? 0, sums[2 * missingCode + 1] ?? 0]
    const [totalG, totalH] = total
    const whole = (totalG * totalG) / (totalH + penalty)
    let best: Split | null = null
    for (const missingLeft of missingH > 0 ? [true, false] : [true]) {
      let [g, h] = missingLeft ? [missingG, missingH] : [0, 0]
      for (let code = 0; code < binsMax - 1; code++) {
        g += sums[2 * code] ?? 0
        h += sums[2 * code + 1] ?? 0
        if (h < leafMin || totalH - h < leafMin) continue
        const [restG, restH] = [totalG - g, totalH - h]
        const gain = (g * g) / (h + penalty) + (restG * restG) / (restH + penalty) - whole
        if (gain > (best?.gain ?? 0)) best = { gain, column: -1, code, missingLeft }
      }
    }
    return best
  }

  #goesLeft(row: number, { column, code, missingLeft }: Split): boolean {
    const found = this.#bins.codes[column * this.#sample.labels.length + row] ?? 0
    return found === missingCode ? missingLeft : found <= code
  }

  #divide(leaf: Leaf, columns: readonly number[]): Leaf[] {
    const { split, node } = leaf
    if (!split) return [leaf]
    const leftRows = leaf.rows.filter((row) => this.#goesLeft(row, split))
    const rightRows = leaf.rows.filter((row) => !this.#goesLeft(row, split))
    const [left, right] = [this.#node(), this.#node()]
    const cuts = this.#bins.cuts[split.column]
    this.#nodes.feature[node] = split.column
    // Rounded upwards, so that no value of the left side falls to the right.
    this.#nodes.value[node] = Math.fround(cuts?.[split.code] ?? Number.MAX_VALUE)
    this.#nodes.left[node] = left
    this.#nodes.right[node] = right
    this.#nodes.missingLeft[node] = Number(split.missingLeft)
    const isLeftSmaller = leftRows.length < rightRows.length
    const small = this.#sums(isLeftSmaller ? leftRows : rightRows, columns)
    const large = leaf.sums.map((sum, slot) => sum - (small[slot] ?? 0))
    return [
      this.#leaf(leftRows, { columns, node: left, sums: isLeftSmaller ? small : large }),
      this.#leaf(rightRows, { columns, node: right, sums: isLeftSmaller ? large : small }),
    ]
  }

  /** Adds the newest tree's answers to the scores of all rows in training. */
  #advance(first: number): void {
    const { feature, value, left, right, missingLeft } = this.#nodes
    const { values, columns } = this.#sample
    for (const row of this.#rows) {
      let node = first
      let column = feature[node] ?? -1
      while (column >= 0) {
        const found = values[row * columns + column] ?? Number.NaN
        const goesLeft = Number.isNaN(found) ? missingLeft[node] === 1 : found <= (value[node] ?? 0)
        node = (goesLeft ? left[node] : right[node]) ?? 0
        column = feature[node] ?? -1
      }
      this.#scores[row] = (this.#scores[row] ?? 0) + (value[node] ?? 0)
    }
  }
}

function bestOf(leaves: readonly Leaf[]): number {
  let best = 0
  for (const [at, leaf] of leaves.entries()) {
    if ((leaf.split?.gain ?? 0) > (leaves[best]?.split?.gain ?? 0)) best = at
  }
  return best
}
