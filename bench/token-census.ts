import type { Evidence } from '../src/features/correlate/evidence.ts'

/** How the words of a set of reports are distributed. */
export class TokenCensus {
  readonly #counts = new Map<string, number>()
  #reports = 0
  #words = 0

  add({ title, body }: Evidence): void {
    this.#reports++
    for (const word of `${title} ${body}`.toLowerCase().split(/[^a-z0-9_.]+/)) {
      if (word === '') continue
      this.#words++
      this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
    }
  }

  /** Words a report, distinct words, share of the hundred commonest, share seen once. */
  text(): string {
    const counts = [...this.#counts.values()].sort((x, y) => y - x)
    const top = counts.slice(0, 100).reduce((sum, count) => sum + count, 0)
    const once = counts.filter((count) => count === 1).length
    const percent = (part: number, whole: number): string =>
      `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`
    return [
      `${this.#reports} reports`,
      `${(this.#words / Math.max(this.#reports, 1)).toFixed(1)} words each`,
      `${counts.length} distinct`,
      `the 100 commonest are ${percent(top, this.#words)}`,
      `seen once ${percent(once, counts.length)}`,
    ].join(', ')
  }
}
