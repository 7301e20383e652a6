import { cohesionFeatures } from './cohesion.ts'
import type { Domain } from './evidence.ts'
import { outlookFeatures } from './neighbourhood.ts'
import { pairFeatures } from './pair.ts'
import { supportFeatures } from './support.ts'
import { type Forest, Trees } from './trees.ts'

/** The features of the first look at a pair, in the order of its row. */
export const firstFeatures: readonly string[] = [
  ...pairFeatures,
  ...outlookFeatures.flatMap((name) => [`${name}Low`, `${name}High`]),
]

/** The features of the second look: those of the first, then what the surroundings say. */
export const secondFeatures: readonly string[] = [...firstFeatures, ...supportFeatures]

/** The features of a second look that also takes whole groups into account. */
export const groupedFeatures: readonly string[] = [...secondFeatures, ...cohesionFeatures]

/** What training leaves behind for one domain, as checked in. */
export type Parameters = {
  readonly domain: Domain
  readonly sourcesAreDistinct: boolean
  readonly first: Forest
  readonly second: Forest | null
  /** Ascending pairs of raw and calibrated probability; between them, straight lines. */
  readonly calibration: readonly (readonly [number, number])[]
  /** Merge by itself at or above `merge`; suggest to a person at or above `suggest`. */
  readonly thresholds: { readonly merge: number; readonly suggest: number }
  /** How many candidates a report is compared with, and what an unjudged pair counts. */
  readonly candidates: number
  readonly unjudged: number
}

/** Parameters ready for use. */
export class Model {
  readonly parameters: Parameters
  readonly #first: Trees
  readonly #second: Trees | null
  /** Whether the second look takes provisional groups into account. */
  readonly looksAtGroups: boolean

  /** Refuses parameters that were trained on other features than this program computes. */
  constructor(parameters: Parameters) {
    this.parameters = parameters
    this.#first = new Trees(parameters.first)
    this.#second = parameters.second ? new Trees(parameters.second) : null
    requireSame(parameters.first.features, firstFeatures)
    const trained = parameters.second?.features ?? []
    this.looksAtGroups = trained.length > secondFeatures.length
    const computed = this.looksAtGroups ? groupedFeatures : secondFeatures
    if (parameters.second) requireSame(trained, computed)
  }

  first(row: Float32Array): number {
    return this.#first.probability(row)
  }

  get hasSecond(): boolean {
    return this.#second !== null
  }

  second(row: Float32Array): number {
    return this.#second?.probability(row) ?? Number.NaN
  }

  /** The share of pairs with this raw probability that are one vulnerability. */
  calibrated(raw: number): number {
    const points = this.parameters.calibration
    let [x0, y0] = [0, 0]
    for (const [x1, y1] of points) {
      if (raw <= x1) return x1 === x0 ? y1 : y0 + ((raw - x0) / (x1 - x0)) * (y1 - y0)
      ;[x0, y0] = [x1, y1]
    }
    return y0
  }
}

function requireSame(trained: readonly string[], computed: readonly string[]): void {
  if (trained.join() !== computed.join()) {
    throw new TypeError('the correlation parameters were trained on other features: train again')
  }
}
