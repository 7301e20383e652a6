/**
 * How high the rows of a long list are, and so where each begins, in pixels. Every question takes
 * the logarithm of the count: a list of 100,000 rows moves as one of 100 does (Fenwick, 1994).
 */
export class Heights {
  readonly #each: Float64Array
  /** At `at`, counted from 1, the sum of the rows `(at - lowest bit of at, at]`. */
  readonly #sums: Float64Array
  readonly count: number
  #totalPx: number

  /** @param guessPx how high a row is taken to be until it was drawn and measured */
  constructor(count: number, guessPx: number) {
    this.count = count
    this.#each = new Float64Array(count).fill(guessPx)
    this.#sums = new Float64Array(count + 1)
    this.#totalPx = count * guessPx
    for (let at = 1; at <= count; at += 1) this.#sums[at] = guessPx * lowestBit(at)
  }

  get totalPx(): number {
    return this.#totalPx
  }

  /** Says how high a row is; gives whether that is news. */
  set(at: number, px: number): boolean {
    const more = px - (this.#each[at] ?? px)
    if (more === 0) return false
    this.#each[at] = px
    this.#totalPx += more
    for (let node = at + 1; node <= this.count; node += lowestBit(node)) {
      this.#sums[node] = (this.#sums[node] ?? 0) + more
    }
    return true
  }

  /** Where a row begins; for the count of rows, where the last ends. */
  topOf(at: number): number {
    let px = 0
    for (let node = Math.min(at, this.count); node > 0; node -= lowestBit(node)) {
      px += this.#sums[node] ?? 0
    }
    return px
  }

  /** The row that is at a place; the nearest one for places outside. */
  rowAt(px: number): number {
    let rows = 0
    let leftPx = px
    for (let step = 2 ** Math.floor(Math.log2(Math.max(1, this.count))); step >= 1; step /= 2) {
      const sum = rows + step <= this.count ? (this.#sums[rows + step] ?? 0) : Infinity
      if (sum > leftPx) continue
      rows += step
      leftPx -= sum
    }
    return Math.max(0, Math.min(rows, this.count - 1))
  }
}

const lowestBit = (at: number): number => at & -at
