import { coverage, type Overlap, overlapOf, type Side } from './compare.ts'
import { sharedMetrics } from './cvss-metrics.ts'
import type { Facts } from './facts.ts'
import type { Rarity } from './rarity.ts'
import { type View, viewNumber } from './views.ts'

/** A report as pairs are judged. */
export type Judged = Side & { readonly facts: Facts }

/**
 * The features of a pair that depend on the two reports alone, by name and in this order. All are
 * symmetric: judging (a, b) and (b, a) gives the same numbers. NaN means that a side lacks what
 * the feature compares, which is not the same as disagreeing.
 */
export const pairFeatures = [
  ...['wordsCosine', 'wordsContained', 'wordsShared', 'wordsRarest'],
  ...['titleCosine', 'titleContained', 'titleShared', 'titleRarest'],
  ...['pairsCosine', 'pairsContained', 'pairsShared', 'pairsRarest'],
  ...['identifiersCosine', 'identifiersContained', 'identifiersShared', 'identifiersRarest'],
  ...['pathsCosine', 'pathsContained', 'pathsShared', 'pathsRarest'],
  ...['placesCosine', 'placesContained', 'placesShared', 'placesRarest'],
  ...['versionsCosine', 'versionsContained', 'versionsShared', 'versionsRarest'],
  ...['componentCosine', 'componentContained', 'componentShared', 'componentRarest'],
  ...['linksCosine', 'linksContained', 'linksShared', 'linksRarest'],
  ...['partsCosine', 'codeCosine', 'fixedContained', 'lastContained', 'packageContained'],
  ...['packageRarest', 'aliasesContained'],
  ...['titleInBodyLow', 'titleInBodyHigh', 'componentInWordsLow', 'componentInWordsHigh'],
  ...['fixedInTextLow', 'fixedInTextHigh', 'lastInTextHigh', 'partsInWordsHigh'],
  ...['fixedCountLow', 'fixedCountHigh', 'fixedShared', 'lastShared'],
  ...['vendorSame', 'ecosystemSame', 'cweShared', 'cweClassShared'],
  ...['titleClassShared', 'classShared', 'classConflict', 'cvssSame', 'cvssOldSame', 'daysApart'],
  ...['lengthLow', 'lengthHigh', 'titleSizeLow', 'identifiersSizeLow', 'componentSizeLow'],
] as const

/** The weights of the sum of cosines by which candidates are ordered before they are judged. */
const order: readonly (readonly [View, number])[] = [
  ['words', 1],
  ['title', 0.3],
  ['pairs', 0.4],
  ['identifiers', 0.4],
  ['paths', 0.2],
  ['component', 0.4],
  ['versions', 0.3],
]

const nan = Number.NaN
const low = (x: number, y: number): number =>
  Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)
const high = (x: number, y: number): number =>
  Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)

/** Judges pairs into one row of numbers after another; holds no state between pairs. */
export class PairJudge {
  readonly #rarity: Rarity
  #row: Float32Array = new Float32Array(pairFeatures.length)
  #at = 0

  constructor(rarity: Rarity) {
    this.#rarity = rarity
  }

  /** The weighted sum of cosines by which candidates are ordered before they are judged. */
  similarity(a: Judged, b: Judged): number {
    let sum = 0
    for (const [view, weight] of order) sum += weight * (this.#overlap(a, b, view)?.cosine ?? 0)
    return sum
  }

  /** Writes the features of (a, b), named by `pairFeatures`, into the start of `row`. */
  judge(a: Judged, b: Judged, row: Float32Array): void {
    this.#row = row
    this.#at = 0
    for (const view of ['words', 'title', 'pairs', 'identifiers'] as const) this.#view(a, b, view)
    for (const view of ['paths', 'places', 'versions', 'component'] as const) this.#view(a, b, view)
    this.#view(a, b, 'links')
    this.#overlaps(a, b)
    this.#crossings(a, b)
    this.#facts(a.facts, b.facts)
    this.#sizes(a, b)
  }

  #put(value: number): void {
    this.#row[this.#at++] = value
  }

  #overlap(a: Judged, b: Judged, view: View): Overlap | null {
    const number = viewNumber(view)
    if (a.bags.size(number) === 0 || b.bags.size(number) === 0) return null
    return overlapOf(a, b, { view: number, rarity: this.#rarity })
  }

  #view(a: Judged, b: Judged, view: View): void {
    const found = this.#overlap(a, b, view)
    this.#put(found?.cosine ?? nan)
    this.#put(found ? this.#contained(found.shared, [a, b], view) : nan)
    this.#put(found?.shared ?? nan)
    this.#put(found?.rarest ?? nan)
  }

