import type { Report } from '#features/report/report.ts'
import { asideOf } from '#features/report/standing.ts'
import type { Baseline } from './baseline.ts'

/** A report that does not go into the queue, and why. */
export type Aside = { readonly report: Report; readonly why: string }

/** Separates what needs attention from what its document takes back or the baseline knows. */
export function setAside(
  reports: readonly Report[],
  baseline: Baseline | null,
): { readonly kept: Report[]; readonly aside: Aside[] } {
  const kept: Report[] = []
  const aside: Aside[] = []
  for (const report of reports) {
    const why = asideOf(report.finding.standing)
    if (why !== null) aside.push({ report, why })
    else if (baseline?.covers(report.finding)) aside.push({ report, why: 'the baseline has it' })
    else kept.push(report)
  }
  return { kept, aside }
}
