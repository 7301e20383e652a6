import type { Lengths } from './compare.ts'
import type { Rarity } from './rarity.ts'
import { type Bags, type View, viewNumber } from './views.ts'

/** A report that may be the same as another, with a first, rough likeness. */
export type Candidate = { readonly report: number; readonly likeness: number }

/** The views by which candidates are found, with their share in the likeness. */
const searched: readonly (readonly [View, number])[] = [
  ['words', 1],
  ['pairs', 0.4],
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
/** A search looks at about this many postings, rarest texts first, however many are stored. */
const visitsMax = 12_000

type Side = { readonly bags: Bags; readonly lengths: Lengths }

/**
 * Which reports have which texts. Both caps bound the cost of a search by constants, so it does
 * not grow with the number of reports stored.
 */
export class Postings {
  /** Per searched view and text: the reports that have it, or null once they are too many. */
  readonly #lists: (number[] | null)[][] = searched.map(() => [])
  readonly #norms: Float32Array[] = []
  #likeness = new Float64Array(1024)

  /** Adds report `number`; numbers are given in ascending order. */
  add(number: number, { bags, lengths }: Side): void {
    for (const [index, [name]] of searched.entries()) {
      const lists = this.#lists[index]
      if (!lists) continue
      const view = viewNumber(name)
      const end = bags.end(view)
      for (let at = bags.start(view); at < end; at++) addTo(lists, bags.ids[at] ?? 0, number)
    }
    this.#norms[number] = Float32Array.from(searched, ([name]) => {
      return lengths.plainNorms[viewNumber(name)] ?? 0
    })
    if (number >= this.#likeness.length)
      this.#likeness = new Float64Array(this.#likeness.length * 2)
  }

  /** At most `count` stored reports that `side` is most like, best first; `admits` filters. */
  search({ bags, lengths }: Side, { rarity, count, admits }: Search): Candidate[] {
    const touched: number[] = []
    for (const { list, text, index } of this.#texts(bags, rarity)) {
      const [name, share] = searched[index] ?? ['words', 0]
      const view = viewNumber(name)
      const own = lengths.plainNorms[view] ?? 0
      const gain = (share * text * text) / own
      for (const report of list) {
        const before = this.#likeness[report] ?? 0
        if (before === 0) touched.push(report)
        this.#likeness[report] = before + gain / (this.#norms[report]?.[index] || 1)
      }
    }
    const found = touched.map((report) => ({ report, likeness: this.#likeness[report] ?? 0 }))
    for (const report of touched) this.#likeness[report] = 0
    return best(
      found.filter(({ report }) => admits(report)),
      count,
    )
  }

  /** The texts to search by, rarest first, until enough postings are looked at. */
  #texts(bags: Bags, rarity: Rarity): { list: number[]; text: number; index: number }[] {
    const all: { list: number[]; text: number; index: number }[] = []
    for (const [index, [name]] of searched.entries()) {
      const view = viewNumber(name)
      const weights = rarity.weightsOf(view)
      const end = bags.end(view)
      for (let at = bags.start(view); at < end; at++) {
        const id = bags.ids[at] ?? 0
        const list = this.#lists[index]?.[id]
        if (list) all.push({ list, text: weights[id] ?? rarity.newest, index })
      }
    }
    all.sort((a, b) => a.list.length - b.list.length)
    let visits = 0
    const last = all.findIndex(({ list }, at) => {
      visits += list.length
      return visits > visitsMax && list.length !== all[at - 1]?.list.length
    })
    return last < 0 ? all : all.slice(0, last)
  }
}

export type Search = {
  readonly rarity: Rarity
  readonly count: number
  readonly admits: (report: number) => boolean
}

function addTo(lists: (number[] | null)[], id: number, report: number): void {
  while (lists.length <= id) lists.push([])
  const list = lists[id]
  if (!list) return
  if (list.length >= postingsMax) lists[id] = null
  else list.push(report)
}

/** The `count` highest, in descending order; equal ones in the order of their numbers. */
function best(found: Candidate[], count: number): Candidate[] {
  if (found.length > 4 * count) {
    const floor = kthHighest(found, count)
    found = found.filter(({ likeness }) => likeness >= floor)
  }
  found.sort((a, b) => b.likeness - a.likeness || a.report - b.report)
  return found.slice(0, count)
}

function kthHighest(found: readonly Candidate[], k: number): number {
  const values = Float64Array.from(found, ({ likeness }) => likeness).sort()
  return values[Math.max(0, values.length - k)] ?? 0
}
