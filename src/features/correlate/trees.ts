/**
 * Gradient-boosted regression trees for log-odds. All trees lie end to end: node `n` asks whether
 * `row[feature[n]] <= value[n]` and goes on to `left[n]` or `right[n]`; where the feature is NaN it
 * goes left if `missingLeft[n]`. A node with `feature[n] < 0` is a leaf that adds `value[n]`.
 */
export type Forest = {
  readonly features: readonly string[]
  readonly base: number
  /** First node of each tree. */
  readonly roots: readonly number[]
  readonly feature: readonly number[]
  readonly value: readonly number[]
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly missingLeft: readonly number[]
}

/** A forest in arrays that are fast to walk. */
export class Trees {
  readonly features: readonly string[]
  readonly #base: number
  readonly #roots: Int32Array
  readonly #feature: Int16Array
  readonly #value: Float64Array
  readonly #left: Int32Array
  readonly #right: Int32Array
  readonly #missingLeft: Uint8Array

  constructor(forest: Forest) {
    this.features = forest.features
    this.#base = forest.base
    this.#roots = Int32Array.from(forest.roots)
    this.#feature = Int16Array.from(forest.feature)
    this.#value = Float64Array.from(forest.value)
    this.#left = Int32Array.from(forest.left)
    this.#right = Int32Array.from(forest.right)
    this.#missingLeft = Uint8Array.from(forest.missingLeft)
  }

  /** Log-odds of a row of features. */
  score(row: Float32Array): number {
    let sum = this.#base
    const roots = this.#roots
    for (let tree = 0; tree < roots.length; tree++) {
      let node = roots[tree] ?? 0
      let feature = this.#feature[node] ?? -1
      while (feature >= 0) {
        const value = row[feature] ?? Number.NaN
        const goesLeft = Number.isNaN(value)
          ? this.#missingLeft[node] === 1
          : value <= (this.#value[node] ?? 0)
        node = (goesLeft ? this.#left[node] : this.#right[node]) ?? 0
        feature = this.#feature[node] ?? -1
      }
      sum += this.#value[node] ?? 0
    }
    return sum
  }

  probability(row: Float32Array): number {
    return 1 / (1 + Math.exp(-this.score(row)))
  }
}
