import type { Judged } from './pair.ts'
import { type View, viewNumber } from './views.ts'

/** The views compared again with the rarity that texts have among a report's own candidates. */
const localViews: readonly View[] = ['words', 'title', 'identifiers', 'versions']

/** What one report sees in a candidate, in comparison with its other candidates. */
export const outlookFeatures = [
  ...['rank', 'ofTop', 'aboveRival', 'aboveMean'],
  ...localViews.flatMap((view) => [`${view}Local`, `${view}LocalRarest`]),
  ...['aboveSourceRival'],
] as const

/** One candidate as a report sees it: the pair's similarity under which candidates are ordered. */
export type Neighbour = {
  readonly side: Judged
  readonly source: number
  readonly similarity: number
}

/**
 * How often texts occur in a small set of reports. The arrays are as long as the vocabularies and
 * are cleaned after use by walking the same reports again.
 */
class LocalCounts {
  readonly #counts = new Map<number, Uint16Array>()

  change(side: Judged, by: 1 | -1): void {
    for (const view of localViews) {
      const number = viewNumber(view)
      for (let at = side.bags.start(number); at < side.bags.end(number); at++) {
        const id = side.bags.id(at)
        const counts = this.#of(number, id)
        counts[id] = (counts[id] ?? 0) + by
      }
    }
  }

  of(view: number): Uint16Array {
    return this.#of(view, 0)
  }

  #of(view: number, id: number): Uint16Array {
    const counts = this.#counts.get(view)
    if (counts && id < counts.length) return counts
    const grown = new Uint16Array(Math.max(4096, (id + 1) * 2))
    if (counts) grown.set(counts)
    this.#counts.set(view, grown)
    return grown
  }
}

type Among = {
  readonly neighbours: readonly Neighbour[]
  /** In descending order. */
  readonly similarities: readonly number[]
  readonly sourcesAreDistinct: boolean
}

/** Writes what a report sees in each of its candidates. */
export class Outlooks {
  readonly #counts = new LocalCounts()

  /**
   * The outlook of `self` on each of `neighbours`, in their order: one row of `outlookFeatures`
   * each. `sourcesAreDistinct` adds the rival of the candidate's own source.
   */
  of(self: Judged, neighbours: readonly Neighbour[], sourcesAreDistinct: boolean): Float32Array[] {
    return this.#among(self, neighbours, (similarities) =>
      neighbours.map((on) =>
        this.#outlook(self, on, { neighbours, similarities, sourcesAreDistinct }),
      ),
    )
  }

  /** The outlook of `self` on the last of `neighbours` alone. */
  onLast(
    self: Judged,
    neighbours: readonly Neighbour[],
    sourcesAreDistinct: boolean,
  ): Float32Array {
    return this.#among(self, neighbours, (similarities) => {
      const last = neighbours.at(-1)
      if (!last) throw new RangeError('an outlook needs a neighbour')
      return this.#outlook(self, last, { neighbours, similarities, sourcesAreDistinct })
    })
  }

  /** Runs `look`, with the similarities in order, while the texts of these reports are counted. */
  #among<T>(
    self: Judged,
    neighbours: readonly Neighbour[],
    look: (similarities: readonly number[]) => T,
  ): T {
    this.#counts.change(self, 1)
    for (const { side } of neighbours) this.#counts.change(side, 1)
    const seen = look(neighbours.map(({ similarity }) => similarity).sort((a, b) => b - a))
    this.#counts.change(self, -1)
    for (const { side } of neighbours) this.#counts.change(side, -1)
    return seen
  }

  #outlook(self: Judged, on: Neighbour, among: Among): Float32Array {
    const { neighbours, similarities, sourcesAreDistinct } = among
    const row = new Float32Array(outlookFeatures.length)
    const top = similarities[0] ?? 0
    const rank = similarities.indexOf(on.similarity)
    const rival = rank === 0 ? (similarities[1] ?? 0) : top
    const mean = similarities.reduce((sum, value) => sum + value, 0) / similarities.length
    row[0] = rank
    row[1] = top > 0 ? on.similarity / top : 0
    row[2] = on.similarity - rival
    row[3] = on.similarity - mean
    this.#local(self, on.side, { row, among: neighbours.length + 1 })
    row[row.length - 1] = sourcesAreDistinct ? aboveSourceRival(on, neighbours) : Number.NaN
    return row
  }

  #local(a: Judged, b: Judged, into: { row: Float32Array; among: number }): void {
    for (const [index, view] of localViews.entries()) {
      const { cosine, rarest } = this.#compare(a, b, { view: viewNumber(view), among: into.among })
      into.row[4 + 2 * index] = cosine
      into.row[5 + 2 * index] = rarest
    }
  }

  #compare(a: Judged, b: Judged, on: { view: number; among: number }): Local {
    const counts = this.#counts.of(on.view)
    const total = on.among + 2
    let [i, j] = [a.bags.start(on.view), b.bags.start(on.view)]
    const [iEnd, jEnd] = [a.bags.end(on.view), b.bags.end(on.view)]
    if (i === iEnd || j === jEnd) return { cosine: Number.NaN, rarest: Number.NaN }
    let [dot, lengthA, lengthB, rarest] = [0, 0, 0, 0]
    while (i < iEnd || j < jEnd) {
      const p = i < iEnd ? a.bags.id(i) : Number.POSITIVE_INFINITY
      const q = j < jEnd ? b.bags.id(j) : Number.POSITIVE_INFINITY
      const weight = Math.log(total / ((counts[Math.min(p, q)] ?? 0) + 1))
      const square = weight * weight
      if (p <= q) {
        lengthA += square
        i++
      }
      if (q <= p) {
        lengthB += square
        j++
      }
      if (p === q) {
        dot += square
        if (weight > rarest) rarest = weight
      }
    }
    const length = Math.sqrt(lengthA * lengthB)
    return { cosine: length > 0 ? dot / length : 0, rarest }
  }
}

type Local = { readonly cosine: number; readonly rarest: number }

/** By how much a candidate surpasses the best other one that the same source filed. */
function aboveSourceRival(of: Neighbour, all: readonly Neighbour[]): number {
  let rival = 0
  for (const other of all) {
    if (other !== of && other.source === of.source && other.similarity > rival) {
      rival = other.similarity
    }
  }
  return of.similarity - rival
}
