import type { Provisional } from './provisional.ts'

/** One pair as a report sees it in the second look: the other report and the first probability. */
export type Tie = { readonly to: number; readonly probability: number }

/**
 * Features of a pair that follow from the first probabilities around it: whether a rival explains
 * either report better, and whether common neighbours speak for or against. `Low` and `High` are
 * the lesser and greater of the two reports' values.
 */
export const supportFeatures = [
  ...['firstProbability', 'firstLogOdds', 'aboveBestLow', 'aboveBestHigh'],
  ...['aboveSourceBestLow', 'aboveSourceBestHigh', 'tiesLow', 'tiesHigh'],
  ...['commonBest', 'commonSum', 'conflict', 'conflictOtherSource', 'massLow', 'massHigh'],
] as const

/** A tie of at least this probability counts as one. */
const tieMin = 0.3

export type Surroundings = {
  readonly tiesOf: (report: number) => readonly Tie[]
  readonly probability: (a: number, b: number) => number
  readonly sourceOf: (report: number) => number
  readonly sourcesAreDistinct: boolean
  /** Null where the second look does without groups. */
  readonly groups: Provisional | null
}

type Seen = { best: number; sourceBest: number; ties: number; mass: number }

/** Writes the support features of the pair (a, b) into `row` from position `at`. */
export function writeSupport(
  pair: { readonly a: number; readonly b: number; readonly probability: number },
  around: Surroundings,
  into: { readonly row: Float32Array; readonly at: number },
): void {
  const { a, b, probability: p } = pair
  const x = rivalsOf(a, b, around)
  const y = rivalsOf(b, a, around)
  const common = commonOf(a, b, around)
  const distinct = around.sourcesAreDistinct
  const values = [
    ...[p, Math.log((p + 1e-4) / (1 - p + 1e-4))],
    ...[Math.min(p - x.best, p - y.best), Math.max(p - x.best, p - y.best)],
    distinct ? Math.min(p - x.sourceBest, p - y.sourceBest) : Number.NaN,
    distinct ? Math.max(p - x.sourceBest, p - y.sourceBest) : Number.NaN,
    ...[Math.min(x.ties, y.ties), Math.max(x.ties, y.ties)],
    ...[common.best, common.sum, common.conflict],
    distinct ? common.otherSource : Number.NaN,
    ...[Math.min(x.mass, y.mass), Math.max(x.mass, y.mass)],
  ]
  into.row.set(values, into.at)
}

/** What report `of` is tied to besides `but`. */
function rivalsOf(of: number, but: number, around: Surroundings): Seen {
  const seen: Seen = { best: 0, sourceBest: 0, ties: 0, mass: 0 }
  const source = around.sourceOf(but)
  for (const { to, probability } of around.tiesOf(of)) {
    if (to === but) continue
    if (probability > seen.best) seen.best = probability
    if (probability > seen.sourceBest && around.sourceOf(to) === source) {
      seen.sourceBest = probability
    }
    if (probability > tieMin) seen.ties++
    seen.mass += probability
  }
  return seen
}

type Common = { best: number; sum: number; conflict: number; otherSource: number }

/** How the neighbours of either report stand to the other. */
function commonOf(a: number, b: number, around: Surroundings): Common {
  const found: Common = { best: 0, sum: 0, conflict: 0, otherSource: 0 }
  look(a, b, { around, found, isFirst: true })
  look(b, a, { around, found, isFirst: false })
  return found
}

function look(
  from: number,
  other: number,
  on: { around: Surroundings; found: Common; isFirst: boolean },
): void {
  const { around, found } = on
  for (const { to, probability } of around.tiesOf(from)) {
    if (to === other) continue
    const back = around.probability(to, other)
    if (on.isFirst && back > 0) {
      const least = Math.min(probability, back)
      found.sum += least
      if (least > found.best) found.best = least
    }
    const against = probability - back
    if (against > found.conflict) found.conflict = against
    if (against > found.otherSource && around.sourceOf(to) !== around.sourceOf(other)) {
      found.otherSource = against
    }
  }
}
