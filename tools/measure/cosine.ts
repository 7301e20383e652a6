import { lengthsOf, overlapOf } from '../../src/features/correlate/compare.ts'
import type { Evidence } from '../../src/features/correlate/evidence.ts'
import { Interner } from '../../src/features/correlate/interner.ts'
import { type Link, linkage } from '../../src/features/correlate/linkage.ts'
import { profileOf } from '../../src/features/correlate/profile.ts'
import { Rarity } from '../../src/features/correlate/rarity.ts'
import { viewNumber } from '../../src/features/correlate/views.ts'

/**
 * The plain rule to beat: cosine of TF-IDF word vectors over the batch, every pair compared,
 * average linkage, and one threshold for all batches (the best one on the training contests).
 */
const threshold = 0.16

export function cosineGroups(batch: readonly Evidence[]): number[][] {
  const interner = new Interner()
  const rarity = new Rarity()
  const profiles = batch.map((evidence) => profileOf(evidence, interner.intern))
  for (const { bags } of profiles) rarity.add(bags)
  rarity.freeze()
  const sides = profiles.map(({ bags }) => ({ bags, lengths: lengthsOf(bags, rarity) }))
  const view = viewNumber('words')
  const links: Link[] = []
  for (const [a, one] of sides.entries()) {
    for (const [b, other] of sides.entries()) {
      if (a >= b) continue
      links.push({ a, b, probability: overlapOf(one, other, { view, rarity }).cosine })
    }
  }
  const found = linkage(batch.length, links, { threshold, unjudged: 0, mayJoin: () => true })
  return found.map(({ members }) => [...members])
}
