import type { Lengths } from './compare.ts'
import type { Rarity } from './rarity.ts'
import { type Bags, type View, viewNumber } from './views.ts'

/** A report that may be the same as another, with a first, rough likeness. */
export type Candidate = { readonly report: number; readonly likeness: number }

/** The views by which candidates are found, with their share in the likeness. */
const searched: readonly (readonly [View, number])[] = [
  ['words', 1],
  ['identifiers', 0.5],
  ['parts', 0.2],
  ['paths', 0.3],
  ['places', 0.5],
  ['versions', 0.3],
  ['component', 0.5],
  ['links', 0.5],
  ['aliases', 2],
]

/** A text that more reports have than this leads to no candidates: it is common. */
const postingsMax = 2_000
/** A search looks at about this many postings for each candidate that is wanted, rarest first. */
const visitsPerCandidate = 100

type Side = { readonly bags: Bags; readonly lengths: Lengths }

/**
 * Which reports have which texts. Both caps bound the cost of a search by constants, so it does
 * not grow with the number of reports stored.
 */
export class Postings {
  /** Per searched view and text: the reports that have it, or null once they are too many. */
  readonly #lists: List[][] = searched.map(() => [])
  /** Per searched view and report: one over the length of the report's bag. */
  #scales: Float32Array[] = searched.map(() => new Float32Array(1024))
  #likeness = new Float64Array(1024)

  /** Adds report `number`; numbers are given in ascending order. */
  add(number: number, { bags, lengths }: Side): void {
    for (const [index, [name]] of searched.entries()) {
      const lists = this.#lists[index]
      if (!lists) continue
      const view = viewNumber(name)
      const end = bags.end(view)
      for (let at = bags.start(view); at < end; at++) addTo(lists, bags.id(at), number)
    }
    if (number >= this.#likeness.length) this.#grow()
    for (const [index, [name]] of searched.entries()) {
      const scales = this.#scales[index]
      const norm = lengths.plainNorm(viewNumber(name))
      if (scales && norm > 0) scales[number] = 1 / norm
    }
  }

  #grow(): void {
    const size = this.#likeness.length * 2
    this.#likeness = new Float64Array(size)
    this.#scales = this.#scales.map((scales) => {
      const grown = new Float32Array(size)
      grown.set(scales)
      return grown
    })
  }

  /** At most `count` stored reports that `side` is most like, best first; `admits` filters. */
  search({ bags, lengths }: Side, { rarity, count, admits }: Search): Candidate[] {
    const touched: number[] = []
    const likeness = this.#likeness
    for (const { list, text, index } of this.#texts(bags, rarity, count)) {
      const [name, share] = searched[index] ?? ['words', 0]
      const gain = (share * text * text) / (lengths.plainNorm(viewNumber(name)) || 1)
      const scales = this.#scales[index] ?? likeness
      for (let at = 0; at < list.length; at++) {
        const report = list[at] ?? 0
        const before = likeness[report] ?? 0
        if (before === 0) touched.push(report)
        likeness[report] = before + gain * (scales[report] ?? 0)
      }
    }
    const best = new Best(count)
    for (const report of touched) {
      const found = likeness[report] ?? 0
      likeness[report] = 0
      if (found > best.floor && admits(report)) best.offer({ report, likeness: found })
    }
    return best.sorted()
  }

  /** The texts to search by, rarest first, until enough postings are looked at. */
  #texts(
    bags: Bags,
    rarity: Rarity,
    count: number,
  ): { list: readonly number[]; text: number; index: number }[] {
    const all: { list: readonly number[]; text: number; index: number }[] = []
    for (const [index, [name]] of searched.entries()) {
      const view = viewNumber(name)
      const weights = rarity.weightsOf(view)
      const end = bags.end(view)
      for (let at = bags.start(view); at < end; at++) {
        const id = bags.id(at)
        const list = this.#lists[index]?.[id]
        if (typeof list === 'number')
          all.push({ list: [list], text: weights[id] ?? rarity.newest, index })
        else if (list) all.push({ list, text: weights[id] ?? rarity.newest, index })
      }
    }
    all.sort((a, b) => a.list.length - b.list.length)
    let visits = 0
    const last = all.findIndex(({ list }, at) => {
      visits += list.length
      return visits > visitsPerCandidate * count && list.length !== all[at - 1]?.list.length
    })
    return last < 0 ? all : all.slice(0, last)
  }
}

export type Search = {
  readonly rarity: Rarity
  readonly count: number
  readonly admits: (report: number) => boolean
}

/** No report, one report, several, or null once they are too many. */
type List = undefined | number | number[] | null

/** Most texts stand in one report only: they get no array of their own. */
function addTo(lists: List[], id: number, report: number): void {
  while (lists.length <= id) lists.push(undefined)
  const list = lists[id]
  if (list === undefined) lists[id] = report
  else if (typeof list === 'number') lists[id] = [list, report]
  else if (list && list.length >= postingsMax) lists[id] = null
  else list?.push(report)
}

/** Keeps the `count` candidates with the highest likeness; equal ones by lower number. */
class Best {
  readonly #count: number
  #kept: Candidate[] = []
  /** Nothing at or below this is kept any more. */
  floor = 0

  constructor(count: number) {
    this.#count = count
  }

  offer(candidate: Candidate): void {
    this.#kept.push(candidate)
    if (this.#kept.length < 4 * this.#count) return
    this.#kept = this.sorted()
    this.floor = this.#kept.at(-1)?.likeness ?? 0
  }

  sorted(): Candidate[] {
    return this.#kept
      .sort((a, b) => b.likeness - a.likeness || a.report - b.report)
      .slice(0, this.#count)
  }
}
