import type { Background } from '../../src/features/correlate/background.ts'
import type { Evidence } from '../../src/features/correlate/evidence.ts'
import { Interner } from '../../src/features/correlate/interner.ts'
import { profileOf } from '../../src/features/correlate/profile.ts'
import { viewNumber } from '../../src/features/correlate/views.ts'

/** A text found in fewer reports says too much about them to be shipped. */
const reportsMin = 20

/** How common words and component names are in a set of open reports. */
export function backgroundOf(reports: readonly Evidence[]): Background {
  const interner = new Interner()
  const bags = reports.map((evidence) => profileOf(evidence, interner.intern).bags)
  const count = (view: 'words' | 'title' | 'component'): Record<string, number> => {
    const number = viewNumber(view)
    const seen = new Map<number, number>()
    for (const bag of bags) {
      for (const id of bag.ids(number)) {
        seen.set(id, (seen.get(id) ?? 0) + 1)
      }
    }
    const kept = [...seen].filter(([, reportsWith]) => reportsWith >= reportsMin)
    const texts = kept.map(([id, reportsWith]) => [interner.textOf(view, id), reportsWith] as const)
    return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return {
    reports: reports.length,
    counts: {
      words: count('words'),
      title: count('title'),
      component: count('component'),
    },
  }
}
