import { type Rarity, repeatFactor } from './rarity.ts'
import { type Bags, views } from './views.ts'

/** How long each view of a report is, under the rarity of the last freeze. */
export class Lengths {
  /** Per view: Euclidean length with repeats, without repeats, and the sum of weights. */
  readonly #values = new Float32Array(3 * views.length)

  set(view: number, length: { norm: number; plainNorm: number; mass: number }): void {
    this.#values[3 * view] = length.norm
    this.#values[3 * view + 1] = length.plainNorm
    this.#values[3 * view + 2] = length.mass
  }

  /** Euclidean length of the weighted bag, repeats counted. */
  norm(view: number): number {
    return this.#values[3 * view] ?? 0
  }

  /** Euclidean length with repeats ignored. */
  plainNorm(view: number): number {
    return this.#values[3 * view + 1] ?? 0
  }

  /** Sum of weights, repeats ignored. */
  mass(view: number): number {
    return this.#values[3 * view + 2] ?? 0
  }
}

/** One side of a comparison. */
export type Side = { readonly bags: Bags; readonly lengths: Lengths }

/** What two bags share in one view. */
export type Overlap = {
  /** Cosine of the weighted bags, 0 to 1. */
  cosine: number
  /** Sum of the weights of the shared texts, the largest of them, and how many they are. */
  shared: number
  rarest: number
  count: number
}

export function lengthsOf(bags: Bags, rarity: Rarity): Lengths {
  const lengths = new Lengths()
  for (let view = 0; view < views.length; view++) {
    const weights = rarity.weightsOf(view)
    let squares = 0
    let plainSquares = 0
    let mass = 0
    for (let at = bags.start(view); at < bags.end(view); at++) {
      const weight = weights[bags.id(at)] ?? rarity.newest
      const repeated = weight * (repeatFactor[bags.count(at)] ?? 1)
      squares += repeated * repeated
      plainSquares += weight * weight
      mass += weight
    }
    lengths.set(view, { norm: Math.sqrt(squares), plainNorm: Math.sqrt(plainSquares), mass })
  }
  return lengths
}

/** Compares one view of two reports in one walk over both. */
export function overlapOf(a: Side, b: Side, on: { view: number; rarity: Rarity }): Overlap {
  const into: Overlap = { cosine: 0, shared: 0, rarest: 0, count: 0 }
  const { view, rarity } = on
  const x = a.bags
  const y = b.bags
  const weights = rarity.weightsOf(view)
  const newest = rarity.newest
  let i = x.start(view)
  let j = y.start(view)
  const iEnd = x.end(view)
  const jEnd = y.end(view)
  let dot = 0
  while (i < iEnd && j < jEnd) {
    const p = x.id(i)
    const q = y.id(j)
    if (p < q) i++
    else if (q < p) j++
    else {
      const weight = weights[p] ?? newest
      const repeats = (repeatFactor[x.count(i)] ?? 1) * (repeatFactor[y.count(j)] ?? 1)
      dot += weight * weight * repeats
      into.shared += weight
      if (weight > into.rarest) into.rarest = weight
      into.count++
      i++
      j++
    }
  }
  const length = a.lengths.norm(view) * b.lengths.norm(view)
  into.cosine = length > 0 ? Math.min(dot / length, 1) : 0
  return into
}

/**
 * The share, by weight, of view `of` of report `a` that stands in view `by` of report `b`; the
 * two views must share a vocabulary. NaN where `a` has nothing in that view.
 */
export function coverage(a: Side, b: Side, on: { of: number; by: number; rarity: Rarity }): number {
  const mass = a.lengths.mass(on.of)
  if (mass === 0) return Number.NaN
  const weights = on.rarity.weightsOf(on.of)
  const newest = on.rarity.newest
  let i = a.bags.start(on.of)
  let j = b.bags.start(on.by)
  const iEnd = a.bags.end(on.of)
  const jEnd = b.bags.end(on.by)
  let covered = 0
  while (i < iEnd && j < jEnd) {
    const p = a.bags.id(i)
    const q = b.bags.id(j)
    if (p === q) covered += weights[p] ?? newest
    if (p <= q) i++
    if (q <= p) j++
  }
  return Math.min(covered / mass, 1)
}
