import { createHash } from 'node:crypto'
import { addPopulation, addSeenBackground, type Texts, textOf } from './background.ts'
import type { Knowledge } from './correlate.ts'
import type { Evidence } from './evidence.ts'
import { Interner } from './interner.ts'
import { withDensePairs } from './pair-numbers.ts'
import { profileOf } from './profile.ts'
import { Rarity } from './rarity.ts'
import { equalityKeys, scanKeys } from './scan.ts'
import { seenOf } from './scan-seen.ts'
import { keyNumber, type Sketch } from './sketch.ts'
import { type Bags, type View, viewNumber } from './views.ts'

/** By what a stored report is found again. */
export type IndexKeys = {
  /** Equality beyond doubt, strongest first: 60-bit numbers of what `equalResults` goes by. */
  readonly equal: readonly bigint[]
  /** What results of scanners share when a rule could hold between them. */
  readonly scan: readonly number[]
  /** Those of them that lead to stored reports: what very many share, rules seldom hold between. */
  readonly scanAsked: readonly number[]
  /** Its rarest texts, rarest first, with how many stored reports have each. */
  readonly text: readonly TextKey[]
}

export type TextKey = { readonly key: number; readonly weight: number; readonly count: number }

/** The views by which candidates are found, with their share in the likeness: see postings.ts. */
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

/** The label under which numbers are as they were before there were labels. */
const commonSalt = 1

const textKeysMax = 64
const scanKeysMax = 48
/** What more stored reports have than this leads to none of them: it is common. */
export const commonMin = 2_000

export type Keyed = {
  readonly keys: readonly IndexKeys[]
  /** Counts the reports as stored from then on. */
  readonly countInto: (sketch: Sketch) => void
}

/**
 * Finds the keys of reports under the rarity that texts have in the store. The numbers of one label
 * are not those of another: what is stored under one is not touched by a search in another.
 */
export class KeyMaker {
  readonly #knowledge: Knowledge
  readonly #population: Sketch
  readonly #salt: string

  constructor(knowledge: Knowledge, population: Sketch, label = commonSalt) {
    this.#knowledge = knowledge
    this.#population = population
    this.#salt = label === commonSalt ? '' : `label ${label} `
  }

  /** Keys of reports that arrive together. */
  of(batch: readonly Evidence[]): Keyed {
    const interner = new Interner()
    const rarity = new Rarity()
    const { profiles, hashes: pairs } = withDensePairs(
      batch.map((evidence) => profileOf(evidence, interner.intern)),
    )
    const texts = { interner, pairs }
    const weighing = { rarity, interner, weight: this.#knowledge.backgroundWeight }
    addSeenBackground(this.#knowledge.background, weighing)
    addPopulation(this.#population, weighing, { bags: profiles.map(({ bags }) => bags), pairs })
    rarity.freeze()
    const shared = batch.map((evidence) =>
      [...new Set(scanKeys(seenOf(evidence)))].slice(0, scanKeysMax),
    )
    const keys = batch.map((evidence, report): IndexKeys => {
      const [bags, own] = [profiles[report]?.bags, shared[report] ?? []]
      const asked = own.filter((key) => this.#population.countOfKey(key) <= commonMin)
      return {
        equal: equalityKeys(seenOf(evidence)).map((key) => equalNumber(this.#salt + key)),
        ...{ scan: own.map(this.#numberOf), scanAsked: asked.map(this.#numberOf) },
        text: bags ? this.#textKeys(bags, texts, rarity) : [],
      }
    })
    return {
      keys,
      countInto: (sketch) => {
        for (const { bags } of profiles) sketch.add(bags, texts)
        for (const own of shared) sketch.addKeys(own)
      },
    }
  }

  readonly #numberOf = (key: string): number => keyNumber(this.#salt + key)

  #textKeys(bags: Bags, texts: Texts, rarity: Rarity): TextKey[] {
    const found: (TextKey & { readonly unsalted: number })[] = []
    for (const [view, share] of searched) {
      const number = viewNumber(view)
      const weights = rarity.weightsOf(number)
      for (let at = bags.start(number); at < bags.end(number); at++) {
        const id = bags.id(at)
        const text = textOf(view, id, texts)
        const weight = weights[id] ?? rarity.newest
        const count = this.#population.countOf(view, text)
        const named = `${view} ${text}`
        const unsalted = keyNumber(named)
        const key = this.#salt === '' ? unsalted : this.#numberOf(named)
        found.push({ key, weight: share * weight * weight, count, unsalted })
      }
    }
    // Which texts are kept does not depend on the number that a label happens to have.
    return found
      .sort((x, y) => x.count - y.count || y.weight - x.weight || x.unsalted - y.unsalted)
      .slice(0, textKeysMax)
      .map(({ key, weight, count }) => ({ key, weight, count }))
  }
}

function equalNumber(key: string): bigint {
  return createHash('sha256').update(key).digest().readBigUInt64BE(0) >> 4n
}