  #contained(shared: number, sides: readonly [Judged, Judged], view: View): number {
    const number = viewNumber(view)
    const [a, b] = sides
    const least = Math.min(a.lengths.mass(number), b.lengths.mass(number))
    return least > 0 ? Math.min(shared / least, 1) : nan
  }

  #overlaps(a: Judged, b: Judged): void {
    this.#put(this.#overlap(a, b, 'parts')?.cosine ?? nan)
    this.#put(this.#overlap(a, b, 'code')?.cosine ?? nan)
    for (const view of ['fixed', 'last', 'package'] as const) {
      const found = this.#overlap(a, b, view)
      this.#put(found ? this.#contained(found.shared, [a, b], view) : nan)
    }
    this.#put(this.#overlap(a, b, 'package')?.rarest ?? nan)
    const aliases = this.#overlap(a, b, 'aliases')
    this.#put(aliases ? this.#contained(aliases.shared, [a, b], 'aliases') : nan)
  }

  /** What one report says in one part and the other in another: title in body, fix in prose. */
  #crossings(a: Judged, b: Judged): void {
    const [titleAB, titleBA] = this.#crossing(a, b, ['title', 'words'])
    this.#put(low(titleAB, titleBA))
    this.#put(high(titleAB, titleBA))
    const [componentAB, componentBA] = this.#crossing(a, b, ['component', 'words'])
    this.#put(low(componentAB, componentBA))
    this.#put(high(componentAB, componentBA))
    const [fixedAB, fixedBA] = this.#crossing(a, b, ['fixed', 'versions'])
    this.#put(low(fixedAB, fixedBA))
    this.#put(high(fixedAB, fixedBA))
    this.#put(high(...this.#crossing(a, b, ['last', 'versions'])))
    this.#put(high(...this.#crossing(a, b, ['parts', 'words'])))
    const fixed = viewNumber('fixed')
    this.#put(Math.min(a.bags.size(fixed), b.bags.size(fixed)))
    this.#put(Math.max(a.bags.size(fixed), b.bags.size(fixed)))
    this.#put(this.#overlap(a, b, 'fixed')?.shared ?? nan)
    this.#put(this.#overlap(a, b, 'last')?.shared ?? nan)
  }

  #crossing(a: Judged, b: Judged, of: readonly [View, View]): [number, number] {
    const on = { of: viewNumber(of[0]), by: viewNumber(of[1]), rarity: this.#rarity }
    const is = (side: Judged): boolean => side.bags.size(on.by) > 0
    return [is(b) ? coverage(a, b, on) : nan, is(a) ? coverage(b, a, on) : nan]
  }

  #facts(a: Facts, b: Facts): void {
    this.#put(same(a.vendor, b.vendor))
    this.#put(same(a.ecosystem, b.ecosystem))
    this.#put(shareOf(a.cwe, b.cwe))
    this.#put(shareOf(a.cweClasses, b.cweClasses))
    this.#put(shareOf(a.titleClasses, b.titleClasses))
    this.#put(shareOf(a.classes, b.classes))
    const conflict = a.classes.length > 0 && b.classes.length > 0
    this.#put(conflict ? Number(!a.classes.some((found) => b.classes.includes(found))) : nan)
    this.#put(sharedMetrics(a.cvss, b.cvss))
    this.#put(sharedMetrics(a.cvssOld, b.cvssOld))
    this.#put(Math.abs(a.day - b.day))
  }

  #sizes(a: Judged, b: Judged): void {
    this.#put(Math.min(a.facts.length, b.facts.length))
    this.#put(Math.max(a.facts.length, b.facts.length))
    for (const view of ['title', 'identifiers', 'component'] as const) {
      const number = viewNumber(view)
      this.#put(Math.min(a.bags.size(number), b.bags.size(number)))
    }
  }
}

const same = (x: string | null, y: string | null): number =>
  x === null || y === null ? nan : Number(x === y)

/** Jaccard share of two small sets of numbers. */
function shareOf(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return nan
  let shared = 0
  for (const found of a) if (b.includes(found)) shared++
  return shared / (a.length + b.length - shared)
}
