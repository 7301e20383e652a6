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

const countBits = 6
const countMax = 2 ** countBits - 1
/** Texts are numbered below this. */
const idsMax = 2 ** (32 - countBits)

/**
 * The texts of one report by view: ascending numbers, each with how often it occurs (at most 63).
 * One array holds all: first where each view ends, then a packed entry for each text. A million
 * reports are kept in memory, so every array less matters.
 */
export class Bags {
  readonly #packed: Uint32Array

  constructor(packed: Uint32Array) {
    this.#packed = packed
  }

  static builder(intern: Intern): BagsBuilder {
    return new BagsBuilder(intern)
  }

  /** Positions of a view: from `start` up to but without `end`. */
  start(view: number): number {
    return view === 0 ? views.length : (this.#packed[view - 1] ?? 0)
  }

  end(view: number): number {
    return this.#packed[view] ?? 0
  }

  size(view: number): number {
    return this.end(view) - this.start(view)
  }

  /** The number of the text at a position. */
  id(at: number): number {
    return (this.#packed[at] ?? 0) >>> countBits
  }

  /** How often it occurs. */
  count(at: number): number {
    return (this.#packed[at] ?? 0) & countMax
  }

  /** All numbers of a view. */
  ids(view: number): number[] {
    const packed = this.#packed.subarray(this.start(view), this.end(view))
    return Array.from(packed, (entry) => entry >>> countBits)
  }

  /** The same bags with other numbers in one view; `numberOf` keeps the order of the numbers. */
  renumbered(view: number, numberOf: (id: number) => number): Bags {
    const packed = this.#packed.slice()
    for (let at = this.start(view); at < this.end(view); at++) {
      packed[at] = numberOf(this.id(at)) * 2 ** countBits + this.count(at)
    }
    return new Bags(packed)
  }

  get total(): number {
    return this.#packed.length - views.length
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
    if (text !== '') this.addId(view, this.#intern(view, text))
  }

  addId(view: View, id: number): void {
    const bag = this.#views[viewNumber(view)]
    if (!bag || id >= idsMax || bag.size >= distinctMax) return
    bag.set(id, Math.min((bag.get(id) ?? 0) + 1, countMax))
  }

  done(): Bags {
    const total = this.#views.reduce((sum, bag) => sum + bag.size, 0)
    const packed = new Uint32Array(views.length + total)
    let at = views.length
    for (const [view, bag] of this.#views.entries()) {
      const from = at
      for (const [id, count] of bag) packed[at++] = id * 2 ** countBits + count
      packed.subarray(from, at).sort()
      packed[view] = at
    }
    return new Bags(packed)
  }
}
