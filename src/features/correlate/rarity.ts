import { type Bags, views } from './views.ts'

const growth = 2

/** Damped effect of a text that a report repeats: 1 + ln(count). */
export const repeatFactor: Float32Array = Float32Array.from({ length: 64 }, (_, count) =>
  count <= 1 ? 1 : 1 + Math.log(count),
)

/**
 * In how many reports every text of every view was seen, and the weight that follows from it.
 * Weights change only by `freeze`, so that the cost and result of comparing two reports do not
 * depend on what arrives in between.
 */
export class Rarity {
  readonly #counts: Uint32Array[] = views.map(() => new Uint32Array(1024))
  readonly #weights: Float32Array[] = views.map(() => new Float32Array(1024))
  #reports = 0

  /** Counts one report. */
  add(bags: Bags): void {
    this.#reports++
    for (let view = 0; view < views.length; view++) {
      const end = bags.end(view)
      for (let at = bags.start(view); at < end; at++) this.#raise(view, bags.id(at), 1)
    }
  }

  /** Counts texts known beforehand: `count` reports of a background of `reports` in all. */
  addBackground(view: number, id: number, count: number): void {
    this.#raise(view, id, count)
  }

  addBackgroundReports(reports: number): void {
    this.#reports += reports
  }

  #raise(view: number, id: number, by: number): void {
    const counts = this.#counts[view]
    if (!counts) return
    if (id < counts.length) {
      counts[id] = (counts[id] ?? 0) + by
      return
    }
    const grown = new Uint32Array(Math.max(id + 1, counts.length * growth))
    grown.set(counts)
    grown[id] = by
    this.#counts[view] = grown
  }

  /** Sets every weight to ln((N + 2) / (count + 1)) + 0.1 for N reports. */
  freeze(): void {
    const total = this.#reports + 2
    const weightOf = (count: number): number => Math.log(total / (count + 1)) + 0.1
    const common = Float32Array.from({ length: 256 }, (_, count) => weightOf(count))
    for (const [view, counts] of this.#counts.entries()) {
      const weights = new Float32Array(counts.length)
      for (let id = 0; id < counts.length; id++) {
        const count = counts[id] ?? 0
        weights[id] = common[count] ?? weightOf(count)
      }
      this.#weights[view] = weights
    }
  }

  /** The weights of a view. A text beyond the end arrived after the last freeze: see `newest`. */
  weightsOf(view: number): Float32Array {
    return this.#weights[view] ?? new Float32Array()
  }

  /** The weight of a text that no report had at the last freeze. */
  get newest(): number {
    return Math.log(this.#reports + 2) + 0.1
  }

  countOf(view: number, id: number): number {
    return this.#counts[view]?.[id] ?? 0
  }

  get reports(): number {
    return this.#reports
  }
}
