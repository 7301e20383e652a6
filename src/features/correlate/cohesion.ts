import { type Provisional, provisionalBounds } from './provisional.ts'
import type { Surroundings } from './support.ts'

/**
 * Features of a pair that follow from all that both reports are tied to: how much the two see the
 * same reports, and how the groups stand to each other that the first probabilities would make.
 */
export const cohesionFeatures: readonly string[] = [
  ...['tiesCosine', 'tiesShared'],
  ...provisionalBounds.flatMap((bound) => [`across${bound}`, `smaller${bound}`, `greater${bound}`]),
]

/** Writes the cohesion features of the pair (a, b) into `row` from position `at`. */
export function writeCohesion(
  pair: { readonly a: number; readonly b: number; readonly probability: number },
  around: Surroundings & { readonly groups: Provisional },
  into: { readonly row: Float32Array; readonly at: number },
): void {
  const { cosine, shared } = sightOf(pair, around)
  const standings = around.groups
    .standings(pair.a, pair.b)
    .flatMap(({ across, smaller, greater }) => [across, smaller, greater])
  into.row.set([cosine, shared, ...standings], into.at)
}

/** The ties of two reports as vectors, in which each report is certain of itself. */
function sightOf(
  { a, b, probability: p }: { a: number; b: number; probability: number },
  around: Surroundings,
): { cosine: number; shared: number } {
  let [dot, least, squaresA, squaresB, others] = [2 * p, 0, 1 + p * p, 1 + p * p, 0]
  for (const { to, probability } of around.tiesOf(a)) {
    if (to === b) continue
    const back = around.probability(to, b)
    dot += probability * back
    least += Math.min(probability, back)
    squaresA += probability * probability
    others += probability
  }
  for (const { to, probability } of around.tiesOf(b)) {
    if (to === a) continue
    squaresB += probability * probability
    others += probability
  }
  return { cosine: dot / Math.sqrt(squaresA * squaresB), shared: least / (others - least + 1e-3) }
}
