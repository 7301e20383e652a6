import { createHash } from 'node:crypto'
import type { Block } from './learn.ts'

/**
 * The fold of each report: all reports of a cluster lie in one fold, and so do all clusters whose
 * reports mostly name the same package, so that no project is both learned from and judged. With
 * several blocks the block is the unit.
 */
export function foldsOf(block: Block, folds: number, isUnit: boolean): number[] {
  const { judged, evidence } = block
  const fold = (key: string): number =>
    (createHash('sha256').update(key).digest().readUInt32BE(0) >>> 0) % folds
  if (isUnit) return judged.ids.map(() => fold(judged.name))
  const names = new Map<string, Map<string, number>>()
  for (const [report, cluster] of judged.clusters.entries()) {
    const name = evidence[report]?.packages[0] ?? ''
    const counts = names.get(cluster) ?? new Map<string, number>()
    names.set(cluster, counts.set(name, (counts.get(name) ?? 0) + 1))
  }
  return judged.clusters.map((cluster) => {
    const counts = [...(names.get(cluster) ?? [])].sort(
      ([a, x], [b, y]) => y - x || (a < b ? -1 : 1),
    )
    return fold(counts[0]?.[0] || cluster)
  })
}
