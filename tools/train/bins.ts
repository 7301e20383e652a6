/** A matrix of features, row after row, with labels 0 or 1 and weights. */
export type Sample = {
  readonly columns: number
  readonly values: Float32Array
  readonly labels: Uint8Array
  readonly weights: Float32Array
}

/** Values by quantile: code `c` of a column stands for values up to and including `cuts[c]`. */
export type Bins = {
  readonly cuts: readonly Float32Array[]
  /** Column after column. */
  readonly codes: Uint8Array
}

export const binsMax = 64
/** The code of a missing value. */
export const missingCode = binsMax
const quantileRows = 50_000

/** A small deterministic generator (mulberry32) of numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function binsOf(sample: Sample): Bins {
  const { columns, values } = sample
  const total = sample.labels.length
  const step = Math.max(1, Math.floor(total / quantileRows))
  const codes = new Uint8Array(total * columns)
  const cuts: Float32Array[] = []
  for (let column = 0; column < columns; column++) {
    const seen: number[] = []
    for (let row = 0; row < total; row += step) {
      const value = values[row * columns + column] ?? Number.NaN
      if (!Number.isNaN(value)) seen.push(value)
    }
    const cut = cutsOf(Float32Array.from(seen).sort())
    cuts.push(cut)
    for (let row = 0; row < total; row++) {
      codes[column * total + row] = codeOf(values[row * columns + column] ?? Number.NaN, cut)
    }
  }
  return { cuts, codes }
}

function cutsOf(sorted: Float32Array): Float32Array {
  const cuts: number[] = []
  for (let bin = 1; bin < binsMax; bin++) {
    const cut = sorted[Math.floor((bin * sorted.length) / binsMax)]
    if (cut !== undefined && cut !== cuts.at(-1)) cuts.push(cut)
  }
  return Float32Array.from(cuts)
}

function codeOf(value: number, cuts: Float32Array): number {
  if (Number.isNaN(value)) return missingCode
  let [low, high] = [0, cuts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= (cuts[middle] ?? 0)) high = middle
    else low = middle + 1
  }
  return low
}
