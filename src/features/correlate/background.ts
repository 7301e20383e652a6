import type { Interner } from './interner.ts'
import type { Rarity } from './rarity.ts'
import { type Bags, type View, viewNumber, views } from './views.ts'

/**
 * How common texts are in open vulnerability databases, so that forty reports on a laptop are
 * weighed by the same rarity as forty thousand. Only texts found in at least 20 reports.
 */
export type Background = {
  readonly reports: number
  readonly counts: Readonly<Partial<Record<View, Readonly<Record<string, number>>>>>
}

/** How often texts occur in reports that are not part of a batch: those of a store. */
export type Population = {
  readonly reports: number
  readonly countOf: (view: View, text: string) => number
}

const backgroundViews = ['words', 'title', 'component'] as const

export type Weighing = {
  readonly rarity: Rarity
  readonly interner: Interner
  /** As how many reports the background counts. */
  readonly weight: number
}

/** Adds the background to `rarity` as if it were `weight` reports. */
export function addBackground(background: Background, into: Weighing): void {
  const { rarity, interner, weight } = into
  const share = weight / background.reports
  for (const view of backgroundViews) {
    for (const [text, count] of Object.entries(background.counts[view] ?? {})) {
      const scaled = Math.round(count * share)
      if (scaled > 0) rarity.addBackground(viewNumber(view), interner.intern(view, text), scaled)
    }
  }
  rarity.addBackgroundReports(weight)
}

/**
 * As `addBackground`, but looks up only texts that were seen: the rarity of others is never asked
 * for, and a batch may be a single report.
 */
export function addSeenBackground(
  background: Background,
  { rarity, interner, weight }: Weighing,
): void {
  const share = weight / background.reports
  for (const view of backgroundViews) {
    const counts = background.counts[view] ?? {}
    for (const [id, text] of interner.textsOf(view)) {
      const scaled = Object.hasOwn(counts, text) ? Math.round((counts[text] ?? 0) * share) : 0
      if (scaled > 0) rarity.addBackground(viewNumber(view), id, scaled)
    }
  }
  rarity.addBackgroundReports(weight)
}

/** Adds the reports of a store, as far as the texts of `seen` are concerned. */
export function addPopulation(
  population: Population,
  { rarity, interner }: Weighing,
  seen: Seen,
): void {
  for (const [number, view] of views.entries()) {
    const known = new Set<number>()
    for (const bags of seen.bags) {
      for (let at = bags.start(number); at < bags.end(number); at++) {
        const id = bags.id(at)
        if (known.has(id)) continue
        known.add(id)
        const count = population.countOf(view, textOf(view, id, { interner, pairs: seen.pairs }))
        if (count > 0) rarity.addBackground(number, id, count)
      }
    }
  }
  rarity.addBackgroundReports(population.reports)
}

/** Bags whose pairs of words are numbered densely, and the hash of each such number. */
export type Seen = { readonly bags: readonly Bags[]; readonly pairs: Uint32Array }

export type Texts = { readonly interner: Interner; readonly pairs: Uint32Array }

/** The text of a number; of a pair of words its hash, which names it as well as any text. */
export const textOf = (view: View, id: number, { interner, pairs }: Texts): string =>
  view === 'pairs' ? String(pairs[id] ?? 0) : interner.textOf(view, id)
