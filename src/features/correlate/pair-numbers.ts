import type { Profile } from './profile.ts'
import { viewNumber } from './views.ts'

const pairs = viewNumber('pairs')

/**
 * Pairs of words are numbered by a hash below four million, and everything that is counted by
 * number would be as long. Here those of a batch are numbered from 0 in the same order, so that a
 * batch of ten reports costs what ten reports cost, and every sum is added up in the same order.
 */
export function withDensePairs(profiles: readonly Profile[]): {
  readonly profiles: readonly Profile[]
  /** The hash of each number. */
  readonly hashes: Uint32Array
} {
  const seen = new Set<number>()
  for (const { bags } of profiles) {
    for (let at = bags.start(pairs); at < bags.end(pairs); at++) seen.add(bags.id(at))
  }
  const hashes = Uint32Array.from(seen).sort()
  const ranks = new Map<number, number>()
  for (const [rank, hash] of hashes.entries()) ranks.set(hash, rank)
  const renumbered = profiles.map((profile) => ({
    ...profile,
    bags: profile.bags.renumbered(pairs, (hash) => ranks.get(hash) ?? 0),
  }))
  return { profiles: renumbered, hashes }
}
