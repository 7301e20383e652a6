import type { Interner } from './interner.ts'
import type { Rarity } from './rarity.ts'
import { type View, viewNumber } from './views.ts'

/**
 * How common texts are in open vulnerability databases, so that forty reports on a laptop are
 * weighed by the same rarity as forty thousand. Only texts found in at least 20 reports.
 */
export type Background = {
  readonly reports: number
  readonly counts: Readonly<Partial<Record<View, Readonly<Record<string, number>>>>>
}

/** Adds the background to `rarity` as if it were `weight` reports. */
export function addBackground(
  background: Background,
  into: { readonly rarity: Rarity; readonly interner: Interner; readonly weight: number },
): void {
  const { rarity, interner, weight } = into
  const share = weight / background.reports
  for (const view of ['words', 'title', 'component'] as const) {
    for (const [text, count] of Object.entries(background.counts[view] ?? {})) {
      const scaled = Math.round(count * share)
      if (scaled > 0) rarity.addBackground(viewNumber(view), interner.intern(view, text), scaled)
    }
  }
  rarity.addBackgroundReports(weight)
}
