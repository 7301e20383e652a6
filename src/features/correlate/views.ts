/** The views of a report: each is a set of texts with counts, compared by its own rarity. */
export const views = [
  'words',
  'title',
  'pairs',
  'identifiers',
  'parts',
  'code',
  'paths',
  'places',
  'versions',
  'fixed',
  'last',
  'component',
  'package',
  'links',
  'aliases',
] as const

export type View = (typeof views)[number]

/** Views whose texts are of one kind share one vocabulary and can be held against each other. */
export const vocabularyOf: Readonly<Record<View, string>> = {
  words: 'stem',
  title: 'stem',
  component: 'stem',
  parts: 'stem',
  pairs: 'pair',
  identifiers: 'identifier',
  code: 'identifier',
  paths: 'path',
  places: 'place',
  versions: 'version',
  fixed: 'version',
  last: 'version',
  package: 'package',
  links: 'link',
  aliases: 'alias',
}

const numbers: ReadonlyMap<string, number> = new Map(views.map((view, number) => [view, number]))

/** The position of a view in `views`. */
export const viewNumber = (view: View): number => numbers.get(view) ?? 0

/** Gives a text of a view its number. */
export type Intern = (view: View, text: string) => number

/**
 * The texts of one report by view: ascending numbers and how often each occurs (at most 255), all
 * views in one array. View `v` lies from `ends[v - 1]` (or 0) to `ends[v]`.
 */
export class Bags {
  readonly ids: Uint32Array
  readonly counts: Uint8Array
  readonly ends: Uint16Array

  constructor(parts: { ids: Uint32Array; counts: Uint8Array; ends: Uint16Array }) {
    this.ids = parts.ids
    this.counts = parts.counts
    this.ends = parts.ends
  }

  static builder(intern: Intern): BagsBuilder {
    return new BagsBuilder(intern)
  }

  start(view: number): number {
    return view === 0 ? 0 : (this.ends[view - 1] ?? 0)
  }

  end(view: number): number {
    return this.ends[view] ?? 0
  }

  size(view: number): number {
    return this.end(view) - this.start(view)
  }
}

/** More distinct texts than this in one view are dropped, in the order of the report. */
const distinctMax = 4_000

export class BagsBuilder {
  readonly #intern: Intern
  readonly #views: Map<number, number>[] = views.map(() => new Map())

  constructor(intern: Intern) {
    this.#intern = intern
  }

  add(view: View, text: string): void {
    if (text === '') return
    const bag = this.#views[viewNumber(view)]
    if (!bag || bag.size >= distinctMax) return
    const number = this.#intern(view, text)
    bag.set(number, Math.min((bag.get(number) ?? 0) + 1, 255))
  }

  done(): Bags {
    const total = this.#views.reduce((sum, bag) => sum + bag.size, 0)
    const ids = new Uint32Array(total)
    const counts = new Uint8Array(total)
    const ends = new Uint16Array(views.length)
    let at = 0
    for (const [view, bag] of this.#views.entries()) {
      for (const [number, count] of [...bag].sort(([a], [b]) => a - b)) {
        ids[at] = number
        counts[at] = count
        at++
      }
      ends[view] = at
    }
    return new Bags({ ids, counts, ends })
  }
}
